// Scaled dot-product attention of one query step and one head (Vaswani et al. 2017, arXiv 1706.03762), lanes
// innermost. Keys come in the order of their positions: first those cached from earlier windows, then those of
// the window itself; a masked key adds exactly nothing, so a step alone and a window give the same bytes.
//
// Rotary positions (Su et al. 2021, arXiv 2104.09864) turn a key by its age against the query within the score, so
// that what is cached does not depend on where in a window or session it stood. It takes three multiply-adds where
// there was one; to turn queries and keys beforehand would need positions that grow, and other bits in each window.
#include "ckernels.h"
#include "lanes.h"

#include <math.h>

#define CK_SLOT(j) (s->oldest + (j) - (s->oldest + (j) < s->ring ? 0 : s->ring))
#define CK_KEY(cached_base, window_base, j)                                                                \
  ((j) < s->cached ? (cached_base) + CK_SLOT(j) * s->cache_stride                                          \
                   : (window_base) + ((j) - s->cached) * s->window_stride)
// The cosines and sines of key j's age.
#define CK_TURN(j) (s->rotation + (s->keys - 1 - (j)) * s->dim)

CK_INLINE void ck_maximum16(ck_v16 *a, const ck_v16 *b) {
  const ck_i16 larger = *b > *a;
  *a = (ck_v16)(((ck_i16)*a & ~larger) | ((ck_i16)*b & larger));
}

CK_CLONES static void ck_attention_lanes(
    const ck_attention *s, const float *q, const float *mask, float *p, float *out, size_t l) {
  const ck_v16 scale = ck_splat(s->scale);
  ck_v16 highest = ck_splat(-1e30f), total = ck_splat(0);
  for (size_t j = 0; j < s->keys; j++) {
    if (!s->any[j]) continue;
    const float *k = CK_KEY(s->cached_k, s->window_k, j) + l;
    ck_v16 dot = ck_splat(0);
    if (s->rotation) {
      const float *turn = CK_TURN(j);
      for (size_t d = 0; d < s->dim; d += 2) {
        const ck_v16 q0 = ck_load(q + d * s->lanes + l), q1 = ck_load(q + (d + 1) * s->lanes + l);
        const ck_v16 k0 = ck_load(k + d * s->lanes), k1 = ck_load(k + (d + 1) * s->lanes);
        dot += ck_splat(turn[d]) * (q0 * k0 + q1 * k1) + ck_splat(turn[d + 1]) * (q0 * k1 - q1 * k0);
      }
    } else {
      for (size_t d = 0; d < s->dim; d++) dot += ck_load(q + d * s->lanes + l) * ck_load(k + d * s->lanes);
    }
    dot *= scale;
    ck_store(p + j * s->lanes + l, dot);
    const ck_v16 seen = ck_load(mask + j * s->lanes + l);
    const ck_v16 visible = dot * seen + ck_splat(-1e30f) * (ck_splat(1.0f) - seen);
    ck_maximum16(&highest, &visible);
  }
  for (size_t j = 0; j < s->keys; j++) {
    if (!s->any[j]) continue;
    ck_v16 e = ck_load(p + j * s->lanes + l) - highest;
    ck_exp16(&e);
    e *= ck_load(mask + j * s->lanes + l);
    total += e;
    ck_store(p + j * s->lanes + l, e);
  }
  const ck_v16 inverse = ck_splat(1.0f) / total;
  for (size_t d = 0; d < s->dim; d++) ck_store(out + d * s->lanes + l, ck_splat(0));
  for (size_t j = 0; j < s->keys; j++) {
    if (!s->any[j]) continue;
    const ck_v16 pj = ck_load(p + j * s->lanes + l) * inverse;
    ck_store(p + j * s->lanes + l, pj);
    const float *v = CK_KEY(s->cached_v, s->window_v, j) + l;
    for (size_t d = 0; d < s->dim; d++) {
      float *o = out + d * s->lanes + l;
      ck_store(o, ck_load(o) + pj * ck_load(v + d * s->lanes));
    }
  }
}

// 16 features of a query turned forward by the age of a key: (c q0 - s q1, c q1 + s q0) of every pair.
CK_INLINE void ck_turn16(ck_v16 *q, const ck_v16 *turn) {
  const ck_v16 sign = {-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1}, t = *turn, x = *q;
  const ck_v16 cosine = __builtin_shufflevector(t, t, 0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14);
  const ck_v16 sine = __builtin_shufflevector(t, t, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15);
  const ck_v16 other = __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
  *q = cosine * x + sine * sign * other;
}

// One lane: features are contiguous, so a dot product runs along them.
CK_CLONES static void ck_attention_single(
    const ck_attention *s, const float *q, const float *mask, float *p, float *out) {
  float highest = -1e30f, total = 0;
  for (size_t j = 0; j < s->keys; j++) {
    if (!s->any[j] || mask[j] == 0) continue;
    const float *k = CK_KEY(s->cached_k, s->window_k, j);
    ck_v16 sum = ck_splat(0);
    for (size_t d = 0; d < s->dim; d += 16) {
      const size_t n = s->dim - d < 16 ? s->dim - d : 16;
      ck_v16 query = ck_load_some(q + d, n);
      if (s->rotation) {
        const ck_v16 turn = ck_load_some(CK_TURN(j) + d, n);
        ck_turn16(&query, &turn);
      }
      sum += query * ck_load_some(k + d, n);
    }
    p[j] = ck_sum(sum) * s->scale;
    highest = p[j] > highest ? p[j] : highest;
  }
  for (size_t d = 0; d < s->dim; d++) out[d] = 0;
  for (size_t j = 0; j < s->keys; j++) {
    if (!s->any[j] || mask[j] == 0) continue;
    ck_v16 e = ck_splat(p[j] - highest);
    ck_exp16(&e);
    p[j] = e[0];
    total += p[j];
  }
  for (size_t j = 0; j < s->keys; j++) {
    if (!s->any[j] || mask[j] == 0) continue;
    p[j] /= total;
    const float *v = CK_KEY(s->cached_v, s->window_v, j), pj = p[j];
    for (size_t d = 0; d < s->dim; d++) out[d] += pj * v[d];
  }
}

