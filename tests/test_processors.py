"""The same numbers, drawings and words on every machine.

BLAS and LAPACK round in another way on each processor. Equal numbers then come in another order, and equal eigenvalues
with other eigenvectors. OpenBLAS, which numpy brings along nearly everywhere, can be told to work as on another
processor; other libraries take no notice of the variable, and what is asserted here holds anyway.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from twinclouds.bases import settled_basis, settled_eigenvectors

#: This machine as it is, and as an old one that can do nothing that this one cannot.
PROCESSORS = ("", "Nehalem")

SCRIPT = """
import json, sys
from ase.build import molecule
import twinclouds as tc
from twinclouds.clouds import as_cloud
from twinclouds.pairs import gallery
from twinclouds.ui.flat import flat_layout
from twinclouds.ui.frames import make_scene

def drawing(atoms):
    scene = make_scene(as_cloud(atoms))
    return flat_layout(scene.graphs[0], scene.shell, scene.clouds[0].positions).tolist()

def witness(atoms):
    turned = atoms[::-1]
    turned.rotate(37, (1, 2, 3))
    found = tc.congruent(atoms, turned)
    return {"permutation": found.permutation.tolist(), "rotation": found.rotation.tolist()}

flattened = molecule("cyclobutane")
flattened.positions *= [1, 1, 1.1]
made = ("SF6-star", "Cr(CO)6", "hexagon", "antiprisms", "lines")
drawn = ("benzene", "SF6", "water-dimer", "cuboctahedron", "dodecahedron", "bixbyite")
alike = {"hexagon": gallery["hexagon"].b, "N2": molecule("N2"), "CH4": molecule("CH4"), "C2H2": molecule("C2H2")}
json.dump(
    {
        "certificates": {name: tc.certify(gallery[name]).to_json() for name in made},
        "drawings": {name: [drawing(x) for x in gallery[name]] for name in drawn},
        "witnesses": {name: witness(atoms) for name, atoms in alike.items()},
        "difference": tc.congruent(molecule("cyclobutane"), flattened).difference,
        "ends of sliders": {name: make_scene(*map(as_cloud, gallery[name])).max_cutoff for name in made},
    },
    sys.stdout,
)
"""


@pytest.fixture(scope="module")
def found() -> list[dict[str, Any]]:
    results = []
    for processor in PROCESSORS:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", SCRIPT],
            env=os.environ | ({"OPENBLAS_CORETYPE": processor} if processor else {}),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        results.append(json.loads(done.stdout))
    return results


@pytest.mark.parametrize("what", ["certificates", "difference", "ends of sliders"])
def test_letter_by_letter(found: list[dict[str, Any]], what: str) -> None:
    """Coordinates to the last digit, and so the digest under which a certificate may be cited."""
    first, second = (result[what] for result in found)
    assert first == second


def test_drawings(found: list[dict[str, Any]]) -> None:
    first, second = (result["drawings"] for result in found)
    for name in first:
        for one, other in zip(first[name], second[name], strict=True):
            # The square is two units wide: nobody sees a hundredth.
            np.testing.assert_allclose(one, other, atol=0.01, err_msg=name)


def test_witnesses(found: list[dict[str, Any]]) -> None:
    """Of the many motions that carry a symmetric cloud onto itself, the same one."""
    first, second = (result["witnesses"] for result in found)
    for name in first:
        assert first[name]["permutation"] == second[name]["permutation"], name
        np.testing.assert_allclose(first[name]["rotation"], second[name]["rotation"], atol=1e-7, err_msg=name)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_basis_depends_on_the_space_only(size: int) -> None:
    rng = np.random.default_rng(size)
    vectors = np.linalg.qr(rng.normal(size=(7, size)))[0]
    basis = settled_basis(vectors)
    np.testing.assert_allclose(basis.T @ basis, np.eye(size), atol=1e-12)
    np.testing.assert_allclose(basis @ basis.T, vectors @ vectors.T, atol=1e-12)
    turned = vectors @ np.linalg.qr(rng.normal(size=(size, size)))[0]
    np.testing.assert_allclose(settled_basis(turned), basis, atol=1e-12)


def test_eigenvectors_of_equal_eigenvalues() -> None:
    ring = np.roll(np.eye(6), 1, axis=0)
    matrix = 2 * np.eye(6) - ring - ring.T
    values, vectors = settled_eigenvectors(matrix)
    np.testing.assert_allclose(values, [0, 1, 1, 3, 3, 4], atol=1e-12)
    np.testing.assert_allclose(matrix @ vectors, vectors * values, atol=1e-12)
    # The first of each pair of equal ones looks at the first corner; the second does not see it.
    np.testing.assert_allclose(vectors[0, [2, 4]], 0, atol=1e-12)
    assert (vectors[0, [0, 1, 3, 5]] > 0.4).all()
