"""The audit: verdicts agree with refinement, and bad models are named while the run goes on."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import ase.build
import numpy as np
import pytest
from ase import Atoms
from ase.calculators.lj import LennardJones

import twinclouds as tc
from twinclouds import cli, pairs
from twinclouds.auditing import VERDICTS, AuditReport, AuditRow, audit
from twinclouds.descriptors import triangles
from twinclouds.errors import ModelError
from twinclouds.networks import MessagePassing

FEW = ["benzene", "planes", "CHFClBr", "CH4-angles", "decalin"]


def lengths(atoms: Atoms) -> float:
    """A pair potential."""
    d = atoms.get_all_distances()
    return float((d[np.triu_indices(len(atoms), 1)] ** -2).sum())


def angles(atoms: Atoms) -> float:
    """Axilrod-Teller without the chemistry."""
    found = triangles(atoms)
    cosines = np.cos(np.radians(found.angles))
    return float((cosines**3 / found.distances.prod(axis=1) ** 3).sum())


def test_a_pair_potential_is_blind_and_triangles_are_not() -> None:
    isolated = {name: p for name, p in pairs.gallery.items() if not p.periodic_axes}
    report = audit(lengths, isolated) + audit(angles, isolated)
    for row in report.rows:
        pair = isolated[row["pair"]]
        if isinstance(pair, pairs.DegeneratePair):
            assert row["blind"] is (row["model"] == "lengths"), row
            assert (row["ratio"] > 1e-4) is (row["model"] == "angles")
        if isinstance(pair, pairs.MirrorPair):
            assert row["blind"], row


@pytest.mark.parametrize("vectors", [False, True])
def test_verdicts_on_the_gallery_are_those_of_refinement(vectors: bool) -> None:
    cutoff = 6.3
    report = tc.audit(None, setup=lambda seed: MessagePassing(2, 16, cutoff, vectors, seed), seeds=[0, 1], name="net")
    assert report.pairs == tuple(pairs.gallery)
    for row in report.rows:
        pair = pairs.gallery[row["pair"]]
        equivalent = tc.compare(pair.a, pair.b, cutoff, rounds=2).equivalent
        if not vectors:
            assert row["blind"] is equivalent, row
        elif not equivalent:
            assert row["verdict"] == "separates", row
        assert row["seeds"] == [0, 1] and row["problem"] == ""
        assert row["separated_by"] == ([] if row["blind"] else [0, 1])


def test_rows_have_the_keys_of_the_contract() -> None:
    (row,) = audit(lengths, "benzene").rows
    assert row["pair"] == "benzene" and row["model"] == "lengths" and row["kind"] == "degenerate at every cutoff"
    assert row["blind"] is True and row["verdict"] == "blind" and row["dtype"] == "float64"
    assert row["difference"] <= row["noise"] * 10 < row["spread"] * 1e-4
    assert row["ratio"] == row["difference"] / row["spread"]
    assert row["seeds"] == [] and row["separated_by"] == []


def test_calculators_and_transformers_are_models() -> None:
    class Transformer:
        def transform(self, clouds: list[Atoms]) -> np.ndarray:
            return np.array([[lengths(a), angles(a)] for a in clouds])

    report = audit(LennardJones(rc=50.0), FEW[:2], name="LJ") + audit(Transformer(), FEW[:2])
    verdicts = {(r["model"], r["pair"]): r["verdict"] for r in report.rows}
    assert verdicts == {
        ("LJ", "benzene"): "blind",
        ("LJ", "planes"): "blind",
        ("Transformer", "benzene"): "separates",
        ("Transformer", "planes"): "separates",
    }


def test_features_of_atoms_are_compared_as_a_multiset() -> None:
    def sorted_distances(atoms: Atoms) -> np.ndarray:
        return np.sort(atoms.get_all_distances(), axis=1)

    def angles_at(atoms: Atoms) -> np.ndarray:
        found = triangles(atoms)
        cubes = np.bincount(found.centres, np.cos(np.radians(found.angles)) ** 3, minlength=len(atoms))
        return cubes[:, None]

    assert audit(sorted_distances, "lines").rows[0]["verdict"] == "blind"
    # One number per atom, or one row, or one matrix.
    for shape in ((-1,), (-1, 1), (-1, 1, 1)):
        report = audit(lambda atoms, shape=shape: angles_at(atoms).reshape(shape), ["lines", "benzene"])
        assert [row["verdict"] for row in report.rows] == ["separates"] * 2
    energies = audit(lambda atoms: sorted_distances(atoms).sum(axis=1), ["lines", "benzene"])
    assert [row["verdict"] for row in energies.rows] == ["blind"] * 2


def test_as_many_features_as_atoms_are_not_taken_for_numbers_of_atoms() -> None:
    def sums(atoms: Atoms) -> np.ndarray:
        d = atoms.get_all_distances()
        return np.array([(d**k).sum() for k in range(1, len(atoms) + 1)])

    assert audit(sums, "lines").rows[0]["verdict"] == "blind"
    assert audit(sums, "decalin").rows[0]["verdict"] == "separates"
    assert audit(lambda atoms: atoms.get_positions()[:, 0], "lines").rows[0]["verdict"] == "not invariant"

    def table(atoms: Atoms) -> np.ndarray:
        d = atoms.get_all_distances()
        return np.array([[np.exp(-k * (d - c) ** 2).sum() for k in (1, 2)] for c in np.linspace(0.5, 5, len(atoms))])

    assert audit(table, "benzene").rows[0]["verdict"] == "blind"
    assert audit(table, "decalin").rows[0]["verdict"] == "separates"


def test_numbers_of_atoms_are_recognised_in_small_clouds_too() -> None:
    """Among a few atoms a copy may by chance be numbered as before."""
    first = Atoms("OH2", [[0, 0, 0], [0.96, 0, 0], [-0.24, 0.93, 0]])
    second = Atoms("OH2", [[0, 0, 0], [1.1, 0, 0], [-0.24, 0.93, 0]])
    waters = {f"water {k}": (first, second) for k in range(12)}
    report = audit(lambda atoms: (atoms.get_all_distances() ** 2).sum(axis=1), waters)
    assert {row["verdict"] for row in report.rows} == {"separates"}


def test_differences_no_larger_than_the_errors_of_the_coordinates_do_not_count() -> None:
    a, b = pairs.gallery["hexagon"]
    b.positions += np.random.default_rng(0).normal(scale=1e-8, size=b.positions.shape)
    (row,) = audit(lengths, {"rounded": (a, b)}).rows
    assert row["difference"] > 1e-10 and row["blind"]


@pytest.mark.parametrize("decimals", [8, 6])
def test_coordinates_from_files_are_not_told_apart_by_their_rounding(decimals: int) -> None:
    """Decalin and bicyclopentyl agree in their bonds only, and there only as far as the file has decimals."""

    def bonds(atoms: Atoms) -> float:
        d = atoms.get_all_distances()
        return float((np.clip(1 - (d / 1.9) ** 2, 0, None) ** 3 * np.exp(-d)).sum())

    members = [atoms.copy() for atoms in pairs.gallery["decalin"]]
    for atoms in members:
        atoms.positions = atoms.positions.round(decimals)
    (row,) = audit(bonds, {"rounded": members}).rows
    assert row["difference"] > 1e-10 and row["blind"]
    assert audit(lengths, {"rounded": members}).rows[0]["verdict"] == "separates"


class Bad:
    """Models with something wrong."""

    @staticmethod
    def raises(atoms: Atoms) -> float:
        if len(atoms) > 10:
            raise RuntimeError("too\nlarge")
        return lengths(atoms)

    @staticmethod
    def nan(atoms: Atoms) -> float:
        return math.nan if "Cl" in atoms.get_chemical_symbols() else lengths(atoms)

    @staticmethod
    def shape(atoms: Atoms) -> np.ndarray:
        d = np.sort(atoms.get_all_distances(), axis=None)
        return d[d < d.mean()] if len(atoms) > 10 else d

    @staticmethod
    def words(atoms: Atoms) -> str:
        return "energy"

    @staticmethod
    def nothing(atoms: Atoms) -> None:
        return None

    @staticmethod
    def ragged(atoms: Atoms) -> list[list[float]]:
        return [[1.0], [1.0, 2.0]]

    @staticmethod
    def empty(atoms: Atoms) -> list[float]:
        return []

    @staticmethod
    def entries(atoms: Atoms) -> dict[str, float]:
        return {"energy": lengths(atoms), "charge": 0.0}

    @staticmethod
    def generator(atoms: Atoms) -> Iterator[float]:
        yield lengths(atoms)

    @staticmethod
    def objects(atoms: Atoms) -> np.ndarray:
        return np.array([lengths(atoms)], dtype=object)

    @staticmethod
    def maker(atoms: Atoms) -> Any:
        return lengths

    @staticmethod
    def leaves(atoms: Atoms) -> float:
        sys.exit("no weights")

    @staticmethod
    def infinite(atoms: Atoms) -> Any:
        return np.longdouble(10) ** 400


class TwoRows:
    def transform(self, clouds: list[Atoms]) -> np.ndarray:
        return np.ones((2, 3))


@pytest.mark.parametrize(
    ("model", "failing", "problem"),
    [
        (Bad.raises, {"benzene"}, "it raised RuntimeError: too large"),
        (Bad.nan, {"CHFClBr"}, "it returned NaN"),
        (Bad.shape, {"benzene"}, "its output has shape"),
        (Bad.words, set(FEW), "it returned a str; return a number or an array of numbers"),
        (Bad.nothing, set(FEW), "it returned nothing (None)"),
        (Bad.ragged, set(FEW), "it returned a list; return a number"),
        (Bad.empty, set(FEW), "it returned an empty array"),
        (Bad.entries, set(FEW), "it returned a dict; return one of its entries ('energy', 'charge')"),
        (Bad.generator, set(FEW), "it returned a generator; return a list or an array of its numbers"),
        (Bad.objects, set(FEW), "it returned an array of object; return an array of numbers"),
        (Bad.maker, set(FEW), "it returned a function; if it makes models, give it as setup="),
        (Bad.leaves, set(FEW), "it raised SystemExit: no weights"),
        (Bad.infinite, set(FEW), "its output is too large for double precision"),
        (TwoRows(), set(FEW), "transform returned 2 rows for one cloud; return one row for each"),
    ],
)
def test_bad_models_are_named_and_the_run_goes_on(model: Any, failing: set[str], problem: str) -> None:
    report = audit(model, [n for n in FEW if n != "decalin" or failing == set(FEW)])
    failed = {r["pair"]: r["problem"] for r in report.rows if r["verdict"] == "failed"}
    assert set(failed) == failing
    assert all(text.startswith(problem) for text in failed.values())
    assert all("\n" not in text for text in failed.values())
    assert any("failed on" in w for w in report.warnings)
    assert not any(r["blind"] for r in report.rows if r["pair"] in failing)


def test_a_model_that_changes_its_input_is_named_and_does_not_spoil_the_audit() -> None:
    def mutating(atoms: Atoms) -> float:
        value = lengths(atoms)
        atoms.positions += 1.0
        atoms.positions[0] *= 2
        return value

    before = pairs.gallery["benzene"].a.positions.copy()
    pair = pairs.gallery["benzene"]
    report = audit(mutating, {"benzene": pair})
    assert report.rows[0]["verdict"] == "blind"
    assert report.warnings == ("mutating: it changes the atoms that it is given; let it work on a copy",)
    np.testing.assert_array_equal(pair.a.positions, before)


def test_what_is_attached_to_the_atoms_counts_as_a_change() -> None:
    def attaching(atoms: Atoms) -> float:
        atoms.set_initial_charges(np.full(len(atoms), 0.1))
        return lengths(atoms)

    assert audit(attaching, "lines").warnings[0].startswith("attaching: it changes the atoms")


@pytest.mark.parametrize("scale", [1e-300, 1e-170, 1e170, 1e300])
def test_units_do_not_matter(scale: float) -> None:
    rows = [
        *audit(lambda atoms: scale * lengths(atoms), FEW).rows,
        *audit(lambda atoms: scale * angles(atoms), FEW).rows,
    ]
    plain = [*audit(lengths, FEW).rows, *audit(angles, FEW).rows]
    assert [r["verdict"] for r in rows] == [r["verdict"] for r in plain]


def test_randomness_is_named() -> None:
    rng = np.random.default_rng(0)
    report = audit(lambda atoms: lengths(atoms) + 0.1 * rng.normal(), "benzene", name="dropout")
    assert report.rows[0]["verdict"] == "inconclusive"
    assert report.warnings == ("dropout: it is not deterministic; switch off dropout and fix its random numbers",)
    # Tiny randomness leaves a verdict.
    quiet = audit(lambda atoms: lengths(atoms) + 1e-8 * rng.normal(), "benzene").rows[0]
    assert quiet["verdict"] == "blind"
    # However the dice fall, it is not the turning that is to blame.
    assert {
        row["verdict"]
        for row in audit(lambda atoms: rng.normal(), dict.fromkeys(range(60), pairs.gallery["lines"])).rows
    } == {"inconclusive"}


def test_models_that_are_not_invariant_are_flagged() -> None:
    report = audit(lambda atoms: atoms.positions[:, 2].max(), FEW, name="height")
    assert {r["verdict"] for r in report.rows} == {"not invariant"}
    assert not any(r["blind"] for r in report.rows)
    in_order = audit(lambda atoms: atoms.get_all_distances()[0], FEW).rows
    assert {r["verdict"] for r in in_order} == {"not invariant"}


def test_a_model_that_sees_nothing_gets_no_verdict() -> None:
    rows = audit(lambda atoms: float(len(atoms)), FEW).rows
    assert {r["verdict"] for r in rows} == {"inconclusive"}
    assert {r["problem"] for r in rows} == {"its output hardly depends on the positions of the atoms"}


@pytest.mark.parametrize("as_python_float", [False, True])
def test_single_precision_is_noticed(as_python_float: bool) -> None:
    def model(atoms: Atoms) -> Any:
        d = atoms.get_all_distances().astype(np.float32)
        value = np.float32((d[np.triu_indices(len(d), 1)] ** -2).sum())
        return float(value) if as_python_float else value

    report = audit(model, FEW)
    assert {r["dtype"] for r in report.rows} == {"float32"}
    assert report.warnings[0] == "model: outputs are float32; in double precision smaller differences show"
    assert {r["pair"]: r["verdict"] for r in report.rows}["benzene"] in ("blind", "inconclusive")
    assert {r["pair"]: r["verdict"] for r in report.rows}["decalin"] == "separates"


def test_one_separating_seed_is_enough() -> None:
    report = audit(None, "benzene", setup=lambda seed: angles if seed == 2 else lengths, name="mixed")
    (row,) = report.rows
    assert row["verdict"] == "separates" and row["seeds"] == [0, 1, 2] and row["separated_by"] == [2]


def test_setup_in_place_and_setup_that_fails() -> None:
    class Model:
        power = 0.0

        def __call__(self, atoms: Atoms) -> float:
            d = atoms.get_all_distances()
            return float((d[d > 0] ** self.power).sum())

    model = Model()

    def setup(seed: int) -> None:
        if seed == 1:
            raise KeyError("weights")
        model.power = -1.0 - seed

    (row,) = audit(model, "benzene", setup=setup).rows
    assert row["verdict"] == "blind"
    assert row["problem"] == "seeds 1 failed: setup(1) raised KeyError: 'weights'"


def test_anonymous_points_are_shown_as_an_element() -> None:
    seen: set[str] = set()

    def spy(atoms: Atoms) -> float:
        seen.update(atoms.get_chemical_symbols())
        return lengths(atoms)

    audit(spy, "lines")
    assert seen == {"C"}
    seen.clear()
    audit(spy, "lines", anonymous=None)
    assert seen == {"X"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: audit(None), "a NoneType is not a model; give a function of ase.Atoms, an ASE calculator"),
        (lambda: audit(MessagePassing), "the class MessagePassing is not a model; make an object of it first"),
        (lambda: audit(LennardJones, "lines"), "the class LennardJones is not a model; make an object of it first"),
        (lambda: audit(lengths, "nowhere"), "'nowhere' is not a pair of the gallery; give names from it"),
        (lambda: audit(lengths, {}), "there is no pair to audit"),
        (lambda: audit(lengths, {"x": 3}), "pair 'x' is an int; give two clouds"),
        (lambda: audit(lengths, 3), "pairs=3 holds no pairs"),
        (lambda: audit(lengths, {"x": ([[0, 0, 0]], [[math.nan, 0, 0]])}), "pair 'x': coordinate x of atom 0 is nan"),
        (lambda: audit(lengths, seeds=3), "seeds are given but nothing that uses them"),
        (lambda: audit(None, setup=lambda seed: lengths, seeds=[]), "holds no whole numbers"),
        (lambda: audit(None, setup=3), "setup=3 cannot be called"),
        (lambda: AuditReport.from_json("[1]"), "this is not the JSON of an audit"),
        (lambda: AuditReport.from_json("nonsense"), "this is not the JSON of an audit"),
        (lambda: AuditReport.from_json('{"format": "other"}'), "format 'other' is not 'twinclouds-audit-1'"),
        (lambda: audit(lengths, "lines") + audit(lengths, "lines"), "both reports have a model 'lengths'"),
        (lambda: audit(lengths, "lines").of("other"), "there is no model 'other' in the report"),
    ],
)
def test_useless_arguments_are_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ModelError) as caught:
        call()
    assert message in str(caught.value) and "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def report() -> AuditReport:
    evil = "<script>alert(1)</script> & 100_%"
    first = audit(lengths, {evil: pairs.gallery["lines"], "benzene": pairs.gallery["benzene"]}, name=evil)
    return first + audit(angles, {evil: pairs.gallery["lines"], "failing": pairs.gallery["chain"]})


def test_reports_survive_json(report: AuditReport) -> None:
    again = AuditReport.from_json(report.to_json())
    assert again.to_json() == report.to_json()
    assert again.table() == report.table()
    assert json.loads(report.to_json())["rows"][0]["pair"].startswith("<script>")


def test_tables(report: AuditReport) -> None:
    assert "-" in report.table()  # a pair that only one of the models was asked about
    assert len(report.of("angles")) == 2
    assert sum([report.of(m) for m in report.models]).rows == report.rows  # type: ignore[attr-defined]
    latex = report.to_latex()
    assert r"\& 100\_\%" in latex and latex.count("&") - latex.count(r"\&") == 4 * 3


def test_html_is_escaped_and_well_formed(report: AuditReport) -> None:
    class Reader(HTMLParser):
        tags: list[str]

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.tags.append(tag)

    for part in (report, report.of("angles")):
        reader = Reader()
        reader.tags = []
        reader.feed(part._repr_html_())
        assert "script" not in reader.tags and {"table", "caption", "thead", "tbody", "th", "td"} <= set(reader.tags)
    # A sign beside each verdict: colour is not the only signal, nor the word.
    assert len({sign for sign in VERDICTS.values() if sign}) == len(VERDICTS)
    assert "● blind" in report._repr_html_()


def test_an_empty_row_is_fine() -> None:
    row = AuditRow("m", "p", "pair", "failed", *[math.nan] * 4, problem="no")
    assert "-" in AuditReport((row,)).table()
    assert json.loads(AuditReport((row,)).to_json())["rows"][0]["difference"] is None


MODULE = """
import numpy as np
from twinclouds.networks import MessagePassing

