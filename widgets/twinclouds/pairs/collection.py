"""The gallery: named pairs, each with what it teaches, where it comes from, and what every test is expected to say.

Coordinates of pairs that a numerical search or a quantum-chemical choice of geometry found are kept in
``reference.json``; the others are made by the functions of their families. Energies are those of ``energies.json``,
which says how they were computed (:mod:`twinclouds.models.energies`). Nothing is computed before a pair is asked for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from twinclouds.arguments import shown
from twinclouds.clouds import Cloud
from twinclouds.errors import UnknownPairError
from twinclouds.pairs.centres import PRL
from twinclouds.pairs.crystals import PAULING
from twinclouds.pairs.cutoffs import FOLKLORE
from twinclouds.pairs.lines import BLIND, SEEN, SOURCE, octahedral_complex, star_graph, three_lines
from twinclouds.pairs.planes import three_planes
from twinclouds.pairs.polyhedra import polyhedron_subsets
from twinclouds.pairs.types import (
    CentralPair,
    ControlPair,
    DegeneratePair,
    FiniteCutoffPair,
    MirrorPair,
    Pair,
)

if TYPE_CHECKING:
    pass

__all__ = ["Gallery", "gallery"]


#: What the tests say of a degenerate pair: no distances tell it apart, triangles and pairs of points do.
DEGENERATE = SEEN
#: Nothing that is built from distances alone sees a mirror image, nor anything beyond the reach of a short cutoff.
NOTHING = BLIND


@dataclass(frozen=True)
class _Entry:
    """What the gallery holds of a pair before it is made."""

    make: Callable[[], Pair]
    titles: tuple[str, str]
    teaches: str
    cutoff: float = np.inf
    expected: Mapping[str, bool] = field(default_factory=lambda: DEGENERATE)
    elsewhere: Mapping[float, Mapping[str, bool]] = field(default_factory=dict)


class Gallery(Mapping[str, Pair]):
    """A mapping from names to pairs, made when they are asked for.

    Examples
    --------
    >>> pair = gallery["benzene"]
    >>> pair.formula, pair.kind, pair.expected["distance-wl"]
    ('C6H6', 'degenerate at every cutoff', False)
    >>> sum(isinstance(pair, DegeneratePair) for pair in gallery.values()) >= 15
    True
    """

    def __init__(self, entries: Mapping[str, _Entry]) -> None:
        self._entries = dict(entries)
        self._made: dict[str, Pair] = {}

    def __getitem__(self, name: str) -> Pair:
        if not isinstance(name, str) or name not in self._entries:
            raise UnknownPairError(
                f"there is no pair {shown(name)} in the gallery; it holds {', '.join(sorted(self._entries))}"
            )
        if name not in self._made:
            self._made[name] = _finish(name, self._entries[name])
        # A copy, so that a reader who moves atoms does not change the gallery.
        return self._made[name].copy()

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<gallery of {len(self)} pairs: {', '.join(self)}>"

    def table(self) -> str:
        """Return the gallery as a table in plain text: name, formula, periodic axes, what is known, what it teaches.

        Examples
        --------
        >>> print(gallery.table().splitlines()[0])
        name               formula  periodic  kind                          teaches
        """
        rows = [("name", "formula", "periodic", "kind", "teaches")]
        for name, pair in self.items():
            axes = pair.periodic_axes
            rows.append((name, pair.formula, f"{axes}D" if axes else "-", pair.kind, pair.teaches))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join(
            "  ".join([*(c.ljust(w) for c, w in zip(row[:4], widths, strict=True)), row[4]]) for row in rows
        )


def _finish(name: str, entry: _Entry) -> Pair:
    """Name the two clouds, and add what the gallery knows to what the family knows."""
    pair = entry.make()
    for atoms, title in zip(pair, entry.titles, strict=True):
        atoms.info["name"] = title
    return replace(
        pair,
        name=name,
        teaches=entry.teaches,
        cutoff=entry.cutoff,
        expected=entry.expected,
        elsewhere=entry.elsewhere,
    )


@cache
def _reference() -> dict[str, Any]:
    text = (files("twinclouds.pairs") / "reference.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def _energies() -> dict[str, dict[str, list[float]]]:
    text = (files("twinclouds.pairs") / "energies.json").read_text(encoding="utf-8")
    return dict(json.loads(text)["pairs"])


def _stored(name: str, kind: type[Pair], family: str, source: str = SOURCE) -> Callable[[], Pair]:
    def make() -> Pair:
        data = _reference()[name]
        cell, pbc = data.get("cell", np.zeros((3, 3))), data.get("pbc", [False] * 3)
        species = np.array(data["species"])
        a, b = (Cloud(np.array(data[k]), species, np.array(cell), np.array(pbc)).to_atoms() for k in "ab")
        energies = {method: (float(x), float(y)) for method, (x, y) in _energies().get(name, {}).items()}
        return kind(a, b, name, family, source, energies=energies)

    return make


def _lines(name: str) -> Callable[[], Pair]:
    return _stored(name, DegeneratePair, "three lines")


def _planes(pbc: tuple[bool, bool, bool]) -> Callable[[], Pair]:
    return lambda: three_planes(cell=(5.3, 6.1, 7.2), pbc=pbc)


def _sulphur_star() -> Pair:
    # The geometry of "SF6", and so its energies.
    return replace(star_graph("S", "F", 1.561, math.degrees(math.asin(0.1))), energies=_lines("SF6")().energies)


def _two_per_plane() -> Pair:
    return three_planes(
        xy=[(1.1, 0.7), (0.4, 1.9)], yz=[(0.9, 1.3), (2.1, 0.5)], xz=[(0.8, 1.5), (1.7, 0.6)], species="X"
    )


def _at_bonds(angles: bool) -> dict[str, bool]:
    return {"wl": False, "distance-wl": False, "angle-wl": angles, "2-fwl": True}


_CENTRE = {"wl": False, "distance-wl": True, "angle-wl": True, "2-fwl": True}
# Pairs of points of a crystal have no end, so 2-FWL says nothing of them.
_LATTICE = {"wl": False, "distance-wl": False, "angle-wl": True}
#: The planar and the connected classics, once every distance is known.
_ALL = {np.inf: {"wl": False, "distance-wl": True, "angle-wl": True, "2-fwl": True}}

gallery = Gallery(
    {
        "benzene": _Entry(
            _lines("benzene"),
            ("benzene", "two C3H3 rings"),
            "Benzene, flat and at its equilibrium, has a twin of two stacked, staggered C3H3 rings.",
        ),
        "S6": _Entry(
            _lines("S6"),
            ("S6 ring", "two S3 rings"),
            "One ring or two: the textbook failure, with all distances known.",
        ),
        "SF6": _Entry(
            _lines("SF6"),
            ("SF6 elongated", "SF6 compressed"),
            "A distance network must give both trigonal distortions of an octahedron one energy.",
        ),
        "SF6-star": _Entry(
            _sulphur_star,
            ("SF6 elongated, bonds only", "SF6 compressed, bonds only"),
            "With bonds as the only edges even angles agree; once ligand sees ligand they tell the two apart.",
            1.8,
            NOTHING,
            {2.4: DEGENERATE, np.inf: DEGENERATE},
        ),
        "Cr(CO)6": _Entry(
            octahedral_complex,
            ("Cr(CO)6 elongated", "Cr(CO)6 compressed"),
            "Whole linear ligands lie on the three lines, so every octahedral complex has such twins.",
        ),
        "hydrazine-1eV": _Entry(
            _lines("hydrazine-1eV"),
            ("N2H4, first", "N2H4, second"),
            "Six atoms, 1 eV apart in energy, nothing exotic.",
        ),
        "hydrazine-2eV": _Entry(
            _lines("hydrazine-2eV"),
            ("N2H4, first", "N2H4, second"),
            "The same molecule in other shapes, 2 eV apart.",
        ),
        "ethene": _Entry(
            _lines("ethene"),
            ("planar ethene", "folded ethene"),
            "The flat molecule is one of the twins.",
        ),
        "ethene-like-0.3eV": _Entry(
            _lines("ethene-like-0.3eV"), ("C2H4, first", "C2H4, second"), "Twins may be close in energy, too."
        ),
        "ethene-like-1eV": _Entry(
            _lines("ethene-like-1eV"),
            ("C2H4, first", "C2H4, second"),
            "The angle at carbon is what distances miss.",
        ),
        "water-dimer": _Entry(
            _lines("water-dimer"),
            ("(H2O)2, first", "(H2O)2, second"),
            "Two molecules, not bonded, still twins.",
        ),
        "NO2-dimer": _Entry(
            _lines("NO2-dimer"),
            ("(NO2)2, first", "(NO2)2, second"),
            "A weakly bound dimer with a twin 1 eV away.",
        ),
        "hexagon": _Entry(
            lambda: three_lines((1.4, 1.4, 1.4), (60, 60, 120)),
            ("hexagon", "two triangles"),
            "Integer coordinates up to scale: the smallest case to check by hand.",
        ),
        "antiprisms": _Entry(
            lambda: three_lines((1, 1, 1), (78.463, 78.463, 78.463), "X"),
            ("elongated antiprism", "flattened antiprism"),
            "With a cutoff between the two short distances, two triangles against a chair.",
        ),
        "lines": _Entry(
            lambda: three_lines((1.0, 1.2, 1.5), (70, 80, 65), "X"),
            ("three lines", "three lines, one angle changed"),
            "No symmetry but inversion is needed.",
        ),
        "planes": _Entry(
            three_planes, ("three planes", "three planes, one mirrored"), "The second family, six points."
        ),
        "planes-12": _Entry(
            _two_per_plane,
            ("twelve points", "twelve points, one plane mirrored"),
            "Any number of points will do.",
        ),
        "icosahedron": _Entry(
            lambda: polyhedron_subsets("icosahedron", [6], 2.0, "X")[0],
            ("six of twelve", "another six of twelve"),
            "Half of the vertices of an icosahedron, chosen in two ways.",
        ),
        "cuboctahedron": _Entry(
            lambda: polyhedron_subsets("cuboctahedron", [6], 2.0, "X")[0],
            ("six of twelve", "another six of twelve"),
            "Half of the vertices of a cuboctahedron, chosen in two ways.",
        ),
        "dodecahedron": _Entry(
            lambda: polyhedron_subsets("dodecahedron", [8], 2.0, "X")[0],
            ("eight of twenty", "another eight of twenty"),
            "A solid with seven such pairs.",
        ),
        "chain": _Entry(
            _planes((False, False, True)),
            ("chain", "chain, one plane mirrored"),
            "Periodic in one dimension.",
            6.0,
            _LATTICE,
        ),
        "slab": _Entry(
            _planes((True, True, False)),
            ("slab", "slab, one plane mirrored"),
            "Periodic in two.",
            6.0,
            _LATTICE,
        ),
        "crystal": _Entry(
            _planes((True, True, True)),
            ("crystal", "crystal, one plane mirrored"),
            "Periodic in three.",
            6.0,
            _LATTICE,
        ),
        "carbon-crystal": _Entry(
            _stored("carbon-crystal", DegeneratePair, "three planes"),
            ("carbon crystal", "carbon crystal, one plane mirrored"),
            "A crystal of one element at a plausible density.",
            6.0,
            _LATTICE,
        ),
        "bixbyite": _Entry(
            _stored("bixbyite", DegeneratePair, "homometric crystals", PAULING),
            ("site 24d, +u", "site 24d, -u"),
            "X-ray diffraction, too, sees only distances between pairs.",
            6.0,
            _LATTICE,
        ),
        "hexagon-flat": _Entry(
            _stored("hexagon-flat", FiniteCutoffPair, "finite cutoff", FOLKLORE),
            ("two triangles", "hexagon"),
            "The classic failure of 1-WL vanishes once the cutoff reaches the second neighbour.",
            1.2,
            _at_bonds(True),
            _ALL,
        ),
        "decalin": _Entry(
            _stored("decalin", FiniteCutoffPair, "finite cutoff", FOLKLORE),
            ("decalin", "bicyclopentyl"),
            "Two carbon skeletons that topology alone confuses, as long as only bonds are seen.",
            1.8,
            _at_bonds(True),
            _ALL,
        ),
        "crown": _Entry(
            _stored("crown", FiniteCutoffPair, "finite cutoff", FOLKLORE),
            ("two squares", "crown of eight"),
            "At the bond cutoff even angles agree.",
            1.2,
            _at_bonds(False),
            _ALL,
        ),
        "CH4-angles": _Entry(
            _stored("CH4-angles", CentralPair, "central environments", PRL),
            ("CH4, first", "CH4, second"),
            "Seen from the centre all distances and angles agree; seen from everywhere the clouds differ at once.",
            np.inf,
            _CENTRE,
        ),
        "rings-4body": _Entry(
            _stored("rings-4body", CentralPair, "central environments", PRL),
            ("apex above", "apex below"),
            "Seen from the centre even all tetrahedra agree.",
            np.inf,
            _CENTRE,
        ),
        "CHFClBr": _Entry(
            _stored("CHFClBr", MirrorPair, "mirror images", "textbook example"),
            ("CHFClBr", "its mirror image"),
            "No distance, no angle, no order of refinement sees handedness.",
            np.inf,
            NOTHING,
        ),
        "helix": _Entry(
            _stored("helix", MirrorPair, "mirror images", "textbook example"),
            ("right-handed helix", "left-handed helix"),
            "Handedness without different species.",
            np.inf,
            NOTHING,
        ),
        "pyramids": _Entry(
            _stored("pyramids", MirrorPair, "mirror images", PRL),
            ("apex above", "apex below"),
            "An apex over a scalene triangle: the two are mirror images.",
            np.inf,
            NOTHING,
        ),
        "patterson-chain": _Entry(
            _stored("patterson-chain", ControlPair, "homometric crystals", PAULING),
            ("{0, 1, 3, 4} mod 8", "{0, 3, 4, 5} mod 8"),
            "The same list of distances is not enough: refinement, which asks who has which, separates these.",
            6.0,
            {"wl": True, "distance-wl": True, "angle-wl": True},
        ),
    }
)
