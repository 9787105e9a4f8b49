"""Pong as it is played by Topological Neural Dynamics (arXiv 2606.21295), for Python.

    import gymnasium, pong_tnd
    env = gymnasium.make("pong_tnd/Pong-v0")
    agent = pong_tnd.Agent("tnd")

`pong_tnd/Pong-v0` is a Gymnasium environment, alone (`gymnasium.make`) and in vectors (`gymnasium.make_vec`); it needs
gymnasium. `Agent` plays, `load` and `generate` give demonstrations as arrays; these need NumPy alone.
"""

from __future__ import annotations

from importlib import metadata as _metadata
from importlib import util as _util

from ._native import BadData, BadUsage, InputOutputError, NoInput, PongError
from .agents import Agent
from .demonstrations import Demonstration, generate, load

__all__ = [
    "Agent",
    "BadData",
    "BadUsage",
    "Demonstration",
    "InputOutputError",
    "NoInput",
    "PongError",
    "generate",
    "load",
    "register",
]
__version__ = _metadata.version("pong_tnd")


def register() -> None:
    """Makes `pong_tnd/Pong-v0` known to Gymnasium; done when the package is imported, if gymnasium is there."""
    import gymnasium

    if "pong_tnd/Pong-v0" not in gymnasium.registry:
        gymnasium.register(
            id="pong_tnd/Pong-v0",
            entry_point="pong_tnd.envs:PongEnv",
            vector_entry_point="pong_tnd.envs:PongVectorEnv",
        )


if _util.find_spec("gymnasium") is not None:
    register()
