#!/usr/bin/env python3
"""What a sweep of 20,000 finished cells costs to list, to go on with and to report: seconds and peak memory.

    Tests/Scripts/large_sweep.py [--cells 20000] [--pong FILE]

One cell is trained; the others are its result under their own names, keys and checksums, so that each is one that the
program accepts and none has to be trained.
"""

import argparse
import os
import pathlib
import re
import subprocess
import tempfile
import time
import zlib

CHUNKS = range(10, 30)
RATES = ["0.0001", "0.0002", "0.0003", "0.0004", "0.0005", "0.0006", "0.0007", "0.0008", "0.0009", "0.001"]


def sweep(seeds: int) -> str:
    return f"""name: large
model: {{type: tnd, neurons: 60}}
data: {{frames: 500}}
training: {{recipe: streams, passes: 40}}
sweep:
  seeds: [{", ".join(map(str, range(seeds)))}]
  grid:
    training.learning_rate: [{", ".join(RATES)}]
    training.chunk: [{", ".join(map(str, CHUNKS))}]
"""


def measured(what: str, command: list[str]) -> str:
    """Runs a command; prints its seconds and its peak memory, and returns its output."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output = process.stdout.read()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{what}: exit code {process.returncode}: {errors.strip()}")
    print(f"{what:12} {time.monotonic() - begin:6.1f} s {usage.ru_maxrss / 1024:6.0f} MB", flush=True)
    return output


def multiply(folder: pathlib.Path, names: list[str]) -> None:
    """Gives every cell the result of the first."""
    first = names[0]
    body = (folder / "cells" / f"{first}.json").read_text()
    body = body[: body.rindex('  "checksum"')]

    def parts(name: str) -> tuple[str, str, str]:
        return re.fullmatch(r"large/learning_rate=(.*)/chunk=(.*)/seed=(.*)", name).groups()

    rate, chunk, seed = parts(first)
    for name in names[1:]:
        own = parts(name)
        text = body.replace(first, name)
        for key, old, new in [("learning_rate", rate, own[0]), ("chunk", chunk, own[1])]:
            text = re.sub(rf'((?:training\.)?{key}"): {re.escape(old)}\b', rf"\1: {new}", text)
        text = re.sub(rf'"seed": {seed}\b', f'"seed": {own[2]}', text, count=2)
        path = folder / "cells" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + f'  "checksum": "{zlib.crc32(text.encode()):08x}"\n}}\n')


def main() -> None:
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=20_000, help="a multiple of 200")
    parser.add_argument("--pong", type=pathlib.Path, help="the program (default: what ./pong builds)")
    options = parser.parse_args()
    if options.pong is None:
        subprocess.run([root / "pong", "--version"], check=True, stdout=subprocess.DEVNULL)
        options.pong = max(root.glob(".build/run*/release/pong"), key=lambda file: file.stat().st_mtime)
    pong = str(options.pong.resolve())
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        pathlib.Path("large.yaml").write_text(sweep(options.cells // (len(RATES) * len(CHUNKS))))
        command = [pong, "sweep", "large.yaml", "--out", "out"]
        lines = measured("plan", [*command, "--list"]).splitlines()
        measured("train one", [*command, "--index", "0"])
        multiply(pathlib.Path("out"), [line.split()[-1] for line in lines])
        finished = measured("list", [*command, "--list"]).count("finished")
        if finished != len(lines):
            raise SystemExit(f"list: found {finished} finished cells, expected {len(lines)}")
        measured("go on", command)
        measured("one cell", [*command, "--index", str(len(lines) - 1)])
        measured("report", [pong, "report", "out", "--out", "report.html", "--csv", "runs.csv"])
        size = pathlib.Path("report.html").stat().st_size
        print(f"{len(lines)} cells, report of {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
