"""What twins do to learning: a floor under the error of every distance network, and a curve that runs into it.

If a model gives both members of a pair one value E while their true values are E_a and E_b, its errors on the two are
at best (E_a - E_b) / 2 each, with opposite signs. So over a set of pairs the root mean square error is at least

    sqrt(mean((E_a - E_b)^2 / 4)),

whatever the weights, the training and the number of data. The experiment: families of pairs with targets that
know many-body physics, random features of :class:`twinclouds.MessagePassing` with a linear read-out (ridge
regression), once from distances only and once with vectors.

Pair potentials have E_a = E_b on every pair, so no floor: a target has to contain many-body terms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twinclouds.errors import ModelError

if TYPE_CHECKING:
    from twinclouds.clouds import Cloud

__all__ = [
    "LearningCurve",
    "PairSet",
    "Ridge",
    "axilrod_teller",
    "axilrod_teller_pairs",
    "floor",
    "hydrazine_pairs",
    "learning_curve",
    "lennard_jones",
    "split",
]

#: Lines closer to lying in a plane than this (determinant of their cosines) are not drawn: twins would be nearly alike.
FLAT = 0.02


@dataclass(frozen=True, eq=False)
class PairSet:
    """Degenerate pairs of one family, with a target value for both members of each.

    Attributes
    ----------
    name : str
        What the set is.
    positions : (p, 2, n, 3) array of float
        Coordinates of both members of each of p pairs, angstrom.
    species : (n,) array of str
        Species of the atoms, the same in all clouds.
    targets : (p, 2) array of float
        Target values of both members.
    unit : str
        Unit of the targets.
    """

    name: str
    positions: NDArray[np.float64]
    species: NDArray[np.str_]
    targets: NDArray[np.float64]
    unit: str = "eV"

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def floor(self) -> float:
        """Least root mean square error of any model that gives both members of a pair the same value."""
        return floor(self.targets)

    def clouds(self) -> list[Cloud]:
        """Return all clouds, the two members of a pair one after the other.

        Examples
        --------
        >>> len(axilrod_teller_pairs(3).clouds())
        6
        """
        from twinclouds.clouds import Cloud

        return [Cloud(x, self.species) for x in self.positions.reshape(-1, len(self.species), 3)]

    def take(self, which: ArrayLike) -> PairSet:
        """Return the set of some of the pairs.

        Examples
        --------
        >>> len(axilrod_teller_pairs(10).take([0, 3]))
        2
        """
        rows = np.asarray(which)
        return PairSet(self.name, self.positions[rows], self.species, self.targets[rows], self.unit)


def floor(targets: ArrayLike) -> float:
    """Compute the least root mean square error of a model that cannot tell twins apart.

    Parameters
    ----------
    targets : (p, 2) array of float
        True values of both members of each pair.

    Returns
    -------
    float
        sqrt(mean((E_a - E_b)^2 / 4)), in the unit of the targets. The best such model gives each pair its mean.

    Raises
    ------
    ModelError
        If the targets are not two values for each pair.

    Examples
    --------
    >>> floor([[1.0, 3.0], [0.0, 0.0]])
    0.7071067811865476
    """
    values = np.asarray(targets, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != 2 or not len(values):
        raise ModelError(f"targets have shape {values.shape}; give two values for each pair")
    return float(np.sqrt(np.mean((values[:, 0] - values[:, 1]) ** 2) / 4))


# ---------------------------------------------------------------------------------------------------------------
# Families and targets


def axilrod_teller(positions: ArrayLike) -> NDArray[np.float64]:
    """Compute the triple-dipole energy of Axilrod and Teller, J. Chem. Phys. 11, 299 (1943), with unit strength.

    Parameters
    ----------
    positions : (..., n, 3) array of float
        Coordinates, angstrom.

    Returns
    -------
    (...) array of float
        Sum over triangles of (1 + 3 cos A cos B cos C) / (a b c)^3, angstrom^-9.

    Examples
    --------
    An equilateral triangle of side 1: 1 + 3 / 8.

    >>> float(axilrod_teller([[0, 0, 0], [1, 0, 0], [0.5, 0.75**0.5, 0]]).round(9))
    1.375
    """
    x = np.asarray(positions, dtype=np.float64)
    squares = ((x[..., :, None, :] - x[..., None, :, :]) ** 2).sum(axis=-1)
    i, j, k = np.array([(i, j, k) for k in range(x.shape[-2]) for j in range(k) for i in range(j)]).reshape(-1, 3).T
    a, b, c = squares[..., j, k], squares[..., i, k], squares[..., i, j]
    product = a * b * c
    # The product of the three cosines, by the law of cosines.
    cosines = (b + c - a) * (a + c - b) * (a + b - c) / (8 * product)
    return np.asarray(((1 + 3 * cosines) / product**1.5).sum(axis=-1))


def lennard_jones(positions: ArrayLike) -> NDArray[np.float64]:
    """Compute a pair potential, 4 (d^-12 - d^-6) summed over pairs: the same for both members of every pair.

    Parameters
    ----------
    positions : (..., n, 3) array of float
        Positions, in units of the length at which a pair has no energy.

    Returns
    -------
    (...) array of float
        Energies, in units of the depth of the well.

    Examples
    --------
    >>> pairs = axilrod_teller_pairs(20)
    >>> energies = lennard_jones(pairs.positions)
    >>> bool(np.allclose(energies[:, 0], energies[:, 1], rtol=1e-9))
    True
    """
    x = np.asarray(positions, dtype=np.float64)
    i, j = np.triu_indices(x.shape[-2], 1)
    inverse = ((x[..., i, :] - x[..., j, :]) ** 2).sum(axis=-1) ** -3
    return np.asarray((4 * (inverse**2 - inverse)).sum(axis=-1))


def _three_lines(lengths: NDArray[np.float64], cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make many pairs on three lines at once; cosines between lines 2 and 3, 1 and 3, 1 and 2.

    Returns an array (p, 2, 6, 3), antipodal points beside each other; the second member has the last sign changed.
    """
    c23, c13, c12 = cosines.T
    members = []
    for sign in (1, -1):
        gram = np.ones((len(cosines), 3, 3))
        gram[:, 1, 2] = gram[:, 2, 1] = c23
        gram[:, 0, 2] = gram[:, 2, 0] = c13
        gram[:, 0, 1] = gram[:, 1, 0] = sign * c12
        ends = np.linalg.cholesky(gram) * lengths[:, :, None]
        members.append(np.stack([ends, -ends], axis=2).reshape(-1, 6, 3))
    return np.stack(members, axis=1)


