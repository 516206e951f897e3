"""Draw the pairs of :func:`twinclouds.learning.hydrazine_pairs` and compute their energies (extra ``energies``).

Run ``python -m twinclouds.models.hydrazine`` to make the data anew: about a minute.
"""

from __future__ import annotations

import argparse
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud
from twinclouds.errors import ModelError
from twinclouds.learning import _exist, _shortest, _three_lines
from twinclouds.models.energies import xtb_energy

__all__ = ["draw"]

#: No two atoms closer than this, angstrom: elsewhere energies are huge, and teach nothing.
CLOSEST = 0.9

#: Energies more than this above the lowest are left out, eV.
HIGHEST = 12.0


def draw(count: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw lengths (angstrom) and angles (degrees, between lines 2 and 3, 1 and 3, 1 and 2) near those of hydrazine.

    Examples
    --------
    >>> lengths, degrees = draw(5)
    >>> lengths.shape, degrees.shape
    ((5, 3), (5, 3))
    """
    rng = np.random.default_rng(seed)
    lengths = np.column_stack([rng.uniform(0.65, 0.85, 9 * count), *rng.uniform(1.1, 1.6, (2, 9 * count))]).round(4)
    degrees = np.column_stack([rng.uniform(60, 120, 9 * count), *rng.uniform(40, 75, (2, 9 * count))]).round(3)
    cosines = np.cos(np.radians(degrees))
    good = np.flatnonzero(_exist(cosines))
    good = good[_shortest(_three_lines(lengths[good], cosines[good])) > CLOSEST][:count]
    return lengths[good], degrees[good]


def main(arguments: list[str] | None = None) -> int:
    """Make the data set from the command line."""
    parser = argparse.ArgumentParser(prog="python -m twinclouds.models.hydrazine", description="Energies of pairs.")
    parser.add_argument("--count", type=int, default=1500, help="number of pairs (1500)")
    parser.add_argument("--output", type=Path, help="file to write (default: the one of the package)")
    options = parser.parse_args(arguments)
    lengths, degrees = draw(2 * options.count)
    kept, energies = [], []
    for row, pair in enumerate(_three_lines(lengths, np.cos(np.radians(degrees)))):
        try:
            values = [xtb_energy(Cloud(x, np.array(list("NNHHHH")))) for x in pair]
        except ModelError:
            continue
        kept.append(row)
        energies.append(values)
    found = np.array(energies)
    low = np.flatnonzero((found < found.min() + HIGHEST).all(axis=1))[: options.count]
    rows = np.array(kept)[low]
    path = options.output or Path(str(files("twinclouds.models") / "hydrazine.npz"))
    np.savez_compressed(path, lengths=lengths[rows], degrees=degrees[rows], energies_eV=found[low].round(6))
    print(f"wrote {len(rows)} pairs of {len(lengths)} drawn to {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
