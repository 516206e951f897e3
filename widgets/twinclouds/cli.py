"""The command line: ``compare``, ``dedup``, ``certify``, ``gallery``, ``audit``, ``export``, ``site`` and ``lab``."""

from __future__ import annotations

import argparse
import importlib
import io
import json
import math
import os
import re
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from twinclouds import __version__, lab
from twinclouds.arguments import printable
from twinclouds.errors import CloudError, LongRun, TwincloudsError, reason

if TYPE_CHECKING:
    from twinclouds.clouds import Cloud
    from twinclouds.congruence import Congruence
    from twinclouds.datasets.many import Deduplication
    from twinclouds.refinement import Verdict

__all__ = ["main"]

SEPARATED, EQUIVALENT, ERROR = 0, 1, 2

#: Exit status of a program that was interrupted, as shells have it.
INTERRUPTED = 130

#: Of so many bad structures it is said what is wrong, if it is written in a file as well.
SHOWN = 20


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line that says what to do."""

    def error(self, message: str) -> NoReturn:
        self.exit(ERROR, f"twinclouds: {_line(message)}; see '{self.prog} --help'\n")


def _line(message: object) -> str:
    """Return a message in one line, even if it quotes an argument or the name of a file that has several."""
    return printable(" ".join(str(message).split()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Arguments without the program's name; those of the process by default.

    Returns
    -------
    int
        Exit status: 0 told apart (or done), 1 not told apart, 2 error.

    Examples
    --------
    >>> main(["compare", "nowhere.xyz", "nowhere.xyz"])
    2
    """
    _mend_streams()
    parser = _build_parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.print_help()
        return ERROR
    try:
        with _telling():
            status = int(options.run(options))
        sys.stdout.flush()  # what cannot be written is noticed here, not when all is over
        return status
    except TwincloudsError as error:
        return _fail(error)
    except MemoryError:
        return _fail("this does not fit into memory; use a smaller --cutoff or smaller structures")
    except BrokenPipeError:  # the reader of a pipe had enough: not our error
        _drop_output()
        return ERROR
    except OSError as error:
        _drop_output()
        where = f" ({error.filename})" if error.filename else ""
        return _fail(f"{error.strerror or error}{where}; see whether the disk is full and whether you may write there")
    except KeyboardInterrupt:
        _fail("stopped")
        return INTERRUPTED
    except Exception as error:  # the status of a program that crashes is 1, which has a meaning here
        return _fail(
            f"unexpected {type(error).__name__}{_place(error)}: {error}; this should not happen, please report it"
        )


def _fail(message: object) -> int:
    print(f"twinclouds: {_line(message)}", file=sys.stderr)
    return ERROR


def _place(error: Exception) -> str:
    """Say where an error was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" in {Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace is not None else ""


def _mend_streams() -> None:
    """Open what was closed, so that nothing else takes its place, and show what a stream cannot show as its number."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            descriptor = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: that of the stream
            os.set_inheritable(descriptor, True)  # processes that are started want to find it open
            setattr(sys, name, os.fdopen(descriptor, "r" if name == "stdin" else "w", encoding="utf-8"))
        elif name != "stdin" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Forget what could not be written: Python tries again when it ends, and complains."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # not a stream of the system
        return


