# %% [markdown]
# # Twins in nature
#
# In 1930 Linus Pauling and M. D. Shappell studied the mineral bixbyite and met two arrangements of its metal atoms that no X-ray photograph can tell apart. Almost a century later neural networks have met them again. Where else does nature keep twins, and does it matter to a chemist?
#
# | | |
# |---|---|
# | **Time** | about 40 minutes |
# | **You should know** | how twins are built from three lines ([How to build a twin](04_twins.ipynb)); what a unit cell is helps with the last part |
# | **You will be able to** | say how wrong a distance network must be for real molecules; show why it cannot know in which direction an octahedral complex is distorted; build twins with three planes, isolated and periodic; compute what X-rays see, and compare it with what networks see |

# %%
import matplotlib.pyplot as plt
import numpy as np

import twinclouds as tc
from twinclouds.exercises import answer, check, describe, hint, progress, reset, solution
from twinclouds.models.energies import trigonal_scan
from twinclouds.networks import MessagePassing

plt.style.use("twinclouds.ui.plots")
gallery = tc.pairs.gallery

# %% [markdown]
# ## Your prediction
#
# SF₆ is an octahedron: six fluorine atoms on three lines through the sulphur atom. A *threefold axis* runs through the middles of two opposite faces: look along it, and you see three fluorine atoms in front and three behind. Stretch the molecule along one of these axes, and the angles between the lines become a little less than 90°. Squash it along this axis, and they become a little more.
#
# Somebody trains a distance network on the energies of *stretched* octahedra only, and trains it well. Then it has to predict the energies of *squashed* ones.

# %%
prediction = tc.ui.Prediction(
    "What will the network say for a squashed SF6?",
    [
        "Something unreliable: it has never seen such shapes",
        "Exactly what it says for one that is stretched as much",
        "Nearly the right energy, if its cutoff is large",
    ],
)
prediction

# %% [markdown]
# ## How far apart are the energies?
#
# The gallery holds pairs of molecules whose energies were computed by quantum chemistry (`GFN2-xTB`, a fast approximate method; `RHF`, the method of Hartree and Fock; and the density functional `B3LYP`). A distance network gives both members one energy. Whatever it says, it is wrong by at least half of the difference for one of them.

# %%
chemical_accuracy = 0.0434  # eV: 1 kcal/mol
method = "B3LYP/def2-SVP (DF)"
twins = {name: p for name, p in gallery.items() if method in p.energies and p.cutoff == np.inf}
gaps = {name: abs(p.energies[method][1] - p.energies[method][0]) for name, p in twins.items()}
gaps = dict(sorted(gaps.items(), key=lambda item: item[1]))

figure, axes = plt.subplots(figsize=(7, 3.6))
axes.barh(list(gaps), list(gaps.values()), height=0.6)
axes.axvline(chemical_accuracy, color="C1", ls="--")
axes.annotate(
    "chemical accuracy (1 kcal/mol)", (chemical_accuracy, len(gaps) - 0.4), xytext=(6, 0), textcoords="offset points"
)
white = {"fc": "white", "ec": "none", "pad": 1}
for name, gap in gaps.items():
    axes.annotate(f"{gap:.2g} eV", (gap, name), xytext=(5, 0), textcoords="offset points", va="center", bbox=white)
axes.set(xscale="log", xlim=(0.01, 60), ylim=(-0.6, len(gaps)), xlabel="difference of the two energies, B3LYP (eV)")
words = ", ".join(f"{name} {gap:.3g} eV" for name, gap in reversed(gaps.items()))
describe(
    figure,
    f"Bars on a logarithmic scale: how far apart the energies of twins are. {words}. Chemical accuracy, "
    f"{chemical_accuracy:.3f} eV, is marked: all pairs but SF6 lie far above it.",
)
for name, gap in reversed(gaps.items()):
    print(f"{name:18s} {gap:7.3f} eV apart, so an error of at least {gap / 2:7.3f} eV")

assert [name for name, gap in gaps.items() if gap < chemical_accuracy] == ["SF6"]

