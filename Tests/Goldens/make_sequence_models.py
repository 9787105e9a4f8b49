"""Makes the golden numbers of Tests/Goldens/models with PyTorch: forward passes, gradients, AdamW steps.

Versions: CPython 3.11, torch 2.13.0 (CPU), numpy 2.4.6, safetensors 0.8.0, ncps 1.0.1 (requirements.txt).

    pip install -r Tests/Goldens/requirements.txt && python3 Tests/Goldens/make_sequence_models.py

Every case is computed twice from the same float32 inputs: once in float64, once in float32. README.md
beside this file lists the tensors. Names of results start with the precision they were computed in.
"""

from pathlib import Path

import numpy as np
import torch
from ncps.torch import CfC
from safetensors.torch import save_file

MODELS = Path(__file__).resolve().parent / "models"
PRECISIONS = {"float64": torch.float64, "float32": torch.float32}
INPUTS, OUTPUTS = 24, 3
STEPS = 13  # no multiple of 8 or 16: the last block of a blocked scan is a partial one
WARM_UP = 4  # steps taken from zero to reach the "carried" state a window starts from
ADAMW_STEPS = 10
ADAMW = dict(lr=1e-3, weight_decay=0.1, betas=(0.9, 0.95), eps=1e-8)
MAX_NORM = 1.0


def f32(array):
    return torch.from_numpy(np.asarray(array, dtype=np.float32))


# ---- TND ------------------------------------------------------------------------------------------------


def tnd_graph(rng, n, p, no_rec=False):
    """adj_mask [n, n], row = target: Erdos-Renyi over the allowed edges, repaired so that no output or
    hidden neuron lacks an in-edge and no hidden neuron an out-edge."""
    inputs, outputs, hidden = np.split(np.arange(n), [INPUTS, INPUTS + OUTPUTS])
    sources = {i: hidden for i in outputs}
    for i in hidden:
        sources[i] = inputs if no_rec else np.concatenate([inputs, hidden[hidden != i]])
    mask = np.zeros((n, n))
    for target, allowed in sources.items():
        mask[target, allowed] = rng.random(len(allowed)) < p
        if not mask[target].any():
            mask[target, rng.choice(allowed)] = 1
    for source in hidden:
        if not mask[:, source].any():
            targets = outputs if no_rec else np.concatenate([outputs, hidden[hidden != source]])
            mask[rng.choice(targets), source] = 1
    return mask


def tnd_weights(rng, mask):
    """Xavier-uniform as if dense, scaled so that the masked matrix has spectral radius 0.95 (a graph
    without cycles has radius 0 and keeps its scale). Not masked."""
    n = len(mask)
    bound = np.sqrt(6 / (n + n))
    weights = rng.uniform(-bound, bound, (n, n))
    radius = np.abs(np.linalg.eigvals(weights * mask)).max()
    return weights * (0.95 / radius) if radius > 1e-6 else weights


def tnd_scan(parameters, mask, tau, readout, observations, h, v, traces=None):
    """Outputs [T, lanes, 3] and the final h, v [lanes, n]; observations [T, lanes, 24]. With `traces` [lanes, n, n] edges
    are plastic, and the final traces come last."""
    weights = parameters["weights"] * mask
    if traces is not None:
        strengths = parameters["plasticity"] * mask
        rate = torch.sigmoid(parameters["plasticity_rate"])
    no_drive = torch.zeros(h.shape[0], h.shape[1] - INPUTS, dtype=h.dtype)
    outputs = []
    for bits in observations:
        drive = torch.cat([bits * parameters["input_weight"], no_drive], dim=1)
        z = v @ weights.T + drive + parameters["bias"] + parameters["alpha"] * h
        if traces is not None:
            z = z + torch.einsum("lij,lj->li", strengths * traces, v)
        h = (1 - tau) * h + tau * torch.tanh(z)
        before, v = v, torch.tanh(z) if readout == "activation" else torch.tanh(h)
        if traces is not None:
            traces = (1 - rate) * traces + rate * v[:, :, None] * before[:, None, :]
        outputs.append(v[:, INPUTS : INPUTS + OUTPUTS])
    return (torch.stack(outputs), h, v) + (() if traces is None else (traces,))


