// The innermost loops. Every function is a pure loop over caller-owned memory: no allocation, no threads, no
// globals. `lanes` is 16, 32 or 64 where lanes are innermost, or 1 where a lane plays alone. Beside each fast product, scan
// and softmax, and beside some formulas and ways back, stands a naive twin, `..._naive`, in double precision and without
// blocking, for the tests; of the others the tests have one in Swift.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// activation.c -----------------------------------------------------------------------------------------

/// y[i] = tanh(x[i]); the error is at most 4e-7, absolute and relative. `y` may be `x`.
void ck_tanh(size_t count, const float *x, float *y);

/// dx = dy (1 - y^2), the gradient of y = tanh(x).
void ck_tanh_backward(size_t count, const float *y, const float *dy, float *dx);

/// x = max(x, 0); its reverse clears the gradient where y is 0.
void ck_relu(size_t count, float *x);
void ck_relu_backward(size_t count, const float *y, float *dy);

/// y = GELU(x) in its tanh form (Hendrycks & Gimpel 2016, arXiv 1606.08415; torch's approximate='tanh').
void ck_gelu(size_t count, const float *x, float *y);
void ck_gelu_naive(size_t count, const float *x, double *y);
void ck_gelu_backward(size_t count, const float *x, const float *dy, float *dx);

/// y = a sigmoid(b), as torch.nn.GLU.
void ck_glu(size_t count, const float *a, const float *b, float *y);
void ck_glu_naive(size_t count, const float *a, const float *b, double *y);
void ck_glu_backward(
    size_t count, const float *a, const float *b, const float *dy, float *da, float *db);

// deterministic_math.c ---------------------------------------------------------------------------------

/// y[i] = e^x[i], of x within 700 of 0; the same bits on every machine. `y` may be `x`. The naive twin is
/// NeuralCore's DeterministicMath.exp, a number at a time.
void ck_exp_double(size_t count, const double *x, double *y);

/// cos and sin of x[i]; from 1e15 on those of 0. `cosines` or `sines` may be `x`. The naive twin is
/// DeterministicMath.cosSin.
void ck_cos_sin(size_t count, const double *x, double *cosines, double *sines);

// sparse_product.c -------------------------------------------------------------------------------------

/// Rows of a block, within which a tile orders them.
enum { CK_ROW_BLOCK = 64 };

/// Edges of a sparse matrix in the order of the kernels: column tiles outermost, then rows, then columns.
/// A tile's sources fit in the first-level cache, and a column fits in 16 bits counted from the tile's first. Of a large
/// graph a tile has as many as fit in 16 bits. Of every CK_ROW_BLOCK rows those with as many edges in the tile come one
/// after the other, so that a processor foresees where their loops end.
typedef struct {
  uint32_t rows;               ///< number of rows (targets)
  uint32_t sources;            ///< number of columns (sources)
  uint32_t tiles;              ///< number of column tiles
  uint32_t tile_width;         ///< sources in a tile, at most 65,536
  const uint8_t *row_order;    ///< [tiles][rows]: which row of its block stands at a place of this order
  const uint32_t *row_starts;  ///< [tiles][rows + 1]: where a row's edges begin, in this order
  const uint16_t *columns;     ///< [edges]: source minus the first source of its tile
  const uint32_t *far_starts;  ///< [tiles][rows + 1]: where a row's far sources begin; null if none are to be fetched
  const uint16_t *far_columns; ///< those of the columns that no row nearby reads, in this order, with far_each more behind them
  uint32_t far_each;           ///< how many of them are fetched for a row
} ck_edges;

/// z[row][lane] = sum over the row's edges of weights[edge] x[source][lane], for the rows from ..< to, whole blocks of
/// CK_ROW_BLOCK but for the last. Overwrites z there.
void ck_sparse_product(
    const ck_edges *edges, uint32_t from, uint32_t to, const float *weights, const float *x, size_t lanes,
    float *z);
void ck_sparse_product_naive(
    const ck_edges *edges, const float *weights, const float *x, size_t lanes, double *z);

/// z[row] = sum over the row's edges of weights[edge] x[source]: one lane.
void ck_sparse_product_single(const ck_edges *edges, const float *weights, const float *x, float *z);

/// g[edge] += sum over steps and lanes of dz[step][row][lane] x[step][source][lane], for the edges of the tiles
/// from ..< to: the gradient of the weights for the steps given (a sampled dense-dense product). `width` is the floats
/// from one row to the next, `lanes` or more, `dz_stride` and `x_stride` those from one step to the next. `scratch` holds
/// ck_sampled_product_scratch(edges) floats.
void ck_sampled_product(
    const ck_edges *edges, uint32_t from, uint32_t to, size_t steps, size_t lanes, size_t width,
    const float *dz, size_t dz_stride, const float *x, size_t x_stride, float *g, float *scratch);
