"""Certificates: proofs that two clouds are twins, to be re-checked by anyone without running refinement.

A certificate holds the two clouds, a colour for every point, and a table: how many points of colour Q a point
of colour P has at distance d. If every point of both clouds obeys the table, and each colour is as frequent in
one cloud as in the other, then the colouring is an equitable partition of both, and no number of rounds at any
cutoff tells the clouds apart. A triangle that occurs more often in one cloud than in the other shows that they
are not congruent. Checking needs only distances and counting.

Where the squared distances, taken from the decimal coordinates as written, are equal as fractions, the
certificate is exact; otherwise lengths are compared with a stated tolerance, and the certificate states its margin:
how far apart lengths are that count as different, and how well those agree that count as one. These numbers are
measured again when it is checked. A digest binds it to its points: points moved by less than the tolerance may well
be twins, too, but not those that were certified.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.arguments import shown
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.congruence import congruent, roomy_radius
from twinclouds.errors import CertificateError, TwincloudsError
from twinclouds.graphs import DistanceGraph, check_cutoff, distance_graph
from twinclouds.lengths import TOLERANCE
from twinclouds.neighbours import MAX_EDGES
from twinclouds.pairs.hypotheses import PROOFS, proof_of
from twinclouds.pairs.types import Pair
from twinclouds.patience import announce
from twinclouds.refinement import compare
from twinclouds.triangle_counts import count_triangles

if TYPE_CHECKING:
    from twinclouds.clouds import CloudLike

__all__ = ["Certificate", "certify"]

FORMAT = "twinclouds-certificate-2"

#: The format before stated neither margin nor digest.
OLD_FORMAT = "twinclouds-certificate-1"

#: Periodic clouds are verified up to this cutoff, angstrom, if nobody says how far.
RADIUS = 6.0

#: Exact arithmetic is tried up to this many points: it works on all pairs as fractions, and on all triples of points.
EXACT_POINTS = 64

#: How far triangle sides may be from the stated ones, in tolerances.
SIDE_SLACK = 10.0

#: How well the stated lengths and margins have to agree with the measured ones, in tolerances.
STATED = 1e-3

#: Lengths that count as one have to agree ten times better than the tolerance, or the call is too close.
FEW = 10.0

#: Seconds that it takes to prove something of a distance, about.
SECONDS = 5e-6

#: Lengths that differ by more than this (angstrom) do not count as one, whatever a certificate says.
LARGEST_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Certificate:
    """A proof that two clouds are not congruent and that no distance test tells them apart.

    Attributes
    ----------
    a, b : dict
        The clouds: ``species``, ``positions`` (angstrom), ``cell``, ``pbc``.
    classes : tuple of 2 tuples of int
        Colour of every point of a and of b.
    lengths : tuple of float
        The distinct distances, angstrom; each is the mean over the points that have it.
    table : tuple of (int, int, int, int)
        Rows (P, Q, d, k): a point of colour P has k points of colour Q at distance ``lengths[d]``.
    triangle : dict
        ``species`` and ``sides`` (angstrom, opposite to each vertex) of a kind of triangle, and its ``counts``
        in a and b.
    radius : float or None
        Periodic pairs: equivalence was verified for all cutoffs up to this, angstrom. None: at every cutoff.
    proof : str
        Periodic pairs: what covers cutoffs beyond the radius, if anything.
    tolerance : float
        Lengths this close count as one, angstrom.
    exact : bool
        Do the counts, and that of the triangles, hold in rational arithmetic?
    margin : float
        Narrowest gap between two distances that count as different, angstrom.
    widest : float
        Largest difference between two distances that count as one, angstrom; at most a tenth of the tolerance.
    digest : str
        SHA-256 of the species, coordinates, cells and periodic axes of both clouds, as written here.
    """

    a: dict[str, Any]
    b: dict[str, Any]
    classes: tuple[tuple[int, ...], tuple[int, ...]]
    lengths: tuple[float, ...]
    table: tuple[tuple[int, int, int, int], ...]
    triangle: dict[str, Any]
    radius: float | None
    proof: str
    tolerance: float
    exact: bool
    margin: float
    widest: float
    digest: str

    def check(self) -> bool:
        """Verify everything from the stored numbers alone.

        Returns
        -------
        bool
            False if anything stated does not hold; :meth:`problems` says what.

        Examples
        --------
        >>> from twinclouds.pairs import three_lines
        >>> certify(three_lines()).check()
        True
        """
        return not self.problems()

    def problems(self) -> list[str]:
        """List, in words, what does not hold; empty if the certificate is good.

        Examples
        --------
        >>> from dataclasses import replace
        >>> from twinclouds.pairs import three_lines
        >>> forged = replace(certify(three_lines()), lengths=(1.0, 2.0))
        >>> forged.problems()[0]
        'a: distance 1.194034 A of atoms 0 and 2 is not among the lengths'
        """
        try:
            return self._problems()
        except TwincloudsError as error:
            return [str(error)]
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
            return [f"the certificate is malformed: {type(error).__name__}: {shown(str(error))}"]
        except (MemoryError, RecursionError) as error:
            return [f"the certificate is too large, or nested too deeply, to be checked: {type(error).__name__}"]

    def _problems(self) -> list[str]:
        odd = _odd_fields(self)
        if odd:
            return [f"the certificate is malformed: {', '.join(odd)}"]
        clouds = [_revive(self.a, "a"), _revive(self.b, "b")]
        reach = np.inf if self.radius is None else check_cutoff(self.radius)
        points = max(map(len, clouds))
        if self.exact and points > EXACT_POINTS:
            return [f"rational arithmetic is for up to {EXACT_POINTS} points, not {points}"]
        problems = []
        if self.digest != _digest(self.a, self.b):
            problems.append("the points are not those that were certified: their digest is another")
        colors = [np.asarray(c, dtype=np.int64) for c in self.classes]
        for name, cloud, color in zip("ab", clouds, colors, strict=True):
            if color.shape != (len(cloud),):
                return [f"{name}: there are {color.size} colours for {len(cloud)} points"]
        if Counter(self.classes[0]) != Counter(self.classes[1]):
            problems.append("the colours are not equally frequent in a and b")
        species: dict[int, str] = {}
        for name, cloud, color in zip("ab", clouds, colors, strict=True):
            for i, (c, s) in enumerate(zip(color.tolist(), cloud.species.tolist(), strict=True)):
                if species.setdefault(c, s) != s:
                    problems.append(f"{name}: atom {i} is {shown(s)}, but others of its colour are {shown(species[c])}")
        table = np.array(self.table) if len(self.table) else np.zeros((0, 4), dtype=np.int64)
        if table.dtype.kind != "i" or table.shape[1:] != (4,):
            return ["the table does not consist of rows of four whole numbers"]
        table = table[np.lexsort(table.T[2::-1])]
        twice = np.flatnonzero((table[1:, :3] == table[:-1, :3]).all(axis=1))
        if len(twice):
            p, q, d, _ = table[twice[0]]
            return [f"the table counts twice what a point of colour {p} has of colour {q} at length {d}"]
        strange = set(table[:, 0].tolist()) - set(species)
        if strange:
            return [f"the table speaks of colour {min(strange)}, which no point has"]
        lengths = np.asarray(self.lengths, dtype=float)
        if not 0 < self.tolerance <= LARGEST_TOLERANCE or (lengths < 100 * self.tolerance).any():
            return [f"the tolerance {self.tolerance:g} A is not small against the lengths"]
        if not (np.diff(lengths) > 2 * self.tolerance).all():
            return [f"the lengths are not in order, or not {2 * self.tolerance:g} A apart, so that they overlap"]
        periodic = clouds[0].periodic or clouds[1].periodic
        if periodic != (self.radius is not None):
            return ["a radius belongs to periodic clouds, and to these alone"]
        if reach < max(float(side) for side in self.triangle["sides"]):
            problems.append(f"the radius {reach:g} A is shorter than the sides of the triangle")
        if self.proof and not (periodic and self.proof in {proof_of(family, *clouds) for family in PROOFS}):
            problems.append(f"the clouds are not what the proof speaks of: {shown(self.proof)}")
        graphs = [distance_graph(cloud, reach) for cloud in clouds]
        for name, graph, color in zip("ab", graphs, colors, strict=True):
            problems += _check_table(name, graph, color, lengths, table, self.tolerance)
        if not problems:
            problems += self._check_margin(np.concatenate([graph.bond_lengths for graph in graphs]), lengths)
        if self.exact and not problems and (self.radius is not None or not _exactly_equitable(clouds, colors)):
            problems.append("the counts do not hold in rational arithmetic")
        return problems + self._check_triangle(clouds)

    def _check_margin(self, found: NDArray[np.float64], lengths: NDArray[np.float64]) -> list[str]:
        """Measure again what the certificate states of its lengths."""
        label = _nearest(lengths, found)
        order = np.lexsort((found, label))
        starts = np.searchsorted(label[order], np.arange(len(lengths) + 1))
        if (np.diff(starts) == 0).any():
            return [f"no points are {lengths[np.flatnonzero(np.diff(starts) == 0)[0]]:.6f} A apart, a stated length"]
        low, high = found[order][starts[:-1]], found[order][starts[1:] - 1]
        means = np.add.reduceat(found[order], starts[:-1]) / np.diff(starts)
        margin, widest = float((low[1:] - high[:-1]).min(initial=np.inf)), float((high - low).max(initial=0.0))
        off = STATED * self.tolerance
        if (np.abs(means - lengths) > off).any():
            return ["the lengths are not the means of the distances that they stand for"]
        if not (self.margin == margin or abs(self.margin - margin) <= off) or not abs(self.widest - widest) <= off:
            return [
                f"the margin is {margin:.9g} A and the widest length {widest:.3g} A, not {self.margin:.9g} A and "
                f"{self.widest:.3g} A"
            ]
        if widest > self.tolerance / FEW:
            return [
                f"too close to call: distances that count as one differ by {widest:.1g} A, more than a tenth of the "
                f"tolerance {self.tolerance:g} A"
            ]
        return []

    def _check_triangle(self, clouds: list[Cloud]) -> list[str]:
        corners, sides = self.triangle["species"], [float(s) for s in self.triangle["sides"]]
        if len(corners) != 3 or len(sides) != 3:
            return [f"a triangle has three corners and three sides, not {len(corners)} and {len(sides)}"]
        slack = SIDE_SLACK * self.tolerance
        stated = list(self.triangle["counts"])
        # Counted twice: a triangle on the edge of being counted proves nothing.
        for allowed in (slack, 3 * slack):
            found = [count_triangles(cloud, corners, sides, allowed) for cloud in clouds]
            if found != stated:
                return [f"the triangle occurs {found[0]} and {found[1]} times within {allowed:g} A, not {stated}"]
        if self.exact and _exact_triangles(clouds, corners, sides, slack) != stated:
            return ["the count of triangles does not hold in rational arithmetic"]
        return ["the triangle occurs equally often in both, which proves nothing"] if found[0] == found[1] else []

    def to_json(self) -> str:
        """Return the certificate as JSON text.

        Raises
        ------
        CertificateError
            If it holds what JSON cannot; one that passes its check does not.

        Examples
        --------
        >>> from twinclouds.pairs import three_lines
        >>> text = certify(three_lines()).to_json()
        >>> Certificate.from_json(text).check()
        True
        """
        # JSON knows no infinity: where there is one length only, the margin to the next is null.
        margin = self.margin if self.margin != math.inf else None
        try:
            return json.dumps({"format": FORMAT, **vars(self), "margin": margin}, indent=1, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise CertificateError(f"a malformed certificate cannot be written: {shown(str(error))}") from None

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """Read a certificate from JSON text; run :meth:`check` before you believe it.

        Raises
        ------
        CertificateError
            If the text is not a certificate.

        Examples
        --------
        >>> Certificate.from_json("{}")
        Traceback (most recent call last):
        ...
        twinclouds.errors.CertificateError: this is not a certificate of format twinclouds-certificate-2
        """
        try:
            data = json.loads(text, object_pairs_hook=_once)
        except (TypeError, ValueError, RecursionError) as error:
            raise CertificateError(f"a certificate is JSON text, and this is not: {shown(str(error))}") from None
        if isinstance(data, dict) and data.get("format") == OLD_FORMAT:
            raise CertificateError(
                f"this certificate has the older format {OLD_FORMAT}, which states no margin; make a new one with "
                "tc.certify(a, b)"
            )
        if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
            raise CertificateError(f"this is not a certificate of format {FORMAT}")
        expected = set(cls.__dataclass_fields__)
        if set(data) != expected:
            raise CertificateError(f"the certificate lacks or adds fields: {shown(sorted(expected ^ set(data)))}")
        if data["margin"] is None:
            data["margin"] = math.inf
        try:
            data["classes"] = tuple(tuple(c) for c in data["classes"])
            data["lengths"] = tuple(data["lengths"])
            data["table"] = tuple(tuple(row) for row in data["table"])
        except TypeError as error:
            raise CertificateError(f"a field of the certificate is malformed: {error}") from None
        return cls(**data)

    def __str__(self) -> str:
        try:
            return self._in_words()
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
            return f"A malformed certificate: {type(error).__name__}: {' '.join(str(error).split())}"

    def _in_words(self) -> str:
        where = "at every cutoff" if self.radius is None else f"at every cutoff up to {self.radius:g} A"
        if self.proof:
            where = f"at every cutoff (verified up to {self.radius:g} A; beyond: {self.proof})"
        colours = _count(len(set(self.classes[0])), "colour")
        arithmetic = "in rational arithmetic" if self.exact else f"with a tolerance of {self.tolerance:g} A"
        corners = "-".join(self.triangle["species"])
        sides = ", ".join(f"{s:.3f}" for s in self.triangle["sides"])
        counts = self.triangle["counts"]
        return (
            f"Not told apart by distances {where}: {colours}, {len(self.lengths)} distances, "
            f"{len(self.table)} counts, {arithmetic}.\n"
            f"Margin: distances that count as different are at least {self.margin:.3g} A apart, those that count as "
            f"one agree to {self.widest:.1g} A.\n"
            f"Not congruent: a triangle {corners} with opposite sides {sides} A occurs {counts[0]} times in a and "
            f"{counts[1]} times in b."
        )


def certify(
    pair: Pair | CloudLike, other: CloudLike | None = None, radius: float | None = None, tolerance: float = TOLERANCE
) -> Certificate:
    """Prove that two clouds are twins: not congruent, and not told apart by distances.

    Parameters
    ----------
    pair : Pair or cloud
        A pair, or the first of two clouds.
    other : cloud, optional
        The second cloud, if the first argument is one.
    radius : float, optional
        Periodic clouds: verify up to this cutoff, angstrom; by default 6, or less where the points are denser than in
        any matter.
    tolerance : float, optional
        Lengths this close count as one, angstrom.

    Returns
    -------
    Certificate

    Raises
    ------
    CertificateError
        If the clouds are not twins, too close to call, or nothing simple shows that they are not congruent.
    CloudError, CompareError
        If the clouds are not valid or not comparable.

    Examples
    --------
    >>> hexagon = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
    >>> triangles = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]
    >>> certificate = certify(hexagon, triangles)
    >>> certificate.exact, certificate.check()
    (True, True)
    >>> print(certificate)
    Not told apart by distances at every cutoff: 1 colour, 3 distances, 3 counts, in rational arithmetic.
    Margin: distances that count as different are at least 0.379 A apart, those that count as one agree to 0 A.
    Not congruent: a triangle X-X-X with opposite sides 1.414, 1.414, 1.414 A occurs 0 times in a and 2 times in b.
    """
    first, second = (pair.a, pair.b) if isinstance(pair, Pair) else (pair, other)
    if second is None:
        raise CertificateError("only one cloud was given; give a pair, or two clouds")
    a, b = as_cloud(first), as_cloud(second)
    periodic = a.periodic or b.periodic
    reach = np.inf
    if periodic:
        reach = roomy_radius(RADIUS, a, b) if radius is None else check_cutoff(radius)
    pairs = len(a) * (len(a) - 1) // 2
    if not periodic and 2 * pairs <= MAX_EDGES:  # more are refused
        announce(pairs * SECONDS, f"a certificate of {pairs} distances", "certify smaller clouds")
    verdict = compare(a, b, cutoff=reach, tolerance=tolerance)
    if verdict.ill_conditioned:
        raise CertificateError(f"there is no proof: the pair is {verdict.wording}")
    if not verdict.equivalent:
        raise CertificateError(f"the clouds are not twins: {verdict.wording}")
    shape = congruent(a, b, tolerance, radius=reach)
    if shape:
        how = "mirror images" if shape.mirror else "one shape in two positions"
        raise CertificateError(f"the clouds are not twins: they are congruent, {how}")
    if shape.triangle is None:
        remedy = "; try a larger radius" if periodic else ""
        raise CertificateError(f"no triangle shows that the clouds differ ({shape.difference}){remedy}")
    refinement = verdict.refinement
    assert refinement is not None
    labels = refinement.edge_labels
    assert labels is not None
    colors = [refinement.colors[g][-1] for g in (0, 1)]
    counts = _counts(refinement.graphs[0], colors[0], labels.labels[0])
    table = sorted((p, q, d, k) for p, row in counts.items() for (q, d), k in row.items())
    sides = [float(s) for s in shape.triangle.sides]
    slack = SIDE_SLACK * tolerance
    found = [count_triangles(c, shape.triangle.species, sides, slack) for c in (a, b)]
    proofs = (proof_of(family, a, b) for family in PROOFS) if periodic else ()
    plain = [_plain(a), _plain(b)]
    certificate = Certificate(
        a=plain[0],
        b=plain[1],
        classes=(tuple(colors[0].tolist()), tuple(colors[1].tolist())),
        lengths=tuple(labels.values.tolist()),
        table=tuple(table),
        triangle={"species": list(shape.triangle.species), "sides": sides, "counts": found},
        radius=float(reach) if periodic else None,
        proof=next((proof for proof in proofs if proof), ""),
        tolerance=float(tolerance),
        exact=not periodic
        and len(a) <= EXACT_POINTS
        and _exactly_equitable([a, b], colors)
        and _exact_triangles([a, b], shape.triangle.species, sides, slack) == found,
        margin=labels.narrowest_gap,
        widest=labels.widest,
        digest=_digest(*plain),
    )
    problems = certificate.problems()
    if problems:
        raise CertificateError(
            f"the proof does not hold with the tolerance {tolerance:g} A ({problems[0]}); try another tolerance"
        )
    return certificate


def _odd_fields(certificate: Certificate) -> list[str]:
    """Name the fields that do not hold what belongs there: a text that one program reads as a number, say."""

    def listed(value: object, count: int | None, fits: Callable[[Any], bool]) -> bool:
        right = isinstance(value, (list, tuple)) and (count is None or len(value) == count)
        return right and all(fits(x) for x in value)  # type: ignore[attr-defined]

    def keyed(value: object, fields: dict[str, Callable[[Any], bool]]) -> bool:
        return isinstance(value, dict) and set(value) == set(fields) and all(f(value[k]) for k, f in fields.items())

    def whole(value: object) -> bool:
        return type(value) is int and abs(value) < 2**63

    def number(value: object) -> bool:
        return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]

    def text(value: object) -> bool:
        return isinstance(value, str)

    def flag(value: object) -> bool:
        return isinstance(value, bool)

    def point(value: object) -> bool:
        return listed(value, 3, number)

    def cloud(value: object) -> bool:
        return keyed(
            value,
            {
                "species": lambda x: listed(x, None, text),
                "positions": lambda x: listed(x, None, point),
                "cell": lambda x: listed(x, 3, point),
                "pbc": lambda x: listed(x, 3, flag),
            },
        )

    def triangle(value: object) -> bool:
        return keyed(
            value,
            {
                "species": lambda x: listed(x, 3, text),
                "sides": point,
                "counts": lambda x: listed(x, 2, whole),
            },
        )

    fields: dict[str, Callable[[Any], bool]] = {
        "a": cloud,
        "b": cloud,
        "classes": lambda x: listed(x, 2, lambda c: listed(c, None, whole)),
        "lengths": lambda x: listed(x, None, number),
        "table": lambda x: listed(x, None, lambda row: listed(row, 4, whole)),
        "triangle": triangle,
        "radius": lambda x: x is None or number(x),
        "proof": text,
        "tolerance": number,
        "exact": flag,
        "margin": lambda x: x == math.inf or number(x),
        "widest": number,
        "digest": text,
    }
    return [name for name, fits in fields.items() if not fits(getattr(certificate, name))]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a dict of the members of a JSON object, each named once: readers differ in which of two they take."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise ValueError(f"the name {shown(twice)} occurs twice")
    return found


def _plain(cloud: Cloud) -> dict[str, Any]:
    return {
        "species": cloud.species.tolist(),
        "positions": cloud.positions.tolist(),
        "cell": cloud.cell.tolist(),
        "pbc": cloud.pbc.tolist(),
    }


def _digest(a: dict[str, Any], b: dict[str, Any]) -> str:
    """Return the SHA-256 of two clouds, as JSON with sorted keys and no spaces."""
    text = json.dumps([a, b], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _revive(data: dict[str, Any], name: str) -> Cloud:
    return Cloud(data["positions"], data["species"], data["cell"], data["pbc"], name)


def _counts(
    graph: DistanceGraph, colors: NDArray[np.int64], labels: NDArray[np.int64]
) -> dict[int, dict[tuple[int, int], int]]:
    """For every colour, what its first point sees: number of points by (colour, label)."""
    counts = {}
    for color, node in zip(*np.unique(colors, return_index=True), strict=True):
        edges = graph.senders == node
        seen = zip(colors[graph.receivers[edges]].tolist(), labels[edges].tolist(), strict=True)
        counts[int(color)] = dict(Counter(seen))
    return counts


def _nearest(lengths: NDArray[np.float64], distances: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return which of the lengths, in increasing order, is nearest to each distance."""
    return np.searchsorted((lengths[1:] + lengths[:-1]) / 2, distances)


