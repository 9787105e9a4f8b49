"""Makes onnx/: steps that other programs wrote, and what onnxruntime makes of them.

    pip install -r Tests/Goldens/requirements.txt -r Tests/Interchange/requirements.txt
    python3 Tests/Goldens/make_onnx_steps.py

NAME.onnx is a step from PyTorch's exporter or, for operators.onnx, from Python's onnx. NAME.csv has 40 rows: the 24 bits
of an observation, then the three outputs of the step, the states carried from row to row.
"""

import os
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "onnx")
HIDDEN = 5


class Layer(nn.Module):
    """A layer over a sequence of one step: nn.RNN, nn.GRU or nn.LSTM."""

    def __init__(self, kind, layers=1):
        super().__init__()
        self.rnn = kind(24, HIDDEN, layers)
        self.readout = nn.Linear(HIDDEN, 3)

    def forward(self, observation, *states):
        states = states if len(states) > 1 else states[0]
        y, states = self.rnn(observation.unsqueeze(0), states)
        states = states if isinstance(states, tuple) else (states,)
        return self.readout(y.squeeze(0)), *states


class Cell(nn.Module):
    """A cell: nn.GRUCell or nn.LSTMCell, and a norm."""

    def __init__(self, kind):
        super().__init__()
        self.cell = kind(24, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN)
        self.readout = nn.Sequential(nn.Linear(HIDDEN, 7), nn.GELU(), nn.Linear(7, 3))

    def forward(self, observation, *states):
        states = self.cell(observation, states if len(states) > 1 else states[0])
        states = states if isinstance(states, tuple) else (states,)
        return self.readout(self.norm(states[0])), *states


