"""Adapters: what they share, and the traps that they promise to hide."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import ase.build
import numpy as np
import pytest
from ase import Atoms

from twinclouds import audit
from twinclouds.errors import ModelError
from twinclouds.models import geometric, soap
from twinclouds.models.adapter import Adapter
from twinclouds.models.extras import installed
from twinclouds.models.mace import mace

MAKERS: dict[str, list[Callable[..., Adapter]]] = {
    "torch": [geometric.schnet, geometric.dimenet, geometric.visnet],
    "mace": [mace],
    "descriptors": [
        soap.dscribe_soap,
        soap.dscribe_acsf,
        *(lambda cutoff=5.0, nu=nu: soap.featomic_spectrum(nu, cutoff) for nu in (1, 2, 3)),
    ],
}
EACH = [(extra, make) for extra, makers in MAKERS.items() for make in makers]


@pytest.mark.parametrize("cutoff", [0, -1.0, math.inf, math.nan, "5", True])
def test_cutoffs_that_are_none_are_named(cutoff: Any) -> None:
    with pytest.raises(ModelError, match=r"cutoff=.* is not a positive, finite length"):
        Adapter("x", "torch", cutoff, len)
    for extra, make in EACH:
        if installed(extra):
            with pytest.raises(ModelError, match=r"cutoff=.* is not a positive, finite length"):
                make(cutoff)


def test_reports_take_name_and_versions_from_an_adapter() -> None:
    def energy(atoms: Atoms) -> list[float]:
        return [float((atoms.get_all_distances() ** 2).sum())]

    report = audit(Adapter("my network", "torch", 5.0, energy), "lines")
    assert report.models == ("my network",) and "numpy" in report.about["my network"]
    (row,) = report.rows
    assert row["blind"] and row["dtype"] == "float64"


@pytest.mark.parametrize(("extra", "make"), EACH)
def test_adapters_give_double_precision_in_the_order_of_the_atoms(extra: str, make: Callable[..., Adapter]) -> None:
    if not installed(extra):
        with pytest.raises(ModelError, match=rf'is not installed; pip install "twinclouds\[{extra}\]"'):
            make()
        return
    model, ethanol = make(), ase.build.molecule("CH3CH2OH")
    before = ethanol.copy()
    output = model(ethanol)
    assert isinstance(model, Adapter) and output.dtype == np.float64 and np.isfinite(output).all()
    np.testing.assert_array_equal(ethanol.positions, before.positions)
    order = np.random.default_rng(0).permutation(len(ethanol))
    again = model(ethanol[order])
    expected = output[order] if output.ndim == 2 else output
    np.testing.assert_allclose(again, expected, rtol=1e-7, atol=1e-9 * np.abs(output).max())
    # It depends on positions: no layer starts at zero.
    ethanol.positions[2] += 0.1
    assert np.abs(model(ethanol) - output).max() > 1e-6 * np.abs(output).max()


def test_mace_names_elements_that_it_does_not_know() -> None:
    if installed("mace"):
        with pytest.raises(ModelError, match="this MACE does not know Xe"):
            mace(layers=1, correlation=1, width=2)(Atoms("XeF2", [[0, 0, 0], [0, 0, 2], [0, 0, -2]]))
