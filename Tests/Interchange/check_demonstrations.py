"""Demonstrations as .npz in NumPy and as Minari datasets in Minari, against the published text form."""

import os
import subprocess

import numpy as np


def rows(pong, file, text):
    """Observations (N, 24) and actions (N) of every episode, by way of the text form."""
    pong("demos", "convert", file, text, "--alignment", "before")
    episodes = [[]]
    for line in open(text).read().split("\n"):
        if line:
            bits, action = line.split("\t")
            episodes[-1].append((list(map(int, bits.split(","))), action.split(",").index("1")))
        elif episodes[-1]:
            episodes.append([])
    return [
        (np.array([bits for bits, _ in episode]), np.array([action for _, action in episode]))
        for episode in episodes
        if episode
    ]


def check_numpy(pong, folder):
    """A generated demonstration and one whose episodes have seeds of their own; returns the rows compared."""
    file = f"{folder}/numpy.pong"
    pong("demos", "generate", "--expert", "humanlike", "--frames", "3000", "--episodes", "3", "--out", file)
    expected = rows(pong, file, f"{folder}/numpy.txt")
    pong("demos", "convert", file, f"{folder}/ours.npz")
    with np.load(f"{folder}/ours.npz", allow_pickle=False) as data:
        arrays = dict(data)
    assert (arrays["observations"] == np.concatenate([o for o, _ in expected])).all()
    assert (arrays["actions"] == np.concatenate([a for _, a in expected])).all()
    assert list(arrays["episode_lengths"]) == [len(a) for _, a in expected]
    assert str(arrays["expert"]) == "humanlike" and str(arrays["alignment"]) == "before_move"
    # NumPy's own files of the same arrays are the same demonstration.
    for save in [np.savez, np.savez_compressed]:
        save(f"{folder}/theirs.npz", **arrays)
        pong("demos", "convert", f"{folder}/theirs.npz", f"{folder}/back.pong")
        assert open(file, "rb").read() == open(f"{folder}/back.pong", "rb").read()

    # Seeds of episodes, as recordings have them, all 64 bits.
    seeds = np.array([1, 2**64 - 1, 5], np.uint64)
    np.savez(f"{folder}/seeds.npz", **arrays, episode_seeds=seeds)
    pong("demos", "convert", f"{folder}/seeds.npz", f"{folder}/seeds.pong")
    pong("demos", "convert", f"{folder}/seeds.pong", f"{folder}/again.npz")
    with np.load(f"{folder}/again.npz", allow_pickle=False) as data:
        assert data["episode_seeds"].dtype == np.uint64 and (data["episode_seeds"] == seeds).all()
    return len(arrays["actions"])


def has_minari(program, folder):
    """Whether the program was built with libhdf5, which not every machine can have."""
    file = f"{folder}/tiny.pong"
    subprocess.run([program, "demos", "generate", "--frames", "10", "--out", file], check=True)
    result = subprocess.run(
        [program, "demos", "convert", file, f"{folder}/tiny.minari"], capture_output=True, text=True)
    return "this build has no Minari datasets" not in result.stderr


def check_minari(pong, folder):
    """Minari lists, loads, samples and adds to it; returns the steps compared."""
    steps = 0
    for rules in ["reference", "classic"]:
        file = f"{folder}/{rules}.pong"
        pong(
            "demos", "generate", "--expert", "tracker", "--frames", "4000", "--episodes", "4", "--rules", rules,
            "--out", file,
        )
        root = f"{folder}/{rules}.minari"
        pong("demos", "convert", file, root)
        os.environ["MINARI_DATASETS_PATH"] = root
        import minari

        assert list(minari.list_local_datasets()) == ["pong/tracker-v0"]
        dataset = minari.load_dataset("pong/tracker-v0")
        expected = rows(pong, file, f"{folder}/{rules}.txt")
        assert dataset.total_episodes == len(expected)
        assert dataset.total_steps == sum(len(a) - 1 for _, a in expected)
        assert dataset.observation_space.shape == (24,) and dataset.action_space.n == 3
        last = [int(e["last_action"]) for e in dataset.storage.get_episode_metadata(dataset.episode_indices)]
        for episode, (observations, actions), final in zip(dataset, expected, last, strict=True):
            assert (episode.observations == observations).all()
            assert (np.append(episode.actions, final) == actions).all()
            assert all(dataset.observation_space.contains(o) for o in episode.observations)
            assert all(dataset.action_space.contains(a) for a in episode.actions)
            assert episode.rewards.dtype == np.float64 and set(episode.rewards) <= {-1, 0, 1}
            assert episode.terminations.dtype == bool and not episode.terminations.any()
            assert episode.truncations.dtype == bool and list(np.flatnonzero(episode.truncations)) == [
                len(actions) - 2
            ]
            steps += len(episode.actions)
        assert len(list(dataset.sample_episodes(2))) == 2
        assert dataset.storage.metadata["rules"] == rules
        # It reads back as it was.
        pong("demos", "convert", root, f"{folder}/{rules}-back.pong")
        assert open(file, "rb").read() == open(f"{folder}/{rules}-back.pong", "rb").read()
        assert "the same rows" in pong("demos", "verify", root)
        # The tracker catches: there are rewards.
        assert sum(e.rewards.sum() for e in dataset) > 0
        check_addition(dataset)
    return steps + check_recorded(pong, folder) + check_theirs(pong, folder)


