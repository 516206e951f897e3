"""MACE with random weights in double precision (extra ``mace``).

Traps that the adapter hides: MACE takes its precision from a global setting of torch while it is built; building takes
seconds, so one network serves every cutoff: clouds are scaled so that the cutoff becomes its own, 5 angstrom, which
stretches its radial functions with the cutoff; spherical harmonics up to degree 0 crash, so models that see only
distances are made with scalar features and correlation 1, which use the degree 0 alone; graphs are dictionaries with
shifts in angstrom. Terms of four bodies grow with the third power of a neighbour's weight, and with the defaults
(envelope of order 5, messages divided by the number of neighbours) drown in rounding for bonds near the cutoff: hence
an envelope of order 12, and no division.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.models.edges import edges_of
from twinclouds.models.extras import need

__all__ = ["mace"]

#: Cutoff of the networks themselves, angstrom.
REACH = 5.0

#: Elements that a model knows: those of the gallery.
ELEMENTS = (1, 5, 6, 7, 8, 9, 14, 16, 17, 24, 25, 26, 32, 35, 50)


def mace(
    cutoff: float = 5.0,
    seed: int = 0,
    layers: int = 2,
    correlation: int = 3,
    features: int = 1,
    angular: int = 3,
    width: int = 8,
) -> Callable[[Any], NDArray[np.float64]]:
    """Make a MACE (Batatia et al., NeurIPS 2022, arXiv:2206.07697).

    Parameters
    ----------
    cutoff : float
        Cutoff, angstrom.
    seed : int
        Seed of the weights.
    layers : int
        Number of layers.
    correlation : int
        How many neighbours a message knows at a time: 1, 2 (three bodies) or 3 (four bodies).
    features : int
        Highest degree of the features that atoms carry from layer to layer: 0 scalars, 1 vectors, 2 tensors.
    angular : int
        Highest degree of the spherical harmonics of the edges, from 1 on.
    width : int
        Number of channels.

    Returns
    -------
    callable
        From ase.Atoms to the energies after each layer, an array.

    Raises
    ------
    ModelError
        If mace-torch is not installed.

    Examples
    --------
    >>> from twinclouds.models.extras import installed
    >>> from twinclouds.pairs import gallery
    >>> if installed("mace"):
    ...     model = mace(9.0, layers=1, correlation=2, width=2)
    ...     first, second = (model(member) for member in gallery["benzene"])
    ...     assert not np.allclose(first, second, rtol=1e-6)
    """
    torch = need("torch", "mace")
    net = _build(seed, layers, correlation, features, angular, width)
    scale = REACH / cutoff

    def model(atoms: Any) -> NDArray[np.float64]:
        edges = edges_of(atoms, cutoff)
        n = len(edges.numbers)
        kinds = np.zeros((n, len(ELEMENTS)))
        kinds[np.arange(n), [ELEMENTS.index(z) for z in edges.numbers]] = 1.0
        # MACE's vectors run from source to target: positions[target] - positions[source] + shifts.
        shifts = -edges.vectors - (edges.positions[edges.targets] - edges.positions[edges.sources])
        data = {
            "positions": torch.from_numpy(edges.positions * scale),
            "node_attrs": torch.from_numpy(kinds),
            "edge_index": torch.from_numpy(np.stack([edges.sources, edges.targets])),
            "shifts": torch.from_numpy(shifts * scale),
            "unit_shifts": torch.zeros(len(shifts), 3, dtype=torch.float64),
            "cell": torch.zeros(3, 3, dtype=torch.float64),
            "batch": torch.zeros(n, dtype=torch.int64),
            "ptr": torch.tensor([0, n]),
        }
        with _double(torch), torch.no_grad():
            output = net(data, compute_force=False)
        return np.asarray(output["contributions"].numpy()).ravel()

    return model


@lru_cache(maxsize=16)
def _build(seed: int, layers: int, correlation: int, features: int, angular: int, width: int) -> Any:
    torch, modules, o3 = need("torch", "mace"), need("mace.modules", "mace"), need("e3nn.o3", "mace")
    torch.manual_seed(seed)
    hidden = o3.Irreps([(width, (degree, (-1) ** degree)) for degree in range(features + 1)])
    with _double(torch):
        return modules.MACE(
            r_max=REACH,
            num_bessel=8,
            num_polynomial_cutoff=12,
            max_ell=angular,
            interaction_cls=modules.interaction_classes["RealAgnosticInteractionBlock"],
            interaction_cls_first=modules.interaction_classes["RealAgnosticInteractionBlock"],
            num_interactions=layers,
            num_elements=len(ELEMENTS),
            hidden_irreps=hidden,
            MLP_irreps=o3.Irreps("16x0e"),
            atomic_energies=np.zeros(len(ELEMENTS)),
            avg_num_neighbors=1.0,
            atomic_numbers=list(ELEMENTS),
            correlation=correlation,
            gate=torch.nn.functional.silu,
        ).eval()


@contextmanager
def _double(torch: Any) -> Iterator[None]:
    """Make double precision torch's default for a while."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
