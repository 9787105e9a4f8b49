// Activations, element by element.
#include "ckernels.h"
#include "lanes.h"

#include <math.h>

CK_CLONES void ck_tanh(size_t count, const float *x, float *y) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    ck_v16 v = ck_load(x + i);
    ck_tanh16(&v);
    ck_store(y + i, v);
  }
  if (i < count) {
    float tail[16] = {0};
    memcpy(tail, x + i, (count - i) * sizeof(float));
    ck_v16 v = ck_load(tail);
    ck_tanh16(&v);
    ck_store(tail, v);
    memcpy(y + i, tail, (count - i) * sizeof(float));
  }
}

CK_CLONES void ck_tanh_backward(
    size_t count, const float *restrict y, const float *restrict dy, float *restrict dx) {
  for (size_t i = 0; i < count; i++) dx[i] = dy[i] * (1.0f - y[i] * y[i]);
}

CK_CLONES void ck_relu(size_t count, float *x) {
  for (size_t i = 0; i < count; i++) x[i] = x[i] > 0 ? x[i] : 0;
}

CK_CLONES void ck_relu_backward(size_t count, const float *restrict y, float *restrict dy) {
  for (size_t i = 0; i < count; i++) dy[i] = y[i] > 0 ? dy[i] : 0;
}

// tanh(c (x + 0.044715 x^3)), c = sqrt(2 / pi).
#define CK_GELU_TANH(x)                                                                                    \
  ({                                                                                                       \
    ck_v16 inner_ = ck_splat(0.7978845608f) * ((x) + ck_splat(0.044715f) * (x) * (x) * (x));               \
    ck_tanh16(&inner_);                                                                                    \
    inner_;                                                                                                \
  })

CK_CLONES void ck_gelu(size_t count, const float *restrict x, float *restrict y) {
  for (size_t j = 0; j < count; j += 16) {
    const size_t n = count - j < 16 ? count - j : 16;
    const ck_v16 v = ck_load_some(x + j, n);
    const ck_v16 th = CK_GELU_TANH(v);
    ck_store_some(y + j, n, ck_splat(0.5f) * v * (ck_splat(1.0f) + th));
  }
}

CK_CLONES void ck_gelu_backward(
    size_t count, const float *restrict x, const float *restrict dy, float *restrict dx) {
  const ck_v16 one = ck_splat(1.0f), half = ck_splat(0.5f);
  for (size_t j = 0; j < count; j += 16) {
    const size_t n = count - j < 16 ? count - j : 16;
    const ck_v16 v = ck_load_some(x + j, n);
    const ck_v16 th = CK_GELU_TANH(v);
    const ck_v16 slope = ck_splat(0.7978845608f) * (one + ck_splat(3 * 0.044715f) * v * v);
    const ck_v16 total = half * (one + th) + half * v * (one - th * th) * slope;
    ck_store_some(dx + j, n, ck_load_some(dy + j, n) * total);
  }
}

CK_CLONES void ck_glu(size_t count, const float *restrict a, const float *restrict b, float *restrict y) {
  for (size_t j = 0; j < count; j += 16) {
    const size_t n = count - j < 16 ? count - j : 16;
    ck_v16 gate = ck_load_some(b + j, n);
    ck_sigmoid16(&gate);
    ck_store_some(y + j, n, ck_load_some(a + j, n) * gate);
  }
}

CK_CLONES void ck_glu_backward(
    size_t count, const float *restrict a, const float *restrict b, const float *restrict dy,
    float *restrict da, float *restrict db) {
  for (size_t j = 0; j < count; j += 16) {
    const size_t n = count - j < 16 ? count - j : 16;
    ck_v16 gate = ck_load_some(b + j, n);
    ck_sigmoid16(&gate);
    const ck_v16 d = ck_load_some(dy + j, n);
    ck_store_some(da + j, n, d * gate);
    ck_store_some(db + j, n, d * ck_load_some(a + j, n) * gate * (ck_splat(1.0f) - gate));
  }
}

void ck_gelu_naive(size_t count, const float *x, double *y) {
  for (size_t j = 0; j < count; j++) {
    const double v = x[j];
    y[j] = 0.5 * v * (1 + tanh(0.79788456080286535588 * (v + 0.044715 * v * v * v)));
  }
}

void ck_glu_naive(size_t count, const float *a, const float *b, double *y) {
  for (size_t j = 0; j < count; j++) y[j] = a[j] / (1 + exp(-(double)b[j]));
}