# %% [markdown]
# Each of these pairs has a member that you would not find in a bottle: a strained geometry, as it occurs in a simulation at high temperature or in a data set made to cover many shapes. But the other member may be an everyday molecule: benzene as it is, the ring of six sulphur atoms, or flat ethene, which is in the gallery, too.
#
# Suppose that a data set consists of $n$ such pairs, with energy differences $\Delta E_k$. The best that one common answer can be is the mean of the two energies. So there is a floor below which no training can push the root-mean-square error (RMSE):
#
# $$\text{RMSE} \ge \sqrt{\frac1n\sum_{k=1}^{n}\Bigl(\frac{\Delta E_k}{2}\Bigr)^2} .$$
#
# You will compute it in exercise 1.

# %% [markdown]
# ## Explore: the octahedron
#
# The best place to look for twins is one that every chemist knows: six *ligands*, as the atoms or groups bound to a metal are called, at the corners of an octahedron. Here is chromium hexacarbonyl, Cr(CO)₆, distorted by five degrees in the two directions. Each CO ligand lies on one line, with its carbon *and* its oxygen atom.

# %%
carbonyl = gallery["Cr(CO)6"]
stretched, squashed = (atoms.copy() for atoms in carbonyl)
# Three carbon atoms around one end of the threefold axis, and the angle between any two of them, seen from the metal.
for atoms, (i, j, k), angle in ((stretched, (1, 5, 9), 85), (squashed, (1, 5, 10), 95)):
    assert np.allclose([atoms.get_angle(i, 0, j), atoms.get_angle(j, 0, k), atoms.get_angle(i, 0, k)], angle)
    atoms.rotate(atoms.positions[[i, j, k]].sum(axis=0), "z")  # the axis points up in both
    x, y, _ = atoms.positions[i]
    atoms.rotate(-np.degrees(np.arctan2(y, x)), "z")  # and the first carbon atom lies in the same direction

tc.ui.RefinementExplorer(
    stretched,
    squashed,
    names=("stretched", "squashed"),
    cutoff=2.2,
    title="Cr(CO)6, stretched and squashed along a threefold axis",
    try_="Turn the pair until you look along an axis that has three ligands in front and three behind. Then slide "
    "the cutoff.",
    notice="Seen along this axis the two look alike. From the side, one is long and the other flat. The verdict is "
    "the same at every cutoff.",
)

# %% [markdown]
# ## Prove: both directions look the same
#
# In an ideal octahedron the three lines are at 90°, and the forbidden sign ([How to build a twin](04_twins.ipynb)) is zero. A distortion along the threefold axis by an angle $\varepsilon$ makes all three angles $90° - \varepsilon$, so that every cosine is $\sin\varepsilon$ and
#
# $$s \;\propto\; \sin^3\varepsilon .$$
#
# Squashing instead of stretching, $\varepsilon \to -\varepsilon$, changes the sign of $s$ and nothing else that an atom can see. The two directions are twins, for every $\varepsilon$, and a distance network $E_\text{net}$ obeys
#
# $$E_\text{net}(+\varepsilon) = E_\text{net}(-\varepsilon) .$$
#
# See it happen: here is a network with random weights, once with distances only, and once with vectors that know about angles.

# %%
epsilons = np.linspace(-12, 12, 25)
# The first member of each pair: stretched where the angle is positive, squashed where it is negative.
octahedra = [tc.pairs.octahedral_complex("S", "F", 1.56, distortion=epsilon).a for epsilon in epsilons]

figure, panels = plt.subplots(1, 2, sharex=True)
uneven = {}
for panel, vectors, color in zip(panels, (False, True), ("C0", "C1"), strict=True):
    name = "with vectors" if vectors else "distances only"
    model = MessagePassing(layers=2, width=32, cutoff=6.0, vectors=vectors, seed=1)
    outputs = model.transform(octahedra)
    curve = outputs[:, abs(outputs - outputs[::-1]).max(axis=0).argmax()]  # the output that is least even
    curve = (curve - curve.mean()) / outputs.std(axis=0).max()
    uneven[name] = abs(outputs - outputs[::-1]).max() / outputs.std(axis=0).max()
    panel.plot(epsilons, curve, color=color)
    panel.axvline(0, color="0.8", lw=1, zorder=0)
    panel.set(title=name, xlabel="distortion ε (degrees)")
    print(f"{name:15s} largest difference between +ε and -ε: {uneven[name]:.0e} of the spread of the outputs")
