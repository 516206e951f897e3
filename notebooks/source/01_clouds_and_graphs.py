# %% [markdown]
# # From a cloud of atoms to a graph
#
# Write each distance between two atoms of a molecule on a slip of paper, throw all the slips into a hat, and give the hat to a friend. Can your friend rebuild the molecule? And if you hand over one pile of slips for every atom instead? What a neural network for molecules is given lies between the two, so **what it can never learn is decided here, before any learning begins**.
#
# | | |
# |---|---|
# | **Time** | about 35 minutes |
# | **You should know** | a little Python and numpy. [Benzene has a twin](00_start_here.ipynb) is a good start, but not needed |
# | **You will be able to** | write a neighbour list by hand, for molecules and for crystals; say what an edge knows and what a cutoff costs; name what is lost in each step from a cloud to a graph, with an example for each loss |

# %%
import itertools

import matplotlib.pyplot as plt
import numpy as np
from ase import units
from ase.build import bulk, molecule
from IPython.display import Markdown, display

import twinclouds as tc
from twinclouds.exercises import answer, check, describe, hint, progress, reset, solution

plt.style.use("twinclouds.ui.plots")
ethanol = molecule("CH3CH2OH")  # an ase.Atoms object: elements and positions in angstrom

# %% [markdown]
# ## Your prediction
#
# A **cloud** is a set of points in space, each with a species: the atoms of a molecule, or of a crystal. Turning, moving or mirroring it as a whole changes none of its distances, so from distances alone your friend can at best rebuild it *up to such a motion*. Two clouds that such a motion carries onto each other are called **congruent**.
#
# Your friend knows which elements the molecule has, and gets one of three things:
#
# - **the hat**: all distances, in any order;
# - **the piles**: for each atom, its own distances to the others, each with the element at the other end, in any order;
# - **the table**: for any two atoms, by name, how far apart they are.

# %%
prediction = tc.ui.Prediction(
    "What is the least that is enough to rebuild every cloud, up to a motion?",
    ["The hat", "The piles", "The table", "Not even the table is enough"],
)
prediction

# %% [markdown]
# ## Explore: neighbours within a cutoff
#
# To make a graph of a cloud we choose a length, the **cutoff** $R$, and join any two atoms that are not farther apart than $R$. In the language of graphs each atom is a **vertex**, which knows its element, and each join is an **edge**, which knows its length $d_{ij}$. That is all an edge knows. It does not know in which direction it points, so there is no angle anywhere in the graph.
#
# The instrument shows the graph three times: in space, drawn flat, and as a table with a row and a column for each atom. Below are all distances of the molecule on one axis. Lengths that lie close together make a **shell**; the numbers in the pictures are those of the shells. The **degree** of an atom is the number of its edges.

# %%
tc.ui.GraphExplorer(
    ethanol,
    cutoff=1.2,
    names=["ethanol"],
    title="Ethanol within a cutoff",
    try_="Drag the cutoff from left to right. Pick the oxygen atom and follow its row in the table: "
    "which atoms does it see?",
    notice="For a while nothing happens, and then several edges come at once. Which edges come first?",
)

# %% [markdown]
# ## Build: a neighbour list
#
# A program stores the graph as a **neighbour list**: one entry $(i, j, d_{ij})$ for each atom $i$ and each neighbour $j$ that it sees. An edge is listed **twice**, once from either end, because either atom will ask the other. An atom is not its own neighbour.
#
# **Your turn.** Go through all pairs of atoms: two loops and one condition are enough. An atom exactly at the cutoff is a neighbour. Then run the cell after it, which checks your answer and says what is missing; hints are below.


# %% exercise="neighbour_list" level=1 points=2
def neighbour_list(positions, cutoff):
    """All (i, j, distance) with distance <= cutoff, each edge from both ends, no atom with itself."""
    ### BEGIN SOLUTION
    entries = []
    for i in range(len(positions)):
        for j in range(len(positions)):
            distance = float(np.linalg.norm(positions[j] - positions[i]))
            if i != j and distance <= cutoff:
                entries.append((i, j, distance))
    return entries
    ### END SOLUTION


# %% check="neighbour_list"
check("neighbour_list", neighbour_list)

# %% [markdown] hint="neighbour_list"
# Two loops, `for i in range(len(positions))` and the same for `j`, meet every pair twice, once as (i, j) and once as (j, i). That is just what is wanted.