class Memory(nn.Module):
    """Attention to the last four observations, which are the state."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Linear(24, 8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.readout = nn.Linear(8, 3)

    def forward(self, observation, seen):
        rows = torch.cat([seen[:, 1:], observation[:, None]], 1)
        x = torch.nn.functional.silu(self.embedding(rows))
        y, _ = self.attention(x[:, -1:], x, x, need_weights=False)
        return torch.softmax(self.readout(y[:, 0]), -1), rows


def export(name, model, states):
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.6)
    inputs = ["observation"] + list(states)
    outputs = ["outputs"] + [f"{state}_next" for state in states]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(), (torch.zeros(1, 24), *states.values()), f"{FOLDER}/{name}.onnx", input_names=inputs,
            output_names=outputs, opset_version=17, dynamo=False,
        )


def operators():
    """Operators that the other files do not have, each on a part of the observation."""
    nodes, constants = [], []

    def make(operation, inputs, outputs=1, **attributes):
        names = [f"{operation}_{len(nodes)}_{index}" for index in range(outputs)]
        nodes.append(helper.make_node(operation, inputs, names, **attributes))
        return names[0] if outputs == 1 else names

    def integers(*values):
        return constant(np.array(values, np.int64))

    def constant(array):
        name = f"constant_{len(constants)}"
        constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    random = np.random.default_rng(3)
    weight = lambda *shape: constant(random.normal(size=shape).astype(np.float32))
    x = make("Add", ["observation", weight(24)])
    parts = make("Split", [x], 3, axis=1)
    grid = make("Reshape", [x, integers(0, 4, -1)])
    many = [
        make("Slice", [x, integers(-1), integers(-100), integers(1), integers(-3)]),
        make("Flatten", [make("Slice", [grid, integers(1, 0), integers(4, 5), integers(1, -1), integers(2, 2)])]),
        make("Flatten", [make("Transpose", [grid], perm=[0, 2, 1])]),
        make("Pad", [parts[0], integers(0, 2, 0, -1), constant(np.float32(0.5))]),
        make("Gather", [x, integers(3, -1, 3)], axis=1),
        make("Flatten", [make("Gather", [constant(random.normal(size=(4, 6)).astype(np.float32)), "count"])]),
        make("ReduceMean", [grid], axes=[2], keepdims=0),
        make("ReduceMax", [grid], axes=[1], keepdims=0),
        make("ReduceMin", [parts[1]], axes=[-1]),
        make("Flatten", [make("Softmax", [grid], axis=1)]),
        make("LogSoftmax", [parts[2]], axis=1),
        make("Gemm", [make("Transpose", [parts[0]]), weight(5, 8), weight(5)], transA=1, transB=1, alpha=0.5, beta=2.0),
        make("Gemm", [parts[1], weight(8, 4)]),
        make("MatMul", [parts[2], weight(8, 4)]),
        make("Flatten", [make("MatMul", [grid, make("Transpose", [grid], perm=[0, 2, 1])])]),
        make("Elu", [parts[0]], alpha=0.7),
        make("LeakyRelu", [parts[1]], alpha=0.2),
        make("Softplus", [parts[2]]),
        make("Erf", [parts[0]]),
        make("Sqrt", [make("Abs", [parts[1]])]),
        make("Reciprocal", [make("Exp", [parts[2]])]),
        make("Log", [make("Add", [make("Mul", [parts[0], parts[0]]), constant(np.float32(1))])]),
        make("Sin", [parts[1]]),
        make("Cos", [parts[2]]),
        make("Pow", [make("Floor", [parts[0]]), constant(np.int64(2))]),
        make("Clip", [parts[1], constant(np.float32(-0.5)), constant(np.float32(0.5))]),
        make("Max", [parts[0], parts[1], parts[2]]),
        make("Div", [parts[0], make("Sum", [parts[1], constant(np.float32(9)), parts[2]])]),
        make("Mod", [parts[0], constant(np.float32(0.3))], fmod=1),
        make("Cast", [make("Greater", [parts[0], parts[1]])], to=TensorProto.FLOAT),
        make("Where", [make("Not", [make("LessOrEqual", [parts[0], parts[1]])]), parts[2], parts[0]]),
        make("Cast", [make("And", [make("Less", [parts[0], parts[1]]), make("GreaterOrEqual", [parts[2], parts[1]])])], to=1),
        make("Cast", [make("Cast", [make("Mul", [x, constant(np.float32(3))])], to=TensorProto.INT64)], to=TensorProto.FLOAT),
        make("Expand", [make("ConstantOfShape", [integers(1)]), make("Shape", [parts[0]])]),
    ]
    joined = make("Concat", many, axis=1)
    columns = sum(onnx_lengths(nodes, constants, joined))
    one = make("Add", ["count", integers(1)])
    made = [
        (make("Gemm", [joined, weight(columns, 3)]), "outputs"),
        (make("Mod", [one, integers(4)]), "count_next"),
    ]
    nodes += [helper.make_node("Identity", [inner], [outer]) for inner, outer in made]
    return model(nodes, constants, ["outputs", "count_next"])


def model(nodes, constants, outputs):
    floats, whole = TensorProto.FLOAT, TensorProto.INT64
    infos = {
        "observation": helper.make_tensor_value_info("observation", floats, ["batch", 24]),
        "count": helper.make_tensor_value_info("count", whole, ["batch"]),
        "outputs": helper.make_tensor_value_info("outputs", floats, ["batch", 3]),
        "count_next": helper.make_tensor_value_info("count_next", whole, ["batch"]),
    }
    graph = helper.make_graph(
        nodes, "operators", [infos["observation"], infos["count"]],
        [infos.get(name) or helper.make_empty_tensor_value_info(name) for name in outputs], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def onnx_lengths(nodes, constants, name):
    """The length of the second axis of a value."""
    session = onnxruntime.InferenceSession(model(nodes, constants, [name]).SerializeToString())
    feed = {"observation": np.zeros([1, 24], np.float32), "count": np.zeros([1], np.int64)}
    return [session.run([name], feed)[0].shape[1]]


def expect(name):
    """Runs the file in onnxruntime and writes what it makes."""
    path = f"{FOLDER}/{name}.onnx"
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    types = {"tensor(float)": np.float32, "tensor(int64)": np.int64}
    states = {
        value.name: np.zeros([1 if isinstance(axis, str) else axis for axis in value.shape], types[value.type])
        for value in session.get_inputs() if value.name != "observation"
    }
    names = [value.name for value in session.get_outputs()]
    lines = []
    for row in np.random.default_rng(7).integers(0, 2, (40, 24)):
        made = dict(zip(names, session.run(None, {"observation": row[None].astype(np.float32), **states})))
        states = {state: made[f"{state}_next"] for state in states}
        lines.append(",".join([*map(str, row), *(f"{number:.9g}" for number in made["outputs"][0])]))
    with open(f"{FOLDER}/{name}.csv", "w") as file:
        file.write("\n".join(lines) + "\n")


def main():
    os.makedirs(FOLDER, exist_ok=True)
    torch.manual_seed(5)
    zero = lambda *shape: torch.zeros(shape)
    steps = {
        "rnn": (Layer(nn.RNN), {"h": zero(1, 1, HIDDEN)}),
        "gru": (Layer(nn.GRU), {"h": zero(1, 1, HIDDEN)}),
        "lstm": (Layer(nn.LSTM, 2), {"h": zero(2, 1, HIDDEN), "c": zero(2, 1, HIDDEN)}),
        "gru-cell": (Cell(nn.GRUCell), {"h": zero(1, HIDDEN)}),
        "lstm-cell": (Cell(nn.LSTMCell), {"h": zero(1, HIDDEN), "c": zero(1, HIDDEN)}),
        "memory": (Memory(), {"seen": zero(1, 4, 24)}),
    }
    for name, (step, states) in steps.items():
        export(name, step, states)
    onnx.save(operators(), f"{FOLDER}/operators.onnx")
    for name in [*steps, "operators"]:
        expect(name)


if __name__ == "__main__":
    main()