panels[0].set_ylabel("one output, scaled")
describe(
    figure,
    "One output of two random networks against the distortion from -12 to 12 degrees. With distances only the curve is "
    "its own mirror image: both directions give one value. With vectors it is lopsided.",
)
assert uneven["distances only"] < 1e-9
assert uneven["with vectors"] > 0.01

# %%
print(prediction.look_back("Exactly what it says for one that is stretched as much"))

# %% [markdown]
# ## Build: what the network cannot know
#
# Any curve $E(\varepsilon)$ is the sum of an *even* part, which is the same on both sides, and an *odd* part, which changes its sign:
#
# $$E_\text{even}(\varepsilon) = \tfrac12\bigl(E(\varepsilon) + E(-\varepsilon)\bigr), \qquad
# E_\text{odd}(\varepsilon) = \tfrac12\bigl(E(\varepsilon) - E(-\varepsilon)\bigr) .$$
#
# The even part is all that a distance network can learn. The odd part is its error, whatever its weights.


# %% exercise="odd_part" level=1 points=2
def odd_part(energies):
    """The odd part of a curve.

    energies: values at equally spaced distortions from -eps_max to +eps_max, with the undistorted one in the middle.
    Return an array of the same length.
    """
    ### BEGIN SOLUTION
    energies = np.asarray(energies, dtype=float)
    return (energies - energies[::-1]) / 2
    ### END SOLUTION


# %% check="odd_part"
check("odd_part", odd_part)

# %% [markdown] hint="odd_part"
# $E(-\varepsilon)$ is the same curve read backwards: `energies[::-1]`, once `energies` is an array.

# %% [markdown]
# Which energies have an odd part at all? A sum over *pairs* of atoms has none: both directions have the same distances. It takes terms that depend on three atoms at once, and quantum mechanics has them. `trigonal_scan` holds energies that were computed with GFN2-xTB, for SF₆ and for Cr(CO)₆.

# %%
figure, panels = plt.subplots(1, 2, figsize=(7.5, 3.2))
exponents, shares = {}, {}
for name, color, style in (("SF6", "C2", "--"), ("Cr(CO)6", "C1", "-")):
    scan = np.stack(trigonal_scan(name))  # degrees; energies from the ideal octahedron and their odd part, eV
    degrees, energies, odd = scan[:, abs(scan[0]) <= 10]
    if name == "Cr(CO)6":
        panels[0].plot(degrees, energies - odd, color="C0", lw=4, alpha=0.45, label="even part")
        panels[0].plot(degrees, energies, color=color, label="energy")
    panels[1].plot(degrees, 1000 * odd, style, color=color, label=name)
    positive = degrees > 0
    exponents[name] = np.polyfit(np.log(degrees[positive]), np.log(abs(odd[positive])), 1)[0]
    shares[name] = abs(odd[-1] / (energies - odd)[-1])
    print(
        f"{name:8s} at {degrees[-1]:g} degrees: odd part {1000 * abs(odd[-1]):.0f} meV, {100 * shares[name]:.0f} % of "
        f"the even part; it grows with the distortion to the power {exponents[name]:.2f}"
    )
panels[0].set(title="Cr(CO)6", xlabel="distortion ε (degrees)", ylabel="energy (eV)")
panels[1].set(title="odd part: the error", xlabel="distortion ε (degrees)", ylabel="energy (meV)")
for panel in panels:
    panel.legend()
describe(
    figure,
    "Left: the energy of Cr(CO)6 against the distortion and its even part, a symmetric valley; squashed shapes lie "
    "above it, stretched ones below. Right: the odd parts of SF6 and Cr(CO)6, flat near zero and growing with the "
    f"power {exponents['SF6']:.1f} and {exponents['Cr(CO)6']:.1f} of the distortion.",
)
assert all(abs(exponent - 3) < 0.1 for exponent in exponents.values())
assert degrees[-1] == 10
assert shares["Cr(CO)6"] > 0.1

# %% [markdown]
# The odd part starts with the **cube** of the distortion. That is no accident: it has to change its sign with $s$, and $s \propto \sin^3\varepsilon$ is the lowest power that does so. For small vibrations the error is tiny, as the bar of SF₆ in the first figure shows. For large distortions, as around metals that like low symmetry, it grows quickly: at ten degrees a distance network misses more than a tenth of what it costs to distort Cr(CO)₆. Notebook [Angles resolve](07_angles_resolve.ipynb) comes back to this cube.

