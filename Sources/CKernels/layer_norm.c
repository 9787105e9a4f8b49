// Layer normalisation (Ba et al. 2016, arXiv 1607.06450) over the features of every lane, as
// torch.nn.LayerNorm: y = (x - mean) / sqrt(variance + epsilon) weight + bias.
#include "ckernels.h"
#include "lanes.h"

#include <math.h>

CK_CLONES void ck_layer_norm(
    size_t features, size_t lanes, float epsilon, const float *restrict x, const float *restrict weight,
    const float *restrict bias, float *restrict mean, float *restrict inverse, float *restrict y) {
  for (size_t l = 0; l < lanes; l += 16) {
    const size_t n = lanes - l < 16 ? lanes - l : 16;
    ck_v16 sum = ck_splat(0), squares = ck_splat(0);
    for (size_t i = 0; i < features; i++) sum += ck_load_some(x + i * lanes + l, n);
    const ck_v16 m = sum * ck_splat(1.0f / (float)features);
    for (size_t i = 0; i < features; i++) {
      const ck_v16 d = ck_load_some(x + i * lanes + l, n) - m;
      squares += d * d;
    }
    ck_v16 r = squares * ck_splat(1.0f / (float)features) + ck_splat(epsilon);
    for (int k = 0; k < 16; k++) r[k] = 1.0f / sqrtf(r[k]);
    ck_store_some(mean + l, n, m);
    ck_store_some(inverse + l, n, r);
    for (size_t i = 0; i < features; i++) {
      const ck_v16 d = ck_load_some(x + i * lanes + l, n) - m;
      ck_store_some(y + i * lanes + l, n, d * r * ck_splat(weight[i]) + ck_splat(bias[i]));
    }
  }
}

CK_CLONES void ck_layer_norm_backward(
    size_t features, size_t lanes, const float *restrict x, const float *restrict weight,
    const float *restrict mean, const float *restrict inverse, const float *restrict dy, int accumulate,
    float *restrict dx, float *restrict dweight, float *restrict dbias) {
  const ck_v16 share = ck_splat(1.0f / (float)features);
  for (size_t l = 0; l < lanes; l += 16) {
    const ck_v16 m = ck_load(mean + l), r = ck_load(inverse + l);
    ck_v16 sum = ck_splat(0), projected = ck_splat(0);
    for (size_t i = 0; i < features; i++) {
      const ck_v16 normal = (ck_load(x + i * lanes + l) - m) * r, d = ck_load(dy + i * lanes + l);
      const ck_v16 dn = d * ck_splat(weight[i]);
      sum += dn;
      projected += dn * normal;
      dweight[i] += ck_sum(d * normal);
      dbias[i] += ck_sum(d);
    }
    sum *= share;
    projected *= share;
    for (size_t i = 0; i < features; i++) {
      float *to = dx + i * lanes + l;
      const ck_v16 normal = (ck_load(x + i * lanes + l) - m) * r;
      const ck_v16 dn = ck_load(dy + i * lanes + l) * ck_splat(weight[i]);
      const ck_v16 own = r * (dn - sum - normal * projected);
      ck_store(to, accumulate ? ck_load(to) + own : own);
    }
  }
}

void ck_layer_norm_naive(
    size_t features, size_t lanes, float epsilon, const float *x, const float *weight, const float *bias,
    double *y) {
  for (size_t l = 0; l < lanes; l++) {
    double mean = 0, variance = 0;
    for (size_t i = 0; i < features; i++) mean += (double)x[i * lanes + l] / features;
    for (size_t i = 0; i < features; i++) {
      const double d = x[i * lanes + l] - mean;
      variance += d * d / features;
    }
    for (size_t i = 0; i < features; i++)
      y[i * lanes + l] = (x[i * lanes + l] - mean) / sqrt(variance + epsilon) * weight[i] + bias[i];
  }
}
