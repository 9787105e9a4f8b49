"""Agents, experts and demonstrations."""

from __future__ import annotations

import copy
import pickle
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pong_tnd
from pong_tnd.envs import PongVectorEnv

GOLDENS = Path(__file__).parents[2] / "Tests" / "Goldens"


@pytest.mark.parametrize(
    ("name", "rules"), [("tnd", "reference"), ("tnd-classic", "classic"), ("tracker", "reference")]
)
def test_agents_catch(name: str, rules: str) -> None:
    agent = pong_tnd.Agent(name, rules=rules)
    assert agent.rules == rules
    envs = PongVectorEnv(70, rules=rules, terminate_on_miss=False, steps=None)
    observations, _ = envs.reset(seed=0)
    rewards = []
    for _ in range(1500):
        actions = agent.act(observations)
        observations, reward, *_ = envs.step(np.asarray(actions))
        rewards.append(reward)
    catches, misses = np.sum(np.array(rewards) == 1), np.sum(np.array(rewards) == -1)
    assert catches / (catches + misses) > 0.98


@pytest.mark.parametrize("name", ["tnd", "tracker", "humanlike"])
def test_many_games_are_single_games(name: str) -> None:
    games = 3
    many, alone = pong_tnd.Agent(name, seed=4), [pong_tnd.Agent(name, seed=4 + game) for game in range(games)]
    envs = PongVectorEnv(games, terminate_on_miss=False)
    observations, _ = envs.reset(seed=1)
    for step in range(400):
        if step == 200:
            many.reset(np.array([False, True, False]))
            alone[1].reset()
        actions = many.act(observations)
        assert isinstance(actions, np.ndarray) and actions.dtype == np.int64
        assert actions.tolist() == [agent.act(row) for agent, row in zip(alone, observations, strict=True)]
        observations = envs.step(actions)[0]


def test_copies_have_seen_nothing() -> None:
    agent = pong_tnd.Agent(Path("humanlike"), seed=np.int64(3))
    rows = pong_tnd.generate("humanlike", frames=60, seed=3)["observations"]
    expected = [agent.act(row) for row in rows]
    for other in (copy.deepcopy(agent), pickle.loads(pickle.dumps(agent))):
        assert [other.act(row) for row in rows] == expected


def test_generated_demonstration() -> None:
    demo = pong_tnd.generate("tracker", frames=500, seed=3)
    assert demo["observations"].shape == (500, 24) and demo["observations"].dtype == np.uint8
    assert demo["actions"].shape == (500,) and set(demo["actions"]) <= {0, 1, 2}
    assert demo["episode_lengths"].tolist() == [500]
    assert (demo["rules"], demo["expert"], demo["seed"], demo["alignment"]) == (
        "reference",
        "tracker",
        3,
        "before_move",
    )
    expert = pong_tnd.Agent("tracker")
    assert [expert.act(row) for row in demo["observations"]] == demo["actions"].tolist()


def test_rules_and_noise_are_those_asked_for() -> None:
    calm = pong_tnd.generate("tracker", frames=500, seed=3, rules="classic")
    noisy = pong_tnd.generate("tracker", frames=500, seed=3, rules="classic", noise=0.3)
    plain = pong_tnd.generate("tracker", frames=500, seed=3)
    assert (calm["rules"], noisy["rules"], plain["rules"]) == ("classic", "classic", "reference")
    for one, other in [(calm, noisy), (calm, plain)]:
        assert not np.array_equal(one["observations"], other["observations"])
    # Where the paddle is driven the rows say what the expert would do.
    expert = pong_tnd.Agent("tracker", rules="classic")
    assert [expert.act(row) for row in noisy["observations"]] == noisy["actions"].tolist()


