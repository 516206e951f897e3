"""Energies of the chemical pairs, and of octahedra along their trigonal distortion (extra ``energies``).

A degenerate pair with different energies bounds the error of every distance network from below; this script
computes such energies, and writes them, with methods and versions, to ``pairs/energies.json``::

    python -m twinclouds.models.energies                   # all, half an hour
    python -m twinclouds.models.energies --only GFN2-xTB   # seconds

The gallery takes its energies from there. Methods: GFN2-xTB (Bannwarth, Ehlert, Grimme, J. Chem. Theory Comput. 15,
1652 (2019)) with tblite; RHF and density-fitted B3LYP (as the noted version of pyscf defines it) in the basis
def2-SVP (Weigend, Ahlrichs, Phys. Chem. Chem. Phys. 7, 3297 (2005)). Closed shells, stable among those; no relaxation:
the geometries are those of the gallery.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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

#: First guesses of the orbitals to start from; how well the energy has to converge (hartree); and how often an unstable
#: solution is followed downhill, at most.
GUESSES, CONVERGENCE, STABILITY = ("minao", "atom", "huckel"), 1e-10, 6

#: Energies that differ less than this are of one solution, hartree.
AGREE = 1e-7

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


def scf_energy(cloud: Any, functional: str | None = None) -> float:
    """Compute a Hartree-Fock or density-functional energy of an isolated molecule, basis def2-SVP.

    Parameters
    ----------
    cloud : Cloud or ase.Atoms
        The molecule, angstrom; neutral, closed shell.
    functional : str, optional
        A functional of pyscf, with density fitting; restricted Hartree-Fock without one.

    Returns
    -------
    float
        Total energy, eV.

    Raises
    ------
    ModelError
        If pyscf is not installed, or the calculation does not converge.

    Notes
    -----
    Far from equilibrium the equations have several solutions, and which is met depends on the first guess: for the
    twin of benzene the usual one leads to a saddle of Hartree-Fock, 0.007 eV above a minimum. So every guess of
    `GUESSES` is tried, and the lowest solution is followed downhill while it is not stable among restricted ones; with
    a functional, only if the guesses do not agree. Solutions that break the pairing of the electrons (RHF to UHF) are
    not looked for.

    Examples
    --------
    >>> from twinclouds.models.extras import installed
    >>> import ase.build
    >>> if installed("energies"):
    ...     assert abs(scf_energy(ase.build.molecule("H2")) + 30.72) < 0.02
    """
    gto, scf, dft = (need(f"pyscf.{name}", "energies") for name in ("gto", "scf", "dft"))
    cloud = as_cloud(cloud)
    atoms = list(zip(cloud.species.tolist(), cloud.positions.tolist(), strict=True))
    molecule = gto.M(atom=atoms, basis="def2-svp", verbose=0)

    def solve(guess: str) -> Any:
        if functional is None:
            method = scf.RHF(molecule)
        else:
            method = dft.RKS(molecule).density_fit()
            method.xc = functional
        method.conv_tol, method.max_cycle, method.init_guess = CONVERGENCE, 200, guess
        method.kernel()
        return method

    solutions = sorted((solve(guess) for guess in GUESSES), key=lambda m: m.e_tot if m.converged else math.inf)
    method = solutions[0]
    # With a functional the analysis of stability takes longer than all else.
    agree = all(m.converged and m.e_tot - method.e_tot < AGREE for m in solutions)
    if functional is not None and agree:
        return float(method.e_tot) * HARTREE
    for _ in range(STABILITY):
        orbitals, _, stable, _ = method.stability(return_status=True)
        if stable and method.converged:
            return float(method.e_tot) * HARTREE
        # Second order: DIIS would fall back to the saddle from here.
        occupations = method.mo_occ
        method = method.newton()
        method.kernel(orbitals, occupations)
        method = method.undo_newton()
    raise ModelError(f"pyscf does not converge for {cloud.formula}")


@dataclass(frozen=True)
class Method:
    """A way to get energies: the program that is asked, the function that asks it, and how, in words."""

    program: str
    energy: Callable[[Any], float]
    settings: str


_SCF = f"closed shell, converged to {CONVERGENCE:g} hartree, lowest solution from the guesses {', '.join(GUESSES)}, "

METHODS: dict[str, Method] = {
    "GFN2-xTB": Method("tblite", xtb_energy, "accuracy 0.01, electronic temperature 300 K"),
    "RHF/def2-SVP": Method("pyscf", scf_energy, f"exact integrals, {_SCF}stable among restricted ones"),
    "B3LYP/def2-SVP (DF)": Method(
        "pyscf",
        lambda cloud: scf_energy(cloud, "b3lyp"),
        f"density fitting, {_SCF}of which all agree or the lowest is stable",
    ),
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


def compute(
    only: Iterable[str] | None = None,
    names: Iterable[str] = PAIRS,
    scans: Iterable[str] = tuple(SCANS),
    log: Any = None,
) -> dict[str, Any]:
    """Compute energies of pairs by some methods (all by default), and scans where GFN2-xTB is among the methods.

    Raises
    ------
    ModelError
        If a program is not installed or does not converge.
    """
    from twinclouds.pairs import gallery

    methods = {k: m for k, m in METHODS.items() if only is None or k in only}
    found: dict[str, Any] = {"unit": "eV", "methods": {}, "pairs": {}, "scans": {}}
    for name, method in methods.items():
        need(method.program, "energies")
        (version,) = versions(method.program).values()
        found["methods"][name] = {"program": method.program, "version": version, "settings": method.settings}
    for pair in names:
        found["pairs"][pair] = {}
        for name, method in methods.items():
            values = [round(method.energy(member), 6) for member in gallery[pair]]
            found["pairs"][pair][name] = values
            if log is not None:
                print(f"{pair:<20}{name:<22}{values[0]:>16.6f}{values[1]:>16.6f} eV", file=log, flush=True)
    if "GFN2-xTB" in methods:
        for scan in scans:
            # The octahedron itself is the limit of a small distortion.
            degrees = [d if d else 1e-3 for d in DISTORTIONS]
            energies = [round(e, 6) for e in distortion_scan(scan, xtb_energy, degrees)]
            found["scans"][scan] = {"method": "GFN2-xTB", "degrees": list(DISTORTIONS), "eV": energies}
    return found


def merge(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Put new values into a table and keep the others; a method has one version and settings for all its values.

    Raises
    ------
    ModelError
        If some values of a method would be of one version, or settings, and some of another.

    Examples
    --------
    >>> rhf = {"program": "pyscf", "version": "1", "settings": "tight"}
    >>> old = {"unit": "eV", "methods": {"RHF": rhf}, "scans": {}, "pairs": {"a": {"RHF": [1]}, "b": {"RHF": [2]}}}
    >>> new = old | {"pairs": {"b": {"RHF": [3]}}}
    >>> merge(old, new)["pairs"]
    {'a': {'RHF': [1]}, 'b': {'RHF': [3]}}
    >>> merge(old, new | {"methods": {"RHF": rhf | {"version": "2"}}})
    Traceback (most recent call last):
    ...
    twinclouds.errors.ModelError: RHF of a is of another version or other settings; recompute it for all pairs
    """
    for method, how in new["methods"].items():
        if old["methods"].get(method, how) != how:
            stale = [k for k, v in old["pairs"].items() if method in v and method not in new["pairs"].get(k, {})]
            stale += [k for k, v in old["scans"].items() if v["method"] == method and k not in new["scans"]]
            if stale:
                what = ", ".join(stale)
                raise ModelError(
                    f"{method} of {what} is of another version or other settings; recompute it for all pairs"
                )
    pairs = {k: old["pairs"].get(k, {}) | new["pairs"].get(k, {}) for k in (old["pairs"] | new["pairs"])}
    return {
        "unit": new["unit"],
        "methods": old["methods"] | new["methods"],
        "pairs": {k: {m: v[m] for m in METHODS if m in v} or v for k, v in pairs.items()},
        "scans": old["scans"] | new["scans"],
    }