def _exist(cosines: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which triples of cosines make a pair, and not a nearly flat one?"""
    return np.asarray(1 - (cosines**2).sum(axis=1) - 2 * np.abs(cosines.prod(axis=1)) > FLAT)


def _shortest(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    i, j = np.triu_indices(positions.shape[-2], 1)
    lengths = np.linalg.norm(positions[..., i, :] - positions[..., j, :], axis=-1)
    return np.asarray(lengths.min(axis=(-1, -2)))


def axilrod_teller_pairs(count: int = 1000, seed: int = 0) -> PairSet:
    """Draw pairs on three lines, with their triple-dipole energies as targets.

    Parameters
    ----------
    count : int, optional
        Number of pairs.
    seed : int, optional
        Seed of the random numbers.

    Returns
    -------
    PairSet
        Six anonymous points each, no two closer than 1.3 angstrom; energies in units of 0.001 angstrom^-9.

    Raises
    ------
    ModelError
        If `count` is not a positive whole number.

    Examples
    --------
    >>> pairs = axilrod_teller_pairs(50)
    >>> pairs.positions.shape, round(pairs.floor, 1)
    ((50, 2, 6, 3), 10.1)
    """
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 1:
        raise ModelError(f"count={count!r} is not a number of pairs; give a whole number from 1 on")
    rng = np.random.default_rng(seed)
    found: list[NDArray[np.float64]] = []
    while sum(map(len, found)) < count:
        lengths = rng.uniform(1.0, 1.9, (2 * count, 3))
        cosines = np.cos(np.radians(rng.uniform(50, 85, (2 * count, 3))))
        good = _exist(cosines)
        positions = _three_lines(lengths[good], cosines[good])
        found.append(positions[_shortest(positions) > 1.3])
    positions = np.concatenate(found)[:count]
    targets = 1000 * axilrod_teller(positions)
    return PairSet("three lines, Axilrod-Teller", positions, np.full(6, "X"), targets, "0.001/Å⁹")


def hydrazine_pairs() -> PairSet:
    """Return 1500 pairs of N2H4-like clouds with their GFN2-xTB energies, which come with the package.

    Returns
    -------
    PairSet
        Energies in eV, relative to the mean of the set.

    Notes
    -----
    Nitrogen atoms at +-v1, hydrogen atoms at +-v2 and +-v3, near the geometry of hydrazine; drawn and computed by
    ``python -m twinclouds.models.hydrazine`` (extra ``energies``).

    Examples
    --------
    >>> pairs = hydrazine_pairs()
    >>> len(pairs), "".join(pairs.species), pairs.floor > 0.1
    (1500, 'NNHHHH', True)
    """
    lengths, cosines, energies = _hydrazine()
    targets = energies - energies.mean()
    return PairSet("N2H4-like, GFN2-xTB", _three_lines(lengths, cosines), np.array(list("NNHHHH")), targets)


@cache
def _hydrazine() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    with (files("twinclouds.models") / "hydrazine.npz").open("rb") as file, np.load(file) as data:
        lengths, degrees = data["lengths"].astype(np.float64), data["degrees"].astype(np.float64)
        return lengths, np.cos(np.radians(degrees)), data["energies_eV"].astype(np.float64)


# ---------------------------------------------------------------------------------------------------------------
# Regression


@dataclass(frozen=True, eq=False)
class Ridge:
    """Linear regression with a quadratic penalty on standardised features; make one with :meth:`fit`.

    Attributes
    ----------
    mean, scale : (f,) arrays of float
        What features are standardised with.
    weights : (f,) array of float
        Weights of the standardised features.
    offset : float
        Mean of the training targets.
    penalty : float
        Penalty that served the validation data best.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    offset: float
    penalty: float

    @classmethod
    def fit(
        cls,
        features: NDArray[np.float64],
        targets: NDArray[np.float64],
        validation: tuple[NDArray[np.float64], NDArray[np.float64]],
        penalties: Sequence[float] = tuple(10.0 ** np.arange(-10, 4)),
    ) -> Ridge:
        """Fit to training data, with the penalty that does best on validation data.

        Examples
        --------
        >>> x = np.random.default_rng(0).normal(size=(60, 3))
        >>> y = x @ [1.0, 2.0, 3.0] + 5
        >>> model = Ridge.fit(x[:40], y[:40], (x[40:], y[40:]))
        >>> bool(np.allclose(model.predict(x), y))
        True
        """
        mean, scale = features.mean(axis=0), features.std(axis=0)
        # Constant columns (the composition) carry nothing.
        scale = np.where(scale > 1e-10 * np.maximum(np.abs(mean), 1e-300), scale, np.inf)
        x, offset = (features - mean) / scale, float(targets.mean())
        checks = (validation[0] - mean) / scale
        u, s, vt = np.linalg.svd(x, full_matrices=False)
        inner = u.T @ (targets - offset)
        best: tuple[float, float, NDArray[np.float64]] | None = None
        for penalty in penalties:
            weights = vt.T @ (s / (s**2 + penalty * len(x)) * inner)
            error = float(np.mean((checks @ weights + offset - validation[1]) ** 2))
            if best is None or error < best[0]:
                best = (error, penalty, weights)
        assert best is not None
        return cls(mean, scale, best[2], offset, best[1])

    def predict(self, features: ArrayLike) -> NDArray[np.float64]:
        """Predict targets from features, shape (m, f).

        Examples
        --------
        >>> x = np.arange(6.0)[:, None]
        >>> Ridge.fit(x, 2 * x[:, 0], (x, 2 * x[:, 0])).predict([[10.0]]).round(6)
        array([20.])
        """
        return np.asarray(
            (np.asarray(features, dtype=np.float64) - self.mean) / self.scale @ self.weights + self.offset
        )


def split(
    count: int, seed: int = 0, shares: tuple[float, float] = (0.2, 0.2)
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Split pairs into training, validation and test sets; the two members of a pair always stay together.

    Parameters
    ----------
    count : int
        Number of pairs.
    seed : int, optional
        Seed of the random numbers.
    shares : (float, float), optional
        Shares of the validation and the test set.

    Returns
    -------
    training, validation, test : arrays of int
        Numbers of the pairs.

    Raises
    ------
    ModelError
        If there are too few pairs for three sets.

    Examples
    --------
    >>> [len(part) for part in split(100)]
    [60, 20, 20]
    """
    order = np.random.default_rng(seed).permutation(count)
    validation, test = (round(share * count) for share in shares)
    if min(validation, test, count - validation - test) < 1:
        raise ModelError(f"{count} pairs are too few to split; give more pairs")
    return order[validation + test :], order[:validation], order[validation : validation + test]


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """How the error on the test set falls with the number of training pairs.

    Attributes
    ----------
    sizes : (k,) array of int
        Numbers of training pairs.
    errors : mapping of str to (k,) array of float
        Root mean square error on the test set, for each kind of features.
    floor : float
        Floor on the test set for models that cannot tell twins apart.
    spread : float
        Standard deviation of the targets of the test set: the error of the best constant.
    predictions : mapping of str to (t, 2) array of float
        Predictions for the test pairs with the most training pairs.
    truth : (t, 2) array of float
        Targets of the test pairs.
    unit, name : str
        Unit of errors and targets; name of the set.
    """

    sizes: NDArray[np.int64]
    errors: dict[str, NDArray[np.float64]]
    floor: float
    spread: float
    predictions: dict[str, NDArray[np.float64]] = field(repr=False)
    truth: NDArray[np.float64] = field(repr=False)
    unit: str = "eV"
    name: str = ""

    def table(self) -> str:
        """Return the errors, in units of the floor, as plain text.

        Examples
        --------
        >>> one = np.array([1.0])
        >>> curve = LearningCurve(np.array([9]), {"f": 3 * one}, 2.0, 5.0, {}, np.zeros((1, 2)), name="demo")
        >>> print(curve.table())
        demo: floor 2 eV, spread of the targets 5 eV
        pairs             f   (error / floor)
            9         1.500
        """
        lines = [
            f"{self.name}: floor {self.floor:.4g} {self.unit}, spread of the targets {self.spread:.4g} {self.unit}"
        ]
        names = list(self.errors)
        width = max(12, *map(len, names))
        lines.append("pairs  " + "  ".join(f"{n:>{width}}" for n in names) + "   (error / floor)")
        for k, size in enumerate(self.sizes.tolist()):
            row = "  ".join(f"{self.errors[n][k] / self.floor:>{width}.3f}" for n in names)
            lines.append(f"{size:>5}  {row}")
        return "\n".join(lines)

    def plot(self, axes: Any = None) -> Any:
        """Draw the curves and the floor with matplotlib; return the axes.

        Examples
        --------
        >>> import matplotlib
        >>> matplotlib.use("Agg")
        >>> one = np.array([1.0])
        >>> axes = LearningCurve(np.array([9]), {"f": one}, 2.0, 5.0, {}, np.zeros((1, 2))).plot()
        >>> axes.get_xlabel()
        'training pairs'
        """
        import matplotlib.pyplot as plt

        axes = plt.subplots()[1] if axes is None else axes
        # Okabe and Ito's palette; markers and labels tell the curves apart without colour.
        looks = [("#0072B2", "o", "-"), ("#D55E00", "s", "--"), ("#009E73", "^", "-."), ("#CC79A7", "D", ":")]
        for (name, errors), (color, marker, line) in zip(self.errors.items(), looks * 9, strict=False):
            axes.plot(self.sizes, errors, color=color, marker=marker, linestyle=line)
            axes.annotate(
                name, (self.sizes[-1], errors[-1]), (6, 0), textcoords="offset points", va="center", color=color
            )
        axes.axhline(self.floor, color="0.4", linewidth=1)
        axes.annotate(
            "floor of every distance network",
            (self.sizes[0], self.floor),
            (0, -4),
            textcoords="offset points",
            va="top",
        )
        axes.set(xscale="log", yscale="log", xlabel="training pairs", ylabel=f"error on new pairs ({self.unit})")
        return axes


def learning_curve(
    pairs: PairSet,
    sizes: Sequence[int] | None = None,
    features: dict[str, Callable[[list[Cloud]], NDArray[np.float64]]] | None = None,
    seed: int = 0,
) -> LearningCurve:
    """Learn the targets of a set of pairs from more and more of them.

    Parameters
    ----------
    pairs : PairSet
        Pairs with targets.
    sizes : sequence of int, optional
        Numbers of training pairs.
    features : mapping of str to callable, optional
        For each name a function from a list of clouds to an array with one row per cloud. By default a random network
        with "distances only" and one "with vectors".
    seed : int, optional
        Seed of the split, and of the networks.

    Returns
    -------
    LearningCurve

    Raises
    ------
    ModelError
        If a size exceeds the 60 percent of the pairs that are for training.

    Notes
    -----
    Penalties are chosen on the validation pairs; the test pairs (20 percent) are used once, for the errors reported.

    Examples
    --------
    >>> curve = learning_curve(axilrod_teller_pairs(200), sizes=[30, 120])
    >>> bool((curve.errors["distances only"] >= curve.floor).all())
    True
    """
    from twinclouds.networks import MessagePassing

    training, validation, test = split(len(pairs), seed)
    if sizes is None:
        sizes = [n for n in (25, 50, 100, 200, 400, 800, 1600) if n < len(training)] + [len(training)]
    numbers = np.array([int(n) for n in sizes])
    if not len(numbers) or numbers.min() < 2 or numbers.max() > len(training):
        raise ModelError(f"sizes={list(sizes)} do not fit; give numbers of training pairs from 2 to {len(training)}")
    if features is None:
        features = {
            "distances only": MessagePassing(2, 160, vectors=False, seed=seed).transform,
            "with vectors": MessagePassing(2, 160, vectors=True, seed=seed).transform,
        }
    clouds = pairs.clouds()
    truth = pairs.targets[test]
    errors, predictions = {}, {}
    for name, transform in features.items():
        table = np.asarray(transform(clouds)).reshape(len(pairs), 2, -1)
        width = table.shape[2]
        checks = (table[validation].reshape(-1, width), pairs.targets[validation].ravel())
        found = []
        for number in numbers:
            part = training[:number]
            model = Ridge.fit(table[part].reshape(-1, width), pairs.targets[part].ravel(), checks)
            guess = model.predict(table[test].reshape(-1, width)).reshape(-1, 2)
            found.append(math.sqrt(float(np.mean((guess - truth) ** 2))))
        errors[name], predictions[name] = np.array(found), guess
    return LearningCurve(numbers, errors, floor(truth), float(truth.std()), predictions, truth, pairs.unit, pairs.name)
