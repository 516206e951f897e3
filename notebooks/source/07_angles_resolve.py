# %% [markdown]
# # Angles resolve
#
# One glance at an angle unmasks the twin of benzene. So are twins a solved problem, as soon as a network knows angles? Yes, and not quite: how *much* angles see of a difference is a surprise, and it decides how well a network can learn it.
#
# | | |
# |---|---|
# | **Time** | about 35 minutes |
# | **You should know** | the three lines and the forbidden sign ([How to build a twin](04_twins.ipynb)); the distorted octahedron ([Twins in nature](05_twins_in_nature.ipynb)) |
# | **You will be able to** | say why triangles see what distances miss; write an angle histogram and a power spectrum in a few lines; predict how fast the difference between twins fades as they become alike; choose an architecture knowing what it sees |

# %%
import matplotlib.pyplot as plt
import numpy as np

import twinclouds as tc
from twinclouds.exercises import answer, check, describe, hint, progress, reset, solution
from twinclouds.fingerprints import Correlations

plt.style.use("twinclouds.ui.plots")
gallery = tc.pairs.gallery

# %% [markdown]
# ## Your prediction
#
# Take SF₆ again, once stretched and once squashed along a threefold axis, both by the same small angle $\varepsilon$. No distance network sees a difference. A network with angles does.
#
# Now make $\varepsilon$ half as large. The two shapes come closer, and so do the smooth numbers by which a network with angles describes them.

# %%
prediction = tc.ui.Prediction(
    "What becomes of the difference that the network with angles sees?",
    [
        "It stays: angles either differ or they do not",
        "It falls to one half",
        "It falls to one quarter",
        "It falls to one eighth",
    ],
)
prediction

# %% [markdown]
# ## Explore: what angles see
#
# A *triangle* at an atom is a pair of its neighbours: two distances and the angle between them, or, which is the same, all three sides. Here are the triangles of benzene and its twin.

# %%
tc.ui.AngleExplorer(
    gallery["benzene"],
    cutoff=1.2,
    title="The triangles of benzene and its twin",
    try_="At this cutoff only C-H bonds count, and no atom has two neighbours. Slide the cutoff up slowly. Then choose "
    "a kind of triangle that differs, and find it in the picture.",
    notice="At which distance do the angles of the two differ for the first time?",
)

# %% [markdown]
# ## Build: the angles at an atom
#
# The angle at atom $i$ between its neighbours $j$ and $k$ comes from a dot product,
#
# $$\cos\theta_{jik} = \frac{(x_j - x_i)\cdot(x_k - x_i)}{|x_j - x_i|\;|x_k - x_i|} .$$


# %% exercise="angles_at" level=1 points=2
def angles_at(points, i, cutoff):
    """Angles at point i between every two of its neighbours within the cutoff: a sorted list, in degrees.

    points: array of shape (n, 3), in angstrom. Each two neighbours count once.
    """
    ### BEGIN SOLUTION
    vectors = np.delete(points, i, axis=0) - points[i]
    lengths = np.linalg.norm(vectors, axis=1)
    directions = (vectors / lengths[:, None])[lengths <= cutoff]
    j, k = np.triu_indices(len(directions), 1)
    cosines = np.clip((directions[j] * directions[k]).sum(axis=1), -1, 1)
    return sorted(np.degrees(np.arccos(cosines)))
    ### END SOLUTION


# %% check="angles_at"
check("angles_at", angles_at)

# %% [markdown] hint="angles_at"
# Two loops will do: over all `j` and, for each, over all `k` after `j`, leaving out `i` itself and whatever is farther away than the cutoff.

# %% [markdown] hint="angles_at"
# Rounding can push a cosine a little above 1 or below -1, and `np.arccos` then gives `nan`. `np.clip(cosine, -1, 1)` prevents it. `np.degrees` turns radians into degrees.

# %% [markdown]
# ## Prove: a triangle knows the forbidden sign
#
# Why do triangles see what distances miss? Take twins on three lines, and a triangle with one corner on each line. Each of its sides joins two lines, and is either the *short* or the *long* one of their two distances: short if the dot product of its corners is positive, long if it is negative. So
#
# $$(-1)^{\text{number of long sides}} = \text{sign of } (v_1\cdot v_2)\,(v_2\cdot v_3)\,(v_3\cdot v_1) = \text{sign of } s .$$
#
# There is the forbidden sign. Each side alone keeps one sign secret; a triangle holds all three at once, and their product comes out. In one cloud *every* triangle across the lines has an even number of long sides, in its twin *every* one has an odd number.


