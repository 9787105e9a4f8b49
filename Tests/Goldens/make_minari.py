"""Makes theirs.minari, a dataset that the minari library wrote, and theirs.txt, its rows.

    pip install -r Tests/Interchange/requirements.txt && python3 Tests/Goldens/make_minari.py

Two episodes of 20 and 5 steps with seeds of their own; a row of the text is an observation and the action after it.
"""

import os
import shutil
import sys

import gymnasium as gym
import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))
PATH = f"{FOLDER}/theirs.minari"
shutil.rmtree(PATH, ignore_errors=True)
os.environ["MINARI_DATASETS_PATH"] = PATH

import minari  # noqa: E402, after the path is known
from minari.data_collector import EpisodeBuffer  # noqa: E402

random = np.random.default_rng(0)
buffers = []
text = ""
for number, steps in enumerate([20, 5]):
    observations = random.integers(0, 2, (steps + 1, 24)).astype(np.int8)
    actions = random.integers(0, 3, steps)
    buffers.append(
        EpisodeBuffer(
            id=number, seed=number + 5, observations=list(observations), actions=list(actions), rewards=[0.0] * steps,
            terminations=[False] * steps, truncations=[False] * (steps - 1) + [True], infos={},
        )
    )
    for row, action in zip(observations, actions):
        text += ",".join(map(str, row)) + "\t" + ",".join(str(int(action == a)) for a in range(3)) + "\n"
    text += "\n"
minari.create_dataset_from_buffers(
    "mine/walls-v0", buffer=buffers, observation_space=gym.spaces.MultiBinary(24), action_space=gym.spaces.Discrete(3),
    algorithm_name="chance", author="nobody", author_email="nobody", code_permalink="nowhere",
)
with open(f"{FOLDER}/theirs.txt", "w") as file:
    file.write(text)
sys.exit(0 if len(minari.load_dataset("mine/walls-v0")) == 2 else 1)
