"""What every neighbour list promises."""

from __future__ import annotations

import numpy as np

import oracles
from twinclouds.graphs import DistanceGraph


def as_dict(graph: DistanceGraph) -> dict[oracles.Neighbour, float]:
    keys = zip(graph.senders.tolist(), graph.receivers.tolist(), map(tuple, graph.shifts.tolist()), strict=True)
    pairs = dict(zip(keys, graph.distances.tolist(), strict=True))
    assert len(pairs) == graph.n_edges, "an edge is listed twice"
    return pairs


def assert_well_formed(graph: DistanceGraph) -> None:
    """Check what every graph promises: order, both directions, the same bits both ways, bonds."""
    keys = np.column_stack([graph.senders, graph.receivers, graph.shifts]).tolist()
    assert keys == sorted(keys)
    pairs = as_dict(graph)
    bonds = dict(zip(pairs, graph.bonds.tolist(), strict=True))
    for (i, j, shift), d in pairs.items():
        back = (j, i, tuple(-s for s in shift))
        assert pairs[back] == d
        assert bonds[back] == bonds[i, j, shift]
    assert sorted(graph.bonds.tolist()) == sorted([*range(graph.n_edges // 2)] * 2)
    np.testing.assert_array_equal(graph.bond_lengths[graph.bonds], graph.distances)
    np.testing.assert_array_equal(graph.degrees, np.bincount(graph.senders, minlength=graph.n_nodes))
