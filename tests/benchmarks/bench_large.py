"""How fast are graphs of 10^4 to 10^6 atoms, beside vesin, matscipy, ASE and networkx? Pytest does not run this."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import time
from functools import partial
from typing import Any

import ase.build
import numpy as np
from ase import Atoms
from tables import Table, apart, in_turn, peak, seconds, shown

from twinclouds import as_cloud, coloring, distance_graph, refine
from twinclouds.graphs import DistanceGraph
from twinclouds.lengths import distance_labels

#: Cutoffs that give about 40 neighbours.
CUTOFF = {"random": 4.82, "crystal": 5.0, "defect": 5.0}

#: Peers that would take minutes for more atoms than these.
MOST = {"matscipy": 200_000, "ASE": 50_000}


def atoms(kind: str, size: int, periodic: bool = True) -> Atoms:
    """Copper: in random places, as a crystal, or with one atom missing."""
    if kind == "random":
        edge = (size * 11.8) ** (1 / 3)
        places = np.random.default_rng(0).uniform(0, edge, (size, 3))
        made = Atoms(numbers=np.full(size, 29), positions=places, cell=[edge] * 3)
    else:
        cells = round((size / 4) ** (1 / 3))
        made = ase.build.bulk("Cu", cubic=True) * (cells, cells, cells)
        if kind == "defect":
            del made[len(made) // 2]
    made.pbc = periodic
    return made


def peers(made: Atoms, cutoff: float) -> dict[str, Any]:
    """Calls that list the neighbours with their shifts and distances; None where a peer is not installed."""
    found: dict[str, Any] = dict.fromkeys(("vesin, sorted", "vesin", "matscipy", "ASE"))
    if importlib.util.find_spec("vesin"):
        lister = importlib.import_module("vesin").NeighborList

        def vesin(ordered: bool) -> Any:
            return lister(cutoff=cutoff, full_list=True, sorted=ordered).compute(
                made.positions, made.cell.array, bool(made.pbc.all()), "ijSd"
            )

        found["vesin, sorted"], found["vesin"] = partial(vesin, True), partial(vesin, False)
    if importlib.util.find_spec("matscipy"):
        found["matscipy"] = partial(importlib.import_module("matscipy.neighbours").neighbour_list, "ijSd", made, cutoff)
    found["ASE"] = partial(importlib.import_module("ase.neighborlist").neighbor_list, "ijSd", made, cutoff)
    return found


def alone(kind: str, size: int) -> None:
    """Build and refine in this process, and print what it took."""
    made = atoms(kind, size)
    took: dict[str, Any] = {"atoms": len(made)}
    clock = [(time.perf_counter(), time.process_time())]
    cloud = as_cloud(made)
    clock.append((time.perf_counter(), time.process_time()))
    graph = distance_graph(cloud, CUTOFF[kind])
    clock.append((time.perf_counter(), time.process_time()))
    result = refine(graph)
    clock.append((time.perf_counter(), time.process_time()))
    for name, before, after in zip(("cloud", "graph", "refine"), clock, clock[1:], strict=False):
        took[name] = after[1] - before[1]
    took |= {"wall": clock[-1][0] - clock[0][0], "all": clock[-1][1] - clock[0][1], "memory": peak()}
    took |= {"edges": graph.n_edges, "rounds": result.rounds, "colors": result.n_colors(-1)}
    print(json.dumps(took))


def tables(quick: bool) -> list[Table]:
    """Measure."""
    lists = Table(
        "Neighbour lists, about 40 neighbours",
        ["atoms", "cell", "input", "`distance_graph`", "vesin, sorted", "vesin", "matscipy", "ASE", "to the fastest"],
        "at most 1.5 times the time of the fastest peer.",
        "All list both directions with shifts and distances; measured in turn. Ours is sorted by sender and receiver, "
        "numbers the bonds, and looks first whether the list will fit into memory; of the peers, only what is called "
        "sorted is, and by sender alone.",
    )
    for size in (10_000,) if quick else (10_000, 100_000, 1_000_000):
        for kind in ("random", "crystal"):
            for periodic in (True, False):
                made = atoms(kind, size, periodic)
                cloud = as_cloud(made)
                calls = {"ours": partial(distance_graph, cloud, CUTOFF[kind])}
                found = peers(made, CUTOFF[kind])
                slow = {name for name, most in MOST.items() if size > most}
                calls |= {name: call for name, call in found.items() if call and name not in slow}
                asked = calls.pop("ASE", None)
                took = in_turn(calls, 9 if size < 50_000 else 3 if size < 500_000 else 2)
                if asked:
                    took["ASE"] = seconds(asked, 1)
                fastest = min(took[name] for name in took if name != "ours")
                cells = [
                    shown(took[name]) if name in took else "not run" if found[name] else "not installed"
                    for name in found
                ]
                where = "periodic" if periodic else "open"
                lists.add(len(made), where, kind, shown(took["ours"]), *cells, f"{took['ours'] / fastest:.2f}")
    large = Table(
        "From atoms to stable colours",
        [
            "atoms",
            "input",
            "edges",
            "rounds",
            "colours",
            "`as_cloud`",
            "graph",
            "`refine`",
            "together",
            "wall",
            "memory",
        ],
        "10^5 atoms in under 3 s; 10^6 in under 40 s and 4 GB.",
        "Processor time, and the wall time of the same run, each in a process of its own.",
    )
    for size in (10_000,) if quick else (10_000, 100_000, 1_000_000):
        for kind in CUTOFF:
            took = apart("bench_large.py", kind, size)
            if "failed" in took:
                large.add(size, kind, took["failed"], *[""] * 8)
                continue
            times = [shown(took[name]) for name in ("cloud", "graph", "refine", "all", "wall")]
            large.add(
                *(took["atoms"], kind, took["edges"], took["rounds"], took["colors"], *times),
                f"{took['memory'] / 1000:.2f} GB",
            )
    rounds = Table(
        "Refinement beside networkx, 10^4 atoms, periodic",
        ["input", "`refine`, until stable", "rounds", "networkx hash, as many rounds", "ratio"],
        note="networkx gets a ready graph; a crystal with one defect takes many rounds, and ours looks only at "
        "vertices whose surroundings changed.",
    )
    for kind in CUTOFF:
        import networkx

        graph = distance_graph(atoms(kind, 10_000), CUTOFF[kind])
        ours = seconds(partial(refine, graph), 3)
        bare = graph.to_networkx()
        for (i, j), label in zip(
            zip(graph.senders.tolist(), graph.receivers.tolist(), strict=True),
            distance_labels([graph]).labels[0].tolist(),
            strict=True,
        ):
            bare.edges[i, j]["distance"] = f"{label:08d}"
        count = refine(graph).rounds
        options = {"edge_attr": "distance", "node_attr": "species", "iterations": count}
        theirs = seconds(partial(networkx.weisfeiler_lehman_graph_hash, bare, **options), 1)
        rounds.add(kind, shown(ours), count, shown(theirs), f"{theirs / ours:.0f}")
    return [lists, large, *work(10_000 if quick else 100_000), rounds]


def work(size: int) -> list[Table]:
    """How many vertices are looked at in each round, and how long that takes: for a defect whose news spreads."""
    graph = distance_graph(atoms("defect", size), CUTOFF["defect"])
    table = Table(
        f"Work per round: a crystal of {graph.n_nodes} atoms, one missing",
        ["round", "colours", "vertices looked at", "of all", "processor time"],
        "only vertices whose surroundings changed are refined again.",
        "A vertex is looked at again if the colour of a neighbour changed, and if another vertex still has its own.",
    )
    for t, (colors, looked, took) in enumerate(each_round(graph), start=1):
        table.add(t, colors, looked, f"{looked / graph.n_nodes:.1%}", shown(took))
    return [table]


def each_round(graph: DistanceGraph) -> list[tuple[int, int, float]]:
    """Refine; for each round the number of colours, how many vertices were looked at, and the processor time."""
    looked, clock = [], []
    run, seen = coloring._Listed._run_where_changed, coloring._Listed._seen

    def counted(self: Any, vertices: Any, weights: Any) -> Any:
        if not clock:
            self._hash_matrix  # noqa: B018  # made once, not a part of any round
        looked.append(len(vertices))
        clock.append(time.process_time())
        return seen(self, vertices, weights)

    def timed(self: Any, *arguments: Any) -> Any:
        found = run(self, *arguments)
        clock.append(time.process_time())
        return found

    try:
        coloring._Listed._seen, coloring._Listed._run_where_changed = counted, timed  # type: ignore[method-assign]
        result = refine(graph)
    finally:
        coloring._Listed._seen, coloring._Listed._run_where_changed = seen, run  # type: ignore[method-assign]
    colors = [result.n_colors(t) for t in range(1, result.rounds + 1)]
    return list(zip(colors, looked, np.diff(clock).tolist(), strict=True))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        alone(sys.argv[1], int(sys.argv[2]))
    else:
        print("\n\n".join(table.markdown() for table in tables(quick=True)))
