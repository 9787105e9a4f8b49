// Dense products of a whole window with packed matrices. A matrix is packed in panels of 16 rows, [k][16], so
// that a row block walks one pointer and a lane alone (lanes = 1) reads 16 rows at once.
//
// Every sum runs over k in ascending order from its start value, whatever the lanes, the steps and the width of
// the vectors: a step alone and a window give the same bytes, and so do AVX2 and AVX-512.
#include "ckernels.h"
#include "lanes.h"

size_t ck_panel_floats(size_t rows, size_t inner) { return (rows + 15) / 16 * 16 * inner; }

// v[l][i] = v[i][l], in place: 16 x 16, by four rounds of riffling.
#define ck_zip_low(a, b)                                                                                   \
  __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define ck_zip_high(a, b)                                                                                  \
  __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)

CK_INLINE void ck_transpose16(ck_v16 *v) {
  ck_v16 u[16];
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < 8; i++) {
      u[2 * i] = ck_zip_low(v[i], v[i + 8]);
      u[2 * i + 1] = ck_zip_high(v[i], v[i + 8]);
    }
    for (int i = 0; i < 8; i++) {
      v[2 * i] = ck_zip_low(u[i], u[i + 8]);
      v[2 * i + 1] = ck_zip_high(u[i], u[i + 8]);
    }
  }
}

// A full panel whose rows are contiguous is transposed 16 x 16 at a time; one whose columns are is copied.
CK_CLONES void ck_pack_panels(
    size_t rows, size_t inner, const float *restrict w, size_t w_row, size_t w_column,
    float *restrict panels) {
  for (size_t first = 0; first < rows; first += 16) {
    float *panel = panels + first * inner;
    const float *from = w + first * w_row;
    const size_t count = rows - first < 16 ? rows - first : 16;
    size_t k = 0;
    if (count == 16 && w_row == 1) {
      for (; k < inner; k++) ck_store(panel + k * 16, ck_load(from + k * w_column));
    } else if (count == 16 && w_column == 1) {
      for (; k + 16 <= inner; k += 16) {
        ck_v16 v[16];
        for (size_t r = 0; r < 16; r++) v[r] = ck_load(from + r * w_row + k);
        ck_transpose16(v);
        for (size_t r = 0; r < 16; r++) ck_store(panel + (k + r) * 16, v[r]);
      }
    }
    for (; k < inner; k++) {
      for (size_t r = 0; r < count; r++) panel[k * 16 + r] = from[r * w_row + k * w_column];
      for (size_t r = count; r < 16; r++) panel[k * 16 + r] = 0;
    }
  }
}

// ROWS x GROUPS accumulators over `inner`: a holds 16 floats a k, b `b_stride` floats a k. FETCH asks for what comes next.
#define CK_BLOCK(ROWS, GROUPS, START, FETCH, FINISH)                                                       \
  do {                                                                                                     \
    ck_v16 sum[ROWS][GROUPS];                                                                              \
    for (int r = 0; r < ROWS; r++)                                                                         \
      for (int g = 0; g < GROUPS; g++) sum[r][g] = START;                                                  \
    for (size_t k = 0; k < inner; k++) {                                                                   \
      ck_v16 bk[GROUPS];                                                                                   \
      for (int g = 0; g < GROUPS; g++) bk[g] = ck_load(b + k * b_stride + g * 16);                         \
      FETCH;                                                                                               \
      for (int r = 0; r < ROWS; r++) {                                                                     \
        const ck_v16 ar = ck_splat(a[k * 16 + r]);                                                         \
        for (int g = 0; g < GROUPS; g++) sum[r][g] += ar * bk[g];                                          \
      }                                                                                                    \
    }                                                                                                      \
    for (int r = 0; r < ROWS; r++)                                                                         \
      for (int g = 0; g < GROUPS; g++) FINISH;                                                             \
  } while (0)

// A matrix of a hundred units and more is in the second-level cache at best, and a step reads all of it once.
enum { CK_AHEAD = 16 };
#define CK_PANEL_FETCH __builtin_prefetch(a + (k + CK_AHEAD) * 16)
#define CK_PANEL_START (accumulate && r < left ? ck_load(y0 + r * lanes + g * 16) : ck_splat(0))
#define CK_PANEL_FINISH                                                                                    \
  if (r < left) ck_store(y0 + r * lanes + g * 16, sum[r][g])