def make_tnd(name, seed, readout, tau, lanes, n=40, p=0.4, no_rec=False, no_state=False, plastic=False):
    """tau None: a parameter of every neuron, before the sigmoid."""
    rng = np.random.default_rng(seed)
    mask = tnd_graph(rng, n, p, no_rec)
    inputs = {
        "adj_mask": f32(mask),
        "weights": f32(tnd_weights(rng, mask) * mask),
        "bias": f32(0.2 * rng.standard_normal(n)),
        "alpha": f32(np.zeros(n) if no_state else 0.5 + 0.2 * rng.standard_normal(n)),
        "input_weight": f32(1 + 0.3 * rng.standard_normal(INPUTS)),
        "tau": f32(rng.standard_normal(n) if tau is None else [1 if no_state else tau]),
        "observations": f32(rng.integers(0, 2, (STEPS, lanes, INPUTS))),
        "targets": f32(rng.integers(0, OUTPUTS, (STEPS, lanes))),
    }
    learned = ["weights", "bias", "input_weight"] + ([] if no_state else ["alpha"])
    if tau is None:
        learned.append("tau")
    if plastic:
        inputs["plasticity"] = f32(0.5 * rng.standard_normal((n, n)) * mask)
        inputs["plasticity_rate"] = f32([-1.5])
        learned += ["plasticity", "plasticity_rate"]

    def leak(given):
        return torch.sigmoid(given["tau"]) if tau is None else given["tau"]

    with torch.no_grad():  # a state as it would be carried over from an earlier window
        wide = {key: value.double() for key, value in inputs.items()}
        zero = torch.zeros(lanes, n, dtype=torch.float64)
        bits = torch.from_numpy(rng.integers(0, 2, (WARM_UP, lanes, INPUTS))).double()
        traces = [torch.zeros(lanes, n, n, dtype=torch.float64)] if plastic else []
        _, h, v, *traces = tnd_scan(wide, wide["adj_mask"], leak(wide), readout, bits, zero, zero, *traces)
        inputs["h0"], inputs["v0"] = h.float(), v.float()
        if plastic:
            inputs["traces0"] = traces[0].float()

    def forward(parameters, given):
        everything = {**given, **parameters}
        traces = [given["traces0"]] if plastic else []
        outputs, h, v, *traces = tnd_scan(
            everything, given["adj_mask"], leak(everything), readout, given["observations"], given["h0"],
            given["v0"], *traces)
        return outputs, {"h": h, "v": v} | ({"traces": traces[0]} if plastic else {})

    save(name, inputs, results(inputs, learned, forward, undecayed=("tau", "plasticity_rate")))


# ---- Vanilla RNN ----------------------------------------------------------------------------------------


class VanillaRNN(torch.nn.Module):
    def __init__(self, hidden, layers):
        super().__init__()
        self.rnn = torch.nn.RNN(INPUTS, hidden, layers)
        self.readout = torch.nn.Linear(hidden, OUTPUTS)

    def forward(self, observations, h):
        states, h = self.rnn(observations, h)
        return self.readout(states), h


def make_rnn(name, seed, layers, lanes, hidden=20):
    rng = np.random.default_rng(seed)
    model = VanillaRNN(hidden, layers)
    bound = 1 / np.sqrt(hidden)  # torch's own initial range, drawn from numpy's generator
    inputs = {
        key: f32(rng.uniform(-bound, bound, tuple(value.shape)))
        for key, value in model.state_dict().items()
    }
    learned = list(inputs)
    inputs["observations"] = f32(rng.integers(0, 2, (STEPS, lanes, INPUTS)))
    inputs["targets"] = f32(rng.integers(0, OUTPUTS, (STEPS, lanes)))
    inputs["h0"] = f32(np.tanh(rng.standard_normal((layers, lanes, hidden))))

    def forward(parameters, given):
        outputs, h = torch.func.functional_call(model, parameters, (given["observations"], given["h0"]))
        return outputs, {"h": h}

    save(name, inputs, results(inputs, learned, forward))


# ---- Sparse RNN -----------------------------------------------------------------------------------------


