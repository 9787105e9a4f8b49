"""Trains the same networks with this program and with PyTorch, in turns, and prints both side by side.

    pip install -r Tests/Goldens/requirements.txt && python3 Benchmarks/side_by_side.py

TND the published way (train.windows) and in streams (train.streams), and the baselines at their published sizes, the
transformer in the published form (block), which is that of PyTorch's encoder.
Every round runs `pong bench` and then the scripts of Benchmarks/pytorch, so that a slow moment of the machine
meets both. The figures are medians over the rounds with the least and the most; the ratio is that of the
medians. Both use the same number of threads. Run it on an idle machine.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASELINES = ["rnn", "lstm", "cfc", "block"]


def run(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    subprocess.run([ROOT / "pong", "--version"], check=True, stdout=subprocess.DEVNULL)  # builds

    threads = ["--threads", str(options.threads)]
    names = ["train.windows", "train.streams"] + [f"{model}.train" for model in BASELINES]
    figures = {}
    for _ in range(options.rounds):
        ours = [
            run([ROOT / "pong", "bench", name, "--runs", "3", "--json", *threads]) for name in names]
        theirs = [
            run([sys.executable, ROOT / f"Benchmarks/pytorch/{script}.py", "--runs", "2", *threads])
            for script in ["train_tnd", "train_models"]]
        machine = f"{ours[0]['machine']}; {theirs[0]['machine']}"
        for side, reports in [("pong", ours), ("torch", theirs)]:
            for report in reports:
                for result in report["results"]:
                    figures.setdefault((result["name"], side), []).append(result["median"])

    print(f"{machine}\n")
    print("| environment steps trained a second | this program | PyTorch | ratio |")
    print("| --- | --- | --- | --- |")
    for name in names:
        cells = []
        for side in ["pong", "torch"]:
            values = figures[name, side]
            cells.append(
                f"{statistics.median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})")
        ratio = statistics.median(figures[name, "pong"]) / statistics.median(figures[name, "torch"])
        print(f"| `{name}` | {cells[0]} | {cells[1]} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