# %% [markdown] hint="neighbour_list"
# `np.linalg.norm(positions[j] - positions[i])` is the distance. Append `(i, j, distance)` to a list if `i != j` and the distance is not larger than the cutoff.

# %% [markdown]
# Nobody writes these loops twice. `tc.distance_graph` makes the same list, faster: for large clouds it looks only into the surroundings of each atom instead of trying all pairs.

# %%
graph = tc.distance_graph(ethanol, cutoff=1.65)
oxygen = list(graph.species).index("O")
print(f"{graph.n_nodes} vertices, {graph.n_edges} entries, that is, {graph.n_edges // 2} edges")
for i, j, d in zip(graph.senders, graph.receivers, graph.distances, strict=True):
    if i == oxygen:
        print(f"the oxygen atom {i} sees atom {j} ({graph.species[j]}) at {d:.3f} Å")

assert graph.n_edges == 2 * 8  # ethanol has eight bonds, and each is listed from both ends

# %% [markdown]
# ## The spectrum of distances
#
# All distances of a cloud, drawn on one axis, are its **spectrum of distances**. You have seen it at work: the cutoff is a line across it, and the edges are what lies to the left of that line.

# %%
complete = tc.distance_graph(ethanol)  # no cutoff: every atom sees every other one
lengths = complete.bond_lengths
cutoffs = np.linspace(0.8, 4.2, 500)

figure, (sticks, steps) = plt.subplots(2, 1, figsize=(7, 4), sharex=True, height_ratios=(1, 3))
sticks.vlines(lengths, 0, 1, color="C0", linewidth=1.2)
sticks.set(yticks=[], ylabel="distances")
sticks.spines["left"].set_visible(False)
steps.plot(cutoffs, [(lengths <= c).sum() for c in cutoffs], drawstyle="steps-post")
steps.set(xlabel="distance or cutoff (Å)", ylabel="edges within the cutoff")
steps.set(ylim=(0, 40), yticks=[0, 10, 20, 30])
for start, end, text, height in (
    (1.10, 1.43, "gap: the bonds with H on its left", 37),
    (1.51, 1.77, "gap: all bonds on its left", 31),
):
    steps.axvspan(start, end, color="C4", alpha=0.25)
    steps.annotate(text, (start + 0.02, height), va="center", fontsize=10)
describe(
    figure,
    f"Above, the {len(lengths)} distances of ethanol as strokes, from {lengths.min():.2f} to {lengths.max():.2f} Å. "
    "Below, the number of edges within the cutoff, which rises in steps: it stays at "
    f"{(lengths <= 1.2).sum()} in the gap from 1.10 to 1.43 Å, where the bonds with hydrogen lie to the left "
    "and the bonds between heavy atoms to the right, and at "
    f"{(lengths <= 1.65).sum()} in the gap from 1.51 to 1.77 Å, where all bonds lie to the left.",
)

assert len(lengths) == 9 * 8 // 2
assert (lengths <= 1.2).sum() == 6
assert (lengths <= 1.65).sum() == 8
for start, end in ((1.10, 1.43), (1.51, 1.77)):  # the gaps begin and end with a distance that occurs
    assert {start, end} <= set(lengths.round(2))
    assert not ((lengths > start + 0.005) & (lengths < end - 0.005)).any()

# %% [markdown]
# The best place for a cutoff is a **gap**. Atoms tremble: even in its ground state, a C-C bond that vibrates at 1000 cm⁻¹ is now longer and now shorter, by several hundredths of an angstrom. (For an oscillator of mass $\mu$ and angular frequency $\omega$ the root of the mean square is $\sqrt{\hbar / 2 \mu \omega}$.) A cutoff in a gap does not care. A cutoff on top of a distance that occurs makes edges come and go:

# %%
mass, frequency = 6 * units._amu, 2 * np.pi * units._c * 1000e2  # two carbon atoms, 1000 per cm
trembles = np.sqrt(units._hbar / (2 * mass * frequency)) * 1e10
print(f"a C-C bond trembles by {trembles:.3f} Å")
assert 0.03 < trembles < 0.09

rng = np.random.default_rng(1)
trembling = [ethanol.positions + rng.normal(0, 0.02, ethanol.positions.shape) for _ in range(50)]