# %%
def long_sides(atoms, corners):
    """Number of long sides of a triangle with one corner on each of the three lines; atoms 2k and 2k+1 share line k."""
    distances = atoms.get_all_distances()
    number = 0
    for k in range(3):
        i, j = corners[k], corners[(k + 1) % 3]
        opposite = j + 1 if j % 2 == 0 else j - 1  # the other end of j's line
        number += int(distances[i, j] > distances[i, opposite])
    return number


lines = tc.pairs.three_lines(lengths=(1.0, 1.2, 1.5), angles=(70, 80, 65))
for name, atoms in zip(("first", "twin"), lines, strict=True):
    numbers = [long_sides(atoms, (i, j, k)) for i in (0, 1) for j in (2, 3) for k in (4, 5)]
    print(f"{name}: the eight triangles across the lines have {sorted(numbers)} long sides")
    assert {n % 2 for n in numbers} == ({0} if name == "first" else {1})

# %% [markdown]
# The test `angle-wl` is colour refinement that looks at pairs of neighbours and the angle between them. With all distances it separates every degenerate pair that we know.

# %%
degenerate = {name: pair for name, pair in gallery.items() if isinstance(pair, tc.pairs.DegeneratePair)}
for pair in degenerate.values():
    reach = 6.0 if pair.periodic_axes else np.inf
    assert tc.compare(pair.a, pair.b, cutoff=reach).equivalent
    assert tc.compare(pair.a, pair.b, cutoff=reach, test="angle-wl").round == 1
print(
    f"{len(degenerate)} pairs that no distance network can tell apart: angles separate every one, in the first round."
)

# %% [markdown]
# ## Smooth numbers
#
# A test compares exactly. A network works with smooth functions: if an atom moves a little, its numbers change a little. A **histogram of angles** becomes smooth when each angle is drawn not as a needle but as a bell curve of some width, the *smearing*.

# %%
octahedra = tc.pairs.octahedral_complex("S", "F", 1.56, distortion=6, name="SF6")
names = ("stretched", "squashed")

figure, panels = plt.subplots(1, 2, sharex=True, figsize=(7.5, 3.2))
apart = []
for panel, width in zip(panels, (1.0, 6.0), strict=True):
    curves = []
    for atoms, name, style in zip(octahedra, names, ("-", "--"), strict=True):
        density, edges = tc.angle_histogram(atoms, bins=180, smearing=width)
        panel.plot((edges[1:] + edges[:-1]) / 2, density, style, label=name)
        curves.append(density)
    apart.append(abs(curves[0] - curves[1]).sum() / sum(curve.sum() for curve in curves))
    panel.set(title=f"smearing {width:g}°", xlabel="angle (degrees)", xticks=range(0, 181, 45))
panels[0].set_ylabel("angles per degree")
panels[0].legend()
describe(
    figure,
    "Histograms of all angles of SF6, distorted by 6 degrees in either direction. With a smearing of 1 degree the "
    f"peaks of the two differ: {100 * apart[0]:.0f} percent of the area is not shared. With 6 degrees "
    f"{100 * apart[1]:.0f} percent.",
)
print(f"not shared: {100 * apart[0]:.1f} % of the area with 1 degree, {100 * apart[1]:.1f} % with 6 degrees")
assert apart[1] < apart[0] / 2

# %% [markdown]
# A wide smearing is robust, and blind to small differences. This is the first lesson about resolution: *what a test separates, a smooth description may all but merge.*
#
# ## Build: the power spectrum
#
# Histograms of angles forget which distances belong to the angle. The description that many models use keeps both. Give every neighbour $j$ some smooth functions of its distance, $R_n(d_j)$, $n = 1, 2, \dots$, and take for each two of them and each degree $l$ the sum over all pairs of neighbours
#
# $$p_{nm}^{\,l} = \sum_{j,k} R_n(d_j)\,R_m(d_k)\,P_l(\cos\theta_{jk}) ,$$
#
# where $P_l$ is the Legendre polynomial of degree $l$: $P_0 = 1$, $P_1(x) = x$, $P_2(x) = \tfrac12(3x^2-1)$ and so on. This is the **power spectrum** (known as SOAP, *smooth overlap of atomic positions*). It was invented in another way, by expanding a cloud of bell curves around the neighbours in spherical harmonics. The addition theorem of spherical harmonics says that both are one and the same: nothing but a smooth histogram of triangles.