print("loading")

def energy(atoms):
    print("computing")
    d = atoms.get_all_distances()
    return (d[d > 0] ** -2).sum()

def random(seed):
    return MessagePassing(2, 16, 6.3, True, seed)

class box:
    energy = staticmethod(energy)
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    (tmp_path / "mymodels.py").write_text(MODULE)
    (tmp_path / "broken.py").write_text("import no_such_module_at_all")
    (tmp_path / "wrong.py").write_text("1 / 0")
    (tmp_path / "script.py").write_text("import sys; sys.exit('give --config')")
    (tmp_path / "extra.py").write_text("from twinclouds.models import need; need('no_such_library', 'torch')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "mymodels", raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        status = cli.main(["audit", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def test_command_line(run: Callable[..., Any]) -> None:
    status, out, err = run("mymodels:energy", "--pairs", "benzene", "decalin")
    assert status == 0 and "energy: blind on 1 of 2 pairs, separates 1" in out
    # What the model prints is not mixed with the report.
    assert "computing" not in out and set(err.split()) <= {"loading", "computing"}
    status, out, err = run("mymodels:random", "--seeds", "2", "--pairs", "benzene", "--json")
    (row,) = json.loads(out)["rows"]
    assert status == 0 and row["verdict"] == "separates" and row["seeds"] == [0, 1]
    status, out, err = run("mymodels:box.energy", "--pairs", "lines", "--latex")
    assert status == 0 and out.startswith(r"\begin{tabular}")
    status, out, err = run("./mymodels.py:energy", "--pairs", "lines", "--json")
    assert status == 0 and json.loads(out)["rows"][0]["blind"] is True


def test_command_line_draws_a_bar_on_terminals_only(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    _, _, err = run("mymodels:energy", "--pairs", "benzene", "lines")
    assert "0 pairs, 2 left: benzene" in err and "] 2 pairs" in err


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("mymodels", "'mymodels' names no model; write MODULE:NAME"),
        ("mymodels:nothing", "module 'mymodels' has no 'nothing'"),
        ("no_such_module:x", "there is no module 'no_such_module' here"),
        ("broken:x", "broken needs no_such_module_at_all, which is not installed"),
        ("wrong:x", "importing wrong failed: ZeroDivisionError: division by zero"),
        ("wrong.py:x", "importing wrong failed: ZeroDivisionError"),
        ("nowhere.py:x", "there is no file 'nowhere.py'"),
        ("script:x", "importing script ends the program (SystemExit: give --config)"),
        ("extra:x", 'extra: no_such_library is not installed; pip install "twinclouds[torch]"'),
    ],
)
def test_command_line_mistakes(run: Callable[..., Any], model: str, message: str) -> None:
    status, out, err = run(model, "--pairs", "benzene")
    assert status == 2 and out == ""
    (line,) = (line for line in err.splitlines() if line != "loading")
    assert message in line


