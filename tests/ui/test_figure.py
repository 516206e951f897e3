"""Pictures for papers: what they show, say and refuse."""

from __future__ import annotations

import io
import re

import ase.build
import matplotlib.figure
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import twinclouds as tc
from twinclouds.classnames import class_letter
from twinclouds.ui.drawing import HOME, View, rotation_of
from twinclouds.ui.palette import PALETTE, class_color, contrasting
from twinclouds.ui.still import make_still

HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
TRIANGLES = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]
CHAIN = [[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]]
BRANCH = [[0, 0, 0], [1, 0, 0], [2, 0, 0], [1, 1, 0]]
BOTH = pytest.mark.parametrize("draw", [tc.ui.figure, tc.ui.py3dmol_view])


def texts(figure):
    found = [text.get_text() for text in figure.findobj(matplotlib.text.Text)]
    return [text for text in found if text]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_it_is_saved_with_its_words(tmp_path, ending):
    figure = tc.ui.figure(HEXAGON, TRIANGLES, names=("hexagon", "triangles"), colors="classes")
    file = tmp_path / f"pair.{ending}"
    figure.savefig(file)
    content = file.read_bytes()
    assert figure.alt_text == tc.ui.alt_text(figure)
    if ending == "svg":
        assert b"<image" not in content  # vectors, no pixels
    # PDF writes its metadata as text strings of two bytes a letter when need be.
    assert any(part in content for part in (b"Two clouds side by side", "Two clouds side by side".encode("utf-16-be")))


def test_it_is_a_figure_of_its_own():
    import matplotlib.pyplot as plt

    before = plt.get_fignums(), dict(matplotlib.rcParams)
    figure = tc.ui.figure(CHAIN)
    assert isinstance(figure, matplotlib.figure.Figure)
    assert (plt.get_fignums(), dict(matplotlib.rcParams)) == before


def test_a_notebook_shows_it_with_a_text_alternative():
    figure = tc.ui.figure(CHAIN, names=('<b>"chain"</b>',))
    bundle = figure._repr_mimebundle_()
    assert 'alt="One cloud in 3D: &lt;b&gt;&quot;chain&quot;' in bundle["text/html"]
    assert bundle["text/plain"] == figure.alt_text


def test_words_follow_the_state():
    first = tc.ui.figure(CHAIN, BRANCH, cutoff=1.2, mode="topology", round=0, colors="classes", names=("p", "q"))
    assert "round 0 of" in first.alt_text
    assert first.alt_text.endswith("Verdict: not told apart within 0 rounds.")
    last = tc.ui.figure(CHAIN, BRANCH, cutoff=1.2, mode="topology", round=99, colors="classes")
    assert last.alt_text.endswith("Verdict: told apart in round 1.")
    assert "lengths unknown" in last.alt_text
    twins = tc.ui.figure(HEXAGON, TRIANGLES, verdict=True, cutoff=1.42)
    assert twins.alt_text.endswith("Verdict: not told apart at any cutoff.")
    assert "not told apart at any cutoff" in texts(twins)
    assert "Verdict" not in tc.ui.figure(HEXAGON, TRIANGLES).alt_text
    near = tc.ui.figure([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [1 + 2e-6, 0, 0]], verdict=True)
    assert "too close to call" in near.alt_text


def test_classes_are_those_of_the_widget():
    explorer = tc.ui.RefinementExplorer(CHAIN, BRANCH, mode="topology", cutoff=1.2, round=1)
    still = make_still(explorer, colors="classes")
    assert (still.cutoff, still.mode, still.round) == (1.2, "topology", 1)
    step = explorer.scene.step(1.2, "topology")
    assert np.concatenate(still.classes).tolist() == explorer.scene.frames[step.frame][1].tolist()
    other = make_still(explorer, mode="distances", cutoff=2.5)
    assert (other.mode, other.cutoff) == ("distances", 2.5)


def test_letters_are_written_on_atoms_as_plain_text():
    atoms = ase.build.molecule("C6H6")
    assert {"C", "H"} <= set(texts(tc.ui.figure(atoms)))
    assert not {"C", "H"} & set(texts(tc.ui.figure(atoms, letters=False)))
    figure = tc.ui.figure(CHAIN, names=["$x^{$"], title="$\\frac{")
    figure.savefig(io.BytesIO())
    assert {"$x^{$", "$\\frac{"} <= set(texts(figure))


def test_crystals_have_cell_and_images():
    salt = ase.build.bulk("NaCl", "rocksalt", a=5.6)
    still = make_still(salt, cutoff=3.0)
    assert (len(still.segments(0, 1000)), len(still.edges(0))) == (11, 12)  # one bond is inside the cell
    assert all(s.receiver is None or s.sender < s.receiver for s in still.segments(0, 1000))
    tc.ui.figure(salt, cutoff=9.0)  # beyond the default end of the slider
    assert "addCylinder" in tc.ui.py3dmol_view(salt).write_html()