def check_addition(dataset):
    """Minari adds an episode, and goes on with one that is there: what it can do with a file of its own."""
    import minari

    first, count = dataset[0], dataset.total_episodes
    fields = {
        "observations": first.observations[1:],
        "actions": first.actions[1:],
        "rewards": first.rewards[1:],
        "terminations": first.terminations[1:],
        "truncations": first.truncations[1:],
    }
    dataset.update_dataset_from_buffer([minari.data_collector.EpisodeBuffer(**fields)])
    dataset.update_dataset_from_buffer([minari.data_collector.EpisodeBuffer(id=0, **fields)])
    again = minari.load_dataset("pong/tracker-v0")
    assert again.total_episodes == count + 1
    for name, rows in fields.items():
        assert (getattr(again[count], name) == rows).all()
        assert (getattr(again[0], name) == np.concatenate([getattr(first, name), rows])).all()


def check_recorded(pong, folder):
    """Rows that show the paddle after the move come back; Minari sees those that the player saw."""
    import minari

    pong("demos", "generate", "--frames", "2000", "--episodes", "3", "--out", f"{folder}/after.txt")
    root = f"{folder}/after.minari"
    pong("demos", "convert", f"{folder}/after.txt", root)
    pong("demos", "convert", root, f"{folder}/after-back.txt")
    assert open(f"{folder}/after.txt").read() == open(f"{folder}/after-back.txt").read()
    os.environ["MINARI_DATASETS_PATH"] = root
    dataset = minari.load_dataset("pong/unknown-v0")
    assert dataset.storage.metadata["alignment"] == "after_move"
    pong("demos", "convert", f"{folder}/after.txt", f"{folder}/before.txt", "--alignment", "before")
    expected = rows(pong, f"{folder}/before.txt", f"{folder}/before-again.txt")
    for episode, (observations, _) in zip(dataset, expected, strict=True):
        assert (episode.observations == observations).all()
    return dataset.total_steps


def check_theirs(pong, folder):
    """Datasets of the library's own, of several types, are read; others are refused in a line."""
    import gymnasium
    import minari
    from minari.data_collector import EpisodeBuffer

    random = np.random.default_rng(1)
    spaces = {
        "multi": (gymnasium.spaces.MultiBinary(24), np.int8),
        "box": (gymnasium.spaces.Box(0, 1, [24], np.uint8), np.uint8),
        "wide": (gymnasium.spaces.Box(0, 1, [24], np.int64), np.int64),
        "truth": (gymnasium.spaces.Box(0, 1, [24], bool), bool),
        "floats": (gymnasium.spaces.Box(0, 1, [24], np.float32), np.float32),
    }
    steps = 0
    for name, (space, dtype) in spaces.items():
        root = f"{folder}/{name}.minari"
        os.environ["MINARI_DATASETS_PATH"] = root
        buffers, expected = [], []
        # More episodes than HDF5 keeps links of in one place.
        for number in range(20):
            count = int(random.integers(1, 30))
            observations = random.integers(0, 2, (count + 1, 24)).astype(dtype)
            actions = random.integers(0, 3, count)
            expected.append((observations[:-1], actions))
            buffers.append(EpisodeBuffer(
                id=number, seed=number, observations=list(observations), actions=list(actions), rewards=[0.0] * count,
                terminations=[False] * count, truncations=[False] * (count - 1) + [True], infos={},
            ))
        minari.create_dataset_from_buffers(
            f"mine/{name}-v0", buffer=buffers, observation_space=space, action_space=gymnasium.spaces.Discrete(3),
            algorithm_name="chance", author="nobody", author_email="nobody", code_permalink="nowhere",
        )
        if name == "floats":
            assert "observations of episode 0 of another type" in pong("demos", "info", root, fails=True)
            continue
        pong("demos", "convert", root, f"{folder}/{name}.pong", "--rules", "classic")
        found = rows(pong, f"{folder}/{name}.pong", f"{folder}/{name}.txt")
        for (observations, actions), (own, done) in zip(expected, found, strict=True):
            assert (observations == own).all() and (actions == done).all()
            steps += len(actions)
    return steps
