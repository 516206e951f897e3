# %% [markdown]
# # Colours from neighbours
#
# Ten carbon atoms can be joined to decalin, a solvent that every chemist knows, or to bicyclopentyl, quite another molecule. Let each atom ask its neighbours what they see, and their neighbours what *they* see, and so on for ever. **No atom will ever find out in which of the two molecules it lives.** After this notebook you will know why, and you will have written the procedure that proves it.
#
# | | |
# |---|---|
# | **Time** | about 40 minutes |
# | **You should know** | a little Python; what a neighbour list is ([From a cloud of atoms to a graph](01_clouds_and_graphs.ipynb)) |
# | **You will be able to** | refine the colours of a small molecule by hand and of any molecule by program; say when refinement stops; prove that two graphs will never be told apart; avoid three mistakes that real programs make |

# %%
from itertools import pairwise

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
from ase.build import molecule
from ase.collections import g2

import twinclouds as tc
from twinclouds.exercises import answer, check, describe, hint, progress, reset, solution

plt.style.use("twinclouds.ui.plots")

# %% [markdown]
# ## Your prediction
#
# Six atoms are joined so that each has two neighbours. There are two ways to do this: **two triangles**, or **one hexagon**. All atoms and all edges are alike. The atoms talk in rounds: in each round, every atom tells its neighbours all that it knows, and hears all that they know.

# %%
prediction = tc.ui.Prediction(
    "After how many rounds does an atom know whether it lives in a triangle or in the hexagon?",
    [
        "1 round",
        "3 rounds: word has then gone once around the triangle",
        "6 rounds: word has then gone once around the hexagon",
        "It never knows",
    ],
)
prediction

# %% [markdown]
# ## The rule
#
# What an atom knows is written as a **colour**: two atoms that know the same have the same colour. **Colour refinement**, also called the first-order Weisfeiler-Lehman test or **1-WL**, begins with colours for the elements and then goes on in rounds:
#
# $$ c_i^{(t+1)} = \Bigl( c_i^{(t)}, \bigl\{\!\!\bigl\{ c_j^{(t)} : j \text{ is a neighbour of } i \bigr\}\!\!\bigr\} \Bigr). $$
#
# In words: my new colour is my old colour, together with the colours of my neighbours. The double braces stand for a **multiset**, that is, a set in which an element may occur several times. The order of the neighbours does not count, but how many there are of each colour does. (So far the edges do not know their lengths. That comes later.)
#
# ## Build: by hand first
#
# Here is the carbon skeleton of 2-methylpentane: six carbon atoms, hydrogen left out.

# %%
BOND = 1.54  # angstrom
step = np.array([np.sqrt(3) / 2, 0.5, 0])
zigzag = np.array([[k * step[0], step[1] * (k % 2), 0] for k in range(5)])  # a chain of five atoms
methyl_2 = tc.Cloud(BOND * np.vstack([zigzag, zigzag[1] + [0, 1, 0]]), ["C"] * 6, name="2-methylpentane")
methyl_3 = tc.Cloud(BOND * np.vstack([zigzag, zigzag[2] - [0, 1, 0]]), ["C"] * 6, name="3-methylpentane")


def bonded(cloud, cutoff=1.2 * BOND):
    """The graph of the bonds, without lengths."""
    return tc.distance_graph(cloud, cutoff, distances=False)


def neighbour_lists(graph):
    """For each atom, the list of its neighbours."""
    return [graph.receivers[graph.senders == i].tolist() for i in range(graph.n_nodes)]


def draw(axes, cloud, labels, colors):
    """Draw a flat skeleton, with a label on each atom."""
    x, y = cloud.positions[:, 0], cloud.positions[:, 1]
    for i, neighbours in enumerate(neighbour_lists(bonded(cloud))):
        for j in neighbours:
            axes.plot(x[[i, j]], y[[i, j]], color="0.6", linewidth=2, zorder=1)
    for i, label in enumerate(labels):
        axes.scatter(x[i], y[i], s=420, color=f"C{colors[i]}", zorder=2)
        axes.annotate(str(label), (x[i], y[i]), color="white", ha="center", va="center", weight="bold")
    axes.set(aspect="equal", title=cloud.name)
    axes.axis("off")
    axes.margins(0.15)


