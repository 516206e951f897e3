"""Nonsense given to any parameter of any public function of the core is refused in one line, at once, by name.

The parameters are found by introspection, so that a new one is tested from the day it is there.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import twinclouds as tc
from twinclouds import pairs
from twinclouds.errors import CertificateError, CloudError, PairError, TwincloudsError

#: What nobody should give; each is tried for every parameter, and inside of every sequence.
NONSENSE: dict[str, Any] = {
    "None": None,
    "text": "a",
    "minus one": -1,
    "nan": float("nan"),
    "infinity": float("inf"),
    "empty": [],
    "object": object(),
    "huge": 10**400,
    "large": 10**9,
    "large float": 1e300,
    "half": 0.5,
    "nested": [[["a"]]],
    "bytes": b"a",
    "set": {1, "a"},
    "complex": 1j,
    "array of no axis": np.array(3.0),
    "yes": "yes",
}
#: No call, of a few milliseconds when the arguments are good, may take longer than this, in seconds.
PATIENCE = 5.0

SQUARE = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
TRIANGLES = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]

#: Quick calls with good arguments; together they give every parameter a value.
CALLS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (pairs.three_lines, {"lengths": (1.0, 1.2, 1.5), "angles": (70, 80, 65), "species": ("C", "N", "O"), "centre": "S",
                         "name": "x"}),
    (pairs.octahedral_complex, {"metal": "Cr", "ligand": ("C", "O"), "lengths": (1.9, 3.0), "distortion": 5.0,
                                "name": "x"}),
    (pairs.three_planes, {"xy": ((1.3, 0.9),), "yz": ((1.1, 1.6),), "xz": ((0.8, 2.1),), "species": ("Si", "B", "C"),
                          "cell": (5.3, 6.1, 7.2), "pbc": (True, False, False), "name": "x"}),
    (pairs.star_graph, {"metal": "S", "ligand": "F", "bond": 1.56, "distortion": 5.0, "name": "x"}),
    (pairs.polyhedron_subsets, {"solid": "icosahedron", "sizes": (6,), "radius": (1.0, 2.0), "species": ("C", "N")}),
    (pairs.homometric_crystal, {"u": 0.03, "a": 9.4, "species": "Mn", "name": "x"}),
    (pairs.k_chains, {"k": 2, "bond": 1.0, "species": "C"}),
    (pairs.squares_and_crown, {"side": 1.0, "apart": 8.0, "species": "X"}),
    (pairs.triangles_and_hexagon, {"side": 1.0, "apart": 6.0, "species": "C"}),
    (pairs.central_environments, {"order": 3, "spokes": ((0.9, 0.62), (0.61, 0.78, -0.45), (1.05, 0.3)),
                                  "centre": "C", "ligand": "H", "name": "x"}),
    (pairs.central_environments, {"order": 4, "radius": 1.6, "ring_angles": (80.0, 120.0), "twist": 36.0,
                                  "heights": (0.7, 1.8)}),
    (pairs.same_environment, {"a": SQUARE, "b": SQUARE, "order": 3, "tolerance": 1e-6}),
    (pairs.mirror_images, {"cloud": SQUARE, "name": "x"}),
    (pairs.random_pair, {"family": "three lines", "seed": 1}),
    (pairs.ambiguous_types, {"n": 3}),
    (pairs.search_grid, {"points": 2, "size": 2, "dimension": 2, "test": "distance-wl", "progress": False}),
    (pairs.search_solid, {"solid": "cube", "sizes": (3,), "test": "distance-wl", "progress": False}),
    (pairs.search_symmetric, {"count": 10, "points": 4, "seed": 0, "test": "angle-wl", "progress": False}),
    (pairs.search_clouds, {"blocks": (SQUARE[None], SQUARE[None]), "total": 2, "test": "distance-wl",
                           "progress": False}),
    (tc.distance_graph, {"cloud": SQUARE, "cutoff": 1.2, "species": True, "distances": True}),
    (tc.refine, {"graphs": (tc.distance_graph(SQUARE),), "rounds": 2, "test": "2-fwl", "chirality": True}),
    (tc.compare, {"a": SQUARE, "b": SQUARE, "cutoff": 1.2, "rounds": 2, "test": "2-fwl", "tolerance": 1e-6,
                  "chirality": True}),
    (tc.resolving_cutoff, {"a": SQUARE, "b": SQUARE, "rounds": 2, "max_cutoff": 3.0, "tolerance": 1e-6}),
    (tc.staircase, {"a": SQUARE, "b": SQUARE, "max_rounds": 2, "max_cutoff": 3.0, "tolerance": 1e-6}),
    (tc.congruent, {"a": SQUARE, "b": SQUARE, "tolerance": 1e-6, "mirror": True, "radius": 3.0}),
    (tc.certify, {"pair": HEXAGON, "other": TRIANGLES, "radius": 6.0, "tolerance": 1e-6}),
    (tc.triangles, {"cloud": SQUARE, "cutoff": 2.0}),
    (tc.angle_histogram, {"cloud": SQUARE, "cutoff": 2.0, "bins": 6, "smearing": 5.0, "smooth": True}),
]  # fmt: skip


def spoilt(good: Any, bad: Any) -> Iterator[Any]:
    """Yield the nonsense itself, and the good value with nonsense in place of its first and of its last entry."""
    yield bad
    if isinstance(good, tuple):
        for rest in spoilt(good[0], bad) if isinstance(good[0], tuple) else [bad]:
            yield (rest, *good[1:])
        yield (*good[:-1], bad)


def test_every_public_function_and_parameter_is_tried() -> None:
    functions = [getattr(pairs, name) for name in pairs.__all__]
    functions = [f for f in functions if inspect.isfunction(f)]
    assert len(functions) >= 17
    tried: dict[Callable[..., Any], set[str]] = {}
    for function, arguments in CALLS:
        tried.setdefault(function, set()).update(arguments)
    for function in [*functions, *tried]:
        assert tried.get(function) == set(inspect.signature(function).parameters), function.__name__


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0].__name__)
@pytest.mark.filterwarnings("ignore::twinclouds.errors.LongRun")  # of a number of clouds that is said to be huge
def test_nonsense_is_refused_by_name(call: tuple[Callable[..., Any], dict[str, Any]]) -> None:
    function, good = call
    function(**good)
    for parameter, value in good.items():
        for what, bad in NONSENSE.items():
            for wrong in spoilt(value, bad):
                start = time.process_time()
                try:
                    function(**{**good, parameter: wrong})
                except TwincloudsError as error:
                    text = str(error)
                    assert "\n" not in text, (parameter, what, text)
                    assert len(text) < 400, (parameter, what, text)
                    shown = str(bad)[:12]
                    names = (parameter, parameter.rstrip("s"), parameter.replace("_", " "), shown)
                    # What makes a cloud that is not valid, or two that are not twins, is named by these.
                    about = isinstance(error, (CloudError, CertificateError))
                    about = about or "is not degenerate" in text or "this graph would have" in text
                    assert about or any(name in text for name in names), (parameter, what, text)
                except Exception as error:
                    raise AssertionError(f"{function.__name__}({parameter}={what}): {error!r}") from error
                assert time.process_time() - start < PATIENCE, (parameter, what)


@pytest.mark.parametrize("bad", [None, 5, "nope", ["benzene"], object()])
def test_a_name_that_the_gallery_does_not_have(bad: Any) -> None:
    for kind in (KeyError, PairError):
        with pytest.raises(kind, match=r"^there is no pair .* in the gallery; it holds .*benzene") as caught:
            pairs.gallery[bad]
        assert "\n" not in str(caught.value)
    assert pairs.gallery.get("nope") is None


def test_what_is_silently_odd_is_refused() -> None:
    """Values that once gave a cloud that nobody asked for."""
    for function, arguments, message in (
        (pairs.central_environments, {"order": 4, "radius": -1}, "radius=-1 is not positive"),
        (pairs.central_environments, {"order": True}, "order=True is not known"),
        (pairs.three_planes, {"cell": (5.0, 5.0, 5.0), "pbc": "yes"}, "pbc='yes' does not fit"),
        (pairs.three_planes, {"xy": (1.0, 2.0)}, r"the points of the xy plane are not a \(k, 2\) array"),
        (pairs.star_graph, {"distortion": 1e-9}, "distortion=1e-09 is too small to tell the two members apart"),
        (pairs.polyhedron_subsets, {"solid": "cube", "sizes": [4], "radius": b"x"}, "radius b'x' does not fit"),
        (pairs.octahedral_complex, {"metal": None}, "metal=None is not a chemical symbol"),
        (pairs.octahedral_complex, {"metal": ""}, "metal='' is not a chemical symbol"),
        (pairs.homometric_crystal, {"a": -0.5}, "a=-0.5 is not positive; give the edge of the cell in angstrom"),
        (pairs.polyhedron_subsets, {"solid": "cube", "sizes": [100]}, "size=100 does not fit; the cube has 8 vertices"),
        (pairs.polyhedron_subsets, {"solid": "cube", "sizes": 5}, r"sizes=5 does not fit; give numbers of vertices"),
        (pairs.search_symmetric, {"count": 0}, "count=0 does not fit"),
        (pairs.search_symmetric, {"points": 126}, "points=126 does not fit; give an even number from 2 to 62"),
        (pairs.search_symmetric, {"points": 8.0}, "points=8.0 does not fit"),
        (pairs.search_clouds, {"blocks": [SQUARE[None], SQUARE[None, :3]], "total": 2}, r"shape \(1, 3, 3\)"),
        (pairs.search_clouds, {"blocks": [SQUARE], "total": 2}, r"has the shape \(4, 3\)"),
        (pairs.search_clouds, {"blocks": [SQUARE[None] * np.nan], "total": 2}, "holds nan"),
        (pairs.random_pair, {"seed": -1}, "seed=-1 does not fit; give a whole number from 0 on"),
        (tc.angle_histogram, {"cloud": SQUARE, "bins": 10**9}, "bins=1000000000 is not a number of bins"),
    ):
        with pytest.raises(TwincloudsError, match=message):
            function(**arguments)  # type: ignore[operator]
