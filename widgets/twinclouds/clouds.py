"""Point clouds: coercion, validation, and reading from files.

Inside the package a cloud is arrays; :class:`ase.Atoms` is spoken at the border. ASE itself is imported only
when a file is read or an ``Atoms`` object is made, so that importing the package stays quick.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twinclouds.arguments import printable
from twinclouds.declared import check_declared
from twinclouds.errors import CloudError, reason

if TYPE_CHECKING:
    from typing import TypeAlias

    from ase import Atoms

    CloudLike: TypeAlias = "Cloud | Atoms | ArrayLike"

__all__ = ["Cloud", "as_cloud", "read_cloud"]

#: Two points closer than this (angstrom) are taken for one point given twice.
COINCIDENT = 1e-5

#: A cell whose periodic vectors span less than this fraction of their lengths' product has no volume.
FLAT_CELL = 1e-6

#: A species has no longer name than this.
LONGEST_NAME = 64

#: Reasonable upper end for a coordinate (angstrom): beyond it doubles no longer resolve a bond.
HUGE = 1e9


@dataclass(frozen=True, eq=False)
class Cloud:
    """A finite or periodic set of points with species.

    Parameters
    ----------
    positions : (n, 3) array of float
        Coordinates in angstrom.
    species : (n,) array of str
        Chemical symbol of each point; ``"X"`` stands for "some point".
    cell : (3, 3) array of float
        Cell vectors as rows, in angstrom. Rows of axes that are not periodic are ignored.
    pbc : (3,) array of bool
        Which cell vectors are periods of the cloud.
    name : str
        What to call the cloud in messages.

    Raises
    ------
    CloudError
        If a coordinate is not finite, two points coincide, the cloud is empty, or the cell has no volume.

    Examples
    --------
    >>> water = Cloud([[0, 0, 0.12], [0, 0.76, -0.48], [0, -0.76, -0.48]], ["O", "H", "H"])
    >>> water.formula, len(water), water.periodic
    ('H2O', 3, False)
    """

    positions: NDArray[np.float64]
    species: NDArray[np.str_]
    cell: NDArray[np.float64] = field(default_factory=lambda: np.zeros((3, 3)))
    pbc: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(3, dtype=bool))
    name: str = ""

    def __post_init__(self) -> None:
        positions = _float_array(self.positions, "positions", self.name)
        if positions.ndim != 2 or positions.shape[1] != 3:
            raise CloudError(
                f"{self._who()}positions have shape {positions.shape}; give one row of x, y, z (angstrom) per point"
            )
        if len(positions) == 0:
            raise CloudError(f"{self._who()}the cloud is empty; give at least one point")
        bad = np.argwhere(~np.isfinite(positions))
        if len(bad):
            atom, axis = bad[0]
            raise CloudError(
                f"{self._who()}coordinate {'xyz'[axis]} of atom {atom} is {positions[atom, axis]}; "
                "every coordinate must be a finite number of angstrom"
            )
        if np.abs(positions).max() > HUGE:
            atom = int(np.abs(positions).max(axis=1).argmax())
            raise CloudError(
                f"{self._who()}atom {atom} lies {np.abs(positions[atom]).max():.3g} A from the origin, where "
                "numbers no longer resolve a bond; move the cloud to the origin or check its units (angstrom)"
            )
        species = self._names()
        if species.shape != (len(positions),):
            raise CloudError(
                f"{self._who()}there are {len(positions)} points but {species.size} species; give one species per point"
            )
        object.__setattr__(self, "positions", _frozen(positions))
        object.__setattr__(self, "species", _frozen(species))
        object.__setattr__(self, "cell", _frozen(_float_array(self.cell, "the cell", self.name)))
        object.__setattr__(self, "pbc", _frozen(np.asarray(self.pbc, dtype=bool)))
        self._check_cell()
        self._check_distinct()

    def _who(self) -> str:
        return f"{self.name}: " if self.name else ""

    def _names(self) -> NDArray[np.str_]:
        if isinstance(self.species, (list, tuple)):
            # An array gives every name the room of the longest: one of a million letters would take all memory.
            long = next((s for s in self.species if isinstance(s, str) and len(s) > LONGEST_NAME), None)
            if long is not None:
                raise CloudError(
                    f"{self._who()}species {long[:20]!r}... has {len(long)} letters; give a chemical symbol, or a name "
                    f"of up to {LONGEST_NAME} letters"
                )
        return np.asarray(self.species, dtype=np.str_)

    def _check_cell(self) -> None:
        if self.cell.shape != (3, 3) or self.pbc.shape != (3,):
            raise CloudError(
                f"{self._who()}cell has shape {self.cell.shape} and pbc {self.pbc.shape}; give a (3, 3) cell "
                "(angstrom, vectors as rows) and three booleans"
            )
        periods = self.periods
        if not len(periods):
            return
        if not np.isfinite(periods).all():
            raise CloudError(f"{self._who()}the cell {periods.tolist()} holds a number that is not finite; correct it")
        if np.abs(periods).max() > HUGE:
            raise CloudError(
                f"{self._who()}a cell vector is {np.abs(periods).max():.3g} A long, where numbers no longer resolve a "
                "bond; check the units of the cell (angstrom)"
            )
        lengths = np.linalg.norm(periods, axis=1)
        volume = np.sqrt(max(np.linalg.det(periods @ periods.T), 0.0))
        if (lengths == 0).any() or volume < FLAT_CELL * lengths.prod():
            kind = ("length", "area", "volume")[len(periods) - 1]
            raise CloudError(
                f"{self._who()}the periodic cell vectors {periods.round(6).tolist()} span no {kind}; give linearly "
                "independent vectors, or set pbc to False along the axes that do not repeat"
            )

    def _check_distinct(self) -> None:
        from twinclouds.neighbours import neighbour_list

        if _far_apart(self):
            return
        senders, receivers, distances, shifts, _ = neighbour_list(self, COINCIDENT)
        close = np.flatnonzero(senders != receivers)
        if len(close):
            k = close[0]
            image = "" if not shifts[k].any() else f" (its image in cell {tuple(int(s) for s in shifts[k])})"
            raise CloudError(
                f"{self._who()}atoms {senders[k]} and {receivers[k]}{image} are {distances[k]:.2g} A apart, that is, "
                "in one place; remove one of them, or check the units (angstrom)"
            )
        if len(senders):
            raise CloudError(
                f"{self._who()}atom {senders[0]} coincides with its own periodic image; the cell is too small, "
                "check its units (angstrom)"
            )

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def periodic(self) -> bool:
        """Does the cloud repeat along any axis?"""
        return bool(self.pbc.any())

    @property
    def periods(self) -> NDArray[np.float64]:
        """Cell vectors of the periodic axes, shape (number of periodic axes, 3), angstrom."""
        return self.cell[self.pbc]

    @property
    def composition(self) -> dict[str, int]:
        """Number of points of each species, sorted by species."""
        return dict(sorted(Counter(self.species.tolist()).items()))

    @property
    def formula(self) -> str:
        """Chemical formula in Hill order (carbon, hydrogen, then the alphabet)."""
        return hill(self.composition)

    def to_atoms(self) -> Atoms:
        """Return the cloud as :class:`ase.Atoms`.

        Raises
        ------
        CloudError
            If a species is not a chemical symbol that ASE knows.

        Examples
        --------
        >>> Cloud([[0, 0, 0]], ["He"]).to_atoms()
        Atoms(symbols='He', pbc=False)
        """
        from ase import Atoms
        from ase.data import atomic_numbers

        for i, s in enumerate(self.species.tolist()):
            if s not in atomic_numbers:
                raise CloudError(
                    f"{self._who()}species {s!r} of atom {i} is not a chemical symbol; use an element or 'X'"
                )
        atoms = Atoms(self.species.tolist(), positions=self.positions, cell=self.cell, pbc=self.pbc)
        if self.name:
            atoms.info["name"] = self.name
        return atoms


def as_cloud(cloud: CloudLike, name: str = "") -> Cloud:
    """Coerce whatever stands for a cloud into a :class:`Cloud`, and validate it.

    Parameters
    ----------
    cloud : Cloud, ase.Atoms or (n, 3) array of float
        An array holds coordinates in angstrom; its points are anonymous (species ``"X"``).
    name : str, optional
        What to call the cloud in error messages; the default is ``atoms.info["name"]`` where there is one.

    Returns
    -------
    Cloud

    Raises
    ------
    CloudError
        If the object is none of these, or the cloud is not valid.

    Examples
    --------
    >>> as_cloud([[0, 0, 0], [1, 0, 0]]).formula
    'X2'
    >>> as_cloud([[0, 0, float("nan")]])
    Traceback (most recent call last):
    ...
    twinclouds.errors.CloudError: coordinate z of atom 0 is nan; every coordinate must be a finite number of angstrom
    """
    if isinstance(cloud, Cloud):
        return cloud
    if isinstance(cloud, (str, os.PathLike)):
        raise CloudError(f"{str(cloud)!r} is a file name, not a cloud; read it first: tc.read_cloud({str(cloud)!r})")
    if hasattr(cloud, "get_chemical_symbols") and hasattr(cloud, "get_positions"):
        atoms: Any = cloud
        try:
            species = _symbols(atoms)
        except IndexError:
            raise CloudError(f"{name + ': ' if name else ''}an atomic number is not that of an element") from None
        return Cloud(
            atoms.get_positions(),
            species,
            np.asarray(atoms.get_cell()),
            np.asarray(atoms.get_pbc()),
            name or str(getattr(atoms, "info", {}).get("name", "")),
        )
    positions = _float_array(cloud, "a cloud", name)
    return Cloud(positions, np.full(len(positions) if positions.ndim else 0, "X"), name=name)


def existing(path: str) -> str:
    """Return the file that is meant by a path, which may end in "@" and the number of a structure in it.

    Raises
    ------
    CloudError
        If there is none.

    Examples
    --------
    >>> existing(".@3")
    '.'
    """
    for file in (path, path.rsplit("@", 1)[0]):
        if os.path.exists(file):
            return file
    raise CloudError(f"{path}: there is no such file; check the name and the folder ({os.getcwd()})")


def read_cloud(path: str | os.PathLike[str]) -> Cloud:
    r"""Read a cloud from any file that ASE understands (XYZ, extended XYZ, CIF, POSCAR, ...).

    Parameters
    ----------
    path : str or path
        File name. A file with several structures gives its last one; ``"file.xyz@0"`` picks the first.

    Returns
    -------
    Cloud
        Named after the file.

    Raises
    ------
    CloudError
        If the file is missing, cannot be understood, holds no structure, or the structure is not valid.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "pair.xyz"
    >>> _ = file.write_text("2\n\nH 0 0 0\nH 0 0 0.74\n")
    >>> read_cloud(file).formula
    'H2'
    """
    import ase.io

    text = os.fspath(path)
    file = existing(text)
    if os.path.isdir(file):
        raise CloudError(f"{text}: this is a folder; name a file in it")
    if not os.path.isfile(file):
        raise CloudError(f"{text}: this is a pipe or a device; save what comes out of it to a file, and name that")
    if os.path.getsize(file) == 0:
        raise CloudError(f"{text}: the file is empty; it should hold a structure (XYZ, CIF, POSCAR, ...)")
    # The "@" of a file that is called so does not pick a structure.
    whole = file == text
    try:
        check_declared(file, whole)
    except CloudError as problem:
        raise CloudError(f"{text}: {problem}") from None
    try:
        read = ase.io.read(text, ":" if whole else None, do_not_split_by_at_sign=whole)
        atoms = read[-1] if whole and isinstance(read, list) and read else read
        if isinstance(read, list) and not read:
            raise ValueError("no structure is found")
    except MemoryError:
        raise CloudError(
            f"{text}: reading this file takes more memory than there is; a number in it may be wrong, "
            "or it is too large"
        ) from None
    except Exception as error:  # readers raise whatever they stumble over: KeyError, StopIteration, ...
        if file != text:
            raise CloudError(
                f"{text}: there is no structure {text[len(file) + 1 :]!r} in {file}; count them from 0: {file}@0"
            ) from None
        raise CloudError(
            f"{text}: ASE cannot read a structure from this file ({reason(error)}); check that its content "
            "fits its name (XYZ, extended XYZ, CIF, POSCAR, ...)"
        ) from None
    if isinstance(atoms, list):
        raise CloudError(
            f"{text}: this picks {len(atoms)} structures; pick one, for instance {text.rsplit('@', 1)[0]}@0"
        )
    name = printable(os.path.basename(text))
    if whole and isinstance(read, list) and len(read) > 1:
        name += f" (last of its {len(read)} structures)"
    if len(atoms) == 0:
        raise CloudError(f"{name}: the file holds no atoms; it should hold at least one")
    return as_cloud(atoms, name=name)


def hill(counts: Mapping[str, int]) -> str:
    """Write numbers of points of each species, sorted by species, as a formula: carbon, hydrogen, then the alphabet.

    Examples
    --------
    >>> hill({"C": 2, "H": 6, "O": 1}), hill({"H": 2, "O": 1}), hill({"C": 1, "Br": 1, "H": 3})
    ('C2H6O', 'H2O', 'CH3Br')
    """
    first = [s for s in ("C", "H") if s in counts] if "C" in counts else []
    order = first + [s for s in counts if s not in first]
    return "".join(s + (str(counts[s]) if counts[s] > 1 else "") for s in order)


def _float_array(values: ArrayLike, what: str, name: str) -> NDArray[np.float64]:
    who = f"{name}: " if name else ""
    try:
        if np.iscomplexobj(values):
            raise TypeError
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        shown = " ".join(repr(values).split())
        raise CloudError(
            f"{who}{what} cannot be made from {shown[:60]}{'...' if len(shown) > 60 else ''} "
            f"({type(values).__name__}); give ase.Atoms or an (n, 3) array of coordinates in angstrom"
        ) from None
    return array


def _symbols(atoms: Any) -> NDArray[np.str_]:
    """Return the chemical symbols of ``ase.Atoms``; looked up for all atoms at once where it is one of ASE's own."""
    numbers = getattr(atoms, "numbers", None)
    if type(atoms).__module__ == "ase.atoms" and isinstance(numbers, np.ndarray) and len(numbers):
        from ase.data import chemical_symbols

        if numbers.min() >= 0 and numbers.max() < len(chemical_symbols):
            table = np.array(chemical_symbols[: int(numbers.max()) + 1])
            return np.asarray(table[numbers])
    return np.asarray(atoms.get_chemical_symbols(), dtype=np.str_)


