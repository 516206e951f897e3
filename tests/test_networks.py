"""The random-weight network: symmetries, and that it sees exactly what colour refinement sees."""

from __future__ import annotations

import math

import ase.build
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import motion, seeds, twin_grids
from twinclouds import pairs
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.errors import CloudError, GraphError, ModelError
from twinclouds.graphs import distance_graph
from twinclouds.networks import MessagePassing
from twinclouds.radial import radial_basis, smooth_cutoff
from twinclouds.refinement import compare, refine


@given(seeds, st.integers(1, 8), st.booleans(), st.integers(0, 3), st.sampled_from([1.7, 4.0, math.inf]))
def test_features_do_not_depend_on_pose_hand_or_order(
    seed: int, n: int, vectors: bool, layers: int, cutoff: float
) -> None:
    rng = np.random.default_rng(seed)
    points, species = rng.normal(size=(n, 3)), rng.choice(["C", "H"], n)
    matrix, offset = motion(seed)
    order = rng.permutation(n)
    net = MessagePassing(layers, 8, cutoff, vectors, seed=seed % 5)
    first = net(Cloud(points, species))
    moved = net(Cloud((points @ matrix.T + offset)[order], species[order]))
    np.testing.assert_allclose(first, moved, rtol=1e-9, atol=1e-9)
    assert first.shape == (net.n_features,) and first.dtype == np.float64


@given(seeds, st.booleans())
def test_periodic_features_do_not_depend_on_the_choice_of_cell(seed: int, vectors: bool) -> None:
    rng = np.random.default_rng(seed)
    cell = np.diag(rng.uniform(2.5, 3.5, 3)) + rng.normal(scale=0.2, size=(3, 3))
    crystal = Cloud(rng.uniform(0, 1, (2, 3)) @ cell, ["Na", "Cl"], cell, [True] * 3)
    net = MessagePassing(2, 8, 4.0, vectors)
    # Another basis of the lattice, atoms moved by lattice vectors, and all turned.
    matrix, offset = motion(seed)
    other = np.array([[1, 1, 0], [0, 1, 0], [0, -1, 1]]) @ cell
    places = (crystal.positions + rng.integers(-2, 3, (2, 3)) @ cell) @ matrix.T + offset
    same = Cloud(places, crystal.species, other @ matrix.T, crystal.pbc)
    np.testing.assert_allclose(net(same), net(crystal), rtol=1e-8, atol=1e-8)
    # Twice the cell, twice the sum.
    double = crystal.to_atoms().repeat((2, 1, 1))
    np.testing.assert_allclose(net(double), 2 * net(crystal), rtol=1e-8, atol=1e-8)


@given(twin_grids((2, 7)), st.integers(0, 3), st.sampled_from([1.1, 1.6, 2.1, 2.6, math.inf]), seeds)
def test_distances_alone_separate_what_as_many_rounds_separate(
    twins: tuple, layers: int, cutoff: float, seed: int
) -> None:  # type: ignore[type-arg]
    first, second, species = twins
    a, b = (Cloud(np.array(p, float), np.array(species)) for p in (first, second))
    net = MessagePassing(layers, 24, cutoff, seed=seed % 1000)
    x, y = net(a), net(b)
    apart = bool(np.abs(x - y).max() > 1e-9 * np.abs(x).max())
    assert apart == (not compare(a, b, cutoff, rounds=layers).equivalent)


@given(twin_grids((3, 7)), st.integers(1, 3), seeds)
def test_atoms_have_equal_features_where_they_have_equal_colours(twins: tuple, layers: int, seed: int) -> None:  # type: ignore[type-arg]
    cloud = Cloud(np.array(twins[0], float), np.array(twins[2]))
    colors = refine(distance_graph(cloud, 2.1), rounds=layers).colors[0][-1]
    features = MessagePassing(layers, 24, 2.1, seed=seed % 1000).per_atom(cloud)
    gaps = np.abs(features[:, None] - features[None]).max(axis=2)
    # Once stable, colours do not change any more, and refine stops.
    np.testing.assert_array_equal(gaps < 1e-9 * np.abs(features).max(), colors[:, None] == colors[None])


@pytest.mark.parametrize("name", [n for n, p in pairs.gallery.items() if isinstance(p, pairs.DegeneratePair)])
def test_degenerate_pairs_look_alike_to_distances_only(name: str) -> None:
    a, b = pairs.gallery[name]
    periodic = bool(a.pbc.any())
    for seed in range(2):
        blind, seeing = (
            MessagePassing(2, 16, 6.3 if periodic else math.inf, vectors, seed) for vectors in (False, True)
        )
        assert np.linalg.norm(blind(a) - blind(b)) < 1e-6 * np.linalg.norm(blind(a))
        difference = np.linalg.norm(seeing(a) - seeing(b)) / np.linalg.norm(seeing(a))
        if name == "bixbyite":  # each site lies on a twofold axis: one vector per atom is not enough, see the audit
            assert difference < 1e-12
        else:
            assert difference > 1e-4


