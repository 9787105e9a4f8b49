"""How many environment steps a second PyTorch trains the baselines on, to read beside `pong bench MODEL.train`.

    pip install -r Tests/Goldens/requirements.txt && python3 Benchmarks/pytorch/train_models.py

The published sizes (torch.nn.RNN, LSTM and TransformerEncoder, ncps CfC), 64 lanes in chunks of 40 steps, every step
supervised, AdamW and clipping; recurrent state is carried on, detached. Data are random bits and targets: speed
does not depend on them. Prints one JSON object with the keys of `pong bench --json`.
"""

import argparse
import json
import os

import torch
from ncps.torch import CfC
from torch.nn import functional
from train_tnd import INPUTS, OUTPUTS, measure, processor

LANES, STEPS = 64, 40


class Recurrent(torch.nn.Module):
    """A recurrent network and a linear readout."""

    def __init__(self, network, hidden):
        super().__init__()
        self.network = network
        self.readout = torch.nn.Linear(hidden, OUTPUTS)

    def forward(self, observations, state):
        hidden, state = self.network(observations, state)
        return self.readout(hidden), state


class Transformer(torch.nn.Module):
    """A causal encoder with learned positions; a window is its whole context."""

    def __init__(self, features=512, heads=8, layers=2, inner=2048):
        super().__init__()
        self.embedding = torch.nn.Linear(INPUTS, features)
        self.positions = torch.nn.Parameter(torch.randn(STEPS, features))
        layer = torch.nn.TransformerEncoderLayer(features, heads, inner, dropout=0, batch_first=True)
        self.encoder = torch.nn.TransformerEncoder(layer, layers)
        self.readout = torch.nn.Linear(features, OUTPUTS)
        self.register_buffer("mask", torch.nn.Transformer.generate_square_subsequent_mask(STEPS))

    def forward(self, observations, state):
        x = self.embedding(observations) + self.positions
        return self.readout(self.encoder(x, mask=self.mask, is_causal=True)), state


def models():
    return {
        "rnn": Recurrent(torch.nn.RNN(INPUTS, 512, batch_first=True), 512),
        "lstm": Recurrent(torch.nn.LSTM(INPUTS, 512, num_layers=2, batch_first=True), 512),
        "cfc": Recurrent(CfC(INPUTS, 600, backbone_layers=0, batch_first=True), 600),
        "block": Transformer(),
    }


def detached(state):
    if state is None:
        return None
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


class Training:
    """One chunk after another, the detached state carried on."""

    def __init__(self, model, generator):
        self.model, self.state = model, None
        self.steps_in_batch = LANES * STEPS
        self.observations = torch.randint(0, 2, (LANES, STEPS, INPUTS), generator=generator).float()
        targets = torch.randint(0, OUTPUTS, (LANES, STEPS), generator=generator)
        self.targets = functional.one_hot(targets, OUTPUTS).float()
        self.optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.1, betas=(0.9, 0.95))

    def batch(self):
        outputs, state = self.model(self.observations, self.state)
        loss = functional.mse_loss(outputs, self.targets)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.state = detached(state)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--batches", type=int, default=6)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    load = os.getloadavg()[0]
    results = [
        measure(f"{name}.train", Training(model, torch.Generator().manual_seed(0)), options.batches, options.runs)
        for name, model in models().items()
    ]
    machine = f"{processor()}, {options.threads} threads, torch {torch.__version__}"
    print(json.dumps({"machine": machine, "load_average": round(load, 2), "results": results}, indent=2))


if __name__ == "__main__":
    main()