neighbours = neighbour_lists(bonded(methyl_2))
figure, axes = plt.subplots(figsize=(5, 2.2))
draw(axes, methyl_2, range(6), [0] * 6)
words = "; ".join(f"{i} is joined to {' and '.join(map(str, near))}" for i, near in enumerate(neighbours))
describe(figure, f"The carbon skeleton of 2-methylpentane with atoms numbered from 0 to 5: {words}.")
print(neighbours)
assert neighbours == [[1], [0, 2, 5], [1, 3], [2, 4], [3], [1]]

# %% [markdown]
# In round 0 all six atoms are carbon, so they share one colour. **Your turn.** Take a pencil and do rounds 1 and 2. Use any numbers as colours: only which atoms share one matters.

# %% exercise="by_hand" level=1 points=1
by_hand = ...  # rounds 0, 1 and 2; in each a colour for every atom: [[0, 0, 0, 0, 0, 0], [...], [...]]
### BEGIN SOLUTION
by_hand = [[0, 0, 0, 0, 0, 0], [1, 3, 2, 2, 1, 1], [1, 3, 4, 5, 2, 1]]
### END SOLUTION

# %% check="by_hand"
check("by_hand", by_hand)

# %% [markdown] hint="by_hand"
# After round 1 an atom knows how many neighbours it has, and no more: all neighbours looked alike in round 0.

# %% [markdown] hint="by_hand"
# For round 2, write next to each atom its colour of round 1 and, in brackets, the colours of its neighbours of round 1. Atom 4, for example, has one neighbour, and that has two neighbours. Atoms that have the same text get the same colour.

# %% [markdown]
# ## Explore: two hexanes
#
# Now let the instrument do it, for two molecules at once: 2-methylpentane and 3-methylpentane, two of the isomers of hexane.

# %%
tc.ui.RefinementExplorer(
    methyl_2,
    methyl_3,
    cutoff=1.6,
    round=0,
    mode="topology",
    title="2-methylpentane and 3-methylpentane",
    try_="Step from round 0 to the last round. Before each step, say which atoms will part. Compare with "
    "your own colours.",
    notice="In round 1 both molecules have the same colours equally often. In which round does that end, "
    "and which atoms have a colour that the other molecule lacks?",
)

# %%
apart = tc.compare(methyl_2, methyl_3, cutoff=1.6, test="wl")
print(apart.explain())
assert apart.round == 2

# %% [markdown]
# The two are **told apart** in round 2, because from then on the counts of the colours differ. (The printed line quotes what one atom wrote down in round 2; its letters are those that the instrument shows in round 1.) Colours that were refined in *two separate runs* must not be compared: "colour 3" would mean something else in each. Refine both graphs together, with one palette, as `tc.refine([first, second])` does.
#
# ## Build: one round in code
#
# **Your turn.** Write one round. `colors` is a list with the colour of each atom, `neighbours` a list with the neighbours of each atom, as above. Return the list of the new colours. Again any numbers will do, and even things that are no numbers, as long as atoms that know the same get the same.


# %% exercise="refine_round" level=2 points=3
def refine_round(colors, neighbours):
    """One round of colour refinement: a list with the new colour of every atom."""
    ### BEGIN SOLUTION
    known = [(colors[i], tuple(sorted(colors[j] for j in near))) for i, near in enumerate(neighbours)]
    palette = {text: number for number, text in enumerate(sorted(set(known)))}
    return [palette[text] for text in known]
    ### END SOLUTION


# %% check="refine_round"
check("refine_round", refine_round)

# %% [markdown] hint="refine_round"
# For each atom, make a text of what it knows: a tuple of its own colour and of the colours of its neighbours. Sort the latter, because the order of neighbours must not count.

