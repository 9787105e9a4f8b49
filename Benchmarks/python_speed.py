"""Steps a second from Python, one core, random actions, in turns: this package, Gymnasium's NumPy CartPole, EnvPool.

pip install ./Python gymnasium==1.4.0 envpool==1.2.5 && taskset -c 0 python3 Benchmarks/python_speed.py
"""

import statistics
import time

import gymnasium
import numpy as np

import pong_tnd  # noqa: F401

GAMES, ROUNDS, SECONDS = 1024, 7, 1.0


def rate(envs, actions):
    """Steps a second of all games together."""
    envs.reset()
    steps, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        for action in actions:
            envs.step(action)
        steps += len(actions)
    return steps * GAMES / (time.perf_counter() - began)


def random_actions(count, dtype=np.int64):
    """Batches that repeat, so that drawing them costs nothing."""
    generator = np.random.default_rng(0)
    return [generator.integers(0, count, GAMES).astype(dtype) for _ in range(16)]


def contestants():
    """Names, environments and actions."""
    for rules in ("reference", "classic"):
        for copy in (True, False):
            envs = gymnasium.make_vec("pong_tnd/Pong-v0", GAMES, rules=rules, copy=copy)
            yield f"pong_tnd, {rules} rules, {'copies' if copy else 'in place'}", envs, random_actions(3)
    cartpole = gymnasium.make_vec("CartPole-v1", GAMES, vectorization_mode="vector_entry_point")
    yield "Gymnasium, NumPy CartPole", cartpole, random_actions(2)
    try:
        import envpool
    except ImportError:
        return
    for name, count in (("CartPole-v1", 2), ("Pong-v5", 6)):
        envs = envpool.make_gymnasium(name, num_envs=GAMES, num_threads=1)
        yield f"EnvPool, {name}", envs, random_actions(count, np.int32)[: 1 if name == "Pong-v5" else 16]


all_of_them = list(contestants())
rates = {name: [] for name, _, _ in all_of_them}
for _ in range(ROUNDS):
    for name, envs, actions in all_of_them:
        rates[name].append(rate(envs, actions))
for name, values in rates.items():
    print(f"{name:45} {statistics.median(values):15,.0f} ({min(values):,.0f} to {max(values):,.0f})")
