"""Are two clouds the same shape, up to a rigid motion and the order of their points?

The answer comes with a witness: a motion and a permutation that carry one cloud onto the other, or a quantity
that no motion changes and that differs. Colours from refinement leave few candidates for the image of a point;
a *frame* of points that spans the cloud is mapped in every way that keeps colours and distances, and each
candidate motion is tried on all points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.bases import settled_basis
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.coloring import Union
from twinclouds.graphs import distance_graph
from twinclouds.lengths import TOLERANCE, SortedLengths
from twinclouds.refinement import check_tolerance, rounding
from twinclouds.triangle_counts import Triangle, differing_triangle

if TYPE_CHECKING:
    from twinclouds.clouds import CloudLike

__all__ = ["Congruence", "congruent"]

Matrix = NDArray[np.float64]

#: Rounding of a point that a motion has moved, in units of the rounding of a distance.
MOTION = 4.0

#: Isolated clouds of up to so many points are compared by all their distances, larger ones by those to near points.
ALL_PAIRS = 4000

#: So many near points, about.
NEAR = 20

#: In periodic clouds, radius within which a point has some hundreds of neighbours, a thousand in a crystal, as a
#: multiple of the spacing of the points (a length, an area or a volume by the number of periodic axes, to that root).
CROWDED = (500.0, 18.0, 6.2)

#: Points are far from what others span if they are more than so far, in units of the farthest. Not a half, which occurs
#: in symmetric clouds, where rounding would decide.
FAR = 0.49

#: Neighbours span space well if each adds at least this much (angstrom) to what the ones before span.
WELL_SPANNED = 0.3


@dataclass(frozen=True, eq=False)
class Congruence:
    """Whether two clouds are congruent, and how one can tell.

    Use it as a truth value. If it is true, ``a.positions @ rotation.T + translation`` lies on
    ``b.positions[permutation]`` (in a periodic cloud, up to cell vectors of b).

    Attributes
    ----------
    rotation : (3, 3) array or None
        Orthogonal matrix; its determinant is -1 if a mirror was needed.
    translation : (3,) array or None
        In angstrom.
    permutation : (n,) array of int or None
        Index in b of the image of each point of a. Periodic clouds may be given in different cells; then several points
        of a may lie on images of one point of b.
    mirror : bool
        Was a reflection needed?
    deviation : float
        Largest distance between a point's image and its partner, angstrom; infinite if there is no motion.
    difference : str
        What differs, if the clouds are not congruent.
    triangle : Triangle or None
        The triangle that differs, where that is the witness.
    """

    congruent: bool
    rotation: Matrix | None = None
    translation: Matrix | None = None
    permutation: NDArray[np.int64] | None = None
    mirror: bool = False
    deviation: float = np.inf
    difference: str = ""
    triangle: Triangle | None = None

    def __bool__(self) -> bool:
        return self.congruent


def congruent(
    a: CloudLike, b: CloudLike, tolerance: float = TOLERANCE, mirror: bool = True, radius: float = 6.0
) -> Congruence:
    """Decide whether two clouds are equal up to rotation, translation, relabelling and, by default, reflection.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms or (n, 3) array
        Two clouds, in angstrom, isolated or periodic. Periodic clouds may be given in different cells.
    tolerance : float, optional
        How far a point may lie from its partner, angstrom; where coordinates are so large that rounding alone moves it
        further (7e-6 angstrom at 1e9), as far as that.
    mirror : bool, optional
        May a reflection be used? If not, a chiral cloud is not congruent to its mirror image.
    radius : float, optional
        Periodic clouds only: how long the sides of a triangle may be that is sought as a witness of difference,
        angstrom.

    Returns
    -------
    Congruence

    Raises
    ------
    CloudError
        If a cloud is not valid.
    CompareError
        If the tolerance is not a positive number.

    Examples
    --------
    >>> import ase.build
    >>> water = ase.build.molecule("H2O")
    >>> turned = water[[2, 0, 1]]
    >>> turned.rotate(40, (1, 2, 3))
    >>> result = congruent(water, turned)
    >>> bool(result), result.permutation.tolist(), result.mirror
    (True, [1, 2, 0], False)

    >>> print(congruent([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [2, 0, 0]]).difference)
    the longest distance is 1.000000 A in one and 2.000000 A in the other
    """
    a, b = as_cloud(a), as_cloud(b)
    tolerance = max(check_tolerance(tolerance), MOTION * rounding(a, b))
    difference = _plain_difference(a, b, tolerance)
    if difference:
        return Congruence(False, difference=difference)
    target = _Target(b, tolerance)
    colors = _colors(a, b, tolerance) if len(a) == len(b) else None
    if colors is None and len(a) == len(b):
        return Congruence(False, difference=_refined_difference(a, b, tolerance))
    reflected: Congruence | None = None
    for rotation, translation in _candidates(a, target, colors, tolerance):
        if reflected is not None and np.linalg.det(rotation) < 0:
            continue
        found = target.check(a, rotation, translation)
        if found is not None and not found.mirror:
            return found
        reflected = reflected or found
    if reflected is not None:
        if mirror:
            return reflected
        return Congruence(
            False,
            difference="they are mirror images: every motion that carries one onto the other reflects it",
        )
    few = len(a) == len(b) and (a.periodic or len(a) <= ALL_PAIRS)
    triangle = differing_triangle(a, b, radius if a.periodic else np.inf, 4 * tolerance) if few else None
    return Congruence(
        False,
        difference=str(triangle)
        if triangle
        else "no rigid motion carries one onto the other (all candidates were tried)",
        triangle=triangle,
    )


def _plain_difference(a: Cloud, b: Cloud, tolerance: float) -> str:
    """Compare what can be compared at a glance; an empty string when nothing differs."""
    if a.pbc.sum() != b.pbc.sum():
        return f"one repeats along {a.pbc.sum()} axes and the other along {b.pbc.sum()}"
    if not a.periodic:
        if len(a) != len(b):
            return f"one has {len(a)} points and the other {len(b)}"
        if a.composition != b.composition:
            return f"one is {a.formula} and the other {b.formula}"
        if len(a) > ALL_PAIRS:
            return _radial_difference(a, b, tolerance)
        lengths = SortedLengths([distance_graph(c) for c in (a, b)])
        first, second = lengths.spectrum(0), lengths.spectrum(1)
        if not len(first):
            return ""
        if abs(first[-1] - second[-1]) > 2 * tolerance:
            return f"the longest distance is {first[-1]:.6f} A in one and {second[-1]:.6f} A in the other"
        gaps = np.abs(first - second)
        if gaps.max() > 2 * tolerance:
            worst = int(np.argmax(gaps > gaps.max() - tolerance))  # of equally large ones the first, on every machine
            return (
                f"sorted by length, distance {worst + 1} of {len(first)} is {first[worst]:.6f} A in one and "
                f"{second[worst]:.6f} A in the other"
            )
        return ""
    sizes = [float(np.sqrt(np.linalg.det(c.periods @ c.periods.T))) for c in (a, b)]
    slack = 10 * tolerance * max(np.linalg.norm(1 / np.linalg.norm(c.periods, axis=1)) for c in (a, b)) + 1e-9
    for s in sorted(set(a.species) | set(b.species)):
        density = [float((c.species == s).sum() / size) for c, size in zip((a, b), sizes, strict=True)]
        if abs(density[0] - density[1]) > slack * max(density):
            unit = ("A", "A^2", "A^3")[int(a.pbc.sum()) - 1]
            return f"there are {density[0]:.6g} {s} per {unit} in one and {density[1]:.6g} in the other"
    return ""


def _radial_difference(a: Cloud, b: Cloud, tolerance: float) -> str:
    """Compare the distances of the points from their centres."""
    first, second = (np.sort(np.linalg.norm(c.positions - c.positions.mean(axis=0), axis=1)) for c in (a, b))
    worst = int(np.abs(first - second).argmax())
    if abs(first[worst] - second[worst]) <= 2 * tolerance:
        return ""
    return (
        f"sorted by distance from the centre, point {worst + 1} of {len(first)} is {first[worst]:.6f} A from it in one "
        f"and {second[worst]:.6f} A in the other"
    )


def _graph_cutoff(a: Cloud, b: Cloud) -> float:
    """Return a cutoff for colouring: all distances, or in periodic and large clouds a few neighbours of every point."""
    if not a.periodic:
        return np.inf if len(a) <= ALL_PAIRS else max(_reach_of_near(c) for c in (a, b))
    return max(roomy_radius(3.0, a, b), 2.0 * _spacing(a, b))


def _reach_of_near(cloud: Cloud) -> float:
    """Return how far the nearest points of a point reach in an isolated cloud, for half of its points."""
    from scipy.spatial import cKDTree

    return float(np.median(cKDTree(cloud.positions).query(cloud.positions, k=NEAR + 1)[0][:, -1]))


def _spacing(*clouds: Cloud) -> float:
    """Return how far apart the points of periodic clouds are, about, angstrom."""
    periodic = [c for c in clouds if c.periodic]
    return max(float((np.sqrt(np.linalg.det(c.periods @ c.periods.T)) / len(c)) ** (1 / c.pbc.sum())) for c in periodic)


def roomy_radius(radius: float, *clouds: Cloud) -> float:
    """Return a radius, or a smaller one where the points of periodic clouds are so dense that it would hold too many.

    Densities of matter never shorten 6 angstrom; those of cells of edge 1, without units, do.

    Examples
    --------
    >>> import ase.build
    >>> copper = as_cloud(ase.build.bulk("Cu"))
    >>> small = Cloud(copper.positions / 10, copper.species, copper.cell / 10, copper.pbc)
    >>> roomy_radius(6.0, copper), round(roomy_radius(6.0, small), 2)
    (6.0, 1.41)
    """
    return min(radius, CROWDED[int(clouds[0].pbc.sum()) - 1] * _spacing(*clouds))


def _colors(a: Cloud, b: Cloud, tolerance: float) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Colours that congruent points share; None if refinement already proves the clouds different.

    Partners' distances differ by at most twice the tolerance, and a gap of four times the tolerance keeps them
    in one label. So points that a motion can carry onto each other always have one colour.
    """
    cutoff = _graph_cutoff(a, b)
    graphs = [distance_graph(c, cutoff) for c in (a, b)]
    lengths = SortedLengths(graphs)
    # An edge near the cutoff may be present in one cloud and absent in the other: end at a gap between lengths.
    reach = cutoff
    if np.isfinite(cutoff) and len(lengths.ordered) > 1:
        gaps = np.flatnonzero(np.diff(lengths.ordered) > 4 * tolerance)
        reach = float(lengths.ordered[gaps[-1]] + 2 * tolerance) if len(gaps) else 0.0
    coloring = Union(graphs).refine(lengths.cut(4 * tolerance, reach), until_separated=True)
    if coloring.separated:
        return None
    final = coloring.colors[-1]
    return final[: len(a)], final[len(a) :]


