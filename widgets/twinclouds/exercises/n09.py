"""Checks of the notebook ``09_audit_your_model``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

import twinclouds as tc
from twinclouds.auditing import AuditRow
from twinclouds.exercises.judging import Open, Wrong, array, call, entries, number, show, two_clouds

__all__ = [
    "check_beats_moments",
    "check_defeats",
    "check_mended",
    "check_my_angular_model",
    "check_my_distance_model",
    "check_nobody_sees",
    "check_yardsticks",
]

Model = Callable[[Any], Any]
Floats = NDArray[np.float64]

#: Pairs that differ by less than this part of the spread would be alike but for rounded coordinates.
NEARLY = 1e-4


def check_yardsticks(function: Any) -> str:
    """Difference, noise and spread of a model on a pair."""
    from ase.build import molecule

    called = "yardsticks(model, a, b, copies, others)"
    rng = np.random.default_rng(9)
    a, b = molecule("CH3CH2OH"), molecule("CH3OCH3")
    copies, others = [], []
    for _ in range(3):
        copy = a.copy()
        copy.rotate(rng.uniform(10, 90), rng.normal(size=3))
        copies.append(copy)
    for _ in range(4):
        other = a.copy()
        other.positions += rng.normal(scale=0.1, size=other.positions.shape)
        others.append(other)
    models: dict[str, Model] = {
        "the sum of all distances": lambda atoms: float(atoms.get_all_distances().sum()),
        "the height of the highest atom, which is not invariant": lambda atoms: float(atoms.positions[:, 2].max()),
        "an array of two numbers": lambda atoms: np.array([atoms.positions[:, 0].max(), atoms.positions[:, 1].max()]),
    }
    for what, model in models.items():
        given = array(call(function, model, a, b, copies, others, called=called), (3,), f"`{called}`")
        reference = np.asarray(model(a))
        changes = [[float(np.linalg.norm(model(x) - reference)) for x in clouds] for clouds in ([b], copies, others)]
        root = float(np.sqrt(np.mean(np.square(changes[2]))))
        right = np.array([changes[0][0], max(changes[1]), root])
        good = np.isclose(given, right, rtol=1e-6, atol=1e-9)
        if good.all():
            continue
        where = f"For a model that gives {what}:"
        if np.allclose(given, right[[0, 2, 1]], rtol=1e-6, atol=1e-9):
            raise Wrong(f"{where} noise and spread have changed places. The order is difference, noise, spread.")
        if not good[0]:
            raise Wrong(f"{where} the difference between `a` and `b` should be {right[0]:.4f}, not {given[0]:.4f}.")
        if not good[1]:
            if np.isclose(given[1], np.mean(changes[1])):
                raise Wrong(f"{where} the noise is the largest change among the copies; this is their mean.")
            raise Wrong(f"{where} the noise should be {right[1]:.4f}, not {given[1]:.4f}.")
        for mistake, name in (
            (np.mean(changes[2]), "the mean of the changes"),
            (max(changes[2]), "the largest change"),
            (root**2, "the mean square, without the root"),
            (np.std(changes[2]), "the standard deviation of the changes about their own mean"),
        ):
            if np.isclose(given[2], mistake):
                raise Wrong(f"{where} the spread should be the root mean square of the changes; this is {name}.")
        raise Wrong(
            f"{where} the spread should be {right[2]:.4f}, not {given[2]:.4f}. Do you compare the others with `a`?"
        )
    return "Three numbers, and the verdict follows from them."


def _rows(function: Any, name: str, pairs: Iterable[str]) -> list[AuditRow]:
    """Audit a learner's model; what makes an audit useless is explained."""
    benzene = tc.pairs.gallery["benzene"].a
    called = f"{name}(atoms)"
    value = call(function, benzene, called=called)
    if isinstance(value, (list, tuple, np.ndarray)):
        array(value, None, f"`{called}`")
    else:
        number(value, f"`{called}`")

    def model(atoms: Any) -> Any:
        return call(function, atoms, called=called)

    rows = []
    for pair in pairs:
        (row,) = tc.audit(model, [pair], name=name).entries
        if row.verdict == "failed":
            problem = row.problem.removeprefix("it raised Wrong: ").removeprefix("it raised Open: ").rstrip(".")
            raise Wrong(f"For the pair {pair} the audit says of `{name}`: {problem}.")
        if row.verdict == "not invariant":
            raise Wrong(
                f"`{name}` gives a cloud of the pair {pair} another output when it is turned, shifted or its atoms are "
                "renumbered. Does one atom or one axis count more than the others?"
            )
        if row.verdict == "inconclusive":
            raise Wrong(f"For the pair {pair} the audit is inconclusive: {row.problem}.")
        rows.append(row)
    return rows


