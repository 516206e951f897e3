"""SchNet, DimeNet++ and ViSNet of PyTorch Geometric, with random weights in double precision (extra ``torch``).

Traps that the adapters hide: the models' own neighbour lists need compiled extensions and keep 32 neighbours at most,
so edges are made by twinclouds and passed in; they know no periodic cells, which these edges do; DimeNet++ starts with
output layers that are zero, so that every cloud gets the same output, finds its triplets with another extension, and
takes seconds to build, so that one network serves every cutoff (lengths are scaled to its own, 5 angstrom);
ViSNet takes an edge from an atom to its own image for no edge, so cells are repeated until there is none. All are
single precision by default, where rounding is only 10^5 times smaller than typical differences.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from twinclouds.models.adapter import Adapter, Graph, network
from twinclouds.models.edges import triplets
from twinclouds.models.extras import need

__all__ = ["dimenet", "schnet", "visnet"]

#: Cutoff of the networks that serve every cutoff, angstrom.
REACH = 5.0


def schnet(cutoff: float = 5.0, seed: int = 0, layers: int = 3, width: int = 32) -> Adapter:
    """Make a SchNet (Schütt et al., J. Chem. Phys. 148, 241722 (2018)): scalar messages that know distances.

    Parameters
    ----------
    cutoff : float
        Cutoff, angstrom.
    seed : int
        Seed of the weights.
    layers : int
        Number of interaction blocks.
    width : int
        Number of channels.

    Returns
    -------
    Adapter
        From ase.Atoms to the energy, an array of one number.

    Raises
    ------
    ModelError
        If PyTorch Geometric is not installed, or the cutoff is not a positive, finite number.

    Examples
    --------
    >>> from twinclouds.models.extras import installed
    >>> from twinclouds.pairs import gallery
    >>> if installed("torch"):
    ...     model = schnet(9.0)
    ...     first, second = (model(member) for member in gallery["benzene"])
    ...     assert np.allclose(first, second, rtol=1e-6)
    """
    _, library = _libraries(seed)

    def build(graph: Callable[[], Graph]) -> Callable[[Graph], Any]:
        def neighbours(positions: Any, batch: Any) -> tuple[Any, Any]:
            return graph().index, graph().lengths

        net = library.SchNet(width, width, layers, cutoff=cutoff, interaction_graph=neighbours).double().eval()
        return lambda g: net(g.numbers, g.positions)

    return network(f"SchNet, seed {seed}", "torch", cutoff, build)


def dimenet(cutoff: float = 5.0, seed: int = 0, layers: int = 2, width: int = 16) -> Adapter:
    """Make a DimeNet++ (Gasteiger et al., arXiv:2011.14115): messages along edges that know angles.

    Parameters
    ----------
    cutoff : float
        Cutoff, angstrom.
    seed : int
        Seed of the weights.
    layers : int
        Number of interaction blocks.
    width : int
        Number of channels.

    Returns
    -------
    Adapter
        From ase.Atoms to the energy, an array of one number.

    Raises
    ------
    ModelError
        If PyTorch Geometric is not installed, or the cutoff is not a positive, finite number.

    Examples
    --------
    >>> from twinclouds.models.extras import installed
    >>> from twinclouds.pairs import gallery
    >>> if installed("torch"):
    ...     model = dimenet(9.0)
    ...     first, second = (model(member) for member in gallery["benzene"])
    ...     assert not np.allclose(first, second, rtol=1e-6)
    """
    torch = need("torch", "torch")

    def build(graph: Callable[[], Graph]) -> Callable[[Graph], Any]:
        net = _dimenet(seed, layers, width)

        def forward(g: Graph) -> Any:
            first, second = triplets(g.edges)
            # The angle at j between the edges to i and to k; vectors run from target to source.
            to_i, to_k = -g.edges.vectors[second], g.edges.vectors[first]
            angle = np.arctan2(np.linalg.norm(np.cross(to_i, to_k), axis=1), (to_i * to_k).sum(axis=1))
            kj, ji = torch.from_numpy(first), torch.from_numpy(second)
            j, i = g.index
            n = len(g.numbers)
            radial, spherical = net.rbf(g.lengths), net.sbf(g.lengths, torch.from_numpy(angle), kj)
            x = net.emb(g.numbers, radial, i, j)
            output = net.output_blocks[0](x, radial, i, num_nodes=n)
            for interaction, block in zip(net.interaction_blocks, net.output_blocks[1:], strict=True):
                x = interaction(x, radial, spherical, kj, ji)
                output = output + block(x, radial, i, num_nodes=n)
            return output.sum(dim=0)

        return forward

    return network(f"DimeNet++, seed {seed}", "torch", cutoff, build, reach=REACH)


@lru_cache(maxsize=8)
def _dimenet(seed: int, layers: int, width: int) -> Any:
    _, library = _libraries(seed)
    net = library.DimeNetPlusPlus(
        hidden_channels=width,
        out_channels=1,
        num_blocks=layers,
        int_emb_size=width,
        basis_emb_size=8,
        out_emb_channels=width,
        num_spherical=5,
        num_radial=6,
        cutoff=REACH,
        output_initializer="glorot_orthogonal",
    )
    return net.double().eval()


def visnet(cutoff: float = 5.0, seed: int = 0, layers: int = 2, width: int = 32, lmax: int = 1) -> Adapter:
    """Make a ViSNet (Wang et al., Nat. Commun. 15, 313 (2024)): vectors, and tensors up to `lmax`, in messages.

    Parameters
    ----------
    cutoff : float
        Cutoff, angstrom.
    seed : int
        Seed of the weights.
    layers : int
        Number of layers.
    width : int
        Number of channels.
    lmax : int
        Highest degree of the spherical harmonics, 1 or 2.

    Returns
    -------
    Adapter
        From ase.Atoms to the energy, an array of one number.

    Raises
    ------
    ModelError
        If PyTorch Geometric is not installed, or the cutoff is not a positive, finite number.

    Examples
    --------
    >>> from twinclouds.models.extras import installed
    >>> from twinclouds.pairs import gallery
    >>> if installed("torch"):
    ...     model = visnet(9.0)
    ...     first, second = (model(member) for member in gallery["benzene"])
    ...     assert not np.allclose(first, second, rtol=1e-6)
    """
    torch, library = _libraries(seed)

    def build(graph: Callable[[], Graph]) -> Callable[[Graph], Any]:
        class Neighbours(torch.nn.Module):  # type: ignore[misc, name-defined]
            """The edges of the graph in hand, and a loop at every atom, as ViSNet wants them."""

            def forward(self, positions: Any, batch: Any) -> tuple[Any, Any, Any]:
                g = graph()
                loops = torch.arange(len(g.numbers)).expand(2, -1)
                lengths = torch.cat([g.lengths, torch.zeros(loops.shape[1])])
                return torch.cat([g.index, loops], 1), lengths, torch.cat([g.vectors, torch.zeros(loops.shape[1], 3)])

        net = library.ViSNet(
            lmax=lmax, num_heads=4, num_layers=layers, hidden_channels=width, num_rbf=16, cutoff=cutoff
        )
        net = net.double().eval()
        net.representation_model.distance = Neighbours()
        return lambda g: net(g.numbers, g.positions, torch.zeros_like(g.numbers))[0]

    return network(f"ViSNet, l = {lmax}, seed {seed}", "torch", cutoff, build, own_images=False)


def _libraries(seed: int) -> tuple[Any, Any]:
    torch = need("torch", "torch")
    library = need("torch_geometric.nn.models", "torch")
    torch.manual_seed(seed)
    return torch, library
