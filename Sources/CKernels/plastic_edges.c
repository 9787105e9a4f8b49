// Edges that change while a network runs: differentiable Hebbian plasticity (Miconi et al. 2018).
//
// A trace an edge and lane is far more than a cache holds, so what a pass costs is how often it reads and writes them.
// Hence a trace is kept of a step now and then; between these it is made again from the neurons' values, which are few.
#include "ckernels.h"
#include "lanes.h"

// Moves h, a trace, on by `past` steps. Each sum has one product, so that it is contracted in one way only: the same
// number wherever it is made.
#define CK_MOVE_TRACE(h, past, post, pre, stride)                                                          \
  for (size_t k_ = 0; k_ < (past); k_++)                                                                   \
  h += rate * (ck_load((post) + (k_ + 1) * (stride)) * ck_load((pre) + k_ * (stride)) - h)

CK_CLONES void ck_plastic_product(
    const ck_plastic_shape *shape, const uint32_t *restrict row_starts, const uint32_t *restrict sources,
    const float *restrict strengths, const float *restrict traces, size_t past, const float *restrict v,
    float *restrict z) {
  const size_t lanes = shape->lanes, stride = shape->neurons * lanes;
  const ck_v16 rate = ck_splat(shape->rate);
  for (size_t row = 0; row < shape->neurons; row++)
    for (size_t l = 0; l < lanes; l += 16) {
      const float *post = v + row * lanes + l;
      ck_v16 sum = ck_load(z + row * lanes + l);
      for (size_t e = row_starts[row]; e < row_starts[row + 1]; e++) {
        const float *pre = v + sources[e] * lanes + l;
        ck_v16 h = ck_load(traces + e * lanes + l);
        CK_MOVE_TRACE(h, past, post, pre, stride);
        sum += ck_splat(strengths[e]) * h * ck_load(pre + past * stride);
      }
      ck_store(z + row * lanes + l, sum);
    }
}

void ck_plastic_product_naive(
    const ck_plastic_shape *shape, const uint32_t *row_starts, const uint32_t *sources, const float *strengths,
    const float *traces, const float *v, double *z) {
  const size_t lanes = shape->lanes;
  for (size_t row = 0; row < shape->neurons; row++)
    for (size_t e = row_starts[row]; e < row_starts[row + 1]; e++)
      for (size_t l = 0; l < lanes; l++)
        z[row * lanes + l] += (double)strengths[e] * traces[e * lanes + l] * v[sources[e] * lanes + l];
}

CK_CLONES void ck_plastic_traces(
    const ck_plastic_shape *shape, const uint32_t *restrict row_starts, const uint32_t *restrict sources,
    const float *traces, size_t past, const float *restrict v, float *next) {
  const size_t lanes = shape->lanes, stride = shape->neurons * lanes;
  const ck_v16 rate = ck_splat(shape->rate);
  for (size_t row = 0; row < shape->neurons; row++)
    for (size_t e = row_starts[row]; e < row_starts[row + 1]; e++)
      for (size_t l = 0; l < lanes; l += 16) {
        ck_v16 h = ck_load(traces + e * lanes + l);
        CK_MOVE_TRACE(h, past, v + row * lanes + l, v + sources[e] * lanes + l, stride);
        ck_store(next + e * lanes + l, h);
      }
}

void ck_plastic_traces_naive(
    const ck_plastic_shape *shape, const uint32_t *row_starts, const uint32_t *sources, const float *traces,
    size_t past, const float *v, double *next) {
  const size_t lanes = shape->lanes, stride = shape->neurons * lanes;
  for (size_t row = 0; row < shape->neurons; row++)
    for (size_t e = row_starts[row]; e < row_starts[row + 1]; e++)
      for (size_t l = 0; l < lanes; l++) {
        double h = traces[e * lanes + l];
        for (size_t k = 0; k < past; k++) {
          const double post = v[(k + 1) * stride + row * lanes + l], pre = v[k * stride + sources[e] * lanes + l];
          h = (1 - (double)shape->rate) * h + shape->rate * post * pre;
        }
        next[e * lanes + l] = h;
      }
}