def test_vectors_see_the_angle_of_one_triangle() -> None:
    # One layer, seen from the centre: the same two bonds at 60 and at 90 degrees, the third side beyond the cutoff.
    def bent(angle: float) -> np.ndarray:
        return np.array([[0, 0, 0], [1, 0, 0], [math.cos(angle), math.sin(angle), 0]]) * 2.0

    flat, sharp = bent(math.radians(120)), bent(math.radians(90))
    for vectors in (False, True):
        net = MessagePassing(1, 8, 2.5, vectors)
        assert np.allclose(net(flat), net(sharp), rtol=1e-9) is not vectors


def test_depth_gets_around_a_chain() -> None:
    pair = pairs.k_chains(4)
    # Smooth weights vanish at the cutoff, so it is put well beyond the bonds, but below the next shell.
    bond = 1.9
    nets = [MessagePassing(t, 16, bond) for t in range(7)]
    apart = [bool(np.abs(net(pair.a) - net(pair.b)).max() > 1e-9) for net in nets]
    told = [not compare(pair.a, pair.b, bond, rounds=t).equivalent for t in range(7)]
    assert apart == told


def test_many_clouds_at_once_are_the_same_as_one_by_one() -> None:
    rng = np.random.default_rng(0)
    clouds = [rng.normal(size=(n, 3)) for n in rng.integers(1, 40, 60)]
    net = MessagePassing(2, 8, vectors=True)
    together = net.transform(clouds)
    assert together.shape == (60, net.n_features)
    np.testing.assert_allclose(together, [net(c) for c in clouds], rtol=1e-10, atol=1e-10)
    assert net.transform([]).shape == (0, net.n_features)


def test_features_are_smooth_where_an_atom_crosses_the_cutoff() -> None:
    net = MessagePassing(2, 8, 3.0, vectors=True)
    inside, outside = (net([[0, 0, 0], [1.2, 0, 0], [0, x, 0]]) for x in (3 - 1e-4, 3 + 1e-4))
    assert np.abs(inside - outside).max() < 1e-9


def test_the_same_seed_gives_the_same_network() -> None:
    water = ase.build.molecule("H2O")
    same, again, other = MessagePassing(seed=3), MessagePassing(seed=3), MessagePassing(seed=4)
    np.testing.assert_array_equal(same(water), again(water))
    assert np.abs(same(water) - other(water)).max() > 0.1
    # A layer does not depend on those that follow, so depth can be varied alone.
    np.testing.assert_array_equal(MessagePassing(layers=1)(water), MessagePassing(layers=3)(water)[:128])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layers": -1}, "layers=-1 is not a whole number from 0 on"),
        ({"width": 0}, "width=0 is not a whole number from 1 on"),
        ({"width": 2.5}, "width=2.5"),
        ({"basis": True}, "basis=True"),
        ({"seed": "x"}, "seed='x'"),
    ],
)
def test_bad_parameters_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        MessagePassing(**options)  # type: ignore[arg-type]


def test_bad_clouds_are_named() -> None:
    crystal = as_cloud(pairs.gallery["crystal"].a)
    with pytest.raises(GraphError, match="finite cutoff"):
        MessagePassing()(crystal)
    with pytest.raises(GraphError, match="not a positive length"):
        MessagePassing(cutoff=-1)
    with pytest.raises(CloudError, match="cloud 1 of the list: coordinate x of atom 0 is nan"):
        MessagePassing().transform([[[0, 0, 0]], [[math.nan, 0, 0]]])
    with pytest.raises(ModelError, match="Atoms is not a list of clouds"):
        MessagePassing().transform(ase.build.molecule("H2O"))


@given(st.floats(0.5, 20), st.floats(0, 1))
def test_the_cutoff_function_falls_smoothly(cutoff: float, x: float) -> None:
    value = float(smooth_cutoff(x * cutoff, cutoff))
    assert 0 <= value <= 1
    assert value + float(smooth_cutoff((1 - x) * cutoff, cutoff)) == pytest.approx(1)
    assert smooth_cutoff([0, cutoff, 2 * cutoff], cutoff).tolist() == [1, 0, 0]


def test_the_radial_basis_tells_lengths_apart() -> None:
    lengths = np.linspace(0.7, 8, 200)
    basis = radial_basis(lengths, 16)
    assert np.linalg.norm(np.diff(basis, axis=0), axis=1).min() > 1e-3
    assert not radial_basis([2.0, 5.0], 16, cutoff=2.0).any()
