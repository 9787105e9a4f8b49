"""Demonstrations as NumPy arrays."""

from __future__ import annotations

import ctypes
import os
from typing import SupportsIndex, TypedDict

import numpy as np
from numpy.typing import NDArray

from . import _native
from ._native import OBSERVATION_BITS, RULES, lib

_ALIGNMENTS = ("before_move", "after_move")
_NAME_BYTES = 1024


class Demonstration(TypedDict):
    """A demonstration, under the names that `pong demos convert FILE.npz` gives its arrays."""

    observations: NDArray[np.uint8]
    """The 24 bits of every row, uint8 (rows, 24)."""
    actions: NDArray[np.uint8]
    """What was done: 0 right, 1 left, 2 stay; uint8 (rows,)."""
    episode_lengths: NDArray[np.int64]
    """Rows of every episode, int64 (episodes,)."""
    episode_seeds: NDArray[np.uint64]
    """The seeds of the episodes' serves, uint64 (episodes,); 0 where there is none."""
    episode_has_seed: NDArray[np.bool_]
    """Whether an episode has a seed of its own, bool (episodes,)."""
    rules: str
    """"reference" or "classic"."""
    expert: str
    """Who played."""
    seed: int
    """The seed of serves and player; 0 where there was none."""
    engine_version: int
    """The version of the game's rules."""
    alignment: str
    """Whether a row shows the paddle before its move ("before_move") or after it ("after_move")."""


def load(path: str | os.PathLike[str], *, rules: str = "reference") -> Demonstration:
    """A demonstration from a file: .pong, or text in the published form (.txt). `numpy.load` opens .npz files.

    Args:
        path: the file.
        rules: those of a file that does not say.

    Raises:
        NoInput: where there is no such file.
        BadData: where it is no demonstration, with the place of what is wrong.
        BadUsage: where the name ends otherwise.
    """
    name = os.fspath(path)
    others = {".npz": "; use numpy.load", ".minari": "; use minari, or a .pong of it by `pong demos convert`"}
    ending = os.path.splitext(name)[1]
    if ending in others or (ending not in (".pong", ".txt") and not os.path.isdir(name)):
        found = f"the ending {ending}" if ending else "no ending"
        raise _native.BadUsage(f"{name}: found {found}, expected .pong or .txt{others.get(ending, '')}", 64)
    return _columns(_native.opened("pong_demonstration_open", _native.encoded(name), _native.rules_index(rules)))


def generate(
    expert: str = "humanlike",
    *,
    frames: int = 20_000,
    seed: SupportsIndex = 0,
    rules: str = "reference",
    noise: float = 0.0,
) -> Demonstration:
    """The demonstration that `pong demos generate` writes.

    Args:
        expert: who plays: "tracker", "interceptor" or "humanlike".
        frames: rows, at most 100,000,000.
        seed: decides the serves and what varies in the expert.
        rules: "reference" or "classic".
        noise: the probability that a move is random in place of the expert's, while rows say the expert's.
    """
    if not 1 <= frames <= 100_000_000:
        raise ValueError(f"frames: found {frames}, expected 1 to 100000000")
    if not 0 <= noise <= 1:
        raise ValueError(f"noise: found {noise}, expected a probability, 0 to 1")
    return _columns(
        _native.opened(
            "pong_demonstration_generate",
            _native.encoded(expert),
            _native.rules_index(rules),
            frames,
            _native.seed_word(seed),
            noise,
        )
    )


def _columns(handle: int) -> Demonstration:
    try:
        rows, episodes = ctypes.c_size_t(), ctypes.c_size_t()
        lib.pong_demonstration_size(handle, ctypes.byref(rows), ctypes.byref(episodes))
        numbers: NDArray[np.int64] = np.zeros(3, dtype=np.int64)
        seed = ctypes.c_uint64()
        name = ctypes.create_string_buffer(_NAME_BYTES)
        lib.pong_demonstration_metadata(handle, _native.address(numbers), ctypes.byref(seed), name, _NAME_BYTES)
        result: Demonstration = {
            "observations": np.empty((rows.value, OBSERVATION_BITS), dtype=np.uint8),
            "actions": np.empty(rows.value, dtype=np.uint8),
            "episode_lengths": np.empty(episodes.value, dtype=np.int64),
            "episode_seeds": np.empty(episodes.value, dtype=np.uint64),
            "episode_has_seed": np.empty(episodes.value, dtype=np.bool_),
            "rules": RULES[int(numbers[0])],
            "expert": name.value.decode(errors="replace"),
            "seed": seed.value,
            "engine_version": int(numbers[1]),
            "alignment": _ALIGNMENTS[int(numbers[2])],
        }
        lib.pong_demonstration_columns(
            handle,
            _native.address(result["observations"]),
            _native.address(result["actions"]),
            _native.address(result["episode_lengths"]),
            _native.address(result["episode_seeds"]),
            _native.address(result["episode_has_seed"]),
        )
        return result
    finally:
        lib.pong_demonstration_free(handle)