#: A direction along which no lattice that people use has many points in one place; a vector of length one.
ASKEW = np.array([0.568_131_2, 0.493_172_6, 0.658_716_9])


def _far_apart(cloud: Cloud) -> bool:
    """Is it plain that no two points, nor their images, coincide? If not, a thorough search has to decide.

    Points that coincide do so on any line that they are projected on; there, sorted, they are neighbours.
    """
    points = cloud.positions
    periods = cloud.periods
    if len(periods):
        dual = np.linalg.pinv(periods)
        pad = 2 * COINCIDENT * np.linalg.norm(dual, axis=0)
        if (pad > 0.1).any():
            return False  # the cell is hardly larger than a point
        inside = points @ dual
        inside -= np.floor(inside)
        points = points + (inside - points @ dual) @ periods
        # What lies at one face of the cell has an image at the other.
        for axis in range(len(periods)):
            low = inside[:, axis] < pad[axis]
            shifted = inside[low]
            shifted[:, axis] += 1
            inside = np.concatenate([inside, shifted])
            points = np.concatenate([points, points[low] + periods[axis]])
    along = points @ (ASKEW / np.linalg.norm(ASKEW))
    order = np.argsort(along)
    along, points = along[order], points[order]
    # Twice the distance in question, so that rounding cannot hide anything; what is left is looked at closely.
    reach = 2 * COINCIDENT
    near = np.arange(len(points) - 1)
    for step in range(1, 20):
        near = near[: np.searchsorted(near, len(points) - step)]
        near = near[along[near + step] - along[near] <= reach]
        if not len(near):
            return True
        if (np.abs(points[near + step] - points[near]).max(axis=1) <= reach).any():
            return False
    return False


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array = np.array(array)
    array.setflags(write=False)
    return array
