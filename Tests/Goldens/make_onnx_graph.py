"""Prints the CRC-32 of the graph that ONNXFileTests expects of its golden agent, built with Python's onnx.

    pip install -r Tests/Interchange/requirements.txt && python3 Tests/Goldens/make_onnx_graph.py

An RNN of two units; parameter i of its flat buffer is (i mod 7) / 8.
"""

import zlib

import numpy as np
from onnx import TensorProto, helper, numpy_helper

parameters = (np.arange(48 + 4 + 2 + 2 + 6 + 3) % 7 / 8).astype(np.float32)
shapes = [
    ("rnn.weight_ih_l0", [2, 24]), ("rnn.weight_hh_l0", [2, 2]), ("rnn.bias_ih_l0", [2]),
    ("rnn.bias_hh_l0", [2]), ("readout.weight", [3, 2]), ("readout.bias", [3]),
]
tensors = {}
for name, shape in shapes:
    count = int(np.prod(shape))
    tensors[name] = numpy_helper.from_array(parameters[:count].reshape(shape), name)
    parameters = parameters[count:]


def node(operation, inputs, output, **attributes):
    return helper.make_node(operation, inputs, [output], name=output, **attributes)


def value(name, features, documentation):
    info = helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", features])
    info.doc_string = documentation
    return info


graph = helper.make_graph(
    [
        node("Gemm", ["observation", "rnn.weight_ih_l0", "rnn.bias_ih_l0"], "gemm_0", transB=1),
        node("Gemm", ["h_l0", "rnn.weight_hh_l0", "rnn.bias_hh_l0"], "gemm_1", transB=1),
        node("Add", ["gemm_1", "gemm_0"], "add_2"),
        node("Tanh", ["add_2"], "tanh_3"),
        node("Gemm", ["tanh_3", "readout.weight", "readout.bias"], "gemm_4", transB=1),
        node("Identity", ["gemm_4"], "outputs"),
        node("Identity", ["tanh_3"], "h_l0_next"),
    ],
    "golden",
    [
        value("observation", 24, "24 bits as 0 and 1: eight each of ball x, ball y and paddle x, the highest first"),
        value("h_l0", 2, "a state: zero at the start of a session, then h_l0_next of the step before"),
    ],
    [
        value("outputs", 3, "right, left, stay; the action is the largest, the first of equals"),
        value("h_l0_next", 2, "h_l0 after the step"),
    ],
    [
        tensors[name]
        for name in [
            "rnn.weight_ih_l0", "rnn.bias_ih_l0", "rnn.weight_hh_l0", "rnn.bias_hh_l0", "readout.weight",
            "readout.bias",
        ]
    ],
)
print(f"0x{zlib.crc32(graph.SerializeToString(deterministic=True)):08x}")
