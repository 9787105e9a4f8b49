// What the kernels over the edges of a row share.
#ifndef CK_SPARSE_ROWS_H
#define CK_SPARSE_ROWS_H

#include "ckernels.h"
#include "lanes.h"

// Four edges at a time, with one load of their columns and one of their weights: the loads of x leave no room in
// the load units for one a number. The empty assembly keeps the weights in a register, from where they are
// spread; the compiler would rather read each again.
#if defined(__x86_64__)
#define CK_KEEP_NARROW(v) __asm__("" : "+x"(v))
#else
#define CK_KEEP_NARROW(v) __asm__("" : "+w"(v))
#endif
#define CK_FOUR_NARROW(p) (*(const ck_u4 *)(p))
#define CK_TYPE_NARROW ck_u4
#define CK_SPREAD_NARROW(v, i) __builtin_shufflevector(v, v, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i)
// With AVX-512 the load brings the four to each quarter of a register, and one shuffle within quarters spreads a weight. From
// a quarter alone it takes two, which Intel's cores, with one unit that shuffles 512 bits, do half as fast.
#if CK_HAS_AVX512_FORM
#define CK_KEEP_WIDE(v) __asm__("" : "+v"(v))
#define CK_FOUR_WIDE(p)                                                                                    \
  __builtin_shufflevector(                                                                                 \
      *(const ck_u4 *)(p), *(const ck_u4 *)(p), 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3)
#define CK_TYPE_WIDE ck_v16
#define CK_SPREAD_WIDE(v, i)                                                                               \
  __builtin_shufflevector(                                                                                 \
      v, v, i, i, i, i, 4 + i, 4 + i, 4 + i, 4 + i, 8 + i, 8 + i, 8 + i, 8 + i, 12 + i, 12 + i, 12 + i, 12 + i)
#else
#define CK_KEEP_WIDE CK_KEEP_NARROW
#define CK_FOUR_WIDE CK_FOUR_NARROW
#define CK_TYPE_WIDE CK_TYPE_NARROW
#define CK_SPREAD_WIDE CK_SPREAD_NARROW
#endif

// Where a source's lanes serve two multiply-adds there is room to load each weight, and the shuffles are wanted elsewhere.
#define CK_KEEP_READ(p)
#define CK_FOUR_READ(p) (p)
#define CK_TYPE_READ const float *
#define CK_SPREAD_READ(p, i) ck_splat((p)[i])

CK_INLINE uint64_t ck_four_columns(const uint16_t *columns) {
  uint64_t four;
  memcpy(&four, columns, sizeof four);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#error "columns are read as little-endian words"
#endif
  return four;
}
#define ck_column(four, i) ((four) >> (16 * (i)) & 0xffff)

// The row that stands at a place in the order of a tile.
CK_INLINE uint32_t ck_row_at(const ck_edges *edges, uint32_t tile, uint32_t at) {
  return at / CK_ROW_BLOCK * CK_ROW_BLOCK + edges->row_order[(size_t)tile * edges->rows + at];
}

// A row without edges in a tile keeps the sums that it has from those before: only the first tile begins them.
#define ck_is_skipped(starts, at, first) (!(first) && (starts)[at] == (starts)[(at) + 1])

// Asks for the far sources of a row some rows ahead, which take longer to come than a processor can look ahead: where most
// sources are near, a hundredth of far ones doubles the time of a row that waits for each.
enum { CK_ROWS_AHEAD = 4 };
CK_INLINE void ck_fetch_far(
    const ck_edges *edges, uint32_t tile, uint32_t at, const float *x_tile, size_t lanes) {
  if (!edges->far_starts || at + CK_ROWS_AHEAD >= edges->rows) return;
  const uint32_t *starts = edges->far_starts + (size_t)tile * (edges->rows + 1) + at + CK_ROWS_AHEAD;
  const uint16_t *far = edges->far_columns + *starts;
  const uint32_t each = edges->far_each;
  for (uint32_t f = 0; f < each; f++)
    for (size_t l = 0; l < lanes; l += 16) __builtin_prefetch(x_tile + (size_t)far[f] * lanes + l);
}

