"""Agents as safetensors in Hugging Face's reader, results as JSON and CSV in Python's."""

import csv
import json

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

SWEEP = """name: small
model: {type: rnn, hidden: 8}
data: {expert: interceptor, frames: 400}
training: {streams: 40, chunk: 5, passes: 1}
validation: {every: 1, sessions: 1, steps: 200}
sweep: {seeds: [0, 1]}
"""


def check_safetensors(pong, agents, folder):
    """Opened, finite, with its metadata, and the same bytes when written again, also after this library has written
    it without its checksum; returns the tensors seen."""
    tensors = 0
    for agent in agents:
        for name in ["once", "twice"]:
            source = agent if name == "once" else f"{folder}/once.safetensors"
            pong("model", "export", source, "--out", f"{folder}/{name}.safetensors")
        files = [open(f"{folder}/{name}.safetensors", "rb").read() for name in ["once", "twice"]]
        assert files[0] == files[1]
        with safe_open(f"{folder}/once.safetensors", framework="numpy") as file:
            metadata = file.metadata()
            for key in ["model", "config", "demonstration_crc32", "program_version", "rules", "name"]:
                assert metadata.get(key), f"{agent}: no metadata {key}"
            json.loads(metadata["model"]), json.loads(metadata["config"])
            for name in file.keys():
                tensor = file.get_tensor(name)
                assert tensor.dtype.kind != "f" or np.isfinite(tensor).all(), f"{agent}: {name}"
                tensors += 1
            assert metadata.pop("crc32"), f"{agent}: no checksum"
            save_file({name: file.get_tensor(name) for name in file.keys()}, f"{folder}/other.safetensors", metadata)
        pong("model", "export", f"{folder}/other.safetensors", "--out", f"{folder}/again.safetensors")
        again = open(f"{folder}/again.safetensors", "rb").read()
        assert again == files[0], f"{agent}: another agent without its checksum"
    return tensors


def check_results(pong, agent, folder):
    """evaluate --json, model info --json, demos info --json, a report's CSV and JSON; returns the objects read."""
    count = 0
    for protocol in ["paper", "all", "rounds"]:
        arguments = ["--sessions", "2"] + ([] if protocol == "rounds" else ["--steps", "500"])
        result = json.loads(pong("evaluate", agent, "--protocol", protocol, "--json", *arguments))
        assert result["protocol"] == protocol and 0 <= result["rate"] <= 1
        count += 1
    assert json.loads(pong("model", "info", agent, "--json"))["parameters"] > 0
    pong("demos", "generate", "--expert", "tracker", "--frames", "500", "--out", f"{folder}/info.pong")
    assert json.loads(pong("demos", "info", f"{folder}/info.pong", "--json"))["steps"] == 500
    with open(f"{folder}/small.yaml", "w") as file:
        file.write(SWEEP)
    pong("sweep", f"{folder}/small.yaml", "--out", f"{folder}/sweep")
    pong("report", f"{folder}/sweep", "--csv", f"{folder}/runs.csv", "--json", f"{folder}/runs.json")
    with open(f"{folder}/runs.csv", newline="") as file:
        table = list(csv.DictReader(file))
    runs = json.load(open(f"{folder}/runs.json"))
    assert len(table) == 2 and None not in table[0] and all(None not in row.values() for row in table)
    return count + 4, len(table), runs
