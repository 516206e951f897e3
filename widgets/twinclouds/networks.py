"""A message-passing network with random weights, in numpy: the smallest model that shows what distances miss.

An architecture that can tell two clouds apart does so for almost every choice of its weights; one that cannot gives
equal outputs for all of them. So weights need no training to show what an architecture sees, and with a linear
read-out fitted to its outputs (ridge regression) the random network is a model that learns.

Two kinds:

- *distances only* (`vectors=False`, after SchNet, Schütt et al., J. Chem. Phys. 148, 241722 (2018)): each atom has a
  vector of numbers, and collects those of its neighbours, weighted by functions of the distance. By construction L
  layers tell apart only what L rounds of colour refinement with distances tell apart at the same cutoff
  (Xu et al., ICLR 2019; Pozdnyakov and Ceriotti 2022).
- *with vector messages* (`vectors=True`, after PaiNN, Schütt, Unke, Gastegger, ICML 2021): atoms also carry vectors in
  space that turn with the cloud (l = 1), built from the directions to the neighbours. Their scalar products,
  which know angles, feed the numbers. The output does not change under rotations and reflections.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import as_cloud
from twinclouds.errors import CloudError, GraphError, ModelError
from twinclouds.graphs import DistanceGraph, check_cutoff, distance_graph
from twinclouds.radial import radial_basis
from twinclouds.triangle_counts import edge_vectors

if TYPE_CHECKING:
    from twinclouds.clouds import Cloud, CloudLike

__all__ = ["MessagePassing"]

#: Messages are scaled for this many neighbours, whatever their true number, which is part of what is to be seen.
NEIGHBOURS = 8

#: Clouds are worked off together up to this many edges at a time, so that memory stays small and caches warm.
EDGES_AT_ONCE = 20_000


@dataclass(frozen=True)
class MessagePassing:
    """A message-passing network with random weights; call it with a cloud to get features that do not depend on pose.

    Parameters
    ----------
    layers : int
        Number of rounds of messages; 0 sees the composition only.
    width : int
        How many numbers (and vectors) an atom carries.
    cutoff : float
        Atoms closer than this exchange messages, angstrom, with weights that fall smoothly to zero at the cutoff; it
        has to be finite for periodic clouds.
    vectors : bool
        Do messages carry directions? If not, distances are all that the network knows.
    seed : int
        Which random weights.
    basis : int
        Number of radial functions.

    Raises
    ------
    ModelError
        If a parameter is out of range.
    GraphError
        If the cutoff is not a positive number, or infinite when a periodic cloud comes.

    Notes
    -----
    Layer t does, with random matrices in place of the dots and a radial basis f of the distance::

        m_i = sum over neighbours j of (f(d_ij) .) * (h_j .)
        v_i <- v_i . + sum over j of (f(d_ij) .) * (h_j .) * direction_ij + (f(d_ij) .) * (v_j .)
        h_i <- silu(h_i . + m_i . + <v_i ., v_i .> .)

    without the second line and the last term where there are no vectors. After the second line each vector v is
    replaced by v / sqrt(1 + |v|^2), so that products of products do not grow without bound. All in double
    precision, all functions analytic within the cutoff.

    Examples
    --------
    >>> from twinclouds.pairs import gallery
    >>> benzene, twin = gallery["benzene"]
    >>> distances, angles = MessagePassing(layers=3), MessagePassing(layers=3, vectors=True)
    >>> bool(np.allclose(distances(benzene), distances(twin), rtol=1e-6))
    True
    >>> bool(np.allclose(angles(benzene), angles(twin), rtol=1e-2))
    False
    """

    layers: int = 2
    width: int = 64
    cutoff: float = math.inf
    vectors: bool = False
    seed: int = 0
    basis: int = 16

    def __post_init__(self) -> None:
        for name, least in (("layers", 0), ("width", 1), ("seed", 0), ("basis", 2)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
                raise ModelError(f"{name}={value!r} is not a whole number from {least} on")
        object.__setattr__(self, "cutoff", check_cutoff(self.cutoff))

    @property
    def n_features(self) -> int:
        """Length of the output: the width, once for the composition and once for every layer."""
        return self.width * (self.layers + 1)

    def __call__(self, cloud: CloudLike) -> NDArray[np.float64]:
        """Return the features of one cloud, shape (n_features,)."""
        return np.asarray(self.transform([cloud])[0])

    def transform(self, clouds: Sequence[CloudLike]) -> NDArray[np.float64]:
        """Return the features of many clouds: the numbers of the atoms, after every layer, summed over each cloud.

        Parameters
        ----------
        clouds : sequence of Cloud, ase.Atoms or (n, 3) array
            The clouds, angstrom.

        Returns
        -------
        (number of clouds, n_features) array of float

        Raises
        ------
        CloudError, GraphError
            If a cloud is not valid, or periodic while the cutoff is infinite.

        Examples
        --------
        >>> MessagePassing(layers=1, width=8).transform([[[0, 0, 0], [1, 0, 0]], [[0, 0, 0]]]).shape
        (2, 16)
        """
        _check_several(clouds)
        rows = [np.zeros((0, self.n_features))]
        for batch in _batches(clouds, self.cutoff):
            rows.append(np.concatenate([batch.sum_per_cloud(h) for h in self._states(batch)], axis=1))
        return np.concatenate(rows)

    def per_atom(self, cloud: CloudLike) -> NDArray[np.float64]:
        """Return the numbers that every atom carries after the last layer, shape (n, width).

        Examples
        --------
        >>> import ase.build
        >>> features = MessagePassing(layers=1, width=8).per_atom(ase.build.molecule("CH4"))
        >>> bool(np.allclose(features[1], features[4])), bool(np.allclose(features[0], features[1]))
        (True, False)
        """
        (batch,) = _batches([cloud], self.cutoff)
        return list(self._states(batch))[-1]

    def _states(self, batch: _Batch) -> Iterator[NDArray[np.float64]]:
        """Give the numbers of all atoms, before the first layer and after each."""
        weights = _weights(self.seed, self.layers, self.width, self.basis)
        h = np.stack([_embedding(self.seed, s, self.width) for s in batch.kinds])[batch.species]
        yield h
        radial = radial_basis(batch.distances, self.basis, self.cutoff)
        v: NDArray[np.float64] | None = None
        for w in weights:
            scalar = batch.collect((radial @ w["filter"]) * (h @ w["send"])[batch.receivers])
            new = h @ w["own"] + scalar @ w["mix"] + w["bias"]
            if self.vectors:
                v = self._vectors(batch, w, radial, h, v)
                new += np.einsum("ixc,ixc->ic", v @ w["left"], v @ w["right"]) @ w["angles"]
            h = _silu(new)
            yield h

    def _vectors(
        self,
        batch: _Batch,
        w: dict[str, NDArray[np.float64]],
        radial: NDArray[np.float64],
        h: NDArray[np.float64],
        v: NDArray[np.float64] | None,
    ) -> NDArray[np.float64]:
        """Collect vector messages, shape (n, 3, width)."""
        amounts = (radial @ w["filter directions"]) * (h @ w["send directions"])[batch.receivers]
        messages = batch.directions[:, :, None] * amounts[:, None, :]
        if v is not None:
            messages += (radial @ w["filter vectors"])[:, None, :] * (v @ w["send vectors"])[batch.receivers]
        new = batch.collect(messages.reshape(len(messages), 3 * self.width)).reshape(batch.n_atoms, 3, self.width)
        if v is not None:
            new += v @ w["own vectors"]
        return np.asarray(new / np.sqrt(1.0 + (new**2).sum(axis=1, keepdims=True)))


def _silu(x: NDArray[np.float64]) -> NDArray[np.float64]:
    # Analytic, as the argument that random weights suffice wants it, and it does not saturate in dense clouds.
    return np.asarray(x * (0.5 + 0.5 * np.tanh(0.5 * x)))


@lru_cache(maxsize=64)
def _weights(seed: int, layers: int, width: int, basis: int) -> tuple[dict[str, NDArray[np.float64]], ...]:
    """Draw the weights of all layers; those of a layer do not depend on how many layers follow."""
    matrices = ("send", "own", "mix", "send directions", "send vectors", "own vectors", "left", "right", "angles")
    drawn = []
    for layer in range(layers):
        rng = np.random.default_rng([seed, 1, layer])
        w = {name: rng.normal(size=(width, width)) / math.sqrt(width) for name in matrices}
        for name in ("filter", "filter directions", "filter vectors"):
            w[name] = rng.normal(size=(basis, width))
        w["bias"] = rng.normal(size=width)
        drawn.append(w)
    return tuple(drawn)


@lru_cache(maxsize=512)
def _embedding(seed: int, species: str, width: int) -> NDArray[np.float64]:
    """Draw what an atom carries at first, from its species alone."""
    return np.random.default_rng([seed, 2, zlib.crc32(species.encode())]).normal(size=width)


@dataclass(frozen=True, eq=False)
class _Batch:
    """Several clouds side by side, as one graph."""

    n_atoms: int
    kinds: list[str]
    species: NDArray[np.int64]
    receivers: NDArray[np.int64]
    distances: NDArray[np.float64]
    directions: NDArray[np.float64]
    _edges: Any
    _atoms: Any

    def collect(self, messages: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum what is on the edges over the neighbours of each atom."""
        return np.asarray(self._edges @ messages) / math.sqrt(NEIGHBOURS)

    def sum_per_cloud(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum what is on the atoms over each cloud."""
        return np.asarray(self._atoms @ values)


def _check_several(clouds: object) -> None:
    if hasattr(clouds, "get_positions") or not isinstance(clouds, (Sequence, np.ndarray)) or isinstance(clouds, str):
        raise ModelError(f"{type(clouds).__name__} is not a list of clouds; call the network itself with a single one")


def _batches(clouds: Sequence[CloudLike], cutoff: float) -> Iterator[_Batch]:
    waiting: list[tuple[Cloud, DistanceGraph]] = []
    edges = 0
    for number, given in enumerate(clouds):
        try:
            cloud = as_cloud(given)
            graph = distance_graph(cloud, cutoff)
        except (CloudError, GraphError) as error:
            if len(clouds) == 1:
                raise
            raise type(error)(f"cloud {number} of the list: {error}") from None
        if waiting and edges + graph.n_edges > EDGES_AT_ONCE:
            yield _join(waiting)
            waiting, edges = [], 0
        waiting.append((cloud, graph))
        edges += graph.n_edges
    if waiting:
        yield _join(waiting)


def _join(parts: list[tuple[Cloud, DistanceGraph]]) -> _Batch:
    from scipy.sparse import csr_array

    sizes = np.array([graph.n_nodes for _, graph in parts])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    receivers = np.concatenate([g.receivers + lo for (_, g), lo in zip(parts, starts, strict=False)])
    degrees = np.concatenate([g.degrees for _, g in parts])
    distances = np.concatenate([g.distances for _, g in parts])
    vectors = np.concatenate([edge_vectors(c, g) for c, g in parts])
    kinds, species = np.unique(np.concatenate([c.species for c, _ in parts]), return_inverse=True)

    def summing(counts: NDArray[np.int64]) -> Any:
        """Return a matrix that sums runs of so many consecutive rows."""
        ends = np.concatenate([[0], np.cumsum(counts)])
        return csr_array((np.ones(ends[-1]), np.arange(ends[-1]), ends), shape=(len(counts), int(ends[-1])))

    return _Batch(
        n_atoms=int(starts[-1]),
        kinds=kinds.tolist(),
        species=species.ravel(),
        receivers=receivers,
        distances=distances,
        directions=vectors / distances[:, None],
        _edges=summing(degrees),
        _atoms=summing(sizes),
    )
