"""Checks of the notebook ``03_refinement_is_message_passing``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import twinclouds as tc
from twinclouds.exercises.judging import Open, Wrong, array, call, entries, integer

__all__ = ["check_layers_needed", "check_max_blind", "check_mean_blind", "check_message_layer"]

#: Outputs of a network that differ by less than this differ by rounding only.
ROUNDING = 1e-9

#: Outputs that differ by more than this differ.
DIFFERENT = 1e-6

#: Edges of the clouds that learners make, angstrom.
CUTOFF = 1.2

Floats = NDArray[np.float64]


def _layer(h: Floats, senders: Any, receivers: Any, f: Floats, w: Floats, u: Floats, b: Floats) -> Floats:
    m = np.zeros_like(h)
    np.add.at(m, senders, f * h[receivers])
    return np.asarray(np.tanh(h @ w + m @ u + b))


def check_message_layer(function: Any) -> str:
    """One layer of a message-passing network."""
    from ase.build import molecule

    rng = np.random.default_rng(5)
    clouds = {
        "two atoms": np.array([[0.0, 0, 0], [1, 0, 0]]),
        "an atom with two neighbours": np.array([[0.0, 0, 0], [1, 0, 0], [-1.1, 0, 0]]),
        "an atom that nobody sees": np.array([[0.0, 0, 0], [1, 0, 0], [9, 0, 0]]),
        "ethanol": molecule("CH3CH2OH").positions,
    }
    for width in (1, 3):
        for what, positions in clouds.items():
            graph = tc.distance_graph(positions, 1.65)
            h, f = rng.normal(size=(graph.n_nodes, width)), rng.normal(size=(graph.n_edges // 2, width))
            w, u = rng.normal(size=(2, width, width))
            arguments = (h, graph.senders, graph.receivers, f[graph.bonds], w, u, rng.normal(size=width))
            _compare_layers(function, arguments, f"{what}, with {width} feature{'s' if width > 1 else ''} per atom")
    return _praise(function)


def _compare_layers(function: Any, arguments: tuple[Any, ...], what: str) -> None:
    called = "message_layer(h, senders, receivers, f, W, U, b)"
    h, senders, receivers, f, w, u, b = arguments
    found = array(call(function, *arguments, called=called), None, "What the function returns")
    where = f"For {what}"
    if found.shape != h.shape:
        raise Wrong(f"{where}, the new features should have the shape {h.shape} of `h`, but they have {found.shape}.")
    if _close(found, _layer(*arguments)):
        return
    m = np.zeros_like(h)
    np.add.at(m, senders, f * h[receivers])
    one = np.zeros_like(h)
    one[senders] += f * h[receivers]
    counts = np.maximum(np.bincount(senders, minlength=len(h)), 1)[:, None]
    backwards = np.zeros_like(h)
    np.add.at(backwards, senders, f * h[senders])
    dots = np.zeros_like(h)
    np.add.at(dots, senders, (f * h[receivers]).sum(axis=1, keepdims=True))
    for mistake, message in (
        (np.tanh(h @ w + one @ u + b), "an atom gets only one of its messages. `m[senders] += ...` sets each row once"),
        (h @ w + m @ u + b, "all is right but the `tanh` is missing"),
        (np.tanh(h @ w + m @ u), "all is right but `b` is missing"),
        (np.tanh(m @ u + b), "the atom's own features, `h @ W`, are missing"),
        (np.tanh(h @ w + b), "the messages are missing"),
        (np.tanh(h @ u + m @ w + b), "`W` and `U` have changed places"),
        (
            np.tanh(h @ w.T + m @ u.T + b),
            "the matrices are on the wrong side: the rows of `h` are atoms, so it is `h @ W`",
        ),
        (np.tanh(h @ w + m / counts @ u + b), "the messages should be added up; this is their mean"),
        (
            np.tanh(h @ w + backwards @ u + b),
            "an atom hears itself: a message has the features of the receiver `receivers[e]`",
        ),
        (np.tanh(h @ w + (m + h) @ u + b), "the atom is counted among its own neighbours"),
        (m, "these are the messages. Now make new features of them"),
        (
            np.tanh(h @ w + dots @ u + b),
            "a message is `f[e]` times the features, number by number, not their dot product",
        ),
    ):
        if _close(found, mistake):
            raise Wrong(f"{where}: {message}.")
    worst = int(np.abs(found - _layer(*arguments)).max(axis=1).argmax())
    near = int((senders == worst).sum())
    raise Wrong(
        f"{where}, the new features of atom {worst}, which sees {near} other{'' if near == 1 else 's'}, are not those "
        "of the formula. Try it by hand for two atoms and one feature."
    )


def _close(a: Floats, b: Floats) -> bool:
    return bool(np.allclose(a, b, rtol=1e-6, atol=1e-9))


def _praise(function: Any) -> str:
    """Stack the reader's own layer, with random weights."""
    rng = np.random.default_rng(1)
    width = 8
    k, phase = rng.uniform(0.5, 2.5, width), rng.uniform(0, 6, width)
    elements = {symbol: rng.normal(size=width) for symbol in "CHO"}
    weights = [(*rng.normal(size=(2, width, width)) / 3, rng.normal(size=width)) for _ in range(3)]

    def output(atoms: Any) -> Floats:
        graph = tc.distance_graph(atoms)
        h = np.array([elements[symbol] for symbol in graph.species])
        for w, u, b in weights:
            f = np.cos(graph.distances[:, None] * k + phase)
            h = np.asarray(function(h, graph.senders, graph.receivers, f, w, u, b), dtype=float)
        return np.asarray(h.sum(axis=0))

    from ase.build import molecule

    isomers = np.abs(output(molecule("CH3CH2OH")) - output(molecule("CH3OCH3"))).max()
    twins = np.abs(np.subtract(*(output(atoms) for atoms in tc.pairs.gallery["benzene"]))).max()
    return (
        "Three of your layers with random weights, all distances known: the outputs for ethanol and dimethyl ether "
        f"differ by {isomers:.2f}, those for benzene and its twin by {twins:.0e}."
    )


