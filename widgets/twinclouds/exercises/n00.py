"""Checks of the notebook ``00_start_here``."""

from __future__ import annotations

from typing import Any

import numpy as np

import twinclouds as tc
from twinclouds.exercises.judging import Wrong, call, entries, integer, number, show

__all__ = ["check_different_distances", "check_my_pair", "check_smallest_cutoff", "check_view"]


def _view(atoms: Any, i: int) -> list[tuple[str, float]]:
    others = [j for j in range(len(atoms)) if j != i]
    distances = atoms.get_distances(i, others)
    return sorted((str(atoms.symbols[j]), round(float(d), 3)) for j, d in zip(others, distances, strict=True))


def check_view(function: Any) -> str:
    """What atom i sees: a sorted list of (element, distance), itself left out."""
    benzene, twin = tc.pairs.gallery["benzene"]
    from ase.build import molecule

    # An atom that is not the first one shows an index that is fixed in the code, another molecule a fixed number.
    for atoms, i, called in (
        (benzene, 0, "view(benzene, 0)"),
        (twin, 7, "view(twin, 7)"),
        (molecule("CH3CH2OH"), 2, 'view(molecule("CH3CH2OH"), 2)'),
    ):
        found = [_entry(entry, called) for entry in entries(call(function, atoms, i, called=called), f"`{called}`")]
        expected = _view(atoms, i)
        own = (str(atoms.symbols[i]), 0.0)
        if len(found) == len(expected) + 1 and own in found:
            raise Wrong("Nearly: the atom sees itself at distance 0. Leave it out.")
        if len(found) != len(expected):
            raise Wrong(f"`{called}` should list the {len(expected)} other atoms, but it has {len(found)} entries.")
        coarse = all(d == round(d, 2) for _, d in found) and any(d != round(d, 2) for _, d in expected)
        if coarse or any(abs(d - round(d, 3)) > 1e-6 for _, d in found):
            raise Wrong("Nearly: round the distances to three decimals.")
        found = [(element, round(d, 3)) for element, d in found]
        if [(element.lower(), d) for element, d in sorted(found)] != [(e.lower(), d) for e, d in expected]:
            wrong = next(entry for entry in found if found.count(entry) != expected.count(entry))
            raise Wrong(
                f"`{called}` holds the entry {show(wrong)} {found.count(wrong)} times; "
                f"counting the neighbours of that atom gives {expected.count(wrong)}."
            )
        if found != expected:
            raise Wrong("Nearly: the entries are right, but not sorted.")
    return "Two atoms look alike in this round exactly when their views are equal."


def _entry(entry: object, called: str) -> tuple[str, float]:
    pair = list(entry) if isinstance(entry, (list, tuple, np.ndarray)) else []
    if len(pair) != 2 or not isinstance(pair[0], str):
        raise Wrong(
            f"Each entry of `{called}` should be a pair of an element and a distance, such as `('C', 2.0)`, "
            f"but one is {show(entry)}."
        )
    return str(pair[0]), number(pair[1], "The distance in each entry")


def check_different_distances(answer: Any) -> str:
    """How many different distances a hydrogen atom of benzene sees."""
    given = integer(answer)
    benzene = tc.pairs.gallery["benzene"].a
    right = len({round(distance, 2) for _, distance in _view(benzene, 6)})
    if given == len(benzene) - 1:
        raise Wrong("That is the number of other atoms. Atoms at one distance count once: count lengths.")
    if given != right:
        few = "few" if given < right else "many"
        raise Wrong(f"{given} are too {few}. Read the line below the bars, and count lengths, not atoms or elements.")
    return "The symmetry of the ring makes many of the eleven distances equal."


def check_smallest_cutoff(answer: Any) -> str:
    """The smallest cutoff at which ethanol and dimethyl ether are told apart."""
    from ase.build import molecule

    given = number(answer, "The cutoff")
    ethanol, ether = molecule("CH3CH2OH"), molecule("CH3OCH3")
    if not 0 < given < float("inf"):
        raise Wrong("A cutoff is a positive number of angstrom.")
    right = tc.resolving_cutoff(ethanol, ether)
    if abs(given - right) < 0.001:  # as many digits as the instruments show
        return "Below it the two look alike, from it on they never do."
    if given < right or tc.compare(ethanol, ether, cutoff=given).equivalent:
        raise Wrong(f"Larger: at {given:g} Å they still look alike.")
    raise Wrong(f"Smaller: {given:g} Å tells them apart already, but so does a smaller cutoff.")


def check_my_pair(answer: Any) -> str:
    """A pair of the reader's own on three lines."""
    if not isinstance(answer, tc.pairs.Pair):
        raise Wrong(
            f"A pair is wanted, made with `tc.pairs.three_lines(lengths=..., angles=...)`; this is {show(answer)}."
        )
    if not isinstance(answer, tc.pairs.DegeneratePair):
        raise Wrong("These two are congruent, so they are no twins: is one of your angles 90 degrees?")
    if not tc.compare(answer.a, answer.b).equivalent or tc.congruent(answer.a, answer.b):
        raise Wrong("These two are no twins.")
    for known in (*tc.pairs.gallery.values(), tc.pairs.three_lines()):
        if known.formula == answer.formula and tc.congruent(answer.a, known.a) and tc.congruent(answer.b, known.b):
            raise Wrong("Twins they are, but not your own: choose lengths and angles yourself.")
    return "Twins, of your own making: not told apart at any cutoff, and yet not the same shape."