def case_inputs(rng, lanes, steps=STEPS):
    """Observations and targets of a case."""
    return {
        "observations": f32(rng.integers(0, 2, (steps, lanes, INPUTS))),
        "targets": f32(rng.integers(0, OUTPUTS, (steps, lanes))),
    }


def draw(rng, model, scale=None):
    """Numbers for a module's parameters: uniform within `scale`, or 1 / sqrt(last dimension)."""
    return {
        key: f32(rng.uniform(-1, 1, tuple(value.shape)) * (scale or 1 / np.sqrt(value.shape[-1])))
        for key, value in model.named_parameters()
    }


def make_sparse_rnn(name, seed, lanes, hidden=20, density=0.4):
    rng = np.random.default_rng(seed)
    model = VanillaRNN(hidden, 1)
    inputs = draw(rng, model, 1 / np.sqrt(hidden))
    learned = list(inputs)
    inputs["mask"] = f32(rng.random((hidden, hidden)) < density)
    inputs["rnn.weight_hh_l0"] *= inputs["mask"]
    inputs |= case_inputs(rng, lanes)
    inputs["h0"] = f32(np.tanh(rng.standard_normal((lanes, hidden))))

    def forward(parameters, given):
        masked = {**parameters, "rnn.weight_hh_l0": parameters["rnn.weight_hh_l0"] * given["mask"]}
        outputs, h = torch.func.functional_call(model, masked, (given["observations"], given["h0"][None]))
        return outputs, {"h": h[0]}

    save(name, inputs, results(inputs, learned, forward))


# ---- LSTM -----------------------------------------------------------------------------------------------


class StackedLSTM(torch.nn.Module):
    def __init__(self, hidden, layers):
        super().__init__()
        self.lstm = torch.nn.LSTM(INPUTS, hidden, layers)
        self.readout = torch.nn.Linear(hidden, OUTPUTS)

    def forward(self, observations, h, c):
        states, (h, c) = self.lstm(observations, (h, c))
        return self.readout(states), h, c


def make_lstm(name, seed, layers, lanes, hidden=20):
    rng = np.random.default_rng(seed)
    model = StackedLSTM(hidden, layers)
    inputs = draw(rng, model, 1 / np.sqrt(hidden))
    learned = list(inputs)
    inputs |= case_inputs(rng, lanes)
    for layer in range(layers):
        inputs[f"h0_l{layer}"] = f32(np.tanh(rng.standard_normal((lanes, hidden))))
        inputs[f"c0_l{layer}"] = f32(rng.standard_normal((lanes, hidden)))

    def forward(parameters, given):
        h, c = (torch.stack([given[f"{key}0_l{layer}"] for layer in range(layers)]) for key in "hc")
        outputs, h, c = torch.func.functional_call(model, parameters, (given["observations"], h, c))
        state = {f"h_l{layer}": h[layer] for layer in range(layers)}
        return outputs, state | {f"c_l{layer}": c[layer] for layer in range(layers)}

    save(name, inputs, results(inputs, learned, forward))


# ---- CfC ------------------------------------------------------------------------------------------------


def make_cfc(name, seed, mode, lanes, backbone_layers=0, hidden=20, backbone_units=11):
    rng = np.random.default_rng(seed)
    model = CfC(
        INPUTS, hidden, proj_size=OUTPUTS, batch_first=False, mode=mode, backbone_units=backbone_units,
        backbone_layers=backbone_layers)
    inputs = draw(rng, model)
    learned = list(inputs)
    inputs |= case_inputs(rng, lanes)
    inputs["h0"] = f32(0.5 * np.tanh(rng.standard_normal((lanes, hidden))))

    def forward(parameters, given):
        outputs, h = torch.func.functional_call(model, parameters, (given["observations"], given["h0"]))
        return outputs, {"h": h}

    save(name, inputs, results(inputs, learned, forward))


# ---- Transformer ----------------------------------------------------------------------------------------


