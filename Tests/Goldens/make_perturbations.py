"""Makes Tests/Goldens/perturbations.csv: what a player sees and does in disturbed sessions, draw by draw.

    python3 Tests/Goldens/make_perturbations.py

The generator (xoshiro256++ seeded by SplitMix64, streams split by FNV-1a) and the perturbations are written here anew, from
their papers and from what the program promises: of a session's generator the stream "perturbation", of that "views" and
"moves"; a step's view is late first, then perhaps the last one again, then its bits flip, the highest first.
"""

from pathlib import Path

MASK = 2**64 - 1
STEPS = 12
CASES = [
    ("bits=0.1", 0), ("bits=0.1", 1), ("drop=0.4", 2), ("delay=3", 3), ("paddle=0.4", 4),
    ("bits=0.05,drop=0.3,delay=2,paddle=0.5", 2**63 + 5),
]


def split_mix(state):
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return state, z ^ (z >> 31)


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


class Generator:
    def __init__(self, seed):
        self.words = []
        for _ in range(4):
            seed, word = split_mix(seed)
            self.words.append(word)

    def next(self):
        a, b, c, d = self.words
        result = (rotate((a + d) & MASK, 23) + a) & MASK
        t = (b << 17) & MASK
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= t
        self.words = [a, b, c, rotate(d, 45)]
        return result

    def happens(self, probability):
        return (self.next() >> 11) * 2.0**-53 < probability

    def split(self, purpose):
        index = 0xCBF29CE484222325
        for byte in purpose.encode():
            index = ((index ^ byte) * 0x100000001B3) & MASK
        _, salt = split_mix(index ^ 0x6A09E667F3BCC909)
        a, b, c, d = self.words
        return Generator(a ^ rotate(b, 16) ^ rotate(c, 32) ^ rotate(d, 48) ^ salt)


def shown(step):
    """The undisturbed view of a step: any that differ will do."""
    return (step + 1) * 0x9E3779 % 2**24


def session(text, seed):
    wanted = dict(part.split("=") for part in text.split(","))
    bits, drop, paddle = (float(wanted.get(key, 0)) for key in ("bits", "drop", "paddle"))
    delay = int(wanted.get("delay", 0))
    stream = Generator(seed).split("perturbation")
    views, moves = stream.split("views"), stream.split("moves")
    last = None
    for step in range(STEPS):
        seen = shown(max(0, step - delay))
        if drop > 0:
            if views.happens(drop) and last is not None:
                seen = last
            last = seen
        if bits > 0:
            text_bits = "".join(
                str(int(bit) ^ views.happens(bits)) for bit in f"{seen:024b}"
            )
            seen = int(text_bits, 2)
        stays = paddle > 0 and moves.happens(paddle)
        yield f"{step};{shown(step):024b};{seen:024b};{'stay' if stays else 'right'}"


rows = ["perturbation;seed;step;shown;seen;move (of right)"]
for text, seed in CASES:
    rows += [f"{text};{seed};{row}" for row in session(text, seed)]
Path(__file__).with_name("perturbations.csv").write_text("\n".join(rows) + "\n")
