"""The environments against Gymnasium's own checks, the golden traces, and one another."""

from __future__ import annotations

import copy
import csv
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import pong_tnd  # noqa: F401  (registers the environment)
from pong_tnd.envs import PongEnv, PongVectorEnv

TRACES = sorted((Path(__file__).parents[2] / "Tests" / "Goldens" / "traces").glob("*.csv"))
ACTIONS = {"right": 0, "left": 1, "stay": 2}
EVENTS = {"none": 0, "catch": 1, "miss": 2}
BOTH_RULES = pytest.mark.parametrize("rules", ["reference", "classic"])


def make(**kwargs: Any) -> gymnasium.Env[Any, Any]:
    return gymnasium.make("pong_tnd/Pong-v0", **kwargs)


@BOTH_RULES
@pytest.mark.parametrize("terminate_on_miss", [True, False])
def test_gymnasium_check(rules: str, terminate_on_miss: bool) -> None:
    env = make(rules=rules, steps=300, terminate_on_miss=terminate_on_miss, render_mode="rgb_array")
    check_env(env.unwrapped)


def test_given_serves_come_at_once() -> None:
    env = PongEnv()
    env.reset(seed=3)
    while not env.step(2)[2]:
        pass
    assert env.state["event"] == EVENTS["miss"]
    env.reset(options={"serves": [[100, 200], [30, 40]]})
    assert (env.state["ball_x"], env.state["ball_y"], env.state["event"]) == (100, 200, EVENTS["none"])
    games = PongVectorEnv(2)
    games.reset(seed=3)
    while not games.step(np.array([2, 2]))[2].any():
        pass
    games.reset(options={"serves": [[100, 200]]})
    assert [games.state(game)["ball_x"] for game in range(2)] == [100, 100]


def test_given_serves_go_on_over_ends() -> None:
    serves = [[100, 200], [30, 40], [70, 60]]
    env = PongEnv()
    env.reset(options={"serves": serves})
    for serve in [*serves[1:], *serves]:
        assert any(env.step(2)[2] for _ in range(5000)), "no miss"
        env.reset()
        assert [env.state["ball_x"], env.state["ball_y"]] == serve