# %%
def legendre(degree, x):
    """Legendre polynomial of a degree."""
    return np.polynomial.legendre.legval(x, [0] * degree + [1])


# %% exercise="power_spectrum" level=2 points=3
def power_spectrum(vectors, radial, degree):
    """Power spectrum of one degree at one atom: a matrix of shape (n, n).

    vectors: from the atom to its k neighbours, shape (k, 3). radial: values R_n(d_j), shape (k, n).
    """
    ### BEGIN SOLUTION
    directions = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return radial.T @ legendre(degree, directions @ directions.T) @ radial
    ### END SOLUTION


# %% check="power_spectrum"
check("power_spectrum", power_spectrum)

# %% [markdown] hint="power_spectrum"
# Make the vectors one unit long. Then `directions @ directions.T` is the table of all cosines, of shape (k, k), and `legendre(degree, ...)` works on the whole table.

# %% [markdown] hint="power_spectrum"
# A sum over $j$ and $k$ of $R_{jn}\,M_{jk}\,R_{km}$ is a product of three matrices: `radial.T @ M @ radial`.

# %% [markdown]
# What does each degree know? For $l = 0$ there is no angle in it: $p_{nm}^{\,0}$ is the product of two sums over single distances. It must be blind to every pair of twins. The next cell uses `Correlations`, the package's power spectrum (`bodies=3`: the atom and two neighbours at a time), with random mixtures of radial functions.


# %%
def separation(a, b, model):
    """How far apart two clouds are for a model: the difference over the size, summed over atoms."""
    first, second = (model(atoms).sum(axis=0) for atoms in (a, b))
    return np.linalg.norm(first - second) / np.linalg.norm(first)


flat, full = (Correlations(bodies=3, cutoff=6.0, angular=degree) for degree in (0, 6))
for name in ("benzene", "S6", "SF6", "hydrazine-1eV"):
    pair = gallery[name]
    print(f"{name:14s} l = 0: {separation(*pair, flat):.0e}    l up to 6: {separation(*pair, full):.0e}")
    assert separation(*pair, flat) < 1e-6 < separation(*pair, full)

# %% [markdown]
# ## How fast does the difference fade?
#
# Look at the numbers: SF₆ and its twin are much closer than the others. Let us bring twins together on purpose, in two ways:
#
# - the **octahedron**: all three angles between the lines are $90° - \varepsilon$;
# - **one angle only**: two angles stay at 70° and 80°, the third is $90° - \varepsilon$.
#
# In both cases the members become congruent at $\varepsilon = 0$.

# %%
epsilons = np.array([0.5, 1, 2, 4, 8])
families = {
    "octahedron": lambda e: tc.pairs.octahedral_complex("S", "F", 1.56, distortion=e),
    "one angle only": lambda e: tc.pairs.three_lines((1.5, 1.6, 1.7), (70, 80, 90 - e), centre="S", species="F"),
}
distances = {name: np.array([separation(*make(e), full) for e in epsilons]) for name, make in families.items()}
slopes = {name: np.polyfit(np.log(epsilons), np.log(values), 1)[0] for name, values in distances.items()}

figure, axes = plt.subplots()
for (name, values), marker in zip(distances.items(), "os", strict=True):
    axes.loglog(epsilons, values, marker + "-")
    axes.annotate(
        f"{name}: power {slopes[name]:.1f}",
        (epsilons[-2], values[-2]),
        xytext=(-8, 8),
        textcoords="offset points",
        ha="right",
    )
axes.set(
    xlabel="ε (degrees)",
    ylabel="difference of the\npower spectra (relative)",
    xticks=epsilons,
    xticklabels=epsilons.astype(str),
)
axes.minorticks_off()
describe(
    figure,
    "Difference of the power spectra of twins against the parameter that separates them, both axes logarithmic. Two "
    f"straight lines: for one angle the slope is {slopes['one angle only']:.1f}, for the octahedron "
    f"{slopes['octahedron']:.1f}.",
)
ratio = distances["octahedron"][1] / distances["octahedron"][0]
print(f"Octahedron: from 1 degree to 0.5 degrees the difference falls by a factor of {ratio:.2f}.")
assert abs(slopes["octahedron"] - 3) < 0.05
assert abs(slopes["one angle only"] - 1) < 0.05
assert abs(ratio - 8) < 0.1