# %% [markdown]
# ## Three planes
#
# Three lines give twins of six atoms, or of a few more per line. There is a second recipe that has no limit. Take three flat motifs, each equal to its own negative (for each point $p$ it also holds $-p$):
#
# - $A$ in the plane $z = 0$,
# - $B$ in the plane $x = 0$,
# - $C$ in the plane $y = 0$.
#
# The first cloud is all three together. In its twin $C$ is mirrored *within its own plane*: $(x, 0, z) \to (-x, 0, z)$. Within each motif no distance has changed. Between $A$ and $C$ look at $a = (a_x, a_y, 0)$ and $c = (c_x, 0, c_z)$:
#
# $$|a \mp c|^2 = |a|^2 + |c|^2 \mp 2\,a_x c_x .$$
#
# The mirror changes the sign of $c_x$, and the two distances from $a$ to the pair $\{c, -c\}$ change places. Between $B$ and $C$ only the product $b_z c_z$ enters, which the mirror keeps. So again nobody notices.


# %% exercise="plane_twins" level=2 points=3
def plane_twins(xy, yz, xz):
    """Two clouds, each an array of shape (n, 3): the motifs together, and the twin with the last motif mirrored.

    xy, yz, xz: lists of points of the motifs in the planes z = 0, x = 0 and y = 0, two coordinates each. The
    negative of every point has to be added.
    """
    ### BEGIN SOLUTION
    a = [[x, y, 0] for x, y in xy]
    b = [[0, y, z] for y, z in yz]
    c = [[x, 0, z] for x, z in xz]
    mirrored = [[-x, 0, z] for x, z in xz]
    first, second = np.array(a + b + c, dtype=float), np.array(a + b + mirrored, dtype=float)
    return np.concatenate([first, -first]), np.concatenate([second, -second])
    ### END SOLUTION


# %% check="plane_twins"
check("plane_twins", plane_twins)

# %% [markdown] hint="plane_twins"
# A point `(x, y)` of the first motif becomes `(x, y, 0)` and `(-x, -y, 0)`. Where does the zero go in the other two planes?

# %% [markdown] hint="plane_twins"
# For the twin, every `(x, 0, z)` of the third motif becomes `(-x, 0, z)`, and its negative `(x, 0, -z)`. The order of the points does not matter.

# %% [markdown]
# In the package the function is `tc.pairs.three_planes`. The next cell draws random motifs, of up to thirty atoms, and asks for a cutoff that tells the twins apart.

# %%
rng = np.random.default_rng(7)
for _ in range(20):
    k = rng.integers(1, 6, size=3)
    motifs = [rng.uniform(0.7, 4.0, (n, 2)) for n in k]
    a, b = tc.pairs.three_planes(*motifs, species=("Si", "B", "C"))
    assert tc.resolving_cutoff(a, b) == np.inf
    assert not tc.congruent(a, b)
print("Twenty random pairs: no cutoff tells any of them apart.")

# %% [markdown]
# ## Chains, slabs and crystals
#
# Now repeat the motifs along one, two or three of the axes, with cell edges along $x$, $y$ and $z$. The argument survives. An *image* of $c$ is $c$ shifted by $n_x$, $n_y$ and $n_z$ cell edges along the three axes. In the first cloud take the image of $c$ with the numbers $(n_x, n_y, n_z)$; in the second take the image of $-c$, mirrored, with the numbers $(n_x, n_y, -n_z)$. They have the same $x$ and $y$, and opposite $z$. So they are equally far from every $a$, which lies in the plane $z = 0$. For $B$ it goes the same way. So there are twins among polymers, surfaces and crystals.

# %%
for name in ("chain", "slab", "crystal", "carbon-crystal"):
    periodic = gallery[name]
    cutoffs = np.linspace(2.0, 8.0, 7)
    verdicts = {tc.compare(periodic.a, periodic.b, cutoff=float(cutoff)).wording for cutoff in cutoffs}
    print(f"{name:15s} periodic along {periodic.periodic_axes} axes, {periodic.formula}: {', '.join(verdicts)}")
    assert verdicts == {"not told apart at this cutoff"}
    assert not tc.congruent(periodic.a, periodic.b)

