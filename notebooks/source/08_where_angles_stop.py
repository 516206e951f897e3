# %% [markdown]
# # Where angles stop
#
# Angles separate every pair of twins that we know, as long as the cutoff is large. Make it small, and even angles go blind. There are surroundings of an atom in which all angles agree, others in which all tetrahedra agree, and some differences that nothing made of distances will ever see. Does this ladder have an end?
#
# | | |
# |---|---|
# | **Time** | about 40 minutes |
# | **You should know** | the distorted octahedron ([Twins in nature](05_twins_in_nature.ipynb)); triangles and body order ([Angles resolve](07_angles_resolve.ipynb)) |
# | **You will be able to** | lead one molecule through the whole ladder of tests; trade body order against cutoff and depth; write the test that is complete in space; say what mirror images need; search for an answer to an open question |

# %%
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np

import twinclouds as tc
from twinclouds.exercises import answer, check, describe, hint, progress, reset, solution
from twinclouds.fingerprints import Correlations
from twinclouds.networks import MessagePassing

plt.style.use("twinclouds.ui.plots")
gallery = tc.pairs.gallery

# %% [markdown]
# ## Your prediction
#
# Once more SF₆, stretched and squashed along a threefold axis. This time every model gets only the **bonds**: a cutoff of 1.9 Å, more than S-F and less than F-F. The graph is a *star*, with sulphur in the middle.

# %%
prediction = tc.ui.Prediction(
    "Who can tell the stretched star from the squashed one?",
    [
        "A network that sees the angles at sulphur",
        "A network that sees the angles, if it has enough layers",
        "A model that looks at three neighbours of sulphur at once",
        "Nobody: the information is not there",
    ],
)
prediction

# %% [markdown]
# ## Explore: the angles of a star

# %%
star = 1.9  # angstrom: between S-F and F-F
pair = tc.pairs.octahedral_complex("S", "F", 1.56, distortion=6, name="SF6")
stretched, squashed = pair

tc.ui.AngleExplorer(
    pair,
    names=("stretched", "squashed"),
    cutoff=star,
    title="SF6, stretched and squashed",
    try_="Look at the angles at the bonds, then slide the cutoff up to the F-F distances.",
    notice="With the bonds alone the histograms agree, angle by angle. What happens at the first F-F distance?",
)

# %% [markdown]
# Why do the angles agree? Two lines at the angle $\gamma$ have four bonds on them. Between these there are the angles $\gamma$, $\gamma$, $180° - \gamma$, $180° - \gamma$ (and twice 180°). Put $180° - \gamma$ in the place of $\gamma$: the same list. Each *pair* of lines keeps its secret, and the sulphur atom meets the lines in pairs. The fluorine atoms have one neighbour each, and no angle at all.

# %%
for test in ("wl", "distance-wl", "angle-wl"):
    verdict = tc.compare(stretched, squashed, cutoff=star, test=test)
    print(f"{test:12s} with the bonds alone: {verdict.wording}")
    assert verdict.equivalent

# %% [markdown]
# No limit was set to the number of rounds, so more layers of this kind do not help either. Here is a network whose atoms carry vectors, with one to six layers.

# %%
for layers in (1, 2, 4, 6):
    model = MessagePassing(layers=layers, width=32, cutoff=star, vectors=True)
    first, second = model(stretched), model(squashed)
    print(f"{layers} layers: relative difference {abs(first - second).max() / abs(first).max():.0e}")
    assert abs(first - second).max() < 1e-12 * abs(first).max()

# %% [markdown]
# ## Build: three neighbours at once
#
# The next step on the ladder: look at the atom in the middle and *three* of its neighbours, four bodies together. The three vectors to them span a box, and the volume of the box knows the forbidden sign ([How to build a twin](04_twins.ipynb)).


# %% exercise="box_volumes" level=2 points=3
def box_volumes(vectors):
    """Volumes of the boxes spanned by every three of the vectors: a sorted list of numbers from 0 on.

    vectors: array of shape (k, 3). Every three of them count once.
    """
    ### BEGIN SOLUTION
    return sorted(abs(np.linalg.det(vectors[list(three)])) for three in combinations(range(len(vectors)), 3))
    ### END SOLUTION


# %% check="box_volumes"
check("box_volumes", box_volumes)

