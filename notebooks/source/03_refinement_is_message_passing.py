# %% [markdown]
# # Refinement is message passing
#
# Take a neural network and do not train it at all: fill it with random numbers. It tells apart every two molecules that colour refinement tells apart, **and not a single one more**. Trained or not, large or small: this is all that a network of distances will ever see. You will measure it on more than a thousand comparisons, and then prove it.
#
# | | |
# |---|---|
# | **Time** | about 40 minutes |
# | **You should know** | colour refinement ([Colours from neighbours](02_colour_refinement.ipynb)), numpy arrays, and what a matrix product is. No machine learning |
# | **You will be able to** | write a layer of a message-passing network; explain why its depth is a number of rounds; trade cutoff for layers; say which failures a larger cutoff cures |

# %%
from collections import defaultdict
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
from ase.build import molecule
from ase.collections import g2
from ase.data import atomic_numbers

import twinclouds as tc
from twinclouds.exercises import answer, check, describe, hint, progress, reset, solution

plt.style.use("twinclouds.ui.plots")

# %% [markdown]
# ## A network in one formula
#
# In a **message-passing network** every atom carries a list of numbers, its **features** $\mathbf h_i$. At first they depend on the element only. Then come **layers**. In each layer every atom collects **messages** from its neighbours, adds them up, and makes new features of its old ones and of that sum:
#
# $$ \mathbf m_i = \sum_{j:\, d_{ij} \le R} \mathbf f(d_{ij}) \odot \mathbf h_j , \qquad \mathbf h_i' = \tanh\left( \mathbf h_i W + \mathbf m_i U + \mathbf b \right) . $$
#
# Here $\mathbf f$ is a list of functions of the distance, $\odot$ multiplies two lists number by number, and the matrices $W$, $U$ and the list $\mathbf b$ are the **weights**, which training would adjust. After the last layer the features of all atoms are added up. This sum does not depend on how the atoms are numbered, and from it one computes the energy, or whatever is wanted.
#
# Compare this with refinement, line by line:
#
# | colour refinement | network |
# |---|---|
# | the colour of an atom | its features $\mathbf h_i$ |
# | my old colour is part of the new one | $\mathbf h_i W$ |
# | the multiset of (length, colour) of my neighbours | the sum $\mathbf m_i$ of the messages |
# | a new short name for a long text | $\tanh$ |
# | how often each colour occurs | the sum of all features |
#
# ## Your prediction
#
# We give both the same cutoff, and the network as many layers as refinement has rounds. Its weights are random numbers.

# %%
prediction = tc.ui.Prediction(
    "Which pairs of molecules does the random network tell apart?",
    [
        "Hardly any: it has learnt nothing",
        "Fewer than refinement",
        "Exactly those that refinement tells apart",
        "More: its features are numbers, finer than colours",
    ],
)
prediction

# %% [markdown]
# ## Build: one layer
#
# **Your turn.** Write the layer. The graph comes as a neighbour list: entry number $e$ says that atom `senders[e]` sees atom `receivers[e]`, and row `f[e]` holds $\mathbf f$ of their distance. The array `h` has one row of features for each atom.


# %% exercise="message_layer" level=2 points=3
def message_layer(h, senders, receivers, f, W, U, b):
    """One layer of a message-passing network: the new features, an array of the shape of h."""
    ### BEGIN SOLUTION
    m = np.zeros_like(h)
    for e in range(len(senders)):
        m[senders[e]] += f[e] * h[receivers[e]]
    return np.tanh(h @ W + m @ U + b)
    ### END SOLUTION


# %% check="message_layer"
check("message_layer", message_layer)

# %% [markdown] hint="message_layer"
# First the sums: an array of zeros of the shape of `h`, and a loop over all entries of the neighbour list. Each entry adds one message to one row. To which row, and whose features are in it?

# %% [markdown] hint="message_layer"
# `m[senders] += f * h[receivers]` looks like the loop, but adds only *one* message to each atom: numpy sets each row once. `np.add.at` in place of `+=` adds them all, and a plain loop over `e` does so, too.

# %% [markdown] solution="message_layer"
# The next cell has the same layer without a loop.

