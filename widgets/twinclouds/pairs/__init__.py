"""Families of degenerate pairs, and the gallery of named ones."""

from twinclouds.pairs.collection import Gallery, gallery
from twinclouds.pairs.lines import octahedral_complex, three_lines
from twinclouds.pairs.planes import three_planes
from twinclouds.pairs.types import (
    CentralPair,
    ControlPair,
    DegeneratePair,
    FiniteCutoffPair,
    MirrorPair,
    Pair,
)

__all__ = [
    "CentralPair",
    "ControlPair",
    "DegeneratePair",
    "FiniteCutoffPair",
    "Gallery",
    "MirrorPair",
    "Pair",
    "gallery",
    "octahedral_complex",
    "three_lines",
    "three_planes",
]
