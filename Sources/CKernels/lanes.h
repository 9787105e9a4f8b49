// What every kernel shares: the vector type, the instruction-set clones and the few inline helpers.
//
// Lanes (independent sequences) are the innermost dimension and come in groups of 16, one `ck_v16` each. The
// type fixes the order of every sum, so that AVX-512 (one register) and AVX2 (two) give the same bytes; the
// baseline has no fused multiply-add and may differ in the last bit.
#ifndef CK_LANES_H
#define CK_LANES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef float ck_v16 __attribute__((vector_size(64), aligned(4)));
typedef float ck_v8 __attribute__((vector_size(32)));
typedef float ck_v4 __attribute__((vector_size(16)));
// Four floats at any address.
typedef float ck_u4 __attribute__((vector_size(16), aligned(4)));
typedef int32_t ck_i16 __attribute__((vector_size(64), aligned(4)));

#if defined(__x86_64__) && defined(__linux__) && !defined(CK_NO_CLONES)
#define CK_CLONES __attribute__((target_clones("avx512f", "arch=haswell", "default")))
// For a kernel of which 32 registers want another form than 16 do.
#define CK_CLONES_WIDE __attribute__((target("avx512f")))
#define CK_CLONES_NARROW __attribute__((target_clones("arch=haswell", "default")))
#define CK_HAS_AVX512_FORM 1
#else
#define CK_CLONES
#define CK_CLONES_WIDE
#define CK_CLONES_NARROW
#define CK_HAS_AVX512_FORM 0
#endif

// Whether there are 32 vector registers (AVX-512, arm64) rather than 16.
#if defined(__x86_64__)
#define ck_has_32_registers() __builtin_cpu_supports("avx512f")
#else
#define ck_has_32_registers() 1
#endif

#define CK_INLINE static inline __attribute__((always_inline))

// Whether 512-bit registers are there: only the blocking depends on it, never the order of a sum.
CK_INLINE int ck_is_wide(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") != 0;
#else
  return 0;
#endif
}

// Macros rather than functions: a vector argument would tie the helper to one instruction set, even inlined.
#define ck_load(p) (*(const ck_v16 *)(p))
#define ck_store(p, v) (*(ck_v16 *)(p) = (v))
#define ck_splat(x)                                                                                        \
  ({                                                                                                       \
    const float s_ = (x);                                                                                  \
    (ck_v16){s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_};                              \
  })

// The first n <= 16 floats, zeros behind; and their store. For arrays whose length is no multiple of 16.
#define ck_load_some(p, n)                                                                                 \
  ({                                                                                                       \
    ck_v16 some_ = {0};                                                                                    \
    if ((n) == 16) some_ = ck_load(p);                                                                     \
    else memcpy(&some_, (p), (n) * sizeof(float));                                                         \
    some_;                                                                                                 \
  })
#define ck_store_some(p, n, v)                                                                             \
  do {                                                                                                     \
    const ck_v16 stored_ = (v);                                                                            \
    if ((n) == 16) ck_store(p, stored_);                                                                   \
    else memcpy((p), &stored_, (n) * sizeof(float));                                                       \
  } while (0)

// The sum of 16 lanes, always in the same tree.
#define ck_sum(v)                                                                                          \
  ({                                                                                                       \
    const ck_v16 v_ = (v);                                                                                 \
    const ck_v8 a_ = __builtin_shufflevector(v_, v_, 0, 1, 2, 3, 4, 5, 6, 7) +                             \
                     __builtin_shufflevector(v_, v_, 8, 9, 10, 11, 12, 13, 14, 15);                        \
    const ck_v4 b_ =                                                                                       \
        __builtin_shufflevector(a_, a_, 0, 1, 2, 3) + __builtin_shufflevector(a_, a_, 4, 5, 6, 7);         \
    (b_[0] + b_[2]) + (b_[1] + b_[3]);                                                                     \
  })

// tanh as x P(x^2) / Q(x^2), degrees 4 and 4, a relative minimax fit on [0, 9.02]. Odd, never above 1 in
// magnitude, NaN stays NaN; the error is at most 4e-7, absolute and relative, over all floats.
CK_INLINE void ck_tanh16(ck_v16 *value) {
  ck_v16 x = *value;
  const ck_v16 limit = ck_splat(9.02f), one = ck_splat(1.0f);
  x = (ck_v16)(((ck_i16)x & ~(ck_i16)(x > limit)) | ((ck_i16)limit & (ck_i16)(x > limit)));
  x = (ck_v16)(((ck_i16)x & ~(ck_i16)(x < -limit)) | ((ck_i16)-limit & (ck_i16)(x < -limit)));
  const ck_v16 u = x * x;
  ck_v16 p = ck_splat(1.3318768310455198e-08f);
  p = p * u + ck_splat(2.058325662801508e-05f);
  p = p * u + ck_splat(0.0034940207842737436f);
  p = p * u + ck_splat(0.1337970644235611f);
  p = p * u + one;
  ck_v16 q = ck_splat(7.76189324369625e-07f);
  q = q * u + ck_splat(0.00032830704003572464f);
  q = q * u + ck_splat(0.025871021673083305f);
  q = q * u + ck_splat(0.46713021397590637f);
  q = q * u + one;
  ck_v16 y = x * p / q;
  y = (ck_v16)(((ck_i16)y & ~(ck_i16)(y > one)) | ((ck_i16)one & (ck_i16)(y > one)));
  *value = (ck_v16)(((ck_i16)y & ~(ck_i16)(y < -one)) | ((ck_i16)-one & (ck_i16)(y < -one)));
}

// sigmoid(x) = 1/2 + tanh(x/2) / 2; the error is at most 3e-7.
CK_INLINE void ck_sigmoid16(ck_v16 *value) {
  ck_v16 half = *value * ck_splat(0.5f);
  ck_tanh16(&half);
  *value = ck_splat(0.5f) + ck_splat(0.5f) * half;
}

// exp(x) = 2^n exp(r), n the nearest integer to x / log 2, exp(r) its Taylor polynomial of degree 7 on
// |r| <= log(2) / 2; relative error at most 3e-7. x is clamped to -87 ... 88, so results are normal numbers.
CK_INLINE void ck_exp16(ck_v16 *value) {
  ck_v16 x = *value;
  const ck_v16 low = ck_splat(-87.0f), high = ck_splat(88.0f), magic = ck_splat(12582912.0f);
  x = (ck_v16)(((ck_i16)x & ~(ck_i16)(x > high)) | ((ck_i16)high & (ck_i16)(x > high)));
  x = (ck_v16)(((ck_i16)x & ~(ck_i16)(x < low)) | ((ck_i16)low & (ck_i16)(x < low)));
  // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits.
  const ck_v16 shifted = x * ck_splat(1.44269504f) + magic;
  const ck_v16 n = shifted - magic;
  ck_v16 r = x - n * ck_splat(0.693359375f);
  r = r - n * ck_splat(-2.12194440e-4f);
  ck_v16 p = ck_splat(1.0f / 5040);
  p = p * r + ck_splat(1.0f / 720);
  p = p * r + ck_splat(1.0f / 120);
  p = p * r + ck_splat(1.0f / 24);
  p = p * r + ck_splat(1.0f / 6);
  p = p * r + ck_splat(0.5f);
  p = p * r + ck_splat(1.0f);
  p = p * r + ck_splat(1.0f);
  const ck_i16 exponent = ((ck_i16)shifted - (ck_i16)magic) << 23;
  *value = (ck_v16)((ck_i16)p + exponent);
}

#endif