@contextmanager
def _telling() -> Iterator[None]:
    """Tell of long runs in a line of their own on the standard error, before they begin."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", LongRun)
        told, show = set(), warnings.showwarning

        def tell(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if not issubclass(category, LongRun):
                show(message, category, *where, **more)
            elif str(message) not in told:
                told.add(str(message))
                print(f"twinclouds: {_line(message)}", file=sys.stderr, flush=True)

        warnings.showwarning = tell
        yield


def _build_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="twinclouds",
        description="What can a graph neural network that sees only distances not tell apart?",
        epilog="Run 'twinclouds COMMAND --help' for the options of a command. Start with 'twinclouds lab'.",
    )
    parser.add_argument("--version", action="version", version=f"twinclouds {__version__}")
    commands: Any = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    _add_compare(commands)
    _add_dedup(commands)
    _add_certify(commands)
    _add_gallery(commands)
    _add_audit(commands)
    _add_export(commands)
    _add_site(commands)
    lab.add_parser(commands)
    return parser


def _add_compare(commands: Any) -> None:
    compare = commands.add_parser(
        "compare",
        help="can distances tell two structures apart?",
        description="Run colour refinement on the distance graphs of two structures: does it tell them apart?",
        epilog="Exit status: 0 told apart, 1 not told apart, 2 error. "
        "Files: all that ASE reads (XYZ, CIF, POSCAR, ...); FILE@0 picks the first structure of a file.",
    )
    _add_files(compare)
    _add_how(compare)
    compare.add_argument(
        "--chirality", action="store_true", help="with --test 2-fwl: see signed volumes, which tell mirror images apart"
    )
    compare.add_argument("--json", action="store_true", help="print one JSON object")
    compare.set_defaults(run=_compare)


def _add_how(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cutoff",
        type=_length,
        default=math.inf,
        metavar="R",
        help="join atoms up to R angstrom apart (default: all)",
    )
    parser.add_argument("--rounds", type=_rounds, metavar="L", help="refine at most L rounds (default: until stable)")
    parser.add_argument(
        "--test",
        default="distance-wl",
        metavar="T",
        help="wl: topology only; distance-wl: with distances (default); angle-wl: with angles; 2-fwl: pairs of atoms",
    )
    parser.add_argument(
        "--tolerance",
        type=_length,
        default=1e-6,
        metavar="D",
        help="lengths within D angstrom count as equal (1e-6)",
    )


def _add_dedup(commands: Any) -> None:
    dedup = commands.add_parser(
        "dedup",
        help="which structures of a data set occur more than once?",
        description="Find the structures that a test takes for one that came before: duplicates, mirror images, and "
        "twins, which differ although the test cannot see it. What cannot be read is named, and the run goes on.",
        epilog="Exit status: 0 done, 2 error, also when no structure could be read. With --out a run that was stopped "
        "(Ctrl-C, a batch system, a power cut) goes on where it was when the same command is given again. Files: all "
        "that ASE reads; every structure of XYZ files, also compressed, and of ASE's .traj and .db, one of others.",
    )
    dedup.add_argument("files", nargs="+", metavar="FILE", help="files with structures, or folders of such")
    _add_how(dedup)
    dedup.add_argument(
        "--out",
        type=Path,
        metavar="OUT.jsonl",
        help="write one JSON object per structure to this file (default: print the repeated ones)",
    )
    dedup.add_argument(
        "--jobs", type=_jobs, default=-1, metavar="N", help="at most N processes (default: one per core)"
    )
    dedup.add_argument("--dask", metavar="ADDRESS", help="let the dask scheduler at this address do the work")
    dedup.add_argument("--no-shapes", action="store_true", help="do not tell duplicates, mirror images and twins apart")
    dedup.set_defaults(run=_dedup)


def _add_certify(commands: Any) -> None:
    certify = commands.add_parser(
        "certify",
        help="prove that two structures are twins",
        description="Prove that no distance test tells two structures apart although they differ; print a certificate.",
        epilog="Exit status: 0 certified, 2 error (also when the two are not twins).",
    )
    _add_files(certify)
    certify.add_argument(
        "--radius",
        type=_length,
        metavar="R",
        help="periodic structures: verify up to R angstrom (6)",
    )
    certify.add_argument(
        "--tolerance",
        type=_length,
        default=1e-6,
        metavar="D",
        help="lengths within D angstrom count as equal (1e-6); ten times what the coordinates are rounded to, or more",
    )
    certify.add_argument("--json", action="store_true", help="print the whole certificate as JSON")
    certify.set_defaults(run=_certify)


def _add_gallery(commands: Any) -> None:
    gallery = commands.add_parser(
        "gallery",
        help="list the named pairs, or export them",
        description="List the named pairs of clouds that come with the package.",
    )
    gallery.add_argument("--export", type=Path, metavar="DIR", help="write every pair to DIR as extended XYZ files")
    gallery.set_defaults(run=_gallery)


def _add_audit(commands: Any) -> None:
    audit = commands.add_parser(
        "audit",
        help="which pairs can a model not tell apart?",
        description="Ask a model for both members of every pair of the gallery: which can it not tell apart?",
        epilog="Exit status: 0 done, whatever was found; 2 error. What goes wrong inside the model is in the report.",
    )
    audit.add_argument(
        "model",
        metavar="MODULE:NAME",
        help="a function of ase.Atoms, an ASE calculator, or an object with transform; modules are looked up in the "
        "present folder, too, and may be files (mymodels.py:energy)",
    )
    audit.add_argument("--pairs", nargs="+", metavar="PAIR", help="pairs of the gallery (default: all)")
    audit.add_argument(
        "--seeds",
        type=_count,
        metavar="N",
        help="NAME is a function that makes a model of a seed; try the seeds 0 to N-1",
    )
    form = audit.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--latex", action="store_true", help="print a LaTeX table")
    audit.set_defaults(run=_audit)


def _add_export(commands: Any) -> None:
    export = commands.add_parser(
        "export",
        help="a notebook as one HTML file, widgets alive",
        description="Write a notebook with its outputs to one HTML file in which the widgets are alive: it needs no "
        "Python, no network and no second file.",
        epilog="Exit status: 0 done, 2 error. Without --execute the notebook must have been run and saved.",
    )
    export.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="a notebook, a file ending in .ipynb")
    export.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="the file to write (default: beside the notebook, ending in .html)",
    )
    export.add_argument("--execute", action="store_true", help="run the notebook first; its file is not changed")
    export.set_defaults(run=_export)


def _add_site(commands: Any) -> None:
    site = commands.add_parser(
        "site",
        help="the course as static pages, widgets alive",
        description="Run the notebooks and write the course as static pages whose widgets are alive without Python and "
        "without a network. In a checkout its notebooks are taken, elsewhere those of the package.",
        epilog='Needs the extra "site". Exit status: 0 done, 2 error.',
    )
    site.add_argument(
        "-o", "--output", type=Path, default=Path("twinclouds-site"), metavar="DIR", help="default: twinclouds-site"
    )
    site.add_argument("--only", nargs="+", default=(), metavar="NAME", help="names of notebooks, or their beginnings")
    site.add_argument("--repository", default="", metavar="OWNER/NAME", help="on GitHub, for links to Binder")
    site.set_defaults(run=_site)


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", metavar="A", help="file with the first structure")
    parser.add_argument("b", metavar="B", help="file with the second structure")


def _length(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive length in angstrom")
    return value


def _rounds(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of rounds (0, 1, 2, ...)")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seeds (1, 2, ...)")
    return int(text)


def _jobs(text: str) -> int:
    if text != "-1" and (not text.isdecimal() or int(text) < 1):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes (1, 2, ..., or -1 for all cores)")
    return int(text)


def _read(options: argparse.Namespace) -> tuple[Cloud, Cloud]:
    from dataclasses import replace

    from twinclouds.clouds import read_cloud

    a, b = read_cloud(options.a), read_cloud(options.b)
    if a.name == b.name:  # files of one name in two folders
        a, b = replace(a, name=printable(options.a)), replace(b, name=printable(options.b))
    return a, b


def _compare(options: argparse.Namespace) -> int:
    from twinclouds.congruence import congruent
    from twinclouds.errors import CompareError, GraphError
    from twinclouds.refinement import compare

    a, b = _read(options)
    if (a.periodic or b.periodic) and math.isinf(options.cutoff):
        which = a if a.periodic else b
        raise GraphError(
            f"{which.name} is periodic, so its distances never end; give a finite cutoff, for instance --cutoff 5"
        )
    if options.chirality and options.test != "2-fwl":
        raise CompareError(f"--chirality goes with --test 2-fwl, not with --test {options.test}")
    verdict = compare(a, b, options.cutoff, options.rounds, options.test, options.tolerance, options.chirality)
    shape = congruent(a, b, options.tolerance) if verdict.equivalent else None
    report = _report(a, b, verdict, shape, options)
    print(json.dumps(report, indent=1) if options.json else _in_words(a, b, verdict, shape, report))
    return EQUIVALENT if verdict.equivalent else SEPARATED


def _report(
    a: Cloud, b: Cloud, verdict: Verdict, shape: Congruence | None, options: argparse.Namespace
) -> dict[str, Any]:
    """Collect what there is to say, with null where JSON has no infinity."""
    from twinclouds.resolution import resolving_cutoff

    resolving: float | None = None
    if verdict.test == "distance-wl" and not verdict.equivalent:
        resolving = resolving_cutoff(a, b, options.rounds, options.cutoff, options.tolerance)
    return {
        "a": {"file": options.a, "formula": a.formula, "periodic_axes": int(a.pbc.sum())},
        "b": {"file": options.b, "formula": b.formula, "periodic_axes": int(b.pbc.sum())},
        "test": verdict.test,
        "chirality": options.chirality,
        "cutoff": _finite(verdict.cutoff),
        "rounds": options.rounds,
        "tolerance": verdict.tolerance,
        "equivalent": verdict.equivalent,
        "round": verdict.round,
        "every_cutoff": verdict.equivalent and verdict.complete and verdict.test != "wl",
        "resolving_cutoff": None if resolving is None else _finite(resolving),
        "margin": _finite(verdict.margin),
        "ill_conditioned": verdict.ill_conditioned,
        "congruent": None if shape is None else bool(shape),
        "mirror_images": None if shape is None else shape.mirror,
        "difference": "" if shape is None else shape.difference,
        "verdict": verdict.wording,
        "explanation": verdict.explain(),
    }


def _in_words(a: Cloud, b: Cloud, verdict: Verdict, shape: Congruence | None, report: dict[str, Any]) -> str:
    cutoff = "every distance" if math.isinf(verdict.cutoff) else f"distances up to {verdict.cutoff:g} A"
    seen = {
        "wl": f"edges join {cutoff}, lengths unknown",
        "distance-wl": f"edges know {cutoff}",
        "angle-wl": f"angles between neighbours, {cutoff}",
        "2-fwl": f"pairs of atoms{', signed volumes' if report['chirality'] else ''}, {cutoff}",
    }[verdict.test]
    lines = [f"{a.name} and {b.name} ({a.formula}), {verdict.test}, {seen}", *verdict.explain().splitlines()]
    if report["resolving_cutoff"] is not None:
        lines.append(f"They are told apart from a cutoff of {report['resolving_cutoff']:.6g} A on, and not below.")
    if shape:
        same = "mirror images of each other" if shape.mirror else "one and the same shape, up to a rigid motion"
        lines.append(f"No wonder: the two are {same}.")
    elif shape is not None:
        lines.append(f"Yet they differ: {shape.difference}.")
    if report["margin"] is not None:
        margin = f"Margin: lengths that count as different are at least {verdict.margin:.2g} A apart"
        spread = f", those that count as one up to {verdict.widest_label:.2g} A" if verdict.blurred else ""
        lines.append(f"{margin}{spread}.")
    return "\n".join(lines)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _dedup(options: argparse.Namespace) -> int:
    from contextlib import ExitStack

    from twinclouds.clouds import existing
    from twinclouds.datasets.many import deduplicate, read_many
    from twinclouds.progress import Bar

    for name in options.files:
        existing(name)  # a slip of the pen is not worth hours of work on the other files
    try:
        with ExitStack() as stack:
            stack.enter_context(_stopped_by_signals())
            client = stack.enter_context(_dask(options.dask)) if options.dask else None
            found = deduplicate(
                read_many(options.files),
                options.out,
                options.cutoff,
                options.rounds,
                options.test,
                options.tolerance,
                not options.no_shapes,
                options.jobs,
                client,
                stack.enter_context(Bar("structures", about=True)),
            )
    except KeyboardInterrupt:
        if options.out is None:
            raise
        print(
            f"twinclouds: stopped; what is finished is in {options.out}, and the same command goes on from there",
            file=sys.stderr,
        )
        return INTERRUPTED
    _print_rows(found, options.out)
    print(found.summary() + (f"; see {options.out}" if options.out else ""))
    return ERROR if len(found) == found.counts["bad"] else 0


def _print_rows(found: Deduplication, out: Path | None) -> None:
    """Name what was found, and what is wrong with bad files; not all of them if they are written elsewhere."""
    names: dict[int, str] = {}
    bad = 0
    for row in found.rows if out is None or found.counts["bad"] else ():
        if row["kind"] == "bad":
            bad += 1
            if out is None or bad <= SHOWN:
                print(printable(f"{row['name']}: {_for_the_shell(row['error'])}"), file=sys.stderr)
        elif out is None:
            names[row["index"]] = row["name"]
            if row["same_as"] is not None:
                print(printable(f"{row['name']}: {row['kind']} of {names[row['same_as']]}"))
    if out is not None and bad > SHOWN:
        print(f"... and {bad - SHOWN} more that are bad; see {out}", file=sys.stderr)


def _for_the_shell(advice: str) -> str:
    """Write keywords of Python as options: ``cutoff=5.0`` as ``--cutoff 5.0``."""
    return re.sub(r"\b(cutoff|rounds|test|tolerance)=", r"--\1 ", advice)


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let whoever ends the process (a batch system, the terminal that is closed) stop it as Ctrl-C does."""

    def stop(number: int, frame: object) -> NoReturn:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}
    if threading.current_thread() is threading.main_thread():  # others may not
        for name in names:
            if before[name] is signal.SIG_DFL:  # under nohup SIGHUP is ignored
                signal.signal(getattr(signal, name), stop)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            for name in names:
                signal.signal(getattr(signal, name), before[name])