class CausalTransformer(torch.nn.Module):
    """Positions begin again every `context` steps, and no step sees another block."""

    def __init__(self, features, heads, feed_forward, layers, context, norm_first):
        super().__init__()
        self.embedding = torch.nn.Linear(INPUTS, features)
        self.positions = torch.nn.Embedding(context, features)
        layer = torch.nn.TransformerEncoderLayer(
            features, heads, feed_forward, dropout=0.0, norm_first=norm_first)
        self.encoder = torch.nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.readout = torch.nn.Linear(features, OUTPUTS)

    def forward(self, observations):
        step = torch.arange(len(observations))
        block = step // self.positions.num_embeddings
        hidden = (step[None, :] > step[:, None]) | (block[None, :] != block[:, None])
        position = self.positions(step % self.positions.num_embeddings)
        x = self.embedding(observations) + position[:, None]
        return self.readout(self.encoder(x, mask=hidden))


def make_transformer(name, seed, lanes, context=STEPS, layers=2, norm_first=False):
    rng = np.random.default_rng(seed)
    model = CausalTransformer(16, 2, 28, layers, context, norm_first)
    inputs = draw(rng, model)
    for key in inputs:
        if "norm" in key and key.endswith("weight"):
            inputs[key] = 1 + inputs[key]
    learned = list(inputs)
    inputs |= case_inputs(rng, lanes)

    def forward(parameters, given):
        return torch.func.functional_call(model, parameters, (given["observations"],)), {}

    save(name, inputs, results(inputs, learned, forward))


