// The recurrence of a diagonal state space layer (S4D, Gu et al. 2022, arXiv 2206.11893). Pairs of conjugate
// states are complex numbers, real part first.
#include "ckernels.h"
#include "lanes.h"

// PAIRS states at a time hide each other's latency. A pair's share is added to y in the order of the pairs,
// whatever the steps of the window.
#define CK_S4D_FORWARD(PAIRS)                                                                              \
  do {                                                                                                     \
    ck_v16 xr[PAIRS], xi[PAIRS];                                                                           \
    for (int c = 0; c < PAIRS; c++) {                                                                      \
      xr[c] = ck_load(x + (2 * (n + c)) * lanes + l);                                                      \
      xi[c] = ck_load(x + (2 * (n + c) + 1) * lanes + l);                                                  \
    }                                                                                                      \
    for (size_t t = 0; t < steps; t++) {                                                                   \
      const ck_v16 ut = ck_load(uh + t * stride + l);                                                      \
      ck_v16 yt = ck_load(yh + t * stride + l);                                                            \
      for (int c = 0; c < PAIRS; c++) {                                                                    \
        const ck_v16 lr = ck_splat(a[2 * (n + c)]), li = ck_splat(a[2 * (n + c) + 1]);                     \
        const ck_v16 next = lr * xr[c] - li * xi[c] + ut;                                                  \
        xi[c] = lr * xi[c] + li * xr[c];                                                                   \
        xr[c] = next;                                                                                      \
        yt += ck_splat(b[2 * (n + c)]) * xr[c];                                                            \
        yt -= ck_splat(b[2 * (n + c) + 1]) * xi[c];                                                        \
      }                                                                                                    \
      ck_store(yh + t * stride + l, yt);                                                                   \
    }                                                                                                      \
    for (int c = 0; c < PAIRS; c++) {                                                                      \
      ck_store(x + (2 * (n + c)) * lanes + l, xr[c]);                                                      \
      ck_store(x + (2 * (n + c) + 1) * lanes + l, xi[c]);                                                  \
    }                                                                                                      \
  } while (0)

CK_CLONES static void ck_s4d_lanes(
    const ck_s4d *s, size_t steps, const float *restrict u, float *restrict state, float *restrict y) {
  const size_t lanes = s->lanes, stride = s->channels * lanes;
  for (size_t h = 0; h < s->channels; h++) {
    const float *a = s->decay + h * 2 * s->pairs, *b = s->output + h * 2 * s->pairs;
    const float *uh = u + h * lanes;
    float *yh = y + h * lanes, *x = state + h * 2 * s->pairs * lanes;
    const ck_v16 skip = ck_splat(s->skip[h]);
    for (size_t l = 0; l < lanes; l += 16) {
      for (size_t t = 0; t < steps; t++) ck_store(yh + t * stride + l, skip * ck_load(uh + t * stride + l));
      size_t n = 0;
      for (; n + 4 <= s->pairs; n += 4) CK_S4D_FORWARD(4);
      for (; n < s->pairs; n++) CK_S4D_FORWARD(1);
    }
  }
}

// One lane: eight sums of the pairs hide the latency of the additions.
CK_CLONES static void ck_s4d_single(const ck_s4d *s, size_t steps, const float *u, float *state, float *y) {
  for (size_t t = 0; t < steps; t++)
    for (size_t h = 0; h < s->channels; h++) {
      const float *a = s->decay + h * 2 * s->pairs, *b = s->output + h * 2 * s->pairs;
      float *x = state + h * 2 * s->pairs;
      const float ut = u[t * s->channels + h];
      float sums[8] = {0};
      for (size_t n = 0; n < s->pairs; n++) {
        const float xr = a[2 * n] * x[2 * n] - a[2 * n + 1] * x[2 * n + 1] + ut;
        const float xi = a[2 * n] * x[2 * n + 1] + a[2 * n + 1] * x[2 * n];
        x[2 * n] = xr;
        x[2 * n + 1] = xi;
        sums[n % 8] += b[2 * n] * xr - b[2 * n + 1] * xi;
      }
      const float low = (sums[0] + sums[4]) + (sums[1] + sums[5]);
      y[t * s->channels + h] = s->skip[h] * ut + (low + ((sums[2] + sums[6]) + (sums[3] + sums[7])));
    }
}

void ck_s4d_forward(const ck_s4d *s, size_t steps, const float *u, float *state, float *y) {
  if (s->lanes == 1)
    ck_s4d_single(s, steps, u, state, y);
  else
    ck_s4d_lanes(s, steps, u, state, y);
}

size_t ck_s4d_scratch(size_t steps) { return (steps + 1) * 2 * 2 * 16; }

