"""Writes connectome.csv, the nervous system of C. elegans as an edge list for `model.graph`.

    pip install -r Assets/celegans/requirements.txt
    python3 Assets/celegans/make_connectome.py [CONFIG]

The 302 neurons of the hermaphrodite and the connections among them (Cook et al. 2019, from the package cect). A
chemical synapse is a connection, a gap junction one in both directions; where there are both, one with the sum of their
weights, which count the sections of the electron microscope's series in which they are seen. Connections of a neuron to
itself are left out: here a neuron has its alpha for that.

CONFIG (Configs/celegans.yaml) says which neurons are the inputs and outputs. Connections into inputs, out of outputs
and from an input to an output are left out, as the roles have it, and counted on stdout.
"""

import csv
import sys
from pathlib import Path

import yaml
from cect.Cells import PREFERRED_HERM_NEURON_NAMES_COOK
from cect.readers.Cook2019HermReader import get_instance

FOLDER = Path(__file__).parent
CHEMICAL, ELECTRICAL = "Generic_CS", "Generic_GJ"


def connections():
    """All connections among neurons: {(source, target): weight}, and how many there are of each kind."""
    neurons = set(PREFERRED_HERM_NEURON_NAMES_COOK)
    reader = get_instance(from_cache=True)
    weights, kinds = {}, {CHEMICAL: 0, ELECTRICAL: 0}
    for source in neurons:
        for kind in kinds:
            for target, weight in reader.get_connections_from(source, kind).items():
                if target not in neurons or target == source or weight <= 0:
                    continue
                kinds[kind] += 1
                weights[source, target] = weights.get((source, target), 0) + weight
    return weights, kinds


def main():
    config = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER / "../../Configs/celegans.yaml"
    graph = yaml.safe_load(config.read_text())["model"]["graph"]
    inputs, outputs = graph["inputs"], graph["outputs"]
    weights, kinds = connections()
    into = sum(target in inputs for _, target in weights)
    out_of = sum(source in outputs and target not in inputs for source, target in weights)
    direct = sum(source in inputs and target in outputs for source, target in weights)
    kept = {
        (source, target): weight
        for (source, target), weight in weights.items()
        if target not in inputs and source not in outputs and not (source in inputs and target in outputs)
    }
    # Inputs and outputs that are named first, then by name: the same file from any order of the package's tables.
    place = {name: index for index, name in enumerate(inputs + outputs)}
    order = lambda name: (place.get(name, len(place)), name)
    with open(FOLDER / "connectome.csv", "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["source", "target", "weight"])
        for source, target in sorted(kept, key=lambda edge: (order(edge[0]), order(edge[1]))):
            table.writerow([source, target, f"{kept[source, target]:g}"])
    print(f"{len({name for edge in weights for name in edge})} neurons, {len(weights)} connections:")
    print(f"{kinds[CHEMICAL]} chemical ones, {kinds[ELECTRICAL]} by gap junctions, counted in both directions")
    print(f"left out: {into} into inputs, {out_of} out of outputs, {direct} from an input to an output")
    ends = [{edge[end] for edge in kept} for end in (0, 1)]
    names = {name for edge in weights for name in edge}
    print(f"kept: {len(kept)} among {len(ends[0] | ends[1])} neurons")
    print(f"without one to them {sorted(names - ends[1] - set(inputs))}")
    print(f"without one from them {sorted(names - ends[0] - set(outputs))}")


if __name__ == "__main__":
    main()