class SlidingTransformer(torch.nn.Module):
    """Rotary positions (Su et al. 2021, arXiv 2104.09864), and every step sees the last `context`. The encoder holds
    names and shapes alone. Positions are absolute, counted from the sequence's first step, and the rotations complex
    numbers."""

    def __init__(self, features, heads, feed_forward, layers, context, norm_first):
        super().__init__()
        self.heads, self.context, self.norm_first = heads, context, norm_first
        self.embedding = torch.nn.Linear(INPUTS, features)
        layer = torch.nn.TransformerEncoderLayer(features, heads, feed_forward)
        self.encoder = torch.nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.readout = torch.nn.Linear(features, OUTPUTS)

    def rotated(self, x, positions):
        """x [heads, L, T, d], of which features 2i and 2i + 1 are a complex number."""
        d = x.shape[-1]
        angles = positions[:, None] * 10000.0 ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)
        turn = torch.polar(torch.ones_like(angles), angles).to(torch.complex64 if x.dtype == torch.float32
                                                               else torch.complex128)
        return torch.view_as_real(torch.view_as_complex(x.unflatten(-1, (d // 2, 2))) * turn).flatten(-2)

    def attend(self, layer, x, first, memory):
        """`memory` holds rotated keys and values of the steps 0 ..< first, without gradients."""
        split = lambda y: y.unflatten(-1, (self.heads, -1)).permute(2, 1, 0, 3)
        attention = layer.self_attn
        q, k, v = map(split, torch.nn.functional.linear(
            x, attention.in_proj_weight, attention.in_proj_bias).chunk(3, dim=-1))
        now = torch.arange(first, first + len(x))
        q, k = self.rotated(q, now), self.rotated(k, now)
        if memory:
            k, v = torch.cat([memory[0], k], dim=2), torch.cat([memory[1], v], dim=2)
        age = now[:, None] - torch.arange(first + len(x))[None, :]
        band = (age >= 0) & (age < self.context)
        y = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=band)
        return attention.out_proj(y.permute(2, 1, 0, 3).flatten(-2)), (k.detach(), v.detach())

    def forward(self, observations, first=0, memories=None):
        x = self.embedding(observations)
        kept = []
        for layer, memory in zip(self.encoder.layers, memories or [None] * len(self.encoder.layers)):
            feed = lambda y: layer.linear2(torch.relu(layer.linear1(y)))
            if self.norm_first:
                y, memory = self.attend(layer, layer.norm1(x), first, memory)
                x = x + y
                x = x + feed(layer.norm2(x))
            else:
                y, memory = self.attend(layer, x, first, memory)
                x = layer.norm1(x + y)
                x = layer.norm2(x + feed(x))
            kept.append(memory)
        return self.readout(x), kept


def sliding_case(seed, lanes, context, layers, norm_first, heads):
    rng = np.random.default_rng(seed)
    model = SlidingTransformer(16, heads, 28, layers, context, norm_first)
    inputs = draw(rng, model)
    for key in inputs:
        if "norm" in key and key.endswith("weight"):
            inputs[key] = 1 + inputs[key]
        if "in_proj_weight" in key:  # scores that differ, so that ages count
            inputs[key] = 3 * inputs[key]
    learned = list(inputs)
    inputs |= case_inputs(rng, lanes)
    inputs["context"] = f32([context])
    return model, inputs, learned


def make_sliding(name, seed, lanes, context, layers=2, norm_first=False, heads=2):
    model, inputs, learned = sliding_case(seed, lanes, context, layers, norm_first, heads)

    def forward(parameters, given):
        return torch.func.functional_call(model, parameters, (given["observations"],))[0], {}

    save(name, inputs, results(inputs, learned, forward))


def make_sliding_chunks(name, seed, lanes, context, chunks, layers=2, norm_first=False, heads=2):
    """One sequence in chunks: keys and values of earlier ones are constants. Outputs of all steps, which must be those
    of the whole sequence at once, and every chunk's gradients of its own loss."""
    model, inputs, learned = sliding_case(seed, lanes, context, layers, norm_first, heads)
    inputs["chunks"] = f32(chunks)
    found = {}
    for precision, dtype in PRECISIONS.items():
        given = {key: value.to(dtype) for key, value in inputs.items()}
        parameters = {key: given[key].clone().requires_grad_() for key in learned}
        run = lambda *arguments: torch.func.functional_call(model, parameters, arguments)
        first, memories, outputs = 0, None, []
        for chunk, steps in enumerate(chunks):
            these = slice(first, first + steps)
            output, memories = run(given["observations"][these], first, memories)
            loss = mse(output, given["targets"][these])
            found[f"{precision}.loss.{chunk}"] = loss.reshape(1)
            for key, gradient in zip(learned, torch.autograd.grad(loss, list(parameters.values()))):
                found[f"{precision}.grad.{chunk}.{key}"] = gradient
            outputs.append(output)
            first += steps
        assert first == STEPS
        found[f"{precision}.outputs"] = torch.cat(outputs)
        whole = run(given["observations"])[0]
        assert torch.allclose(whole, found[f"{precision}.outputs"], atol=1e-12 if dtype == torch.float64 else 1e-5)
    save(name, inputs, found)


# ---- S4D ------------------------------------------------------------------------------------------------


def s4d_layer(parameters, u, state):
    """Gu et al. 2022, arXiv 2206.11893, diagonal and by zero-order hold. u [T, lanes, H], state complex
    [lanes, H, pairs]; the layer's output and the state at the end."""
    dt = parameters["log_dt"].exp()[:, None]
    poles = torch.complex(-parameters["log_A_real"].exp(), parameters["A_imag"])
    decay = torch.exp(dt * poles)
    weights = torch.view_as_complex(parameters["C"]) * (decay - 1) / poles
    rows = []
    for ut in u:
        state = decay * state + ut[:, :, None]
        rows.append(2 * (weights * state).sum(-1).real + parameters["D"] * ut)
    y = torch.nn.functional.gelu(torch.stack(rows), approximate="tanh")
    y = torch.nn.functional.linear(y, parameters["output_linear.weight"], parameters["output_linear.bias"])
    y = torch.nn.functional.glu(y, dim=-1)
    features = (u.shape[-1],)
    norm = torch.nn.functional.layer_norm
    return norm(u + y, features, parameters["norm.weight"], parameters["norm.bias"]), state


def make_s4d(name, seed, lanes, hidden=12, pairs=5, layers=2):
    rng = np.random.default_rng(seed)
    uniform = lambda *shape: rng.uniform(-1, 1, shape)
    inputs = {
        "encoder.weight": f32(uniform(hidden, INPUTS) / np.sqrt(INPUTS)),
        "encoder.bias": f32(uniform(hidden) / np.sqrt(INPUTS)),
        "readout.weight": f32(uniform(OUTPUTS, hidden) / np.sqrt(hidden)),
        "readout.bias": f32(uniform(OUTPUTS) / np.sqrt(hidden)),
    }
    for layer in range(layers):
        inputs |= {
            f"layers.{layer}.{key}": f32(value)
            for key, value in {
                "log_dt": rng.uniform(np.log(1e-2), np.log(0.5), hidden),
                "log_A_real": np.log(0.5) + 0.3 * uniform(hidden, pairs),
                "A_imag": np.pi * np.arange(pairs) + 0.3 * uniform(hidden, pairs),
                "C": rng.standard_normal((hidden, pairs, 2)) * np.sqrt(0.5),
                "D": rng.standard_normal(hidden),
                "output_linear.weight": uniform(2 * hidden, hidden) / np.sqrt(hidden),
                "output_linear.bias": uniform(2 * hidden) / np.sqrt(hidden),
                "norm.weight": 1 + 0.3 * uniform(hidden),
                "norm.bias": 0.3 * uniform(hidden),
            }.items()
        }
    learned = list(inputs)
    inputs |= case_inputs(rng, lanes)
    for layer in range(layers):
        inputs[f"x0_l{layer}"] = f32(rng.standard_normal((lanes, hidden * pairs * 2)))

    def forward(parameters, given):
        linear = torch.nn.functional.linear
        x = linear(given["observations"], parameters["encoder.weight"], parameters["encoder.bias"])
        ends = {}
        for layer in range(layers):
            prefix = f"layers.{layer}."
            own = {key[len(prefix):]: p for key, p in parameters.items() if key.startswith(prefix)}
            state = torch.view_as_complex(given[f"x0_l{layer}"].reshape(lanes, hidden, pairs, 2))
            x, state = s4d_layer(own, x, state)
            ends[f"x_l{layer}"] = torch.view_as_real(state).reshape(lanes, -1)
        return linear(x, parameters["readout.weight"], parameters["readout.bias"]), ends

    undecayed = [key for key in learned if key.split(".")[-1] in ("log_dt", "log_A_real", "A_imag")]
    save(name, inputs, results(inputs, learned, forward, undecayed))


# ---- What every model file holds ------------------------------------------------------------------------


def mse(outputs, targets):
    """Mean over steps, lanes and the three outputs, against the one-hot target."""
    one_hot = torch.nn.functional.one_hot(targets.long(), OUTPUTS).to(outputs.dtype)
    return torch.nn.functional.mse_loss(outputs, one_hot)


def results(inputs, learned, forward, undecayed=()):
    """Outputs, final state, losses and gradients of both losses, and ten AdamW steps on the every-step
    loss, in both precisions. `undecayed` parameters have no weight decay."""
    found = {}
    for precision, dtype in PRECISIONS.items():
        given = {key: value.to(dtype) for key, value in inputs.items()}
        parameters = {key: given[key].clone().requires_grad_() for key in learned}

        def losses():
            outputs, state = forward(parameters, given)
            every = mse(outputs, given["targets"])
            return outputs, state, {"every": every, "last": mse(outputs[-1:], given["targets"][-1:])}

        outputs, state, loss = losses()
        found[f"{precision}.outputs"] = outputs
        for key, value in state.items():
            found[f"{precision}.{key}"] = value
        for kind, value in loss.items():
            found[f"{precision}.loss.{kind}"] = value.reshape(1)
            gradients = torch.autograd.grad(value, list(parameters.values()), retain_graph=True)
            for key, gradient in zip(parameters, gradients):
                found[f"{precision}.grad.{kind}.{key}"] = gradient

        groups = [
            {"params": [p for key, p in parameters.items() if key not in undecayed]},
            {"params": [p for key, p in parameters.items() if key in undecayed], "weight_decay": 0.0},
        ]
        optimiser = torch.optim.AdamW([group for group in groups if group["params"]], **ADAMW)
        history = {key: [] for key in parameters}
        loss_history, norms = [loss["every"]], []
        for _ in range(ADAMW_STEPS):
            optimiser.zero_grad()
            losses()[2]["every"].backward()
            norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), MAX_NORM))
            optimiser.step()
            for key, value in parameters.items():
                history[key].append(value.detach().clone())
            loss_history.append(losses()[2]["every"])
        found[f"{precision}.adamw.loss"] = torch.stack(loss_history)
        found[f"{precision}.adamw.norm"] = torch.stack(norms)
        for key, values in history.items():
            found[f"{precision}.adamw.{key}"] = torch.stack(values)
    return found