def _refined_difference(a: Cloud, b: Cloud, tolerance: float) -> str:
    from twinclouds.refinement import compare

    cutoff = _graph_cutoff(a, b)
    found = compare(a, b, cutoff, tolerance=4 * tolerance).difference().removesuffix(".")
    seen = "all distances" if np.isinf(cutoff) else f"distances up to {cutoff:.3g} A"
    return f"colour refinement with {seen} tells them apart: {found[0].lower()}{found[1:]}"


class _Target:
    """Cloud b, ready to say which of its points (or images) lies near a given place."""

    def __init__(self, cloud: Cloud, tolerance: float) -> None:
        from scipy.spatial import cKDTree

        self.cloud, self.tolerance = cloud, tolerance
        if cloud.periodic:
            self.periods = _reduced_periods(cloud)
            self.dual = np.linalg.pinv(self.periods)
            axes = len(self.periods)
            cells = np.stack(np.meshgrid(*[np.arange(-1, 2)] * axes, indexing="ij"), axis=-1).reshape(-1, axes)
            home = cloud.positions - np.floor(cloud.positions @ self.dual) @ self.periods
            self.atom = np.tile(np.arange(len(cloud)), len(cells))
            self.places = home[self.atom] + np.repeat(cells, len(cloud), axis=0) @ self.periods
        else:
            self.atom, self.places = np.arange(len(cloud)), cloud.positions
        self.tree = cKDTree(self.places)
        # So far may a point be from its partner while the motion is not yet polished.
        apart = self.tree.query(cloud.positions if not cloud.periodic else home, k=2)[0][:, 1].min()
        self.loose = 0.25 * float(min(apart, 1.0)) if np.isfinite(apart) else tolerance

    def nearest(self, points: Matrix) -> tuple[NDArray[np.int64], Matrix]:
        """Return for each point the nearest atom of b, and the place of its nearest image."""
        offset = np.floor(points @ self.dual) @ self.periods if self.cloud.periodic else np.zeros_like(points)
        _, index = self.tree.query(points - offset)
        return self.atom[index], self.places[index] + offset

    def repeats(self, shift: Matrix) -> bool:
        """Does this translation carry b onto itself? One atom that finds a partner is not enough: fcc and hcp."""
        moved = self.cloud.positions + shift
        atoms, places = self.nearest(moved)
        near = np.linalg.norm(moved - places, axis=1) <= 2 * self.tolerance
        return bool((near & (self.cloud.species[atoms] == self.cloud.species)).all())

    def check(self, a: Cloud, rotation: Matrix, translation: Matrix) -> Congruence | None:
        """Does this motion, polished by a fit to all points, carry a onto b?"""
        # The cell vectors of a must be translations of b: carry one whole cell further along each of them as well.
        copies = [a.positions] + [a.positions + t for t in a.periods]
        points = np.concatenate(copies)
        species = np.tile(a.species, len(copies))
        # A frame fixes the motion well near itself only: match loosely, fit to all points, and again, then strictly.
        rough, strict = max(self.loose, self.tolerance), self.tolerance
        for slack, polish in ((rough, True), (max(rough / 10, strict), True), (strict, False)):
            moved = points @ rotation.T + translation
            atoms, places = self.nearest(moved)
            deviation = float(np.linalg.norm(moved - places, axis=1).max())
            if deviation > slack or (species != self.cloud.species[atoms]).any():
                return None
            if not self.cloud.periodic and len(np.unique(atoms)) < len(atoms):
                return None
            if polish:
                rotation, translation = _fit(points, places, float(np.sign(np.linalg.det(rotation))))
        if not all(self.repeats(t) for t in a.periods @ rotation.T):
            return None
        return Congruence(
            True,
            rotation=rotation,
            translation=translation,
            permutation=atoms[: len(a)],
            mirror=bool(np.linalg.det(rotation) < 0),
            deviation=deviation,
        )


