// A step of the reference game for many environments at once, and what else a step of either game needs:
// observations, checks of actions, rewards, counts of steps. Without branches, so that it vectorises.
// The game's order is that of GameState.step in Sources/PongEngine/Step.swift, the twin that tests compare.
#include "ckernels.h"
#include "lanes.h"

CK_CLONES int32_t ck_pong_step(
    const ck_pong_rules *rules, size_t count, const uint8_t *restrict actions, int32_t *restrict ball_x,
    int32_t *restrict ball_y, int32_t *restrict ball_dx, int32_t *restrict ball_dy,
    int32_t *restrict paddle_x, int32_t *restrict streak, uint8_t *restrict events) {
  const ck_pong_rules r = *rules;
  int32_t missed = 0;
  for (size_t i = 0; i < count; i++) {
    const int32_t action = actions[i];
    int32_t p = paddle_x[i];
    const int32_t right = (action == 0) & (p + r.paddle_width < r.field_width);
    const int32_t left = (action == 1) & (p > 0);
    p += (right - left) * r.paddle_speed;

    int32_t dx = ball_dx[i], dy = ball_dy[i];
    const int32_t x = ball_x[i] + dx, y = ball_y[i] + dy;
    dx = ((x <= 0) | (x + r.ball_size >= r.field_width)) ? -dx : dx;
    dy = y <= 0 ? -dy : dy;

    const int32_t miss = y + r.ball_size >= r.field_height;
    const int32_t caught = (miss ^ 1) & (dy > 0) & (y + r.ball_size > r.paddle_y) &
                           (y < r.paddle_y + r.paddle_height) & (x < p + r.paddle_width) &
                           (x + r.ball_size > p);
    dy = caught ? -dy : dy;

    paddle_x[i] = p;
    streak[i] += caught;
    ball_x[i] = x;
    ball_y[i] = y;
    ball_dx[i] = dx;
    ball_dy[i] = dy;
    events[i] = (uint8_t)(caught | miss << 1);
    missed |= miss;
  }
  return missed;
}

// The bits of a byte as eight bytes, most significant first: byte k keeps bit 7 - k, which carries into its top bit.
CK_INLINE uint64_t ck_spread(uint32_t byte) {
  const uint64_t kept = (uint64_t)byte * 0x0101010101010101u & 0x0102040810204080u;
  return (kept + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u;
}

CK_CLONES void ck_pong_observe(
    size_t count, int32_t shift, const int32_t *restrict ball_x, const int32_t *restrict ball_y,
    const int32_t *restrict paddle_x, int8_t *restrict observations) {
  for (size_t i = 0; i < count; i++) {
    const uint64_t words[3] = {
        ck_spread((uint32_t)((ball_x[i] >> shift) + 2) & 0xff), ck_spread((uint32_t)((ball_y[i] >> shift) + 2) & 0xff),
        ck_spread((uint32_t)((paddle_x[i] >> shift) + 2) & 0xff)};
    memcpy(observations + 24 * i, words, sizeof words);
  }
}

CK_CLONES int32_t ck_pong_actions(size_t count, const int64_t *restrict wide, uint8_t *restrict actions) {
  uint64_t wrong = 0;
  for (size_t i = 0; i < count; i++) {
    wrong |= (uint64_t)wide[i] > 2;
    actions[i] = (uint8_t)wide[i];
  }
  return wrong != 0;
}

CK_CLONES void ck_pong_rewards(size_t count, const uint8_t *restrict events, double *restrict rewards) {
  for (size_t i = 0; i < count; i++) rewards[i] = (double)((events[i] == 1) - (events[i] == 2));
}

CK_CLONES int32_t ck_pong_count_steps(size_t count, int32_t limit, int32_t *steps) {
  int32_t reached = 0;
  for (size_t i = 0; i < count; i++) {
    steps[i] += steps[i] < INT32_MAX;
    reached |= steps[i] >= limit;
  }
  return reached;
}