def _dask(address: str) -> Any:
    try:
        connect: Any = importlib.import_module("distributed").Client
    except ImportError:
        raise TwincloudsError("dask is not installed; pip install 'twinclouds[dask]', or leave out --dask") from None
    try:
        return connect(address, timeout=10)
    except (OSError, ValueError) as error:
        raise TwincloudsError(
            f"there is no dask scheduler at {address} ({reason(error)}); start one, or use --jobs"
        ) from None


def _certify(options: argparse.Namespace) -> int:
    from twinclouds.certificates import certify

    a, b = _read(options)
    certificate = certify(a, b, radius=options.radius, tolerance=options.tolerance)
    print(certificate.to_json() if options.json else certificate)
    return 0


def _gallery(options: argparse.Namespace) -> int:
    from twinclouds.pairs import gallery

    if options.export is None:
        print(gallery.table())
        return 0
    import ase.io

    files: dict[Path, str] = {}
    for name, pair in gallery.items():
        stem = re.sub(r"[^A-Za-z0-9.-]+", "_", name).strip("_")
        for letter, atoms in zip("ab", pair, strict=True):
            text = io.StringIO()
            ase.io.write(text, atoms, format="extxyz")
            files[options.export / f"{stem}_{letter}.xyz"] = text.getvalue()
    try:
        options.export.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            if file.exists() and file.read_bytes() != content.encode():
                raise CloudError(f"{file} is there already, and is not that of the gallery; name another folder")
        for file, content in files.items():
            file.write_bytes(content.encode())
    except OSError as error:
        raise CloudError(
            f"cannot write to {options.export}: {error.strerror}; name a folder that you may write to"
        ) from None
    print(f"wrote {len(gallery)} pairs, two files each, to {options.export}")
    return 0