# %% [markdown]
# Here is a whole network with random weights. It does all edges at once, as libraries do. (The package has one ready-made, `twinclouds.networks.MessagePassing`, which also lets edges fade smoothly towards the cutoff. Here we want to see every screw.)

# %%
WIDTH = 32  # numbers that an atom carries


def random_weights(layers, seed):
    rng = np.random.default_rng(seed)
    elements = rng.normal(size=(120, WIDTH))  # first features of each element
    waves = rng.uniform(0.5, 2.5, WIDTH), rng.uniform(0, 2 * np.pi, WIDTH)
    matrices = [
        (rng.normal(size=(WIDTH, WIDTH)) / np.sqrt(WIDTH), rng.normal(size=(WIDTH, WIDTH)) / np.sqrt(WIDTH) / 2)
        for _ in range(layers)
    ]
    return elements, waves, matrices, rng.normal(size=(layers, WIDTH))


def features(cloud, cutoff, layers, seed=0):
    """The features of all atoms, before the first layer and after each."""
    elements, (frequency, phase), matrices, biases = random_weights(layers, seed)
    graph = tc.distance_graph(cloud, cutoff)
    f = np.cos(graph.distances[:, None] * frequency + phase)  # waves of random lengths
    h = [elements[[atomic_numbers[symbol] for symbol in graph.species]]]
    for (W, U), b in zip(matrices, biases, strict=True):
        m = np.zeros_like(h[-1])
        np.add.at(m, graph.senders, f * h[-1][graph.receivers])
        h.append(np.tanh(h[-1] @ W + m @ U + b))
    return h


def difference(a, b, cutoff, layers, seed=0):
    """The largest difference between the summed features of two clouds, after each number of layers."""
    pairs = zip(features(a, cutoff, layers, seed), features(b, cutoff, layers, seed), strict=True)
    return [float(np.abs(first.sum(axis=0) - second.sum(axis=0)).max()) for first, second in pairs]


ethanol, ether = molecule("CH3CH2OH"), molecule("CH3OCH3")
benzene, twin = tc.pairs.gallery["benzene"]
print(f"ethanol and dimethyl ether, bonds, 2 layers:      {difference(ethanol, ether, 1.65, 2)[-1]:.1e}")
print(f"benzene and its twin, all distances, 2 layers:    {difference(benzene, twin, np.inf, 2)[-1]:.1e}")

assert difference(ethanol, ether, 1.65, 2)[-1] > 0.1
assert difference(benzene, twin, np.inf, 2)[-1] < 1e-5

# %% [markdown]
# The first is a difference. The second is mere rounding, as the coordinates of benzene and its twin are stored with a limited number of digits. Where the border between the two lies, we now measure.
#
# ## Explore: a thousand comparisons
#
# One pair proves nothing. We take pairs of four kinds: isomers, that is, molecules with one formula, from ASE's collection g2; random twins like benzene's; chains, which you will meet below; and three textbook pairs: the two of [the last notebook](02_colour_refinement.ipynb), and two squares against a crown, a ring of eight points that lie in turn above and below a plane. For each pair we take five cutoffs and up to four layers, and ask both refinement and the network.

# %%
by_formula = defaultdict(list)
for name in g2.names:
    by_formula[molecule(name).get_chemical_formula()].append(molecule(name))

pairs = [pair for isomers in by_formula.values() for pair in combinations(isomers, 2)]
pairs += [tuple(tc.pairs.random_pair("three lines", seed=seed)) for seed in range(12)]
pairs += [tuple(tc.pairs.k_chains(k)) for k in range(1, 6)]
pairs += [tuple(tc.pairs.gallery[name]) for name in ("hexagon-flat", "decalin", "crown")]

LAYERS = 4
alike, apart = [], []
for a, b in pairs:
    for cutoff in (1.25, 1.65, 2.3, 3.05, np.inf):
        first_round = tc.compare(a, b, cutoff, rounds=LAYERS).round  # None: not told apart in so many rounds
        for layers, value in enumerate(difference(a, b, cutoff, LAYERS)):
            told_apart = first_round is not None and first_round <= layers
            (apart if told_apart else alike).append(value)