# %%
tc.ui.RefinementExplorer(
    gallery["carbon-crystal"],
    title="Two crystals of carbon",
    try_="Pick an atom, and slide the cutoff: the signature lists all its neighbours, those in neighbouring cells too.",
    notice="However many neighbours the atoms have, the colours stay equal.",
)

# %% [markdown]
# A periodic cloud has no largest distance, so no computer can try all of them. Here the proof is worth more than the numbers: a certificate of such a pair verifies the counts up to a radius and names the proof for the rest, after checking that the clouds are what the proof speaks of.

# %%
certificate = tc.certify(gallery["crystal"])
print(certificate)
assert certificate.check()

# %% [markdown]
# ## What X-rays see
#
# Send X-rays through a gas of molecules, which point in all directions. The scattered intensity, as Peter Debye found in 1915, is a sum over pairs of atoms,
#
# $$I(q) = \sum_{i,j} f_i f_j\,\frac{\sin(q\,d_{ij})}{q\,d_{ij}},$$
#
# where $q$ grows with the angle of scattering and $f_i$ says how strongly atom $i$ scatters; we simply take the number of its electrons. (For $i = j$, where $d = 0$, the fraction is 1.) There are only distances in it.


# %%
def scattering(atoms, q):
    """Debye's formula; np.sinc(x) is sin(pi x) / (pi x), and 1 at 0."""
    pairs = np.outer(atoms.numbers, atoms.numbers)
    return (pairs * np.sinc(q[:, None, None] * atoms.get_all_distances() / np.pi)).sum(axis=(1, 2))


q = np.linspace(0.05, 14, 400)
benzene, twin = gallery["benzene"]
stretched = benzene.copy()
stretched.positions *= 1.03

styles = {
    "benzene, every length 3 % longer": (stretched, {"color": "0.6", "lw": 1.5}),
    "benzene": (benzene, {"color": "C0", "lw": 4, "alpha": 0.5}),
    "two C₃H₃ rings": (twin, {"color": "C1", "lw": 1.8, "ls": "--"}),
}
figure, axes = plt.subplots()
for label, (atoms, style) in styles.items():
    axes.plot(q, scattering(atoms, q), label=label, **style)
axes.set(yscale="log", xlabel="q (1/Å)", ylabel="intensity (electrons²)")
axes.legend()
differences = [abs(scattering(benzene, q) - scattering(atoms, q)).max() for atoms in (twin, stretched)]
describe(
    figure,
    "Scattered intensity against q. The curve of the two C3H3 rings lies exactly on that of benzene; the curve of "
    f"benzene with all lengths 3 percent longer runs visibly beside it, by up to {differences[1]:.0f} squared "
    "electrons.",
)
print(
    f"Benzene and its twin differ by {differences[0]:.0e} at most, benzene and the stretched one by "
    f"{differences[1]:.0f}."
)
assert differences[0] < 1e-4
assert differences[1] > 10

# %% [markdown]
# The stretched molecule is seen at once, the twin not at all. Scattering from a gas is given the distances without being told which belong together. A distance network knows a little more, which atom has which, and here it does not help.
#
# ## Crystals: three instruments, three kinds of blindness
#
# A crystal is scattered from in sharp directions, numbered by three whole numbers $h = (h_1, h_2, h_3)$. With the positions $x_j$ as fractions of the cell edges, the intensity is
#
# $$I(h) = |F(h)|^2, \qquad F(h) = \sum_j f_j\, e^{2\pi i\,h\cdot x_j} .$$
#
# The phase of the complex number $F$ is lost; that is the famous *phase problem* of crystallography. With a **single crystal** one measures each $I(h)$. With a **powder**, grains in all directions, one measures only the sum of $I(h)$ over all $h$ with the same length of the scattering vector. And a **distance network** sees, for each atom, its neighbours within a cutoff.

# %% [markdown]
# Let the three instruments look at three pairs: Pauling and Shappell's metal atoms in bixbyite, with the free coordinate $+u$ or $-u$; the three-planes crystal from above; and a chain of the kind that A. L. Patterson studied in 1944, atoms at 0, 1, 3, 4 or at 0, 3, 4, 5 on a line that repeats after 8.


