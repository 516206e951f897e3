"""What all adapters share: a name, a cutoff that is checked, and, for networks, one graph for all of them.

The libraries' own neighbour lists want compiled extensions, keep only the nearest 32 neighbours, or know no periodic
cells; so edges are made by twinclouds, and networks are handed the same tensors, in double precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.errors import ModelError
from twinclouds.models.edges import Edges, edges_of
from twinclouds.models.extras import EXTRAS, need, versions

__all__ = ["Adapter", "Graph", "double_precision", "network"]


@dataclass(frozen=True)
class Adapter:
    """A model of another package, ready for :func:`twinclouds.audit`; call it with ase.Atoms to get an array.

    Parameters
    ----------
    name : str
        What to call it in a report.
    extra : str
        The extra of twinclouds that it needs.
    cutoff : float
        Its cutoff, angstrom.
    evaluate : callable
        From ase.Atoms to an array or a tensor.

    Raises
    ------
    ModelError
        If the cutoff is not a positive, finite number.

    Examples
    --------
    >>> import ase.build
    >>> model = Adapter("number of atoms", "torch", 5.0, len)
    >>> model, model(ase.build.molecule("H2O"))
    (<number of atoms, cutoff 5 Å>, array([3.]))
    """

    name: str
    extra: str
    cutoff: float
    evaluate: Callable[[Any], Any] = field(repr=False)

    def __post_init__(self) -> None:
        cutoff = self.cutoff
        number = isinstance(cutoff, (int, float, np.number)) and not isinstance(cutoff, bool)
        if not number or not 0 < cutoff < math.inf:
            raise ModelError(f"cutoff={cutoff!r} is not a positive, finite length; give angstrom, for instance 5.0")

    @property
    def about(self) -> str:
        """Versions of what it runs on."""
        found = versions("twinclouds", "numpy", *EXTRAS[self.extra].values())
        return ", ".join(f"{name} {number}" for name, number in found.items())

    def __repr__(self) -> str:
        return f"<{self.name}, cutoff {self.cutoff:g} Å>"

    def __call__(self, atoms: Any) -> NDArray[np.float64]:
        """Return the model's output for a cloud, in double precision."""
        output = self.evaluate(atoms)
        if hasattr(output, "detach"):
            output = output.detach().numpy()
        return np.atleast_1d(np.asarray(output, dtype=np.float64))


@dataclass(frozen=True, eq=False)
class Graph:
    """The graph of one cloud as tensors of torch, lengths times a scale.

    Attributes
    ----------
    edges : Edges
        The graph itself, angstrom.
    numbers : (n,) tensor of int
        Atomic numbers.
    positions : (n, 3) tensor of float
        Positions.
    index : (2, m) tensor of int
        Sources and targets of the edges.
    vectors : (m, 3) tensor of float
        From target to source.
    lengths : (m,) tensor of float
        Their lengths.
    """

    edges: Edges
    numbers: Any
    positions: Any
    index: Any
    vectors: Any
    lengths: Any


def network(
    name: str,
    extra: str,
    cutoff: float,
    build: Callable[[Callable[[], Graph]], Callable[[Graph], Any]],
    reach: float | None = None,
    own_images: bool = True,
) -> Adapter:
    """Make an adapter of a graph network that runs on torch.

    Parameters
    ----------
    name, extra, cutoff
        As in :class:`Adapter`.
    build : callable
        Gets a function that returns the graph in hand, to put in the place of the library's own neighbour list;
        returns a function from a graph to the network's output.
    reach : float, optional
        The network's own cutoff, where one network serves all: lengths are scaled from `cutoff` to this.
    own_images : bool, optional
        See :func:`twinclouds.models.edges.edges_of`.

    Returns
    -------
    Adapter

    Raises
    ------
    ModelError
        If torch is not installed, or the cutoff is not a positive, finite number.

    Examples
    --------
    >>> from twinclouds.models.extras import installed
    >>> if installed("torch"):
    ...     import ase.build
    ...     model = network("sum of lengths", "torch", 1.2, lambda graph: lambda graph: graph.lengths.sum())
    ...     assert abs(model(ase.build.molecule("CH4"))[0] - 8 * 1.09) < 0.1
    """
    torch = need("torch", extra)
    in_hand: list[Graph] = []
    # The adapter checks the cutoff before anything is built.
    adapter = Adapter(name, extra, cutoff, lambda atoms: evaluate(atoms))
    scale = 1.0 if reach is None else reach / cutoff
    forward = build(lambda: in_hand[-1])

    def evaluate(atoms: Any) -> NDArray[np.float64]:
        edges = edges_of(atoms, cutoff, own_images)
        graph = Graph(
            edges=edges,
            numbers=torch.from_numpy(edges.numbers),
            positions=torch.from_numpy(edges.positions * scale),
            index=torch.from_numpy(np.stack([edges.sources, edges.targets])),
            vectors=torch.from_numpy(edges.vectors * scale),
            lengths=torch.from_numpy(edges.lengths * scale),
        )
        in_hand[:] = [graph]
        with double_precision(torch), torch.no_grad():
            return np.asarray(forward(graph).numpy()).ravel()

    return adapter


@contextmanager
def double_precision(torch: Any) -> Iterator[None]:
    """Make double precision torch's default for a while.

    Examples
    --------
    >>> from twinclouds.models.extras import installed
    >>> if installed("torch"):
    ...     import torch
    ...     with double_precision(torch):
    ...         assert torch.ones(1).dtype == torch.float64
    """
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