# %% [markdown] hint="refine_round"
# A dictionary makes short colours out of long texts: `palette = {text: number for number, text in enumerate(sorted(set(known)))}`.

# %% [markdown]
# ## Prove: it stops, and soon
#
# The old colour is part of the new one. So atoms that once differ will differ for ever, and the number of colours $k_t$ can only grow:
#
# $$ k_0 \le k_1 \le k_2 \le \dots \le n . $$
#
# If one round adds no colour, then no atoms that were alike have parted, the next round finds what this one found, and **nothing will ever change again**. The colouring is then called **stable**. As every round before has added at least one colour, there are at most $n - 1$ of them for $n$ atoms. Real molecules need far fewer.

# %%
sizes, rounds = [], []
for name in g2.names:
    atoms = molecule(name)
    if len(atoms) > 1:
        result = tc.refine(tc.distance_graph(atoms, cutoff=1.9, distances=False))
        counts = [result.n_colors(t) for t in range(result.rounds + 1)]
        growing = sum(b > a for a, b in pairwise(counts))
        assert counts == sorted(counts)  # never fewer colours than before
        assert growing <= len(atoms) - 1
        sizes.append(len(atoms))
        rounds.append(growing)

figure, axes = plt.subplots()
spots, how_many = np.unique(np.transpose([sizes, rounds]), axis=0, return_counts=True)
axes.scatter(*spots.T, s=18 * how_many, alpha=0.8)
axes.plot([2, 14], [1, 13], color="C1", linestyle="--")
axes.annotate("no more than n - 1", (8.2, 7.2), color="C1", ha="right", va="bottom")
axes.annotate("molecules (area: how many)", (14, max(rounds) + 0.4), color="C0", ha="right")
axes.set(xlabel="number of atoms n", ylabel="rounds that add a colour", ylim=(-0.7, 9))
describe(
    figure,
    f"For the {len(sizes)} molecules of ASE's g2 collection with more than one atom, the number of rounds "
    f"that add a colour against the number of atoms. All lie between 0 and {max(rounds)} rounds, well below "
    f"the dashed line n - 1 for the larger molecules, which have up to {max(sizes)} atoms.",
)
print(f"{len(sizes)} molecules of up to {max(sizes)} atoms: at most {max(rounds)} rounds add a colour")

# %% [markdown]
# ## The hexagon and the triangles
#
# Time to see who was right.

# %%
hexagon_pair = tc.pairs.gallery["hexagon-flat"]
tc.ui.RefinementExplorer(
    hexagon_pair,
    cutoff=1.2,
    mode="topology",
    title="Two triangles and a hexagon",
    try_="Stay at a cutoff of 1.2 Å and step through the rounds. Then pick an atom in a triangle and one in "
    "the hexagon, and unroll their signatures.",
    notice="Every atom has two neighbours, and each of them has two neighbours, and each of these has two. "
    "Does anything ever change?",
)

# %%
hexagon_verdict = tc.compare(*hexagon_pair, cutoff=1.2, test="wl")
print(hexagon_verdict.explain())
assert hexagon_verdict.equivalent
print(prediction.look_back("It never knows"))

# %% [markdown]
# Word does go around the triangle and come back. But the atom cannot recognise it as its own: "someone two steps away has two neighbours" is just what it hears in the hexagon, too. **Colour refinement cannot see that a path closes to a ring.**
#
# ## Prove: why it will never know
#
# A stable colouring has a property that one can check without running anything. For colours $P$ and $Q$, let
#
# $$ N_{PQ} = \text{number of neighbours of colour } Q \text{ that an atom of colour } P \text{ has.} $$
#
# A colouring in which this number is the same for *all* atoms of colour $P$ is called an **equitable partition**. Stable colourings are equitable: if two atoms of colour $P$ had different counts, the next round would part them.
#
# Now suppose that two graphs have equitable colourings with the same table $N$ and the same number of atoms of each colour, and that each colour belongs to one element, the same in both graphs. Then refinement never tells them apart. The proof is one sentence: in round 0 all atoms of a class $P$, in both graphs, share the colour of their element, and if they share one colour in some round, then by the table $N$ they hear the same, so they share one colour in the next round.
#
# **Your turn.** Write the test for one graph.


