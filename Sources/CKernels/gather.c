// Adding arrays and gathering from them.
#include "ckernels.h"
#include "lanes.h"

CK_CLONES void ck_add(size_t count, const float *restrict x, float *restrict y) {
  for (size_t i = 0; i < count; i++) y[i] += x[i];
}

void ck_gather(size_t count, const uint32_t *restrict index, const float *restrict x, float *restrict y) {
  for (size_t i = 0; i < count; i++) y[i] = x[index[i]];
}