# %%
print(prediction.look_back("It falls to one eighth"))

# %% [markdown]
# ## Why the cube?
#
# Write $s_{12} = v_1\cdot v_2$ and so on. Whatever smooth number describes a cloud of three lines, it is a function $f(s_{12}, s_{23}, s_{13})$. It must not change when we swap the names of the ends of a line, which changes the signs of two of the three. Which products of powers survive all swaps? Only those built from
#
# $$s_{12}^2,\quad s_{23}^2,\quad s_{13}^2 \quad\text{and}\quad s = s_{12}\,s_{23}\,s_{13} .$$
#
# The squares are the same for both twins. So the first thing that *any* smooth description can know about the forbidden sign is the **forbidden product itself**, and to leading order the difference between twins is proportional to $s$. For the octahedron every factor is $\propto \sin\varepsilon$: the cube. For one angle only one factor is small: the first power. The same argument holds for the energy, which is a smooth function too; that is the cube of [Twins in nature](05_twins_in_nature.ipynb).
#
# So angles see the difference, but for nearly ideal octahedra they see very little of it, and a network that amplifies it amplifies the noise, too. On the other hand the energies differ just as little there.
#
# ## How far does the atom have to look?
#
# A triangle counts when two of its sides are within the cutoff, seen from the corner between them. In SF₆ the bonds S-F alone are not enough: at the sulphur atom each pair of lines gives one angle $\gamma$ and one $180° - \gamma$ twice over, whatever the sign. The angles must be seen from a *fluorine* atom, and so the cutoff has to reach from one fluorine atom to another. Smooth models have a cutoff function that lets every neighbour fade out towards the cutoff, so the difference does not jump there; it rises slowly.

# %%
sulphur = tc.pairs.octahedral_complex("S", "F", 1.56, distortion=6, name="SF6")
table = sulphur.a.get_all_distances()
nearest = np.unique(table[1:, 1:].round(6))[1]  # the shortest distance between two fluorine atoms
cutoffs = np.arange(1.65, 5.01, 0.1)
values = np.array([separation(*sulphur, Correlations(bodies=3, cutoff=float(r))) for r in cutoffs])
exact = np.array([not tc.compare(*sulphur, cutoff=float(r), test="angle-wl").equivalent for r in cutoffs])

figure, axes = plt.subplots()
axes.plot(cutoffs, values, "o-", ms=3)
axes.axvline(nearest, color="C1", ls="--")
axes.annotate("nearest F-F", (nearest, values.max()), xytext=(6, 0), textcoords="offset points", va="top")
axes.annotate("S-F only:\nblind", (1.62, values.max() * 0.35), va="center")
axes.set(xlabel="cutoff (Å)", ylabel="difference of the\npower spectra (relative)")
describe(
    figure,
    "Difference of the power spectra of stretched and squashed SF6 against the cutoff. Up to the nearest F-F "
    f"distance, {nearest:.2f} A, it is zero; beyond it rises slowly from zero, to {values.max():.0e} at most.",
)
assert (values[~exact] < 1e-9).all()
assert exact.sum() == (cutoffs > nearest).sum()
just_beyond = np.interp(nearest + 0.25, cutoffs, values) / values.max()
print(f"A quarter of an angstrom beyond the nearest F-F distance: {100 * just_beyond:.0f} % of what it sees at best.")
assert just_beyond < 0.2

