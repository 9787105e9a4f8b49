"""Plays an agent that `pong model export AGENT --out agent.onnx` wrote, by onnxruntime:

pong evaluate --policy 'python3 onnx_policy.py agent.onnx'
"""

import sys

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1])
inputs = session.get_inputs()


def zeros(value: onnxruntime.NodeArg) -> np.ndarray:
    """A state before the first step. The batch has no size of its own: one game."""
    shape = [size if isinstance(size, int) else 1 for size in value.shape]
    return np.zeros(shape, np.int64 if value.type == "tensor(int64)" else np.float32)


for line in map(str.strip, sys.stdin):
    if line == "reset":
        state = [zeros(value) for value in inputs[1:]]
        continue
    bits = np.array([[float(bit) for bit in line]], np.float32)
    output, *state = session.run(None, {value.name: array for value, array in zip(inputs, [bits, *state], strict=True)})
    print(("right", "left", "stay")[int(output.argmax())], flush=True)