# %% exercise="equitable" level=2 points=2
def equitable(colors, neighbours):
    """True if atoms of one colour always have equally many neighbours of each colour."""
    ### BEGIN SOLUTION
    heard = {}
    for color, near in zip(colors, neighbours, strict=True):
        heard.setdefault(color, set()).add(tuple(sorted(colors[j] for j in near)))
    return all(len(different) == 1 for different in heard.values())
    ### END SOLUTION


# %% check="equitable"
check("equitable", equitable)

# %% [markdown] hint="equitable"
# What an atom hears is the sorted list of its neighbours' colours. Collect, for each colour, the *set* of all the different things that atoms of this colour hear. How large may such a set be?

# %% [markdown]
# ## Decalin and bicyclopentyl
#
# The pair from the first lines of this notebook. Decalin is two six-membered rings that share a bond. Bicyclopentyl is two five-membered rings joined by a bond. We take the carbon atoms only, and make all bonds 1.54 Å long: decalin as one could cut it out of diamond, where all angles are 109.5°, and bicyclopentyl with two flat, regular pentagons, whose angles are 108°.

# %%
# Two hexagons side by side, whose atoms lie in turn above and below the middle plane.
half = np.sqrt(3) / 2
corners = [(1, 1), (2, 0.5), (2, -0.5), (1, -1)]
flat = np.array([(0, 0.5), (0, -0.5)] + [(side * half * x, y) for side in (-1, 1) for x, y in corners])
height = np.array([1, -1] + 2 * [-1, 1, -1, 1]) / 6
decalin = tc.Cloud(BOND * np.column_stack([height, np.sqrt(8) / 3 * flat]), ["C"] * 10, name="decalin")

# A pentagon with one corner at (0.5, 0), and the same on the other side.
turn, radius = np.radians(72 * np.arange(5)), 1 / (2 * np.sin(np.radians(36)))
ring = np.column_stack([np.zeros(5), 0.5 + radius * (1 - np.cos(turn)), radius * np.sin(turn)])
bicyclopentyl = tc.Cloud(BOND * np.vstack([ring, -ring]), ["C"] * 10, name="bicyclopentyl")

for cloud in (decalin, bicyclopentyl):
    bonds = tc.distance_graph(cloud, 1.8).bond_lengths
    assert len(bonds) == 11
    assert np.allclose(bonds, BOND)

# %%
decalin_pair = decalin, bicyclopentyl
tc.ui.RefinementExplorer(
    *decalin_pair,
    cutoff=1.8,
    mode="topology",
    title="Decalin and bicyclopentyl, carbon atoms only",
    try_="Step through the rounds. Then pick an atom on the left and one of the same colour on the right: "
    "below the bars stands what each of them has heard.",
    notice="Three colours in both, each equally often. Where do the three kinds of atoms sit?",
)


# %%
def table(colors, neighbours):
    """How many atoms of each colour there are, and N: rows and columns in the order of the colours."""
    kinds = sorted(set(colors))
    rows = [[[colors[j] for j in near].count(q) for q in kinds] for near in neighbours]
    counts = [np.array([row for row, color in zip(rows, colors, strict=True) if color == p]) for p in kinds]
    assert all((c == c[0]).all() for c in counts)  # the colouring is equitable
    return [colors.count(p) for p in kinds], [c[0].tolist() for c in counts]


graphs = [bonded(cloud) for cloud in decalin_pair]
stable = [colors[-1].tolist() for colors in tc.refine(graphs).colors]
tables = [table(colors, neighbour_lists(graph)) for colors, graph in zip(stable, graphs, strict=True)]
for cloud, (class_sizes, numbers) in zip(decalin_pair, tables, strict=True):
    print(f"{cloud.name:13s}  atoms of each colour: {class_sizes}   N = {numbers}")
assert tables[0] == tables[1]