size_t ck_sampled_product_scratch(const ck_edges *edges);
/// Steps that the kernel takes at once; a caller that keeps dz for some steps keeps this many.
size_t ck_sampled_product_block(size_t lanes);
void ck_sampled_product_naive(
    const ck_edges *edges, size_t steps, size_t lanes, const float *dz, size_t dz_stride, const float *x,
    size_t x_stride, double *g);

// sparse_backward.c ------------------------------------------------------------------------------------

/// z[row][lane] = sum over the row's edges of weights[edge] x[source][lane], as ck_sparse_product, and
/// g[edge] += sum over lanes of x[source][lane] y[row][lane]. With the edges of W' and x = dz, y = v this is the
/// whole backward pass of a step: z = dv, g = dW.
void ck_sparse_backward(
    const ck_edges *edges, uint32_t from, uint32_t to, const float *weights, const float *x, const float *y,
    size_t lanes, float *z, float *g);
void ck_sparse_backward_naive(
    const ck_edges *edges, const float *weights, const float *x, const float *y, size_t lanes, double *z,
    double *g);

// tnd_step.c -------------------------------------------------------------------------------------------

/// Sizes and constants of a TND step. Neurons 0 ..< inputs are the input neurons. A step may be made in parts, the neurons
/// from ..< to in each.
typedef struct {
  size_t neurons, inputs, lanes;
  size_t groups;       ///< of lanes, as many in each, whose gradients are kept apart
  const float *tau;    ///< [neurons]: h' = (1 - tau) h + tau tanh(z)
  int reads_state;     ///< 1: v' = tanh(h') (readout `state`); 0: v' = tanh(z) (readout `activation`)
} ck_tnd_shape;

/// The neurons' part of a forward step, after z = W v has been computed:
/// z += w_in e + b + alpha h; a = tanh(z); h' = (1 - tau) h + tau a; v' = tanh(h') or a.
/// e is [inputs][lanes], all others [neurons][lanes]. v may be a when reads_state is 0, and h_next may be h.
void ck_tnd_forward(
    const ck_tnd_shape *shape, size_t from, size_t to, const float *z, const float *e,
    const float *input_weight, const float *bias, const float *alpha, const float *h, float *a, float *h_next,
    float *v_next);

/// The neurons' part of a backward step. Given dv (gradient of v') and dh (gradient of h'), writes dz and
/// replaces dh by the gradient of h; adds to the gradients of the neurons' parameters, which are kept as 16
/// partial sums a group and neuron: db, dalpha [groups][neurons][16], dinput [groups][inputs][16], and dtau
/// [groups][neurons][16] unless it is null.
void ck_tnd_backward(
    const ck_tnd_shape *shape, size_t from, size_t to, const float *e, const float *alpha, const float *h,
    const float *a, const float *v_next, const float *dv, float *dh, float *dz, float *dinput, float *db,
    float *dalpha, float *dtau);

/// A forward step of one lane: as ck_tnd_forward with the neurons innermost. `e` is [inputs]; h and v are
/// updated in place.
void ck_tnd_forward_single(
    const ck_tnd_shape *shape, const float *z, const float *e, const float *input_weight, const float *bias,
    const float *alpha, float *h, float *v);

// plastic_edges.c --------------------------------------------------------------------------------------

/// Sizes and constants of a graph with plastic edges, given as `row_starts` [neurons + 1] and `sources` [edges] by
/// target. An edge from j to i has a trace a lane, [edges][lanes], and a strength, [edges].
typedef struct {
  size_t neurons, lanes;
  float rate;          ///< trace' = (1 - rate) trace + rate v'[i] v[j]
} ck_plastic_shape;

/// z[i] += sum over the edges into i of strength trace v[j] at a step `past` steps after the one that `traces` are
/// of: these are moved on on the way and not stored. v is [past + 1 or more][neurons][lanes], from the traces' step on.
void ck_plastic_product(
    const ck_plastic_shape *shape, const uint32_t *row_starts, const uint32_t *sources, const float *strengths,
    const float *traces, size_t past, const float *v, float *z);
void ck_plastic_product_naive(
    const ck_plastic_shape *shape, const uint32_t *row_starts, const uint32_t *sources, const float *strengths,
    const float *traces, const float *v, double *z);