def save(name, inputs, found):
    tensors = {key: value.detach().contiguous().clone() for key, value in {**inputs, **found}.items()}
    save_file(tensors, MODELS / f"{name}.safetensors")
    if "float64.outputs" in tensors:
        gap = (tensors["float64.outputs"] - tensors["float32.outputs"].double()).abs().max().item()
        print(f"{name}: {len(tensors)} tensors, float32 outputs within {gap:.1e} of float64")


# ---- AdamW alone ----------------------------------------------------------------------------------------


def make_adamw(seed, steps=20):
    """A fixed sequence of gradients, whose norm is far below, near and far above the clipping bound in
    turn, with one element that never gets a gradient and one step of tiny ones (where eps counts)."""
    rng = np.random.default_rng(seed)
    shapes = {"a": (7, 5), "b": (11,)}
    inputs = {f"start.{key}": f32(rng.standard_normal(shape)) for key, shape in shapes.items()}
    scale = np.array([0.01, 0.15, 3.0, 40.0])[np.arange(steps) % 4]
    scale[9] = 1e-8
    for key, shape in shapes.items():
        gradient = rng.standard_normal((steps, *shape)) * scale.reshape(-1, *[1] * len(shape))
        gradient.reshape(steps, -1)[:, 0] = 0
        inputs[f"gradient.{key}"] = f32(gradient)

    found = {}
    for precision, dtype in PRECISIONS.items():
        for kind in ("plain", "clipped"):
            parameters = {
                key: inputs[f"start.{key}"].to(dtype, copy=True).requires_grad_() for key in shapes
            }
            optimiser = torch.optim.AdamW(parameters.values(), **ADAMW)
            history, norms = {key: [] for key in shapes}, []
            for step in range(steps):
                for key, value in parameters.items():
                    value.grad = inputs[f"gradient.{key}"][step].to(dtype, copy=True)
                if kind == "clipped":
                    norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), MAX_NORM))
                optimiser.step()
                for key, value in parameters.items():
                    history[key].append(value.detach().clone())
            for key, values in history.items():
                found[f"{precision}.{kind}.{key}"] = torch.stack(values)
            if norms:
                found[f"{precision}.{kind}.norm"] = torch.stack(norms)
    save("adamw", inputs, found)


