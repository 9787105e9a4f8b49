"""Trained agents and experts as players."""

from __future__ import annotations

import os
import weakref
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _native
from ._native import OBSERVATION_BITS, RULES, lib


class Agent:
    """A player with a memory of every game it plays. A copy, also in another process, has seen nothing yet.

    Args:
        name: an embedded agent ("tnd", "tnd-classic"), an expert ("tracker", "humanlike" ...), an agent
            file or a run directory.
        rules: the rules to play by; None for those that an agent was trained for, "reference" for an expert.
        seed: of what varies in an expert.

    Raises:
        NoInput: where there is no such player.
        BadData: where a file is no agent.
    """

    def __init__(self, name: str | os.PathLike[str], *, rules: str | None = None, seed: SupportsIndex = 0) -> None:
        self.name = os.fspath(name)
        self.seed = _native.seed_word(seed)
        self._asked_rules = rules
        self._handle = _native.opened(
            "pong_player_open", _native.encoded(self.name), -1 if rules is None else _native.rules_index(rules)
        )
        weakref.finalize(self, lib.pong_player_free, self._handle)
        self._games = 0
        self._actions: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def __reduce__(self) -> tuple[Any, ...]:
        return _made_again, (self.name, self._asked_rules, self.seed)

    @property
    def rules(self) -> str:
        """The rules it plays by."""
        return RULES[lib.pong_player_rules(self._handle)]

    def act(self, observations: ArrayLike) -> int | NDArray[np.int64]:
        """The next actions: 0 right, 1 left, 2 stay.

        The agent remembers what it has seen, so call this once a step with the observations in order, and `reset`
        where a game starts anew. The first call says how many games there are; it stays so until `reset()`.

        Args:
            observations: bits, (24,) for one game or (games, 24) for many; any integers or booleans.

        Returns:
            An int for one game, int64 (games,) for many.
        """
        bits = np.asarray(observations)
        if bits.dtype != np.int8:
            if bits.dtype.kind not in "iub":
                raise TypeError(f"observations: found {bits.dtype}, expected bits as integers or booleans")
            bits = (bits != 0).astype(np.int8)
        if bits.ndim not in (1, 2) or bits.shape[-1] != OBSERVATION_BITS or bits.shape[0] == 0:
            raise ValueError(f"observations: found shape {bits.shape}, expected (24,) or (games, 24)")
        bits = np.ascontiguousarray(bits)
        count = 1 if bits.ndim == 1 else len(bits)
        if self._games == 0:
            lib.pong_player_begin(self._handle, count, self.seed)
            self._games = count
            self._actions = np.zeros(count, dtype=np.int64)
        elif count != self._games:
            raise ValueError(f"observations: found {count} games, expected {self._games}, as before, or reset() first")
        lib.pong_player_act(self._handle, _native.address(bits), _native.address(self._actions))
        return int(self._actions[0]) if bits.ndim == 1 else self._actions.copy()

    def reset(self, mask: ArrayLike | None = None) -> None:
        """Forgets what games have shown.

        Args:
            mask: bool (games,), the games that start anew; None for all, whose number may then be another.
        """
        if mask is None:
            self._games = 0
            return
        games = np.asarray(mask)
        if games.dtype != np.bool_ or games.shape != (self._games,):
            raise ValueError(f"mask: found {games.dtype} of shape {games.shape}, expected bool ({self._games},)")
        for game in np.flatnonzero(games).tolist():
            lib.pong_player_forget(self._handle, game)


def _made_again(name: str, rules: str | None, seed: int) -> Agent:
    return Agent(name, rules=rules, seed=seed)