/// next = traces `past` steps later; v is [past + 1][neurons][lanes]. `next` may be `traces`.
void ck_plastic_traces(
    const ck_plastic_shape *shape, const uint32_t *row_starts, const uint32_t *sources, const float *traces,
    size_t past, const float *v, float *next);
void ck_plastic_traces_naive(
    const ck_plastic_shape *shape, const uint32_t *row_starts, const uint32_t *sources, const float *traces,
    size_t past, const float *v, double *next);

/// The reverse of a step `past` steps after the one that `traces` are of; v is [past + 2][neurons][lanes], and the
/// step before the traces' stands before it. Given dz (gradient of z) and dtraces (gradient of the traces after the
/// step), replaces dtraces by the gradient of those before it and adds to dstrengths, drate and dv: to dv[j] what this
/// step read, to dv[i] what the traces before it were made of. `is_first` leaves dv as it is: the step is the window's
/// first.
void ck_plastic_backward(
    const ck_plastic_shape *shape, const uint32_t *row_starts, const uint32_t *sources, const float *strengths,
    const float *traces, size_t past, int is_first, const float *v, const float *dz, float *dtraces, float *dv,
    float *dstrengths, double *drate);
void ck_plastic_backward_naive(
    const ck_plastic_shape *shape, const uint32_t *row_starts, const uint32_t *sources, const float *strengths,
    const float *traces, const float *v_before, const float *v, const float *v_after, const float *dz,
    double *dtraces, double *dv, double *dstrengths, double *drate);

/// As ck_plastic_product with `past` 0, and ck_plastic_traces with `past` 1 in place, for one lane.
void ck_plastic_product_single(
    const ck_plastic_shape *shape, const uint32_t *row_starts, const uint32_t *sources, const float *strengths,
    const float *traces, const float *v, float *z);
void ck_plastic_traces_single(
    const ck_plastic_shape *shape, const uint32_t *row_starts, const uint32_t *sources, const float *v,
    const float *v_after, float *traces);

// dense_product.c --------------------------------------------------------------------------------------

/// y[row][lane] = (accumulate ? y : 0) + sum over k of w[row * w_row + k * w_column] x[k][lane].
/// A transposed matrix is the same call with the strides exchanged.
void ck_dense_product(
    size_t rows, size_t inner, size_t lanes, const float *w, size_t w_row, size_t w_column, const float *x,
    int accumulate, float *y);
void ck_dense_product_naive(
    size_t rows, size_t inner, size_t lanes, const float *w, size_t w_row, size_t w_column, const float *x,
    int accumulate, double *y);

// window_product.c -------------------------------------------------------------------------------------

/// Floats of a packed [rows][inner] matrix.
size_t ck_panel_floats(size_t rows, size_t inner);

/// Packs w[row * w_row + k * w_column] into panels of 16 rows; a transposed matrix is the same call with the
/// strides and sizes exchanged.
void ck_pack_panels(
    size_t rows, size_t inner, const float *w, size_t w_row, size_t w_column, float *panels);

/// y[step][row][lane] = (accumulate ? y : 0) + sum over k of w[row][k] x[step][k][lane], w packed. Strides are
/// floats from one step to the next. lanes may be 1. The naive twin is ck_dense_product_naive, step by step.
void ck_window_product(
    size_t rows, size_t inner, size_t steps, size_t lanes, const float *panels, const float *x,
    size_t x_stride, int accumulate, float *y, size_t y_stride);

/// g[row * g_row + column] += sum over steps and lanes of dy[step][row][lane] x[step][column][lane]. `scratch`
/// holds ck_window_outer_scratch(rows, columns) floats. The naive twin is ck_outer_product_naive.
void ck_window_outer(
    size_t rows, size_t columns, size_t steps, size_t lanes, const float *dy, size_t dy_stride,
    const float *x, size_t x_stride, float *g, size_t g_row, float *scratch);
void ck_outer_product_naive(
    size_t rows, size_t columns, size_t steps, size_t lanes, const float *dy, size_t dy_stride,
    const float *x, size_t x_stride, double *g);
size_t ck_window_outer_scratch(size_t rows, size_t columns);

/// y[step][row][lane] = bias[row].
void ck_fill_rows(size_t rows, size_t steps, size_t lanes, const float *bias, float *y, size_t y_stride);

/// g[row] += sum over steps and lanes of dy[step][row][lane].
void ck_row_sums(size_t rows, size_t steps, size_t lanes, const float *dy, size_t dy_stride, float *g);

// lstm_gates.c -----------------------------------------------------------------------------------------