# %% [markdown]
# Two rules of thumb follow. *Put the cutoff well beyond the shell that carries the information*, since near the cutoff everything is faint. And *do not take a separation in principle for a separation in practice*: look at its size.
#
# ## Choosing an architecture
#
# What does an atom learn in one layer? **Body order** counts the atom itself and the neighbours that enter at a time.
#
# | an atom sees | body order | examples | twins, all distances | work per atom with $n$ neighbours |
# |---|---|---|---|---|
# | distances | 2 | SchNet; NequIP and MACE with scalars only; radial symmetry functions | **never** | $n$ |
# | angles, one by one | 3 | DimeNet; angular symmetry functions | yes | $n^2$ |
# | vectors and tensors, whose products hold the angles | 3 | PaiNN, TensorNet, NequIP (from the second layer on); SOAP power spectrum | yes, but for one pair of crystals when there are vectors only ([Audit your model](09_audit_your_model.ipynb)) | $n$ × (size of the tensors) |
# | products of more neighbours | 4 and more | MACE of correlation order 3; bispectrum; ACE | yes, and more ([Where angles stop](08_where_angles_stop.ipynb)) | $n$ × (size), and more for each product |
#
# *Scalars* are numbers without a direction. The *correlation order* of MACE is the number of neighbours that are multiplied together in one layer, so that order 3 means four bodies.
#
# The third row is why angles need not be expensive: the sum over pairs of neighbours is the square of a sum over single neighbours. See it for degree 1, where $P_1(\cos\theta)$ is the dot product of two unit vectors.

# %%
rng = np.random.default_rng(3)
vectors = rng.normal(size=(20, 3))
weights = rng.random(20)
directions = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

over_pairs = sum(weights[j] * weights[k] * directions[j] @ directions[k] for j in range(20) for k in range(20))
one_vector = (weights[:, None] * directions).sum(axis=0)
print(f"sum over 400 pairs: {over_pairs:.6f}    square of one sum over 20 neighbours: {one_vector @ one_vector:.6f}")
assert np.isclose(over_pairs, one_vector @ one_vector)

# %% [markdown]
# ## Exercises
#
# ### 1. A warm-up: count the triangles
#
# In `gallery["antiprisms"]` all three lines are alike, and there are two short distances between points of different lines, the *shorter* and the *longer* one. How many of the eight triangles across the lines have three sides of the *shorter* kind, in the first cloud and in the second?

# %% exercise="short_triangles" level=1 points=2
short_triangles = ...  # two whole numbers: (first, second)
### BEGIN SOLUTION
short_triangles = [
    sum(long_sides(atoms, (i, j, k)) == 0 for i in (0, 1) for j in (2, 3) for k in (4, 5))
    for atoms in gallery["antiprisms"]
]
### END SOLUTION

# %% check="short_triangles"
check("short_triangles", short_triangles)

# %% [markdown] hint="short_triangles"
# The function `long_sides` above counts long sides. Three short sides are no long side.

# %% [markdown] solution="short_triangles"
# The first cloud has two such triangles, its two small ends: with a cutoff between the two distances these are the *two triangles* of the textbook. In the second cloud the number of long sides is odd, so it is never zero.

# %% [markdown]
# ### 2. A little more: where does the difference drown?
#
# Many models compute in single precision: their numbers carry relative errors of about $10^{-7}$. At a distortion of 4° the power spectra of the stretched and the squashed octahedron differ by the relative amount `distances["octahedron"][3]`. At which distortion, in degrees, has the difference fallen to $10^{-7}$? Use the law that you know now.

# %% exercise="drowned" level=2 points=2
at_four_degrees = distances["octahedron"][3]
drowned = ...  # in degrees
### BEGIN SOLUTION
drowned = 4 * (1e-7 / at_four_degrees) ** (1 / 3)
### END SOLUTION

# %% check="drowned"
check("drowned", drowned)

# %% [markdown] hint="drowned"
# The difference is proportional to $\varepsilon^3$. By which factor has it to fall, and by which factor does $\varepsilon$ fall then?

# %% [markdown] solution="drowned"
# That is less than the zero-point motion of the atoms does to such an angle, so it is no catastrophe. It is a reason, though, to be careful with single precision.

# %% [markdown]
# ### 3. A challenge: the smallest cutoff for angles
#
# `tc.resolving_cutoff` finds the smallest cutoff at which *distances* tell two clouds apart. Write the same for angles. Use `tc.compare(a, b, cutoff=..., test="angle-wl")`; the answer is always one of the distances that occur. If angles never tell them apart, return infinity.


# %% exercise="angle_cutoff" level=3 points=4
def angle_cutoff(a, b):
    """Smallest cutoff, in angstrom, at which the test "angle-wl" tells two molecules (ase.Atoms) apart."""
    ### BEGIN SOLUTION
    candidates = sorted({round(float(d), 6) for atoms in (a, b) for d in atoms.get_all_distances().ravel() if d > 0})
    for cutoff in candidates:
        if not tc.compare(a, b, cutoff=cutoff + 1e-5, test="angle-wl").equivalent:
            return cutoff
    return np.inf
    ### END SOLUTION