// The states of the window again, kept, then back through them. Two pairs at a time: the gradients of more
// do not fit in the registers.
#define CK_S4D_BACKWARD(PAIRS)                                                                             \
  do {                                                                                                     \
    ck_v16 xr[PAIRS], xi[PAIRS], dr[PAIRS], di[PAIRS], ar[PAIRS], ai[PAIRS], br[PAIRS], bi[PAIRS];         \
    for (int c = 0; c < PAIRS; c++) {                                                                      \
      xr[c] = ck_load(x + (2 * (n + c)) * lanes + l);                                                      \
      xi[c] = ck_load(x + (2 * (n + c) + 1) * lanes + l);                                                  \
      dr[c] = di[c] = ar[c] = ai[c] = br[c] = bi[c] = ck_splat(0);                                         \
      ck_store(scratch + 2 * c * 16, xr[c]);                                                               \
      ck_store(scratch + (2 * c + 1) * 16, xi[c]);                                                         \
    }                                                                                                      \
    for (size_t t = 0; t < steps; t++) {                                                                   \
      const ck_v16 ut = ck_load(uh + t * stride + l);                                                      \
      float *kept = scratch + (t + 1) * PAIRS * 32;                                                        \
      for (int c = 0; c < PAIRS; c++) {                                                                    \
        const ck_v16 lr = ck_splat(a[2 * (n + c)]), li = ck_splat(a[2 * (n + c) + 1]);                     \
        const ck_v16 next = lr * xr[c] - li * xi[c] + ut;                                                  \
        xi[c] = lr * xi[c] + li * xr[c];                                                                   \
        xr[c] = next;                                                                                      \
        ck_store(kept + 2 * c * 16, xr[c]);                                                                \
        ck_store(kept + (2 * c + 1) * 16, xi[c]);                                                          \
      }                                                                                                    \
    }                                                                                                      \
    for (size_t t = steps; t-- > 0;) {                                                                     \
      const ck_v16 dyt = ck_load(dyh + t * stride + l);                                                    \
      ck_v16 dut = ck_load(duh + t * stride + l);                                                          \
      const float *kept = scratch + (t + 1) * PAIRS * 32, *last = kept - PAIRS * 32;                       \
      for (int c = 0; c < PAIRS; c++) {                                                                    \
        const ck_v16 lr = ck_splat(a[2 * (n + c)]), li = ck_splat(a[2 * (n + c) + 1]);                     \
        br[c] += dyt * ck_load(kept + 2 * c * 16);                                                         \
        bi[c] -= dyt * ck_load(kept + (2 * c + 1) * 16);                                                   \
        dr[c] += ck_splat(b[2 * (n + c)]) * dyt;                                                           \
        di[c] -= ck_splat(b[2 * (n + c) + 1]) * dyt;                                                       \
        dut += dr[c];                                                                                      \
        const ck_v16 pr = ck_load(last + 2 * c * 16), pi = ck_load(last + (2 * c + 1) * 16);               \
        ar[c] += dr[c] * pr + di[c] * pi;                                                                  \
        ai[c] += di[c] * pr - dr[c] * pi;                                                                  \
        const ck_v16 back = lr * dr[c] + li * di[c];                                                       \
        di[c] = lr * di[c] - li * dr[c];                                                                   \
        dr[c] = back;                                                                                      \
      }                                                                                                    \
      ck_store(duh + t * stride + l, dut);                                                                 \
    }                                                                                                      \
    for (int c = 0; c < PAIRS; c++) {                                                                      \
      da[2 * (n + c)] += ck_sum(ar[c]);                                                                    \
      da[2 * (n + c) + 1] += ck_sum(ai[c]);                                                                \
      db[2 * (n + c)] += ck_sum(br[c]);                                                                    \
      db[2 * (n + c) + 1] += ck_sum(bi[c]);                                                                \
    }                                                                                                      \
  } while (0)

CK_CLONES void ck_s4d_backward(
    const ck_s4d *s, size_t steps, const float *restrict u, const float *restrict state,
    const float *restrict dy, float *restrict du, float *restrict ddecay, float *restrict doutput,
    float *restrict dskip, float *restrict scratch) {
  const size_t lanes = s->lanes, stride = s->channels * lanes;
  for (size_t h = 0; h < s->channels; h++) {
    const float *a = s->decay + h * 2 * s->pairs, *b = s->output + h * 2 * s->pairs;
    float *da = ddecay + h * 2 * s->pairs, *db = doutput + h * 2 * s->pairs;
    const float *uh = u + h * lanes, *dyh = dy + h * lanes, *x = state + h * 2 * s->pairs * lanes;
    float *duh = du + h * lanes;
    const ck_v16 skip = ck_splat(s->skip[h]);
    ck_v16 sum = ck_splat(0);
    for (size_t l = 0; l < lanes; l += 16) {
      for (size_t t = 0; t < steps; t++) {
        const ck_v16 dyt = ck_load(dyh + t * stride + l);
        ck_store(duh + t * stride + l, ck_load(duh + t * stride + l) + skip * dyt);
        sum += dyt * ck_load(uh + t * stride + l);
      }
      size_t n = 0;
      for (; n + 2 <= s->pairs; n += 2) CK_S4D_BACKWARD(2);
      for (; n < s->pairs; n++) CK_S4D_BACKWARD(1);
    }
    dskip[h] += ck_sum(sum);
  }
}

void ck_s4d_forward_naive(const ck_s4d *s, size_t steps, const float *u, double *state, double *y) {
  for (size_t t = 0; t < steps; t++)
    for (size_t h = 0; h < s->channels; h++)
      for (size_t l = 0; l < s->lanes; l++) {
        const double ut = u[(t * s->channels + h) * s->lanes + l];
        double sum = s->skip[h] * ut;
        for (size_t n = h * s->pairs; n < (h + 1) * s->pairs; n++) {
          double *xr = state + 2 * n * s->lanes + l, *xi = xr + s->lanes;
          const double r = s->decay[2 * n] * *xr - s->decay[2 * n + 1] * *xi + ut;
          *xi = s->decay[2 * n] * *xi + s->decay[2 * n + 1] * *xr;
          *xr = r;
          sum += s->output[2 * n] * *xr - s->output[2 * n + 1] * *xi;
        }
        y[(t * s->channels + h) * s->lanes + l] = sum;
      }
}
