"""The package with a hand tied: limits so low that small clouds take the ways of large ones, hashes that collide."""

from __future__ import annotations

import sys
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from twinclouds import angle_rounds, coloring, higher_order, lengths, neighbours, pair_rounds, rounds

strong = coloring.random_weights

#: From where on something is large, or done in portions; low enough that it happens with a handful of points.
LOW: dict[tuple[ModuleType, ...], dict[str, tuple[int, ...]]] = {
    (coloring,): {
        "LARGE": (0,),  # graphs refined where something changed
        "DENSE": (0, 10**9),  # square matrices never, or always
        "CELLS": (1, 10),
    },
    (lengths,): {"FEW_LENGTHS": (1,), "SOME_LENGTHS": (2,)},  # sorted roughly, and looked at in portions
    (neighbours,): {"SOME": (1, 3), "MANY": (1,)},  # cell lists
    (rounds, angle_rounds, pair_rounds, higher_order): {"BLOCK": (1, 40)},
}


def lower_limits(patch: pytest.MonkeyPatch, rng: Random) -> None:
    """Lower each limit in each module that has it."""
    for modules, limits in LOW.items():
        for name, values in limits.items():
            for module in modules:
                patch.setattr(module, name, rng.choice(values))


def weaken_hashes(patch: pytest.MonkeyPatch, rng: Random) -> None:
    """Let some of what is hashed collide: in one use of the hash everything, in another nothing."""
    kept: dict[int, int] = {}

    def weak(values: NDArray[Any], stream: int) -> NDArray[np.uint64]:
        left = kept.setdefault(stream, rng.choice([1, 2, 3, 5, 2**40]))
        return strong(np.asarray(values).astype(np.uint64) % np.uint64(left), stream)

    modules = [m for m in _modules() if vars(m).get("random_weights") is strong]
    assert coloring in modules
    for module in modules:
        patch.setattr(module, "random_weights", weak)


def _modules() -> list[Any]:
    return [m for name, m in sorted(sys.modules.items()) if name.startswith("twinclouds.")]
