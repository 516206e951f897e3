"""Degenerate pairs, built by hand."""

from __future__ import annotations

import ast
import io
import os
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

import numpy as np
import traitlets as T  # noqa: N812

from twinclouds.certificates import Certificate, certify
from twinclouds.errors import TwincloudsError
from twinclouds.pairs.types import DegeneratePair, MirrorPair, Pair
from twinclouds.ui.instrument import Instrument
from twinclouds.ui.traits import Checked, as_flag, as_text
from twinclouds.ui.twin_families import FAMILIES, Family

__all__ = ["TwinBuilder"]


def _parameter(name: str, remedy: str) -> Checked:
    """Return a trait that is checked by the family of its widget, and together with the other parameters."""

    def check(widget: TwinBuilder, value: Any) -> Any:
        family = FAMILIES[widget.family]
        if name not in family.checks:
            if value is None:
                return None
            raise ValueError(f"{widget.family} has no {name}; it has {', '.join(family.checks)}")
        plain = family.checks[name](value)
        if widget._ready:
            family.validate({**widget.parameters, name: plain})
        return plain

    return Checked(check, None, remedy)


def _elements() -> dict[str, list[Any]]:
    """Colour (Jmol's) and covalent radius (angstrom) of every element, for the symbols a reader may type."""
    from ase.data import chemical_symbols, covalent_radii
    from ase.data.colors import jmol_colors

    table: dict[str, list[Any]] = {"X": ["#7890a8", 0.53]}
    for number in range(1, len(jmol_colors)):
        red, green, blue = (round(255 * float(c)) for c in jmol_colors[number])
        table[chemical_symbols[number]] = [f"#{red:02x}{green:02x}{blue:02x}", round(float(covalent_radii[number]), 2)]
    return table


