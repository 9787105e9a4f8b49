#include "ckernels.h"
#include "lanes.h"

#include <math.h>

// Sixteen parameters. A vector root, because sqrtf may set errno and so keeps a loop from being vectorised.
#define CK_ADAMW_BLOCK(p, g, m, v)                                                                         \
  do {                                                                                                     \
    const ck_v16 gradient = ck_load(g) * gradient_scale;                                                   \
    const ck_v16 first = beta1 * ck_load(m) + (1.0f - beta1) * gradient;                                   \
    const ck_v16 second = beta2 * ck_load(v) + (1.0f - beta2) * gradient * gradient;                       \
    ck_store(m, first);                                                                                    \
    ck_store(v, second);                                                                                   \
    ck_store(p, ck_load(p) * shrink - step * first / (__builtin_elementwise_sqrt(second) * root + epsilon)); \
  } while (0)

CK_CLONES void ck_adamw(
    size_t count, float *restrict p, const float *restrict g, float *restrict m, float *restrict v,
    float gradient_scale, float rate, float decay, float beta1, float beta2, float epsilon, float correction1,
    float correction2) {
  const float shrink = 1.0f - rate * decay, step = rate / correction1, root = 1.0f / sqrtf(correction2);
  size_t i = 0;
  for (; i + 16 <= count; i += 16) CK_ADAMW_BLOCK(p + i, g + i, m + i, v + i);
  if (i == count) return;
  const size_t left = (count - i) * sizeof(float);
  float tail[4][16] = {{0}};
  memcpy(tail[0], p + i, left);
  memcpy(tail[1], g + i, left);
  memcpy(tail[2], m + i, left);
  memcpy(tail[3], v + i, left);
  CK_ADAMW_BLOCK(tail[0], tail[1], tail[2], tail[3]);
  memcpy(p + i, tail[0], left);
  memcpy(m + i, tail[2], left);
  memcpy(v + i, tail[3], left);
}

CK_CLONES double ck_sum_of_squares(size_t count, const float *x) {
  // Sixteen sums in double, added in a fixed tree: the same on every width of vector.
  double sums[16] = {0};
  size_t i = 0;
  for (; i + 16 <= count; i += 16)
    for (size_t k = 0; k < 16; k++) sums[k] += (double)x[i + k] * (double)x[i + k];
  for (size_t k = 0; i + k < count; k++) sums[k] += (double)x[i + k] * (double)x[i + k];
  for (size_t width = 8; width > 0; width /= 2)
    for (size_t k = 0; k < width; k++) sums[k] += sums[k + width];
  return sums[0];
}

CK_CLONES void ck_moving_average(size_t count, const float *restrict x, float decay, float *restrict average) {
  for (size_t i = 0; i < count; i++) average[i] = decay * average[i] + (1.0f - decay) * x[i];
}
