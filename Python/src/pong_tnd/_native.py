"""The library behind the package: its functions as Sources/CInterface declares them, and its errors as exceptions."""

from __future__ import annotations

import ctypes
import operator
from ctypes import POINTER, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint64, c_void_p
from pathlib import Path
from typing import SupportsIndex

import numpy as np
from numpy.typing import NDArray

RULES = ("reference", "classic")
ACTIONS = ("right", "left", "stay")
OBSERVATION_BITS = 24

_MESSAGE_BYTES = 4096


class PongError(Exception):
    """What the program says where it would end with an error; `exit_code` is what it would end with."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[type[PongError], tuple[str, int]]:
        return type(self), (str(self.args[0]), self.exit_code)


class NoInput(PongError, FileNotFoundError):
    """There is no such file or player (exit code 66)."""

    def __str__(self) -> str:
        return str(self.args[0])


class BadUsage(PongError, ValueError):
    """An argument is none (exit code 64)."""


class BadData(PongError, ValueError):
    """A file is not what it should be (exit code 65)."""


class InputOutputError(PongError, OSError):
    """A file cannot be read or written (exit code 74)."""

    def __str__(self) -> str:
        return str(self.args[0])


_EXCEPTIONS: dict[int, type[PongError]] = {64: BadUsage, 65: BadData, 66: NoInput, 74: InputOutputError}

_message = (c_void_p, c_size_t)

_FUNCTIONS: dict[str, tuple[object, tuple[object, ...]]] = {
    "pong_games_make": (c_void_p, (c_int32, c_size_t, c_int32, c_int32, c_int32, c_int32) + (c_void_p,) * 5),
    "pong_games_free": (None, (c_void_p,)),
    "pong_games_start": (None, (c_void_p, c_size_t, c_uint64, c_size_t)),
    "pong_games_start_with_serves": (None, (c_void_p, c_size_t, c_void_p, c_size_t)),
    "pong_games_restart": (None, (c_void_p, c_size_t)),
    "pong_games_observe": (None, (c_void_p,)),
    "pong_games_step": (c_int64, (c_void_p, c_void_p)),
    "pong_games_state": (None, (c_void_p, c_size_t, c_void_p)),
    "pong_picture_size": (None, (c_int32, c_size_t, POINTER(c_size_t), POINTER(c_size_t))),
    "pong_games_draw": (None, (c_void_p, c_size_t, c_size_t, c_void_p)),
    "pong_player_open": (c_void_p, (c_char_p, c_int32, *_message)),
    "pong_player_free": (None, (c_void_p,)),
    "pong_player_rules": (c_int32, (c_void_p,)),
    "pong_player_begin": (None, (c_void_p, c_size_t, c_uint64)),
    "pong_player_forget": (None, (c_void_p, c_size_t)),
    "pong_player_act": (None, (c_void_p, c_void_p, c_void_p)),
    "pong_demonstration_open": (c_void_p, (c_char_p, c_int32, *_message)),
    "pong_demonstration_generate": (c_void_p, (c_char_p, c_int32, c_size_t, c_uint64, c_double, *_message)),
    "pong_demonstration_free": (None, (c_void_p,)),
    "pong_demonstration_size": (None, (c_void_p, POINTER(c_size_t), POINTER(c_size_t))),
    "pong_demonstration_metadata": (None, (c_void_p, c_void_p, POINTER(c_uint64), c_void_p, c_size_t)),
    "pong_demonstration_columns": (None, (c_void_p,) + (c_void_p,) * 5),
}


def _load() -> ctypes.CDLL:
    folder = Path(__file__).parent
    for name in ("libpong_tnd.so", "libpong_tnd.dylib"):
        if (folder / name).exists():
            library = ctypes.CDLL(str(folder / name))
            for function, (result, arguments) in _FUNCTIONS.items():
                getattr(library, function).restype = result
                getattr(library, function).argtypes = arguments
            return library
    raise ImportError(f"{folder}: found no libpong_tnd.so; install the package with pip, which builds it")


lib = _load()


def rules_index(rules: str) -> int:
    """The number of a rule set by its name."""
    if rules not in RULES:
        raise ValueError(f"rules: found {rules!r}, expected one of {', '.join(RULES)}")
    return RULES.index(rules)


def seed_word(seed: SupportsIndex) -> int:
    """A seed as the library takes it: any integer, by its lowest 64 bits."""
    return operator.index(seed) & (2**64 - 1)


def address(array: NDArray[np.generic]) -> int:
    """Where an array's memory begins."""
    return array.ctypes.data


def opened(function: str, *arguments: object) -> int:
    """The handle that a function returns, or its error as an exception."""
    message = ctypes.create_string_buffer(_MESSAGE_BYTES)
    handle = getattr(lib, function)(*arguments, message, _MESSAGE_BYTES)
    if handle is None:
        code = message.raw[0]
        text = message.raw[1:].split(b"\0", 1)[0].decode(errors="replace")
        raise _EXCEPTIONS.get(code, PongError)(text, code)
    return int(handle)


def encoded(text: str) -> bytes:
    """A path or name for the library."""
    data = text.encode("utf-8", "surrogateescape")
    if b"\0" in data:
        raise ValueError(f"{text!r}: found a zero character, expected a name without")
    return data
