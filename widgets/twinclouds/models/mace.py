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

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from twinclouds.errors import ModelError
from twinclouds.models.adapter import Adapter, Graph, double_precision, network
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
) -> Adapter:
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
    Adapter
        From ase.Atoms to the energies after each layer, an array.

    Raises
    ------
    ModelError
        If mace-torch is not installed, or the cutoff is not a positive, finite number; when the model is called, if an
        element is not one of `ELEMENTS`.

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
    need("mace", "mace")

    def build(graph: Callable[[], Graph]) -> Callable[[Graph], Any]:
        net = _build(seed, layers, correlation, features, angular, width)

        def forward(g: Graph) -> Any:
            n = len(g.numbers)
            source, target = g.index
            data = {
                "positions": g.positions,
                "node_attrs": torch.from_numpy(_kinds(g.edges.numbers)),
                "edge_index": g.index,
                # MACE's vectors run from source to target: positions[target] - positions[source] + shifts.
                "shifts": -g.vectors - (g.positions[target] - g.positions[source]),
                "unit_shifts": torch.zeros(len(g.vectors), 3),
                "cell": torch.zeros(3, 3),
                "batch": torch.zeros(n, dtype=torch.int64),
                "ptr": torch.tensor([0, n]),
            }
            return net(data, compute_force=False)["contributions"]

        return forward

    name = f"MACE, correlation {correlation}, {layers} layer{'s'[: layers != 1]}, seed {seed}"
    return network(name, "mace", cutoff, build, reach=REACH)


def _kinds(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Tell for every atom which of the elements it is, as a row with a single one."""
    strange = set(numbers.tolist()) - set(ELEMENTS)
    if strange:
        from ase.data import chemical_symbols

        names = ", ".join(chemical_symbols[z] for z in sorted(strange))
        raise ModelError(f"this MACE does not know {names}; it knows the elements of the gallery")
    return np.asarray(numbers[:, None] == np.array(ELEMENTS), dtype=np.float64)


@lru_cache(maxsize=16)
def _build(seed: int, layers: int, correlation: int, features: int, angular: int, width: int) -> Any:
    torch, modules, o3 = need("torch", "mace"), need("mace.modules", "mace"), need("e3nn.o3", "mace")
    torch.manual_seed(seed)
    hidden = o3.Irreps([(width, (degree, (-1) ** degree)) for degree in range(features + 1)])
    with double_precision(torch):
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