def test_command_line_refuses_what_is_no_model(run: Callable[..., Any]) -> None:
    status, _, err = run("mymodels:np", "--pairs", "benzene")
    assert status == 2 and "a module is not a model" in err


def test_ase_calculators_keep_no_state_between_clouds() -> None:
    calculator = LennardJones(rc=50.0)
    water = ase.build.molecule("H2O")
    water.calc = calculator
    before = water.get_potential_energy()
    audit(calculator, "lines")
    assert water.get_potential_energy() == pytest.approx(before)


def test_a_model_that_ignores_the_cell_is_not_credited_with_sight() -> None:
    """It depends on which image of an atom is listed: the commonest mistake with crystals."""

    def nearest(atoms: Atoms, mic: bool) -> float:
        return float(np.exp(-atoms.get_all_distances(mic=mic)).sum())

    crystals = {name: pairs.gallery[name] for name in ("slab", "carbon-crystal")}
    assert {row.verdict for row in audit(lambda atoms: nearest(atoms, False), crystals).entries} == {"not invariant"}


def test_a_model_in_the_place_of_what_makes_models_is_named() -> None:
    (row,) = audit(None, "benzene", setup=lambda atoms: float(atoms.positions.sum())).rows
    assert "makes a model from a seed, and is no model itself" in row["problem"]
