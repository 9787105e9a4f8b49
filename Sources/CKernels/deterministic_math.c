// exp, cos and sin in double precision, eight at a time: the operations of NeuralCore's DeterministicMath in the same
// order, every one rounded by itself, so the same bits whatever the instruction set.
#include "ckernels.h"
#include "lanes.h"

#pragma STDC FP_CONTRACT OFF

typedef double ck_d8 __attribute__((vector_size(64), aligned(8)));
typedef int64_t ck_l8 __attribute__((vector_size(64), aligned(8)));

#define ck_splat_d(x)                                                                                      \
  ({                                                                                                       \
    const double s_ = (x);                                                                                 \
    (ck_d8){s_, s_, s_, s_, s_, s_, s_, s_};                                                               \
  })
// a where the mask is all ones, else b.
#define ck_choose(mask, a, b) ((ck_d8)(((mask) & (ck_l8)(a)) | (~(mask) & (ck_l8)(b))))
// The nearest integer, halves away from zero: the largest number below a half, with the sign of x, is added before
// the fraction is cut off.
#define ck_round(x)                                                                                        \
  __builtin_elementwise_trunc(                                                                             \
      (x) + (ck_d8)(((ck_l8)(x) & (ck_l8)ck_splat_d(-0.0)) | (ck_l8)ck_splat_d(0x1.fffffffffffffp-2)))
// Integers below 2^51 in magnitude: added to 1.5 x 2^52 they stand in the low bits.
#define ck_low_bits(n) ((ck_l8)((n) + ck_splat_d(0x1.8p52)))

CK_CLONES void ck_exp_double(size_t count, const double *x, double *y) {
  const ck_d8 one = ck_splat_d(1), low = ck_splat_d(-700), high = ck_splat_d(700);
  for (size_t i = 0; i < count; i += 8) {
    const size_t some = count - i < 8 ? count - i : 8;
    ck_d8 v = {0};
    memcpy(&v, x + i, some * sizeof(double));
    v = ck_choose(low > v, low, v);
    v = ck_choose(high < v, high, v);
    const ck_d8 n = ck_round(v / ck_splat_d(0.693147180559945309));
    const ck_d8 r = (v - n * ck_splat_d(0.693147180369123816490)) - n * ck_splat_d(1.90821492927058770002e-10);
    ck_d8 sum = one;
    for (int k = 13; k >= 1; k--) sum = one + sum * r * ck_splat_d(1.0 / k);
    sum *= (ck_d8)((ck_low_bits(n) << 52) + (ck_l8)one);
    memcpy(y + i, &sum, some * sizeof(double));
  }
}

CK_CLONES void ck_cos_sin(size_t count, const double *x, double *cosines, double *sines) {
  const ck_d8 one = ck_splat_d(1), zero = ck_splat_d(0), limit = ck_splat_d(1e15);
  for (size_t i = 0; i < count; i += 8) {
    const size_t some = count - i < 8 ? count - i : 8;
    ck_d8 v = {0};
    memcpy(&v, x + i, some * sizeof(double));
    v = ck_choose((v < limit) & (v > -limit), v, zero);
    const ck_d8 n = ck_round(v / ck_splat_d(0x1.921fb54442d18p0));
    const ck_d8 r = (v - n * ck_splat_d(1.57079632673412561417)) - n * ck_splat_d(6.07710050650619224932e-11);
    const ck_d8 square = r * r;
    ck_d8 cosine = one, sine = one;
    for (int k = 18; k >= 2; k -= 2) cosine = one - cosine * square * ck_splat_d((1.0 / k) * (1.0 / (k - 1)));
    for (int k = 19; k >= 3; k -= 2) sine = one - sine * square * ck_splat_d((1.0 / k) * (1.0 / (k - 1)));
    sine *= r;
    // The quadrant: odd ones exchange the two, the upper half turns the sign.
    const ck_l8 quadrant = ck_low_bits(n) & 3, odd = -(quadrant & 1);
    const ck_l8 cosine_sign = ((quadrant + 1) & 2) << 62, sine_sign = (quadrant & 2) << 62;
    const ck_d8 c = (ck_d8)((ck_l8)ck_choose(odd, sine, cosine) ^ cosine_sign);
    const ck_d8 s = (ck_d8)((ck_l8)ck_choose(odd, cosine, sine) ^ sine_sign);
    memcpy(cosines + i, &c, some * sizeof(double));
    memcpy(sines + i, &s, some * sizeof(double));
  }
}
