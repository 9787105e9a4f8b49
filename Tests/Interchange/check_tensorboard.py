"""TensorBoard events of a training run, read by TensorBoard's own event accumulator."""

import json
import os
import shutil
import signal
import subprocess
import time

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tb_logging

# It says so, and rightly, whenever a resumed run makes a pass again.
tb_logging.get_logger().setLevel("ERROR")

CONFIG = """name: events
seed: 1
model: {type: tnd, neurons: 60}
data: {expert: interceptor, frames: 4000}
training: {streams: 40, chunk: 5, passes: 120, learning_rate: 0.003}
validation: {every: 3, sessions: 4, steps: 300}
"""


def compare(run, folder):
    """That every number of metrics.jsonl is there once, at its pass; returns how many."""
    accumulator = EventAccumulator(folder, size_guidance={"scalars": 0})
    accumulator.Reload()
    expected = {}
    for line in open(f"{run}/metrics.jsonl"):
        values = json.loads(line)
        step = values.pop("pass")
        for name, value in values.items():
            expected.setdefault(name, []).append((step, value))
    assert sorted(accumulator.Tags()["scalars"]) == sorted(expected), accumulator.Tags()
    count = 0
    for name, points in expected.items():
        found = [(event.step, event.value) for event in accumulator.Scalars(name)]
        assert [step for step, _ in found] == [step for step, _ in points], (name, found, points)
        for (_, value), (_, wanted) in zip(found, points):
            assert abs(value - wanted) <= 1e-6 * abs(wanted), (name, value, wanted)
        count += len(points)
    return count


def check(pong, program, folder):
    """A run never stopped, one that is killed again and again, and one that writes events from its middle on."""
    config = f"{folder}/events.yaml"
    with open(config, "w") as file:
        file.write(CONFIG)
    count = 0
    pong("train", config, "--out", f"{folder}/whole", "--tensorboard")
    count += compare(f"{folder}/whole", f"{folder}/whole/tensorboard")

    run, kills = f"{folder}/killed", 0
    while True:
        arguments = [program, "train", config, "--out", run, "--tensorboard", f"{folder}/elsewhere"]
        if os.path.exists(f"{run}/state.safetensors"):
            arguments.append("--resume")
        else:
            # Killed before there was anything to go on from.
            shutil.rmtree(run, ignore_errors=True)
        process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
        try:
            # Ever longer: a busy machine must get further too.
            process.wait(timeout=0.05 + 0.03 * (kills % 7) + 0.01 * kills)
            assert process.returncode == 0, process.returncode
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            assert kills < 200
    count += compare(run, f"{folder}/elsewhere")
    same = [open(f"{folder}/{name}/metrics.jsonl").read() for name in ["whole", "killed"]]
    assert same[0] == same[1]

    run = f"{folder}/later"
    process = subprocess.Popen([program, "train", config, "--out", run], stderr=subprocess.DEVNULL)
    while not os.path.exists(f"{run}/best.safetensors") and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.wait()
    pong("train", config, "--out", run, "--resume", "--tensorboard")
    count += compare(run, f"{run}/tensorboard")
    return count, kills