print(f"{len(pairs)} pairs, {len(alike) + len(apart)} comparisons")
print(f"refinement says alike ({len(alike)}): the network differs by at most {max(alike):.0e}")
print(f"refinement says apart ({len(apart)}): the network differs by at least {min(apart):.0e}")

assert len(alike) > 500
assert len(apart) > 500
assert max(alike) < 1e-12
assert min(apart) > 1e-6

# %%
bins = np.linspace(-17, 3, 41)
figure, axes = plt.subplots()
axes.hist(np.log10(np.maximum(alike, 1e-17)), bins, color="C0")
axes.hist(np.log10(apart), bins, color="C1", hatch="//", edgecolor="white")
axes.annotate("refinement: alike", (-15.9, 190), color="C0")
axes.annotate("rounding", (-14.3, 90), color="C0", ha="center")
axes.annotate("refinement: told apart", (-0.8, 190), color="C1", ha="right")
axes.annotate("nothing", (-9, 8), ha="center")
axes.set(
    xlabel="difference between the outputs of the network",
    ylabel="comparisons",
    xticks=range(-17, 4, 2),
    xticklabels=["0"] + [f"$10^{{{k}}}$" for k in range(-15, 4, 2)],
)
describe(
    figure,
    "A histogram of the difference between the outputs of the network, on a logarithmic scale. Where refinement "
    f"says alike, all {len(alike)} differences are zero or rounding, at most {max(alike):.0e}. Where it says told "
    f"apart, all {len(apart)} are at least {min(apart):.0e}. "
    "Between the two there is an empty gap of many orders of magnitude.",
)
print(prediction.look_back("Exactly those that refinement tells apart"))

# %% [markdown]
# ## Prove: both directions
#
# **The network sees no more than refinement.** Suppose that atoms which have the same colour after $t$ rounds always have the same features after $t$ layers. (For $t = 0$ this is so: both depend on the element alone.) If two atoms have the same colour after $t + 1$ rounds, then they had the same colour before, and their neighbours are alike, one by one, in length and colour. So they had the same features before, and their messages are equal, one by one, and add up to the same sum. Hence their features are the same after $t + 1$ layers. This holds for *any* weights, trained or not:
#
# $$ c_i^{(t)} = c_j^{(t)} \quad \Longrightarrow \quad \mathbf h_i^{(t)} = \mathbf h_j^{(t)} . $$
#
# Two clouds in which every colour occurs equally often have equal sums of features. A network with other messages, say a large network of $d_{ij}$, $\mathbf h_i$ and $\mathbf h_j$, changes nothing: we used only that the message depends on these.
#
# **With random weights it sees no less.** Suppose that two atoms hear different multisets. Then some kind of neighbour, a length together with features, occurs more often on one side. The two sums $\mathbf m$ can only be equal by an accident, in which different numbers $\mathbf f(d) \odot \mathbf h$, taken with whole-number factors, cancel exactly. For random weights an accident has probability zero, and there are only finitely many atoms. So different colours get different features. (This is a sketch; for networks of this kind without lengths, Xu and others 2019 and Morris and others 2019 have the details.)
#
# The next cell looks at single atoms: do the classes of equal features agree with the classes of equal colours, round by round?


# %%
def same(values, tolerance):
    """Which atoms agree: a square table of True and False."""
    values = np.asarray(values, dtype=float).reshape(len(values), -1)
    return np.abs(values[:, None] - values[None]).max(axis=2) < tolerance


looked_at = 0
for a, b in pairs[-20:]:  # twins, chains and textbook pairs, whose coordinates are exact
    for cutoff in (1.25, 2.3, np.inf):
        both = [tc.distance_graph(cloud, cutoff) for cloud in (a, b)]
        colors = tc.refine(both, rounds=3).colors
        for layers in range(4):
            h = np.vstack([features(cloud, cutoff, 3)[layers] for cloud in (a, b)])
            c = np.concatenate([mine[min(layers, len(mine) - 1)] for mine in colors])
            assert (same(h, 1e-9) == same(c, 0.5)).all()
            looked_at += len(h)