void ck_attention_forward(
    const ck_attention *s, const float *q, const float *mask, float *p, float *out) {
  if (s->lanes == 1) {
    ck_attention_single(s, q, mask, p, out);
    return;
  }
  for (size_t l = 0; l < s->lanes; l += 16) ck_attention_lanes(s, q, mask, p, out, l);
}

CK_CLONES void ck_attention_backward(
    const ck_attention *s, const float *q, const float *p, const float *dout, float *dq, float *dk, float *dv,
    float *dp) {
  const ck_v16 scale = ck_splat(s->scale);
  for (size_t l = 0; l < s->lanes; l += 16) {
    ck_v16 mean = ck_splat(0);
    for (size_t j = 0; j < s->keys; j++) {
      if (!s->any[j]) continue;
      const float *v = CK_KEY(s->cached_v, s->window_v, j) + l;
      ck_v16 dot = ck_splat(0);
      for (size_t d = 0; d < s->dim; d++)
        dot += ck_load(dout + d * s->lanes + l) * ck_load(v + d * s->lanes);
      ck_store(dp + j * s->lanes + l, dot);
      mean += dot * ck_load(p + j * s->lanes + l);
    }
    for (size_t d = 0; d < s->dim; d++) ck_store(dq + d * s->lanes + l, ck_splat(0));
    for (size_t j = 0; j < s->keys; j++) {
      if (!s->any[j]) continue;
      const float *k = CK_KEY(s->cached_k, s->window_k, j) + l;
      const ck_v16 pj = ck_load(p + j * s->lanes + l);
      const ck_v16 ds = pj * (ck_load(dp + j * s->lanes + l) - mean) * scale;
      // The cache is a constant.
      float *dkj = j < s->cached ? 0 : dk + (j - s->cached) * s->window_stride;
      float *dvj = j < s->cached ? 0 : dv + (j - s->cached) * s->window_stride;
      if (s->rotation) {
        const float *turn = CK_TURN(j);
        for (size_t d = 0; d < s->dim; d += 2) {
          const size_t i = d * s->lanes + l, i1 = i + s->lanes;
          const ck_v16 c = ds * ck_splat(turn[d]), sine = ds * ck_splat(turn[d + 1]);
          const ck_v16 k0 = ck_load(k + d * s->lanes), k1 = ck_load(k + (d + 1) * s->lanes);
          ck_store(dq + i, ck_load(dq + i) + (c * k0 + sine * k1));
          ck_store(dq + i1, ck_load(dq + i1) + (c * k1 - sine * k0));
          if (!dkj) continue;
          const ck_v16 q0 = ck_load(q + i), q1 = ck_load(q + i1);
          ck_store(dkj + i, ck_load(dkj + i) + (c * q0 - sine * q1));
          ck_store(dkj + i1, ck_load(dkj + i1) + (c * q1 + sine * q0));
        }
      } else {
        for (size_t d = 0; d < s->dim; d++) {
          const size_t i = d * s->lanes + l;
          ck_store(dq + i, ck_load(dq + i) + ds * ck_load(k + d * s->lanes));
          if (dkj) ck_store(dkj + i, ck_load(dkj + i) + ds * ck_load(q + i));
        }
      }
      if (!dvj) continue;
      for (size_t d = 0; d < s->dim; d++) {
        const size_t i = d * s->lanes + l;
        ck_store(dvj + i, ck_load(dvj + i) + pj * ck_load(dout + i));
      }
    }
  }
}

void ck_attention_forward_naive(
    const ck_attention *s, const float *q, const float *mask, double *p, double *out) {
  for (size_t l = 0; l < s->lanes; l++) {
    double total = 0;
    for (size_t d = 0; d < s->dim; d++) out[d * s->lanes + l] = 0;
    for (size_t j = 0; j < s->keys; j++) {
      const float *k = CK_KEY(s->cached_k, s->window_k, j) + l;
      double dot = 0;
      if (s->rotation) {
        const float *turn = CK_TURN(j);
        for (size_t d = 0; d < s->dim; d += 2) {
          // The key as the query sees it, turned back by its age.
          const double k0 = k[d * s->lanes], k1 = k[(d + 1) * s->lanes];
          dot += q[d * s->lanes + l] * (turn[d] * k0 + turn[d + 1] * k1);
          dot += q[(d + 1) * s->lanes + l] * (turn[d] * k1 - turn[d + 1] * k0);
        }
      } else {
        for (size_t d = 0; d < s->dim; d++) dot += (double)q[d * s->lanes + l] * k[d * s->lanes];
      }
      p[j * s->lanes + l] = mask[j * s->lanes + l] * exp(dot * s->scale);
      total += p[j * s->lanes + l];
    }
    for (size_t j = 0; j < s->keys; j++) {
      const float *v = CK_KEY(s->cached_v, s->window_v, j) + l;
      p[j * s->lanes + l] /= total;
      for (size_t d = 0; d < s->dim; d++)
        out[d * s->lanes + l] += p[j * s->lanes + l] * v[d * s->lanes];
    }
  }
}