# ---- A checkpoint in the published layout ---------------------------------------------------------------


def ball_observations(rng, steps):
    """Observation bits of a bouncing ball and a wandering paddle: 8 bits each, most significant first, of
    ball x + 2, ball y + 2 and paddle x + 2. Like the game's, without its catches."""
    x, y, paddle, dx, dy, move = 70, 60, 75, 4, -4, 0
    rows = []
    for _ in range(steps):
        numbers = [(value + 2) % 256 for value in (x, y, paddle)]
        rows.append([number >> bit & 1 for number in numbers for bit in range(7, -1, -1)])
        if rng.random() < 0.12:
            move = int(rng.integers(-1, 2))
        paddle = min(152, max(-2, paddle + 7 * move))
        x, y = x + dx, y + dy
        dx = -dx if x <= 0 or x + 15 >= 200 else dx
        dy = -dy if y <= 0 or y + 15 >= 275 else dy
    return np.array(rows)


def make_dense_checkpoint(seed, n=60, p=0.4, tau=0.8, steps=500):
    """Weights are left unmasked: an importer that forgets the mask gets other outputs."""
    rng = np.random.default_rng(seed)
    mask = tnd_graph(rng, n, p)
    checkpoint = {
        "weights": f32(tnd_weights(rng, mask)),
        "adj_mask": f32(mask),
        "bias": f32(0.2 * rng.standard_normal(n)),
        "alpha": f32(0.5 + 0.2 * rng.standard_normal(n)),
        "input_weight": f32(1 + 0.3 * rng.standard_normal(INPUTS)),
    }
    save("tnd-dense-small", checkpoint, {})
    rows = ball_observations(rng, steps)
    np.savetxt(MODELS / "tnd-dense-small-observations.csv", rows, fmt="%d", delimiter=",")
    for readout in ("activation", "state"):
        found = {}
        for precision, dtype in PRECISIONS.items():
            given = {key: value.to(dtype) for key, value in checkpoint.items()}
            zero = torch.zeros(1, n, dtype=dtype)
            bits = torch.from_numpy(rows).to(dtype).unsqueeze(1)
            found[precision], _, _ = tnd_scan(given, given["adj_mask"], tau, readout, bits, zero, zero)
        gap = (found["float64"] - found["float32"].double()).abs().max().item()
        print(f"tnd-dense-small, {readout}: float32 outputs within {gap:.1e} of float64")
        np.savetxt(
            MODELS / f"tnd-dense-small-outputs-{readout}.csv", found["float32"][:, 0].numpy(), fmt="%.9g",
            delimiter=",")