// One panel at one step. AVX-512 holds 16 accumulators of one register, 16 x 1 at 16 lanes and 8 x 2 at more;
// others 4 of two registers.
CK_CLONES static void ck_panel_step(
    size_t count, size_t inner, size_t lanes, const float *restrict panel, const float *restrict x,
    int accumulate, float *restrict y) {
  const size_t b_stride = lanes;
  if (ck_is_wide() && lanes == 16) {
    const float *a = panel, *b = x;
    float *y0 = y;
    const int left = (int)count;
    CK_BLOCK(16, 1, CK_PANEL_START, CK_PANEL_FETCH, CK_PANEL_FINISH);
    return;
  }
  if (ck_is_wide()) {
    for (size_t row = 0; row < count; row += 8)
      for (size_t l = 0; l < lanes; l += 32) {
        const float *a = panel + row, *b = x + l;
        float *y0 = y + row * lanes + l;
        const int left = (int)(count - row);
        CK_BLOCK(8, 2, CK_PANEL_START, CK_PANEL_FETCH, CK_PANEL_FINISH);
      }
    return;
  }
  for (size_t row = 0; row < count; row += 4)
    for (size_t l = 0; l < lanes; l += 16) {
      const float *a = panel + row, *b = x + l;
      float *y0 = y + row * lanes + l;
      const int left = (int)(count - row);
      CK_BLOCK(4, 1, CK_PANEL_START, CK_PANEL_FETCH, CK_PANEL_FINISH);
    }
}

// One lane: four panels at a time hide the latency of the additions.
CK_CLONES static void ck_panels_single(
    size_t rows, size_t inner, const float *restrict panels, const float *restrict x, int accumulate,
    float *restrict y) {
  for (size_t first = 0; first < rows; first += 64) {
    ck_v16 sum[4];
    const float *panel[4];
    for (size_t p = 0; p < 4; p++) {
      const size_t row = first + p * 16;
      const size_t count = row >= rows ? 0 : rows - row < 16 ? rows - row : 16;
      sum[p] = ck_splat(0);
      if (accumulate && count > 0) sum[p] = ck_load_some(y + row, count);
      panel[p] = panels + (count > 0 ? row : first) * inner;
    }
    for (size_t k = 0; k < inner; k++) {
      const ck_v16 xk = ck_splat(x[k]);
      for (size_t p = 0; p < 4; p++) sum[p] += ck_load(panel[p] + k * 16) * xk;
    }
    for (size_t p = 0; p < 4 && first + p * 16 < rows; p++) {
      const size_t row = first + p * 16, count = rows - row < 16 ? rows - row : 16;
      ck_store_some(y + row, count, sum[p]);
    }
  }
}

void ck_window_product(
    size_t rows, size_t inner, size_t steps, size_t lanes, const float *restrict panels,
    const float *restrict x, size_t x_stride, int accumulate, float *restrict y, size_t y_stride) {
  if (lanes == 1) {
    for (size_t s = 0; s < steps; s++)
      ck_panels_single(rows, inner, panels, x + s * x_stride, accumulate, y + s * y_stride);
    return;
  }
  for (size_t row = 0; row < rows; row += 16) {
    const size_t count = rows - row < 16 ? rows - row : 16;
    for (size_t s = 0; s < steps; s++)
      ck_panel_step(
          count, inner, lanes, panels + row * inner, x + s * x_stride, accumulate,
          y + s * y_stride + row * lanes);
  }
}

// ---- Gradient of a matrix --------------------------------------------------------------------------------

// (steps, lanes) pairs taken at once.
enum { SPAN = 256 };

// Panels [steps x lanes][16] of 16 features each, zeros beyond the last feature.
CK_CLONES static void ck_pack_features(
    size_t features, size_t steps, size_t lanes, const float *restrict x, size_t stride,
    float *restrict packed) {
  const size_t span = steps * lanes;
  for (size_t first = 0; first < features; first += 16) {
    float *panel = packed + first * span;
    const size_t count = features - first < 16 ? features - first : 16;
    for (size_t s = 0; s < steps; s++)
      for (size_t l = 0; l < lanes; l += 16) {
        ck_v16 v[16];
        for (size_t i = 0; i < 16; i++) {
          v[i] = ck_splat(0);
          if (i < count) v[i] = ck_load(x + s * stride + (first + i) * lanes + l);
        }
        ck_transpose16(v);
        for (size_t i = 0; i < 16; i++) ck_store(panel + (s * lanes + l + i) * 16, v[i]);
      }
  }
}

