"""Optional packages: imported when they are needed, and asked for in one line when they are missing."""

from __future__ import annotations

import importlib
import warnings
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from twinclouds.errors import ModelError

__all__ = ["EXTRAS", "installed", "need", "versions"]

#: What each extra of the package brings: names to import, and the distributions whose versions are worth noting.
EXTRAS: dict[str, dict[str, str]] = {
    "descriptors": {"featomic": "featomic", "dscribe": "dscribe"},
    "torch": {"torch": "torch", "torch_geometric": "torch-geometric"},
    "mace": {"torch": "torch", "mace": "mace-torch", "e3nn": "e3nn"},
    "energies": {"tblite": "tblite", "pyscf": "pyscf"},
}


def need(module: str, extra: str) -> Any:
    """Import a module of an extra.

    Parameters
    ----------
    module : str
        What to import.
    extra : str
        The extra of twinclouds that brings it.

    Returns
    -------
    module

    Raises
    ------
    ModelError
        If it is not installed; the message says what to install.

    Examples
    --------
    >>> need("no_such_module", "descriptors")
    Traceback (most recent call last):
    ...
    twinclouds.errors.ModelError: no_such_module is not installed; pip install "twinclouds[descriptors]"
    """
    try:
        with warnings.catch_warnings():
            # What other packages deprecate is not for our readers.
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except ImportError:
        top = module.partition(".")[0]
        raise ModelError(f'{top} is not installed; pip install "twinclouds[{extra}]"') from None


def installed(extra: str) -> bool:
    """Is everything that an extra brings installed?

    Examples
    --------
    >>> installed("no such extra")
    Traceback (most recent call last):
    ...
    twinclouds.errors.ModelError: there is no extra 'no such extra'; use one of descriptors, torch, mace, energies
    """
    if extra not in EXTRAS:
        raise ModelError(f"there is no extra {extra!r}; use one of {', '.join(EXTRAS)}")
    return all(find_spec(name) is not None for name in EXTRAS[extra])


def versions(*distributions: str) -> dict[str, str]:
    """Return the versions of distributions that are installed.

    Examples
    --------
    >>> list(versions("numpy", "no-such-distribution"))
    ['numpy']
    """
    found = {}
    for name in distributions:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