def main(arguments: list[str] | None = None) -> int:
    """Recompute the energies from the command line."""
    parser = argparse.ArgumentParser(prog="python -m twinclouds.models.energies", description="Energies of the pairs.")
    parser.add_argument("--only", nargs="+", choices=list(METHODS), help="some methods only; other values are kept")
    parser.add_argument("--pairs", nargs="+", choices=PAIRS, default=PAIRS, help="some pairs only, and no scans")
    parser.add_argument("--output", type=Path, help="file to update (default: the one of the package)")
    options = parser.parse_args(arguments)
    path = options.output or Path(str(files("twinclouds.pairs") / FILE))
    try:
        everything = tuple(options.pairs) == PAIRS
        found = compute(options.only, options.pairs, tuple(SCANS) if everything else (), sys.stderr)
        if path.exists():
            found = merge(json.loads(path.read_text(encoding="utf-8")), found)
    except ModelError as error:
        print(f"twinclouds: {error}", file=sys.stderr)
        return 2
    # A list of numbers on one line.
    text = re.sub(
        r"\[[^\[\]{}\"]*\]",
        lambda m: " ".join(m.group().split()).replace("[ ", "[").replace(" ]", "]"),
        json.dumps(found, indent=1),
    )
    path.write_text(text + "\n", encoding="utf-8")
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
