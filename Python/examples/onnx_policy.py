"""Plays an agent that `pong model export AGENT --out agent.onnx` wrote, by onnxruntime:

pong evaluate --policy 'python3 onnx_policy.py agent.onnx'
"""

import sys

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1])
names, first = [value.name for value in session.get_inputs()], None
for line in map(str.strip, sys.stdin):
    if line == "reset":
        state = [np.zeros(value.shape, np.float32) for value in session.get_inputs()[1:]]
        continue
    bits = np.array([[float(bit) for bit in line]], np.float32)
    output, *state = session.run(None, dict(zip(names, [bits, *state], strict=True)))
    print(("right", "left", "stay")[int(output.argmax())], flush=True)