print(f"Atoms of equal colour, and only these, have equal features: {looked_at} atoms looked at.")

# %% [markdown]
# ## Depth is rounds: the receptive field
#
# In each layer, word travels over one edge. After $L$ layers an atom can know of atoms up to $L$ edges away, and so no farther than $L \cdot R$ in space. This region is called its **receptive field**.
#
# We take a chain of 14 atoms at distances of 1 Å, with a cutoff of 1.5 Å, and turn the first atom from carbon into nitrogen. Which atoms notice?

# %%
line = np.stack([np.arange(14.0), np.zeros(14), np.zeros(14)], axis=1)
carbon, doped = tc.Cloud(line, ["C"] * 14), tc.Cloud(line, ["N"] + ["C"] * 13)
change = np.array(
    [np.abs(h - g).max(axis=1) for h, g in zip(features(carbon, 1.5, 9), features(doped, 1.5, 9), strict=True)]
)

atom, layer = np.arange(14), np.arange(10)[:, None]
assert (change[atom + 0 * layer > layer] == 0).all()  # nobody farther than L edges has noticed anything
assert (change[atom + 0 * layer <= layer] > 0).all()  # everybody nearer has

figure, axes = plt.subplots(figsize=(7, 3.6))
shown = np.where(change > 0, np.log10(np.maximum(change, 1e-9)), np.nan)
image = axes.imshow(shown, cmap="cividis", aspect="auto")
axes.set(xlabel="atom along the chain", ylabel="layers", xticks=range(14), yticks=range(0, 10, 3))
axes.annotate("nothing has arrived yet", (9, 2), ha="center", va="center")
bar = figure.colorbar(image, label="change of the features")
bar.set_ticks([-4, -2, 0], labels=["$10^{-4}$", "$10^{-2}$", "1"])
describe(
    figure,
    "How much the features of each of 14 atoms in a chain change when the first atom is replaced, after 0 to 9 "
    "layers. After L layers exactly the first atom and the next L have changed, so that the picture is a "
    "staircase; beyond it the change is zero. Along the chain the change becomes smaller: after 9 layers it is "
    f"{change[9, 0]:.0e} at the first atom and {change[9, 9]:.0e} at the tenth.",
)
assert change[9, 9] < 1e-3 * change[9, 0]

# %% [markdown]
# The edge of the coloured region is the theorem. What the colours show is a warning: news from afar arrives, but faintly, because it is mixed with everything else on its way. "Can be told apart" does not mean "is easy to learn". (Alon and Yahav 2021 call this **over-squashing**.)
#
# ## Cutoff against depth: the staircase
#
# Two ways lead to a larger receptive field: more layers, or a larger cutoff. A pair of **k-chains** shows how one can be traded for the other. Each cloud consists of two chains whose end bonds are a little longer than the others, by two different amounts. In one cloud the two ends *of each chain* are equal, in the other they are unequal. To notice, some atom must hear from both ends of its chain.

# %%
equal_ends, unequal_ends = tc.pairs.k_chains(5)
for atoms in (equal_ends, unequal_ends):
    atoms.positions[8:, 2] = 6.0  # bring the second chain near the first, so that both fit into the picture
chains = equal_ends, unequal_ends
REACH = 5.5  # we stay below the distance between the chains

explorer = tc.ui.RefinementExplorer(
    *chains,
    cutoff=1.3,
    round=0,
    max_cutoff=REACH,
    names=["equal ends", "unequal ends"],
    title="Two pairs of chains",
    try_="At a cutoff of 1.3 Å step through the rounds. Then slide the cutoff to about 2.05, 3.1 and 4.15 Å "
    "and look again.",
    notice="In which round do the colours of the two clouds part? Does a larger cutoff ever need more rounds?",
)
explorer

# %% [markdown]
# The same two clouds as a map: a column for each interval of cutoffs, a row for each number of rounds. The map and the explorer above move together.

# %%
tc.ui.StaircaseView(
    explorer=explorer,
    title="The staircase of the chains",
    try_="Choose a cell of the map, and look at the explorer: it goes to that cutoff and round. Walk along the "
    "edge of the part that is told apart.",
    notice="How much cutoff does each further round save?",
)

