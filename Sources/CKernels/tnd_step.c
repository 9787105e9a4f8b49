// The neurons' own part of a TND step (arXiv 2606.21295, discrete-time instance): everything but the edges.
#include "ckernels.h"
#include "lanes.h"

CK_CLONES void ck_tnd_forward(
    const ck_tnd_shape *shape, size_t from, size_t to, const float *z, const float *e,
    const float *input_weight, const float *bias, const float *alpha, const float *h, float *a, float *h_next,
    float *v_next) {
  const size_t lanes = shape->lanes;
  for (size_t i = from; i < to; i++) {
    const ck_v16 tau = ck_splat(shape->tau[i]), keep = ck_splat(1.0f - shape->tau[i]);
    const ck_v16 b = ck_splat(bias[i]), feedback = ck_splat(alpha[i]);
    const ck_v16 w = ck_splat(i < shape->inputs ? input_weight[i] : 0.0f);
    for (size_t l = i * lanes; l < (i + 1) * lanes; l += 16) {
      const ck_v16 hl = ck_load(h + l);
      ck_v16 zl = ck_load(z + l) + b + feedback * hl;
      if (i < shape->inputs) zl += w * ck_load(e + l);
      ck_tanh16(&zl);  // now a
      ck_v16 hn = keep * hl + tau * zl;
      ck_store(a + l, zl);
      ck_store(h_next + l, hn);
      if (shape->reads_state) {
        ck_tanh16(&hn);
        ck_store(v_next + l, hn);
      } else if (v_next != a) {
        ck_store(v_next + l, zl);
      }
    }
  }
}

CK_CLONES void ck_tnd_backward(
    const ck_tnd_shape *shape, size_t from, size_t to, const float *e, const float *alpha, const float *h,
    const float *a, const float *v_next, const float *dv, float *dh, float *dz, float *dinput, float *db,
    float *dalpha, float *dtau) {
  const size_t group_lanes = shape->lanes / shape->groups;
  const ck_v16 one = ck_splat(1.0f);
  for (size_t k = from * shape->groups; k < to * shape->groups; k++) {
    const size_t i = k / shape->groups, group = k % shape->groups;
    const size_t sums = (group * shape->neurons + i) * 16, input_sums = (group * shape->inputs + i) * 16;
    const ck_v16 tau = ck_splat(shape->tau[i]), keep = ck_splat(1.0f - shape->tau[i]);
    const ck_v16 feedback = ck_splat(alpha[i]);
    ck_v16 sum_b = ck_load(db + sums), sum_alpha = ck_load(dalpha + sums);
    ck_v16 sum_tau = dtau ? ck_load(dtau + sums) : ck_splat(0);
    ck_v16 sum_input = i < shape->inputs ? ck_load(dinput + input_sums) : ck_splat(0);
    for (size_t l = k * group_lanes; l < (k + 1) * group_lanes; l += 16) {
      const ck_v16 al = ck_load(a + l);
      ck_v16 dhl = ck_load(dh + l), dal;
      if (shape->reads_state) {
        const ck_v16 vl = ck_load(v_next + l);
        dhl += ck_load(dv + l) * (one - vl * vl);
        dal = tau * dhl;
      } else {
        dal = ck_load(dv + l) + tau * dhl;
      }
      const ck_v16 dzl = dal * (one - al * al);
      ck_store(dz + l, dzl);
      ck_store(dh + l, keep * dhl + feedback * dzl);
      sum_b += dzl;
      sum_alpha += dzl * ck_load(h + l);
      if (dtau) sum_tau += dhl * (al - ck_load(h + l));
      if (i < shape->inputs) sum_input += dzl * ck_load(e + l);
    }
    ck_store(db + sums, sum_b);
    ck_store(dalpha + sums, sum_alpha);
    if (dtau) ck_store(dtau + sums, sum_tau);
    if (i < shape->inputs) ck_store(dinput + input_sums, sum_input);
  }
}

CK_CLONES void ck_tnd_forward_single(
    const ck_tnd_shape *shape, const float *z, const float *e, const float *input_weight, const float *bias,
    const float *alpha, float *h, float *v) {
  for (size_t i = 0; i < shape->neurons; i += 16) {
    if (i >= shape->inputs && i + 16 <= shape->neurons) {
      const ck_v16 tau = ck_load(shape->tau + i), keep = ck_splat(1.0f) - tau;
      ck_v16 hn = ck_load(h + i);
      ck_v16 a = ck_load(z + i) + ck_load(bias + i) + ck_load(alpha + i) * hn;
      ck_tanh16(&a);
      hn = keep * hn + tau * a;
      ck_store(h + i, hn);
      if (shape->reads_state) ck_tanh16(&hn);
      ck_store(v + i, shape->reads_state ? hn : a);
      continue;
    }
    // Input neurons, and the last block, which is padded so that the arrays need no padding of their own.
    const size_t count = shape->neurons - i < 16 ? shape->neurons - i : 16;
    float zi[16] = {0}, hi[16] = {0}, feedback[16] = {0}, leak[16] = {0};
    for (size_t k = 0; k < count; k++) {
      zi[k] = z[i + k] + bias[i + k] + (i + k < shape->inputs ? input_weight[i + k] * e[i + k] : 0.0f);
      hi[k] = h[i + k];
      feedback[k] = alpha[i + k];
      leak[k] = shape->tau[i + k];
    }
    const ck_v16 tau = ck_load(leak), keep = ck_splat(1.0f) - tau;
    ck_v16 a = ck_load(zi) + ck_load(feedback) * ck_load(hi);
    ck_tanh16(&a);
    ck_v16 hn = keep * ck_load(hi) + tau * a;
    ck_store(hi, hn);
    if (shape->reads_state) {
      ck_tanh16(&hn);
      ck_store(zi, hn);
    } else {
      ck_store(zi, a);
    }
    memcpy(h + i, hi, count * sizeof(float));
    memcpy(v + i, zi, count * sizeof(float));
  }
}
