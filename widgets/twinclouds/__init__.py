"""twinclouds: what distance graph neural networks cannot see.

Degenerate pairs of 3D point clouds, the tests that fail on them, and widgets to play with both::

    import twinclouds as tc

    pair = tc.pairs.gallery["benzene"]
    print(tc.compare(pair.a, pair.b).explain())
    tc.ui.RefinementExplorer(pair)

Names are loaded when they are first used, so that ``import twinclouds`` stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twinclouds import learning as learning
    from twinclouds import models as models
    from twinclouds import neartwins as neartwins
    from twinclouds import pairs as pairs
    from twinclouds import ui as ui
    from twinclouds.auditing import AuditReport as AuditReport
    from twinclouds.auditing import audit as audit
    from twinclouds.certificates import Certificate as Certificate
    from twinclouds.certificates import certify as certify
    from twinclouds.clouds import Cloud as Cloud
    from twinclouds.clouds import as_cloud as as_cloud
    from twinclouds.clouds import read_cloud as read_cloud
    from twinclouds.congruence import Congruence as Congruence
    from twinclouds.congruence import congruent as congruent
    from twinclouds.datasets.hashing import RefinementHash as RefinementHash
    from twinclouds.datasets.hashing import refinement_hash as refinement_hash
    from twinclouds.datasets.many import Comparisons as Comparisons
    from twinclouds.datasets.many import Deduplication as Deduplication
    from twinclouds.datasets.many import compare_many as compare_many
    from twinclouds.datasets.many import deduplicate as deduplicate
    from twinclouds.datasets.many import read_many as read_many
    from twinclouds.descriptors import angle_histogram as angle_histogram
    from twinclouds.descriptors import triangles as triangles
    from twinclouds.errors import TwincloudsError as TwincloudsError
    from twinclouds.fingerprints import AngleHistogram as AngleHistogram
    from twinclouds.fingerprints import Correlations as Correlations
    from twinclouds.graphs import DistanceGraph as DistanceGraph
    from twinclouds.graphs import distance_graph as distance_graph
    from twinclouds.networks import MessagePassing as MessagePassing
    from twinclouds.refinement import Refinement as Refinement
    from twinclouds.refinement import Verdict as Verdict
    from twinclouds.refinement import compare as compare
    from twinclouds.refinement import refine as refine
    from twinclouds.resolution import Staircase as Staircase
    from twinclouds.resolution import resolving_cutoff as resolving_cutoff
    from twinclouds.resolution import staircase as staircase

__version__ = "0.1.0"

_HOME = {
    "AngleHistogram": "fingerprints",
    "Correlations": "fingerprints",
    "MessagePassing": "networks",
    "AuditReport": "auditing",
    "audit": "auditing",
    "angle_histogram": "descriptors",
    "Certificate": "certificates",
    "Cloud": "clouds",
    "Comparisons": "datasets.many",
    "Congruence": "congruence",
    "DistanceGraph": "graphs",
    "Deduplication": "datasets.many",
    "Refinement": "refinement",
    "RefinementHash": "datasets.hashing",
    "Staircase": "resolution",
    "TwincloudsError": "errors",
    "Verdict": "refinement",
    "as_cloud": "clouds",
    "certify": "certificates",
    "compare": "refinement",
    "compare_many": "datasets.many",
    "congruent": "congruence",
    "deduplicate": "datasets.many",
    "distance_graph": "graphs",
    "read_cloud": "clouds",
    "read_many": "datasets.many",
    "refine": "refinement",
    "refinement_hash": "datasets.hashing",
    "resolving_cutoff": "resolution",
    "staircase": "resolution",
    "triangles": "descriptors",
}
_MODULES = ("learning", "models", "neartwins", "pairs", "ui")

__all__ = [*sorted(_HOME), *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"twinclouds.{name}")
    if name in _HOME:
        value = getattr(importlib.import_module(f"twinclouds.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'twinclouds' has no attribute {name!r}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
