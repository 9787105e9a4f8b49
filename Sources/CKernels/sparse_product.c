// Products with a sparse matrix whose right-hand side has lanes innermost: an edge is a multiply-add over
// lanes, so nothing is reduced across a vector and no order of summation depends on its width.
//
// Column tiles: the tile of x that a pass reads stays in the first-level cache while all rows stream by, and
// every row's partial sum is loaded and stored once a tile. Without tiles each edge reads x from the
// second-level cache, which halves the speed at 64 lanes.
#include "ckernels.h"
#include "lanes.h"
#include "sparse_rows.h"

#define CK_ALL_ROWS(FORM, GROUPS, BLOCK)                                                                   \
  for (uint32_t at = from; at < to; at++) {                                                                \
    ck_fetch_far(edges, tile, at, x_tile, GROUPS * 16);                                                    \
    if (ck_is_skipped(starts, at, first)) continue;                                                        \
    const uint32_t row = ck_row_at(edges, tile, at);                                                       \
    CK_ROW_PRODUCT(FORM, GROUPS, BLOCK)                                                                    \
  }

// The product by a form of the kernel, with blocks of so many groups at 32 and 64 lanes.
#define CK_SPARSE_PRODUCT(NAME, FORM, BLOCK32, BLOCK64)                                                    \
  CK_CLONES_##FORM static void NAME(                                                                       \
      const ck_edges *edges, uint32_t from, uint32_t to, const float *restrict weights,                    \
      const float *restrict x, size_t lanes, float *restrict z) {                                          \
    const uint32_t rows = edges->rows;                                                                     \
    const uint16_t *restrict columns = edges->columns;                                                     \
    for (uint32_t tile = 0; tile < edges->tiles; tile++) {                                                 \
      const uint32_t *restrict starts = edges->row_starts + (size_t)tile * (rows + 1);                     \
      const float *restrict x_tile = x + (size_t)tile * edges->tile_width * lanes;                         \
      const int first = tile == 0;                                                                         \
      if (lanes == 16)                                                                                     \
        CK_ALL_ROWS(FORM, 1, 1)                                                                            \
      else if (lanes == 32)                                                                                \
        CK_ALL_ROWS(FORM, 2, BLOCK32)                                                                      \
      else                                                                                                 \
        CK_ALL_ROWS(FORM, 4, BLOCK64)                                                                      \
    }                                                                                                      \
  }
CK_SPARSE_PRODUCT(ck_product_wide, WIDE, 2, 4)
CK_SPARSE_PRODUCT(ck_product_narrow, NARROW, 1, 1)

void ck_sparse_product(
    const ck_edges *edges, uint32_t from, uint32_t to, const float *restrict weights, const float *restrict x,
    size_t lanes, float *restrict z) {
  (ck_has_32_registers() ? ck_product_wide : ck_product_narrow)(edges, from, to, weights, x, lanes, z);
}

void ck_sparse_product_naive(
    const ck_edges *edges, const float *weights, const float *x, size_t lanes, double *z) {
  for (size_t i = 0; i < (size_t)edges->rows * lanes; i++) z[i] = 0;
  for (uint32_t tile = 0; tile < edges->tiles; tile++) {
    const uint32_t *starts = edges->row_starts + (size_t)tile * (edges->rows + 1);
    for (uint32_t at = 0; at < edges->rows; at++)
      for (uint32_t e = starts[at]; e < starts[at + 1]; e++) {
        const size_t source = (size_t)tile * edges->tile_width + edges->columns[e];
        const uint32_t row = ck_row_at(edges, tile, at);
        for (size_t l = 0; l < lanes; l++) z[row * lanes + l] += (double)weights[e] * x[source * lanes + l];
      }
  }
}

CK_CLONES void ck_sparse_product_single(
    const ck_edges *edges, const float *restrict weights, const float *restrict x, float *restrict z) {
  const uint32_t rows = edges->rows;
  const uint16_t *restrict columns = edges->columns;
  for (uint32_t tile = 0; tile < edges->tiles; tile++) {
    const uint32_t *restrict starts = edges->row_starts + (size_t)tile * (rows + 1);
    const float *restrict xt = x + (size_t)tile * edges->tile_width;
    for (uint32_t at = 0; at < rows; at++) {
      if (ck_is_skipped(starts, at, tile == 0)) continue;
      const uint32_t row = ck_row_at(edges, tile, at);
      uint32_t e = starts[at];
      const uint32_t end = starts[at + 1];
      ck_v16 sum = ck_splat(0);
      for (; e + 16 <= end; e += 16) {
        ck_v16 gathered;
        for (int i = 0; i < 16; i++) gathered[i] = xt[columns[e + i]];
        sum += ck_load(weights + e) * gathered;
      }
      float total = ck_sum(sum);
      for (; e < end; e++) total += weights[e] * xt[columns[e]];
      z[row] = tile == 0 ? total : z[row] + total;
    }
  }
}

// A block of the sampled product: SPAN floats (steps x lanes) a neuron. A row's dz stays in registers while the
// sources of the tile, packed contiguously (44 KB at the 86 of the published graph), come from the first-level cache
// where that is as large, else from the second. Four edges are summed across their lanes together, which takes a third
// of the shuffles of one at a time.
enum { SPAN = 128, VECTORS = SPAN / 16 };

size_t ck_sampled_product_scratch(const ck_edges *edges) {
  return (size_t)edges->tile_width * SPAN + SPAN;
}

size_t ck_sampled_product_block(size_t lanes) { return SPAN / lanes; }

