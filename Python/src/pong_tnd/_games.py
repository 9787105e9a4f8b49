"""Games side by side: what the environments are made of."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Sequence
from typing import Any, NoReturn, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from . import _native
from ._native import OBSERVATION_BITS, lib

AUTORESET_MODES = ("NextStep", "SameStep", "Disabled")
PICTURE_SCALE = 2
_SERVE_SPEED = 4
_UNITS = {"reference": 1, "classic": 256}
_SERVE_BOUNDS = {"x": (0, 185), "y": (0, 284), "dx": (-32, 32), "dy": (-32, 32)}
"""Where a ball may be served, and how fast, in pixels."""


class Games:
    """`count` games and the arrays that every step overwrites."""

    def __init__(
        self, *, rules: str, count: int, steps: int | None, terminate_on_miss: bool, autoreset: str, is_drawn: bool
    ) -> None:
        if count < 1:
            raise ValueError(f"num_envs: found {count}, expected at least 1")
        if steps is not None and not 1 <= steps < 2**31:
            raise ValueError(f"steps: found {steps}, expected a number from 1, or None for no limit")
        self.rules = rules
        self.count = count
        self.observations: NDArray[np.int8] = np.zeros((count, OBSERVATION_BITS), dtype=np.int8)
        self.rewards: NDArray[np.float64] = np.zeros(count, dtype=np.float64)
        self.terminated: NDArray[np.bool_] = np.zeros(count, dtype=np.bool_)
        self.truncated: NDArray[np.bool_] = np.zeros(count, dtype=np.bool_)
        self.final_observations: NDArray[np.int8] = np.zeros((count, OBSERVATION_BITS), dtype=np.int8)
        buffers = (self.observations, self.rewards, self.terminated, self.truncated, self.final_observations)
        self._handle: int | None = lib.pong_games_make(
            _native.rules_index(rules),
            count,
            steps or 0,
            bool(terminate_on_miss),
            AUTORESET_MODES.index(autoreset),
            is_drawn,
            *(_native.address(buffer) for buffer in buffers),
        )
        self._free = weakref.finalize(self, lib.pong_games_free, self._handle)
        self._step = lib.pong_games_step

    def close(self) -> None:
        """Gives the memory back; may be called again."""
        self._handle = None
        self._free()

    @property
    def handle(self) -> int:
        """The library's handle."""
        if self._handle is None:
            raise RuntimeError("the environment has been closed")
        return self._handle

    def __reduce__(self) -> NoReturn:
        raise TypeError("found a copy or a pickle of games at play, expected an environment of its own for each")

    def start(self, game: int, seed: SupportsIndex, session: int = 0) -> None:
        """Starts a game with the serves of a session of `pong evaluate --seed SEED`."""
        lib.pong_games_start(self.handle, game, _native.seed_word(seed), session)

    def start_with_serves(self, game: int, serves: Sequence[Sequence[int]] | NDArray[Any]) -> None:
        """Starts a game with given serves: x, y (reference) or x, y, dx, dy, in the units of the rules."""
        table = np.asarray(serves)
        widths = (2, 4) if self.rules == "reference" else (4,)
        if table.ndim != 2 or table.shape[0] == 0 or table.shape[1] not in widths or table.dtype.kind not in "iu":
            expected = " or ".join(str(width) for width in widths)
            raise ValueError(
                f"serves: found {table.dtype} of shape {table.shape}, expected integers of shape (serves, {expected})"
            )
        if table.shape[1] == 2:
            speed = np.broadcast_to([_SERVE_SPEED, -_SERVE_SPEED], table.shape)
            table = np.hstack([table, speed])
        unit = _UNITS[self.rules]
        for serve in table.tolist():
            for number, (name, (least, most)) in zip(serve, _SERVE_BOUNDS.items(), strict=True):
                if not least * unit <= number <= most * unit or (name == "dy" and number == 0):
                    bounds = f"{least * unit} to {most * unit}" + (" but not 0" if name == "dy" else "")
                    raise ValueError(f"serves: found {name} {number}, expected {bounds}, in units of the rules")
        table = np.ascontiguousarray(table, dtype=np.int32)
        lib.pong_games_start_with_serves(self.handle, game, _native.address(table), len(table))

    def restart(self, game: int) -> None:
        """Starts a game with the next of its serves."""
        lib.pong_games_restart(self.handle, game)

    def observe(self) -> None:
        """Overwrites `observations` with what all players see."""
        lib.pong_games_observe(self.handle)

    def step(self, actions: NDArray[np.int64]) -> int:
        """Plays one step of every game; returns how many episodes ended."""
        ended: int = self._step(self.handle, actions.ctypes.data)
        if ended < 0:
            self._refuse(ended, actions)
        return ended

    def _refuse(self, code: int, actions: NDArray[np.int64]) -> None:
        if code == -2:
            raise RuntimeError("found an episode that has ended, expected a reset of it before the next step")
        game = int(np.flatnonzero((actions < 0) | (actions > 2))[0])
        raise ValueError(f"actions[{game}]: found {actions[game]}, expected 0 right, 1 left or 2 stay")

    def state(self, game: int) -> dict[str, int]:
        """A game as it stands, in the units of the rules."""
        numbers = np.zeros(7, dtype=np.int32)
        lib.pong_games_state(self.handle, self._checked(game), _native.address(numbers))
        names = ("ball_x", "ball_y", "ball_dx", "ball_dy", "paddle_x", "streak", "event")
        return dict(zip(names, numbers.tolist(), strict=True))

    def draw(self, game: int, scale: int = PICTURE_SCALE) -> NDArray[np.uint8]:
        """The picture of a game, uint8 (height, width, 3)."""
        width, height = ctypes.c_size_t(), ctypes.c_size_t()
        lib.pong_picture_size(_native.rules_index(self.rules), scale, ctypes.byref(width), ctypes.byref(height))
        pixels: NDArray[np.uint8] = np.empty((height.value, width.value, 3), dtype=np.uint8)
        lib.pong_games_draw(self.handle, self._checked(game), scale, _native.address(pixels))
        return pixels

    def _checked(self, game: int) -> int:
        if not 0 <= game < self.count:
            raise IndexError(f"game: found {game}, expected 0 to {self.count - 1}")
        return game