def test_traces_are_there() -> None:
    assert len(TRACES) >= 4


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_golden_trace(path: Path) -> None:
    lines = path.read_text().splitlines()
    head = dict(line[2:].split(": ") for line in lines if line.startswith("#"))
    serves = [[int(number) for number in serve.split(",")] for serve in head["serves"].split(";")]
    env = PongEnv(rules=head["rules"], steps=None, terminate_on_miss=False)
    env.reset(options={"serves": serves})
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    for row in rows:
        observation, reward, terminated, truncated, _ = env.step(ACTIONS[row["action"]])
        state = env.state
        for name in ("ball_x", "ball_y", "ball_dx", "ball_dy", "paddle_x"):
            assert state[name] == int(row[name]), f"step {row['step']}, {name}"
        assert state["event"] == EVENTS[row["event"]]
        assert reward == {"none": 0, "catch": 1, "miss": -1}[row["event"]]
        assert not terminated and not truncated
        unit = 256 if head["rules"] == "classic" else 1
        numbers = [(state[name] // unit + 2) % 256 for name in ("ball_x", "ball_y", "paddle_x")]
        assert observation.tolist() == [int(bit) for number in numbers for bit in f"{number:08b}"]
    assert len(rows) > 1000


def test_episode_ends() -> None:
    env = PongEnv(steps=None)
    env.reset(seed=3)
    rewards = []
    terminated = False
    while not terminated:
        _, reward, terminated, truncated, _ = env.step(2)
        rewards.append(reward)
        assert not truncated
    assert rewards[-1] == -1 and min(rewards[:-1], default=0) >= 0
    with pytest.raises(RuntimeError, match="expected a reset"):
        env.step(2)
    ball = env.state["ball_x"], env.state["ball_y"]
    env.reset()
    state = env.state
    assert (state["ball_x"], state["ball_y"]) == ball, "the ball that the miss put into play is the next serve"
    assert state["paddle_x"] == 75

    env = PongEnv(steps=7, terminate_on_miss=False)
    env.reset(seed=3)
    ends = [env.step(2)[2:4] for _ in range(7)]
    assert ends == [(False, False)] * 6 + [(False, True)]


@BOTH_RULES
@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
@pytest.mark.parametrize("terminate_on_miss", [True, False])
def test_vector_equals_singles(rules: str, mode: AutoresetMode, terminate_on_miss: bool) -> None:
    games = 37
    kwargs: dict[str, Any] = {"rules": rules, "steps": 120, "terminate_on_miss": terminate_on_miss}
    vector = gymnasium.make_vec("pong_tnd/Pong-v0", num_envs=games, autoreset_mode=mode, **kwargs)
    singles = SyncVectorEnv([lambda: PongEnv(**kwargs) for _ in range(games)], autoreset_mode=mode)
    assert vector.metadata["autoreset_mode"] == mode
    assert vector.observation_space == singles.observation_space
    assert vector.action_space == singles.action_space
    generator = np.random.default_rng(0)
    first, _ = vector.reset(seed=11)
    other, _ = singles.reset(seed=11)
    assert np.array_equal(first, other)
    ended = 0
    for _ in range(700):
        actions = generator.integers(0, 3, games)
        got, expected = vector.step(actions), singles.step(actions)
        for ours, theirs in zip(got[:4], expected[:4], strict=True):
            assert ours.dtype == theirs.dtype and np.array_equal(ours, theirs)
        done = got[2] | got[3]
        ended += int(done.sum())
        assert ("final_obs" in got[4]) == (mode == AutoresetMode.SAME_STEP and bool(done.any()))
        if "final_obs" in got[4]:
            assert np.array_equal(got[4]["_final_obs"], expected[4]["_final_obs"])
            for game in np.flatnonzero(done):
                assert np.array_equal(got[4]["final_obs"][game], expected[4]["final_obs"][game])
        assert got[0] in vector.observation_space
    assert ended > games


def test_vector_without_autoreset() -> None:
    envs = PongVectorEnv(4, steps=5, autoreset_mode="Disabled")
    envs.reset(seed=0)
    actions = np.full(4, 2)
    for _ in range(5):
        truncated = envs.step(actions)[3]
    assert truncated.all()
    with pytest.raises(RuntimeError, match="an episode that has ended, expected a reset"):
        envs.step(actions)
    mask = np.array([True, False, True, False])
    before = envs.state(1)
    envs.reset(options={"reset_mask": mask})
    assert envs.state(1) == before and envs.state(0)["paddle_x"] == 75
    with pytest.raises(RuntimeError):
        envs.step(actions)
    envs.reset(options={"reset_mask": ~mask})
    envs.step(actions)


def test_copies() -> None:
    fresh, shared = PongVectorEnv(3), PongVectorEnv(3, copy=False)
    assert fresh.reset(seed=0)[0] is not fresh.step(np.zeros(3, dtype=int))[0]
    assert shared.reset(seed=0)[0] is shared.step(np.zeros(3, dtype=int))[0]


def test_seeds_and_sessions() -> None:
    def serves(seed: int, session: int) -> list[int]:
        env = PongEnv(terminate_on_miss=False)
        env.reset(seed=seed, options={"session": session})
        observation = [env.step(2)[0] for _ in range(300)][-1]
        return [int(bit) for bit in observation]

    assert serves(1, 0) == serves(1, 0) != serves(1, 1) != serves(2, 1)
    vector = PongVectorEnv(3, terminate_on_miss=False)
    vector.reset(seed=[5, 5, 6], options={"session": [0, 1, 1]})
    for _ in range(300):
        observations = vector.step(np.full(3, 2))[0]
    assert observations.tolist() == [serves(5, 0), serves(5, 1), serves(6, 1)]
    unseeded = PongEnv()
    assert unseeded.reset()[0].shape == (24,)


def test_games_begin_one_by_one() -> None:
    envs = PongVectorEnv(3, terminate_on_miss=False)
    with pytest.raises(gymnasium.error.ResetNeeded):
        envs.step(np.zeros(3, dtype=int))
    envs.reset(seed=1, options={"reset_mask": np.array([True, False, False])})
    with pytest.raises(gymnasium.error.ResetNeeded):
        envs.step(np.zeros(3, dtype=int))
    envs.reset(options={"reset_mask": np.array([False, True, True])})
    first = envs.step(np.full(3, 2))[0]
    assert len({tuple(row) for row in first.tolist()}) == 3, "those without a seed have one drawn"
    # So have those whose seed is None, and only as long as they have not begun.
    fresh, other = PongVectorEnv(3), PongVectorEnv(3)
    rows = [envs.reset(seed=[None, np.int64(4), None])[0].tolist() for envs in (fresh, other)]
    assert rows[0][1] == rows[1][1] and rows[0][0] != rows[0][2]
    assert fresh.reset(seed=np.array([4, 4, 4]))[0].tolist() == [rows[0][1]] * 3


def test_pictures() -> None:
    env = make(render_mode="rgb_array")
    env.reset(seed=0)
    frame = env.render()
    assert isinstance(frame, np.ndarray) and frame.dtype == np.uint8 and frame.ndim == 3
    assert frame.shape[0] > 600 and frame.shape[1] > 400
    env.step(0)
    other = env.render()
    assert isinstance(other, np.ndarray) and not np.array_equal(frame, other)
    state = env.unwrapped.state  # type: ignore[attr-defined]
    wall = (frame.shape[1] - 400) // 2
    y, x = wall + 2 * state["ball_y"] + 15, wall + 2 * state["ball_x"] + 15
    assert other[y, x].tolist() == [0xF7, 0xF9, 0xFB], "the ball"
    frames = PongVectorEnv(2, render_mode="rgb_array")
    frames.reset(seed=0)
    pictures = frames.render()
    assert pictures is not None and len(pictures) == 2
    assert not np.array_equal(pictures[0], pictures[1]), "two games, two serves"


@pytest.mark.parametrize(
    ("make_it", "error", "message"),
    [
        (lambda: PongEnv(rules="chess"), ValueError, "rules: found 'chess', expected one of reference, classic"),
        (lambda: PongEnv(steps=0), ValueError, "steps: found 0, expected a number from 1, or None for no limit"),
        (lambda: PongEnv(render_mode="human"), ValueError, "render_mode: found 'human', expected None or 'rgb_array'"),
        (lambda: PongVectorEnv(0), ValueError, "num_envs: found 0, expected at least 1"),
        (lambda: PongEnv().step(0), gymnasium.error.ResetNeeded, "expected a reset before the first step"),
        (lambda: PongVectorEnv(2).reset(seed=[1]), ValueError, "seed: found 1 seeds, expected 2, one a game"),
        (lambda: begun(2).step(np.array([0, 3])), ValueError, r"actions\[1\]: found 3, expected 0 right, 1 left or 2"),
        (lambda: begun(2).step(np.array([-1, 0])), ValueError, r"actions\[0\]: found -1"),
        (lambda: begun(2).step(np.array([0.0, 1.0])), TypeError, "actions: found float64, expected integers"),
        (lambda: begun(2).step(np.array([0])), ValueError, r"actions: found shape \(1,\), expected \(2,\)"),
        (lambda: started().step(1.9), TypeError, "'float' object cannot be"),  # type: ignore[arg-type]
        (lambda: PongEnv().reset(seed=0, options={"session": -1}), ValueError, "options: found session -1, expected 0"),
        (lambda: PongEnv().reset(seed=0, options={"session": 2**63}), ValueError, "options: found session 92233720368"),
        (lambda: PongEnv().reset(seed=0, options={"session": 1.5}), TypeError, "options: found session 1.5, expected"),
        (lambda: begun(2).reset(seed=0, options={"session": [1]}), ValueError, "options: found 1 sessions, expected 2"),
        (lambda: begun(2).reset(seed=[1, -1]), ValueError, "seed: found -1, expected 0 or more"),
        (lambda: begun(2).state(-1), IndexError, "game: found -1, expected 0 to 1"),
        (lambda: begun(2).state(2), IndexError, "game: found 2, expected 0 to 1"),
        (lambda: copy.deepcopy(started()), TypeError, "found a copy or a pickle of games at play"),
        (
            lambda: PongEnv().reset(options={"serves": [[30, 285]]}),
            ValueError,
            "serves: found y 285, expected 0 to 284, in units of the rules",
        ),
        (
            lambda: PongEnv(rules="classic").reset(options={"serves": [[256, 256, 1024, 0]]}),
            ValueError,
            "serves: found dy 0, expected -8192 to 8192 but not 0",
        ),
        (
            lambda: PongEnv().reset(options={"serves": [[2**31, 0]]}),
            ValueError,
            "serves: found x 2147483648, expected 0 to 185, in units of the rules",
        ),
        (lambda: PongEnv().reset(options={"sesion": 1}), ValueError, "options: found 'sesion', expected session"),
        (lambda: PongEnv().reset(options={"serves": []}), ValueError, "serves: found float64 of shape"),
        (lambda: PongEnv(rules="classic").reset(options={"serves": [[1, 2]]}), ValueError, r"shape \(serves, 4\)"),
        (lambda: begun(2).reset(options={"reset_mask": np.zeros(2, bool)}), ValueError, "reset_mask: found no True"),
    ],
)
def test_errors(make_it: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make_it()


def started() -> PongEnv:
    env = PongEnv()
    env.reset(seed=0)
    return env


def begun(games: int) -> PongVectorEnv:
    envs = PongVectorEnv(games)
    envs.reset(seed=0)
    return envs


def test_close() -> None:
    env = PongEnv()
    env.reset(seed=0)
    env.close()
    env.close()
    with pytest.raises(RuntimeError, match="the environment has been closed"):
        env.step(0)