def _check_table(
    name: str,
    graph: DistanceGraph,
    colors: NDArray[np.int64],
    lengths: NDArray[np.float64],
    table: NDArray[np.int64],
    tolerance: float,
) -> list[str]:
    """Does every point of a cloud see what the table says of its colour?"""
    nearest = _nearest(lengths, graph.distances)
    known = lengths[nearest] if len(lengths) else np.full(graph.n_edges, np.inf)
    off = np.flatnonzero(np.abs(graph.distances - known) > tolerance)
    if len(off):
        e = int(off[0])
        return [
            f"{name}: distance {graph.distances[e]:.6f} A of atoms {graph.senders[e]} and {graph.receivers[e]} "
            "is not among the lengths"
        ]
    # One number for (colour, length); what the table has beyond all that there are gets one that is never seen.
    known = np.unique(colors)
    width = (len(known) + 1) * (len(lengths) + 1)

    def number(q: NDArray[np.int64], d: NDArray[np.int64]) -> NDArray[np.int64]:
        rank = np.minimum(np.searchsorted(known, q), len(known) - 1)
        rank = np.where(known[rank] == q, rank, len(known))
        return rank * (len(lengths) + 1) + np.where((d >= 0) & (d < len(lengths)), d, len(lengths))

    seen, counts = np.unique(graph.senders * width + number(colors[graph.receivers], nearest), return_counts=True)
    # The rows of the table that every point has to obey, point by point.
    starts, ends = (np.searchsorted(table[:, 0], colors, side=side) for side in ("left", "right"))
    many = ends - starts
    rows = np.arange(many.sum()) + np.repeat(starts - np.cumsum(many) + many, many)
    order = np.lexsort((number(table[:, 1], table[:, 2]), table[:, 0]))
    wanted = np.repeat(np.arange(len(colors)), many) * width + number(table[:, 1], table[:, 2])[order][rows]
    both = min(len(seen), len(wanted))
    off = np.flatnonzero((seen[:both] != wanted[:both]) | (counts[:both] != table[order][rows[:both], 3]))
    if len(off) or len(seen) != len(wanted):
        at = int(off[0]) if len(off) else both
        i = min(int(keys[at]) // width for keys in (seen, wanted) if at < len(keys))
        return [f"{name}: atom {i} does not see what the table says of colour {colors[i]}"]
    return []


def _exactly_equitable(clouds: list[Cloud], colors: list[NDArray[np.int64]]) -> bool:
    """Is the colouring equitable for the exact squared distances of the decimal coordinates?"""
    wanted: dict[int, Counter[tuple[int, Fraction]]] = {}
    for cloud, color in zip(clouds, colors, strict=True):
        # repr gives the shortest decimal that means this number: 0.1 is one tenth, as it was written.
        points = [[Fraction(repr(float(x))) for x in row] for row in cloud.positions]
        for i, p in enumerate(points):
            seen: Counter[tuple[int, Fraction]] = Counter()
            for j, q in enumerate(points):
                if i != j:
                    seen[int(color[j]), _squared(p, q)] += 1
            if wanted.setdefault(int(color[i]), seen) != seen:
                return False
    return True


def _exact_triangles(
    clouds: list[Cloud], species: Sequence[str], sides: Sequence[float], slack: float
) -> list[int] | None:
    """Count the triangles near the given one whose squared sides are the same fractions; None if these differ."""
    wanted = sorted(zip(species, sides, strict=True))
    counts: list[Counter[tuple[tuple[str, Fraction], ...]]] = []
    for cloud in clouds:
        points = [[Fraction(repr(float(x))) for x in row] for row in cloud.positions]
        names = cloud.species.tolist()
        square = np.linalg.norm(cloud.positions[:, None] - cloud.positions[None], axis=2)
        found: Counter[tuple[tuple[str, Fraction], ...]] = Counter()
        for i, j, k in combinations(range(len(points)), 3):
            corners = sorted([(names[i], square[j, k]), (names[j], square[i, k]), (names[k], square[i, j])])
            near = all(s == t and abs(x - y) <= 3 * slack for (s, x), (t, y) in zip(corners, wanted, strict=True))
            if near:
                exact = {v: _squared(points[p], points[q]) for v, p, q in ((i, j, k), (j, i, k), (k, i, j))}
                found[tuple(sorted((names[v], d) for v, d in exact.items()))] += 1
        counts.append(found)
    kinds = set(counts[0]) | set(counts[1])
    return [found[next(iter(kinds))] for found in counts] if len(kinds) == 1 else None


def _squared(p: list[Fraction], q: list[Fraction]) -> Fraction:
    return sum(((x - y) ** 2 for x, y in zip(p, q, strict=True)), Fraction(0))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
