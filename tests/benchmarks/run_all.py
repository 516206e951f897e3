"""All benchmarks, with peers in the same run, printed as Markdown.

    python tests/benchmarks/run_all.py            # everything, about a quarter of an hour
    python tests/benchmarks/run_all.py --quick    # small sizes, about two minutes
    python tests/benchmarks/run_all.py --only compare large
    python tests/benchmarks/run_all.py --write docs/benchmarks.md

Peers that are not installed are named as absent. Set OMP_NUM_THREADS=1: everything measured runs on one core.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import importlib.metadata
import os
import platform
import sys
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # before numpy is imported

PARTS = ("compare", "large", "searches", "many", "environment", "notebooks", "classroom")
PEERS = ("numpy", "scipy", "networkx", "ase", "vesin", "matscipy", "joblib", "distributed")


def machine() -> str:
    """Say what this ran on."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        processor = names[0] if names else processor
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    versions = []
    for peer in PEERS:
        try:
            versions.append(f"{peer} {importlib.metadata.version(peer)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"{peer} is not installed")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    return (
        f"{datetime.date.today():%d %B %Y}; {processor}, {os.cpu_count()} cores, {memory:.0f} GB; {platform.system()}, "
        f"Python {platform.python_version()}; load when it began (1, 5, 15 minutes): {load}.\n\n{', '.join(versions)}."
    )


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables below the mark in this document")
    options = parser.parse_args()
    text = [machine()]
    for part in options.only:
        print(part, file=sys.stderr, flush=True)
        try:
            found = importlib.import_module(f"bench_{part}").tables(options.quick)
            text += [table.markdown() for table in found]
        except Exception as error:  # the other parts are worth having
            text.append(f"### {part}\n\nThis part failed: {type(error).__name__}: {' '.join(str(error).split())[:300]}")
            print(text[-1], file=sys.stderr)
        if options.write:
            before = options.write.read_text(encoding="utf-8").split(MARK)[0] if options.write.exists() else ""
            options.write.write_text(before + MARK + "\n\n" + "\n\n".join(text) + "\n", encoding="utf-8")
    print("\n\n".join(text))


#: What stands above this line in the document is written by hand.
MARK = "<!-- below: written by tests/benchmarks/run_all.py -->"

if __name__ == "__main__":
    main()