/// The elementwise part of an LSTM step over `count` = units x lanes cells. `gates` holds the sums of i, f, g,
/// o, `count` floats each, and becomes sigmoid(i), sigmoid(f), tanh(g), sigmoid(o);
/// c = f c_prev + i g; h = o tanh(c).
void ck_lstm_forward(size_t count, float *gates, const float *c_prev, float *c, float *h);
void ck_lstm_forward_naive(
    size_t count, const float *gates, const float *c_prev, double *activated, double *c, double *h);

/// Its reverse: from dh and dc (gradients of h and c) replaces the activated gates by the gradients of their
/// sums and dc by the gradient of c_prev.
void ck_lstm_backward(
    size_t count, float *gates, const float *c_prev, const float *c, const float *dh, float *dc);
void ck_lstm_backward_naive(
    size_t count, const double *activated, const float *c_prev, const double *c, const float *dh, double *dc,
    double *dgates);

// cfc_heads.c ------------------------------------------------------------------------------------------

/// x = 1.7159 tanh(0.666 x), the backbone's activation; its reverse turns the gradient of y into that of x.
void ck_lecun_tanh(size_t count, float *x);
void ck_lecun_tanh_backward(size_t count, const float *y, float *dy);

/// `heads` holds `count` sums each of u, v and g and becomes tanh(u), tanh(v), sigmoid(g); gated (ncps
/// `default`): h = u (1 - g) + g v; else (`no_gate`): h = u + g v.
void ck_cfc_forward(size_t count, int gated, float *heads, float *h);
void ck_cfc_forward_naive(size_t count, int gated, const float *heads, double *activated, double *h);
/// Replaces the activated heads by the gradients of their sums.
void ck_cfc_backward(size_t count, int gated, float *heads, const float *dh);

/// ncps `pure`: h = A - A exp(-(|w_tau| + |f|)) f; w_tau and A are [units], f and h [units][lanes].
void ck_cfc_pure_forward(
    size_t units, size_t lanes, const float *w_tau, const float *amplitude, const float *f, float *h);
void ck_cfc_pure_forward_naive(
    size_t units, size_t lanes, const float *w_tau, const float *amplitude, const float *f, double *h);
/// Replaces f by its gradient and adds to those of w_tau (with sign(0) = 0, as torch) and A.
void ck_cfc_pure_backward(
    size_t units, size_t lanes, const float *w_tau, const float *amplitude, float *f, const float *dh,
    float *dw_tau, float *damplitude);

// attention.c ------------------------------------------------------------------------------------------

/// The keys and values that one query step of one head may see, oldest first: `cached` of earlier windows, then
/// those of the window, `keys` in all. A key is [dim][lanes]; strides are floats from one to the next. The cache
/// is a ring of `ring` keys, of which the oldest is number `oldest`.
typedef struct {
  size_t dim, lanes, keys, cached, oldest, ring, cache_stride, window_stride;
  float scale;                               ///< 1 / sqrt(dim)
  const float *cached_k, *cached_v, *window_k, *window_v;
  const uint8_t *any;                        ///< [keys]: whether any lane sees it
  /// Rotary positions: [age][dim], cosine and sine of the angle by which pair i of a key has turned against a query
  /// `age` steps later, at 2i and 2i + 1; the last key has age 0. Null for none; else dim is even.
  const float *rotation;
} ck_attention;

/// p[key][lane] = softmax over the keys with mask[key][lane] = 1 (others have 0) of scale q . k; out[d][lane] =
/// sum of p v. p of keys that no lane sees is left as it is. With rotary positions q . k is the sum over pairs of
/// c (q0 k0 + q1 k1) + s (q0 k1 - q1 k0).
void ck_attention_forward(
    const ck_attention *shape, const float *q, const float *mask, float *p, float *out);
void ck_attention_forward_naive(
    const ck_attention *shape, const float *q, const float *mask, double *p, double *out);
/// Sets dq and adds to dk and dv of the window's keys (stride as theirs); the cache is a constant. `dp` is
/// scratch, [keys][lanes].
void ck_attention_backward(
    const ck_attention *shape, const float *q, const float *p, const float *dout, float *dq, float *dk,
    float *dv, float *dp);

// layer_norm.c -----------------------------------------------------------------------------------------

/// y = (x - mean) / sqrt(variance + epsilon) weight + bias over the features of each lane; keeps mean and
/// inverse = 1 / sqrt(variance + epsilon), [lanes].
void ck_layer_norm(
    size_t features, size_t lanes, float epsilon, const float *x, const float *weight, const float *bias,
    float *mean, float *inverse, float *y);