# %%
stairs = tc.staircase(*chains, max_cutoff=REACH)
for rounds, cutoff in stairs.cutoffs.items():
    print(f"{rounds} round(s): told apart from a cutoff of {cutoff:.1f} Å on")
cutoffs = list(stairs.cutoffs.values())
assert cutoffs == sorted(cutoffs, reverse=True)

# %% [markdown]
# The edge is a **staircase**: more rounds never need a larger cutoff, and a larger cutoff never needs more rounds. The reason is that an atom at a smaller cutoff hears a part of what it hears at a larger one. Does the random network climb the same stairs?

# %%
grid = np.array([1.05, 1.3, 1.6, 2.05, 2.5, 3.05, 3.5, 4.05, 4.6, 5.2])
seen = np.array([difference(*chains, cutoff, 5) for cutoff in grid]).T[1:]  # rows: 1 to 5 layers
predicted = np.array([[stairs.told_apart(layers, cutoff) for cutoff in grid] for layers in range(1, 6)])
assert ((seen > 1e-7) == predicted).all()

figure, axes = plt.subplots(figsize=(7, 3.4))
image = axes.imshow(np.where(seen > 1e-7, np.log10(seen), np.nan), cmap="cividis", aspect="auto")
for (layers, column), value in np.ndenumerate(seen):
    if value > 1e-7:
        bright = image.norm(np.log10(value)) > 0.5
        text, color = f"$10^{{{np.log10(value):.0f}}}$", "black" if bright else "white"
    else:
        text, color = "alike", "black"
    axes.annotate(text, (column, layers), ha="center", va="center", color=color, fontsize=10)
axes.set(
    xticks=range(len(grid)),
    xticklabels=[f"{cutoff:.2f}" for cutoff in grid],
    yticks=range(5),
    yticklabels=range(1, 6),
    xlabel="cutoff (Å)",
    ylabel="layers",
)
describe(
    figure,
    "Difference between the outputs of the network for the two clouds of chains, for ten cutoffs and one to five "
    "layers. "
    + " ".join(
        f"With {layers + 1} layers it is zero below {grid[seen[layers] > 1e-7][0]:.2f} Å and not zero from there on."
        for layers in range(5)
    ),
)

# %% [markdown]
# The network parts the clouds exactly where the staircase says so. Which way is cheaper? The number of messages in one evaluation is the number of edge entries times the number of layers:

# %%
messages = {layers: layers * tc.distance_graph(equal_ends, cutoff).n_edges for layers, cutoff in stairs.cutoffs.items()}
for layers, number in messages.items():
    print(f"{layers} layer(s) at {stairs.cutoffs[layers]:.1f} Å: {number} messages")
assert max(messages.values()) < 2 * min(messages.values())

# %% [markdown]
# In a chain the ways cost about the same. In a crystal the number of neighbours grows with the *third* power of the cutoff, so there a layer more is cheaper than a larger cutoff, as long as the faint signal can be heard.
#
# ## All textbook failures vanish
#
# The famous failures of refinement were found for graphs without lengths, or with a short cutoff: two triangles and a hexagon, decalin and bicyclopentyl, two squares and a crown. Give the network the **complete distance graph**, in which every atom sees every other one, and they are gone, with a single layer:

# %%
for name, pair in tc.pairs.gallery.items():
    if isinstance(pair, tc.pairs.FiniteCutoffPair):
        bonds, everything = difference(*pair, pair.cutoff, 6)[-1], difference(*pair, np.inf, 1)[-1]
        print(f"{name:13s} bonds, 6 layers: {bonds:.0e}     all distances, 1 layer: {everything:.0e}")
        assert bonds < 1e-10
        assert everything > 1e-2

# %% [markdown]
# It is tempting to conclude that all distances are enough. For points on a line or in a plane that is even a theorem: there refinement on the complete distance graph tells apart any two clouds that are not congruent (Delle Rose and others 2023).
#
# Our molecules live in space.

