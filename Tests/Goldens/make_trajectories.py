"""Makes Tests/Goldens/trajectories.safetensors: projections on the first two principal components, fractions of
variance and smoothness of small series of vectors, by numpy's singular value decomposition.

    pip install -r Tests/Goldens/requirements.txt && python3 Tests/Goldens/make_trajectories.py

For every case: `CASE.hidden` [T, n] F32, and in F64 `CASE.points` [T, 2], `CASE.explained` [2] and
`CASE.smoothness` [1]. A component's loading of largest magnitude is positive.
"""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

rng = np.random.default_rng(2026)
t = np.arange(40)[:, None]
cases = {
    # Fewer features than steps, the other way round, and a single feature (no second component).
    "noise": rng.normal(size=(12, 5)) * [3, 2, 1, 0.5, 0.25] + 7,
    "wide": rng.normal(size=(5, 9)) * np.linspace(1, 3, 9),
    "single": rng.normal(size=(6, 1)),
    # A smooth course, as a hidden state's: waves of falling size, of several speeds.
    "waves": np.tanh(np.sin(t * np.linspace(0.1, 0.9, 11) + rng.uniform(0, 6, 11)) * np.linspace(2, 0.2, 11)),
    # The largest loading of the first component is negative for half of the signs that a solver may choose.
    "mixed": np.outer(rng.normal(size=20), [0.5, -2, 1]) + 0.1 * rng.normal(size=(20, 3)),
}
tensors = {}
for name, x in cases.items():
    x = x.astype(np.float32)
    y = x.astype(np.float64) - x.astype(np.float64).mean(axis=0)
    u, s, v = np.linalg.svd(y, full_matrices=False)
    points = np.zeros((len(y), 2))
    explained = np.zeros(2)
    for c in range(min(2, len(s))):
        sign = np.sign(v[c, np.abs(v[c]).argmax()])
        points[:, c] = sign * y @ v[c]
        explained[c] = s[c] ** 2 / (s**2).sum()
    bends = y[2:] - 2 * y[1:-1] + y[:-2]
    smoothness = (bends**2).sum(axis=1).mean() / (y**2).sum(axis=1).mean()
    tensors |= {
        f"{name}.hidden": x,
        f"{name}.points": points,
        f"{name}.explained": explained,
        f"{name}.smoothness": np.array([smoothness]),
    }
save_file(tensors, Path(__file__).with_name("trajectories.safetensors"))