size_t ck_window_outer_scratch(size_t rows, size_t columns) {
  return ((rows + 15) / 16 + (columns + 15) / 16) * 16 * SPAN;
}

#define CK_OUTER_FINISH                                                                                    \
  if (r < rows_left) {                                                                                     \
    const ck_v16 old = ck_load_some(g0 + r * g_row, width);                                                \
    ck_store_some(g0 + r * g_row, width, old + sum[r][g]);                                                 \
  }

// g += a b' for two panels over `inner` (steps, lanes) pairs.
CK_CLONES static void ck_outer_block(
    size_t rows_left, size_t width, size_t inner, const float *restrict a_panel,
    const float *restrict b, float *restrict g_block, size_t g_row) {
  const size_t b_stride = 16;
  if (ck_is_wide()) {
    const float *a = a_panel;
    float *g0 = g_block;
    CK_BLOCK(16, 1, ck_splat(0), (void)0, CK_OUTER_FINISH);
    return;
  }
  for (size_t row = 0; row < 16 && rows_left > 0; row += 4) {
    const float *a = a_panel + row;
    float *g0 = g_block + row * g_row;
    CK_BLOCK(4, 1, ck_splat(0), (void)0, CK_OUTER_FINISH);
    rows_left = rows_left > 4 ? rows_left - 4 : 0;
  }
}

void ck_window_outer(
    size_t rows, size_t columns, size_t steps, size_t lanes, const float *restrict dy, size_t dy_stride,
    const float *restrict x, size_t x_stride, float *restrict g, size_t g_row, float *restrict scratch) {
  const size_t block = SPAN / lanes;
  float *x_panels = scratch, *dy_panels = scratch + (columns + 15) / 16 * 16 * SPAN;
  for (size_t s = 0; s < steps; s += block) {
    const size_t count = steps - s < block ? steps - s : block, span = count * lanes;
    ck_pack_features(columns, count, lanes, x + s * x_stride, x_stride, x_panels);
    ck_pack_features(rows, count, lanes, dy + s * dy_stride, dy_stride, dy_panels);
    for (size_t row = 0; row < rows; row += 16)
      for (size_t column = 0; column < columns; column += 16)
        ck_outer_block(
            rows - row < 16 ? rows - row : 16, columns - column < 16 ? columns - column : 16, span,
            dy_panels + row * span, x_panels + column * span, g + row * g_row + column, g_row);
  }
}

// ---- Biases ----------------------------------------------------------------------------------------------

void ck_fill_rows(
    size_t rows, size_t steps, size_t lanes, const float *restrict bias, float *restrict y, size_t y_stride) {
  for (size_t s = 0; s < steps; s++)
    for (size_t r = 0; r < rows; r++)
      for (size_t l = 0; l < lanes; l++) y[s * y_stride + r * lanes + l] = bias[r];
}

CK_CLONES void ck_row_sums(
    size_t rows, size_t steps, size_t lanes, const float *restrict dy, size_t dy_stride, float *restrict g) {
  for (size_t r = 0; r < rows; r++) {
    ck_v16 sum = ck_splat(0);
    for (size_t s = 0; s < steps; s++)
      for (size_t l = 0; l < lanes; l += 16) sum += ck_load(dy + s * dy_stride + r * lanes + l);
    g[r] += ck_sum(sum);
  }
}

void ck_outer_product_naive(
    size_t rows, size_t columns, size_t steps, size_t lanes, const float *dy, size_t dy_stride,
    const float *x, size_t x_stride, double *g) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++)
      for (size_t s = 0; s < steps; s++)
        for (size_t l = 0; l < lanes; l++)
          g[r * columns + c] +=
              (double)dy[s * dy_stride + r * lanes + l] * x[s * x_stride + c * lanes + l];
}