# %%
blind = [
    pair for pair in tc.pairs.gallery.values() if isinstance(pair, tc.pairs.DegeneratePair) and not pair.a.pbc.any()
]
for pair in blind:
    largest = max(difference(*pair, np.inf, 6))
    assert largest < 1e-4
    assert not tc.congruent(*pair)
print(f"{len(blind)} pairs: different clouds, all distances known, 6 layers, and no difference beyond rounding:")
print(", ".join(pair.name for pair in blind))

# %% [markdown]
# ## Exercises
#
# ### 1. A warm-up: how many layers?
#
# The clouds `tc.pairs.k_chains(12)` have chains with twelve inner bonds. How many layers does a network with a cutoff of 1.3 Å need at least to tell the two apart?

# %% exercise="layers_needed" level=1 points=1
layers_needed = ...  # a whole number
### BEGIN SOLUTION
layers_needed = tc.compare(*tc.pairs.k_chains(12), cutoff=1.3).round
### END SOLUTION

# %% check="layers_needed"
check("layers_needed", layers_needed)

# %% [markdown] hint="layers_needed"
# As many as there are rounds: `tc.compare(a, b, cutoff=...)` has an attribute `round`. Or think: a chain has 14 bonds, and in round 1 an atom knows the bonds to its two neighbours.

# %% [markdown] solution="layers_needed"
# An atom in the middle knows 2 bonds after round 1, 4 after round 2, and so on. All 14 bonds are known after round 7.

# %% [markdown]
# ### 2. A little more: the mean forgets
#
# Many networks take the **mean** of the messages instead of their sum, or the **maximum**, number by number. Here is a network, written atom by atom, in which you can choose; it also puts the atoms together in the same way at the end.


# %%
def pooled(positions, how, cutoff=1.2, layers=3, seed=0):
    """Output of a network for atoms of one kind that collects by "sum", "mean" or "max"."""
    collect = {"sum": np.sum, "mean": np.mean, "max": np.max}[how]
    elements, (frequency, phase), matrices, biases = random_weights(layers, seed)
    graph = tc.distance_graph(positions, cutoff)
    h = np.tile(elements[6], (graph.n_nodes, 1))
    for (W, U), b in zip(matrices, biases, strict=True):
        new = []
        for i in range(graph.n_nodes):
            mine = np.flatnonzero(graph.senders == i)
            messages = [np.cos(graph.distances[e] * frequency + phase) * h[graph.receivers[e]] for e in mine]
            m = collect(messages, axis=0) if messages else np.zeros(WIDTH)
            new.append(np.tanh(h[i] @ W + m @ U + b))
        h = np.array(new)
    return collect(h, axis=0)


one, other = [[0, 0, 0], [1, 0, 0], [2, 0, 0]], [[0, 0, 0], [1, 0, 0], [2.1, 0, 0]]
for how in ("sum", "mean", "max"):
    print(f"{how:4s} differs by {np.abs(pooled(one, how) - pooled(other, how)).max():.1e}")

# %% [markdown]
# Find two clouds with **equally many** points that `"sum"` tells apart at a cutoff of 1.2 Å and `"mean"` does not. All atoms are of one kind.

# %% exercise="mean_blind" level=2 points=2
mean_blind = ...  # two clouds: ([[x, y, z], ...], [[x, y, z], ...])
### BEGIN SOLUTION
chain_of_four = [[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]]
two_pairs = [[0, 0, 0], [1, 0, 0], [0, 5, 0], [1, 5, 0]]
mean_blind = (chain_of_four, two_pairs)
### END SOLUTION

# %% check="mean_blind"
check("mean_blind", mean_blind)

# %% [markdown] hint="mean_blind"
# The mean of two equal messages is the same as that of three, or of one. What does an atom know if all edges of the cloud have the same length?

# %% [markdown] solution="mean_blind"
# With all edges of one length, all messages in the first layer are equal, and so is their mean, no matter how many there are. So all atoms keep the same features for ever, and any two such clouds look alike.

# %% [markdown]
# ### 3. A challenge: the maximum forgets more
#
# Now find two clouds with equally many points that `"mean"` tells apart at a cutoff of 1.2 Å and `"max"` does not. (Xu and others 2019 found this order: the sum sees more than the mean, and the mean more than the maximum.)