def _audit(options: argparse.Namespace) -> int:
    from contextlib import redirect_stdout

    from twinclouds.auditing import audit
    from twinclouds.progress import Bar

    # What the model prints must not mix with the report.
    with redirect_stdout(sys.stderr), Bar("pairs") as show:
        model = _load(options.model)
        name = options.model.rpartition(":")[2]
        if options.seeds is None:
            report = audit(model, options.pairs, name=name, progress=show)
        else:
            report = audit(None, options.pairs, setup=model, seeds=range(options.seeds), name=name, progress=show)
    print(report.to_json() if options.json else report.to_latex() if options.latex else report.table())
    return 0


def _load(text: str) -> Any:
    """Import what MODULE:NAME names."""
    import os

    from twinclouds.errors import ModelError

    module, _, name = text.rpartition(":")
    if not module or not name:
        raise ModelError(f"{text!r} names no model; write MODULE:NAME, for instance mymodels:energy")
    folder = os.getcwd()
    if module.endswith(".py"):
        file = Path(module)
        if not file.is_file():
            raise ModelError(f"there is no file {module!r}; check the path")
        folder, module = str(file.resolve().parent), file.stem
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and (module + ".").startswith(error.name + "."):
            raise ModelError(f"there is no module {module!r} here ({folder}) or installed") from None
        raise ModelError(f"{module} needs {error.name}, which is not installed") from None
    except TwincloudsError as error:
        raise ModelError(f"{module}: {error}") from None
    except SystemExit as error:
        raise ModelError(f"importing {module} ends the program (SystemExit: {error}); give a module") from None
    except Exception as error:
        raise ModelError(f"importing {module} failed: {type(error).__name__}: {' '.join(str(error).split())}") from None
    for part in name.split("."):
        if not hasattr(found, part):
            raise ModelError(f"module {module!r} has no {name!r}; check the name")
        found = getattr(found, part)
    return found


def _export(options: argparse.Namespace) -> int:
    from twinclouds.ui.notebook_page import export_notebook

    written = export_notebook(options.notebook, options.output, execute=options.execute)
    print(f"wrote {written} ({written.stat().st_size / 1e6:.1f} MB); open it in a browser, no network is needed")
    return 0


def _site(options: argparse.Namespace) -> int:
    from twinclouds.ui.site import build_site

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    first = build_site(options.output, only=options.only, repository=options.repository, progress=tell)
    print(f"wrote {first}; open it in a browser, no server and no network is needed")
    return 0
