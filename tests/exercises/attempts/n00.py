"""Attempts at the exercises of ``00_start_here``.

``SETUP`` is what the notebook has before them. ``RIGHT`` and ``WRONG`` hold, for each exercise, cells that a reader
might write: other right answers, and typical mistakes with a part of the feedback that each must get.
"""

SETUP = """
import numpy as np
import twinclouds as tc
from ase.build import molecule
pair = tc.pairs.gallery["benzene"]
benzene, twin = pair
ethanol, ether = molecule("CH3CH2OH"), molecule("CH3OCH3")
"""

_VIEW = """
def view(atoms, i):
    elements = atoms.get_chemical_symbols()
    distances = atoms.get_distances(i, range(len(atoms)))
"""

RIGHT = {
    "view": [
        # numpy numbers, a list of lists
        _VIEW + "    return sorted([e, np.round(d, 3)] for j, (e, d) in enumerate(zip(elements, distances)) if j != i)",
        # the atom itself is the first one when sorted by distance
        "def view(atoms, i):\n"
        "    table = atoms.get_all_distances()[i].round(3)\n"
        "    order = np.argsort(table)[1:]\n"
        "    return tuple(sorted((atoms[j].symbol, table[j]) for j in order))",
        "view = lambda atoms, i: sorted((a.symbol, float(f'{np.linalg.norm(a.position - atoms[i].position):.3f}'))"
        " for a in atoms if a.index != i)",
        # a generator is a list as well
        _VIEW + "    yield from sorted((elements[j], round(distances[j], 3)) for j in range(len(atoms)) if j != i)",
    ],
    "different_distances": [
        "different_distances = 7",
        "different_distances = '7'",
        "different_distances = 7.0",
        "different_distances = np.array([7])",
        "different_distances = len(set(benzene.get_distances(6, [*range(6), *range(7, 12)]).round(2)))",
    ],
    "smallest_cutoff": [
        "smallest_cutoff = 0.9713",
        "smallest_cutoff = '0.971'",
        "smallest_cutoff = np.float32(0.97132)",
        "smallest_cutoff = ethanol.get_distance(2, 3)",
    ],
    "my_pair": [
        "my_pair = tc.pairs.three_lines(lengths=(1, 1, 1), angles=(70, 70, 70))",
        "my_pair = tc.pairs.three_lines([1, 2, 3], [80, 70, 100], species='C')",
    ],
}

WRONG = {
    "view": [
        ("view = [('C', 1.4)]", "A function is wanted here"),
        ("view = 3", "A function is wanted here"),
        ("def view(atoms, i):\n    return 1 / 0", "stopped with ZeroDivisionError: division by zero"),
        ("def view(atoms):\n    return []", "stopped with TypeError"),
        (_VIEW + "    return sorted(zip(elements, distances.round(3)))", "the atom sees itself at distance 0"),
        (_VIEW + "    return sorted(zip(elements[1:], distances[1:].round(3)))", "`view(twin, 7)` holds the entry"),
        (
            _VIEW + "    return [(elements[j], round(distances[j], 3)) for j in range(len(atoms)) if j != i]",
            "not sorted",
        ),
        (
            _VIEW + "    return sorted((elements[j], distances[j]) for j in range(len(atoms)) if j != i)",
            "three decimals",
        ),
        (
            _VIEW + "    return sorted((elements[j], round(distances[j], 2)) for j in range(len(atoms)) if j != i)",
            "three decimals",
        ),
        (_VIEW + "    return sorted(round(distances[j], 3) for j in range(len(atoms)) if j != i)", "should be a pair"),
        (
            _VIEW + "    return sorted((round(distances[j], 3), elements[j]) for j in range(len(atoms)) if j != i)",
            "a pair of an element and a distance",
        ),
        (
            _VIEW + "    return sorted({(elements[j], round(distances[j], 3)) for j in range(12) if j != i})",
            "11 other atoms",
        ),
        (
            _VIEW + "    return sorted((elements[j], round(distances[j], 3)) for j in range(12) if j != i)",
            '`view(molecule("CH3CH2OH"), 2)` stopped with IndexError',
        ),
        (_VIEW + "    return 11", "should be a list"),
        (_VIEW + "    print(elements)", "Not yet."),
        (
            "def view(atoms, i):\n    fixed = benzene.get_distances(0, range(1, 12)).round(3)\n"
            "    return sorted(zip(benzene.get_chemical_symbols()[1:], fixed))",
            "`view(twin, 7)` holds the entry",
        ),
    ],
    "different_distances": [
        ("different_distances = 11", "That is the number of other atoms"),
        ("different_distances = 6", "6 are too few"),
        ("different_distances = 8", "8 are too many"),
        ("different_distances = 'seven'", "should be a number, but it is the text"),
        ("different_distances = [7, 7]", "should be one number"),
        ("different_distances = 7.5", "should be a whole number"),
        ("different_distances = len", "it is a function"),
    ],
    "smallest_cutoff": [
        ("smallest_cutoff = 0.5", "Larger"),
        ("smallest_cutoff = 0.97", "Larger"),
        ("smallest_cutoff = 5.0", "Smaller"),
        ("smallest_cutoff = -1", "positive"),
        ("smallest_cutoff = float('inf')", "positive"),
        ("smallest_cutoff = tc.resolving_cutoff", "it is a function"),
        ("smallest_cutoff = (ethanol, ether)", "should be one number"),
    ],
    "my_pair": [
        ("my_pair = (benzene, twin)", "A pair is wanted"),
        ("my_pair = tc.pairs.three_lines", "A pair is wanted"),
        ("my_pair = tc.pairs.three_lines(angles=(90, 70, 80))", "congruent"),
        ("my_pair = tc.pairs.gallery['benzene']", "not your own"),
        ("my_pair = tc.pairs.three_lines()", "not your own"),
    ],
}