# %% [markdown] hint="box_volumes"
# `combinations(range(k), 3)` from `itertools` gives every three indices once. `vectors[[i, j, k]]` is a 3 × 3 matrix, and `np.linalg.det` its determinant.

# %% [markdown] hint="box_volumes"
# A volume has no sign: `abs(...)`. And the list should be sorted: `sorted(...)`.

# %% [markdown]
# Smooth models know this, too. `Correlations` is the family to which the power spectrum of [Angles resolve](07_angles_resolve.ipynb) belongs; with `bodies=4` it sums over three neighbours at a time (its name is then *bispectrum*). We look at the sulphur atom alone.

# %%
for bodies in (2, 3, 4):
    model = Correlations(bodies=bodies, cutoff=star)
    first, second = model(stretched)[0], model(squashed)[0]
    difference = abs(first - second).max() / abs(first).max()
    print(f"{bodies} bodies, at sulphur: relative difference {difference:.0e}")
    assert (difference > 1e-4) == (bodies == 4)

# %%
print(prediction.look_back("A model that looks at three neighbours of sulphur at once"))

# %% [markdown]
# ## Prove: products in a row do it, too
#
# Looking at all triples of neighbours is expensive. There is a cheaper way to four bodies, and it shows what *depth* can do. Sum over the bonds the matrices $v_j v_j^\mathsf{T}$, which turn with the molecule:
#
# $$Q = \sum_j v_j v_j^\mathsf{T}, \qquad \operatorname{tr} Q^2 = \sum_{j,k} (v_j\cdot v_k)^2, \qquad
# \operatorname{tr} Q^3 = \sum_{j,k,m} (v_j\cdot v_k)(v_k\cdot v_m)(v_m\cdot v_j) .$$
#
# $\operatorname{tr} Q^2$ has only squares and is blind. In $\operatorname{tr} Q^3$ stands the forbidden product. Over three lines with two atoms each, every ordered choice of three different lines gives it eight times, and there are six orders: $48\,s$ in one cloud, $-48\,s$ in its twin.

# %%
bonds = [atoms.positions[1:] - atoms.positions[0] for atoms in pair]
traces = []
for name, v in zip(("stretched", "squashed"), bonds, strict=True):
    q = v.T @ v
    traces.append([np.trace(np.linalg.matrix_power(q, power)) for power in (1, 2, 3)])
    print(f"{name:10s} tr Q = {traces[-1][0]:.4f}   tr Q² = {traces[-1][1]:.4f}   tr Q³ = {traces[-1][2]:.4f}")

v1, v2, v3 = bonds[0][::2]
s = (v1 @ v2) * (v2 @ v3) * (v3 @ v1)
assert np.allclose(traces[0][:2], traces[1][:2])
assert np.isclose(traces[0][2] - traces[1][2], 96 * s)

# %% [markdown]
# $Q$ costs one pass over the neighbours. Multiplying it with itself is a matter of one atom. So a network that carries *matrices* (tensors of degree 2), and multiplies them more than once, in one layer (with a *correlation order* of 3, that is, three neighbours multiplied together) or layer after layer, reaches four bodies without a single triple loop. Vectors alone cannot do it here: at the centre of this star they always add up to zero, since every bond has its opposite.
#
# And there is the third way out, the one of [Angles resolve](07_angles_resolve.ipynb): a larger cutoff, so that the fluorine atoms see each other.
#
# ## One molecule, the whole ladder


# %%
def four_bodies(a, b, cutoff):
    """Do features of four bodies at the first atom tell two clouds apart?"""
    first, second = (Correlations(bodies=4, cutoff=cutoff)(atoms)[0] for atoms in (a, b))
    return abs(first - second).max() > 1e-6 * abs(first).max()


ladder = {
    "who is joined to whom (wl)": lambda cutoff: not tc.compare(*pair, cutoff=cutoff, test="wl").equivalent,
    "distances (distance-wl)": lambda cutoff: not tc.compare(*pair, cutoff=cutoff).equivalent,
    "angles (angle-wl)": lambda cutoff: not tc.compare(*pair, cutoff=cutoff, test="angle-wl").equivalent,
    "four bodies at sulphur": lambda cutoff: four_bodies(*pair, cutoff),
    "pairs of atoms (2-fwl)": lambda cutoff: not tc.compare(*pair, cutoff=cutoff, test="2-fwl").equivalent,
}
table = {name: [bool(test(cutoff)) for cutoff in (star, 5.0)] for name, test in ladder.items()}
print(f"{'':28s}{'bonds only':>14s}{'cutoff 5 A':>14s}")
for name, row in table.items():
    print(f"{name:28s}" + "".join(f"{'told apart' if seen else 'blind':>14s}" for seen in row))