def _reduced_periods(cloud: Cloud) -> Matrix:
    """Return the shortest vectors that span the same lattice, shape (number of periodic axes, 3), angstrom."""
    import ase.geometry

    # ASE wants three independent rows: fill those of axes that are not periodic.
    cell = np.array(cloud.cell)
    cell[~cloud.pbc] = np.linalg.svd(cloud.periods)[2][cloud.pbc.sum() :]
    reduce: Any = ase.geometry.minkowski_reduce
    return np.asarray(reduce(cell, cloud.pbc)[0])[cloud.pbc]


def _fit(points: Matrix, places: Matrix, sign: float) -> tuple[Matrix, Matrix]:
    """Return the least-squares motion with determinant `sign` (Kabsch 1976)."""
    p, q = points.mean(axis=0), places.mean(axis=0)
    U, sizes, Vt = np.linalg.svd((points - p).T @ (places - q))
    if sizes[1] <= 1e-15 * sizes[0]:
        # Points on a line may be turned about it: of all motions one that does not depend on the processor.
        U[:, 1:], Vt[1:] = settled_basis(U[:, 1:]), settled_basis(Vt[1:].T).T
    flip = np.diag([1.0, 1.0, sign * np.sign(np.linalg.det(U @ Vt))])
    rotation = Vt.T @ flip @ U.T
    return rotation, q - rotation @ p


