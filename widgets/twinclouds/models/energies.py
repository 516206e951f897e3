"""Energies of the chemical pairs, and of octahedra along their trigonal distortion (extra ``energies``).

A degenerate pair with different energies bounds the error of every distance network from below; this script
computes such energies, and writes them, with methods and versions, to ``pairs/energies.json``::

    python -m twinclouds.models.energies              # all
    python -m twinclouds.models.energies --only xtb   # GFN2-xTB only, seconds

Methods: GFN2-xTB (Bannwarth, Ehlert, Grimme, J. Chem. Theory Comput. 15, 1652 (2019)) with tblite; RHF and
density-fitted B3LYP (as the noted version of pyscf defines it) in the basis def2-SVP. Closed shells, stable among
those; no relaxation: the geometries are those of the gallery.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import as_cloud
from twinclouds.errors import ModelError
from twinclouds.models.extras import need, versions

__all__ = ["PAIRS", "SCANS", "distortion_scan", "trigonal_scan", "xtb_energy"]

#: Pairs of the gallery that are molecules.
PAIRS = (
    *("benzene", "S6", "SF6", "hydrazine-1eV", "hydrazine-2eV", "ethene-like-0.3eV", "ethene-like-1eV"),
    *("water-dimer", "NO2-dimer"),
)

#: Octahedra to distort: metal, ligand, distances from the metal (angstrom).
SCANS: dict[str, tuple[str, tuple[str, ...], tuple[float, ...]]] = {
    "SF6": ("S", ("F",), (1.56,)),
    "Cr(CO)6": ("Cr", ("C", "O"), (1.91, 3.05)),
}

#: How far the angles between the bonds depart from 90 degrees, degrees; positive is elongated.
DISTORTIONS = tuple(np.arange(-20.0, 20.5, 1.0).tolist())

#: How often an unstable solution is followed downhill, at most.
STABILITY = 4

HARTREE, BOHR = 27.211386245988, 0.529177210903
FILE = "energies.json"


def xtb_energy(cloud: Any) -> float:
    """Compute the GFN2-xTB energy of an isolated molecule.

    Parameters
    ----------
    cloud : Cloud or ase.Atoms
        The molecule, angstrom; neutral, closed shell.

    Returns
    -------
    float
        Total energy, eV.

    Raises
    ------
    ModelError
        If tblite is not installed, or the calculation does not converge.

    Examples
    --------
    >>> from twinclouds.models.extras import installed
    >>> from twinclouds.pairs import gallery
    >>> if installed("energies"):
    ...     assert abs(xtb_energy(gallery["S6"].a) + 532.677) < 0.01
    """
    interface = need("tblite.interface", "energies")
    cloud = as_cloud(cloud)
    numbers = cloud.to_atoms().get_atomic_numbers()
    calculator = interface.Calculator("GFN2-xTB", numbers, np.array(cloud.positions) / BOHR)
    calculator.set("verbosity", 0)
    calculator.set("accuracy", 0.01)
    try:
        return float(calculator.singlepoint().get("energy")) * HARTREE
    except RuntimeError as error:
        raise ModelError(f"GFN2-xTB does not converge for {cloud.formula}: {' '.join(str(error).split())}") from None


def _scf_energy(cloud: Any, functional: str | None) -> float:
    """Compute the energy with pyscf: RHF without a functional, else density-fitted Kohn-Sham; eV."""
    gto, scf, dft = (need(f"pyscf.{name}", "energies") for name in ("gto", "scf", "dft"))
    cloud = as_cloud(cloud)
    atoms = list(zip(cloud.species.tolist(), cloud.positions.tolist(), strict=True))
    molecule = gto.M(atom=atoms, basis="def2-svp", verbose=0)
    if functional is None:
        method = scf.RHF(molecule)
    else:
        method = dft.RKS(molecule).density_fit()
        method.xc = functional
    method.conv_tol = 1e-9
    energy = float(method.kernel())
    # Far from equilibrium the first solution need not be the lowest: follow instabilities, so that values reproduce.
    for _ in range(STABILITY):
        orbitals = method.stability()[0]
        lower = float(method.kernel(method.make_rdm1(orbitals, method.mo_occ)))
        if lower > energy - 1e-7:
            break
        energy = lower
    if not method.converged:
        raise ModelError(f"pyscf does not converge for {cloud.formula}")
    return energy * HARTREE


METHODS: dict[str, tuple[str, Callable[[Any], float]]] = {
    "GFN2-xTB": ("xtb", xtb_energy),
    "RHF/def2-SVP": ("scf", lambda cloud: _scf_energy(cloud, None)),
    "B3LYP/def2-SVP (DF)": ("scf", lambda cloud: _scf_energy(cloud, "b3lyp")),
}


def distortion_scan(
    name: str, energy: Callable[[Any], float], distortions: Sequence[float] = DISTORTIONS
) -> list[float]:
    """Compute energies of an octahedron along its trigonal distortion.

    Parameters
    ----------
    name : str
        ``"SF6"`` or ``"Cr(CO)6"``.
    energy : callable
        From ase.Atoms to the energy.
    distortions : sequence of float
        How far the angles between the bonds depart from 90 degrees, degrees; positive is elongated along the threefold
        axis.

    Returns
    -------
    list of float
        One energy for each distortion.

    Raises
    ------
    ModelError
        If there is no such scan.

    Examples
    --------
    A pair potential is even in the distortion:

    >>> def repulsion(atoms):
    ...     d = atoms.get_all_distances()
    ...     return float((d[d > 0] ** -6).sum())
    >>> low, high = distortion_scan("SF6", repulsion, [-5, 5])
    >>> abs(low - high) < 1e-12 * high
    True
    """
    from twinclouds.pairs import octahedral_complex

    if name not in SCANS:
        raise ModelError(f"there is no scan of {name!r}; use one of {', '.join(SCANS)}")
    metal, ligand, lengths = SCANS[name]
    found = []
    for distortion in distortions:
        # The first member has the distortion that is asked for.
        found.append(energy(octahedral_complex(metal, ligand, lengths, float(distortion)).a))
    return found


def trigonal_scan(name: str = "SF6") -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the committed scan of an octahedron: distortions, energies, and their odd part.

    Parameters
    ----------
    name : str, optional
        ``"SF6"`` or ``"Cr(CO)6"``.

    Returns
    -------
    distortions : (m,) array of float
        How far the angles between the bonds depart from 90 degrees, degrees; symmetric about 0.
    energies : (m,) array of float
        GFN2-xTB, eV, relative to the octahedron.
    odd : (m,) array of float
        (E(+eps) - E(-eps)) / 2, eV: the part that no distance network can describe.

    Raises
    ------
    ModelError
        If there is no such scan.

    Examples
    --------
    >>> distortions, energies, odd = trigonal_scan("SF6")
    >>> bool((energies >= 0).all()), bool(abs(odd).max() > 0.1)
    (True, True)
    """
    scans = _stored()["scans"]
    if name not in scans:
        raise ModelError(f"there is no scan of {name!r}; use one of {', '.join(scans)}")
    distortions, energies = (np.array(scans[name][key]) for key in ("degrees", "eV"))
    relative = energies - energies[len(energies) // 2]
    return distortions, relative, (relative - relative[::-1]) / 2


@cache
def _stored() -> dict[str, Any]:
    return dict(json.loads((files("twinclouds.pairs") / FILE).read_text(encoding="utf-8")))


def compute(only: str | None = None, log: Any = None) -> dict[str, Any]:
    """Compute all energies, or those of one program (``"xtb"`` or ``"scf"``)."""
    from twinclouds.pairs import gallery

    found: dict[str, Any] = {"versions": versions("tblite", "pyscf"), "unit": "eV", "pairs": {}, "scans": {}}
    for name in PAIRS:
        found["pairs"][name] = {}
        for method, (program, energy) in METHODS.items():
            if only in (None, program):
                found["pairs"][name][method] = [round(energy(member), 6) for member in gallery[name]]
        if log is not None:
            print(name, found["pairs"][name], file=log, flush=True)
    if only in (None, "xtb"):
        for name in SCANS:
            # The octahedron itself is the limit of a small distortion.
            degrees = [d if d else 1e-3 for d in DISTORTIONS]
            energies = [round(e, 6) for e in distortion_scan(name, xtb_energy, degrees)]
            found["scans"][name] = {"method": "GFN2-xTB", "degrees": list(DISTORTIONS), "eV": energies}
    return found


def main(arguments: list[str] | None = None) -> int:
    """Recompute the energies from the command line."""
    parser = argparse.ArgumentParser(prog="python -m twinclouds.models.energies", description="Energies of the pairs.")
    parser.add_argument("--only", choices=["xtb", "scf"], help="one program only; the other values are kept")
    parser.add_argument("--output", type=Path, help="file to update (default: the one of the package)")
    options = parser.parse_args(arguments)
    path = options.output or Path(str(files("twinclouds.pairs") / FILE))
    try:
        found = compute(options.only, sys.stderr)
    except ModelError as error:
        print(f"twinclouds: {error}", file=sys.stderr)
        return 2
    if path.exists():
        old = json.loads(path.read_text(encoding="utf-8"))
        found["pairs"] = {k: old["pairs"].get(k, {}) | v for k, v in found["pairs"].items()}
        found["scans"] = old["scans"] | found["scans"]
        kept = old["versions"] if options.only else {}
        found["versions"] = kept | {
            k: v for k, v in found["versions"].items() if not options.only or (k == "tblite") == (options.only == "xtb")
        }
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {path}")
    return 0


def largest_difference(method: str = "GFN2-xTB") -> tuple[str, float]:
    """Name the pair whose two energies are farthest apart, and the difference, eV.

    Examples
    --------
    >>> name, difference = largest_difference()
    >>> name, round(difference, 1)
    ('benzene', 13.5)
    """
    found = {k: abs(np.subtract(*v[method])) for k, v in _stored()["pairs"].items() if method in v}
    name = max(found, key=lambda k: found[k])
    return name, float(found[name]) if math.isfinite(found[name]) else math.nan


if __name__ == "__main__":
    raise SystemExit(main())
