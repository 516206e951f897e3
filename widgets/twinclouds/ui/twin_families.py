"""The families of pairs that can be built by hand: their parameters, what is admissible, and the line of Python.

Parameters are plain lists, numbers and words, since they travel to the browser and back. No widget is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from twinclouds.errors import PairError
from twinclouds.pairs.lines import line_members, octahedral_complex, three_lines
from twinclouds.pairs.planes import plane_members, three_planes
from twinclouds.pairs.types import Pair

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["FAMILIES", "FLIPS", "Family", "write"]

Parameters = Mapping[str, Any]

#: Which angle the twin changes, and the order of the lines that makes it the last one, as three_lines takes them.
FLIPS: dict[str, tuple[int, int, int]] = {"12": (0, 1, 2), "13": (0, 2, 1), "23": (1, 2, 0)}

#: Where the angle between two lines stands in `angles`.
PLACE = {(1, 2): 0, (0, 2): 1, (0, 1): 2}

#: Points on one line, or in one plane, at most.
MOST_POINTS = 6


@dataclass(frozen=True)
class Family:
    """A family of pairs and its parameters.

    Attributes
    ----------
    defaults : mapping
        The parameters, and what they are at first.
    checks : mapping of str to callable
        For each parameter a function that returns it as plain data, or raises ValueError or TypeError.
    arguments : callable
        From the parameters to the keywords of the function in :mod:`twinclouds.pairs`.
    function : callable
        That function.
    members : callable
        From its keywords to the two clouds, without looking at whether they are congruent.
    """

    defaults: Parameters
    checks: Mapping[str, Callable[[Any], Any]]
    arguments: Callable[[Parameters], dict[str, Any]]
    function: Callable[..., Pair]
    members: Callable[..., tuple[Atoms, Atoms]]

    def fit(self, parameters: Parameters) -> dict[str, Any]:
        """Give every point a species, by repeating the last one of its line or plane; one stays where no point is.

        Examples
        --------
        >>> lines = FAMILIES["three_lines"]
        >>> lines.fit({**lines.defaults, "lengths": [[1.0, 2.0], [1.2], [1.5]]})["species"]
        [['C', 'C'], ['C'], ['C']]
        """
        fitted = dict(parameters)
        if "species" in fitted:
            rows = fitted["lengths"] if "lengths" in fitted else [fitted[plane] for plane in ("xy", "yz", "xz")]
            pairs = zip(fitted["species"], rows, strict=True)
            fitted["species"] = [
                (names + [(names or ["X"])[-1]] * (len(row) + 1))[: max(len(row), 1)] for names, row in pairs
            ]
        if "ligand" in fitted:
            names, count = fitted["ligand"], len(fitted["lengths"])
            fitted["ligand"] = (names + [names[-1]] * count)[:count]
        return fitted

    def validate(self, parameters: Parameters) -> None:
        """Raise PairError or CloudError if there are no such clouds."""
        self.members(**self.arguments(self.fit(parameters)))

    def pair(self, parameters: Parameters) -> Pair:
        """Make the pair."""
        return self.function(**self.arguments(self.fit(parameters)))

    def expression(self, parameters: Parameters) -> str:
        """Write the line of Python that makes the same pair.

        Examples
        --------
        >>> lines = FAMILIES["three_lines"]
        >>> lines.expression(lines.defaults)
        'tc.pairs.three_lines(lengths=(1.0, 1.2, 1.5), angles=(70.0, 80.0, 65.0), species="C")'
        """
        arguments = self.arguments(self.fit(parameters))
        given = ", ".join(f"{name}={write(value)}" for name, value in arguments.items())
        return f"tc.pairs.{self.function.__name__}({given})"


def write(value: Any) -> str:
    """Write a parameter as Python, lists as tuples.

    Examples
    --------
    >>> write([1.0, [1.2, 2]]), write(["C"]), write([]), write(True), write("Cr")
    ('(1.0, (1.2, 2.0))', '("C",)', '()', 'True', '"Cr"')
    """
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (int, float)):
        return repr(float(value))
    return _bracket([write(x) for x in value])


def _bracket(items: Sequence[str]) -> str:
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def _named(rows: Sequence[Sequence[str]]) -> Any:
    """Write species with as few brackets as the families allow: one word for all, or for a line or plane."""
    if len({name for row in rows for name in row}) == 1:
        return rows[0][0]
    return [row[0] if len(set(row)) == 1 else list(row) for row in rows]


def _line_arguments(parameters: Parameters) -> dict[str, Any]:
    order = FLIPS[parameters["flip"]]
    angles = parameters["angles"]
    between = [(order[1], order[2]), (order[0], order[2]), (order[0], order[1])]
    given = {
        "lengths": [row[0] if len(row) == 1 else row for row in (parameters["lengths"][i] for i in order)],
        "angles": [angles[PLACE[min(pair), max(pair)]] for pair in between],
        "species": _named([parameters["species"][i] for i in order]),
    }
    return {**given, "centre": parameters["centre"]} if parameters["centre"] else given


def _plane_arguments(parameters: Parameters) -> dict[str, Any]:
    given = {plane: parameters[plane] for plane in ("xy", "yz", "xz")}
    given["species"] = _named(parameters["species"])
    if any(parameters["pbc"]):
        given |= {"cell": parameters["cell"], "pbc": parameters["pbc"]}
    return given


def _complex_arguments(parameters: Parameters) -> dict[str, Any]:
    return {name: parameters[name] for name in ("metal", "ligand", "lengths", "distortion")}


def _complex_members(metal: str, ligand: Sequence[str], lengths: Sequence[float], distortion: float) -> Any:
    if not abs(distortion) <= 30:
        raise PairError(f"distortion {distortion:g} is out of range; three lines at equal angles exist from -30 to 30")
    return line_members([list(lengths)] * 3, [90.0 - distortion] * 3, [list(ligand)] * 3, metal)


def _number(value: Any) -> float:
    if isinstance(value, (bool, str, bytes)):
        raise TypeError
    number = float(value)
    if not np.isfinite(number):
        raise ValueError("it is not a finite number")
    return number


def _length(value: Any) -> float:
    number = _number(value)
    if not 0 < number <= 100:
        raise ValueError(f"the length {number:g} is not between 0 and 100 angstrom")
    return number


def _row(value: Any, check: Callable[[Any], Any], least: int = 1) -> list[Any]:
    if isinstance(value, (str, bytes, Mapping)):
        raise TypeError
    row = [check(x) for x in value]
    if not least <= len(row) <= MOST_POINTS:
        raise ValueError(f"there are {len(row)} points; {least} to {MOST_POINTS} can be had on a line or in a plane")
    return row


def _three(value: Any, check: Callable[[Any], Any]) -> list[Any]:
    if isinstance(value, (str, bytes, Mapping)):
        raise TypeError
    row = [check(x) for x in value]
    if len(row) != 3:
        raise ValueError(f"there are {len(row)} of them")
    return row


def _symbol(value: Any) -> str:
    from ase.data import atomic_numbers

    if not isinstance(value, str):
        raise TypeError
    if value not in atomic_numbers:
        raise ValueError(f"{value!r:.40} is not the symbol of an element, nor 'X'")
    return value


def _symbols(value: Any) -> list[str]:
    return [_symbol(value)] if isinstance(value, str) else _row(value, _symbol, least=0)


def _lengths(value: Any) -> list[list[float]]:
    return _three(value, lambda x: [_length(x)] if np.ndim(x) == 0 else _row(x, _length))


def _species(value: Any) -> list[list[str]]:
    return [[_symbol(value)] for _ in range(3)] if isinstance(value, str) else _three(value, _symbols)


def _angles(value: Any) -> list[float]:
    angles = _three(value, _number)
    line_members((1.0, 1.2, 1.5), angles, "X")  # says which range is admissible
    return angles


def _points(value: Any) -> list[list[float]]:
    return _row(value, lambda point: _pair_of_numbers(point), least=0)


def _pair_of_numbers(point: Any) -> list[float]:
    numbers = [_number(x) for x in point]
    if len(numbers) != 2:
        raise ValueError(f"a point in a plane has 2 coordinates, not {len(numbers)}")
    if max(abs(x) for x in numbers) > 100:
        raise ValueError("a coordinate is beyond 100 angstrom")
    return numbers


def _flag(value: Any) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError
    return bool(value)


def _flip(value: Any) -> str:
    if value not in FLIPS:
        raise ValueError
    return str(value)


def _centre(value: Any) -> str:
    return "" if value is None or value == "" else _symbol(value)


def _distortion(value: Any) -> float:
    number = _number(value)
    if abs(number) > 30:
        raise ValueError("three lines at equal angles exist from -30 to 30 degrees")
    return number


FAMILIES: dict[str, Family] = {
    "three_lines": Family(
        defaults={
            "lengths": [[1.0], [1.2], [1.5]],
            "angles": [70.0, 80.0, 65.0],
            "species": [["C"], ["C"], ["C"]],
            "centre": "",
            "flip": "12",
        },
        checks={"lengths": _lengths, "angles": _angles, "species": _species, "centre": _centre, "flip": _flip},
        arguments=_line_arguments,
        function=three_lines,
        members=line_members,
    ),
    "three_planes": Family(
        defaults={
            "xy": [[1.3, 0.9]],
            "yz": [[1.1, 1.6]],
            "xz": [[0.8, 2.1]],
            "species": [["Si"], ["B"], ["C"]],
            "cell": [5.3, 6.1, 7.2],
            "pbc": [False, False, False],
        },
        checks={
            "xy": _points,
            "yz": _points,
            "xz": _points,
            "species": _species,
            "cell": lambda value: _three(value, _length),
            "pbc": lambda value: [_flag(value)] * 3 if isinstance(value, bool) else _three(value, _flag),
        },
        arguments=_plane_arguments,
        function=three_planes,
        members=plane_members,
    ),
    "octahedral_complex": Family(
        defaults={"metal": "Cr", "ligand": ["C", "O"], "lengths": [1.91, 3.05], "distortion": 5.0},
        checks={
            "metal": _symbol,
            "ligand": lambda value: [_symbol(value)] if isinstance(value, str) else _row(value, _symbol),
            "lengths": lambda value: [_length(value)] if np.ndim(value) == 0 else _row(value, _length),
            "distortion": _distortion,
        },
        arguments=_complex_arguments,
        function=octahedral_complex,
        members=_complex_members,
    ),
}