def check_layers_needed(answer: Any) -> str:
    """Layers that tell the k-chains with k = 12 apart at a cutoff of 1.3 angstrom."""
    given = integer(answer)
    pair = tc.pairs.k_chains(12)
    right = tc.compare(pair.a, pair.b, cutoff=1.3).round
    if given == right:
        return "Half the bonds of the chain: the news of the two ends meets in the middle."
    if given in (12, 13, 14):
        raise Wrong("So many would be needed if news came from one end. It comes from both, and meets in between.")
    assert right is not None
    told = "are still alike" if given < right else "differ, but they do so with fewer layers, too"
    raise Wrong(f"After {given} layer{'' if given == 1 else 's'} the two clouds {told}.")


def check_mean_blind(answer: Any) -> str:
    """Two clouds that the sum tells apart and the mean does not."""
    a, b = _two_clouds(answer)
    _wanted(a, b, seeing="sum", blind="mean")
    return "A mean keeps the proportions and forgets how many there are."


def check_max_blind(answer: Any) -> str:
    """Two clouds that the mean tells apart and the maximum does not."""
    a, b = _two_clouds(answer)
    _wanted(a, b, seeing="mean", blind="max")
    return "A maximum knows which kinds there are, and not in which proportions."


def _two_clouds(answer: Any) -> list[Floats]:
    both = entries(answer)
    if len(both) != 2:
        raise Wrong(f"Two clouds are wanted, `(first, second)`, but there are {len(both)} entries.")
    clouds = []
    for cloud, which in zip(both, ("first", "second"), strict=True):
        if cloud is None or cloud is Ellipsis:
            raise Open(f"The {which} cloud is still missing.")
        points = array(getattr(cloud, "positions", cloud), (None, 3), f"The {which} cloud")
        if not 1 <= len(points) <= 60:
            raise Wrong(f"The {which} cloud has {len(points)} points; up to 60 are plenty.")
        try:
            graph = tc.distance_graph(points, CUTOFF)
        except tc.TwincloudsError as error:
            raise Wrong(f"The {which} cloud: {error}.") from None
        if not graph.n_edges:
            raise Wrong(f"In the {which} cloud no two points are within {CUTOFF} Å, so there are no messages at all.")
        clouds.append(points)
    if len(clouds[0]) != len(clouds[1]):
        raise Wrong(f"The clouds have {len(clouds[0])} and {len(clouds[1])} points; they should have equally many.")
    return clouds


def _wanted(a: Floats, b: Floats, *, seeing: str, blind: str) -> None:
    by = {
        how: max(float(np.abs(_pooled(a, how, s) - _pooled(b, how, s)).max()) for s in (0, 1))
        for how in (seeing, blind)
    }
    if by[seeing] < DIFFERENT:
        raise Wrong(f'Not even `"{seeing}"` tells these two apart (the outputs differ by {by[seeing]:.0e}).')
    if by[blind] > ROUNDING:
        raise Wrong(f'`"{blind}"` tells these two apart as well: the outputs differ by {by[blind]:.0e}.')


def _pooled(points: Floats, how: str, seed: int, layers: int = 3, width: int = 16) -> Floats:
    """Output of a random network that collects by sum, mean or maximum; like that of the notebook."""
    rng = np.random.default_rng([7, seed])
    k, phase = rng.uniform(0.5, 2.5, width), rng.uniform(0, 2 * np.pi, width)
    graph = tc.distance_graph(points, CUTOFF)
    collect: Any = {"sum": np.sum, "mean": np.mean, "max": np.max}[how]
    h = np.tile(rng.normal(size=width), (graph.n_nodes, 1))
    for _ in range(layers):
        w, u = rng.normal(size=(2, width, width)) / np.sqrt(width)
        b = rng.normal(size=width)
        messages = np.cos(graph.distances[:, None] * k + phase) * h[graph.receivers]
        m = np.zeros_like(h)
        for i in range(graph.n_nodes):
            mine = messages[graph.senders == i]
            if len(mine):
                m[i] = collect(mine, axis=0)
        h = np.tanh(h @ w + m @ u + b)
    return np.asarray(collect(h, axis=0))