def _frame(a: Cloud, classes: NDArray[np.int64], tolerance: float) -> tuple[list[int], Matrix]:
    """Choose up to four points that span the cloud.

    The first comes from the rarest class, the others lie far from what the ones before span. In a periodic cloud
    neighbours of the first point are taken if they span space; otherwise the end points of the (reduced) cell
    vectors come first, since any motion carries them onto points of the same colour. Returns the atom of each point,
    and its place.
    """
    rarity = np.bincount(classes)[classes]
    first = _pick(np.linalg.norm(a.positions - a.positions.mean(axis=0), axis=1), rarity)
    if a.periodic:
        near = _near_frame(a, first, rarity)
        if near is not None:
            return near
    atoms, places = [first], [a.positions[first]]
    if a.periodic:
        for t in sorted(_reduced_periods(a), key=lambda t: float(np.linalg.norm(t))):
            atoms.append(first)
            places.append(a.positions[first] + t)
    while len(places) < 4:
        spanned = np.array(places)[1:] - places[0]
        away = a.positions - places[0]
        if len(spanned):
            basis = np.linalg.svd(spanned, full_matrices=False)[2]
            away = away - away @ basis.T @ basis
        height = np.linalg.norm(away, axis=1)
        if height.max() <= 4 * tolerance:
            break
        # Rare colours leave few candidates, but a flat frame gives a poor motion: prefer rare ones among the far ones.
        far = np.flatnonzero(height > FAR * height.max())
        pick = int(far[_pick(height[far], rarity[far])])
        atoms.append(pick)
        places.append(a.positions[pick])
    return atoms, np.array(places)


