#!/usr/bin/env python3
"""Lets many faulty programs play, one after the other, and counts what is left: each must be one line of error, and no
process of any of them may outlive the call that started it.

    Tests/Scripts/faulty_policies.py [--programs 100] [--seed 0] [--pong FILE]
"""

import argparse
import os
import pathlib
import random
import subprocess
import time
import uuid

PLAY = "while read l; do [ $l = reset ] || echo stay; done"
AFTER = "read l; i=0; while [ $i -lt {n} ] && read l; do [ $l = reset ] || {{ echo stay; i=$((i+1)); }}; done; "

# What goes wrong after {n} steps; some are given children, in the background and in sessions of their own.
FAULTS = {
    "ends": AFTER + "exit {code}",
    "ends and leaves a child": AFTER + "sleep 600 & exit {code}",
    "ends and leaves a child in a session of its own": AFTER + "setsid sleep 600 & exit {code}",
    "kills itself": AFTER + "kill -9 $$",
    "stalls": AFTER + "sleep 600",
    "stalls and takes no SIGTERM": "trap '' TERM INT HUP; " + AFTER + "sleep 600",
    "talks nonsense": AFTER + "echo nonsense; cat >/dev/null",
    "says a word that is nearly right": AFTER + "echo STAY; cat >/dev/null",
    "says bytes that are no text": AFTER + "printf '\\377\\376\\000\\n'; cat >/dev/null",
    "says nothing but a line": AFTER + "echo; cat >/dev/null",
    "answers twice": AFTER + "while read l; do echo stay; echo left; done",
    "floods": AFTER + "while :; do echo stay; done",
    "floods without a line's end": AFTER + "tr '\\000' x </dev/zero",
    "closes its output": AFTER + "exec >&-; sleep 600",
    "closes both": AFTER + "exec <&- >&-; sleep 600",
    "cannot be started": "/nonexistent/program",
    "answers reset": "while read l; do echo stay; done",
}


def marked(mark: str) -> list[int]:
    """The processes whose environment has the mark."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"FAULTY_POLICIES={mark}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def main() -> None:
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pong", type=pathlib.Path, help="the program (default: what ./pong builds)")
    options = parser.parse_args()
    if options.pong is None:
        subprocess.run([root / "pong", "--version"], check=True, stdout=subprocess.DEVNULL)
        options.pong = max(root.glob(".build/run*/release/pong"), key=lambda file: file.stat().st_mtime)
    drawn = random.Random(options.seed)
    mark = uuid.uuid4().hex
    environment = os.environ | {"FAULTY_POLICIES": mark}
    command = [str(options.pong.resolve()), "evaluate", "--protocol", "all", "--sessions", "3", "--steps", "2000"]
    kinds = list(FAULTS)
    counts: dict[int, int] = {}
    for number in range(options.programs):
        kind = kinds[number % len(kinds)]
        policy = FAULTS[kind].format(n=drawn.choice([0, 1, 50, 1999]), code=drawn.choice([0, 1, 77]))
        run = subprocess.run(
            [*command, "--policy", policy], env=environment, capture_output=True, text=True, errors="replace",
            timeout=120, check=False)
        errors = [line for line in run.stderr.splitlines() if line.startswith("pong: --policy ")]
        if run.returncode not in (65, 74) or len(errors) != 1 or run.stdout:
            raise SystemExit(f"{kind}: {policy}\nexit code {run.returncode}\n{run.stderr}{run.stdout}")
        counts[run.returncode] = counts.get(run.returncode, 0) + 1
        # The kernel takes a moment to end what was killed.
        deadline = time.monotonic() + 20
        while (left := marked(mark)) and time.monotonic() < deadline:
            time.sleep(0.02)
        if left:
            raise SystemExit(f"{kind}: {policy}\nleft processes {left}")
    codes = ", ".join(f"{count} with exit code {code}" for code, count in sorted(counts.items()))
    print(f"{options.programs} faulty programs of {len(kinds)} kinds: one line of error each ({codes}), no process left")


if __name__ == "__main__":
    main()