def check_my_distance_model(function: Any) -> str:
    """A model that knows distances only."""
    twins = ("benzene", "hydrazine-1eV", "planes-12")
    for row in _rows(function, "my_distance_model", twins):
        if not row.blind:
            raise Wrong(
                f"Your model tells the two clouds of {row.pair} apart, so it knows more than a network of distances: "
                "an angle, a position, or several entries of the table at once, as eigenvalues do."
            )
    others = {row.pair: row.blind for row in _rows(function, "my_distance_model", ("decalin", "hexagon-flat"))}
    seen = [pair for pair, blind in others.items() if not blind]
    told = f", and it tells {' and '.join(seen)} apart" if seen else ""
    return f"Invariant, blind on {', '.join(twins)} as any such model has to be{told}."


def check_my_angular_model(function: Any) -> str:
    """A model that separates all isolated degenerate pairs."""
    pairs = [
        name
        for name, pair in tc.pairs.gallery.items()
        if isinstance(pair, tc.pairs.DegeneratePair) and not pair.a.pbc.any()
    ]
    rows = _rows(function, "my_angular_model", pairs)
    blind = [row.pair for row in rows if row.blind]
    if len(blind) == len(rows):
        raise Wrong(f"Your model is blind on all {len(rows)} pairs, like one of distances. Does any angle enter?")
    if blind:
        raise Wrong(
            f"Your model separates {len(rows) - len(blind)} of {len(rows)} degenerate pairs, but it is blind on "
            f"{blind[0]}. Which angles, or which of their neighbours' distances, does it leave out?"
        )
    least = min(rows, key=lambda row: row.ratio)
    return (
        f"All {len(rows)} isolated degenerate pairs are separated. The faintest is {least.pair}, with a difference "
        f"of {least.ratio:.1g} of the spread."
    )


def check_nobody_sees(answer: Any) -> str:
    """Names of the pairs that no model of the table separates."""
    gallery = tc.pairs.gallery
    given = []
    for name in entries(answer):
        name = getattr(name, "name", name)
        if not isinstance(name, str) or name.strip() not in gallery:
            raise Wrong(f"{show(name)} is not the name of a pair of the gallery.")
        given.append(name.strip())
    right = {name for name, pair in gallery.items() if pair.kind == "mirror images"}
    extra = [name for name in given if name not in right]
    if extra:
        raise Wrong(f"At least one model of the table separates {extra[0]}. Look at its whole row.")
    missing = right - set(given)
    if missing:
        raise Wrong(f"There are {len(right)} such pairs, and you have {len(set(given))} of them.")
    return "Mirror images: none of these models knows left from right."


def check_mended(function: Any) -> str:
    """A Lennard-Jones energy over all pairs."""
    from ase import Atoms
    from ase.build import molecule

    def terms(d: Any) -> Any:
        return d**-12.0 - d**-6.0

    cases = {
        "two atoms at a distance of 1.2": Atoms("C2", [[0, 0, 0], [1.2, 0, 0]]),
        "three atoms in a row, 1.2 apart": Atoms("C3", [[0, 0, 0], [1.2, 0, 0], [2.4, 0, 0]]),
        "ethanol": molecule("CH3CH2OH"),
    }
    for what, atoms in cases.items():
        given = number(call(function, atoms, called="mended(atoms)"), f"For {what}, `mended(atoms)`")
        table = atoms.get_all_distances()
        right = float(terms(table[np.triu_indices(len(table), 1)]).sum())
        if np.isclose(given, right, rtol=1e-8):
            continue
        first = float(terms(table[0, 1:]).sum())
        if np.isinf(given):
            raise Wrong(f"For {what}, the energy is infinite: is the distance of an atom from itself among the others?")
        if np.isclose(given, 2 * right):
            raise Wrong(f"For {what}, the energy is twice what it should be: each pair counts once.")
        if np.isclose(given, first):
            raise Wrong(f"For {what}, only pairs with the first atom are counted.")
        raise Wrong(f"For {what}, the energy should be {right:.6g}, not {given:.6g}.")
    return "Finite and invariant. A sum over pairs it is still, so it is blind on every pair of twins."


def _all_distances(atoms: Any) -> Floats:
    d, z = atoms.get_all_distances(), atoms.numbers
    i, j = np.triu_indices(len(z), 1)
    at = np.arange(0.5, 8, 0.25)
    return np.asarray((z[i] * z[j] * np.exp(-(((d[i, j] - at[:, None]) / 0.3) ** 2))).sum(axis=1))


def _three_atoms(atoms: Any) -> float:
    d = atoms.get_all_distances()
    i, j, k = np.array(list(combinations(range(len(d)), 3))).T
    a, b, c = d[j, k], d[i, k], d[i, j]
    cosines = (b**2 + c**2 - a**2) * (a**2 + c**2 - b**2) * (a**2 + b**2 - c**2) / (8 * (a * b * c) ** 2)
    return float(((1 + 3 * cosines) / (a * b * c) ** 3).sum())


