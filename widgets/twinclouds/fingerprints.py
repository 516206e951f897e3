"""Fingerprints of atoms: smooth histograms of angles, and correlations of two, three and four bodies.

Every fingerprint is called with a cloud and returns one row per atom, which no rotation, reflection or translation
changes; `transform` sums the rows, for regression. They are models in the sense of :func:`twinclouds.audit`.

Body order counts the atom in the middle: two bodies know the distances of its neighbours, three the angles between
them too, four the angles among three of them at once (Willatt, Musil, Ceriotti, J. Chem. Phys. 150, 154110 (2019);
Musil et al., Chem. Rev. 121, 9759 (2021)).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import as_cloud
from twinclouds.descriptors import check_bins, smeared_angles
from twinclouds.errors import ModelError
from twinclouds.graphs import check_cutoff, distance_graph
from twinclouds.radial import radial_basis
from twinclouds.triangle_counts import edge_vectors

if TYPE_CHECKING:
    from twinclouds.clouds import Cloud, CloudLike

__all__ = ["AngleHistogram", "Correlations"]

#: Number of radial functions behind the channels of `Correlations`.
RADIAL = 12


class _Fingerprint:
    """What fingerprints share: summing their rows over clouds."""

    def __call__(self, cloud: CloudLike) -> NDArray[np.float64]:
        raise NotImplementedError

    def transform(self, clouds: Sequence[CloudLike]) -> NDArray[np.float64]:
        """Return the fingerprints of many clouds, each summed over its atoms; shape (number of clouds, features)."""
        if hasattr(clouds, "get_positions") or isinstance(clouds, str):
            raise ModelError(f"{type(clouds).__name__} is not a list of clouds; call the fingerprint with a single one")
        return np.array([self(cloud).sum(axis=0) for cloud in clouds])


@dataclass(frozen=True)
class AngleHistogram(_Fingerprint):
    """A smooth histogram of the angles at each atom, one for every pair of species of the neighbours.

    Parameters
    ----------
    cutoff : float
        Neighbours closer than this count, angstrom, with weights that fall smoothly to zero at the cutoff.
    bins : int
        Number of points between 0 and 180 degrees at which the histogram is evaluated.
    smearing : float
        Standard deviation of the Gaussian that stands for each angle, degrees.

    Raises
    ------
    GraphError
        If the cutoff is not a positive number, or infinite when a periodic cloud comes; or if `bins` is not a
        positive whole number, or `smearing` not a positive number.

    Notes
    -----
    Sees angles without the distances along their legs (but for the weights), so it is weaker than three-body
    correlations. Columns belong to the species that occur in the cloud, so clouds of one composition are comparable.

    Examples
    --------
    >>> import ase.build
    >>> methane = AngleHistogram(cutoff=1.5, bins=10)(ase.build.molecule("CH4"))
    >>> methane.shape, int(methane[0].argmax() % 10)
    ((5, 30), 6)
    """

    cutoff: float = math.inf
    bins: int = 36
    smearing: float = 5.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "cutoff", check_cutoff(self.cutoff))
        check_bins(self.bins, self.smearing, positive=True)

    def __call__(self, cloud: CloudLike) -> NDArray[np.float64]:
        """Return one row per atom, shape (n, bins x pairs of species)."""
        cloud = as_cloud(cloud)
        found, weights, shapes = smeared_angles(cloud, self.cutoff, self.bins, self.smearing, smooth=True)
        kinds, species = np.unique(cloud.species, return_inverse=True)
        low, high = np.sort(species.ravel()[found.neighbours], axis=1).T
        column = low * len(kinds) - low * (low - 1) // 2 + high - low
        columns = len(kinds) * (len(kinds) + 1) // 2
        table = np.zeros((len(cloud) * columns, self.bins))
        np.add.at(table, found.centres * columns + column, weights[:, None] * shapes)
        return table.reshape(len(cloud), columns * self.bins)


@dataclass(frozen=True)
class Correlations(_Fingerprint):
    """Invariant correlations of the neighbours of each atom, of two, three or four bodies, with random radial channels.

    Parameters
    ----------
    bodies : int
        2, 3 or 4: the atom itself and one, two or three of its neighbours at a time.
    cutoff : float
        Neighbours closer than this count, angstrom, with weights that fall smoothly to zero at the cutoff.
    channels : int
        Number of random mixtures of radial functions and species.
    angular : int
        Highest degree of the Legendre polynomials of the cosines (four bodies: 3 at most).
    seed : int
        Which random mixtures.

    Raises
    ------
    ModelError
        If a parameter is out of range.
    GraphError
        If the cutoff is not a positive number, or infinite when a periodic cloud comes.

    Notes
    -----
    With weights w_c(j), random functions of the distance to neighbour j and its species, and c(jk) the cosine of
    the angle between j and k, the features of an atom are::

        2 bodies    sum_j w_c(j)
        3 bodies    sum_jk w_c(j) w_d(k) P_l(c(jk))
        4 bodies    sum_jkm w_c(j) w_c(k) w_c(m) P_p(c(jk)) P_q(c(km)) P_r(c(jm))

    which are a SOAP radial spectrum, power spectrum, and the part of the bispectrum that reflections keep. Lower
    orders are contained in the higher ones, as sums may run over the same neighbour twice.

    Examples
    --------
    The two trigonal distortions of an octahedron, with bonds to the centre only: angles agree, four bodies do not.

    >>> from twinclouds.pairs import octahedral_complex
    >>> a, b = octahedral_complex("S", "F", 1.56, distortion=5)
    >>> for bodies in 2, 3, 4:
    ...     fingerprint = Correlations(bodies, cutoff=1.9)
    ...     print(bodies, bool(np.allclose(fingerprint(a)[0], fingerprint(b)[0], rtol=1e-9)))
    2 True
    3 True
    4 False
    """

    bodies: int = 3
    cutoff: float = math.inf
    channels: int = 8
    angular: int = 6
    seed: int = 0

    def __post_init__(self) -> None:
        if self.bodies not in (2, 3, 4) or isinstance(self.bodies, bool):
            raise ModelError(f"bodies={self.bodies!r} is not 2, 3 or 4")
        for name, least in (("channels", 1), ("angular", 0), ("seed", 0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
                raise ModelError(f"{name}={value!r} is not a whole number from {least} on")
        object.__setattr__(self, "cutoff", check_cutoff(self.cutoff))

    def __call__(self, cloud: CloudLike) -> NDArray[np.float64]:
        """Return one row per atom, shape (n, features)."""
        cloud = as_cloud(cloud)
        return np.array([self._features(weights, cosines) for weights, cosines in self._around(cloud)])

    def _around(self, cloud: Cloud) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Give, for every atom, the weights of its neighbours, shape (channels, k), and their cosines, (k, k)."""
        graph = distance_graph(cloud, self.cutoff)
        directions = edge_vectors(cloud, graph) / graph.distances[:, None]
        kinds, species = np.unique(cloud.species, return_inverse=True)
        mixing = np.stack([self._mixing(kind) for kind in kinds.tolist()])[species.ravel()[graph.receivers]]
        weights = np.einsum("en,enc->ec", radial_basis(graph.distances, RADIAL, self.cutoff), mixing)
        ends = np.cumsum(graph.degrees)
        for hi, degree in zip(ends.tolist(), graph.degrees.tolist(), strict=True):
            around = slice(hi - degree, hi)
            yield weights[around].T, np.clip(directions[around] @ directions[around].T, -1.0, 1.0)

    def _mixing(self, species: str) -> NDArray[np.float64]:
        rng = np.random.default_rng([self.seed, 3, zlib.crc32(species.encode())])
        return rng.normal(size=(RADIAL, self.channels))

    def _features(self, weights: NDArray[np.float64], cosines: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.bodies == 2:
            return np.asarray(weights.sum(axis=1))
        highest = self.angular if self.bodies == 3 else min(self.angular, 3)
        legendre = np.moveaxis(np.polynomial.legendre.legvander(cosines, highest), -1, 0)
        if self.bodies == 3:
            rows, columns = np.triu_indices(self.channels)
            return np.concatenate([(weights @ p @ weights.T)[rows, columns] for p in legendre])
        p, q, r = np.array(list(combinations_with_replacement(range(highest + 1), 3))).T
        features = []
        for w in weights:
            # sum_km (sum_j w_j P_p(jk) P_r(jm)) w_k w_m P_q(km): plain matrix products.
            products = {(a, b): legendre[a] @ (w[:, None] * legendre[b]) for a, b in set(zip(p, r, strict=True))}
            outer = legendre * np.outer(w, w)
            features += [np.sum(products[a, c] * outer[b]) for a, b, c in zip(p, q, r, strict=True)]
        return np.array(features)