# %%
def peaks(atoms, most=6):
    """Intensities |F(h)|^2 for all h up to `most`, and the lengths of the scattering vectors."""
    rows = np.stack(np.meshgrid(*[np.arange(-most, most + 1) * p for p in atoms.pbc], indexing="ij"), -1).reshape(-1, 3)
    rows = np.unique(rows, axis=0)
    strengths = np.maximum(atoms.numbers, 1)
    factors = np.exp(2j * np.pi * rows @ atoms.get_scaled_positions().T) @ strengths
    return abs(factors) ** 2, np.linalg.norm(rows @ atoms.cell.reciprocal(), axis=1).round(8)


def single_crystal(a, b):
    """Do the intensities differ, whichever way the second crystal is turned?"""
    first, second = (np.sort(peaks(atoms)[0]) for atoms in (a, b))
    return abs(first - second).max() > 1e-6 * first.max()


def powder(a, b):
    """Do the sums over vectors of one length differ?"""
    sums = []
    for atoms in (a, b):
        found, lengths = peaks(atoms)
        _, group = np.unique(lengths, return_inverse=True)
        sums.append(np.bincount(group.ravel(), weights=found))
    return abs(sums[0] - sums[1]).max() > 1e-6 * sums[0].max()


def network(a, b):
    """Does colour refinement with distances up to 6 angstrom tell them apart?"""
    return not tc.compare(a, b, cutoff=6.0).equivalent


table = {}
for name in ("bixbyite", "crystal", "patterson-chain"):
    table[name] = [instrument(*gallery[name]) for instrument in (powder, single_crystal, network)]
    assert not tc.congruent(*gallery[name])

print(f"{'pair':18s}{'powder':>18s}{'single crystal':>18s}{'distance network':>18s}")
for name, row in table.items():
    print(f"{name:18s}" + "".join(f"{'told apart' if seen else 'blind':>18s}" for seen in row))

assert table["bixbyite"] == [False, False, False]
assert table["crystal"] == [False, True, False]
assert table["patterson-chain"] == [False, False, True]
assert tc.compare(*gallery["patterson-chain"], cutoff=6.0).round == 1

# %% [markdown]
# No instrument is simply better than another:
#
# - The powder is blind to all three: it has the list of *lengths* of the vectors between atoms.
# - The single crystal has the list of *vectors*. That separates the three-planes crystals. Crystals that share even this list are called **homometric**; bixbyite's metal atoms and the chain are of that kind.
# - The network has only lengths, but knows *who has which*. That is enough for the chain, where some atoms have other neighbours than any atom of the partner. It is not enough for bixbyite, where all 24 atoms of the cell are alike.
#
# How can one decide, then? With chemistry. A mineral has other atoms, too, here oxygen; only one of the two arrangements leaves room for them at reasonable distances from the metal. One kind of atom more can break a degeneracy.
#
# ## Exercises
#
# ### 1. A warm-up: the floor of a data set
#
# Write the formula of the floor as a function.


# %% exercise="pair_floor" level=1 points=2
def pair_floor(energies):
    """Smallest possible RMSE of a model that must give both members of each pair one value.

    energies: a list of pairs (energy of the first, energy of the second), in eV.
    """
    ### BEGIN SOLUTION
    first, second = np.asarray(energies, dtype=float).T
    return np.sqrt(np.mean(((second - first) / 2) ** 2))
    ### END SOLUTION


# %% check="pair_floor"
check("pair_floor", pair_floor)

# %% [markdown] hint="pair_floor"
# `np.asarray(energies)` has one row for each pair. Halve the differences, square them, take the mean, and then the root.

# %% [markdown]
# ### 2. A little more: a crystal of your own
#
# Make a pair of twins that is periodic in **all three** directions, with at least **eight** atoms in the cell. `tc.pairs.three_planes` takes the motifs, the three edges `cell=(..., ..., ...)` and `pbc=True`.

# %% exercise="my_crystal" level=2 points=3
my_crystal = ...  # tc.pairs.three_planes(xy=[...], yz=[...], xz=[...], species=..., cell=..., pbc=True)
### BEGIN SOLUTION
my_crystal = tc.pairs.three_planes(
    xy=[(1.3, 0.9), (2.2, 2.6)],
    yz=[(1.1, 1.6)],
    xz=[(0.8, 2.1)],
    species=("Si", "B", "C"),
    cell=(7.0, 7.5, 8.0),
    pbc=True,
)
### END SOLUTION

