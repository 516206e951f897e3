"""The reader's own pair: menus, files of all kinds, and what is said about those that do not do."""

from __future__ import annotations

import io

import ase.build
import ase.io
import pytest

import twinclouds as tc
from twinclouds.ui.chooser import FILE, LONGEST_NAME, PairChooser, g2_formulas

ETHANOL, ETHER = ase.build.molecule("CH3CH2OH"), ase.build.molecule("CH3OCH3")


@pytest.fixture
def chooser():
    return PairChooser("CH3CH2OH", "CH3OCH3")


def written(atoms, format="xyz"):
    text = io.BytesIO() if format == "cif" else io.StringIO()
    ase.io.write(text, atoms, format=format)
    content = text.getvalue()
    return content if isinstance(content, bytes) else content.encode()


def boxed(atoms):
    boxed = atoms.copy()
    boxed.set_cell([8, 8.5, 9])
    boxed.pbc = True
    return boxed


def upload(chooser, which, name, content):
    """Give a file as the front end does it."""
    file = {"name": name, "type": "", "size": len(content), "last_modified": 1.7e12, "content": memoryview(content)}
    chooser.uploads[which].set_state({"value": [file]})


def shown(chooser):
    """Return what the explorer shows, apart from the error."""
    explorer = chooser.explorer
    return explorer.scene, explorer.cutoff, explorer.round, explorer._scene


def test_it_starts_with_the_two_that_were_named(chooser):
    assert (chooser.a.name, chooser.b.name) == ("CH3CH2OH", "CH3OCH3")
    assert [menu.value for menu in chooser.menus] == ["CH3CH2OH", "CH3OCH3"]
    assert chooser.explorer.error == ""
    assert (chooser.explorer.a, chooser.explorer.b) == (chooser.a, chooser.b)


def test_names_that_are_not_in_the_collection_are_named():
    with pytest.raises(tc.TwincloudsError, match="CH3CH2OH has 9 atoms and CH3 has 4"):
        PairChooser("CH3CH2OH", "CH3")
    with pytest.raises(tc.TwincloudsError, match="'unobtainium' is not in"):
        PairChooser("unobtainium")
    with pytest.raises(TypeError, match="'cutof'"):
        PairChooser(cutof=2.0)


def test_the_second_menu_offers_the_isomers_of_the_first(chooser):
    for name in ("isobutane", "C6H6", "CH3CH2OH"):
        chooser.menus[0].value = name
        offered = set(chooser.menus[1].options)
        assert offered == {n for n, formula in g2_formulas().items() if formula == g2_formulas()[name]}
        assert chooser.menus[1].value in offered
        assert chooser.a.name == chooser.explorer.a.name == name
        assert chooser.b.name == chooser.explorer.b.name == chooser.menus[1].value
        assert chooser.explorer.error == ""


def test_the_second_menu_chooses_the_second(chooser):
    chooser.menus[1].value = "CH3CH2OH"
    assert chooser.explorer.b.name == "CH3CH2OH"
    assert chooser.explorer.verdict.equivalent


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ether.xyz", written(ETHER)),
        ("ether.extxyz", written(ETHER, "extxyz")),
        ("ether.pdb", written(ETHER, "proteindatabank")),
        ("C:\\my molecules\\ether.xyz", written(ETHER)),
        ("../../ether.xyz", written(ETHER)),
    ],
)
def test_a_file_stands_in_for_the_second(chooser, name, content):
    upload(chooser, 1, name, content)
    assert chooser.explorer.error == ""
    assert chooser.explorer.b.name == chooser.b.name == name.replace("\\", "/").rsplit("/", 1)[-1]
    assert chooser.menus[1].value == FILE
    assert not chooser.explorer.verdict.equivalent
    chooser.menus[1].value = "CH3OCH3"
    assert chooser.explorer.b.name == "CH3OCH3"
    chooser.menus[1].value = FILE  # the file is still there to be chosen
    assert chooser.explorer.b is chooser.b


def test_a_file_stands_in_for_the_first_and_brings_its_isomers(chooser):
    upload(chooser, 0, "mine.xyz", written(ase.build.molecule("isobutane")))
    assert chooser.explorer.error == ""
    assert chooser.explorer.a.name == "mine.xyz"
    assert set(chooser.menus[1].options) == {"isobutane", "trans-butane"}
    assert chooser.explorer.b.name == chooser.menus[1].value


def test_two_files_without_isomers_in_the_collection(chooser):
    first, second = (ase.Atoms("He3", [[0, 0, z] for z in heights]) for heights in ([0, 1, 2], [0, 1, 3]))
    before = shown(chooser)
    upload(chooser, 0, "one.xyz", written(first))
    assert "one.xyz" in chooser.explorer.error
    assert shown(chooser) == before
    upload(chooser, 1, "two.xyz", written(second))
    assert chooser.explorer.error == ""
    assert [chooser.explorer.a.name, chooser.explorer.b.name] == ["one.xyz", "two.xyz"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("junk.xyz", b"\x00\xff\x89PNG not a molecule", "junk.xyz: ASE cannot read"),
        ("empty.xyz", b"", "empty.xyz: the file is empty"),
        ("short.xyz", b"9\n\nC 0 0 0\n", "short.xyz: the file declares 9 atoms, but has only 1 line"),
        ("nan.xyz", b"2\n\nC 0 0 0\nO 0 0 nan\n", "nan"),
        ("twice.xyz", b"2\n\nC 0 0 0\nO 0 0 0\n", "in one place"),
        ("page.html", b"<script>alert(1)</script>", "page.html: ASE cannot read"),
        ("benzene.xyz", written(ase.build.molecule("C6H6")), "benzene.xyz has 12"),
        ("crystal.cif", written(boxed(ETHER), "cif"), "crystal.cif repeats without end and CH3CH2OH does not"),
        ("salt.cif", written(ase.build.bulk("NaCl", "rocksalt", 5.64), "cif"), "salt.cif repeats without end"),
    ],
)
def test_a_file_that_does_not_do_is_explained_and_what_was_shown_stays(chooser, name, content, told):
    before = shown(chooser)
    upload(chooser, 1, name, content)
    assert told in chooser.explorer.error
    assert "\n" not in chooser.explorer.error
    assert "/tmp" not in chooser.explorer.error
    assert shown(chooser) == before
    upload(chooser, 1, "ether.xyz", written(ETHER))
    assert chooser.explorer.error == ""


