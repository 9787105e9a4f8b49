// Backward through a sparse product, both ways at once: an edge reads its target's dz once for dv = W' dz and for
// the gradient of its weight. At 32 lanes and more the loads limit both, so sharing them makes the pair a fifth
// faster than ck_sparse_product and ck_sampled_product one after the other; at 16 lanes the sums across lanes,
// one for every edge and step, cost more than that saves.
#include "ckernels.h"
#include "lanes.h"
#include "sparse_rows.h"

// The sums across lanes of four edges go to g together.
#define CK_DOT_FOUR(e) ck_add_four_sums(dot, g + (e))
#define CK_DOT_ONE(e) g[e] += ck_sum(dot[0])

// All of a row at once: for 32 registers.
#define CK_ROW_BACKWARD(GROUPS)                                                                            \
  do {                                                                                                     \
    uint32_t e = starts[at];                                                                               \
    const uint32_t end = starts[at + 1];                                                                   \
    float *zr = z + (size_t)row * (GROUPS * 16);                                                           \
    const float *xt = x_tile;                                                                              \
    ck_v16 sum[4][GROUPS], y_row[GROUPS], dot[4];                                                          \
    for (int k = 0; k < GROUPS; k++) y_row[k] = ck_load(y + (size_t)row * (GROUPS * 16) + k * 16);         \
    CK_SUMS_START(GROUPS);                                                                                 \
    CK_ROW_EDGES(READ, GROUPS * 16, CK_BOTH_##GROUPS, CK_DOT_FOUR, CK_DOT_ONE);                            \
    CK_SUMS_FINISH(GROUPS);                                                                                \
  } while (0)
#define CK_BOTH(GROUPS, c, x, w)                                                                           \
  do {                                                                                                     \
    const float *restrict x_ = (x);                                                                        \
    const ck_v16 w_ = (w), x0_ = ck_load(x_);                                                              \
    sum[c][0] += w_ * x0_;                                                                                 \
    dot[c] = y_row[0] * x0_;                                                                               \
    for (int g = 1; g < GROUPS; g++) {                                                                     \
      const ck_v16 xg_ = ck_load(x_ + g * 16);                                                             \
      sum[c][g] += w_ * xg_;                                                                               \
      dot[c] += y_row[g] * xg_;                                                                            \
    }                                                                                                      \
  } while (0)
#define CK_BOTH_1(c, x, w) CK_BOTH(1, c, x, w)
#define CK_BOTH_2(c, x, w) CK_BOTH(2, c, x, w)
#define CK_BOTH_4(c, x, w) CK_BOTH(4, c, x, w)

// The same numbers with 16 registers: the product, then the gradients of the row's edges, two at a time.
#define CK_ROW_DOTS(GROUPS)                                                                                \
  do {                                                                                                     \
    uint32_t e = starts[at];                                                                               \
    const uint32_t end = starts[at + 1];                                                                   \
    const float *xt = x_tile, *y_row = y + (size_t)row * (GROUPS * 16);                                    \
    for (; e + 4 <= end; e += 4) {                                                                         \
      const uint64_t four = ck_four_columns(columns + e);                                                  \
      ck_v16 dot[4];                                                                                       \
      CK_DOT_PAIR(GROUPS, 0);                                                                              \
      CK_DOT_PAIR(GROUPS, 2);                                                                              \
      CK_DOT_FOUR(e);                                                                                      \
    }                                                                                                      \
    for (; e < end; e++) {                                                                                 \
      const float *restrict x_ = xt + (size_t)columns[e] * (GROUPS * 16);                                  \
      ck_v16 dot = ck_load(y_row) * ck_load(x_);                                                           \
      for (int k = 1; k < GROUPS; k++) dot += ck_load(y_row + k * 16) * ck_load(x_ + k * 16);              \
      g[e] += ck_sum(dot);                                                                                 \
    }                                                                                                      \
  } while (0)
#define CK_DOT_PAIR(GROUPS, c)                                                                             \
  do {                                                                                                     \
    const float *restrict a_ = xt + ck_column(four, c) * (GROUPS * 16);                                    \
    const float *restrict b_ = xt + ck_column(four, c + 1) * (GROUPS * 16);                                \
    dot[c] = ck_load(y_row) * ck_load(a_);                                                                 \
    dot[c + 1] = ck_load(y_row) * ck_load(b_);                                                             \
    for (int k = 1; k < GROUPS; k++) {                                                                     \
      dot[c] += ck_load(y_row + k * 16) * ck_load(a_ + k * 16);                                            \
      dot[c + 1] += ck_load(y_row + k * 16) * ck_load(b_ + k * 16);                                        \
    }                                                                                                      \
  } while (0)

// Both ways by a form of the kernel, ROW(GROUPS) being what it does with a row.
#define CK_SPARSE_BACKWARD(NAME, FORM, ROW)                                                                \
  CK_CLONES_##FORM static void NAME(                                                                       \
      const ck_edges *edges, uint32_t from, uint32_t to, const float *restrict weights,                    \
      const float *restrict x, const float *restrict y, size_t lanes, float *restrict z, float *restrict g) { \
    const uint32_t rows = edges->rows;                                                                     \
    const uint16_t *restrict columns = edges->columns;                                                     \
    for (uint32_t tile = 0; tile < edges->tiles; tile++) {                                                 \
      const uint32_t *restrict starts = edges->row_starts + (size_t)tile * (rows + 1);                     \
      const float *restrict x_tile = x + (size_t)tile * edges->tile_width * lanes;                         \
      const int first = tile == 0;                                                                         \
      for (uint32_t at = from; at < to; at++) {                                                            \
        ck_fetch_far(edges, tile, at, x_tile, lanes);                                                      \
        if (ck_is_skipped(starts, at, first)) continue;                                                    \
        const uint32_t row = ck_row_at(edges, tile, at);                                                   \
        if (lanes == 16) {                                                                                 \
          ROW(1);                                                                                          \
        } else if (lanes == 32) {                                                                          \
          ROW(2);                                                                                          \
        } else {                                                                                           \
          ROW(4);                                                                                          \
        }                                                                                                  \
      }                                                                                                    \
    }                                                                                                      \
  }
#define CK_ROW_IN_TURN(GROUPS)                                                                             \
  CK_ROW_PRODUCT(NARROW, GROUPS, 1)                                                                        \
  CK_ROW_DOTS(GROUPS)
CK_SPARSE_BACKWARD(ck_backward_wide, WIDE, CK_ROW_BACKWARD)
CK_SPARSE_BACKWARD(ck_backward_narrow, NARROW, CK_ROW_IN_TURN)

void ck_sparse_backward(
    const ck_edges *edges, uint32_t from, uint32_t to, const float *restrict weights, const float *restrict x,
    const float *restrict y, size_t lanes, float *restrict z, float *restrict g) {
  (ck_has_32_registers() ? ck_backward_wide : ck_backward_narrow)(edges, from, to, weights, x, y, lanes, z, g);
}

void ck_sparse_backward_naive(
    const ck_edges *edges, const float *weights, const float *x, const float *y, size_t lanes, double *z,
    double *g) {
  ck_sparse_product_naive(edges, weights, x, lanes, z);
  ck_sampled_product_naive(edges, 1, lanes, y, 0, x, 0, g);
}
