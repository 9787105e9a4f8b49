"""Checks every file that this program writes for others, or reads from them, with their tools, and prints a table.

    python3 -m venv /tmp/tools && /tmp/tools/bin/pip install -r Tests/Interchange/requirements.txt
    PONG_TRAITS=Interchange,Minari ./pong --version     # builds
    /tmp/tools/bin/python Tests/Interchange/verify.py [PROGRAM] [--steps N]

PROGRAM is .build/run-interchange-minari/release/pong unless said otherwise. It takes a minute, fails at the first
thing that is wrong, and leaves nothing behind.
"""

import argparse
import os
import subprocess
import sys
import tempfile

import check_demonstrations
import check_files
import check_onnx
import check_tensorboard

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# The bound of the contract: relative to the largest output.
BOUND = 1e-5


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", nargs="?", default=f"{ROOT}/.build/run-interchange-minari/release/pong")
    parser.add_argument("--steps", type=int, default=1000)
    options = parser.parse_args()
    program = os.path.abspath(options.program)

    def pong(*arguments, fails=False):
        result = subprocess.run([program, *arguments], capture_output=True, text=True)
        if fails:
            assert result.returncode == 65, result.stdout
            return result.stderr
        if result.returncode != 0:
            sys.exit(f"pong {' '.join(arguments)}: {result.stderr.strip()}")
        return result.stdout

    def row(*cells):
        print(f"| {' | '.join(map(str, cells))} |", flush=True)

    row("what", "read by", "found")
    row("---", "---", "---")
    with tempfile.TemporaryDirectory() as folder:
        agents = []
        for name, model in check_onnx.MODELS.items():
            with open(f"{folder}/{name}.yaml", "w") as file:
                file.write(check_onnx.CONFIG.format(
                    name=name, model=model, training=check_onnx.TRAINING.get(name, "")))
            pong("train", f"{folder}/{name}.yaml", "--out", f"{folder}/{name}")
            agents.append(f"{folder}/{name}")
        for agent in agents + ["tnd"]:
            name = os.path.basename(agent) if agent != "tnd" else "the embedded tnd"
            path = f"{folder}/step.onnx"
            error = check_onnx.check(pong, agent, path, folder, options.steps)
            assert error <= BOUND, f"{name}: relative difference {error}"
            size = os.path.getsize(path) // 1000
            row(f"ONNX: {name}", "onnx, onnxruntime", f"{options.steps} steps, {error:.1e}, {size} kB")
        tensors = check_files.check_safetensors(pong, agents + ["tnd"], folder)
        row("agents", "safetensors", f"{tensors} tensors, the same bytes again")
        scalars, kills = check_tensorboard.check(pong, program, folder)
        row("events of training", "TensorBoard's accumulator", f"{scalars} scalars, {kills} kills")
        row("demonstrations .npz", "NumPy without pickle", f"{check_demonstrations.check_numpy(pong, folder)} rows")
        if check_demonstrations.has_minari(program, folder):
            row("demonstrations .minari", "Minari", f"{check_demonstrations.check_minari(pong, folder)} steps")
        else:
            row("demonstrations .minari", "Minari", "not in this build")
        objects, runs, _ = check_files.check_results(pong, "tnd", folder)
        row("results", "json, csv", f"{objects} objects, {runs} rows")


if __name__ == "__main__":
    main()