# %% check="angle_cutoff"
check("angle_cutoff", angle_cutoff)

# %% [markdown] hint="angle_cutoff"
# Collect all distances of both molecules, without zeros and without repeats, and try them from the smallest on.

# %% [markdown] hint="angle_cutoff"
# Two distances that should be equal may differ in the last digit. Round them to six decimals, and compare at a cutoff that is larger by a tiny amount, such as `1e-5`.

# %% [markdown]
# ## What you have done

# %%
progress(7)

# %% [markdown]
# ## Summary
#
# A triangle holds three distances at once, and the parity of its long sides is the forbidden sign, so every model that sees angles tells every known pair of twins apart when its cutoff reaches the third side. How much it sees is another matter: every smooth description starts with the forbidden product, which for a nearly ideal octahedron is the cube of the distortion. A power spectrum is a smooth histogram of triangles, vectors make it cheap, and the cutoff should lie well beyond the shell that counts.
#
# **What comes next.** In [Where angles stop](08_where_angles_stop.ipynb) one and the same octahedron climbs the whole ladder, and at the short cutoff even angles are not enough.
#
# **References**
#
# - A. P. Bartók, R. Kondor, G. Csányi, *On representing chemical environments*, Phys. Rev. B **87**, 184115 (2013), [doi:10.1103/PhysRevB.87.184115](https://doi.org/10.1103/PhysRevB.87.184115), [arXiv:1209.3140](https://arxiv.org/abs/1209.3140).
# - J. Behler, *Atom-centered symmetry functions for constructing high-dimensional neural network potentials*, J. Chem. Phys. **134**, 074106 (2011), [doi:10.1063/1.3553717](https://doi.org/10.1063/1.3553717).
# - K. T. Schütt, H. E. Sauceda, P.-J. Kindermans, A. Tkatchenko, K.-R. Müller, *SchNet: a deep learning architecture for molecules and materials*, J. Chem. Phys. **148**, 241722 (2018), [doi:10.1063/1.5019779](https://doi.org/10.1063/1.5019779), [arXiv:1712.06113](https://arxiv.org/abs/1712.06113).
# - J. Gasteiger, J. Groß, S. Günnemann, *Directional message passing for molecular graphs* (DimeNet), ICLR 2020, [arXiv:2003.03123](https://arxiv.org/abs/2003.03123).
# - K. T. Schütt, O. T. Unke, M. Gastegger, *Equivariant message passing for the prediction of tensorial properties and molecular spectra* (PaiNN), ICML 2021, [arXiv:2102.03150](https://arxiv.org/abs/2102.03150).
# - S. Batzner and others, *E(3)-equivariant graph neural networks for data-efficient and accurate interatomic potentials* (NequIP), Nat. Commun. **13**, 2453 (2022), [doi:10.1038/s41467-022-29939-5](https://doi.org/10.1038/s41467-022-29939-5).
# - G. Simeon, G. De Fabritiis, *TensorNet: Cartesian tensor representations for efficient learning of molecular potentials*, NeurIPS 2023, [arXiv:2306.06482](https://arxiv.org/abs/2306.06482).
# - R. Drautz, *Atomic cluster expansion for accurate and transferable interatomic potentials* (ACE), Phys. Rev. B **99**, 014104 (2019), [doi:10.1103/PhysRevB.99.014104](https://doi.org/10.1103/PhysRevB.99.014104).
# - I. Batatia, D. P. Kovács, G. N. C. Simm, C. Ortner, G. Csányi, *MACE: higher order equivariant message passing neural networks for fast and accurate force fields*, NeurIPS 2022, [arXiv:2206.07697](https://arxiv.org/abs/2206.07697).
# - S. N. Pozdnyakov, M. Ceriotti, *Incompleteness of graph neural networks for points clouds in three dimensions*, Mach. Learn.: Sci. Technol. **3**, 045020 (2022), [doi:10.1088/2632-2153/aca1f8](https://doi.org/10.1088/2632-2153/aca1f8), [arXiv:2201.07136](https://arxiv.org/abs/2201.07136).
# - The argument for the cube is this project's own.