first, second = (graph.to_networkx() for graph in graphs)
assert not nx.is_isomorphic(first, second)
rings = [sorted(len(ring) for ring in nx.minimum_cycle_basis(g)) for g in (first, second)]
print("Smallest rings:", rings[0], "and", rings[1])
assert rings == [[6, 6], [5, 5]]

# %% [markdown]
# Same elements, same class sizes, same table: never told apart. And yet they are different graphs, because their rings have different sizes. **Isomorphic** is the word for graphs that become equal when the atoms are renumbered, so these two are not isomorphic.
#
# Without rings, refinement is perfect. Graphs that are connected and have no ring are called **trees**, and any two trees that are not isomorphic are told apart. We do not prove this here, but the computer can look at all trees of up to nine vertices:


# %% tags=["hide-input"]
def skeleton(graph):
    """A networkx graph as a DistanceGraph without lengths: we make up an array for each field."""
    ends = sorted([*graph.edges, *(edge[::-1] for edge in graph.edges)])
    numbers = {tuple(sorted(edge)): k for k, edge in enumerate(graph.edges)}
    senders, receivers = np.array(ends, dtype=int).reshape(-1, 2).T
    return tc.DistanceGraph(
        senders, receivers, np.ones(len(ends)), np.zeros((len(ends), 3), int),
        np.full(len(graph), "C"), len(graph), 1.0,
        labelled=False, bonds=np.array([numbers[tuple(sorted(edge))] for edge in ends], dtype=int),
    )  # fmt: skip


tried = 0
for n in range(2, 10):
    trees = list(nx.nonisomorphic_trees(n))
    result = tc.refine([skeleton(tree) for tree in trees])
    histograms = {tuple(result.histogram(k)) for k in range(len(trees))}
    assert len(histograms) == len(trees)
    tried += len(trees)
print(f"{tried} trees: no two of them have the same colours")

# %% [markdown]
# ## Distances come in
#
# So far an edge said only "joined". In a distance graph it also says how long it is, and refinement uses that: an atom hears, for each neighbour, the colour *together with* the length of the edge.
#
# $$ c_i^{(t+1)} = \Bigl( c_i^{(t)}, \bigl\{\!\!\bigl\{ \bigl(d_{ij}, c_j^{(t)}\bigr) : d_{ij} \le R \bigr\}\!\!\bigr\} \Bigr). $$

# %%
tc.ui.RefinementExplorer(
    *decalin_pair,
    cutoff=1.8,
    mode="distances",
    title="Decalin and bicyclopentyl, with distances",
    try_="Slide the cutoff to the right until the verdict changes.",
    notice="At the bonds, lengths do not help: all bonds are alike. Which distance is the first to give "
    "the rings away?",
)

# %%
cutoff = tc.resolving_cutoff(decalin, bicyclopentyl)
print(f"Told apart from a cutoff of {cutoff:.3f} Å on.")
print(tc.compare(decalin, bicyclopentyl, cutoff=cutoff).explain())

assert tc.compare(decalin, bicyclopentyl, cutoff=1.8).equivalent
assert tc.compare(decalin, bicyclopentyl, cutoff=cutoff).round == 1
assert np.isclose(cutoff, 2 * BOND * np.sin(np.radians(108 / 2)))  # across an angle of a pentagon

across = tc.distance_graph(decalin).bond_lengths[11]  # the first distance after the eleven bonds
print(f"Across an angle of decalin it is {across:.3f} Å.")
assert np.isclose(across, 2 * BOND * np.sin(np.arccos(-1 / 3) / 2))

# %% [markdown]
# The distance across an angle of the ring is a little shorter in a five-membered ring than in a six-membered one. As soon as an atom sees its second neighbours, with their distances, it knows in which ring it sits.
#
# ## Why programs go wrong
#
# Programs do not store texts that grow from round to round. They replace each text by a short number, a **hash**. Three things go wrong easily.
#
# **One: texts without separators.** Write down a neighbour as the number of the edge's length, followed by the number of its kind. A neighbour of kind 111 along length number 1, and a neighbour of kind 11 along length number 11, are written as the same text.