// Copies steps x lanes of one neuron to SPAN contiguous floats, zeros behind.
CK_INLINE void ck_pack(size_t steps, size_t lanes, const float *from, size_t stride, float *to) {
  for (size_t s = 0; s < steps; s++) memcpy(to + s * lanes, from + s * stride, lanes * sizeof(float));
  if (steps * lanes < SPAN) memset(to + steps * lanes, 0, (SPAN - steps * lanes) * sizeof(float));
}

// The products of COUNT edges from `e + first` on with the row in `d`: all four at once where the registers hold
// their eight sums, else two.
#define CK_SAMPLE_EDGES(COUNT, first)                                                                      \
  do {                                                                                                     \
    const float *restrict xs[COUNT];                                                                       \
    ck_v16 even[COUNT], odd[COUNT];                                                                        \
    for (int k = 0; k < COUNT; k++) {                                                                      \
      xs[k] = tile_block + ck_column(four, first + k) * SPAN;                                              \
      even[k] = d[0] * ck_load(xs[k]);                                                                     \
      odd[k] = d[1] * ck_load(xs[k] + 16);                                                                 \
    }                                                                                                      \
    _Pragma("clang loop unroll(full)") for (int i = 2; i < VECTORS; i += 2) for (int k = 0; k < COUNT; k++) {  \
      even[k] += d[i] * ck_load(xs[k] + i * 16);                                                           \
      odd[k] += d[i + 1] * ck_load(xs[k] + i * 16 + 16);                                                   \
    }                                                                                                      \
    for (int k = 0; k < COUNT; k++) sums[first + k] = even[k] + odd[k];                                    \
  } while (0)

CK_CLONES static void ck_sampled_block(
    const ck_edges *edges, uint32_t from, uint32_t to, size_t steps, size_t lanes, size_t width,
    const float *restrict dz, size_t dz_stride, const float *restrict x, size_t x_stride, float *restrict g,
    float *restrict scratch) {
  const uint32_t rows = edges->rows;
  const uint16_t *restrict columns = edges->columns;
  float *restrict row_block = scratch;
  float *restrict tile_block = scratch + SPAN;
  const int is_full = steps * lanes == SPAN;
  const int is_wide = ck_has_32_registers();
  size_t offsets[VECTORS];  // of a row's vectors, where the block is full and needs no copy
  for (size_t i = 0; i < VECTORS; i++) offsets[i] = i * 16 / lanes * dz_stride + i * 16 % lanes;
  for (uint32_t tile = from; tile < to; tile++) {
    const size_t start = (size_t)tile * edges->tile_width;
    const size_t left = edges->sources - start;
    const size_t sources = left < edges->tile_width ? left : edges->tile_width;
    for (size_t j = 0; j < sources; j++)
      ck_pack(steps, lanes, x + (start + j) * width, x_stride, tile_block + j * SPAN);
    const uint32_t *restrict starts = edges->row_starts + (size_t)tile * (rows + 1);
    for (uint32_t at = 0; at < rows; at++) {
      uint32_t e = starts[at];
      const uint32_t end = starts[at + 1];
      if (e == end) continue;
      ck_v16 d[VECTORS];
      const float *restrict dr = dz + (size_t)ck_row_at(edges, tile, at) * width;
      if (is_full) {
        for (int i = 0; i < VECTORS; i++) d[i] = ck_load(dr + offsets[i]);
      } else {
        ck_pack(steps, lanes, dr, dz_stride, row_block);
        for (int i = 0; i < VECTORS; i++) d[i] = ck_load(row_block + i * 16);
      }
      for (; e + 4 <= end; e += 4) {
        const uint64_t four = ck_four_columns(columns + e);
        ck_v16 sums[4];
        if (is_wide) {
          CK_SAMPLE_EDGES(4, 0);
        } else {
          CK_SAMPLE_EDGES(2, 0);
          CK_SAMPLE_EDGES(2, 2);
        }
        ck_add_four_sums(sums, g + e);
      }
      for (; e < end; e++) {
        const float *restrict xs = tile_block + (size_t)columns[e] * SPAN;
        ck_v16 even = d[0] * ck_load(xs), odd = d[1] * ck_load(xs + 16);
        for (int i = 2; i < VECTORS; i += 2) {
          even += d[i] * ck_load(xs + i * 16);
          odd += d[i + 1] * ck_load(xs + i * 16 + 16);
        }
        g[e] += ck_sum(even + odd);
      }
    }
  }
}

void ck_sampled_product(
    const ck_edges *edges, uint32_t from, uint32_t to, size_t steps, size_t lanes, size_t width,
    const float *dz, size_t dz_stride, const float *x, size_t x_stride, float *g, float *scratch) {
  const size_t block = ck_sampled_product_block(lanes);
  for (size_t s = 0; s < steps; s += block)
    ck_sampled_block(
        edges, from, to, steps - s < block ? steps - s : block, lanes, width, dz + s * dz_stride, dz_stride,
        x + s * x_stride, x_stride, g, scratch);
}

void ck_sampled_product_naive(
    const ck_edges *edges, size_t steps, size_t lanes, const float *dz, size_t dz_stride, const float *x,
    size_t x_stride, double *g) {
  for (uint32_t tile = 0; tile < edges->tiles; tile++) {
    const uint32_t *starts = edges->row_starts + (size_t)tile * (edges->rows + 1);
    for (uint32_t at = 0; at < edges->rows; at++)
      for (uint32_t e = starts[at]; e < starts[at + 1]; e++) {
        const size_t source = (size_t)tile * edges->tile_width + edges->columns[e];
        const uint32_t row = ck_row_at(edges, tile, at);
        for (size_t s = 0; s < steps; s++)
          for (size_t l = 0; l < lanes; l++)
            g[e] += (double)dz[s * dz_stride + row * lanes + l] * x[s * x_stride + source * lanes + l];
      }
  }
}