def edge_counts(cutoff):
    return sorted({tc.distance_graph(cloud, cutoff).n_edges // 2 for cloud in trembling})


print("cutoff 1.650 Å, in a gap:      ", edge_counts(1.65), "edges in fifty snapshots")
print("cutoff 1.775 Å, on a distance: ", edge_counts(1.775), "edges in fifty snapshots")

assert edge_counts(1.65) == [8]
assert len(edge_counts(1.775)) > 3

# %% [markdown]
# A crowded spectrum has no gaps, so real networks let the influence of an edge fade smoothly to zero towards the cutoff. An edge that comes or goes there changes nothing.
#
# ## Crystals: neighbours in the next cell
#
# A crystal repeats a **cell** for ever. Its atoms are the atoms $\mathbf r_j$ of one cell and all their **images** $\mathbf r_j + n_1 \mathbf a_1 + n_2 \mathbf a_2 + n_3 \mathbf a_3$ with whole numbers $n_1, n_2, n_3$. An atom sees whatever is near, no matter in which cell it lies:
#
# $$ d_{ij,\mathbf n} = \lvert \mathbf r_j + n_1 \mathbf a_1 + n_2 \mathbf a_2 + n_3 \mathbf a_3 - \mathbf r_i \rvert \le R . $$
#
# Two things are new. Two atoms can be joined by *several* edges, one for each image. And an atom can be a neighbour of *itself*, that is, of its own image.

# %%
salt = bulk("NaCl", "rocksalt", a=5.64, cubic=True)  # four Na and four Cl in a cubic cell of 5.64 Å

tc.ui.GraphExplorer(
    salt,
    cutoff=2.9,
    max_cutoff=6.0,
    names=["rock salt"],
    title="Rock salt",
    try_="Pick a sodium atom and follow its row in the table. Then slide the cutoff to the right until an "
    "atom sees its own image, on the diagonal of the table.",
    notice="At 2.82 Å a sodium atom has six neighbours, but its row names only three chlorine atoms. How can that be?",
)

# %% [markdown]
# **Your turn.** List what one atom sees in a periodic crystal, images included. `atoms.cell` holds the cell vectors as rows, so `shift @ atoms.cell` is the vector to the cell with the numbers `shift`. How many cells must you try on either side? Far enough that a cell farther out cannot reach within the cutoff.


# %% exercise="periodic_neighbours" level=2 points=3
def periodic_neighbours(atoms, i, cutoff):
    """What atom i of a crystal sees: a list of (j, distance), one entry for each image within the cutoff."""
    ### BEGIN SOLUTION
    entries = []
    # The planes between which a cell lies are 1 / |row of the inverse transposed cell| apart.
    spacings = 1 / np.linalg.norm(np.linalg.inv(np.array(atoms.cell)).T, axis=1)
    ranges = [range(-int(np.ceil(cutoff / s)) - 1, int(np.ceil(cutoff / s)) + 2) for s in spacings]
    for shift in itertools.product(*ranges):
        for j in range(len(atoms)):
            distance = float(np.linalg.norm(atoms.positions[j] + np.array(shift) @ atoms.cell - atoms.positions[i]))
            if distance <= cutoff and (j != i or any(shift)):
                entries.append((j, distance))
    return entries
    ### END SOLUTION


# %% check="periodic_neighbours"
check("periodic_neighbours", periodic_neighbours)

# %% [markdown] hint="periodic_neighbours"
# Begin with a number of cells that is surely large enough, such as four on either side: `for shift in itertools.product(range(-4, 5), repeat=3)`. The image of atom j lies at `atoms.positions[j] + np.array(shift) @ atoms.cell`.

# %% [markdown] hint="periodic_neighbours"
# Only one entry has to be left out: the atom itself, in its own cell, that is, `j == i` with `shift == (0, 0, 0)`. In a skew cell the *planes* of the lattice are closer together than the cell vectors are long: it is their spacing that says how many cells are enough.

# %% [markdown] solution="periodic_neighbours"
# The rows of the inverse transposed cell are normal to the faces of the cell, and one over their length is the spacing of the planes. A fixed, generous number of cells is right as well, as long as the cutoff stays small.

# %% [markdown]
# A crystal can be written with many different cells. The neighbours do not depend on which one we take, and this is a good test of any code that makes neighbour lists: the small cell of rock salt has two atoms, the cubic one has eight, and a sodium atom sees the same in both.


# %%
def seen_from_first(atoms, cutoff):
    graph = tc.distance_graph(atoms, cutoff)
    mine = graph.senders == 0
    return sorted(zip(graph.distances[mine].round(6), graph.species[graph.receivers[mine]], strict=True))


small = bulk("NaCl", "rocksalt", a=5.64)
count = len(seen_from_first(salt, 6.5))
print(f"{len(small)} atoms or {len(salt)} in the cell: a sodium atom has {count} neighbours")
assert seen_from_first(small, 6.5) == seen_from_first(salt, 6.5)

nearest = tc.distance_graph(salt, 2.9)
assert seen_from_first(salt, 2.9) == [(2.82, "Cl")] * 6
assert len(set(nearest.receivers[nearest.senders == 0])) == 3  # six images of three chlorine atoms

# %% [markdown]
# ### What a cutoff costs
#
# A larger cutoff shows more, and costs more: every edge is work in every layer of a network. In a crystal with $\rho$ atoms per unit of volume a sphere of radius $R$ holds about
#
# $$ N(R) \approx \tfrac{4}{3} \pi R^3 \rho $$
#
# atoms, so that twice the cutoff means eight times the work.

# %%
density = len(small) / small.get_volume()
radii = np.linspace(2, 12, 400)
edges = tc.distance_graph(small, radii[-1])
first = np.sort(edges.distances[edges.senders == 0])
neighbours = np.searchsorted(first, radii, side="right")

figure, axes = plt.subplots()
axes.plot(radii, neighbours, drawstyle="steps-post")
axes.plot(radii, 4 / 3 * np.pi * radii**3 * density, color="C1", linestyle="--")
axes.annotate("counted, shell by shell", (8, 60), color="C0")
axes.annotate("4/3 π R³ ρ", (8.2, 170), color="C1", ha="right")
axes.set(xlabel="cutoff R (Å)", ylabel="neighbours of an atom")
at_6, at_12 = np.searchsorted(first, [6, 12], side="right")
describe(
    figure,
    "The neighbours of an atom in rock salt, counted and estimated from the volume of the sphere. "
    "The counted number rises in steps around the smooth curve: "
    f"{at_6} neighbours within 6 Å, {at_12} within 12 Å.",
)
assert abs((at_12 + 1) / (4 / 3 * np.pi * 12**3 * density) - 1) < 0.1  # the atom itself counts as well
assert 6 < at_12 / at_6 < 11

# %% [markdown]
# ## Prove: what is lost on the way
#
# Now back to your friend. We take the three offers one by one, the most generous first.
#
# ### The table is enough
#
# Put atom 0 at the origin. For the positions $\mathbf r_i$ seen from there, the table gives every scalar product, by the law of cosines:
#
# $$ G_{ij} = \mathbf r_i \cdot \mathbf r_j = \tfrac12 \left( d_{0i}^2 + d_{0j}^2 - d_{ij}^2 \right). $$
#
# A symmetric matrix can be taken apart as $G = V \Lambda V^{\mathsf T}$. In three dimensions only three of its eigenvalues $\Lambda$ are not zero, and $V \sqrt{\Lambda}$ has the coordinates in its three columns. These coordinates may be turned or mirrored, but their scalar products, and so all their distances, are right.


# %%
def rebuild(table):
    """Coordinates from a table of distances, up to turning, moving and mirroring."""
    squares = table**2
    products = (squares[0][:, None] + squares[0][None, :] - squares) / 2
    values, vectors = np.linalg.eigh(products)
    return vectors[:, -3:] * np.sqrt(np.clip(values[-3:], 0, None))


rebuilt = ethanol.copy()
rebuilt.positions = rebuild(ethanol.get_all_distances())
print("Rebuilt from its table, ethanol is congruent to the original:", bool(tc.congruent(ethanol, rebuilt)))
assert tc.congruent(ethanol, rebuilt)

# %% [markdown]
# What the table cannot tell is left from right: mirror images have one and the same table. That loss is shared by everything in this notebook.

# %%
left, right = tc.pairs.gallery["CHFClBr"]
assert np.allclose(left.get_all_distances(), right.get_all_distances())
assert tc.congruent(left, right)  # with a mirror
assert not tc.congruent(left, right, mirror=False)  # by turning and moving alone
print("CHFClBr, left hand and right hand: one table of distances, and no way to turn one into the other")

# %% [markdown]
# ### The hat is not enough
#
# Four points are enough to show it. A rectangle with sides 1 and 2, and a letter T of height 2 and width 2:

# %%
rectangle = np.array([[0, 0, 0], [2, 0, 0], [2, 1, 0], [0, 1, 0]], dtype=float)
letter_t = np.array([[0, 0, 0], [0, 2, 0], [-1, 2, 0], [1, 2, 0]], dtype=float)


def hat(points):
    """All distances of a cloud, sorted."""
    return sorted(float(np.linalg.norm(q - p)) for p, q in itertools.combinations(points, 2))


tc.ui.CloudView(
    rectangle,
    letter_t,
    cutoff=2.3,
    names=["rectangle", "letter T"],
    title="One hat, two clouds",
    try_="Slide the cutoff: at 1, at 2 and at 2.24 Å, as many edges come on the left as on the right. Then "
    "pick a corner, and the points of the T one by one: the line at the bottom lists the pile of each.",
    notice="Which point has a pile that no other point has, on either side?",
)

# %%
print("rectangle:", np.round(hat(rectangle), 3))
print("letter T: ", np.round(hat(letter_t), 3))
assert np.allclose(hat(rectangle), hat(letter_t))
assert not tc.congruent(rectangle, letter_t)

# %% [markdown]
# Such pairs are rare. Among clouds of five or more points drawn at random, the hat is enough for all but exceptional ones (Boutin and Kemper 2004). But molecules and crystals are not drawn at random: symmetry makes them exceptional.
#
# ### The piles are not enough
#
# In the piles, each distance keeps the name of the atom that it starts from. That tells the rectangle from the T, because the middle of the bar of the T is the only point with two distances of 1. Yet [the first notebook](00_start_here.ipynb) has a pair with equal piles: benzene and its twin.


# %%
def piles(atoms):
    """For each atom its element and its sorted list of (element, distance); the list of all these, sorted."""
    table, symbols = atoms.get_all_distances().round(4), atoms.get_chemical_symbols()
    return sorted(
        (symbols[i], sorted((symbols[j], table[i, j]) for j in range(len(atoms)) if j != i)) for i in range(len(atoms))
    )


benzene, twin = tc.pairs.gallery["benzene"]
assert piles(benzene) == piles(twin)
assert not tc.congruent(benzene, twin)

figure, panels = plt.subplots(2, 2, figsize=(7, 6), sharex=True, sharey=True)
for row, atoms in zip(panels, (benzene, twin), strict=True):
    table = atoms.get_all_distances()
    pictures = table, np.sort(table, axis=1)
    for axes, picture, kind in zip(row, pictures, ("the table", "the piles"), strict=True):
        image = axes.imshow(picture, cmap="cividis")
        axes.set_title(f"{atoms.info['name']}: {kind}", fontsize=11)
        axes.set(xticks=[], yticks=[0, 6], yticklabels=["C", "H"])
figure.colorbar(image, ax=panels, label="distance (Å)", shrink=0.8)
describe(
    figure,
    "Four coloured squares, one row and one column for each atom. The tables of distances of benzene and its "
    "twin are different patterns. With each row sorted, which makes it the pile of one atom, the two patterns "
    "are the same: one kind of row for all C, one for all H.",
)
assert not np.allclose(benzene.get_all_distances(), twin.get_all_distances())
assert any(element == "C" and round(d, 2) == 2.42 for element, d in piles(benzene)[0][1])

# %% [markdown]
# From the table to the piles we lose **who** is at the other end. The slip says "a carbon atom, 2.42 Å away", but not *which* carbon atom. A distance network starts from the piles. In each layer atoms tell their neighbours what they know, so the far ends get something like names after all. Often this makes up for the loss, and sometimes, as with benzene, it does not. How much can be learned in this way is the subject of the next two notebooks.
#
# ### Less still: a cutoff, and no lengths
#
# With a cutoff, each atom keeps only the near part of its pile. Without lengths, only the question *who is joined to whom* is left. Hydrogen peroxide, folded flat or stretched, has the same bonds of the same lengths:

# %%
folded, stretched = molecule("H2O2"), molecule("H2O2")
chain = [2, 0, 1, 3]
folded.set_dihedral(*chain, 0, indices=[3])
stretched.set_dihedral(*chain, 180, indices=[3])
folded.info["name"], stretched.info["name"] = "folded", "stretched"

tc.ui.CloudView(
    folded,
    stretched,
    cutoff=1.6,
    title="Hydrogen peroxide, folded and stretched",
    try_="Slide the cutoff until the two graphs differ.",
    notice="Up to the bonds the graphs agree. Which distance is the first that knows of the fold?",
)

# %%
first_difference = tc.resolving_cutoff(folded, stretched)
print(f"The graphs differ from a cutoff of {first_difference:.2f} Å on.")
assert tc.compare(folded, stretched, cutoff=1.6).equivalent
assert np.isclose(first_difference, folded.get_distance(2, 3))

# %% [markdown]
# All the losses side by side, computed for five pairs. Every column knows more than the column to its left, the hat aside. (The last column, *the cloud*, allows turning and moving, but no mirror.)

# %%
ether = molecule("CH3OCH3")
four_points = [tc.Cloud(points, ["X"] * 4).to_atoms() for points in (rectangle, letter_t)]
pairs = {
    "ethanol, dimethyl ether": (ethanol, ether, 1.65),
    "rectangle, letter T": (*four_points, 1.1),
    "hydrogen peroxide, folded and stretched": (folded, stretched, 1.6),
    "benzene, its twin": (benzene, twin, 1.45),
    "CHFClBr, left and right": (left, right, 2.1),
}


def told_apart(a, b, bond):
    yield "who is joined (bonds)", not tc.compare(a, b, bond, rounds=1, test="wl").equivalent
    yield "piles up to the bonds", not tc.compare(a, b, bond, rounds=1).equivalent
    yield "the hat", not np.allclose(hat(a.positions), hat(b.positions), atol=1e-5)
    yield "the piles", piles(a) != piles(b)
    yield "the table", not tc.congruent(a, b)
    yield "the cloud", not tc.congruent(a, b, mirror=False)


results = {name: dict(told_apart(*pair)) for name, pair in pairs.items()}
columns = list(next(iter(results.values())))
lines = ["| told apart by | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
for name, row in results.items():
    lines.append(f"| {name} | " + " | ".join("yes" if row[column] else "**no**" for column in columns) + " |")
display(Markdown("\n".join(lines)))

for row in results.values():
    ladder = [row[column] for column in columns if column != "the hat"]
    assert ladder == sorted(ladder)  # from the first yes on, every column to the right says yes
    assert row["the piles"] or not row["the hat"]  # the hat is all piles thrown together, so it knows no more
assert [sum(row[column] for row in results.values()) for column in columns] == [2, 2, 2, 3, 4, 5]

# %%
print(prediction.look_back("The table"))

# %% [markdown]
# ## Exercises
#
# ### 1. A warm-up: shells
#
# Around a sodium atom of rock salt, the neighbours lie in **shells**: all at one distance. Counting by hand is possible if you think of the crystal as a grid of cubes with edges of 2.82 Å. How many neighbours are in each of the first five shells? Put five whole numbers into the list, the nearest shell first.

# %% exercise="shells" level=1 points=1
shells = ...  # five whole numbers, such as [1, 2, 3, 4, 5]
### BEGIN SOLUTION
distances, shells = np.unique([float(d) for d, _ in seen_from_first(salt, 6.5)], return_counts=True)
### END SOLUTION

# %% check="shells"
check("shells", shells)

# %% [markdown] hint="shells"
# Put the sodium atom at the origin and measure in steps of 2.82 Å: the other atoms are at all $(x, y, z)$ with whole numbers, at a distance of $\sqrt{x^2 + y^2 + z^2}$. The first shell has $x^2 + y^2 + z^2 = 1$.

# %% [markdown] hint="shells"
# The second shell is $(\pm 1, \pm 1, 0)$ with the zero in any of three places, which makes $4 \cdot 3$ points. Or count with `np.unique(..., return_counts=True)` what `seen_from_first(salt, 6.5)` lists.

# %% [markdown]
# ### 2. A little more: one image is not enough
#
# Many old programs use the **minimum image convention**: of all images of an atom they see only the nearest one. Each pair of atoms then has at most one edge, and no atom sees itself. Which is the smallest cutoff, in Å, at which this goes wrong in the cubic cell of `salt`, that is, at which a neighbour is missed?

# %% exercise="minimum_image" level=2 points=2
minimum_image = ...  # a length in Å
### BEGIN SOLUTION
graph = tc.distance_graph(salt, 6.0)
ends = list(zip(graph.senders.tolist(), graph.receivers.tolist(), strict=True))
order = np.argsort(graph.distances, kind="stable")
seen = set()
for k in order:
    if ends[k] in seen or ends[k][0] == ends[k][1]:
        minimum_image = graph.distances[k]  # a second image of the same atom, or an image of the atom itself
        break
    seen.add(ends[k])
### END SOLUTION

# %% check="minimum_image"
check("minimum_image", minimum_image)

# %% [markdown] hint="minimum_image"
# Look for the first distance at which a sodium atom sees *two images of one and the same* chlorine atom. Along one edge of the cell, sodium and chlorine take turns: there is a chlorine atom half a cell to the right and one half a cell to the left.

# %% [markdown] hint="minimum_image"
# `graph = tc.distance_graph(salt, 2.9)` lists `graph.senders`, `graph.receivers` and `graph.distances`. Does a pair (sender, receiver) occur twice?

# %% [markdown] solution="minimum_image"
# It goes wrong at the very first shell, at half the edge of the cell: the six chlorine neighbours of a sodium atom are three atoms of the cell, each seen twice. The convention is safe only for cutoffs *below* half the cell.

# %% [markdown]
# ### 3. A challenge: five points in a hat
#
# Find two clouds of **five** points each that have the same hat, but are not congruent. All points may be of one kind and lie in a plane. Let the computer search.

# %% exercise="same_hat" level=3 points=4
same_hat = ...  # two clouds of five points each: ([[x, y, z], ...], [[x, y, z], ...])
### BEGIN SOLUTION
grid = [(x, y, 0.0) for x, y in itertools.product(range(3), repeat=2)]
met = {}
for points in itertools.combinations(grid, 5):
    cloud = np.array(points)
    for other in met.setdefault(tuple(np.round(hat(cloud), 6)), []):
        if not tc.congruent(cloud, other):
            same_hat = (cloud, other)
    met[tuple(np.round(hat(cloud), 6))].append(cloud)
### END SOLUTION

# %% check="same_hat"
check("same_hat", same_hat)

# %% [markdown] hint="same_hat"
# On a grid many distances are equal. A grid of 3 by 3 points is large enough: `itertools.combinations(grid, 5)` goes through all ways of choosing five of its points.

# %% [markdown] hint="same_hat"
# Keep a dictionary from hats to clouds: `met.setdefault(tuple(np.round(hat(points), 6)), []).append(points)`. Most clouds with one hat are congruent, so test the clouds of one entry with `tc.congruent`.

# %% [markdown]
# ## What you have done

# %%
progress(1)

# %% [markdown]
# ## Summary
#
# A cutoff makes a graph of a cloud: vertices know their species, edges their lengths, in a crystal one edge for each image, and nothing knows an angle. The complete table of distances keeps a cloud up to a motion and a mirror, but each atom of a graph has only its own pile, without the names of the far ends, and a cutoff or missing lengths lose more. So there are different clouds with the same piles, and what tells them apart, if anything, has to come from atoms that talk to each other.
#
# **What comes next.** In [Colours from neighbours](02_colour_refinement.ipynb) the atoms begin to talk.
#
# **References**
#
# - M. Boutin, G. Kemper, *On reconstructing n-point configurations from the distribution of distances or areas*, Adv. Appl. Math. **32**, 709 (2004), [arXiv:math/0304192](https://arxiv.org/abs/math/0304192).
# - I. J. Schoenberg, *Remarks to Maurice Fréchet's article "Sur la définition axiomatique d'une classe d'espace distanciés vectoriellement applicable sur l'espace de Hilbert"*, Ann. of Math. **36**, 724 (1935), [doi:10.2307/1968654](https://doi.org/10.2307/1968654): the matrix of scalar products from the table.
# - S. N. Pozdnyakov, M. Ceriotti, *Incompleteness of graph neural networks for points clouds in three dimensions*, Mach. Learn.: Sci. Technol. **3**, 045020 (2022), [doi:10.1088/2632-2153/aca1f8](https://doi.org/10.1088/2632-2153/aca1f8), [arXiv:2201.07136](https://arxiv.org/abs/2201.07136).
