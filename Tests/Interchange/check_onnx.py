"""Every model's step in onnxruntime against `pong model run`, over many steps with the states carried."""

import json

import numpy as np
import onnx
import onnxruntime

# The embedded agents beside these are added by verify.py. Small, but with every form that a model has.
MODELS = {
    "tnd-activation": "{type: tnd, neurons: 200}",
    "tnd-state": "{type: tnd, neurons: 200, readout: state, tau: 0.2}",
    "tnd-no-rec": "{type: tnd, neurons: 200, recurrent: false}",
    "tnd-no-state": "{type: tnd, neurons: 200, state: false}",
    "tnd-few-edges": "{type: tnd, neurons: 400, density: 0.02}",
    "tnd-tau-trained": "{type: tnd, neurons: 200, tau: trained}",
    "tnd-shuffled-modular": "{type: tnd, neurons: 200, density: 0.05, graph: {family: modular, shuffled: true}}",
    "tnd-rewired": "{type: tnd, neurons: 200, density: 0.05}",
    "tnd-plastic": "{type: tnd, neurons: 200, plasticity: {rate: 0.3}}",
    "tnd-plastic-few-edges": "{type: tnd, neurons: 400, density: 0.02, readout: state, tau: trained, plasticity: {}}",
    "rnn": "{type: rnn, hidden: 200}",
    "rnn-2-layers": "{type: rnn, hidden: 90, layers: 2}",
    "sparse-rnn": "{type: sparse_rnn, hidden: 200}",
    "sparse-rnn-few-edges": "{type: sparse_rnn, hidden: 400, density: 0.02}",
    "lstm": "{type: lstm, hidden: 128, layers: 2}",
    "cfc": "{type: cfc, hidden: 150}",
    "cfc-no-gate": "{type: cfc, hidden: 150, mode: no_gate}",
    "cfc-pure": "{type: cfc, hidden: 150, mode: pure}",
    "cfc-backbone": "{type: cfc, hidden: 150, backbone_layers: 2, backbone_units: 64}",
    "cfc-no-gate-backbone": "{type: cfc, hidden: 150, mode: no_gate, backbone_layers: 1, backbone_units: 64}",
    "cfc-pure-backbone": "{type: cfc, hidden: 150, mode: pure, backbone_layers: 2, backbone_units: 64}",
    "transformer": "{type: transformer, heads: 4, head_features: 16, feed_forward: 128, context: 17}",
    "transformer-norm-first": "{type: transformer, heads: 2, head_features: 24, feed_forward: 64, norm_first: true}",
    "transformer-one-step": "{type: transformer, heads: 2, head_features: 8, feed_forward: 64, context: 1}",
    "transformer-block": "{type: transformer, heads: 4, head_features: 15, feed_forward: 128, context: 17, attention: block}",
    "transformer-block-norm-first":
        "{type: transformer, heads: 2, head_features: 24, feed_forward: 64, norm_first: true, attention: block}",
    "s4d": "{type: s4d, hidden: 64, state_pairs: 16, layers: 3}",
}

# Of training, what a model needs besides.
TRAINING = {"tnd-rewired": ", rewire: {method: rigl, every: 4}"}

CONFIG = """name: {name}
seed: 3
model: {model}
data: {{expert: interceptor, frames: 2000}}
training: {{streams: 40, chunk: 10, passes: 4, learning_rate: 0.003{training}}}
validation: {{every: 4, sessions: 2, steps: 200}}
"""


def observations(steps, seed):
    """Bits that change now and then, as a game's do, and at random in between."""
    random = np.random.default_rng(seed)
    bits = random.integers(0, 2, (steps, 24))
    held = np.repeat(random.integers(0, 2, (steps // 10 + 1, 24)), 10, axis=0)[:steps]
    return np.where(random.random((steps, 1)) < 0.5, bits, held).astype(np.float32)


def run(session, model, rows):
    """Outputs (steps, batch, 3) for observations (steps, batch, 24), from the zero state."""
    batch = rows.shape[1]
    types = {"tensor(float)": np.float32, "tensor(int64)": np.int64}
    feed = {}
    for value in session.get_inputs()[1:]:
        feed[value.name] = np.zeros([batch, *value.shape[1:]], types[value.type])
    names = [value.name for value in session.get_outputs()]
    results = []
    for row in rows:
        made = dict(zip(names, session.run(None, {"observation": row, **feed})))
        results.append(made["outputs"])
        feed = {name: made[name + "_next"] for name in feed}
    return np.stack(results)


def check(pong, agent, path, folder, steps):
    """The largest difference to `pong model run`, as a fraction of the largest output."""
    pong("model", "export", agent, "--out", path)
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert [o.version for o in model.opset_import] == [17], model.opset_import
    properties = {p.key: p.value for p in model.metadata_props}
    for key in ["model", "rules", "program_version", "config", "demonstration_crc32"]:
        assert properties.get(key), f"{path}: no metadata {key}"
    assert properties["inputs"].split(",") == [v.name for v in model.graph.input]
    assert properties["outputs"].split(",") == [v.name for v in model.graph.output]
    assert all(v.doc_string for v in [*model.graph.input, *model.graph.output])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    # Two games at once, to try the batch axis: each must come out as it does alone.
    rows = np.stack([observations(steps, 1), observations(steps, 2)], axis=1)
    found = run(session, model, rows)
    worst = 0.0
    for lane in range(2):
        file = f"{folder}/observations.csv"
        np.savetxt(file, rows[:, lane], fmt="%d", delimiter=",")
        text = pong("model", "run", agent, "--observations", file)
        expected = np.array([line.split(",") for line in text.split()], np.float32)
        assert expected.shape == (steps, 3)
        assert np.ptp(expected, axis=0).max() > 1e-3, "the outputs hardly change"
        assert np.isfinite(found).all() and np.isfinite(expected).all()
        worst = max(worst, float(np.abs(found[:, lane] - expected).max() / np.abs(expected).max()))
    # The file plays here too, and comes to the same.
    results = []
    for player in [agent, path]:
        text = pong("evaluate", player, "--protocol", "all", "--sessions", "4", "--steps", "2000", "--json")
        results.append({key: value for key, value in json.loads(text).items() if key != "agent"})
        text = pong("model", "run", player, "--observations", file)
        outputs = np.array([line.split(",") for line in text.split()], np.float32)
        assert np.abs(outputs - expected).max() <= 1e-5 * np.abs(expected).max()
    assert results[0] == results[1], results
    return worst
