"""Builds the library that the package loads, by the launcher of the project around this folder."""

import os
import shutil
import subprocess
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
LAUNCHER = HERE.parent / "pong"


class BuildWithLibrary(build_py):
    """Lays the library beside the package's modules."""

    def run(self) -> None:
        super().run()
        if not LAUNCHER.exists():
            raise SystemExit(f"{LAUNCHER}: found no launcher; install from the folder Python of a clone of the project")
        # CI and tests that have built it already say where it is.
        library = (
            os.environ.get("PONG_TND_LIBRARY")
            or subprocess.run([str(LAUNCHER), "library"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        )
        folder = HERE / "src" / "pong_tnd" if self.editable_mode else Path(self.build_lib) / "pong_tnd"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy2(library, folder / Path(library).name)


class PlatformWheel(bdist_wheel):
    """Any Python 3, but this platform: the library is called through ctypes."""

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", super().get_tag()[2]


class WithLibrary(Distribution):
    """A package that is not the same on every platform."""

    def has_ext_modules(self) -> bool:
        return True


setup(cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel}, distclass=WithLibrary)