def test_a_recording_has_episodes_with_seeds(tmp_path: Path) -> None:
    """A recording, byte by byte: two episodes, the second with a seed of 64 bits."""

    def sealed(part: bytes) -> bytes:
        return part + struct.pack("<I", zlib.crc32(part))

    episodes = [(5, [0x00FFFF01, 0x01800000, 0x02000001]), (2**64 - 1, [0x01ABCDEF])]
    header = b"\x89PONG\r\n\x1a" + struct.pack("<IIBBHIQ", 2, 48 + 5, 1, 0, 5, 1, 5)
    data = sealed(header + struct.pack("<IQ", 1, 4) + b"human")
    for number, (seed, rows) in enumerate(episodes):
        data += sealed(struct.pack(f"<IIQ{len(rows)}I", number, len(rows), seed, *rows))
    (tmp_path / "a.pong").write_bytes(data)
    found = pong_tnd.load(tmp_path / "a.pong")
    assert (found["rules"], found["expert"], found["seed"]) == ("classic", "human", 5)
    assert found["episode_lengths"].tolist() == [3, 1]
    assert found["episode_seeds"].tolist() == [5, 2**64 - 1]
    rows = [row for _, episode in episodes for row in episode]
    assert found["actions"].tolist() == [row >> 24 for row in rows] == [0, 1, 2, 1]
    assert found["observations"].tolist() == [[row >> (23 - bit) & 1 for bit in range(24)] for row in rows]


def test_loaded_demonstration(tmp_path: Path) -> None:
    demo = pong_tnd.generate("humanlike", frames=300, seed=9)
    path = tmp_path / "demo.txt"
    one_hot = np.eye(3, dtype=int)
    path.write_text(
        "".join(
            f"{','.join(map(str, bits))}\t{','.join(map(str, one_hot[action]))}\n"
            for bits, action in zip(demo["observations"], demo["actions"], strict=True)
        )
    )
    loaded = pong_tnd.load(path)
    assert np.array_equal(loaded["observations"], demo["observations"])
    assert np.array_equal(loaded["actions"], demo["actions"])


def test_errors(tmp_path: Path) -> None:
    def fails(error: type[Exception], message: str, call: Any) -> None:
        with pytest.raises(error, match=message):
            call()

    fails(
        FileNotFoundError,
        "nobody: found no such agent, expected an agent file, a run",
        lambda: pong_tnd.Agent("nobody"),
    )
    fails(ValueError, "found a zero character", lambda: pong_tnd.Agent("a\0b"))
    fails(pong_tnd.NoInput, "nothing.pong", lambda: pong_tnd.load("nothing.pong"))
    fails(pong_tnd.BadUsage, "a.csv: found the ending .csv, expected .pong or .txt", lambda: pong_tnd.load("a.csv"))
    fails(pong_tnd.BadUsage, "a: found no ending, expected .pong or .txt", lambda: pong_tnd.load("a"))
    fails(pong_tnd.BadUsage, "a.npz: found the ending .npz, expected .pong or .txt", lambda: pong_tnd.load("a.npz"))
    broken = tmp_path / "broken.pong"
    broken.write_bytes(b"not a demonstration")
    fails(pong_tnd.BadData, "broken.pong", lambda: pong_tnd.load(broken))
    agent = tmp_path / "broken.safetensors"
    agent.write_bytes(b"\0" * 100)
    with pytest.raises(pong_tnd.BadData) as caught:
        pong_tnd.Agent(str(agent))
    assert caught.value.exit_code == 65
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is pong_tnd.BadData and again.exit_code == 65 and str(again) == str(caught.value)
    fails(ValueError, "expected one of tracker", lambda: pong_tnd.generate("nobody"))
    fails(ValueError, "frames: found 0, expected 1 to 100000000", lambda: pong_tnd.generate(frames=0))
    fails(ValueError, "noise: found 2, expected a probability", lambda: pong_tnd.generate(noise=2))
    player = pong_tnd.Agent("tnd")
    fails(ValueError, r"found shape \(23,\), expected \(24,\) or", lambda: player.act(np.zeros(23, dtype=np.int8)))
    fails(TypeError, "found float64, expected bits", lambda: player.act(np.zeros(24)))
    player.act(np.zeros(24, dtype=np.int8))
    fails(ValueError, "found 2 games, expected 1", lambda: player.act(np.zeros((2, 24), dtype=np.int8)))
    fails(ValueError, "mask: found int64", lambda: player.reset(np.zeros(1, dtype=np.int64)))
