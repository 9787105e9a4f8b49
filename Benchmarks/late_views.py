"""Does an RNN that sees all two steps late, in training and at play, learn as little from a tracker as TND?

    python3 Benchmarks/late_views.py [FOLDER]

Needs NumPy; six runs, three minutes each on a core. For the tracker's play as it is and disturbed (DART), views as
they are and two steps late: the loss of the last pass, and the catch rate of ten sessions of 20,000 steps. What is in FOLDER
already (runs/late-views unless named) is not made again.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

PONG = str(Path(__file__).resolve().parent.parent / "pong")
# That of Configs/classic/labels/rnn-small-*.yaml at 100,000 labels, as tuned there.
CONFIG = """
model: {{type: rnn, hidden: 586, spectral_radius: {radius}}}
data: {{rules: classic}}
training: {{streams: 32, chunk: 20, passes: 60, average: 0.998, mirror: true}}
validation: {{every: 60}}
"""
DEMONSTRATIONS = {"clone": (0, 0.95), "dart": (0.3, 0.58)}
RUNS = [(0, 0), (2, 0), (2, 1)]


def pong(*arguments):
    """What a command prints."""
    return subprocess.run([PONG, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout


def demonstrate(folder, name, noise):
    """A tracker's 96 games, as they were seen and with every view two steps late."""
    if (folder / f"{name}-0.npz").exists():
        return
    played = folder / f"{name}.npz"
    pong("demos", "generate", "--expert", "tracker", "--rules", "classic", "--noise", noise,
         "--frames", 99840, "--episodes", 96, "--out", played)  # fmt: skip
    data = dict(np.load(played))
    views = data["observations"].reshape(96, 1040, 24)
    for late in (2, 0):
        seen = views[:, np.maximum(np.arange(1040) - late, 0)]
        np.savez(folder / f"{name}-{late}.npz", **{**data, "observations": seen.reshape(-1, 24)})


def main():
    """Prints a line a run."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "runs/late-views")
    folder.mkdir(parents=True, exist_ok=True)
    for name, (noise, radius) in DEMONSTRATIONS.items():
        demonstrate(folder, name, noise)
        config = folder / f"{name}.yaml"
        config.write_text(CONFIG.format(radius=radius))
        for late, seed in RUNS:
            run = folder / f"{name}-late{late}-seed{seed}"
            if not (run / "best.safetensors").exists():
                shutil.rmtree(run, ignore_errors=True)
                data = folder / f"{name}-{late}.npz"
                pong("train", config, "--data", data, "--set", f"seed={seed}", "--out", run)
            loss = json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])["loss"]
            delay = ["--perturb", f"delay={late}"] if late else []
            rate = json.loads(pong("evaluate", run, "--protocol", "all", "--json", *delay))["rate"]
            print(f"{name}, {late} late, seed {seed}: loss {loss:.4f}, rate {rate:.4f}", flush=True)


if __name__ == "__main__":
    main()
