"""The reader's own two molecules, chosen from ASE's g2 collection or read from files, in a RefinementExplorer."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import ipywidgets as W  # noqa: N812

from twinclouds.clouds import Cloud, as_cloud, read_cloud
from twinclouds.congruence import congruent
from twinclouds.errors import CloudError, TwincloudsError
from twinclouds.ui.answers import Answers
from twinclouds.ui.refinement_explorer import RefinementExplorer
from twinclouds.ui.reruns import note_made
from twinclouds.ui.strict import Strict

__all__ = ["PairChooser", "g2_formulas"]

#: Entry of the menu that stands for a file of the reader.
FILE = "(your file)"

#: Bytes that are kept of the name of a file.
LONGEST_NAME = 100


@cache
def g2_formulas() -> dict[str, str]:
    """Return the formula of every molecule in ASE's g2 collection, by name.

    Examples
    --------
    >>> g2_formulas()["CH3OCH3"] == g2_formulas()["CH3CH2OH"]
    True
    """
    from ase.collections import g2

    return {str(name): as_cloud(g2[name]).formula for name in g2.names}


class PairChooser(Strict, W.VBox):  # type: ignore[misc]
    """Choose two molecules and see at once whether colour refinement tells them apart.

    The second menu offers the molecules of the collection with the same formula as the first. A file may stand
    in for either; a file that cannot be used is explained in place, and what was shown stays.

    Parameters
    ----------
    a, b : str, optional
        Names in ASE's g2 collection.
    **keywords
        Passed on to :class:`RefinementExplorer`.

    Raises
    ------
    TwincloudsError
        If a name is not in the collection, or the two differ in composition.
    TypeError
        If a keyword is unknown.

    Examples
    --------
    >>> chooser = PairChooser("CH3CH2OH", "CH3OCH3")
    >>> chooser.explorer.a.formula
    'C2H6O'
    >>> chooser.menus[0].value = "isobutane"
    >>> chooser.menus[1].options
    ('isobutane', 'trans-butane')
    """

    menus: list[W.Dropdown]
    uploads: list[W.FileUpload]
    explorer: RefinementExplorer
    remark: W.Label

    def __init__(self, a: str = "CH3CH2OH", b: str = "CH3OCH3", **keywords: Any) -> None:
        self._clouds: list[Cloud] = [_from_g2(a), _from_g2(b)]
        self._files: dict[int, Cloud] = {}
        self._filling = False
        names = tuple(sorted(g2_formulas(), key=str.lower))
        wide = W.Layout(width="max-content", max_width="100%")
        style = {"description_width": "initial"}
        options = _isomers(a)
        self.menus = [
            W.Dropdown(options=names, value=a, description="First molecule", style=style, layout=wide),
            W.Dropdown(
                options=options,
                value=b if b in options else None,
                description="Second molecule",
                style=style,
                layout=wide,
            ),
        ]
        self.uploads = [
            W.FileUpload(
                description=text, multiple=False, tooltip="XYZ, extended XYZ, CIF, POSCAR, PDB, ...", layout=wide
            )
            for text in ("or first file", "or second file")
        ]
        self.explorer = RefinementExplorer(*self._clouds, **keywords)
        still = "What is shown below is still what was there before."
        self._answers = Answers([*self.menus, *self.uploads], still)
        for which in (0, 1):
            self.menus[which].observe(lambda _, i=which: self._answer(self._on_menu, i), names="value")
            self.uploads[which].observe(lambda _, i=which: self._answer(self._on_file, i), names="value")
        flow = W.Layout(display="flex", flex_flow="row wrap", grid_gap="8px", max_width="100%")
        # Each menu stays with its file when the row wraps; on a telephone the two are one above the other.
        choices = [W.Box([menu, upload], layout=flow) for menu, upload in zip(self.menus, self.uploads, strict=True)]
        rows = W.Box(choices, layout=flow)
        self.remark = W.Label(layout=W.Layout(max_width="100%"))
        super().__init__([rows, self.remark, self._answers, self.explorer])
        note_made(self)
        self._say_same_shape()

    @property
    def a(self) -> Cloud:
        """The first molecule chosen."""
        return self._clouds[0]

    @property
    def b(self) -> Cloud:
        """The second molecule chosen."""
        return self._clouds[1]

    def _answer(self, handle: Callable[[int], None], which: int) -> None:
        """Do what a control asks for, and let the page know that it was done."""
        try:
            handle(which)
        except BaseException as problem:  # interrupted, for instance
            self.explorer.show_error(f"this came to no end ({type(problem).__name__}); choose again")
            raise
        finally:
            if not self._filling:
                self._answers.answered()

    def _on_menu(self, which: int) -> None:
        name = self.menus[which].value
        if name is None or self._filling:
            return
        self._clouds[which] = self._files[which] if name == FILE else _from_g2(name)
        if which == 0:
            self._offer_isomers(name)
        self._show()

    def _offer_isomers(self, name: str) -> None:
        """Fill the second menu with what can be compared with the first, and choose another molecule if possible."""
        first = self._clouds[0]
        # All molecules of the collection are isolated: a crystal needs another file beside it.
        options = [] if first.periodic else [n for n, f in g2_formulas().items() if f == first.formula]
        if 1 in self._files and self._files[1].formula == first.formula:
            options.append(FILE)
        options.sort(key=str.lower)
        now = self.menus[1].value
        pick = now if now in options else next((n for n in options if n != name), options[0] if options else None)
        self._fill(self.menus[1], options, pick)
        if pick is not None and pick != FILE:
            self._clouds[1] = _from_g2(pick)

    def _fill(self, menu: W.Dropdown, options: list[str], value: str | None) -> None:
        self._filling = True  # new options choose an entry of their own for a moment
        try:
            menu.options, menu.value = options, value
        finally:
            self._filling = False

    def _on_file(self, which: int) -> None:
        if not self.uploads[which].value:
            return
        upload = self.uploads[which].value[0]
        # Forget it, or else the same file could not be given again, be it corrected or not.
        self.uploads[which].value = ()
        try:
            cloud = _from_upload(str(upload["name"]), bytes(upload["content"]))
        except TwincloudsError as problem:
            self.explorer.show_error(problem)
            return
        self._files[which] = self._clouds[which] = cloud
        menu = self.menus[which]
        self._fill(menu, [*(o for o in menu.options if o != FILE), FILE], FILE)
        self._on_menu(which)

    def _show(self) -> None:
        a, b = self._clouds
        if a.periodic != b.periodic:
            crystal, molecule = (a, b) if a.periodic else (b, a)
            self.explorer.show_error(
                f"{crystal.name} repeats without end and {molecule.name} does not: the two cannot be compared; choose "
                "two of a kind (a CIF always repeats: for a single molecule give an XYZ file)"
            )
            return
        if self.explorer.set_clouds(a, b):
            # What the notebook said of the first two molecules need not be true of these.
            self.explorer.try_ = self.explorer.notice = ""
        self._say_same_shape()

    def _say_same_shape(self) -> None:
        """Two copies of one shape are not twins, though they look the same to every test: say so."""
        a, b = self.explorer.scene.clouds
        same = congruent(a, b)
        words = "mirror images of each other" if same.mirror else "one and the same shape, up to a rigid motion"
        self.remark.value = f"Shown are {words}: no distance can tell these apart." if same else ""


def _isomers(name: str) -> list[str]:
    formulas = g2_formulas()
    return sorted((n for n, f in formulas.items() if f == formulas[name]), key=str.lower)


def _from_g2(name: str) -> Cloud:
    from ase.collections import g2

    if name not in g2_formulas():
        raise CloudError(f"{name!r} is not in ASE's g2 collection; see ase.collections.g2.names for what is")
    return as_cloud(g2[name], name=name)


def _from_upload(name: str, content: bytes) -> Cloud:
    safe = _file_name(name)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / safe
            path.write_bytes(content)
            try:
                return read_cloud(path)
            except CloudError as problem:
                raise CloudError(str(problem).replace(str(path), safe)) from None
    except CloudError:
        raise
    except Exception as error:  # whatever a file can do to a reader: MemoryError, a full disk, ...
        raise CloudError(
            f"{safe}: this file cannot be read ({type(error).__name__}); check that it holds one structure, and "
            "that it is not too large"
        ) from None


def _file_name(name: str) -> str:
    r"""Return a name under which any file system takes a file of the reader.

    The name decides the format, and POSCAR has no ending: keep it whole, but none of its folders. Of a very long one
    the end is kept.

    Examples
    --------
    >>> _file_name("C:\\data\\POSCAR"), _file_name("../a:b\0.xyz"), _file_name(".."), len(_file_name(300 * "x"))
    ('POSCAR', 'a_b.xyz', 'file', 100)
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join("_" if char in '<>:"|?*' else char for char in last if char.isprintable()).strip()
    return kept.encode()[-LONGEST_NAME:].decode(errors="ignore").strip(". ") or "file"
