"""The game as Gymnasium environments: `pong_tnd/Pong-v0`, alone and in vectors."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, SupportsIndex

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ._games import Games
from ._native import ACTIONS, OBSERVATION_BITS

_RENDER_FPS = 60


class PongEnv(gymnasium.Env[NDArray[np.int8], np.int64]):
    """One game of Pong: catch the ball with the paddle.

    Observations are 24 bits, int8 (24,): eight each, most significant first, for ball x, ball y and paddle x, each
    plus 2 modulo 256, in pixels. Actions are 0 right, 1 left, 2 stay. The reward is 1 for a catch and -1 for a miss.

    Args:
        rules: "reference", the game of the paper, or "classic", with angles and a ball that gets faster.
        steps: steps after which an episode is truncated; None for no limit.
        terminate_on_miss: whether a miss ends the episode; else the ball is served anew and play goes on.
        render_mode: None or "rgb_array", frames as the viewer draws them, uint8 (height, width, 3).

    `reset(seed=S)` gives the serves of `pong evaluate --seed S`, session 0, and `options={"session": K}` those of its
    session K; `reset()` goes on with the next serve. `options={"serves": [[x, y], ...]}` gives the serves themselves.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012
        "render_modes": ["rgb_array"],
        "render_fps": _RENDER_FPS,
    }

    def __init__(
        self,
        rules: str = "reference",
        steps: int | None = 20_000,
        terminate_on_miss: bool = True,
        render_mode: str | None = None,
    ) -> None:
        _check_render_mode(render_mode)
        self.render_mode = render_mode
        self.observation_space = spaces.MultiBinary(OBSERVATION_BITS)
        self.action_space = spaces.Discrete(len(ACTIONS))
        self._games = Games(
            rules=rules,
            count=1,
            steps=steps,
            terminate_on_miss=terminate_on_miss,
            autoreset="Disabled",
            is_drawn=render_mode is not None,
        )
        self._actions = np.zeros(1, dtype=np.int64)
        self._begun = False

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.int8], dict[str, Any]]:
        """Starts an episode; see the class."""
        super().reset(seed=seed)
        if seed is None and not self._begun:
            seed = int(self.np_random.integers(2**63))
        _start(self._games, 0, seed, options or {})
        self._begun = True
        self._games.observe()
        return self._games.observations[0].copy(), {}

    def step(self, action: int | np.int64) -> tuple[NDArray[np.int8], float, bool, bool, dict[str, Any]]:
        """Plays a step."""
        if not self._begun:
            raise gymnasium.error.ResetNeeded("found no episode, expected a reset before the first step")
        self._actions[0] = operator.index(action)
        games = self._games
        games.step(self._actions)
        return (
            games.observations[0].copy(),
            float(games.rewards[0]),
            bool(games.terminated[0]),
            bool(games.truncated[0]),
            {},
        )

    @property
    def state(self) -> dict[str, int]:
        """The game as it stands, in the units of the rules, and the last event: 0 none, 1 catch, 2 miss."""
        return self._games.state(0)

    def render(self) -> NDArray[np.uint8] | None:
        """The picture of the game as it stands."""
        if self.render_mode is None:
            return None
        return self._games.draw(0)

    def close(self) -> None:
        """Gives the memory back."""
        self._games.close()