@BOTH
@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"cutoff": -1}, "from 0 on"),
        ({"cutoff": float("nan")}, "from 0 on"),
        ({"cutoff": "2"}, "number of angstrom"),
        ({"cutoff": True}, "number of angstrom"),
        ({"cutoff": [1, 2]}, "number of angstrom"),
        ({"cutoff": 10**5000}, "number of angstrom"),
        ({"round": -1}, "whole number"),
        ({"round": 1.5}, "whole number"),
        ({"round": True}, "whole number"),
        ({"mode": "angles"}, "'topology'"),
        ({"colors": "colours"}, "'classes'"),
        ({"camera": (0, 0, 0, 0)}, "quaternion"),
        ({"camera": (0, 1)}, "quaternion"),
        ({"camera": "home"}, "quaternion"),
    ],
)
def test_what_does_not_fit_is_named_with_the_remedy(draw, keywords, words):
    with pytest.raises(tc.errors.TwincloudsError, match=re.escape(words)) as error:
        draw(CHAIN, BRANCH, **keywords)
    assert "\n" not in str(error.value)
    assert next(iter(keywords)) in str(error.value)


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"projection": "fisheye"}, "orthographic"),
        ({"zoom": 0}, "zoom"),
        ({"zoom": float("nan")}, "zoom"),
        ({"zoom": "2"}, "zoom"),
        ({"size": (0, 1)}, "inches"),
        ({"size": 3}, "inches"),
        ({"verdict": True}, "give b"),
    ],
)
def test_what_does_not_fit_a_figure(keywords, words):
    with pytest.raises(tc.errors.TwincloudsError, match=words):
        tc.ui.figure(CHAIN, **keywords)


@pytest.mark.parametrize("keywords", [{"width": 0}, {"height": 2.5}, {"width": "wide"}])
def test_sizes_of_py3dmol_are_checked(keywords):
    with pytest.raises(tc.errors.TwincloudsError, match="pixels"):
        tc.ui.py3dmol_view(CHAIN, **keywords)


@BOTH
def test_unknown_keywords_and_clouds_that_cannot_be_compared(draw):
    with pytest.raises(TypeError, match="cutof"):
        draw(CHAIN, cutof=2)
    with pytest.raises(tc.errors.CompareError, match=r"composition|species|atoms"):
        draw(CHAIN, CHAIN[:3], colors="classes")
    draw(CHAIN, CHAIN[:3])
    with pytest.raises(tc.errors.GraphError, match="no end"):
        draw(ase.build.bulk("Cu"), cutoff=float("inf"))


def test_ends_of_the_cutoff():
    assert len(make_still(CHAIN, cutoff=0).edges(0)) == 0
    assert len(make_still(CHAIN, cutoff=float("inf")).edges(0)) == 12
    assert "its 0 edges" in tc.ui.figure(CHAIN, cutoff=0).alt_text
    tc.ui.figure([[0, 0, 0]])


def test_alt_text_wants_one_of_our_figures():
    with pytest.raises(TypeError, match=r"tc\.ui\.figure"):
        tc.ui.alt_text(matplotlib.figure.Figure())


def test_py3dmol_writes_letters_of_classes():
    html = tc.ui.py3dmol_view(CHAIN, BRANCH, cutoff=1.2, colors="classes").write_html()
    assert "addLabel" in html
    assert "addLabel" not in tc.ui.py3dmol_view(CHAIN, BRANCH).write_html()


quaternions = st.tuples(*[st.floats(-1, 1) for _ in range(4)]).filter(lambda q: np.linalg.norm(q) > 0.1)


@given(quaternions)
def test_a_camera_is_a_proper_rotation(q):
    turn = rotation_of(q)
    assert np.allclose(turn @ turn.T, np.eye(3))
    assert np.isclose(np.linalg.det(turn), 1)
    x, y, z, _ = q
    # Away from the axis a point moves, on the axis it does not.
    assert np.allclose(turn @ [x, y, z], [x, y, z])


def test_the_first_view_is_that_of_the_widgets(root):
    source = (root / "widgets/twinclouds/frontend/src/camera.ts").read_text(encoding="utf-8")
    numbers = re.search(r"HOME: Camera = .*?\[([^]]*)\]", source)
    assert numbers is not None
    assert tuple(map(float, numbers[1].split(","))) == HOME


def test_nearer_is_larger_in_perspective_only():
    points = np.array([[0, 0, 1.0], [0, 0, -1.0]])
    straight = (0, 0, 0, 1)
    _, scales = View.make(straight).place(points, 2.0)
    assert scales[0] > 1 > scales[1]
    assert View.make(straight, projection="orthographic").place(points, 2.0)[1].tolist() == [1, 1]


def test_colours_and_letters_are_those_of_the_widgets(root):
    source = (root / "widgets/twinclouds/frontend/src/colours.ts").read_text(encoding="utf-8")
    found = re.search(r"const PALETTE = \[([^]]*)\]", source)
    assert found is not None
    assert tuple(re.findall(r"#\w{6}", found[1])) == PALETTE
    words = (root / "widgets/twinclouds/frontend/src/words.ts").read_text(encoding="utf-8")
    greek = re.search(r'GREEK = "(\w+)"', words)
    assert greek is not None
    assert "".join(map(class_letter, range(24))) == greek[1]
    assert len({class_color(k) for k in range(24)}) == 24
    assert contrasting("#ffffff") == "#000000"
