"""Makes Tests/Goldens/graph-measures.csv: small directed graphs and their measures by networkx.

    pip install -r Tests/Goldens/requirements.txt && python3 Tests/Goldens/make_graph_measures.py

A row is a graph: its neurons, its edges as source>target, and what networkx says of it: the mean clustering coefficient
(Fagiolo 2007 for directed graphs), the mean length of the shortest ways over the pairs that have one, reciprocity, the
standard deviations of in- and out-degrees, the modularity of the undirected graph in the communities of the last column (a
number a neuron), which networkx found by the method of Louvain.
"""

import random
from pathlib import Path

import networkx as nx
import numpy as np


def graphs():
    yield nx.DiGraph([(0, 1), (1, 2), (2, 0)])
    yield nx.complete_graph(6, create_using=nx.DiGraph)
    yield nx.DiGraph([(0, 1), (1, 0), (2, 3), (3, 4), (4, 2), (4, 3)])
    path = nx.DiGraph([(0, 1), (1, 2), (2, 3)])
    path.add_node(4)
    yield path
    for seed in range(3):
        for density in (0.05, 0.2, 0.5):
            yield nx.gnp_random_graph(30, density, seed=seed, directed=True)
        yield nx.DiGraph(nx.scale_free_graph(40, seed=seed))
        ring = nx.connected_watts_strogatz_graph(36, 6, 0.1, seed=seed)
        choose = random.Random(seed)
        yield nx.DiGraph([edge if choose.random() < 0.6 else edge[::-1] for edge in ring.edges])


def measures(graph):
    """The measures of a graph without loops, and the communities that the last of them is of."""
    lengths = [
        length
        for start, ways in nx.all_pairs_shortest_path_length(graph)
        for end, length in ways.items()
        if end != start
    ]
    figures = [
        nx.average_clustering(graph),
        np.mean(lengths) if lengths else 0,
        nx.reciprocity(graph),
        np.std([degree for _, degree in graph.in_degree]),
        np.std([degree for _, degree in graph.out_degree]),
    ]
    links = graph.to_undirected()
    communities = nx.community.louvain_communities(links, seed=0)
    return figures + [nx.community.modularity(links, communities)], communities


def main():
    lines = ["neurons,edges,clustering,mean_path,reciprocity,in_degree_spread,out_degree_spread,modularity,communities"]
    for graph in graphs():
        graph.remove_edges_from(list(nx.selfloop_edges(graph)))
        n = graph.number_of_nodes()
        figures, communities = measures(graph)
        labels = {node: label for label, nodes in enumerate(communities) for node in nodes}
        edges = " ".join(f"{source}>{target}" for source, target in sorted(graph.edges))
        lines.append(
            f"{n},{edges}," + ",".join(f"{figure:.12g}" for figure in figures)
            + "," + " ".join(str(labels[node]) for node in range(n))
        )
    Path(__file__).with_name("graph-measures.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