// BODY(c, x, w) for edges e ..< end of a row: c is the chain of sums (0 to 3), x the source's lanes, w the weight
// in every lane. FOUR(e) follows every group of four, ONE(e) every single edge behind the last group. FORM is WIDE, NARROW or
// READ.
#define CK_ROW_EDGES(FORM, STRIDE, BODY, FOUR, ONE)                                                        \
  do {                                                                                                     \
    for (; e + 4 <= end; e += 4) {                                                                         \
      const uint64_t four_ = ck_four_columns(columns + e);                                                 \
      CK_TYPE_##FORM w4_ = CK_FOUR_##FORM(weights + e);                                                    \
      CK_KEEP_##FORM(w4_);                                                                                 \
      BODY(0, xt + ck_column(four_, 0) * (STRIDE), CK_SPREAD_##FORM(w4_, 0));                              \
      BODY(1, xt + ck_column(four_, 1) * (STRIDE), CK_SPREAD_##FORM(w4_, 1));                              \
      BODY(2, xt + ck_column(four_, 2) * (STRIDE), CK_SPREAD_##FORM(w4_, 2));                              \
      BODY(3, xt + ck_column(four_, 3) * (STRIDE), CK_SPREAD_##FORM(w4_, 3));                              \
      FOUR(e);                                                                                             \
    }                                                                                                      \
    for (; e < end; e++) {                                                                                 \
      BODY(0, xt + (size_t)columns[e] * (STRIDE), ck_splat(weights[e]));                                   \
      ONE(e);                                                                                              \
    }                                                                                                      \
  } while (0)
#define CK_NOTHING(e)

// GROUPS vectors of 16 lanes a row, BLOCK of them at a time; four independent sums of each, so that the latency
// of an addition is hidden, at every width: a lane is summed in the same order whatever runs beside it. With 32
// registers all groups go at once; with 16 one at a time, because sums that spill cost more than reading the
// weights again.
#define CK_ROW_PRODUCT(FORM, GROUPS, BLOCK)                                                                \
  for (int block = 0; block < GROUPS; block += BLOCK) {                                                    \
    uint32_t e = starts[at];                                                                               \
    const uint32_t end = starts[at + 1];                                                                   \
    float *zr = z + (size_t)row * (GROUPS * 16) + block * 16;                                              \
    const float *xt = x_tile + block * 16;                                                                 \
    ck_v16 sum[4][BLOCK];                                                                                  \
    CK_SUMS_START(BLOCK);                                                                                  \
    CK_ROW_EDGES(FORM, GROUPS * 16, CK_MULTIPLY_ADD_##BLOCK, CK_NOTHING, CK_NOTHING);                      \
    CK_SUMS_FINISH(BLOCK);                                                                                 \
  }
#define CK_SUMS_START(BLOCK)                                                                               \
  for (int g = 0; g < BLOCK; g++) {                                                                        \
    sum[0][g] = first ? ck_splat(0) : ck_load(zr + g * 16);                                                \
    for (int c = 1; c < 4; c++) sum[c][g] = ck_splat(0);                                                   \
  }
#define CK_SUMS_FINISH(BLOCK)                                                                              \
  for (int g = 0; g < BLOCK; g++) {                                                                        \
    ck_v16 total = sum[0][g];                                                                              \
    for (int c = 1; c < 4; c++) total += sum[c][g];                                                        \
    ck_store(zr + g * 16, total);                                                                          \
  }
#define CK_MULTIPLY_ADD(BLOCK, c, x, w)                                                                    \
  do {                                                                                                     \
    const float *restrict x_ = (x);                                                                        \
    const ck_v16 w_ = (w);                                                                                 \
    for (int g = 0; g < BLOCK; g++) sum[c][g] += w_ * ck_load(x_ + g * 16);                                \
  } while (0)
#define CK_MULTIPLY_ADD_1(c, x, w) CK_MULTIPLY_ADD(1, c, x, w)
#define CK_MULTIPLY_ADD_2(c, x, w) CK_MULTIPLY_ADD(2, c, x, w)
#define CK_MULTIPLY_ADD_4(c, x, w) CK_MULTIPLY_ADD(4, c, x, w)

// Interleave pairs within 128 bits: the sums of the two results hold the partial sums of a and b, then of
// pairs of pairs.
#define CK_PAIR_LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define CK_PAIR_HIGH(a, b)                                                                                 \
  __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define CK_QUAD_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define CK_QUAD_HIGH(a, b)                                                                                 \
  __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)

// g[0 ..< 4] += the sums of four vectors.
CK_INLINE void ck_add_four_sums(const ck_v16 s[4], float *g) {
  const ck_v16 ab = CK_PAIR_LOW(s[0], s[1]) + CK_PAIR_HIGH(s[0], s[1]);
  const ck_v16 cd = CK_PAIR_LOW(s[2], s[3]) + CK_PAIR_HIGH(s[2], s[3]);
  const ck_v16 all = CK_QUAD_LOW(ab, cd) + CK_QUAD_HIGH(ab, cd);
  const ck_v8 half = __builtin_shufflevector(all, all, 0, 1, 2, 3, 4, 5, 6, 7) +
                     __builtin_shufflevector(all, all, 8, 9, 10, 11, 12, 13, 14, 15);
  *(ck_u4 *)g += __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
}

#endif