assert list(table.values()) == [[False, False], [False, False], [False, True], [True, True], [False, True]]

# %% [markdown]
# (The last row, `2-fwl`, we shall meet below. It is given distances only, and a star has no distance that knows about the angles.)
#
# Three currencies buy the same thing:
#
# | what you pay with | what happens in the star |
# |---|---|
# | **body order** | three neighbours at a time: the volume of the box |
# | **depth**, with tensors | products of products: $\operatorname{tr} Q^3$ |
# | **cutoff** | F-F distances: triangles at the fluorine atoms |
#
# ## One atom is a poor observer
#
# Many models describe an atom by its surroundings as *this atom* sees them. How far does that get? S. N. Pozdnyakov and others found in 2020 that neither angles nor tetrahedra are always enough. Here are two surroundings of one carbon atom.

# %%
tc.ui.AngleExplorer(
    gallery["CH4-angles"],
    cutoff=1.2,
    title="Two surroundings of one carbon atom",
    try_="Pick the carbon atom of the first cloud, then that of the second, and slide the cutoff up: its angles agree "
    "everywhere. Then pick hydrogen atoms.",
    notice="The carbon atom sees the same distances and the same angles in both. The hydrogen atoms do not.",
)

# %% [markdown]
# The recipe: two hydrogen atoms $B$ and $B'$ change places when turned by 180° about the vertical axis. A third, $A$, lies in the plane $y = 0$, and a fourth, $C$, in the plane $x = 0$. Mirror $C$ alone, $y \to -y$. The angle between $C$ and $A$ stays, since $A$ has no $y$; those between $C$ and $B$, and $C$ and $B'$, change places.
#
# A similar trick, with two rings of three atoms and one atom above or below, makes even all *tetrahedra* agree: the atom in the middle and three others.

# %%
for name in ("CH4-angles", "rings-4body"):
    a, b = gallery[name]
    same = {order: tc.pairs.same_environment(a, b, order) for order in (2, 3, 4)}
    print(f"{name:12s} seen from the centre, the same in 2, 3, 4 bodies: {list(same.values())}")
    print(f"{'':12s} seen from every atom, distances alone: {tc.compare(a, b).wording}")
    assert same == {2: True, 3: True, 4: name == "rings-4body"}
    assert tc.compare(a, b).round == 1
    assert not tc.congruent(a, b)
assert len(gallery["rings-4body"].a) == 8

# %% [markdown]
# Read the second line of each: as whole molecules, colour refinement with mere *distances* tells both pairs apart in the first round. What one observer with four-body glasses cannot see, eight observers with two-body glasses see at once, because they compare notes.
#
# It is the other way round with twins: there everybody looks, and nobody sees. **The two failures are different.** One concerns descriptors of *one* surrounding, the other networks that read the *whole* cloud through its distances. A model is safe from neither by being safe from the other.
#
# ## A test without exceptions
#
# Is there a test on distances that never fails? Give the colours not to atoms but to **ordered pairs of atoms**. In the beginning a pair $(i, j)$ knows its distance and its elements. In each round it looks at every third atom $k$ and writes down the two pairs over which one can go from $i$ to $j$ by way of $k$:
#
# $$c(i,j) \;\leftarrow\; \bigl(\,c(i,j),\ \text{multiset over all } k \text{ of } (c(i,k),\ c(k,j))\,\bigr).$$
#
# It is called the *two-dimensional folklore Weisfeiler-Lehman test*, 2-FWL. In effect each pair sees all triangles on it, and each triangle comes with what its sides have seen. V. Delle Rose and others proved in 2023 that in space, with all distances, it is **complete**: what it cannot tell apart is congruent, mirror images included.

# %%
isolated = {n: p for n, p in gallery.items() if isinstance(p, tc.pairs.DegeneratePair) and not p.periodic_axes}
for p in isolated.values():
    assert tc.compare(p.a, p.b, test="2-fwl").round is not None
print(f"2-FWL tells all {len(isolated)} isolated pairs of twins apart.")