def _pick(height: NDArray[np.float64], rarity: NDArray[np.int64]) -> int:
    """Return the highest of the rarest; of equally high ones the first, so that the witness is one on every machine."""
    return int(np.lexsort((-(height / height.max(initial=1e-300)).round(6), rarity))[0])


def _near_frame(a: Cloud, first: int, rarity: NDArray[np.int64]) -> tuple[list[int], Matrix] | None:
    """Choose the frame among the neighbours of a point; None if they do not span space well."""
    graph = distance_graph(a, _graph_cutoff(a, a))
    around = slice(*np.searchsorted(graph.senders, [first, first + 1]))
    near = graph.receivers[around]
    vectors = a.positions[near] - a.positions[first] + graph.shifts[around] @ a.cell
    atoms, chosen, away = [first], [np.zeros(3)], vectors
    for _ in range(3):
        height = np.linalg.norm(away, axis=1)
        if height.max(initial=0.0) < WELL_SPANNED:
            return None
        far = np.flatnonzero(height > FAR * height.max())
        pick = int(far[_pick(height[far], rarity[near[far]])])
        atoms.append(int(near[pick]))
        chosen.append(vectors[pick])
        basis = np.linalg.svd(np.array(chosen[1:]), full_matrices=False)[2]
        away = vectors - vectors @ basis.T @ basis
    return atoms, a.positions[first] + np.array(chosen)


def _candidates(
    a: Cloud,
    target: _Target,
    colors: tuple[NDArray[np.int64], NDArray[np.int64]] | None,
    tolerance: float,
) -> Iterator[tuple[Matrix, Matrix]]:
    """Yield the motions that carry the frame of a onto points of b with the same colours and distances."""
    b = target.cloud
    if colors is None:  # different cells: colours cannot be compared by count, species can
        kinds = np.unique(np.concatenate([a.species, b.species]))
        colors = np.searchsorted(kinds, a.species), np.searchsorted(kinds, b.species)
    atoms, frame = _frame(a, colors[0], tolerance)
    wanted = colors[0][atoms]
    lengths = np.linalg.norm(frame[:, None] - frame[None], axis=2)
    slack = 4 * tolerance
    if b.periodic:
        graph = distance_graph(b, max(float(lengths[0].max()), 1e-3) + slack)
        starts = np.searchsorted(graph.senders, np.arange(len(b) + 1))
        spans = b.positions[graph.receivers] - b.positions[graph.senders] + graph.shifts @ b.cell
    for start in np.flatnonzero(colors[1] == wanted[0]):
        if b.periodic:
            around = slice(starts[start], starts[start + 1])
            places = np.concatenate([b.positions[[start]], b.positions[start] + spans[around]])
            palette = np.concatenate([[colors[1][start]], colors[1][graph.receivers[around]]])
        else:
            places, palette = b.positions, colors[1]
        stack = [b.positions[[start]]]
        while stack:
            partial = stack.pop()
            k = len(partial)
            if k == len(frame):
                yield from _motions(frame, partial)
                continue
            fits = palette == wanted[k]
            for i in range(k):
                fits &= np.abs(np.linalg.norm(places - partial[i], axis=1) - lengths[k, i]) <= slack
            stack.extend(np.vstack([partial, p]) for p in places[fits])


def _motions(frame: Matrix, image: Matrix) -> Iterator[tuple[Matrix, Matrix]]:
    """Yield the motions, proper and not, that carry one frame onto another.

    Of a flat or nearly flat frame both are as good; of any other, all points decide.
    """
    yield _fit(frame, image, 1.0)
    yield _fit(frame, image, -1.0)