def _coulomb_eigenvalues(atoms: Any) -> Floats:
    d, z = atoms.get_all_distances(), atoms.numbers.astype(float)
    matrix = np.outer(z, z) / (d + np.eye(len(z)))
    np.fill_diagonal(matrix, 0.5 * z**2.4)
    return np.asarray(np.linalg.eigvalsh(matrix))


def _moments(atoms: Any) -> Floats:
    return np.asarray(atoms.get_moments_of_inertia())


_SUSPECTS: dict[str, Model] = {
    "all_distances": _all_distances,
    "three_atoms": _three_atoms,
    "coulomb_eigenvalues": _coulomb_eigenvalues,
    "moments": _moments,
}


def check_defeats(answer: Any) -> str:
    """For each of four models a pair of the gallery that defeats it, or none."""
    if answer is None or answer is Ellipsis:
        raise Open("Put your answer in place of the three dots.")
    if not isinstance(answer, Mapping):
        raise Wrong(f"The answer should be a dictionary, but it is {show(answer)}.")
    unknown = [key for key in answer if key not in _SUSPECTS]
    if unknown:
        raise Wrong(f"{show(unknown[0])} is none of the four models {', '.join(_SUSPECTS)}.")
    missing = [name for name in _SUSPECTS if name not in answer or answer[name] is None or answer[name] is ...]
    if missing:
        raise Open(f'{missing[0]} has no entry yet. Where no pair serves, write the word "none".')
    for name, model in _SUSPECTS.items():
        _judge_defeat(name, model, answer[name])
    return "Two of the four are defeated. For the others no pair of the gallery serves, which is not a proof."


def _judge_defeat(name: str, model: Model, given: Any) -> None:
    gallery = tc.pairs.gallery
    if isinstance(given, (list, tuple)) and len(given) == 1:
        given = given[0]
    given = getattr(given, "name", given)
    if not isinstance(given, str):
        raise Wrong(f'For {name} the name of a pair is wanted, or "none", but it is {show(given)}.')
    given = given.strip()
    shapes = [n for n, pair in gallery.items() if not pair.a.pbc.any() and pair.kind != "mirror images"]
    if given.lower() == "none":
        blind = sum(row.blind for row in tc.audit(model, shapes).entries)
        if blind:
            raise Wrong(
                f"{name} is not unbeaten: of the isolated pairs of the gallery that are not mirror images, it is blind "
                f"on {blind}."
            )
        return
    if given not in gallery:
        raise Wrong(f"For {name}: {show(given)} is not the name of a pair of the gallery.")
    if gallery[given].a.pbc.any():
        raise Wrong(f"For {name}: {given} is periodic, and these models are for isolated molecules.")
    if given not in shapes:
        raise Wrong(f"For {name}: the two clouds of {given} are mirror images, so they are congruent.")
    (row,) = tc.audit(model, [given]).entries
    if not row.blind:
        raise Wrong(f"{given} does not defeat {name}: the audit says {row.verdict}.")


def check_beats_moments(answer: Any) -> str:
    """Two clouds that are not congruent and have the same moments of inertia."""
    a, b = two_clouds(answer)
    if a.periodic or b.periodic:
        raise Wrong("Isolated clouds are wanted here.")
    if min(len(a), len(b)) < 6:
        raise Wrong(f"At least six atoms are wanted; yours have {len(a)} and {len(b)}.")
    if sorted(a.species.tolist()) != sorted(b.species.tolist()):
        raise Wrong(f"The two have different atoms, {a.formula} and {b.formula}.")
    same = tc.congruent(a, b)
    if same:
        how = "mirror images of each other" if same.mirror else "one shape in two positions"
        raise Wrong(f"They are congruent, {how}.")
    (row,) = tc.audit(_moments, {"yours": (a, b)}).entries
    if row.blind:
        seen = "" if tc.compare(a, b).equivalent else " Distances, by the way, do tell them apart."
        return f"Two shapes of {a.formula} with the same three moments.{seen}"
    if row.verdict == "separates" and row.ratio < NEARLY:
        raise Wrong(
            f"Very nearly: the moments differ by {row.difference:.1e}, which is {row.ratio:.0e} of the spread, and the "
            "audit notices. Are your coordinates rounded? Compute them."
        )
    x, y = _moments(a.to_atoms()), _moments(b.to_atoms())
    if row.verdict == "separates":
        raise Wrong(f"Their moments differ: {_list(x)} and {_list(y)} (atomic mass units times square angstrom).")
    raise Wrong(f"The audit says {row.verdict}: {row.problem}.")


def _list(values: Floats) -> str:
    return ", ".join(f"{value:.2f}" for value in values.tolist())
