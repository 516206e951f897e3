"""Neighbour lists for the architectures of others."""

from __future__ import annotations

import numpy as np
from ase import Atoms
from hypothesis import given
from hypothesis import strategies as st

from strategies import seeds
from twinclouds import pairs
from twinclouds.models.edges import edges_of, triplets


@given(seeds, st.integers(1, 7), st.floats(1.0, 6.0))
def test_edges_and_triplets_are_all_there(seed: int, n: int, cutoff: float) -> None:
    atoms = Atoms(f"C{n}", np.random.default_rng(seed).normal(size=(n, 3)) * 2)
    edges = edges_of(atoms, cutoff)
    np.testing.assert_allclose(atoms.positions[edges.sources] - atoms.positions[edges.targets], edges.vectors)
    np.testing.assert_array_equal(edges.sources[edges.reverse], edges.targets)
    first, second = triplets(edges)
    d = atoms.get_all_distances()
    near = (d <= cutoff + 1e-6) & ~np.eye(n, dtype=bool)
    expected = {(k, j, i) for i in range(n) for j in range(n) for k in range(n) if near[i, j] and near[j, k] and i != k}
    found = list(
        zip(edges.sources[first].tolist(), edges.targets[first].tolist(), edges.targets[second].tolist(), strict=True)
    )
    assert set(found) == expected and len(found) == len(expected)
    assert (edges.targets[first] == edges.sources[second]).all()


def test_cells_are_repeated_until_no_atom_sees_itself() -> None:
    for name in ("chain", "slab", "crystal", "carbon-crystal"):
        atoms = pairs.gallery[name].a
        once, more = edges_of(atoms, 7.5), edges_of(atoms, 7.5, own_images=False)
        assert (once.sources == once.targets).any() and not (more.sources == more.targets).any()
        times = len(more.numbers) // len(once.numbers)
        assert len(more.sources) == times * len(once.sources)
        np.testing.assert_allclose(np.sort(more.lengths)[::times], np.sort(once.lengths), atol=1e-9)
        first, second = triplets(once)
        # An angle of an edge with its own reverse is left out, one with another image of the same atom is not.
        assert not (first == once.reverse[second]).any()