# %% check="my_crystal"
check("my_crystal", my_crystal)

# %% [markdown] hint="my_crystal"
# Each point that you give stands for two atoms, itself and its negative, so four points are enough. Keep every coordinate well away from zero and from half a cell edge: points there belong to two planes, and the mirror does nothing to them.

# %% [markdown]
# ### 3. A challenge: what the single crystal knows
#
# The intensities $|F(h)|^2$ of a crystal are the Fourier transform of the list of all *vectors* between its atoms (crystallographers call it the *Patterson function*), so they know just as much as this list. Write a function that makes the list, so that two crystals can be compared. A crystal repeats, so a coordinate matters only up to whole numbers.


# %% exercise="difference_vectors" level=3 points=4
def difference_vectors(fractions):
    """All vectors between two different atoms of the cell, in fractions of the cell edges.

    fractions: positions as fractions of the cell edges, an array of shape (n, 3).
    Return an array of shape (n * (n - 1), 3) with x_i - x_j for every ordered pair i, j, in any order, each
    coordinate brought to between 0 and 1.
    """
    ### BEGIN SOLUTION
    fractions = np.asarray(fractions, dtype=float)
    different = ~np.eye(len(fractions), dtype=bool)
    return (fractions[:, None] - fractions[None])[different] % 1.0
    ### END SOLUTION


# %% check="difference_vectors"
check("difference_vectors", difference_vectors)

# %% [markdown] hint="difference_vectors"
# Two loops over `i` and `j`, leaving out `i == j`, will do. `x % 1.0` brings a number to between 0 and 1, negative ones too.

# %% [markdown] hint="difference_vectors"
# Without loops: `fractions[:, None] - fractions[None]` has the shape (n, n, 3) and holds all differences.

# %% [markdown] solution="difference_vectors"
# Compare the lists of the two bixbyites, and of the two three-planes crystals: equal for the first pair, which is what *homometric* means, and different for the second.

# %% [markdown]
# ## What you have done

# %%
progress(5)

# %% [markdown]
# ## Summary
#
# Twins occur where chemistry has antipodal atoms on three lines or inversion-symmetric motifs in three planes: in benzene, in every distorted octahedral complex, in chains, slabs and crystals. A distance network gives a stretched and a squashed octahedron one energy, so the odd part of the energy curve is an error that no training removes. Scattering knows a kindred blindness, for a kindred reason: distances, without the knowledge of how they fit together, do not fix a shape.
#
# **What comes next.** In [What a network can learn](06_what_a_network_can_learn.ipynb) networks are trained on such pairs, and stop at the floor that you can now compute beforehand.
#
# **References**
#
# - P. Debye, *Zerstreuung von Röntgenstrahlen*, Ann. Phys. **351**, 809 (1915), [doi:10.1002/andp.19153510606](https://doi.org/10.1002/andp.19153510606).
# - L. Pauling, M. D. Shappell, *The crystal structure of bixbyite and the C-modification of the sesquioxides*, Z. Kristallogr. **75**, 128 (1930).
# - A. L. Patterson, *Homometric structures*, Nature **143**, 939 (1939), [doi:10.1038/143939b0](https://doi.org/10.1038/143939b0); *Ambiguities in the X-ray analysis of crystal structures*, Phys. Rev. **65**, 195 (1944), [doi:10.1103/PhysRev.65.195](https://doi.org/10.1103/PhysRev.65.195).
# - S. N. Pozdnyakov, M. Ceriotti, *Incompleteness of graph neural networks for points clouds in three dimensions*, Mach. Learn.: Sci. Technol. **3**, 045020 (2022), [doi:10.1088/2632-2153/aca1f8](https://doi.org/10.1088/2632-2153/aca1f8), [arXiv:2201.07136](https://arxiv.org/abs/2201.07136).
# - C. Bannwarth, S. Ehlert, S. Grimme, *GFN2-xTB: an accurate and broadly parametrized self-consistent tight-binding quantum chemical method with multipole electrostatics and density-dependent dispersion contributions*, J. Chem. Theory Comput. **15**, 1652 (2019), [doi:10.1021/acs.jctc.8b01176](https://doi.org/10.1021/acs.jctc.8b01176).
# - The chemical pairs, the three planes and all energies were made for this project.
