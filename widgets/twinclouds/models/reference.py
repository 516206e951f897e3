"""The reference audit: what real architectures and descriptors cannot see, as a table that comes with the package.

Every pair of the gallery is asked about on up to three graphs:

``complete``
    The cutoff is 1.3 times the largest distance, so every distance counts; 4.5 angstrom for periodic pairs.
``short``
    The smallest cutoff that joins all atoms of both clouds, put into the middle of the next gap between distances.
``star``
    Octahedral complexes, with a cutoff between the bonds and the ligands' distances, near the latter: a graph without
    any ring. The distortions are not small, as what four bodies see grows with their third power.

Cutoffs lie in gaps, since smooth models give an edge at the cutoff no weight while colour refinement counts it.

Worth knowing when reading the table: bixbyite needs tensors, since each of its sites lies on a twofold axis and one
vector (l = 1) per atom says nothing of it. MACE with correlation 2 in one layer has a linear read-out, so its energy is
a plain sum over triangles, and the pair rings-4body, whose triangles agree as a whole, gets one energy; models that do
something nonlinear with each atom tell it apart. The angular functions G4 count a triangle only if its third side is
within the cutoff, too, so in the short graph they are blind where other angles are not. There bonds near the
cutoff weigh little, and eight decimals of the gallery's coordinates hide what is below some 1e-7 of the spread: of a
model that sees four bodies "blind" means no more than that.

Regenerate the part of one extra with::

    python -m twinclouds.models.reference --extra core
    python -m twinclouds.models.reference --extra descriptors    # likewise torch, mace

in an environment where that extra is installed; the other parts are kept.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from twinclouds import __version__
from twinclouds.auditing import AuditReport, AuditRow, audit
from twinclouds.clouds import as_cloud
from twinclouds.errors import ModelError
from twinclouds.graphs import distance_graph
from twinclouds.models.extras import EXTRAS, installed, versions

__all__ = ["GRAPHS", "MODELS", "Case", "ReferenceModel", "cases", "reference_audit"]

GRAPHS = ("complete", "short", "star")

#: Cutoff that stands for the complete graph of a periodic pair, angstrom.
PERIODIC = 4.5

#: Distances closer than this fraction are one shell when a gap is looked for.
GAP = 0.12

FILE = "reference_audit.json"


@dataclass(frozen=True)
class ReferenceModel:
    """A model of the reference audit.

    Attributes
    ----------
    name : str
        Name in the table.
    extra : str
        What has to be installed: an extra of the package, or ``"core"``.
    sees : str
        ``"distances"``, ``"vectors"`` (angles by vectors only, l = 1), ``"angles"`` (three bodies), or
        ``"four bodies"``, which includes networks that are deep enough to get there.
    make : callable
        From a cutoff and a seed to a model.
    seeds : tuple of int
        Seeds to try; empty where there is nothing random.
    """

    name: str
    extra: str
    sees: str
    make: Callable[[float, int], Any]
    seeds: tuple[int, ...] = ()


def _core() -> list[ReferenceModel]:
    from twinclouds.fingerprints import AngleHistogram, Correlations
    from twinclouds.networks import MessagePassing

    def network(layers: int, vectors: bool) -> Callable[[float, int], Any]:
        return lambda cutoff, seed: MessagePassing(layers, 16, cutoff, vectors, seed)

    def bodies(number: int) -> Callable[[float, int], Any]:
        small = {"channels": 3, "angular": 2} if number == 4 else {"channels": 4, "angular": 4}
        return lambda cutoff, seed: Correlations(number, cutoff, seed=seed, **small)

    def angles(cutoff: float, seed: int) -> Any:
        return AngleHistogram(cutoff)

    three = (0, 1, 2)
    return [
        ReferenceModel("random network, distances, 1 layer", "core", "distances", network(1, False), three),
        ReferenceModel("random network, distances, 3 layers", "core", "distances", network(3, False), three),
        ReferenceModel("random network, vectors, 1 layer", "core", "vectors", network(1, True), three),
        ReferenceModel("random network, vectors, 3 layers", "core", "vectors", network(3, True), three),
        ReferenceModel("correlations of 2 bodies", "core", "distances", bodies(2), three),
        ReferenceModel("correlations of 3 bodies", "core", "angles", bodies(3), three),
        ReferenceModel("correlations of 4 bodies", "core", "four bodies", bodies(4), three),
        ReferenceModel("angle histogram", "core", "angles", angles),
    ]


def _descriptors() -> list[ReferenceModel]:
    from twinclouds.models import soap

    def model(name: str, sees: str, make: Callable[[float], Any]) -> ReferenceModel:
        return ReferenceModel(name, "descriptors", sees, lambda cutoff, seed: make(cutoff))

    # featomic's radial integrals fail where the Gaussians are much narrower than the cutoff.
    return [
        model("featomic radial spectrum", "distances", lambda c: soap.featomic_spectrum(1, c, width=max(0.3, c / 15))),
        model("featomic power spectrum", "angles", lambda c: soap.featomic_spectrum(2, c, width=max(0.3, c / 15))),
        model("featomic bispectrum", "four bodies", lambda c: soap.featomic_spectrum(3, c, width=max(0.3, c / 15))),
        model("dscribe SOAP", "angles", lambda c: soap.dscribe_soap(c)),
        model("dscribe ACSF, G2", "distances", lambda c: soap.dscribe_acsf(c, angles=False)),
        model("dscribe ACSF, G2 and G4", "angles", lambda c: soap.dscribe_acsf(c)),
    ]


def _torch() -> list[ReferenceModel]:
    from twinclouds.models import geometric as g

    two = (0, 1)
    return [
        ReferenceModel("SchNet", "torch", "distances", lambda c, s: g.schnet(c, s), two),
        ReferenceModel("DimeNet++", "torch", "angles", lambda c, s: g.dimenet(c, s), two),
        ReferenceModel("ViSNet, l = 1", "torch", "vectors", lambda c, s: g.visnet(c, s), two),
        ReferenceModel("ViSNet, l = 2", "torch", "angles", lambda c, s: g.visnet(c, s, lmax=2), two),
    ]


def _mace() -> list[ReferenceModel]:
    from twinclouds.models.mace import mace

    def model(name: str, sees: str, **options: int) -> ReferenceModel:
        options = {"angular": 3, "width": 4, **options}
        return ReferenceModel(name, "mace", sees, lambda c, s: mace(c, s, **options), (0, 1))

    return [
        model("MACE, scalars, correlation 1, 2 layers", "distances", layers=2, correlation=1, features=0),
        model("MACE, vectors, correlation 1, 2 layers", "vectors", layers=2, correlation=1, features=1),
        model("MACE, tensors, correlation 1, 4 layers", "four bodies", layers=4, correlation=1, features=2),
        model("MACE, correlation 2, 1 layer", "angles", layers=1, correlation=2, features=0),
        model("MACE, correlation 3, 1 layer", "four bodies", layers=1, correlation=3, features=0),
        model("MACE, tensors, correlation 2, 2 layers", "four bodies", layers=2, correlation=2, features=2),
    ]


#: For each extra a function that lists its models.
MODELS: Mapping[str, Callable[[], list[ReferenceModel]]] = {
    "core": _core,
    "descriptors": _descriptors,
    "torch": _torch,
    "mace": _mace,
}


@dataclass(frozen=True, eq=False)
class Case:
    """A pair on one of the graphs.

    Attributes
    ----------
    name : str
        Name of the pair.
    graph : str
        ``"complete"``, ``"short"`` or ``"star"``.
    cutoff : float
        Cutoff, angstrom.
    pair : Pair
        The two clouds.
    """

    name: str
    graph: str
    cutoff: float
    pair: Any


def cases(graphs: Iterable[str] = GRAPHS, names: Iterable[str] | None = None) -> list[Case]:
    """List what the reference audit asks about.

    Parameters
    ----------
    graphs : iterable of str, optional
        Which graphs.
    names : iterable of str, optional
        Which pairs; all by default.

    Returns
    -------
    list of Case

    Examples
    --------
    >>> [(c.graph, round(c.cutoff, 2)) for c in cases(names=["SF6"])]
    [('complete', 4.06), ('short', 1.83), ('star', 2.04)]
    """
    from twinclouds.pairs import gallery, octahedral_complex

    wanted = None if names is None else set(names)
    pairs: dict[str, Any] = {name: gallery[name] for name in gallery if wanted is None or name in wanted}
    found = []
    for name, pair in pairs.items():
        for graph, cutoff in (("complete", _complete(pair)), ("short", _short(pair))):
            if graph in graphs and cutoff:
                found.append(Case(name, graph, cutoff, pair))
    if "star" in graphs:
        # The SF6 of the gallery to all digits: four bodies of a small distortion are a small thing, not to be lost
        # among the errors of coordinates with eight decimals.
        complexes: dict[str, Any] = {
            "SF6": octahedral_complex("S", "F", 1.56, math.degrees(math.asin(0.1)), "SF6"),
            "Cr(CO)6": gallery["Cr(CO)6"],
        }
        for distortion in (8.0, 14.0, -16.0):
            name = f"FeF6, {distortion:+g} degrees"
            complexes[name] = octahedral_complex("Fe", "F", 1.95, distortion, name)
        complexes = {name: pair for name, pair in complexes.items() if wanted is None or name in wanted}
        for name, pair in complexes.items():
            found.append(Case(name, "star", _star(pair), pair))
    return found


def _distances(pair: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """List the distances that occur in either member, angstrom."""
    reach = PERIODIC if as_cloud(pair.a).periodic else math.inf
    return np.unique(np.concatenate([distance_graph(member, reach).distances.round(6) for member in pair]))


def _complete(pair: Any) -> float:
    return PERIODIC if as_cloud(pair.a).periodic else 1.3 * float(_distances(pair)[-1])


def _short(pair: Any) -> float:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    lengths = _distances(pair)

    def joined(cutoff: float) -> bool:
        for member in pair:
            graph = distance_graph(member, cutoff)
            ones = np.ones(graph.n_edges)
            matrix = csr_array((ones, (graph.senders, graph.receivers)), shape=(graph.n_nodes, graph.n_nodes))
            if connected_components(matrix)[0] > 1:
                return False
        return True

    for below, above in zip(lengths[:-1].tolist(), lengths[1:].tolist(), strict=True):
        if above > (1 + GAP) * below and joined(below):
            return float(below + above) / 2
    return 0.0


def _star(pair: Any) -> float:
    lengths = _distances(pair)
    for below, above in zip(lengths[:-1].tolist(), lengths[1:].tolist(), strict=True):
        graph = distance_graph(pair.a, (below + above) / 2)
        if graph.n_edges == 2 * (graph.n_nodes - 1) and above > (1 + GAP) * below:
            # Near the end of the gap: what is beyond does not count, and the bonds are to weigh as much as they can.
            return float(0.1 * below + 0.9 * above)
    raise ModelError(f"{pair.name} has no cutoff that makes a star")


def ask(model: ReferenceModel, case: Case) -> AuditRow:
    """Audit one model on one case.

    Examples
    --------
    >>> ask(_core()[0], cases(["star"], ["SF6"])[0]).verdict
    'blind'
    """
    report = audit(
        None,
        {case.name: case.pair},
        setup=lambda seed: model.make(case.cutoff, seed),
        seeds=model.seeds or (0,),
        name=model.name,
    )
    (row,) = report.entries
    # Where nothing is random, the seed was only a way to get the model made.
    return row if model.seeds else replace(row, seeds=(), separated_by=())


def reference_audit(graph: str = "complete", extra: str | None = None) -> AuditReport:
    """Return the committed reference audit.

    Parameters
    ----------
    graph : str, optional
        ``"complete"``, ``"short"`` or ``"star"``; see :mod:`twinclouds.models.reference`.
    extra : str, optional
        Only the models of one extra, or ``"core"``.

    Returns
    -------
    AuditReport
        With the versions of what was run in ``.about``.

    Raises
    ------
    ModelError
        If there is no such graph or extra.

    Examples
    --------
    >>> report = reference_audit("star", "core")
    >>> verdicts = {row["model"]: row["verdict"] for row in report.rows if row["pair"] == "SF6"}
    >>> verdicts["correlations of 3 bodies"], verdicts["correlations of 4 bodies"]
    ('blind', 'separates')
    """
    if graph not in GRAPHS:
        raise ModelError(f"there is no graph {graph!r} in the reference audit; use one of {', '.join(GRAPHS)}")
    if extra is not None and extra not in MODELS:
        raise ModelError(f"there is no extra {extra!r} in the reference audit; use one of {', '.join(MODELS)}")
    rows, about = [], {}
    for part, data in _table().items():
        if extra not in (None, part):
            continue
        for row in data["rows"]:
            entry = dict(zip(data["columns"], row, strict=True))
            if entry.pop("graph") != graph:
                continue
            for name in ("difference", "spread", "noise"):
                entry[name] = math.nan if entry[name] is None else float(entry[name])
            model = data["models"][entry.pop("model")]
            ratio = entry["difference"] / entry["spread"] if entry["spread"] else math.nan
            by, cutoff = tuple(entry.pop("separated_by")), entry.pop("cutoff")
            del cutoff
            rows.append(
                AuditRow(model=model["name"], seeds=tuple(model["seeds"]), separated_by=by, ratio=ratio, **entry)
            )
            about[model["name"]] = f"sees {model['sees']}; {data['about']}"
    return AuditReport(tuple(rows), about)


@cache
def _table() -> dict[str, Any]:
    return dict(json.loads((files("twinclouds.models") / FILE).read_text(encoding="utf-8"))["parts"])


def run(
    extra: str, graphs: Iterable[str] = GRAPHS, names: Iterable[str] | None = None, log: Any = None
) -> dict[str, Any]:
    """Audit all models of an extra, and return its part of the table.

    Raises
    ------
    ModelError
        If the extra is not known or not installed.
    """
    if extra not in MODELS:
        raise ModelError(f"there is no extra {extra!r} in the reference audit; use one of {', '.join(MODELS)}")
    if extra != "core" and not installed(extra):
        raise ModelError(f'the extra {extra!r} is not installed; pip install "twinclouds[{extra}]"')
    models, asked = MODELS[extra](), cases(graphs, names)
    rows = []
    for number, model in enumerate(models):
        start = time.perf_counter()
        for case in asked:
            row = ask(model, case)
            numbers = [_three_digits(x) for x in (row.difference, row.spread, row.noise)]
            what = [number, case.name, row.kind, case.graph, round(case.cutoff, 4), row.verdict]
            rows.append([*what, *numbers, list(row.separated_by), row.problem, row.dtype])
        if log is not None:
            print(f"{model.name}: {len(asked)} cases, {time.perf_counter() - start:.0f} s", file=log, flush=True)
    used = {"twinclouds": __version__} | versions("numpy", "scipy", *EXTRAS.get(extra, {}).values())
    return {
        "about": ", ".join(f"{name} {number}" for name, number in used.items()),
        "models": [{"name": m.name, "sees": m.sees, "seeds": list(m.seeds)} for m in models],
        "columns": [
            *("model", "pair", "kind", "graph", "cutoff", "verdict", "difference", "spread", "noise"),
            *("separated_by", "problem", "dtype"),
        ],
        "rows": rows,
    }


def _three_digits(value: float) -> float | None:
    return float(f"{value:.3g}") if math.isfinite(value) else None


def merge(path: Path, extra: str, part: dict[str, Any]) -> None:
    """Put the part of one extra into the table, and leave the others as they are."""
    table: dict[str, Any] = {"format": "twinclouds-reference-audit-1", "parts": {}}
    if path.exists():
        table = json.loads(path.read_text(encoding="utf-8"))
    table["parts"][extra] = part
    parts = {name: table["parts"][name] for name in MODELS if name in table["parts"]}
    # One line per row: a change in one verdict is one line in a diff.
    text = []
    for name, data in parts.items():
        rows = ",\n".join(json.dumps(row) for row in data["rows"])
        head = json.dumps({k: v for k, v in data.items() if k != "rows"}, indent=1)[:-2]
        text.append(f'{json.dumps(name)}: {head},\n "rows": [\n{rows}\n]}}')
    path.write_text(
        f'{{"format": {json.dumps(table["format"])}, "parts": {{\n' + ",\n".join(text) + "\n}}\n", encoding="utf-8"
    )


def main(arguments: list[str] | None = None) -> int:
    """Regenerate one part of the table from the command line."""
    parser = argparse.ArgumentParser(prog="python -m twinclouds.models.reference", description="Audit real models.")
    parser.add_argument("--extra", required=True, choices=list(MODELS), help="which models")
    parser.add_argument("--output", type=Path, help="table to update (default: the one of the package)")
    options = parser.parse_args(arguments)
    path = options.output or Path(str(files("twinclouds.models") / FILE))
    try:
        merge(path, options.extra, run(options.extra, log=sys.stderr))
    except ModelError as error:
        print(f"twinclouds: {error}", file=sys.stderr)
        return 2
    print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