# %% [markdown]
# The price: $n^2$ colours instead of $n$, and $n^3$ triples in each round. That is why networks of this kind are built for small molecules. You will write the test in exercise 3.
#
# ## The mirror
#
# One difference is left, and no distance will ever show it: left and right.

# %%
hands = gallery["CHFClBr"]
tc.ui.CloudView(
    hands,
    title="CHFClBr and its mirror image",
    try_="Try to turn the pair until both look the same. They turn together, so look for a view in which one is the "
    "other's mirror image.",
    notice="All distances are equal, atom by atom. No rotation makes the two coincide.",
)

# %%
for test in ("distance-wl", "angle-wl", "2-fwl"):
    verdict = tc.compare(*hands, test=test)
    print(f"{test:12s} {verdict.wording}")
    assert verdict.equivalent

assert np.allclose(hands.a.get_all_distances(), hands.b.get_all_distances())
assert tc.congruent(*hands).mirror
assert not tc.congruent(*hands, mirror=False)
print("With signed volumes, 2-fwl says:", tc.compare(*hands, test="2-fwl", chirality=True).wording)
assert not tc.compare(*hands, test="2-fwl", chirality=True).equivalent

# %% [markdown]
# Distances, angles and absolute volumes do not change in a mirror. For energies that is as it should be: mirror images have one energy, and a model that cannot tell them apart has learnt something true. Whoever wants to predict how a molecule turns the plane of polarised light, however, needs a number that changes its sign in a mirror. The simplest is the **signed volume** $\det(b-a,\ c-a,\ d-a)$ of four points.
#
# ## An open question
#
# Let us collect what is known for *whole* clouds with *all* distances:
#
# - Distances, `distance-wl`: complete on the line and in the plane, not in space. The twins are the proof.
# - Pairs of atoms, `2-fwl`: complete in space, up to mirror images.
# - In between, triangles at every atom, `angle-wl`: **we do not know.** Each atom sees all triangles at its corner, colours are passed on and refined. No two clouds are known to us, mirror images apart, that share all this and are not congruent. Nor do we know a proof that there are none.
#
# Perhaps you find a pair. The package can search: it goes through many clouds, groups them by what the test sees, and asks whether the members of a group are congruent.

# %%
by_distances = tc.pairs.search_symmetric(1000, points=6, test="distance-wl", progress=False)
by_angles = tc.pairs.search_symmetric(1000, points=6, test="angle-wl", progress=False)
on_a_grid = tc.pairs.search_grid(5, size=3, test="angle-wl", progress=False)
for found in (by_distances, by_angles, on_a_grid):
    print(found)

assert by_distances.pairs
assert not by_angles.pairs
assert not on_a_grid.pairs

# %% [markdown]
# The first line shows that the search does find twins where there are some. Give it your own clouds with `tc.pairs.search_clouds`, larger grids or more points: *if a pair turns up, write to us.* Finding none proves nothing, though.
#
# ## Exercises
#
# ### 1. A warm-up: left or right
#
# Write the signed volume of four points.


# %% exercise="signed_volume" level=1 points=2
def signed_volume(a, b, c, d):
    """The determinant of the three vectors from point a to the points b, c and d, in this order."""
    ### BEGIN SOLUTION
    a, b, c, d = (np.asarray(point, dtype=float) for point in (a, b, c, d))
    return np.linalg.det([b - a, c - a, d - a])
    ### END SOLUTION


# %% check="signed_volume"
check("signed_volume", signed_volume)

# %% [markdown] hint="signed_volume"
# `np.linalg.det` takes a 3 × 3 matrix, for instance a list of three vectors. Its rows are `b - a`, `c - a` and `d - a`.

# %% [markdown]
# ### 2. A little more: the first rung
#
# The ladder of tests is `"wl"`, `"distance-wl"`, `"angle-wl"`, `"2-fwl"`. Write a function that returns the name of the *first* of them that tells two isolated clouds apart at a given cutoff, and `"none"` if none does.


# %% exercise="first_rung" level=2 points=3
def first_rung(a, b, cutoff):
    """Name of the first test of the ladder that tells a and b (ase.Atoms) apart at this cutoff, or "none"."""
    ### BEGIN SOLUTION
    for test in ("wl", "distance-wl", "angle-wl", "2-fwl"):
        if not tc.compare(a, b, cutoff=cutoff, test=test).equivalent:
            return test
    return "none"
    ### END SOLUTION


# %% check="first_rung"
check("first_rung", first_rung)

