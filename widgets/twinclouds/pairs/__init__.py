"""Families of degenerate pairs, and the gallery of named ones."""

from twinclouds.pairs.centres import central_environments, same_environment
from twinclouds.pairs.collection import Gallery, gallery
from twinclouds.pairs.crystals import homometric_crystal
from twinclouds.pairs.cutoffs import k_chains, squares_and_crown, triangles_and_hexagon
from twinclouds.pairs.lines import octahedral_complex, star_graph, three_lines
from twinclouds.pairs.minimality import AmbiguousType, ambiguous_types
from twinclouds.pairs.planes import three_planes
from twinclouds.pairs.polyhedra import polyhedron_subsets
from twinclouds.pairs.randoms import mirror_images, random_pair
from twinclouds.pairs.search import SearchResult, search_clouds, search_grid, search_solid, search_symmetric
from twinclouds.pairs.types import (
    CentralPair,
    ControlPair,
    DegeneratePair,
    FiniteCutoffPair,
    MirrorPair,
    Pair,
)

__all__ = [
    "AmbiguousType",
    "CentralPair",
    "ControlPair",
    "DegeneratePair",
    "FiniteCutoffPair",
    "Gallery",
    "MirrorPair",
    "Pair",
    "SearchResult",
    "ambiguous_types",
    "central_environments",
    "gallery",
    "homometric_crystal",
    "k_chains",
    "mirror_images",
    "octahedral_complex",
    "polyhedron_subsets",
    "random_pair",
    "same_environment",
    "search_clouds",
    "search_grid",
    "search_solid",
    "search_symmetric",
    "squares_and_crown",
    "star_graph",
    "three_lines",
    "three_planes",
    "triangles_and_hexagon",
]