class PongVectorEnv(VectorEnv[NDArray[np.int8], NDArray[np.int64], Any]):
    """Many games of `PongEnv` side by side.

    Observations are int8 (num_envs, 24), rewards float64, terminations and truncations bool (num_envs,).

    Args:
        num_envs: how many games.
        autoreset_mode: when a game whose episode has ended starts anew, as Gymnasium defines it.
        copy: whether steps return copies; without, the same arrays every time, which the next step overwrites.
        rules, steps, terminate_on_miss, render_mode: as for `PongEnv`.

    Game i with `reset(seed=S)` plays as a `PongEnv` with `reset(seed=S + i)`; a list gives the seeds one by one, and
    `options={"session": [...]}` the sessions. `options={"reset_mask": mask}` starts some games alone.
    """

    def __init__(
        self,
        num_envs: int = 1,
        rules: str = "reference",
        steps: int | None = 20_000,
        terminate_on_miss: bool = True,
        render_mode: str | None = None,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        copy: bool = True,
    ) -> None:
        _check_render_mode(render_mode)
        mode = AutoresetMode(autoreset_mode)
        self.metadata = {**PongEnv.metadata, "autoreset_mode": mode}
        self.num_envs = num_envs
        self.render_mode = render_mode
        self.copy = copy
        self._keeps_last = mode == AutoresetMode.SAME_STEP
        self._games = Games(
            rules=rules,
            count=num_envs,
            steps=steps,
            terminate_on_miss=terminate_on_miss,
            autoreset=mode.value,
            is_drawn=render_mode is not None,
        )
        self.single_observation_space = spaces.MultiBinary(OBSERVATION_BITS)
        self.single_action_space = spaces.Discrete(len(ACTIONS))
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._begun: NDArray[np.bool_] = np.zeros(num_envs, dtype=np.bool_)

    def reset(
        self,
        *,
        seed: int | Sequence[SupportsIndex | None] | NDArray[Any] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[NDArray[np.int8], dict[str, Any]]:
        """Starts episodes; see the class."""
        options = dict(options or {})
        mask = _reset_mask(options.pop("reset_mask", None), self.num_envs)
        seeds = self._seeds(seed)
        for game in np.flatnonzero(mask).tolist():
            _start(self._games, game, seeds[game], options)
        self._begun |= mask
        self._games.observe()
        self._games.terminated[mask] = False
        self._games.truncated[mask] = False
        return self._games.observations.copy() if self.copy else self._games.observations, {}

    def _seeds(self, seed: int | Sequence[SupportsIndex | None] | NDArray[Any] | None) -> list[int | None]:
        if isinstance(seed, (int, np.integer)):
            super().reset(seed=int(seed))
            return [int(seed) + game for game in range(self.num_envs)]
        seeds = [_seed(one) for one in ([None] * self.num_envs if seed is None else seed)]
        if len(seeds) != self.num_envs:
            raise ValueError(f"seed: found {len(seeds)} seeds, expected {self.num_envs}, one a game")
        # A game that has not begun has no next serve to go on with.
        fresh = [game for game, one in enumerate(seeds) if one is None and not self._begun[game]]
        for game, number in zip(fresh, self.np_random.integers(2**63, size=len(fresh)).tolist(), strict=True):
            seeds[game] = number
        return seeds

    def step(
        self, actions: NDArray[np.int64]
    ) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """Plays a step of every game."""
        if not self._begun.all():
            raise gymnasium.error.ResetNeeded("found no episode, expected a reset before the first step")
        games = self._games
        ended = games.step(self._checked(actions))
        infos = self._last(ended) if ended and self._keeps_last else {}
        if self.copy:
            return (
                games.observations.copy(),
                games.rewards.copy(),
                games.terminated.copy(),
                games.truncated.copy(),
                infos,
            )
        return games.observations, games.rewards, games.terminated, games.truncated, infos

    def _checked(self, actions: Any) -> NDArray[np.int64]:
        if type(actions) is np.ndarray and actions.dtype == np.int64 and actions.flags.c_contiguous:
            array: NDArray[np.int64] = actions
        else:
            found = np.asarray(actions)
            if found.dtype.kind not in "iu":
                raise TypeError(f"actions: found {found.dtype}, expected integers")
            array = np.ascontiguousarray(found, dtype=np.int64)
        if array.shape != (self.num_envs,):
            raise ValueError(f"actions: found shape {array.shape}, expected ({self.num_envs},)")
        return array

    def _last(self, ended: int) -> dict[str, Any]:
        """What the games that ended and were started anew in the same step showed last."""
        games = self._games
        done = games.terminated | games.truncated
        final = np.full(self.num_envs, None, dtype=object)
        for game in np.flatnonzero(done).tolist():
            final[game] = games.final_observations[game].copy()
        return {"final_obs": final, "_final_obs": done, "final_info": {}, "_final_info": done.copy()}

    def state(self, game: int) -> dict[str, int]:
        """A game as it stands, in the units of the rules."""
        return self._games.state(game)

    def render(self) -> tuple[NDArray[np.uint8], ...] | None:
        """The pictures of all games."""
        if self.render_mode is None:
            return None
        return tuple(self._games.draw(game) for game in range(self.num_envs))

    def close_extras(self, **kwargs: Any) -> None:
        """Gives the memory back."""
        self._games.close()


def _check_render_mode(render_mode: str | None) -> None:
    if render_mode not in (None, "rgb_array"):
        raise ValueError(f"render_mode: found {render_mode!r}, expected None or 'rgb_array'")


def _reset_mask(mask: Any, count: int) -> NDArray[np.bool_]:
    if mask is None:
        return np.ones(count, dtype=np.bool_)
    array = np.asarray(mask)
    if array.dtype != np.bool_ or array.shape != (count,):
        raise ValueError(f"reset_mask: found {array.dtype} of shape {array.shape}, expected bool of shape ({count},)")
    if not array.any():
        raise ValueError("reset_mask: found no True, expected at least one")
    return array


def _seed(seed: Any) -> int | None:
    if seed is None:
        return None
    number = operator.index(seed)
    if number < 0:
        raise ValueError(f"seed: found {number}, expected 0 or more")
    return number


def _session(sessions: Any, game: int, count: int) -> int:
    """The session of a game: of one for all, or a list of one a game."""
    if isinstance(sessions, (Sequence, np.ndarray)):
        if len(sessions) != count:
            raise ValueError(f"options: found {len(sessions)} sessions, expected {count}, one a game")
        sessions = sessions[game]
    try:
        session = operator.index(sessions)
    except TypeError:
        raise TypeError(f"options: found session {sessions!r}, expected an integer, or one a game") from None
    if not 0 <= session < 2**63:
        raise ValueError(f"options: found session {session}, expected 0 to 9223372036854775807")
    return session


def _start(games: Games, game: int, seed: int | None, options: dict[str, Any]) -> None:
    """Starts a game as seed and options of a reset say."""
    unknown = sorted(set(options) - {"session", "serves"})
    if unknown:
        raise ValueError(f"options: found {unknown[0]!r}, expected session, serves or reset_mask")
    if "serves" in options:
        games.start_with_serves(game, options["serves"])
        return
    session = _session(options.get("session", 0), game, games.count)
    if seed is not None:
        games.start(game, seed, session)
    elif "session" in options:
        raise ValueError("options: found a session, expected a seed with it")
    else:
        games.restart(game)
