"""Learns to catch by reward alone: PPO of stable-baselines3, four views in a row in place of a memory.

pip install ./Python stable-baselines3==2.9.2 && python3 ppo.py [STEPS]
"""

import sys
import time

import gymnasium
import numpy as np
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnv

import pong_tnd  # noqa: F401

STEPS = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000
GAMES, VIEWS = 64, 4


def games(count: int, seed: int, **kwargs: object) -> VecEnv:
    """Games that show their last views: bits (count, VIEWS, 24)."""
    return make_vec_env(
        lambda: gymnasium.wrappers.FrameStackObservation(gymnasium.make("pong_tnd/Pong-v0", **kwargs), VIEWS),
        count,
        seed=seed,
    )


began = time.monotonic()
model = PPO(
    "MlpPolicy",
    games(GAMES, seed=0, steps=1000),
    n_steps=128,
    batch_size=1024,
    n_epochs=6,
    gamma=0.98,
    gae_lambda=0.95,
    learning_rate=lambda left: 1e-3 * left,
    ent_coef=0.005,
    policy_kwargs={"net_arch": [256, 256]},
    seed=0,
    verbose=1,
    device="cpu",
)
model.learn(STEPS, log_interval=20)

envs = games(64, seed=10_000, steps=5000, terminate_on_miss=False)
seen = envs.reset()
catches = misses = 0
for _ in range(4999):
    actions, _ = model.predict(seen, deterministic=True)
    seen, rewards, _, _ = envs.step(actions)
    catches, misses = catches + int(np.sum(rewards > 0)), misses + int(np.sum(rewards < 0))
seconds = time.monotonic() - began
print(f"rate {catches / (catches + misses):.3f}: {catches} catches, {misses} misses; {seconds:.0f} s")