class TwinBuilder(Instrument):
    """Build a degenerate pair by hand: drag angles or points, and both clouds follow.

    Geometry, colours and the verdict are computed in the browser, so that they follow the hand, with or without a
    kernel. The certificate is computed by Python after a pause in the dragging.

    Parameters
    ----------
    family : {"three_lines", "three_planes", "octahedral_complex"}, optional
        How the pair is built; see the functions of these names in :mod:`twinclouds.pairs`.
    lengths, angles, species, centre : optional
        Three lines: lengths (angstrom) on each line, a number or several; angles (degrees) between lines 2 and 3, 1
        and 3, 1 and 2; one species, one for each line, or one for each length; an atom at the centre, "" for none.
    flip : {"12", "13", "23"}, optional
        Three lines: which angle becomes 180 degrees minus itself in the twin.
    xy, yz, xz, species, cell, pbc : optional
        Three planes: points (angstrom) in each plane, whose negatives are added; species; edges of the cell
        (angstrom), and along which axes it repeats.
    metal, ligand, lengths, distortion : optional
        Octahedral complex: the atom in the middle, the atoms of the linear ligand with their distances from it
        (angstrom), and the departure of the angles from 90 degrees.
    title, try_, notice : str, optional
        A title, something to try, something to notice.
    antialias : bool, optional
        Smooth edges; slower where there is no graphics card.
    camera_group : str, optional
        Views of widgets with the same group turn together.
    self_contained : bool, optional
        Carry the whole front end in this widget, for hosts without a widget manager; found out by default.

    Raises
    ------
    TypeError
        If a keyword is unknown.
    traitlets.TraitError
        If a parameter is not admissible; the message has the range that is.

    Examples
    --------
    >>> builder = TwinBuilder("three_lines", angles=(60, 60, 60), lengths=(1.4, 1.4, 1.4))
    >>> builder.expression
    'tc.pairs.three_lines(lengths=(1.4, 1.4, 1.4), angles=(60.0, 60.0, 60.0), species="C")'
    >>> builder.pair.kind
    'degenerate at every cutoff'
    >>> builder.angles = (30, 40, 80)
    Traceback (most recent call last):
    ...
    traitlets.traitlets.TraitError: angles=(30, 40, 80) cannot be used by a TwinBuilder (lines at angles 30, 40, 80
    degrees do not give a pair; with 30 and 40 no third angle does, with 30 and 80 the second has to lie between 70
    and 110, with 40 and 80 the first has to lie between 60 and 120); give three angles in degrees
    >>> builder.certificate.check()
    True
    >>> builder.angles = (70, 80, 90)  # 180 - 90 = 90: there is nothing to change
    >>> builder.pair.kind, builder.certificate is None
    ('control', True)
    """

    _parameters: ClassVar[frozenset[str]] = frozenset().union(*(family.checks for family in FAMILIES.values()))
    _from_front_end: ClassVar[frozenset[str]] = _parameters | {"_asked"}

    _kind = T.Unicode("twins").tag(sync=True)
    _family = T.Unicode("three_lines").tag(sync=True)
    _elements = T.Dict().tag(sync=True)
    #: What Python says of the pair that it holds: {"of": its expression, "asked": the expression that the page asked
    #: about, "state": "proof", "none" or "failed", "text": ...}.
    _certificate = T.Dict().tag(sync=True)
    #: The expression for which the front end wants a certificate.
    _asked = T.Unicode("").tag(sync=True)

    lengths = _parameter("lengths", "give lengths in angstrom")
    angles = _parameter("angles", "give three angles in degrees")
    species = _parameter("species", "give one symbol, or one entry for each line or plane")
    centre = _parameter("centre", "give the symbol of an element, or '' for none")
    flip = _parameter("flip", "give '12', '13' or '23'")
    xy = _parameter("xy", "give points (x, y) in angstrom")
    yz = _parameter("yz", "give points (y, z) in angstrom")
    xz = _parameter("xz", "give points (x, z) in angstrom")
    cell = _parameter("cell", "give three lengths in angstrom")
    pbc = _parameter("pbc", "give True, False, or three of them")
    metal = _parameter("metal", "give the symbol of an element")
    ligand = _parameter("ligand", "give the symbols of the ligand's atoms, from the metal outwards")
    distortion = _parameter("distortion", "give degrees from -30 to 30")

    antialias = Checked(as_flag, True, "give True or False")
    camera_group = Checked(as_text, "", "give a text: views of widgets with the same one turn together")

    def __init__(self, family: str = "three_lines", **keywords: Any) -> None:
        if family not in FAMILIES:
            raise TypeError(f"TwinBuilder knows no family {family!r}; it knows {', '.join(FAMILIES)}")
        self._check_keywords(keywords)
        self._ready = False
        self._chosen = family
        self._made: tuple[str, Pair | TwincloudsError] | None = None
        own = FAMILIES[family]
        others = [name for name in keywords if name in self._parameters and name not in own.checks]
        if others:
            raise TypeError(f"{family} has no {', '.join(map(repr, others))}; it has {', '.join(own.checks)}")
        start = {"title": "Build a pair of twins", "camera_group": uuid4().hex[:8], **own.defaults}
        state = {**start, **{name: value for name, value in keywords.items() if value is not None}}
        # The number of points may have been chosen without a word on their species.
        super().__init__({"_family": family, "_elements": _elements()}, **state)
        try:
            own.validate(self.parameters)
        except TwincloudsError as problem:
            raise T.TraitError(f"TwinBuilder: {problem}") from None
        self._fit()
        self._ready = True
        self.observe(lambda _: self._fit(), names=list(own.checks))
        self.observe(lambda change: self._prove(change["new"]), names="_asked")
        self._prove(self.expression)

    @property
    def family(self) -> str:
        """The family, chosen when the builder is made."""
        return self._chosen

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of the family."""
        return {name: getattr(self, name) for name in FAMILIES[self.family].checks}

    def set(self, **parameters: Any) -> None:
        """Change several parameters at once, whose values in between would not be admissible.

        Parameters
        ----------
        **parameters
            Parameters of the family.

        Raises
        ------
        TypeError
            If the family has no such parameter.
        traitlets.TraitError
            If they are not admissible; then nothing was changed.

        Examples
        --------
        >>> builder = TwinBuilder("three_planes")
        >>> builder.set(pbc=True, cell=(6, 6, 7))
        >>> builder.pair.periodic_axes
        3
        """
        own = FAMILIES[self.family]
        unknown = [name for name in parameters if name not in own.checks]
        if unknown:
            raise TypeError(f"{self.family} has no {', '.join(map(repr, unknown))}; it has {', '.join(own.checks)}")
        self._take({name: self._plain(name, value) for name, value in parameters.items()})

    @property
    def pair(self) -> Pair:
        """The pair, as the expression makes it; its type says whether the two are twins.

        Raises
        ------
        PairError
            If it is too close to call.
        """
        key = self.expression
        if self._made is None or self._made[0] != key:
            try:
                made: Pair | TwincloudsError = self._own.pair(self.parameters)
            except TwincloudsError as problem:
                made = problem
            self._made = (key, made)
        if isinstance(self._made[1], TwincloudsError):
            raise self._made[1]
        return self._made[1]

    @property
    def expression(self) -> str:
        """The line of Python that makes the same pair, with ``import twinclouds as tc`` before it."""
        return self._own.expression(self.parameters)

    @property
    def certificate(self) -> Certificate | None:
        """The proof that the two are twins; None if they are not, or it is too close to call."""
        try:
            pair = self.pair
            return certify(pair) if isinstance(pair, DegeneratePair) else None
        except TwincloudsError:
            return None

    @property
    def volumes(self) -> tuple[float, float] | None:
        """Volumes spanned by the first points on the three lines in both clouds, cubic angstrom; None for planes."""
        if self.family == "three_planes":
            return None
        if self.family == "three_lines":
            lengths, angles = [row[0] for row in self.lengths], self.angles
        else:
            lengths, angles = [self.lengths[0]] * 3, [90.0 - self.distortion] * 3
        cosines = np.cos(np.radians(angles))
        # The determinant of the Gram matrix, in which the twin has the opposite sign of the last product.
        squares = [1 - cosines @ cosines + sign * 2 * cosines.prod() for sign in (1, -1)]
        a, b = (float(np.prod(lengths) * np.sqrt(max(square, 0.0))) for square in squares)
        return a, b

    def to_xyz(self, file: str | os.PathLike[str] | None = None) -> str:
        """Return both clouds as extended XYZ, one after the other, and write them to a file if one is named.

        Examples
        --------
        >>> TwinBuilder("three_lines").to_xyz().splitlines()[0]
        '6'
        """
        import ase.io

        text = io.StringIO()
        ase.io.write(text, list(self.pair), format="extxyz")
        if file is not None:
            with open(file, "w", encoding="utf-8") as stream:
                stream.write(text.getvalue())
        return text.getvalue()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what the front end says, parameters that belong together at once."""
        together = {name: value for name, value in sync_data.items() if name in FAMILIES[self.family].checks}
        rest = {name: value for name, value in sync_data.items() if name not in together}
        try:
            plain = {name: self._plain(name, value) for name, value in together.items()}
            self._own.validate({**self.parameters, **plain})
        except (T.TraitError, TwincloudsError) as problem:
            self._warn(f"ignored a message from the front end: {problem}")
            return
        self._ready = False  # they are checked already, and one by one need not be admissible
        try:
            super().set_state({**plain, **rest})
        finally:
            self._ready = True

    @property
    def _own(self) -> Family:
        return FAMILIES[self.family]

    def _plain(self, name: str, value: Any) -> Any:
        """Check one parameter by itself."""
        ready, self._ready = self._ready, False
        try:
            return self.traits()[name].validate(self, value)
        finally:
            self._ready = ready

    def _take(self, plain: Mapping[str, Any]) -> None:
        try:
            self._own.validate({**self.parameters, **plain})
        except TwincloudsError as problem:
            raise T.TraitError(f"TwinBuilder: {problem}") from None
        self._ready = False
        try:
            with self.hold_sync():
                for name, value in plain.items():
                    setattr(self, name, value)
        finally:
            self._ready = True

    def _fit(self) -> None:
        """Give new points a species."""
        fitted = self._own.fit(self.parameters)
        for name in ("species", "ligand"):
            if name in fitted and fitted[name] != getattr(self, name):
                setattr(self, name, fitted[name])

    def _prove(self, asked: str) -> None:
        """Answer the front end: a certificate, or why there is none."""
        if not asked:
            return
        try:
            pair = self.pair
            if isinstance(pair, DegeneratePair):
                state, text = "proof", _in_words(certify(pair))
            else:
                how = "mirror images of each other" if isinstance(pair, MirrorPair) else "one shape in two positions"
                state, text = "none", f"There is nothing to prove: the two clouds are {how}."
        except TwincloudsError as problem:
            state, text = "failed", f"No certificate: {problem}."
        # What was proved is what Python holds, which need not be what the page asks about.
        proved = self.expression
        same = _same_line(asked, proved)
        self._certificate = {"of": asked if same else proved, "asked": asked, "state": state, "text": text}


def _same_line(one: str, other: str) -> bool:
    """Are two lines of Python the same, however they write their numbers (1e-7, 1e-07)?"""
    if one == other:
        return True
    try:
        return ast.dump(ast.parse(one, mode="eval")) == ast.dump(ast.parse(other, mode="eval"))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False


def _in_words(certificate: Certificate) -> str:
    """Say what a certificate holds, of X and Y, as the clouds are called on the page."""
    how = "in exact fractions" if certificate.exact else f"lengths compared to {certificate.tolerance:g} Å"
    where = "" if certificate.radius is None else f" up to {certificate.radius:g} Å"
    beyond = f" Beyond that: {certificate.proof}." if certificate.proof else ""
    corners, counts = "–".join(certificate.triangle["species"]), certificate.triangle["counts"]
    sides = ", ".join(f"{side:.3f}" for side in sorted(certificate.triangle["sides"]))
    return (
        f"Equitable partition{where}: {len(set(certificate.classes[0]))} colours, {len(certificate.lengths)} distances "
        f"and {len(certificate.table)} counts that every atom of X and of Y obeys, {how}.{beyond} "
        f"Witness: triangles {corners} with sides {sides} Å, {counts[0]} in X and {counts[1]} in Y."
    )
