"""Checks of the notebook ``06_what_a_network_can_learn``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import twinclouds as tc
from twinclouds.exercises.judging import Wrong, call, entries, integer, number, show
from twinclouds.learning import hydrazine_pairs, split

__all__ = ["check_blind_floor", "check_diluted_floor", "check_quiet_energy", "check_split_pairs"]

Floats = NDArray[np.float64]


def check_blind_floor(function: Any) -> str:
    """Smallest RMSE of a model that gives clouds with equal labels equal answers."""
    cases: list[tuple[str, list[float], list[Any]]] = [
        ("one pair with the energies 1 and 4 eV", [1, 4], ["a", "a"]),
        ("two pairs", [0, 2, 5, 6], [0, 0, 1, 1]),
        ("one pair and two clouds with labels of their own", [0, 2, 7, 9], ["a", "a", "b", "c"]),
        ("two pairs whose members do not stand side by side", [0, 5, 2, 9], ["a", "b", "a", "b"]),
        ("three clouds with one label", [0, 0, 3], [7, 7, 7]),
        ("clouds that all have labels of their own", [1, -2, 5], [3, 1, 2]),
    ]
    for what, energies, labels in cases:
        called = f"blind_floor({energies}, {labels})"
        found = number(call(function, energies, labels, called=called), f"`{called}`")
        if not np.isclose(found, _floor(energies, labels), atol=1e-9):
            _explain_floor(found, what, called, energies, labels)
    pairs = hydrazine_pairs().take(range(600))
    test = pairs.targets[split(len(pairs), seed=0)[2]]
    labels = [k // 2 for k in range(test.size)]
    promised = number(call(function, test.ravel(), labels, called="blind_floor(...)"), "Your promise")
    return f"For the test set below your function promises {promised:.4f} eV. Write it down, and go on."


def _floor(energies: Any, labels: Any) -> float:
    groups: dict[Any, list[float]] = {}
    for energy, label in zip(energies, labels, strict=True):
        groups.setdefault(label, []).append(float(energy))
    squares = [(energy - sum(mine) / len(mine)) ** 2 for mine in groups.values() for energy in mine]
    return float(np.sqrt(sum(squares) / len(squares)))


def _explain_floor(found: float, what: str, called: str, energies: list[float], labels: list[Any]) -> None:
    right = _floor(energies, labels)
    alone = [e for e, label in zip(energies, labels, strict=True) if labels.count(label) == 1]
    shared = [(e, label) for e, label in zip(energies, labels, strict=True) if labels.count(label) > 1]
    where = f"For {what}, `{called}`"
    if np.isclose(found, right**2) and right > 0:
        raise Wrong(f"{where} is the mean of the squares. The root is missing.")
    if np.isclose(found, 2 * right) and right > 0:
        raise Wrong(f"{where} is twice as large as it should be. How far are two members from their mean?")
    if np.isclose(found, np.std(energies)):
        raise Wrong(f"{where} is the spread of all energies. Each label has a mean of its own.")
    if alone and shared and np.isclose(found, _floor(*zip(*shared, strict=True))):
        raise Wrong(f"{where} leaves out the clouds with a label of their own. Without an error, they count in N.")
    if np.isclose(found, np.sqrt(right**2 * len(energies) / len(set(labels)))):
        raise Wrong(f"{where} has a mean over the labels. It should be over the clouds.")
    if len(set(labels)) == 1 and np.isclose(found, (max(energies) - min(energies)) / 2):
        raise Wrong(f"{where} is half of the range. With more than two clouds the mean is not in the middle.")
    raise Wrong(
        f"{where} should be {right:.4f}, but it is {found:.4f}. Which energy would you answer for each label, and how "
        "far from it are its clouds?"
    )


def check_diluted_floor(answer: Any) -> str:
    """Floor of a test set of 1000 molecules with ten pairs of twins, 1 eV apart."""
    found = number(answer)
    right = (20 * 0.5**2 / 1000) ** 0.5
    if abs(found - right) < 1e-3:  # rounded to two digits, too
        return "A model that is wrong by half an electronvolt on every twin gets a respectable number."
    for mistake, message in (
        (0.5, "That is the error among the twins alone. The RMSE is over all 1000 molecules."),
        (1.0, "That is the whole difference. The best common answer lies in the middle."),
        ((10 * 0.5**2 / 1000) ** 0.5, "Nearly: you counted ten molecules with an error, but both members have one."),
        ((20 * 1.0**2 / 1000) ** 0.5, "Nearly: the best common answer is off by half of the difference, not by all."),
        ((10 * 1.0**2 / 1000) ** 0.5, "Every member of a pair has an error, and of half of the difference."),
        (0.01, "That is the mean *absolute* error. Square the errors, take the mean, and then the root."),
        (0.005, "That is the mean of the squares. The root is missing."),
    ):
        if abs(found - mistake) < 6e-4:
            raise Wrong(message)
    if abs(found - 1000 * right) < 1:
        raise Wrong("The answer is wanted in eV; this looks like meV.")
    raise Wrong("Write down the errors: how many molecules have one, how large is it, and over how many is the mean?")


def check_split_pairs(function: Any) -> str:
    """Training and test clouds, such that twins stay together."""
    tests = []
    for n, share, seed in ((5, 0.2, 0), (40, 0.25, 1), (40, 0.25, 2), (7, 0.4, 3)):
        called = f"split_pairs({n}, {share}, {seed})"
        both = entries(call(function, n, share, seed, called=called), f"`{called}`")
        if len(both) != 2:
            raise Wrong(f"`{called}` should return two lists, training and test, but it returns {len(both)} things.")
        training, test = (
            [integer(k, f"Each number in the {which} list") for k in entries(part, f"The {which} list of `{called}`")]
            for part, which in zip(both, ("training", "test"), strict=True)
        )
        _check_split(training, test, n, share, called)
        tests.append(set(test))
    if tests[1] == tests[2]:
        raise Wrong("The seeds 1 and 2 give the same test set. It should be drawn at random, by the seed.")
    again = entries(call(function, 40, 0.25, 1, called="split_pairs(40, 0.25, 1)"))[1]
    if {integer(k) for k in entries(again)} != tests[1]:
        raise Wrong("Called twice with the seed 1, the function gives two different splits. Does it use the seed?")
    return "Now the test asks about pairs that the training has never met."


def _check_split(training: list[int], test: list[int], n: int, share: float, called: str) -> None:
    both, everything = set(training) & set(test), set(range(2 * n))
    if both:
        raise Wrong(f"In `{called}` cloud {min(both)} is in both lists.")
    for which, part in (("training", training), ("test", test)):
        if len(set(part)) < len(part):
            twice = next(k for k in part if part.count(k) > 1)
            raise Wrong(f"In `{called}` the {which} list holds cloud {twice} more than once.")
    found = set(training) | set(test)
    if found - everything:
        raise Wrong(f"`{called}` names cloud {max(found - everything)}, but the last one is {2 * n - 1}.")
    if found == set(range(n)):
        raise Wrong(f"`{called}` has the numbers 0 to {n - 1}: these are pairs. Each is two clouds.")
    if everything - found:
        raise Wrong(f"In `{called}` cloud {min(everything - found)} is in neither list.")
    parted = sorted(k for k in test if k ^ 1 not in test)
    if parted:
        k = parted[0] // 2
        raise Wrong(f"`{called}` parts the twins {2 * k} and {2 * k + 1}: one is for training, the other in the test.")
    right = round(share * n)
    if len(test) == 2 * (n - right) != 2 * right:
        raise Wrong(f"`{called}` returns the two lists in the wrong order: training first, then test.")
    if len(test) != 2 * right:
        raise Wrong(
            f"In `{called}` the test should hold {right} pairs, so {2 * right} clouds, but it has {len(test)} clouds."
        )


def check_quiet_energy(function: Any) -> str:
    """An energy that is no sum over pairs and is the same for twins on three lines."""

    def energy(points: Floats, what: str) -> float:
        called = f"quiet_energy({what})"
        value = number(call(function, points, called=called), f"`{called}`")
        if not np.isfinite(value):
            raise Wrong(f"`{called}` is {show(value)}. Does an atom count among its own neighbours, at distance 0?")
        return value

    rng = np.random.default_rng(3)
    clouds = [tc.pairs.random_pair("three lines", seed=seed).a.positions for seed in range(6)]
    values = [energy(x, "six points") for x in clouds]
    scale = max(float(np.ptp(values)), 1e-12 * max(map(abs, values)), 1e-300)
    if np.ptp(values) <= 1e-9 * max(1e-3, *map(abs, values)):
        raise Wrong("All clouds of six points get the same value. The energy should depend on the positions.")
    rough = 1e-6 * scale + 1e-9 * max(map(abs, values))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    for x, value in zip(clouds[:2], values[:2], strict=True):
        for moved, what in (
            (x + np.array([1.0, -2.0, 0.5]), "shifted"),
            (x @ turn * np.sign(np.linalg.det(turn)), "turned"),
            (x * [1, 1, -1], "mirrored"),
            (x[rng.permutation(6)], "renumbered"),
        ):
            found = energy(np.array(moved), f"six points, {what}")
            if abs(found - value) > rough:
                raise Wrong(f"The energy changes from {value:.6g} to {found:.6g} when the same cloud is {what}.")
    _check_bodies(energy)
    for seed in range(12):
        a, b = tc.pairs.random_pair("three lines", seed=seed)
        first, second = energy(a.positions, "a cloud"), energy(b.positions, "its twin")
        if abs(first - second) > 1e-7 * scale + 1e-9 * abs(first):
            raise Wrong(
                f"It is no sum over pairs, but twins hear it: one pair has the values {first:.6g} and {second:.6g}. "
                "What may it depend on, if each atom knows its own list of distances only?"
            )
    return "Many bodies, and no gap: a distance network can learn this energy without any floor."


def _check_bodies(energy: Any) -> None:
    """In a sum over pairs, what one distance adds does not depend on the others: tried with three and four points."""
    bends, size = [], []
    for a, b, c, step in ((1.2, 1.3, 1.4, 0.3), (1.0, 1.6, 1.5, 0.4), (1.5, 1.1, 1.9, 0.3)):
        corners = [energy(_triangle(a + i * step, b + j * step, c), "three points") for i in (0, 1) for j in (0, 1)]
        bends.append(corners[0] - corners[1] - corners[2] + corners[3])
        size.append(max(corners) - min(corners))
    for u, v in ((1, 2), (1, 5)):  # two edges of a tetrahedron that meet, and two that do not
        corners = []
        for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
            sides = [1.3, 1.5, 1.4, 1.6, 1.2, 1.7]
            sides[u] += 0.2 * i
            sides[v] += 0.2 * j
            corners.append(energy(_tetrahedron(sides), "four points"))
        bends.append(corners[0] - corners[1] - corners[2] + corners[3])
        size.append(max(corners) - min(corners))
    if max(map(abs, bends)) <= 1e-7 * max(*size, 1e-300):
        raise Wrong(
            "This is a sum over pairs: with three points, and with four, what one distance adds to the energy does not "
            "depend on the others."
        )


def _tetrahedron(sides: list[float]) -> Floats:
    """Four points with the distances 0-1, 0-2, 0-3, 1-2, 1-3 and 2-3."""
    squares = np.zeros((4, 4))
    squares[np.triu_indices(4, 1)] = np.square(sides)
    squares += squares.T
    gram = (squares[:1] + squares[:, :1] - squares)[1:, 1:] / 2  # of the vectors from point 0
    return np.vstack([np.zeros(3), np.linalg.cholesky(gram)])


def _triangle(a: float, b: float, c: float) -> Floats:
    """Three points with the sides a (0-1), b (0-2) and c (1-2)."""
    x = (a * a + b * b - c * c) / (2 * a)
    return np.array([[0.0, 0, 0], [a, 0, 0], [x, np.sqrt(b * b - x * x), 0]])