HOSTILE = [
    "..",
    ".",
    "",
    "/",
    "../..",
    "\\",
    "a\0b",
    "\0",
    "\ud800",
    "line\nbreak",
    300 * "x",
    300 * "\N{SNOWMAN}",
    "-",
    "*",
    'a<b>:"|?*',
    "name@0",
    "<img src=x>",
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_hostile_names_are_harmless(chooser, name):
    before = shown(chooser)
    upload(chooser, 1, name, b"junk")
    assert "cannot" in chooser.explorer.error
    assert "\n" not in chooser.explorer.error
    assert len(chooser.explorer.error) < 500
    assert shown(chooser) == before
    upload(chooser, 1, name + ".xyz", written(ETHER))
    assert chooser.explorer.error == ""
    assert chooser.b.formula == "C2H6O"
    assert len(chooser.b.name.encode()) <= LONGEST_NAME


STOPS = [MemoryError(), OSError(28, "No space left"), RecursionError("too deep"), KeyError(1)]


@pytest.mark.parametrize("problem", STOPS, ids=repr)
def test_whatever_stops_a_reader_is_explained_in_place(chooser, monkeypatch, problem):
    def stop(path):
        raise problem

    before = shown(chooser)
    monkeypatch.setattr("twinclouds.ui.chooser.read_cloud", stop)
    upload(chooser, 1, "ether.xyz", written(ETHER))
    assert chooser.explorer.error.startswith(f"ether.xyz: this file cannot be read ({type(problem).__name__})")
    assert shown(chooser) == before


def test_a_file_may_be_given_again_after_it_was_corrected(chooser):
    upload(chooser, 1, "ether.xyz", b"junk")
    assert "ether.xyz" in chooser.explorer.error
    upload(chooser, 1, "ether.xyz", written(ETHER))
    assert chooser.explorer.error == ""
    assert chooser.explorer.b.name == "ether.xyz"
    bent = ETHER.copy()
    bent.rattle(0.2, seed=1)
    upload(chooser, 1, "ether.xyz", written(bent))
    assert abs(chooser.explorer.b.positions - bent.positions).max() < 1e-6


def test_the_very_same_file_may_be_given_again(chooser):
    butane = written(ase.build.molecule("trans-butane"))
    upload(chooser, 1, "butane.xyz", butane)
    assert "butane.xyz" in chooser.explorer.error
    chooser.menus[0].value = "isobutane"  # now it would fit
    upload(chooser, 1, "butane.xyz", butane)
    assert chooser.explorer.error == ""
    assert chooser.explorer.b.name == "butane.xyz"


def test_two_crystals_can_be_compared(chooser):
    upload(chooser, 0, "first.cif", written(boxed(ETHANOL), "cif"))
    assert "repeats without end" in chooser.explorer.error
    assert chooser.menus[1].options == ()  # no molecule of the collection would do
    upload(chooser, 1, "second.cif", written(boxed(ETHER), "cif"))
    assert chooser.explorer.error == ""
    assert chooser.explorer.a.periodic
    assert chooser.explorer.b.periodic
    chooser.menus[0].value = "isobutane"
    assert chooser.explorer.error == ""
    assert not chooser.explorer.b.periodic


def test_one_shape_chosen_twice_is_not_called_twins() -> None:
    chooser = PairChooser("CH3CH2OH", "CH3OCH3", notice="They differ.")
    assert chooser.remark.value == ""
    assert chooser.explorer.notice == "They differ."
    chooser.menus[1].value = "CH3CH2OH"
    assert "one and the same shape" in chooser.remark.value
    assert chooser.explorer.notice == ""
    chooser.menus[0].value = "isobutane"
    assert chooser.remark.value == ""


def test_every_question_is_answered_and_the_page_knows_who_asks(chooser):
    answers = chooser._answers
    assert answers in chooser.children
    assert answers._asked_by == [f"IPY_MODEL_{w.model_id}" for w in (*chooser.menus, *chooser.uploads)]
    before = answers._answers
    chooser.menus[0].value = "isobutane"
    assert answers._answers > before
    before = answers._answers
    upload(chooser, 0, "bad.xyz", b"nonsense")
    assert chooser.explorer.error
    assert answers._answers > before


def test_what_is_interrupted_says_so(chooser, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(chooser, "_show", stopped)
    before = chooser._answers._answers
    with pytest.raises(KeyboardInterrupt):
        chooser.menus[0].value = "isobutane"
    assert "KeyboardInterrupt" in chooser.explorer.error
    assert "choose again" in chooser.explorer.error
    assert chooser._answers._answers > before
