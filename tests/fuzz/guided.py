"""Fuzzing guided by coverage: longer and deeper than hypothesis, for an idle machine; pytest does not run this.

    pip install atheris
    python tests/fuzz/guided.py reader -max_total_time=600

`reader` tries files of all formats, `certificate` the JSON of certificates, `command` arguments of the command line.
What follows goes to libFuzzer. An input that raises what it should not, hangs or fills memory is written to the working
directory as crash-..., timeout-... or oom-...: mend the fault, and keep the file in tests/corpus.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["ase.io", "ase.data", "twinclouds"]):
    from fuzz import rig, test_certificates, test_readers
    from twinclouds.certificates import Certificate
    from twinclouds.cli import main
    from twinclouds.clouds import Cloud, read_cloud
    from twinclouds.errors import TwincloudsError

NAMES = [*test_readers.VALID, "a.pdb.gz", "a.lammps-data", "a.cml", "a.in", "a.com", "a.xtd", "a.dat", "noending"]
FOLDER = Path(tempfile.mkdtemp(prefix="twinclouds-fuzz-"))


def one_line(text: str) -> None:
    assert "\n" not in text and len(text) < 1500, text


def reader(data: bytes) -> None:
    """The first byte chooses the name, and by it the format."""
    if not data:
        return
    file = FOLDER / NAMES[data[0] % len(NAMES)]
    file.write_bytes(data[1:])
    try:
        test_readers.sound(read_cloud(file))
    except TwincloudsError as error:
        one_line(str(error))


def certificate(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    try:
        read = Certificate.from_json(text)
    except TwincloudsError as error:
        one_line(str(error))
        return
    problems = read.problems()
    for problem in problems:
        one_line(problem)
    str(read)
    if not problems:  # nothing but what is true passes
        a, b = (Cloud(c["positions"], c["species"], c["cell"], c["pbc"]) for c in (read.a, read.b))
        assert len(a) == len(b)
        assert Certificate.from_json(read.to_json()).check()


def command(data: bytes) -> None:
    """Arguments with a zero byte between them; files are those of the working directory of this program."""
    arguments = data.decode("utf-8", "surrogateescape").split("\0")
    if arguments[0] not in ("compare", "certify", "gallery", "dedup") or "/" in "".join(arguments):
        return  # some options write files: nowhere but here
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = int(stop.code or 0)
    assert status in (0, 1, 2)
    assert "should not happen" not in err.getvalue() and "Traceback" not in err.getvalue(), err.getvalue()


def seeds(target: str) -> Path:
    """Write what the search starts from."""
    folder = FOLDER / "seeds"
    folder.mkdir()
    if target == "reader":
        known = [(NAMES.index(name), content) for name, content in test_readers.VALID.items()]
        for file in (rig.CORPUS / "structures").iterdir():
            fits = [k for k, name in enumerate(NAMES) if Path(name).suffix == file.suffix] or [0]
            known.append((fits[0], file.read_bytes()))
        contents = [bytes([k]) + content for k, content in known]
    elif target == "certificate":
        contents = [json.dumps(case).encode() for case in test_certificates.CASES.values()]
    else:
        os.chdir(FOLDER)
        for name in ("a.xyz", "b.cif"):
            (FOLDER / name).write_bytes(test_readers.VALID["a" + Path(name).suffix])
        contents = [b"compare\0a.xyz\0a.xyz\0--cutoff\x003", b"certify\0a.xyz\0b.cif\0--json", b"gallery"]
    for k, content in enumerate(contents):
        (folder / str(k)).write_bytes(content)
    return folder


if __name__ == "__main__":
    targets: dict[str, Callable[[bytes], None]] = {"reader": reader, "certificate": certificate, "command": command}
    if len(sys.argv) < 2 or sys.argv[1] not in targets:
        sys.exit(f"usage: python {sys.argv[0]} {'|'.join(targets)} [options of libFuzzer]")
    warnings.simplefilter("ignore")
    chosen = sys.argv.pop(1)
    atheris.Setup([*sys.argv, "-timeout=20", "-rss_limit_mb=3000", str(seeds(chosen))], targets[chosen])
    atheris.Fuzz()
