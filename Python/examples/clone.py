"""Clones an expert in PyTorch: a GRU on the 20,000 rows that `pong train` starts from, then played on 64 games.

pip install ./Python gymnasium torch==2.13.0 && python3 clone.py
"""

import gymnasium
import numpy as np
import torch
from torch import nn

import pong_tnd

STREAMS, CHUNK, PASSES = 32, 25, 60


class Cloner(nn.Module):
    """24 bits in, three scores out, a memory in between."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = nn.GRU(24, 256)
        self.scores = nn.Linear(256, 3)

    def forward(self, bits: torch.Tensor, state: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores (T, games, 3) and the memory after them, for bits (T, games, 24)."""
        hidden, state = self.memory(bits, state)
        return self.scores(hidden), state


torch.manual_seed(0)
demo = pong_tnd.generate("humanlike", frames=20_000, seed=0)
steps = len(demo["actions"]) // STREAMS
# Streams side by side, each a stretch of the demonstration: (steps, streams, ...).
bits = torch.from_numpy(demo["observations"][: steps * STREAMS]).float().reshape(STREAMS, steps, 24).swapaxes(0, 1)
actions = torch.from_numpy(demo["actions"][: steps * STREAMS]).long().reshape(STREAMS, steps).swapaxes(0, 1)
model = Cloner()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
for number in range(PASSES):
    state, total = None, 0.0
    for start in range(0, steps, CHUNK):
        scores, state = model(bits[start : start + CHUNK], state)
        loss = nn.functional.cross_entropy(scores.flatten(0, 1), actions[start : start + CHUNK].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        state, total = state.detach(), total + loss.item()
    print(f"pass {number + 1}: loss {total / (steps / CHUNK):.3f}")

envs = gymnasium.make_vec("pong_tnd/Pong-v0", num_envs=64, terminate_on_miss=False)
seen, _ = envs.reset(seed=1)
state, catches, misses = None, 0, 0
with torch.no_grad():
    for _ in range(5000):
        scores, state = model(torch.from_numpy(seen).float()[None], state)
        seen, rewards, *_ = envs.step(scores[0].argmax(-1).numpy())
        catches, misses = catches + int(np.sum(rewards > 0)), misses + int(np.sum(rewards < 0))
print(f"rate {catches / (catches + misses):.3f}: {catches} catches, {misses} misses")