CK_CLONES void ck_plastic_backward(
    const ck_plastic_shape *shape, const uint32_t *restrict row_starts, const uint32_t *restrict sources,
    const float *restrict strengths, const float *restrict traces, size_t past, int is_first,
    const float *restrict v, const float *restrict dz, float *restrict dtraces, float *dv,
    float *restrict dstrengths, double *drate) {
  const size_t lanes = shape->lanes, stride = shape->neurons * lanes;
  const ck_v16 rate = ck_splat(shape->rate);
  for (size_t row = 0; row < shape->neurons; row++)
    for (size_t l = 0; l < lanes; l += 16) {
      const float *post = v + row * lanes + l;
      const ck_v16 dzl = ck_load(dz + row * lanes + l), after = ck_load(post + (past + 1) * stride);
      const ck_v16 rate_after = rate * after;
      ck_v16 sum_post = ck_splat(0), sum_rate = ck_splat(0);
      for (size_t e = row_starts[row]; e < row_starts[row + 1]; e++) {
        const size_t source = sources[e] * lanes + l;
        const float *pre = v + source;
        const ck_v16 x = ck_load(pre + past * stride), s = ck_splat(strengths[e]);
        ck_v16 h = ck_load(traces + e * lanes + l), g = ck_load(dtraces + e * lanes + l);
        CK_MOVE_TRACE(h, past, post, pre, stride);
        const ck_v16 zx = dzl * x, sh = s * h;
        sum_rate += g * (after * x - h);
        dstrengths[e] += ck_sum(zx * h);
        // What the values of the window's first step are is no question of this window.
        if (!is_first) {
          const ck_v16 through = ck_load(dv + source) + sh * dzl;
          ck_store(dv + source, through + rate_after * g);
        }
        g += s * zx - rate * g;
        ck_store(dtraces + e * lanes + l, g);
        if (!is_first) sum_post += g * ck_load(pre + past * stride - stride);
      }
      if (!is_first) ck_store(dv + row * lanes + l, ck_load(dv + row * lanes + l) + rate * sum_post);
      *drate += ck_sum(sum_rate);
    }
}

void ck_plastic_backward_naive(
    const ck_plastic_shape *shape, const uint32_t *row_starts, const uint32_t *sources, const float *strengths,
    const float *traces, const float *v_before, const float *v, const float *v_after, const float *dz,
    double *dtraces, double *dv, double *dstrengths, double *drate) {
  const size_t lanes = shape->lanes;
  const double rate = shape->rate;
  for (size_t row = 0; row < shape->neurons; row++)
    for (size_t e = row_starts[row]; e < row_starts[row + 1]; e++)
      for (size_t l = 0; l < lanes; l++) {
        const size_t i = row * lanes + l, j = sources[e] * lanes + l;
        const double h = traces[e * lanes + l], g = dtraces[e * lanes + l];
        *drate += g * ((double)v_after[i] * v[j] - h);
        dstrengths[e] += (double)dz[i] * h * v[j];
        dv[j] += strengths[e] * h * dz[i] + rate * g * v_after[i];
        dtraces[e * lanes + l] = (1 - rate) * g + (double)strengths[e] * dz[i] * v[j];
        dv[i] += rate * dtraces[e * lanes + l] * v_before[j];
      }
}

// The sources of 16 edges, one lane.
#define CK_GATHER(x, sources)                                                                              \
  ({                                                                                                       \
    ck_v16 gathered_;                                                                                      \
    for (int i_ = 0; i_ < 16; i_++) gathered_[i_] = (x)[(sources)[i_]];                                    \
    gathered_;                                                                                             \
  })

CK_CLONES void ck_plastic_product_single(
    const ck_plastic_shape *shape, const uint32_t *restrict row_starts, const uint32_t *restrict sources,
    const float *restrict strengths, const float *restrict traces, const float *restrict v, float *restrict z) {
  for (size_t row = 0; row < shape->neurons; row++) {
    size_t e = row_starts[row];
    const size_t end = row_starts[row + 1];
    ck_v16 sum = ck_splat(0);
    for (; e + 16 <= end; e += 16)
      sum += ck_load(strengths + e) * ck_load(traces + e) * CK_GATHER(v, sources + e);
    float total = ck_sum(sum);
    for (; e < end; e++) total += strengths[e] * traces[e] * v[sources[e]];
    z[row] += total;
  }
}

CK_CLONES void ck_plastic_traces_single(
    const ck_plastic_shape *shape, const uint32_t *restrict row_starts, const uint32_t *restrict sources,
    const float *restrict v, const float *restrict v_after, float *restrict traces) {
  const float rate = shape->rate;
  for (size_t row = 0; row < shape->neurons; row++) {
    size_t e = row_starts[row];
    const size_t end = row_starts[row + 1];
    for (; e + 16 <= end; e += 16) {
      const ck_v16 h = ck_load(traces + e);
      ck_store(traces + e, h + ck_splat(rate) * (ck_splat(v_after[row]) * CK_GATHER(v, sources + e) - h));
    }
    for (; e < end; e++) traces[e] += rate * (v_after[row] * v[sources[e]] - traces[e]);
  }
}