def main():
    torch.set_num_threads(1)  # one order of summation
    MODELS.mkdir(exist_ok=True)
    seed = 100
    for readout in ("activation", "state"):
        for suffix, options in {
            "tau08": dict(tau=0.8, lanes=5),
            "tau02": dict(tau=0.2, lanes=5),
            "tau08-lanes37": dict(tau=0.8, lanes=37),
            "no-rec": dict(tau=0.8, lanes=5, no_rec=True),
            "no-state": dict(tau=1, lanes=5, no_state=True),
        }.items():
            make_tnd(f"tnd-{readout}-{suffix}", seed, readout, **options)
            seed += 1
    seed = 120
    for readout in ("activation", "state"):
        for suffix, options in {
            "tau-trained": dict(tau=None, lanes=5),
            "plastic": dict(tau=0.8, lanes=5, plastic=True),
        }.items():
            make_tnd(f"tnd-{readout}-{suffix}", seed, readout, **options)
            seed += 1
    make_tnd("tnd-activation-plastic-lanes37", seed, "activation", tau=None, lanes=37, plastic=True)
    make_rnn("rnn-1layer", 200, layers=1, lanes=5)
    make_rnn("rnn-1layer-lanes37", 201, layers=1, lanes=37)
    make_rnn("rnn-2layer", 202, layers=2, lanes=5)
    make_adamw(300)
    make_sparse_rnn("sparse-rnn", 210, lanes=5)
    make_sparse_rnn("sparse-rnn-lanes37", 211, lanes=37)
    make_lstm("lstm-1layer", 220, layers=1, lanes=5)
    make_lstm("lstm-1layer-lanes37", 221, layers=1, lanes=37)
    make_lstm("lstm-2layer", 222, layers=2, lanes=5)
    for mode in ("default", "pure", "no_gate"):
        make_cfc(f"cfc-{mode}", 230, mode, lanes=5)
        make_cfc(f"cfc-{mode}-backbone", 231, mode, lanes=5, backbone_layers=2)
    make_cfc("cfc-default-lanes37", 232, "default", lanes=37)
    make_transformer("transformer", 240, lanes=5)
    make_transformer("transformer-blocks", 241, lanes=5, context=5)
    make_transformer("transformer-norm-first", 242, lanes=5, norm_first=True)
    make_transformer("transformer-1layer-lanes37", 243, lanes=37, layers=1)
    make_sliding("transformer-sliding", 244, lanes=5, context=5)
    make_sliding("transformer-sliding-norm-first", 245, lanes=5, context=4, norm_first=True)
    make_sliding("transformer-sliding-1layer-lanes37", 246, lanes=37, context=16, layers=1, heads=4)
    make_sliding_chunks("transformer-sliding-chunks", 247, lanes=5, context=5, chunks=[3, 2, 6, 2])
    make_sliding_chunks(
        "transformer-sliding-chunks-norm-first", 248, lanes=5, context=7, chunks=[1, 3, 9], norm_first=True)
    make_s4d("s4d", 250, lanes=5)
    make_s4d("s4d-1layer-lanes37", 251, lanes=37, layers=1, pairs=8)
    make_dense_checkpoint(400)


if __name__ == "__main__":
    main()