# %%
def careless(own, seen):
    return str(own) + "".join(str(length) + str(kind) for length, kind in sorted(seen))


one, other = careless(6, [(1, 111)]), careless(6, [(11, 11)])
print(one, other)
assert one == other  # two different neighbours, one text
assert (6, ((1, 111),)) != (6, ((11, 11),))  # tuples keep things apart

# %% [markdown]
# The widely used function of networkx writes its texts in this way. It agrees with us on decalin, and it is good enough for most graphs. But do not build a proof on it:


# %%
def networkx_hash(graph, rounds):
    return nx.weisfeiler_lehman_graph_hash(graph, edge_attr="length", node_attr="kind", iterations=rounds)


def edge_of(length, kind):
    graph = nx.Graph()
    graph.add_node(0, kind="6")
    graph.add_node(1, kind=str(kind))
    graph.add_edge(0, 1, length=str(length))
    return graph


for graph in (first, second):
    nx.set_node_attributes(graph, "6", "kind")
    nx.set_edge_attributes(graph, "1", "length")
print("decalin and bicyclopentyl, same hash:", networkx_hash(first, 10) == networkx_hash(second, 10))
careless_pair = edge_of(1, 111), edge_of(11, 11)
careless_hashes = {networkx_hash(g, 1) for g in careless_pair}
print("two that differ at once, same hash after one round:", len(careless_hashes) == 1)
assert networkx_hash(first, 10) == networkx_hash(second, 10)

# %% [markdown]
# **Two: lengths as they come.** Equal lengths, computed in different places, differ in the last digit. Taken as they are, they are different labels. Rounding does not cure it: there is always a line between two rounded values, and equal lengths can fall on both sides of it.

# %%
hexagon = hexagon_pair.b.copy()
hexagon.rotate(20, (1, 2, 3))
sides = tc.distance_graph(hexagon, 1.2).bond_lengths
print("Sides of a regular hexagon:", sorted(set(sides.tolist())))
assert len(set(sides.tolist())) > 1
assert np.ptp(sides) < 1e-12

below, above = 1.245 - 1e-12, 1.245 + 1e-12
print("Two lengths that are one:  ", round(below, 2), round(above, 2))
assert round(below, 2) != round(above, 2)

# %% [markdown]
# The cure: sort *all* lengths of *both* clouds, and begin a new label only where there is a gap. `tc.compare` does this. It also reports how wide the narrowest gap is, and warns when a verdict hangs on rounding.

# %%
careful = tc.compare(hexagon, tc.pairs.gallery["hexagon-flat"].b)
print(
    f"{careful.wording}; narrowest gap between labels {careful.margin:.3f} Å, widest label {careful.widest_label:.0e} Å"
)
assert careful.equivalent
assert not careful.ill_conditioned

# %% [markdown]
# **Three: Python's own `hash`.** For texts it is salted anew whenever Python starts, so that colours from two runs cannot be compared. And any hash can collide: it may say "equal" of things that differ. `twinclouds` uses hashes for speed, and then checks the result exactly, edge by edge, before it says anything.
#
# ## Exercises
#
# ### 1. A warm-up: a long chain
#
# A chain of 101 equal atoms, each joined to the next, no lengths. How many rounds add a colour?

# %% exercise="chain_rounds" level=1 points=1
chain_rounds = ...  # a whole number
### BEGIN SOLUTION
chain = tc.refine(tc.distance_graph([[k, 0, 0] for k in range(101)], cutoff=1.1, distances=False))
chain_rounds = chain.n_colors(-1) - 1  # every round that adds anything adds one colour
### END SOLUTION

# %% check="chain_rounds"
check("chain_rounds", chain_rounds)

# %% [markdown] hint="chain_rounds"
# In round 1 only the two ends know that they are special. In each further round the news travels one atom inwards, from both ends. When has everybody heard it?

