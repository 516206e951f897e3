"""Atom-centred descriptors of the packages featomic and dscribe (extra ``descriptors``).

Traps that the adapters hide: featomic sorts its output by species, so rows have to be put back into the order of the
atoms; it refuses cells that repeat along some axes only, so the others get a long period; its invariants of three
densities (bispectrum) come among equivariants of every order. dscribe's SOAP lets the Gaussians of atoms beyond the
cutoff reach in: without a weighting function its cutoff is no cutoff, and a star is not seen as a star.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.errors import ModelError
from twinclouds.models.adapter import Adapter
from twinclouds.models.extras import need

__all__ = ["dscribe_acsf", "dscribe_soap", "featomic_spectrum"]


def featomic_spectrum(
    correlations: int = 2, cutoff: float = 5.0, radial: int = 4, angular: int = 4, width: float = 0.3
) -> Adapter:
    """Make a SOAP radial spectrum, power spectrum or bispectrum with featomic.

    Parameters
    ----------
    correlations : int
        Number nu of densities that are multiplied: 1 knows distances, 2 angles (three bodies), 3 four bodies.
    cutoff : float
        Cutoff, angstrom, with a smooth step 0.3 angstrom wide below it.
    radial, angular : int
        Highest radial and angular indices of the basis; the bispectrum is made with at most 1 and 2.
    width : float
        Width of the Gaussians that stand for atoms, angstrom.

    Returns
    -------
    Adapter
        From ase.Atoms to an array of one row per atom.

    Raises
    ------
    ModelError
        If featomic is not installed, `correlations` is not 1, 2 or 3, or the cutoff is not a positive, finite number.

    Examples
    --------
    >>> from twinclouds.models.extras import installed
    >>> from twinclouds.pairs import gallery
    >>> if installed("descriptors"):
    ...     model = featomic_spectrum(1, 4.0)
    ...     first, second = (model(member) for member in gallery["benzene"])
    ...     assert np.allclose(first, second, rtol=1e-6)
    """
    if correlations not in (1, 2, 3):
        raise ModelError(f"correlations={correlations!r} is not 1, 2 or 3")
    featomic = need("featomic", "descriptors")
    title = {1: "radial spectrum", 2: "power spectrum", 3: "bispectrum"}[correlations]

    def adapter(evaluate: Callable[[Any], Any]) -> Adapter:
        return Adapter(f"featomic {title}", "descriptors", cutoff, evaluate)

    adapter(len)  # refuses a cutoff that is none
    if correlations == 3:
        radial, angular = min(radial, 1), min(angular, 2)
    basis: dict[str, Any] = {"type": "Gto", "max_radial": radial}
    options: dict[str, Any] = {
        "cutoff": {"radius": cutoff, "smoothing": {"type": "ShiftedCosine", "width": 0.3}},
        "density": {"type": "Gaussian", "width": width},
    }
    if correlations == 1:
        calculator = featomic.SoapRadialSpectrum(**options, basis={"radial": basis})
        return adapter(lambda atoms: _rows(calculator.compute(_repeating(atoms, cutoff)), len(atoms)))
    options["basis"] = {"type": "TensorProduct", "max_angular": angular, "radial": basis}
    if correlations == 2:
        calculator = featomic.SoapPowerSpectrum(**options)
        return adapter(lambda atoms: _rows(calculator.compute(_repeating(atoms, cutoff)), len(atoms)))
    expansion = featomic.SphericalExpansion(**options)
    tools = need("featomic.clebsch_gordan", "descriptors")
    metatensor = need("metatensor", "descriptors")
    product = tools.DensityCorrelations(n_correlations=2, max_angular=2 * angular)
    scalars = metatensor.Labels(["o3_lambda"], np.array([[0]]))

    def bispectrum(atoms: Any) -> NDArray[np.float64]:
        density = expansion.compute(_repeating(atoms, cutoff))
        # All species as neighbours of all: otherwise each central species gets columns of its own.
        kinds = metatensor.Labels(["neighbor_type"], np.unique(atoms.get_atomic_numbers())[:, None].astype(np.int32))
        density = density.keys_to_properties(kinds)
        return _rows(product.compute(density, selected_keys=scalars), len(atoms), even=True)

    return adapter(bispectrum)


def _repeating(atoms: Any, cutoff: float) -> Any:
    """Give the axes that do not repeat a period too long to matter, where others do repeat."""
    pbc = atoms.get_pbc()
    if pbc.all() or not pbc.any():
        return atoms
    periods = np.asarray(atoms.get_cell())[pbc]
    # Directions across all periods, from the null space.
    across = np.linalg.svd(periods)[2][len(periods) :]
    span = np.ptp(atoms.get_positions() @ across.T, axis=0) + 2 * cutoff + 2.0
    padded = atoms.copy()
    padded.set_cell(np.concatenate([periods, across * span[:, None]]))
    padded.set_pbc(True)
    return padded


def _rows(tensors: Any, n: int, even: bool = False) -> NDArray[np.float64]:
    """Put the blocks of a tensor map side by side, one row per atom, in the order of the atoms.

    `even` keeps the invariants of true scalars only, leaving out those that change sign under reflection.
    """
    columns: list[NDArray[np.float64]] = []
    names = [name for name in tensors.keys.names if name not in ("center_type", "o3_lambda", "o3_sigma")]
    width: dict[tuple[int, ...], int] = {}
    for key, block in tensors.items():
        if even and key["o3_sigma"] != 1:
            continue
        values = np.asarray(block.values).reshape(len(block.samples), -1)
        table = np.zeros((n, values.shape[1]))
        table[np.asarray(block.samples["atom"])] = values
        # Blocks that differ in the central species only fill other rows of the same columns.
        kind = tuple(int(key[name]) for name in names)
        if "center_type" in tensors.keys.names and width.get(kind) is not None:
            columns[width[kind]] = columns[width[kind]] + table
        else:
            width[kind] = len(columns)
            columns.append(table)
    return np.concatenate(columns, axis=1)


def dscribe_soap(cutoff: float = 5.0, radial: int = 4, angular: int = 4, width: float = 0.3) -> Adapter:
    """Make the SOAP power spectrum of dscribe.

    Parameters
    ----------
    cutoff : float
        Cutoff, angstrom.
    radial, angular : int
        Number of radial functions, and highest angular index.
    width : float
        Width of the Gaussians that stand for atoms, angstrom.

    Returns
    -------
    Adapter
        From ase.Atoms to an array of one row per atom.

    Raises
    ------
    ModelError
        If dscribe is not installed, or the cutoff is not a positive, finite number.

    Examples
    --------
    >>> from twinclouds.models.extras import installed
    >>> from twinclouds.pairs import gallery
    >>> if installed("descriptors"):
    ...     model = dscribe_soap(4.0)
    ...     first, second = (model(member) for member in gallery["benzene"])
    ...     assert not np.allclose(first, second, rtol=1e-6)
    """
    descriptors = need("dscribe.descriptors", "descriptors")

    def soap(atoms: Any) -> NDArray[np.float64]:
        species = sorted(set(atoms.get_chemical_symbols()))
        make = descriptors.SOAP(
            species=species,
            r_cut=cutoff,
            n_max=radial,
            l_max=angular,
            sigma=width,
            weighting={"function": "poly", "r0": cutoff, "c": 1.0, "m": 1.0},
            periodic=bool(atoms.get_pbc().any()),
        )
        return np.asarray(make.create(atoms))

    return Adapter("dscribe SOAP", "descriptors", cutoff, soap)


def dscribe_acsf(cutoff: float = 5.0, angles: bool = True) -> Adapter:
    """Make Behler and Parrinello's symmetry functions with dscribe.

    Parameters
    ----------
    cutoff : float
        Cutoff, angstrom.
    angles : bool
        With the angular functions G4, or with the radial functions G2 only?

    Returns
    -------
    Adapter
        From ase.Atoms to an array of one row per atom.

    Raises
    ------
    ModelError
        If dscribe is not installed, or the cutoff is not a positive, finite number.

    Examples
    --------
    >>> from twinclouds.models.extras import installed
    >>> from twinclouds.pairs import gallery
    >>> if installed("descriptors"):
    ...     model = dscribe_acsf(4.0, angles=False)
    ...     first, second = (model(member) for member in gallery["benzene"])
    ...     assert np.allclose(first, second, rtol=1e-6)
    """
    descriptors = need("dscribe.descriptors", "descriptors")
    radial = [[eta, centre] for eta in (0.5, 4.0) for centre in (0.5, 1.0, 1.5, 2.0, 3.0)]
    angular = [[eta, zeta, sign] for eta in (0.005, 0.05) for zeta in (1, 2, 4, 8) for sign in (1, -1)]

    def acsf(atoms: Any) -> NDArray[np.float64]:
        make = descriptors.ACSF(
            species=sorted(set(atoms.get_chemical_symbols())),
            r_cut=cutoff,
            g2_params=radial,
            g4_params=angular if angles else None,
            periodic=bool(atoms.get_pbc().any()),
        )
        return np.asarray(make.create(atoms))

    return Adapter(f"dscribe ACSF, G2{' and G4' if angles else ''}", "descriptors", cutoff, acsf)