# %% exercise="max_blind" level=3 points=4
max_blind = ...  # two clouds: ([[x, y, z], ...], [[x, y, z], ...])
### BEGIN SOLUTION
# One short and one long dimer more or less: the maximum cares only which kinds there are.
lengths = ([1.0, 1.0, 1.1], [1.0, 1.1, 1.1])
max_blind = tuple([[x, 5 * k, 0] for k, d in enumerate(each) for x in (0, d)] for each in lengths)
### END SOLUTION

# %% check="max_blind"
check("max_blind", max_blind)

# %% [markdown] hint="max_blind"
# The maximum of several things does not depend on how often each of them occurs, the mean does. So both clouds should consist of the same *kinds* of pieces, in different proportions.

# %% [markdown] hint="max_blind"
# The pieces can be as small as two atoms, far from all others. Two lengths up to 1.2 Å give two kinds of pieces.

# %% [markdown]
# ## What you have done

# %%
progress(3)

# %% [markdown]
# ## Summary
#
# A message-passing network gives equal features to atoms of equal colour, whatever its weights, and with random weights it gives different features to atoms of different colours: it sees exactly what colour refinement sees. Its layers are rounds, so its receptive field is the number of layers times the cutoff, and cutoff and depth can be traded along a staircase. On the complete distance graph all textbook failures vanish, and yet there are clouds in space that no network of distances can tell apart.
#
# **What comes next.** How can that be, when all distances are known? [Twins](04_twins.ipynb) builds such clouds from scratch.
#
# **References**
#
# - J. Gilmer, S. S. Schoenholz, P. F. Riley, O. Vinyals, G. E. Dahl, *Neural message passing for quantum chemistry*, ICML 2017, [arXiv:1704.01212](https://arxiv.org/abs/1704.01212).
# - K. T. Schütt, H. E. Sauceda, P.-J. Kindermans, A. Tkatchenko, K.-R. Müller, *SchNet: a deep learning architecture for molecules and materials*, J. Chem. Phys. **148**, 241722 (2018), [doi:10.1063/1.5019779](https://doi.org/10.1063/1.5019779), [arXiv:1712.06113](https://arxiv.org/abs/1712.06113).
# - K. Xu, W. Hu, J. Leskovec, S. Jegelka, *How powerful are graph neural networks?*, ICLR 2019, [arXiv:1810.00826](https://arxiv.org/abs/1810.00826).
# - C. Morris, M. Ritzert, M. Fey, W. L. Hamilton, J. E. Lenssen, G. Rattan, M. Grohe, *Weisfeiler and Leman go neural: higher-order graph neural networks*, AAAI 2019, [doi:10.1609/aaai.v33i01.33014602](https://doi.org/10.1609/aaai.v33i01.33014602), [arXiv:1810.02244](https://arxiv.org/abs/1810.02244).
# - U. Alon, E. Yahav, *On the bottleneck of graph neural networks and its practical implications*, ICLR 2021, [arXiv:2006.05205](https://arxiv.org/abs/2006.05205).
# - V. Delle Rose, A. Kozachinskiy, C. Rojas, M. Petrache, P. Barceló, *Three iterations of (d - 1)-WL test distinguish non-isometric clouds of d-dimensional points*, NeurIPS 2023, [arXiv:2303.12853](https://arxiv.org/abs/2303.12853).
# - S. N. Pozdnyakov, M. Ceriotti, *Incompleteness of graph neural networks for points clouds in three dimensions*, Mach. Learn.: Sci. Technol. **3**, 045020 (2022), [doi:10.1088/2632-2153/aca1f8](https://doi.org/10.1088/2632-2153/aca1f8), [arXiv:2201.07136](https://arxiv.org/abs/2201.07136).
# - The k-chains are after C. K. Joshi, C. Bodnar, S. V. Mathis, T. Cohen, P. Liò, *On the expressive power of geometric graph neural networks*, ICML 2023, [arXiv:2301.09308](https://arxiv.org/abs/2301.09308); their geometry here is this project's own.
