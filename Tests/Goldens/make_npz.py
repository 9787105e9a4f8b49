"""Makes npz/: a demonstration as numpy.savez and as numpy.savez_compressed write it, byte for byte the same again
with the versions of requirements.txt and CPython 3.11; and small ones for Fuzzing/corpus/npz.

    pip install -r Tests/Goldens/requirements.txt && python3 Tests/Goldens/make_npz.py
"""

import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "../../Fuzzing/corpus/npz")


def demonstration(lengths):
    """Episodes of these lengths; bits change now and then, as a game's do."""
    random = np.random.default_rng(1)
    rows = sum(lengths)
    changes = random.random((rows, 24)) < 0.1
    return {
        "observations": (np.cumsum(changes, axis=0) % 2).astype(np.uint8),
        "actions": random.integers(0, 3, rows).astype(np.uint8),
        "episode_lengths": np.array(lengths, np.int64),
        "episode_seeds": random.integers(0, 2**64, len(lengths), np.uint64, endpoint=False),
        "rules": np.array("classic"),
        "expert": np.array("j\u00fcrgen"),
        "seed": np.array(2**64 - 2, np.uint64),
        "engine_version": np.array(7, np.int64),
        "alignment": np.array("after_move"),
    }


def main():
    os.makedirs(f"{HERE}/npz", exist_ok=True)
    arrays = demonstration([120, 1, 0, 79])
    np.savez(f"{HERE}/npz/stored.npz", **arrays)
    np.savez_compressed(f"{HERE}/npz/compressed.npz", **arrays)
    for name, lengths, keys in [
        ("compressed", [5, 3], arrays),
        ("compressed-rows", [4], ["observations", "actions"]),
    ]:
        small = demonstration(lengths)
        # numpy.savez appends an ending to a name without one, but not to a file.
        with open(f"{CORPUS}/{name}", "wb") as file:
            np.savez_compressed(file, **{key: small[key] for key in keys})


if __name__ == "__main__":
    main()
