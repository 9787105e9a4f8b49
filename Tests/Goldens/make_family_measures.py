"""Makes Tests/Goldens/family-measures.csv: what networkx measures of the graphs that this program draws, and of the worm's.

    pip install -r Tests/Goldens/requirements.txt && python3 Tests/Goldens/make_family_measures.py

A row is a graph of 160 neurons at density 0.2 and seed 5, by its `model.graph`, or the edge list of a file; its edges; and
the measures of graph-measures.csv, but of modularity, for which communities have to be searched, the least and the most
that twelve seeds of networkx find. The agents whose graphs `./pong model export` writes are trained for one pass, which
changes no graph.
"""

import csv
import subprocess
import tempfile
from pathlib import Path

from make_graph_measures import measures, nx

root = Path(__file__).parents[2]
families = [
    "{family: random}",
    "{family: lattice}",
    "{family: small_world}",
    "{family: scale_free}",
    "{family: modular, inside: 0.5}",
    "{family: layered}",
    "{family: small_world, shuffled: true}",
    "{family: scale_free, shuffled: true}",
]
config = """
name: one
seed: 5
model: {type: tnd, neurons: 160, density: 0.2}
data: {expert: humanlike, frames: 400}
training: {streams: 4, chunk: 20, passes: 1}
"""


def read(path):
    with open(path) as file:
        rows = list(csv.DictReader(file))
    return nx.DiGraph([(row["source"], row["target"]) for row in rows])


def exported(family, folder):
    (folder / "one.yaml").write_text(config)
    run, table = folder / "run", folder / "graph.csv"
    subprocess.run(
        [root / "pong", "train", folder / "one.yaml", "--set", f"model.graph={family}", "--out", run], check=True
    )
    subprocess.run([root / "pong", "model", "export", run, "--out", table], check=True)
    return read(table)


def line(name, graph):
    figures, _ = measures(graph)
    links = graph.to_undirected()
    found = [
        nx.community.modularity(links, nx.community.louvain_communities(links, seed=seed)) for seed in range(12)
    ]
    figures = figures[:5] + [min(found), max(found)]
    return f'"{name}",{graph.number_of_edges()},' + ",".join(f"{figure:.12g}" for figure in figures)


def main():
    columns = "graph,edges,clustering,mean_path,reciprocity,in_degree_spread,out_degree_spread"
    lines = [columns + ",modularity_least,modularity_most"]
    for family in families:
        with tempfile.TemporaryDirectory() as folder:
            lines.append(line(family, exported(family, Path(folder))))
    worm = "Assets/celegans/connectome.csv"
    lines.append(line(worm, read(root / worm)))
    Path(__file__).with_name("family-measures.csv").write_text("\n".join(lines) + "\n")


main()