void ck_layer_norm_naive(
    size_t features, size_t lanes, float epsilon, const float *x, const float *weight, const float *bias,
    double *y);
/// Sets dx, or adds to it, and adds to dweight and dbias.
void ck_layer_norm_backward(
    size_t features, size_t lanes, const float *x, const float *weight, const float *mean,
    const float *inverse, const float *dy, int accumulate, float *dx, float *dweight, float *dbias);

// s4d_scan.c -------------------------------------------------------------------------------------------

/// A diagonal state space layer: `channels` of `pairs` complex states each, real part first everywhere.
typedef struct {
  size_t channels, pairs, lanes;
  const float *decay;   ///< [channels][pairs][2]: a of x' = a x + u
  const float *output;  ///< [channels][pairs][2]: b of y = sum Re(b x') + skip u
  const float *skip;    ///< [channels]
} ck_s4d;

/// Runs the recurrence: u and y are [steps][channels][lanes], state [channels][pairs][2][lanes] is updated.
void ck_s4d_forward(const ck_s4d *layer, size_t steps, const float *u, float *state, float *y);
void ck_s4d_forward_naive(const ck_s4d *layer, size_t steps, const float *u, double *state, double *y);
/// From the state at the window's start and dy: adds to du and to the gradients of decay (Re, Im), output and
/// skip. `scratch` holds ck_s4d_scratch(steps) floats.
void ck_s4d_backward(
    const ck_s4d *layer, size_t steps, const float *u, const float *state, const float *dy, float *du,
    float *ddecay, float *doutput, float *dskip, float *scratch);
size_t ck_s4d_scratch(size_t steps);

// pong_batch.c -----------------------------------------------------------------------------------------

/// The constants of the reference game, in its units.
typedef struct {
  int32_t field_width, field_height, paddle_width, paddle_height, paddle_y, paddle_speed, ball_size;
} ck_pong_rules;

/// Plays one step of `count` reference games in place; actions 0 right, 1 left, others stay; events 0 none,
/// 1 catch, 2 miss. After a miss the ball is left where it is, for the caller to serve anew; returns whether
/// there was one.
int32_t ck_pong_step(
    const ck_pong_rules *rules, size_t count, const uint8_t *actions, int32_t *ball_x, int32_t *ball_y,
    int32_t *ball_dx, int32_t *ball_dy, int32_t *paddle_x, int32_t *streak, uint8_t *events);

/// observations[game][24] = the bits of what each player sees, a byte each, most significant first: (ball x + 2),
/// (ball y + 2) and (paddle x + 2) modulo 256 in pixels of 1 << shift units.
void ck_pong_observe(
    size_t count, int32_t shift, const int32_t *ball_x, const int32_t *ball_y, const int32_t *paddle_x,
    int8_t *observations);

/// Actions of eight bytes as those of one. Returns whether one of them is none: below 0 or above 2.
int32_t ck_pong_actions(size_t count, const int64_t *wide, uint8_t *actions);

/// Rewards of events: 1 for a catch, -1 for a miss, 0 for neither.
void ck_pong_rewards(size_t count, const uint8_t *events, double *rewards);

/// steps[i] += 1, but never beyond 2^31 - 1. Returns whether one of them has reached `limit`.
int32_t ck_pong_count_steps(size_t count, int32_t limit, int32_t *steps);

// fma_peak.c -------------------------------------------------------------------------------------------

/// Does rounds x 128 multiply-adds (256 floating-point operations) in registers; returns a number that depends
/// on all of them.
double ck_fma_peak(size_t rounds, float seed);

// optimizer.c ------------------------------------------------------------------------------------------

/// One AdamW update (Loshchilov & Hutter 2019, as in PyTorch) of `count` parameters:
/// p -= rate * decay * p; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// p -= rate * (m / correction1) / (sqrt(v / correction2) + epsilon), with g scaled by gradient_scale first.
void ck_adamw(
    size_t count, float *p, const float *g, float *m, float *v, float gradient_scale, float rate, float decay,
    float beta1, float beta2, float epsilon, float correction1, float correction2);

/// The sum of squares, in double, always in the same order.
double ck_sum_of_squares(size_t count, const float *x);

/// average = decay average + (1 - decay) x.
void ck_moving_average(size_t count, const float *x, float decay, float *average);

// gather.c ---------------------------------------------------------------------------------------------

/// y += x.
void ck_add(size_t count, const float *x, float *y);

/// y[i] = x[index[i]]
void ck_gather(size_t count, const uint32_t *index, const float *x, float *y);

#ifdef __cplusplus
}
#endif

#endif