# %% [markdown]
# ### 2. A little more: lengths in your round
#
# Extend your round to edges that know their lengths. `neighbours[i]` is now a list of pairs `(j, label)`, where the label stands for the length of the edge.


# %% exercise="refine_with_lengths" level=2 points=2
def refine_with_lengths(colors, neighbours):
    """One round with lengths: neighbours[i] is a list of (j, label of the length)."""
    ### BEGIN SOLUTION
    known = [(colors[i], tuple(sorted((label, colors[j]) for j, label in near))) for i, near in enumerate(neighbours)]
    palette = {text: number for number, text in enumerate(sorted(set(known)))}
    return [palette[text] for text in known]
    ### END SOLUTION


# %% check="refine_with_lengths"
check("refine_with_lengths", refine_with_lengths)

# %% [markdown] hint="refine_with_lengths"
# Keep the label and the colour of one neighbour together, in one tuple. Two sorted lists, one of labels and one of colours, would forget which belongs to which.

# %% [markdown]
# ### 3. A challenge: twins without lengths
#
# Find two graphs that are **connected** (in one piece), not isomorphic, and never told apart by refinement, with **at most eight vertices**. Give them as networkx graphs, or as lists of edges such as `[(0, 1), (1, 2)]`.

# %% exercise="connected_twins" level=3 points=4
connected_twins = ...  # (first graph, second graph)
### BEGIN SOLUTION
prism = nx.circular_ladder_graph(3)  # two triangles, one above the other, joined by three edges
connected_twins = (prism, nx.complete_bipartite_graph(3, 3))
### END SOLUTION

# %% check="connected_twins"
check("connected_twins", connected_twins)

# %% [markdown] hint="connected_twins"
# If all vertices have the same number of neighbours, nothing ever changes: one colour, for ever.

# %% [markdown] hint="connected_twins"
# With three neighbours each, six vertices are enough. One of the two graphs has triangles in it, the other one has none.

# %% [markdown] solution="connected_twins"
# The prism has two triangles, and in the complete bipartite graph every edge joins one half to the other, so that it has no triangle at all. All vertices have three neighbours, so one colour is stable, and $N = 3$ in both.

# %% [markdown]
# ## What you have done

# %%
progress(2)

# %% [markdown]
# ## Summary
#
# Colour refinement lets every atom collect the colours of its neighbours until no new colour appears, which takes at most as many rounds as there are atoms. Its stable colouring is an equitable partition, and two graphs with the same classes and the same table of neighbour counts are never told apart, as decalin and bicyclopentyl show: rings are what it cannot see. Lengths on the edges help as soon as the cutoff reaches a distance that differs.
#
# **What comes next.** Has this anything to do with neural networks? More than you might think: [the next notebook](03_refinement_is_message_passing.ipynb) shows that a message-passing network sees exactly what refinement sees.
#
# **References**
#
# - B. Weisfeiler, A. Leman, *The reduction of a graph to canonical form and the algebra which appears therein*, Nauchno-Technicheskaya Informatsia **2**(9), 12 (1968), [English translation](https://www.iti.zcu.cz/wl2018/pdf/wl_paper_translation.pdf).
# - H. L. Morgan, *The generation of a unique machine description for chemical structures: a technique developed at Chemical Abstracts Service*, J. Chem. Doc. **5**, 107 (1965), [doi:10.1021/c160017a018](https://doi.org/10.1021/c160017a018): a close relative, invented for molecules.
# - C. Morris, M. Ritzert, M. Fey, W. L. Hamilton, J. E. Lenssen, G. Rattan, M. Grohe, *Weisfeiler and Leman go neural: higher-order graph neural networks*, AAAI 2019, [doi:10.1609/aaai.v33i01.33014602](https://doi.org/10.1609/aaai.v33i01.33014602), [arXiv:1810.02244](https://arxiv.org/abs/1810.02244).
# - The hash of networkx: [weisfeiler_lehman_graph_hash](https://networkx.org/documentation/stable/reference/algorithms/generated/networkx.algorithms.graph_hashing.weisfeiler_lehman_graph_hash.html).