# %% [markdown] hint="first_rung"
# `tc.compare(a, b, cutoff=cutoff, test=test).equivalent` is True when this test does *not* tell them apart.

# %% [markdown]
# ### 3. A challenge: write the complete test
#
# Write 2-FWL for two clouds of points of one kind, from the formula above. Take distances rounded to six decimals as first colours (a pair of a point with itself has the distance 0). Three rounds are enough. Return True if the colours of all pairs are not equally frequent in the two clouds.


# %% exercise="pairs_told_apart" level=3 points=5
def pairs_told_apart(a, b, rounds=3):
    """True if 2-FWL tells two clouds apart. a, b: arrays of shape (n, 3)."""
    ### BEGIN SOLUTION
    n = len(a)
    tables = [np.linalg.norm(x[:, None] - x[None], axis=2).round(6).tolist() for x in (np.asarray(a), np.asarray(b))]
    for _ in range(rounds):
        seen = [
            [[(c[i][j], tuple(sorted((c[i][k], c[k][j]) for k in range(n)))) for j in range(n)] for i in range(n)]
            for c in tables
        ]
        # One palette for both clouds: equal views get equal numbers.
        palette = {view: number for number, view in enumerate(sorted({v for c in seen for row in c for v in row}))}
        tables = [[[palette[view] for view in row] for row in c] for c in seen]
    first, second = (sorted(color for row in c for color in row) for c in tables)
    return first != second
    ### END SOLUTION


# %% check="pairs_told_apart"
check("pairs_told_apart", pairs_told_apart)

# %% [markdown] hint="pairs_told_apart"
# A colour can be anything that Python can compare: begin with numbers, and let the new colour of `(i, j)` be the tuple `(c[i][j], tuple(sorted((c[i][k], c[k][j]) for k in range(n))))`.

# %% [markdown] hint="pairs_told_apart"
# These tuples grow quickly. After each round give every different tuple a number, from **one** dictionary for both clouds; with a dictionary of its own for each cloud, equal numbers mean nothing.

# %% [markdown] solution="pairs_told_apart"
# The numbers are given in sorted order here, but any order will do, as long as both clouds share it.

# %% [markdown]
# ## What you have done

# %%
progress(8)

# %% [markdown]
# ## Summary
#
# With the bonds alone even angles cannot tell a stretched octahedron from a squashed one; four bodies at a time, tensors multiplied in a row, or a larger cutoff can. The view of one atom can be incomplete even with four bodies at a time, though the views of all atoms together know more; 2-FWL, which colours pairs of atoms, is complete in space up to mirror images. Whether triangles at every atom suffice when all distances are known is an open question.
#
# **What comes next.** In [Audit your model](09_audit_your_model.ipynb) you put real architectures, and your own, on the same ladder.
#
# **References**
#
# - S. N. Pozdnyakov, M. J. Willatt, A. P. Bartók, C. Ortner, G. Csányi, M. Ceriotti, *Incompleteness of atomic structure representations*, Phys. Rev. Lett. **125**, 166001 (2020), [doi:10.1103/PhysRevLett.125.166001](https://doi.org/10.1103/PhysRevLett.125.166001), [arXiv:2001.11696](https://arxiv.org/abs/2001.11696).
# - V. Delle Rose, A. Kozachinskiy, C. Rojas, M. Petrache, P. Barceló, *Three iterations of (d − 1)-WL test distinguish non isometric clouds of d-dimensional points*, NeurIPS 2023, [arXiv:2303.12853](https://arxiv.org/abs/2303.12853).
# - C. K. Joshi, C. Bodnar, S. V. Mathis, T. Cohen, P. Liò, *On the expressive power of geometric graph neural networks*, ICML 2023, [arXiv:2301.09308](https://arxiv.org/abs/2301.09308).
# - J. Nigam, S. N. Pozdnyakov, K. K. Huguenin-Dumittan, M. Ceriotti, *Completeness of atomic structure representations*, APL Mach. Learn. **2**, 016110 (2024), [arXiv:2302.14770](https://arxiv.org/abs/2302.14770).
# - S. Hordan, T. Amir, S. J. Gortler, N. Dym, *Complete neural networks for complete Euclidean graphs*, AAAI 2024, [arXiv:2301.13821](https://arxiv.org/abs/2301.13821).
# - The star graph as a rung of the ladder is this project's own choice of example.
