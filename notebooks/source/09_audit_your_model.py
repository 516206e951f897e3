# %% [markdown]
# # Audit your model
#
# A model has small errors on every molecule of its test set. Are there two different molecules that it takes for one and the same? The test set cannot say: such molecules are rare, and nobody puts them in by chance. So we put them in on purpose. In this last notebook you ask real architectures, and then your own model, **which pairs they cannot see**.
#
# | | |
# |---|---|
# | **Time** | about 40 minutes |
# | **You should know** | twins ([How to build a twin](04_twins.ipynb)); what angles and body order are ([Angles resolve](07_angles_resolve.ipynb), [Where angles stop](08_where_angles_stop.ipynb)); Python functions and numpy |
# | **You will be able to** | measure whether a difference is one; read an audit of real architectures; audit any model of your own, also one that misbehaves; search for a pair that defeats a model, and say what it means if you find none |

# %%
import time
from collections import Counter, defaultdict
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
from ase import Atoms

import twinclouds as tc
from twinclouds import auditing
from twinclouds.exercises import answer, check, describe, hint, progress, reset, solution

plt.style.use("twinclouds.ui.plots")
gallery = tc.pairs.gallery
kinds = Counter(pair.kind for pair in gallery.values())
for kind, number in kinds.items():
    print(f"{number:2d} pairs: {kind}")

# %% [markdown]
# These pairs are our examination. Most of them are degenerate pairs. The others are there for comparison: some that larger cutoffs separate, some where only the view from one centre is degenerate, mirror images, and a control that everybody should pass.
#
# ## Your prediction
#
# A network of distances is blind on all degenerate pairs, as we have proved. Now let its messages carry **arrows** as well. An atom adds up the directions to its neighbours, weighted by functions of the distance; the squares of such sums, and the products of two of them, know about angles. PaiNN is a well-known network of this kind. Every atom sees all others (in a crystal, all within 4.5 Å).

# %%
prediction = tc.ui.Prediction(
    "On how many of the degenerate pairs is a network with arrows still blind?",
    [
        "None: arrows know all angles",
        "Exactly one",
        "About half of them",
        "All of them",
    ],
)
prediction

# %% [markdown]
# ## What an audit measures
#
# A **model** is here any function $f$ from a cloud to a number, or to a list of numbers. For a pair of clouds $X$ and $Y$ the question is whether $f(X)$ and $f(Y)$ differ. That sounds simple, but computers round. The outputs of a blind model may differ in the fifteenth digit, and a true difference may be small. So two yardsticks are laid beside the **difference** $D = |f(X) - f(Y)|$:
#
# - the **noise floor** $F$: how much does $f$ change when it must not change, that is, when a cloud is turned, shifted, and its atoms are renumbered? To be fair, `tc.audit` also asks what an error in the coordinates does: many pairs are written down with eight decimals, and no model can be more exact than its input.
# - the **spread** $S$: how much does $f$ usually change from one cloud to another, here when all atoms are displaced a little at random?
#
# | what is found | verdict |
# |---|---|
# | $F > S/1000$, and rounding or randomness do not explain it | **not invariant**: the model sees how a cloud lies in space, or how its atoms are numbered |
# | $D > 100\,F$ | **separates** |
# | $D \le 4\,F$, and $F \le S/10\,000$ | **blind**: a difference of a thousandth of the usual spread would have been seen |
# | anything else | **inconclusive** |
#
# The weights of the model may be random. An architecture that can separate a pair does so for almost all weights; one that cannot gives equal outputs for all ([Refinement is message passing](03_refinement_is_message_passing.ipynb)). So nothing has to be trained.
#
# ## Build: the three numbers
#
# The clouds to ask about can be made by two small functions.


# %%
def turned(atoms, rng):
    """A copy that is turned, shifted, and has its atoms in another order."""
    copy = atoms[rng.permutation(len(atoms))]
    copy.rotate(rng.uniform(0, 360), rng.normal(size=3))
    copy.translate(rng.uniform(-1, 1, 3))
    return copy


def displaced(atoms, rng):
    """A copy with all atoms displaced at random, by about 0.1 angstrom."""
    copy = atoms.copy()
    copy.positions += rng.normal(scale=0.1, size=copy.positions.shape)
    return copy


# %% [markdown]
# **Your turn.** Compute the three numbers. The output of `model` may be a number or an array; take the length (`np.linalg.norm`) of the difference of two outputs. For the noise take the *largest* difference between the output for `a` and for one of the `copies`; for the spread the *root mean square* of the differences between the output for `a` and for the `others`.


# %% exercise="yardsticks" level=2 points=3
def yardsticks(model, a, b, copies, others):
    """The difference, the noise and the spread of a model on a pair (a, b): three numbers.

    copies: clouds that are a, turned and renumbered. others: clouds that are a, displaced at random.
    """
    ### BEGIN SOLUTION
    reference = np.asarray(model(a))

    def distance(atoms):
        return float(np.linalg.norm(np.asarray(model(atoms)) - reference))

    noise = max(distance(atoms) for atoms in copies)
    spread = np.sqrt(np.mean([distance(atoms) ** 2 for atoms in others]))
    return distance(b), noise, spread
    ### END SOLUTION


# %% check="yardsticks"
check("yardsticks", yardsticks)

# %% [markdown] hint="yardsticks"
# Write a small function inside that gives the length of `model(atoms) - model(a)` for any `atoms`. The difference is its value for `b`; the noise is its largest value over the copies.

# %% [markdown] hint="yardsticks"
# Root mean square: square the lengths, take the mean, then the root. `np.sqrt(np.mean([... for atoms in others]))`.

# %% [markdown]
# The next cell shows the three numbers for a few models on benzene and its twin. The first two models are textbook formulas: the electrostatic energy of the nuclei, a sum over pairs, and the Axilrod-Teller energy, a sum over triangles. Then come random networks of the package without and with arrows.


# %%
def nuclear_repulsion(atoms):
    """Sum over pairs of Z Z' / d."""
    d, Z = atoms.get_all_distances(), atoms.numbers
    i, j = np.triu_indices(len(Z), 1)
    return (Z[i] * Z[j] / d[i, j]).sum()


def three_atoms(atoms):
    """Axilrod-Teller: sum over triangles of (1 + 3 cos cos cos) / (product of the sides)^3."""
    d = atoms.get_all_distances()
    i, j, k = np.array(list(combinations(range(len(d)), 3))).T
    a, b, c = d[j, k], d[i, k], d[i, j]
    cosines = (b**2 + c**2 - a**2) * (a**2 + c**2 - b**2) * (a**2 + b**2 - c**2) / (8 * (a * b * c) ** 2)
    return ((1 + 3 * cosines) / (a * b * c) ** 3).sum()


models = {
    "sum over pairs": nuclear_repulsion,
    "sum over triangles": three_atoms,
    "network, distances": tc.MessagePassing(layers=3, width=16),
    "network, arrows": tc.MessagePassing(layers=3, width=16, vectors=True),
}
reports = {name: tc.audit(model, ["benzene"], name=name) for name, model in models.items()}

figure, axes = plt.subplots(figsize=(7, 3.2))
tiny = 1e-17  # stands for zero on the logarithmic axis
text = []
for row, (name, report) in enumerate(reversed(reports.items())):
    (entry,) = report.entries
    relative = [max(x / entry.spread, tiny) for x in (entry.noise, entry.difference)]
    axes.plot(relative[0], row, "|", color="0.3", ms=22, mew=2)
    axes.plot(relative[1], row, "o" if entry.verdict == "separates" else "s", color="C0" if entry.blind else "C1", ms=9)
    axes.annotate(
        f"{entry.verdict}", (relative[1], row), xytext=(0, 11), textcoords="offset points", ha="center", fontsize=10
    )
    text.append(f"{name}: difference {relative[1]:.0e}, floor {relative[0]:.0e}, verdict {entry.verdict}")
    assert not 1 < relative[1] / relative[0] < 1e4  # nothing in between
axes.axvline(1, color="0.7", lw=1)
axes.annotate("spread", (1, 3.65), ha="center", fontsize=10)
axes.annotate("bars: noise floor", (1e-7, -0.55), fontsize=10, va="center", ha="center")
axes.set(xscale="log", xlim=(1e-10, 1e3), ylim=(-0.8, 4.1), yticks=range(4), yticklabels=list(reversed(reports)))
axes.set_xlabel("difference between benzene and its twin, over the spread")
describe(
    figure,
    "For four models, the difference between benzene and its twin beside the noise floor, both in units of the spread. "
    + "; ".join(reversed(text))
    + ".",
)
assert [report.entries[0].blind for report in reports.values()] == [True, False, True, False]

limits = auditing.SEPARATES, auditing.BLIND, 1 / auditing.INVARIANT, 1 / auditing.RESOLUTION
assert limits == (100, 4, 1000, 10_000)  # as in the table above

# %% [markdown]
# There is nothing in between. A difference is either below the floor, which here comes from the eight decimals of the coordinates, or many powers of ten above it. This is what makes an audit with random weights a sharp instrument.
#
# ## Explore: an audit of real architectures
#
# What one gets when this is done for real architectures and descriptors comes with the package: SchNet, DimeNet++ and ViSNet of PyTorch Geometric, MACE, SOAP and atom-centred symmetry functions of two libraries, and the small models of this course. They all had double precision, the same cutoff for each pair and, where they have weights, random ones. (The table can be computed anew with `python -m twinclouds.models.reference`, one extra at a time, where the libraries are installed.) In the names $l$ is the highest degree of the tensors that a model carries ($l = 1$: vectors), and *correlation* the number of neighbours that are multiplied together in one layer; ACSF are the symmetry functions, G2 the radial and G4 the angular ones.
#
# First the **complete graph**: every atom sees all others, in a crystal all within 4.5 Å.

# %%
SIGHT = ("distances", "vectors", "angles", "four bodies")


def reference(graph):
    """The table for one graph, with the models in the order of what they see; and what that is."""
    report = tc.models.reference_audit(graph)
    sees = {model: about.split(";")[0].removeprefix("sees ") for model, about in report.about.items()}
    ordered = sorted(report.entries, key=lambda e: SIGHT.index(sees[e.model]))
    return tc.AuditReport(tuple(ordered), report.about, report.warnings), sees


complete, sees = reference("complete")

tc.ui.AuditView(
    complete,
    title="Real architectures, complete graph",
    try_="The models that see least come first. Scroll from left to right. Then sort by SchNet, by ViSNet, l = 1, "
    "and by DimeNet++. Choose a cell to see the pair and the numbers behind the verdict.",
    notice="How many kinds of columns are there? Which rows are dark in every column?",
)

# %% [markdown]
# The table knows what each model may use: distances only; *vectors*, which are our arrows; *angles*, that is, three bodies at a time; or four bodies. Let us count the degenerate pairs to which a model is blind, for each kind.

# %%
DEGENERATE = "degenerate at every cutoff"


def blind_pairs(table, model):
    """Names of the degenerate pairs that a model cannot see."""
    return {e.pair for e in table.of(model).entries if e.kind == DEGENERATE and e.blind}


degenerate = {e.pair for e in complete.entries if e.kind == DEGENERATE}
print(f"{len(complete.models)} models, {len(degenerate)} degenerate pairs")
for model in complete.models:
    blind = blind_pairs(complete, model)
    names = ": " + ", ".join(sorted(blind)) if 0 < len(blind) < 4 else ""
    print(f"{sees[model]:11s}  {model:42s} blind on {len(blind):2d}{names}")

for model in complete.models:
    expected = {"distances": degenerate, "vectors": {"bixbyite"}}.get(sees[model], set())  # nothing for the others
    assert blind_pairs(complete, model) == expected

# %%
print(prediction.look_back("Exactly one"))

# %% [markdown]
# Names and sizes do not matter; what a model is allowed to look at does. All that see only distances are blind on all degenerate pairs, SchNet as much as the small network of this course. All that see angles separate all of them. And those with arrows fail on a single one: **bixbyite**, the pair of crystals from which Pauling and Shappell in 1930 learnt that X-rays do not always know a structure.
#
# ## Prove: why arrows are not angles
#
# How can a sum of arrows miss what angles see? Angles between *single* arrows are lost when the arrows are added up: all that is left are the sums. Every atom of these crystals lies on an axis of symmetry: turned by 180° about it, the crystal stays as it is. So the arrows to all neighbours at one distance $d$ add up to an arrow *along the axis*, $S_d\,\mathbf e_i$, where the unit vector $\mathbf e_i$ points along the axis of atom $i$. Suppose that in both crystals, for every atom $i$,
#
# $$\sum_{j:\,d_{ij} = d} \hat{\mathbf r}_{ij} = S_d\,\mathbf e_i , \qquad \sum_{j:\,d_{ij} = d} \mathbf e_j = T_d\,\mathbf e_i , \qquad \#\{j : d_{ij} = d\} = n_d ,$$
#
# with the *same* numbers $S_d$, $T_d$, $n_d$. Then no layer ever learns more. At the start all atoms have equal features, and no arrows. If before a layer all features are equal and the arrow of atom $i$ is $a\,\mathbf e_i$, then the new arrow is a sum of terms $f(d)\,S_d\,\mathbf e_i$ and $g(d)\,a\,T_d\,\mathbf e_i$: again one number times $\mathbf e_i$, the same number for all atoms of both crystals. Products of such arrows are again the same for all. So it goes on, whatever the weights.
#
# It remains to look whether the three equations hold.

# %%
from twinclouds.triangle_counts import edge_vectors

bixbyite = gallery["bixbyite"]


def shell_numbers(atoms, cutoff=10.0):
    """The lists of d, n, S and T, after checking that the sums have the form that is claimed."""
    cloud = tc.as_cloud(atoms)
    graph = tc.distance_graph(cloud, cutoff)
    arrows = edge_vectors(cloud, graph) / graph.distances[:, None]
    shells, shell = np.unique(graph.distances.round(5), return_inverse=True)

    def sums(vectors):
        total = np.zeros((graph.n_nodes, len(shells), 3))
        np.add.at(total, (graph.senders, shell), vectors)
        return total

    first = sums(arrows)
    leading = next(s for s in range(len(shells)) if np.linalg.norm(first[0, s]) > 0.1)
    axis = first[:, leading] / np.linalg.norm(first[:, leading], axis=1, keepdims=True)
    numbers = [shells]
    for vectors in (first, sums(axis[graph.receivers])):
        along = np.einsum("isx,ix->is", vectors, axis)
        assert np.allclose(vectors, along[:, :, None] * axis[:, None, :], atol=1e-4)  # along the axis
        assert np.allclose(along, along[0], atol=1e-4)  # the same number for all atoms
        numbers.append(along[0].round(3) + 0.0)  # no minus before a zero
    counts = np.array([np.bincount(shell[graph.senders == i], minlength=len(shells)) for i in range(graph.n_nodes)])
    assert (counts == counts[0]).all()
    return [numbers[0], counts[0], *numbers[1:]]


both = [shell_numbers(atoms) for atoms in bixbyite]
print("distance (A)  neighbours      S       T")
for d, n, S, T in list(zip(*both[0], strict=True))[:8]:
    print(f"{d:9.3f} {n:10d} {S:12.3f} {T:7.3f}")
print(f"and so on, {len(both[0][0])} distances up to 10 Å")
assert all(np.allclose(x, y, atol=1e-3) for x, y in zip(*both, strict=True))
print("The other crystal has the same numbers.")

deep = tc.MessagePassing(layers=3, width=16, cutoff=9.0, vectors=True)  # a larger cutoff than in the table
assert tc.audit(deep, bixbyite).entries[0].blind

# %% [markdown]
# They do. So the verdict *blind* in the table is no accident of random weights. For networks of this form, with any weights, any number of layers and any cutoff up to 10 Å, it is proved (up to the digits of the coordinates). The messages of ViSNet and MACE are richer than these; that they share the fate with vectors only is what the table measures. The argument also tells what would help: products of *single* arrows (angles), or sums of more than arrows: ellipsoids, which are tensors with $l = 2$. That is what ViSNet with $l = 2$ and MACE with tensors have in the table.
#
# ## Explore: a shorter cutoff
#
# Nobody computes with all distances. The second part of the table has for each pair the smallest cutoff that joins all atoms into one piece.

# %%
short, _ = reference("short")
tc.ui.AuditView(
    short,
    title="Real architectures, short cutoff",
    try_="Sort by DimeNet++, which separated all degenerate pairs on the complete graph. Which ones come first now?",
    notice="Models that see angles lose pairs. Do models that see only distances win any?",
)

# %%
joined = {e.pair for e in short.entries if e.kind == DEGENERATE}
lost = defaultdict(list)
for model in short.models:
    blind = blind_pairs(short, model)
    if sees[model] == "distances":
        assert blind == joined  # a theorem: blind with all distances is blind with fewer
    elif sees[model] == "angles":
        for pair in sorted(blind - blind_pairs(complete, model)):
            lost[pair].append(model)
print("Separated by angles on the complete graph, and no more at the short cutoff:")
for pair, by in sorted(lost.items(), key=lambda item: -len(item[1])):
    print(f"{pair:18s} lost by {len(by)} of {sum(kind == 'angles' for kind in sees.values())} models that see angles")
assert {"SF6", "Cr(CO)6"} <= {pair for pair, by in lost.items() if len(by) == list(sees.values()).count("angles")}

# %% [markdown]
# Models that see only distances win nothing: what is not told apart with all distances is not told apart with fewer ([Benzene has a twin](00_start_here.ipynb)). But those that see angles *lose* pairs, and all of them lose the octahedral complexes. With the bonds as the only edges an octahedral complex is a **star**: one centre, and ligands that do not see each other (in the carbonyl, with arms of two atoms). Between the bonds the same angles occur in both members.
#
# ## Explore: the star
#
# The third part of the table holds octahedral complexes as stars.

# %%
from twinclouds.models.reference import cases

star, _ = reference("star")
tc.ui.AuditView(
    star,
    pairs={case.name: case.pair for case in cases(["star"])},
    title="Real architectures, star graph",
    try_="Sort by the random network with vectors and 3 layers. Then scroll to the right, and sort by correlations "
    "of 4 bodies. Choose a cell, and read the difference beside the noise.",
    notice="Which columns are not blind throughout? What do their names have in common?",
)

# %%
for model in star.models:
    if sees[model] == "four bodies":
        ratios = [e.ratio for e in star.of(model).entries]
        print(f"{model:40s} differences from {min(ratios):.0e} to {max(ratios):.0e} of the spread")
        assert all(e.verdict == "separates" for e in star.of(model).entries)
    else:
        assert all(e.blind for e in star.of(model).entries)

# %% [markdown]
# On a star everything up to three bodies is blind, also with several layers, as long as these carry no more than vectors. What separates looks at four bodies, the centre and three ligands: at once, or over several layers that carry tensors. The differences, though, may be faint. So *which model is better?* is not a question about a model alone. It is about a model **and a graph**: a larger cutoff makes angles enough, a higher body order makes a short cutoff enough.
#
# Two words of caution when you read such tables. A verdict *separates* says that the difference is there, not that it is easy to learn: read the ratio of difference to spread as well. And what is neither *blind* nor *separates* belongs in the table too. The next cell lists it.

# %%
for graph, table in {"complete": complete, "short": short, "star": star}.items():
    for e in table.entries:
        if e.verdict not in ("blind", "separates"):
            print(f"{graph:9s}{e.model:40s}{e.pair:18s}{e.verdict}: {e.problem}")

# %% [markdown]
# ## Build: your own model
#
# Now it is your turn to be audited. A model is *any* function that takes `ase.Atoms` and returns a number or an array.
#
# **First a model of distances.** Write a function of the distances between atoms (`atoms.get_all_distances()` is the table of all of them), in which every atom, or every pair of atoms, counts alike. You may use the elements (`atoms.numbers`).


# %% exercise="my_distance_model" level=1 points=2
def my_distance_model(atoms):
    """A number, or an array, computed from the distances between atoms."""
    ### BEGIN SOLUTION
    d = atoms.get_all_distances()
    return np.exp(-d).sum()
    ### END SOLUTION


# %% check="my_distance_model"
check("my_distance_model", my_distance_model)

# %% [markdown] hint="my_distance_model"
# A sum over all pairs of any smooth function of the distance will do. Mind the diagonal of the table: every atom is at the distance 0 from itself.

# %% [markdown]
# **Then a model with angles.** It has to separate *all* isolated degenerate pairs of the gallery. Here the directions from every atom to every other one come ready-made: `u[i, j]` is the unit vector from atom $i$ to atom $j$ (zero where $i = j$), `d[i, j]` is the distance.


# %%
def directions(atoms):
    """Unit vectors u[i, j] from atom i to atom j, and the table of distances."""
    r = atoms.positions[None] - atoms.positions[:, None]
    d = np.linalg.norm(r, axis=2)
    return r / (d + np.eye(len(d)))[:, :, None], d


# %% exercise="my_angular_model" level=2 points=3
def my_angular_model(atoms):
    """A number, or an array, that depends on angles."""
    u, d = directions(atoms)
    ### BEGIN SOLUTION
    cosines = np.einsum("iax,ibx->iab", u, u)  # of the angle at i between a and b
    weights = np.exp(-d)
    return np.einsum("ia,ib,iab->", weights, weights, cosines**2)
    ### END SOLUTION


# %% check="my_angular_model"
check("my_angular_model", my_angular_model)

# %% [markdown] hint="my_angular_model"
# The cosine of the angle at $i$ between $a$ and $b$ is the product `u[i, a] @ u[i, b]`. Add up a function of it over all $i$, $a$, $b$, weighted by functions of the two distances. Without weights, far and near neighbours are all mixed up.

# %% [markdown] hint="my_angular_model"
# `np.einsum("iax,ibx->iab", u, u)` gives all cosines at once, and `np.einsum("ia,ib,iab->", w, w, g)` adds up the entries of `g` with weights `w` for both legs.

# %% [markdown]
# Audits can be shown side by side: add the reports. Here are the two formulas from above on all isolated pairs; if your two models exist already, they come along.

# %%
isolated = {name: pair for name, pair in gallery.items() if not pair.a.pbc.any()}

began = time.perf_counter()
mine = sum(tc.audit(model, isolated) for model in (nuclear_repulsion, three_atoms))
for model in (my_distance_model, my_angular_model):
    if tc.audit(model, ["benzene"]).entries[0].verdict != "failed":
        mine += tc.audit(model, isolated)
print(f"{len(mine)} verdicts in {time.perf_counter() - began:.1f} s")
print(mine.summary())

tc.ui.AuditView(
    mine,
    title="Your models",
    try_="Sort by three_atoms, and look at the pairs that it cannot see.",
    notice="One of them is neither degenerate for distances nor a mirror image.",
)

# %% [markdown]
# The sum over triangles separates all twins, as angles should. But it is blind on `rings-4body`, which even a network of distances tells apart. The two clouds consist of the same triangles, each equally often; they are put together in another way. A *sum* over triangles loses who belongs to whom, while a network keeps it: its atoms have colours. **More bodies are not more of everything.**

# %%
entries = {(e.model, e.pair): e.verdict for e in mine.entries}
assert {pair for (model, pair), verdict in entries.items() if model == "three_atoms" and verdict == "blind"} == {
    "rings-4body",
    *(name for name, pair in isolated.items() if tc.congruent(*pair)),
}
assert not tc.compare(*gallery["rings-4body"]).equivalent


# %% [markdown]
# ## Models that misbehave
#
# Models of flesh and blood have faults. What does an audit say then? Here are five, each with a fault that you may meet again.


# %%
def lennard_jones(atoms):  # forgets that an atom has the distance 0 from itself
    d = atoms.get_all_distances()
    with np.errstate(all="ignore"):
        return (1 / d**12 - 1 / d**6).sum()


def from_the_first_atom(atoms):  # depends on which atom comes first
    return np.sort(atoms.get_distances(0, range(len(atoms))))


def height(atoms):  # depends on how the molecule lies in space
    return np.ptp(atoms.positions[:, 2])


def with_dropout(atoms):  # draws new random numbers at each call
    return nuclear_repulsion(atoms) * np.random.default_rng().uniform(0.9, 1.1)


def weight(atoms):  # looks at the elements only
    return atoms.get_masses().sum()


culprits = (lennard_jones, from_the_first_atom, height, with_dropout, weight)
misbehaving = sum(tc.audit(model, ["benzene", "hydrazine-1eV", "decalin"]) for model in culprits)
for e in misbehaving.entries:
    if e.pair == "benzene":
        print(f"{e.model:20s} {e.verdict:14s} {e.problem}")

found = {e.model: e.verdict for e in misbehaving.entries if e.pair == "benzene"}
assert found == {
    "lennard_jones": "failed",
    "from_the_first_atom": "not invariant",
    "height": "not invariant",
    "with_dropout": "inconclusive",
    "weight": "inconclusive",
}

# %%
tc.ui.AuditView(
    misbehaving,
    title="Models that misbehave",
    try_="Choose a cell in each column and read what went wrong.",
    notice="None of these models is called blind, and none is said to separate anything.",
)

# %% [markdown]
# `lennard_jones` returns NaN (infinity minus infinity), and the run goes on without it. `from_the_first_atom` and `height` give other numbers for the same molecule in another pose or order. Had we only looked at the difference between benzene and its twin, we might have praised both for seeing it! `weight` gives every arrangement the same number. It is blind in a sense, but to *everything*, and the audit says so in place of a verdict on the pair.

# %%
first, second = gallery["benzene"]
naive = abs(height(first) - height(second))
print(f"A careless audit of height: the twins differ by {naive:.2f} Å, so it 'sees' them.")
assert naive > 0.1
assert {e.verdict for e in misbehaving.entries} <= {"failed", "not invariant", "inconclusive"}

# %% [markdown]
# The same from a terminal, for a function `energy` in a file `mymodel.py`: `twinclouds audit mymodel:energy`. ASE calculators and objects with a method `transform` are taken as they are, and `setup=` sets random weights from a seed.
#
# ## Exercises
#
# ### 1. A warm-up: what nobody sees
#
# Some pairs of the gallery are told apart by *no* model of the table, not even on the complete graph. Which? Put their names into a list. You can read them off the first `AuditView`, or compute them from `complete.entries`.

# %% exercise="nobody_sees" level=1 points=1
nobody_sees = ...  # a list of names
### BEGIN SOLUTION
nobody_sees = [pair for pair in complete.pairs if all(e.blind for e in complete.entries if e.pair == pair)]
### END SOLUTION

# %% check="nobody_sees"
check("nobody_sees", nobody_sees)

# %% [markdown] hint="nobody_sees"
# `complete.pairs` lists the pairs. Each entry of `complete.entries` has a `model`, a `pair` and a flag `blind`. For which pairs are all entries blind?

# %% [markdown] solution="nobody_sees"
# They are the mirror images. Energies do not know left from right either, so for an energy this blindness is wanted; for the sign of an optical rotation it is not.

# %% [markdown]
# ### 2. A little more: mend a model
#
# A colleague gives you this draft of a Lennard-Jones energy. It is meant to be the sum over all *pairs* of atoms of $d^{-12} - d^{-6}$, each pair counted once, but it has **two** faults. An audit finds one after the other: run `print(tc.audit(draft, ["benzene"]).table())` and read the last column.


# %%
def draft(atoms):
    d = atoms.get_distances(0, range(len(atoms)))
    with np.errstate(all="ignore"):
        return (1 / d**12 - 1 / d**6).sum()


assert tc.audit(draft, ["benzene"]).entries[0].verdict == "failed"


# %% [markdown]
# **Your turn.** Write it without the faults.


# %% exercise="mended" level=2 points=3
def mended(atoms):
    """Sum over all pairs of atoms of d**-12 - d**-6, each pair counted once."""
    ### BEGIN SOLUTION
    d = atoms.get_all_distances()[np.triu_indices(len(atoms), 1)]
    return (1 / d**12 - 1 / d**6).sum()
    ### END SOLUTION


# %% check="mended"
check("mended", mended)

# %% [markdown] hint="mended"
# Mend what the audit of `draft` says, and audit the result again: `print(tc.audit(mended, ["benzene"]).table())`.

# %% [markdown] hint="mended"
# The distances are those from the *first* atom only, and among them is its distance from itself. `np.triu_indices(n, 1)` gives each pair once, without the diagonal.

# %% [markdown]
# ### 3. A challenge: the capstone
#
# Four models, with nothing hidden. Each gives a fingerprint of a whole molecule, and each has been used to compare molecules.


# %%
def all_distances(atoms):
    """All distances, smoothed: how many pairs of which elements at which distance."""
    d, Z = atoms.get_all_distances(), atoms.numbers
    i, j = np.triu_indices(len(Z), 1)
    at = np.arange(0.5, 8, 0.25)
    return (Z[i] * Z[j] * np.exp(-(((d[i, j] - at[:, None]) / 0.3) ** 2))).sum(axis=1)


def coulomb_eigenvalues(atoms):
    """Eigenvalues of the Coulomb matrix of Rupp and others (2012)."""
    d, Z = atoms.get_all_distances(), atoms.numbers.astype(float)
    matrix = np.outer(Z, Z) / (d + np.eye(len(Z)))
    np.fill_diagonal(matrix, 0.5 * Z**2.4)
    return np.linalg.eigvalsh(matrix)


def moments(atoms):
    """Principal moments of inertia, which microwave spectroscopy measures."""
    return atoms.get_moments_of_inertia()


suspects = {
    "all_distances": all_distances,
    "three_atoms": three_atoms,
    "coulomb_eigenvalues": coulomb_eigenvalues,
    "moments": moments,
}

# %% [markdown]
# A pair **defeats** a model if the two clouds are *not congruent* (so mirror images do not count) and the audit says *blind*. For each model give the name of an isolated pair of the gallery that defeats it, or the word `"none"` if there is none. One of them is easy, and for one you look for a needle in a haystack.

# %% exercise="defeats" level=3 points=4
defeats = ...  # a dictionary from each of the four names to the name of a pair, or to "none"
### BEGIN SOLUTION
defeats = {}
shapes = {name: pair for name, pair in isolated.items() if not tc.congruent(*pair)}
for name, model in suspects.items():
    blind = [e.pair for e in tc.audit(model, shapes).entries if e.blind]
    defeats[name] = blind[0] if blind else "none"
### END SOLUTION

# %% check="defeats"
check("defeats", defeats)

# %% [markdown] hint="defeats"
# `tc.audit(model, isolated).entries` has one entry for each pair, with `.pair` and `.blind`. `tc.congruent(*isolated[name])` says whether a pair is one shape only.

# %% [markdown] solution="defeats"
# Two models of four are defeated by a pair of the gallery. Sums over pairs cannot see twins; the sum over triangles fails on `rings-4body`. The eigenvalues of the Coulomb matrix come from distances alone, and yet they separate all twins: an eigenvalue depends on the *whole table* of distances at once, with all its closed walks, and not on what each atom sees. They are no message-passing network.

# %% [markdown]
# ### 4. A challenge: none in the gallery is not none
#
# No pair of the gallery defeats `moments`. Does that mean that moments of inertia determine the shape? Find two clouds of **at least six atoms**, with the same atoms and not congruent, that `moments` cannot tell apart.

# %% exercise="beats_moments" level=3 points=4
beats_moments = ...  # two ase.Atoms: (first, second)
### BEGIN SOLUTION


def two_rings(twist):
    """Two regular triangles, one above the other and turned by an angle (degrees)."""
    angles = np.radians([0, 120, 240, twist, twist + 120, twist + 240])
    return Atoms("C6", np.stack([np.cos(angles), np.sin(angles), [-1, -1, -1, 1, 1, 1]], axis=1))


beats_moments = (two_rings(0), two_rings(40))
### END SOLUTION

# %% check="beats_moments"
check("beats_moments", beats_moments)

# %% [markdown] hint="beats_moments"
# There are only three moments, but a molecule of $n$ atoms has $3n - 6$ ways to change its shape. There must be changes that none of the three numbers notices. Think of a part of a molecule that is round enough for the moments not to notice how it is turned.

# %% [markdown] hint="beats_moments"
# Three equal atoms in a regular triangle have the same moments however the triangle is turned about its axis. Ethane has two such triangles: imagine one of them turned about the bond between the carbon atoms. Build your triangles with `np.cos` and `np.sin`: the molecules that come with ASE are rounded to a few decimals, and the audit notices.

# %% [markdown] solution="beats_moments"
# The same count of numbers applies to the eigenvalues of the Coulomb matrix: $n$ numbers cannot determine $3n - 6$ once $n > 3$. Moussa (2012) gave a distortion of acetylene that keeps them all. A gallery finds blindness that others have met before you; that none of its pairs defeats a model proves nothing. A proof is something else: that of 2-FWL in three dimensions, for instance ([Where angles stop](08_where_angles_stop.ipynb)).

# %% [markdown]
# ## What you have done

# %%
progress(9)

# %% [markdown]
# ## Summary
#
# An audit gives a model pairs of different clouds and compares the difference of its outputs with the noise floor, from turned and renumbered copies, and with the spread over other clouds. Real architectures are as blind as what they are allowed to look at: distances fail on all degenerate pairs, arrows on bixbyite, angles on stars, and everything on mirror images, where it is wanted. A verdict belongs to a model together with its graph, and a gallery on which a model passes is no proof that it sees everything.
#
# ## The whole course on one page
#
# 1. [Benzene has a twin](00_start_here.ipynb): a distance network sees for each atom a list of distances, without names at the far ends, and all these lists agree.
# 2. [From a cloud of atoms to a graph](01_clouds_and_graphs.ipynb): a cutoff makes a cloud into a graph, and piles of distances are less than a table of them.
# 3. [Colours from neighbours](02_colour_refinement.ipynb): refinement says exactly which atoms look alike, and it stops soon.
# 4. [Refinement is message passing](03_refinement_is_message_passing.ipynb): no weights, width or depth see more, and random weights see as much.
# 5. [How to build a twin](04_twins.ipynb): three lines and one sign make twins, from six atoms on, at every cutoff; certificates prove it.
# 6. [Twins in nature](05_twins_in_nature.ipynb): every octahedral complex that is distorted along a threefold axis is one half of a pair, and there are crystals that X-rays confuse.
# 7. [What a network can learn](06_what_a_network_can_learn.ipynb): on a data set of twins there is an error floor that is known before training, and every distance network stops at it.
# 8. [Angles resolve](07_angles_resolve.ipynb): angles see what distances miss, as long as the cutoff reaches the third side.
# 9. [Where angles stop](08_where_angles_stop.ipynb): more bodies, depth or a larger cutoff help further; in three dimensions 2-FWL sees everything but mirror images.
# 10. Audit your model: what your own model sees, you can now find out in a minute.
#
# **What comes next.** Your model. Audit it before you trust it, and if you find a pair that the gallery does not have, add it: the project's `CONTRIBUTING.md` says how. The words of the course are explained in the [glossary](glossary.md).
#
# **References**
#
# - S. N. Pozdnyakov, M. Ceriotti, *Incompleteness of graph neural networks for points clouds in three dimensions*, Mach. Learn.: Sci. Technol. **3**, 045020 (2022), [doi:10.1088/2632-2153/aca1f8](https://doi.org/10.1088/2632-2153/aca1f8), [arXiv:2201.07136](https://arxiv.org/abs/2201.07136).
# - K. T. Schütt, H. E. Sauceda, P.-J. Kindermans, A. Tkatchenko, K.-R. Müller, *SchNet: a deep learning architecture for molecules and materials*, J. Chem. Phys. **148**, 241722 (2018), [doi:10.1063/1.5019779](https://doi.org/10.1063/1.5019779), [arXiv:1712.06113](https://arxiv.org/abs/1712.06113).
# - K. T. Schütt, O. T. Unke, M. Gastegger, *Equivariant message passing for the prediction of tensorial properties and molecular spectra*, ICML 2021 (PaiNN), [arXiv:2102.03150](https://arxiv.org/abs/2102.03150).
# - J. Gasteiger, S. Giri, J. T. Margraf, S. Günnemann, *Fast and uncertainty-aware directional message passing for non-equilibrium molecules* (DimeNet++, 2020), [arXiv:2011.14115](https://arxiv.org/abs/2011.14115).
# - I. Batatia, D. P. Kovács, G. N. C. Simm, C. Ortner, G. Csányi, *MACE: higher order equivariant message passing neural networks for fast and accurate force fields*, NeurIPS 2022, [arXiv:2206.07697](https://arxiv.org/abs/2206.07697).
# - Y. Wang, T. Wang, S. Li and others, *Enhancing geometric representations for molecules with equivariant vector-scalar interactive message passing* (ViSNet), Nat. Commun. **15**, 313 (2024), [doi:10.1038/s41467-023-43720-2](https://doi.org/10.1038/s41467-023-43720-2).
# - A. P. Bartók, R. Kondor, G. Csányi, *On representing chemical environments* (SOAP), Phys. Rev. B **87**, 184115 (2013), [doi:10.1103/PhysRevB.87.184115](https://doi.org/10.1103/PhysRevB.87.184115), [arXiv:1209.3140](https://arxiv.org/abs/1209.3140).
# - J. Behler, *Atom-centered symmetry functions for constructing high-dimensional neural network potentials*, J. Chem. Phys. **134**, 074106 (2011), [doi:10.1063/1.3553717](https://doi.org/10.1063/1.3553717).
# - M. Rupp, A. Tkatchenko, K.-R. Müller, O. A. von Lilienfeld, *Fast and accurate modeling of molecular atomization energies with machine learning*, Phys. Rev. Lett. **108**, 058301 (2012), [doi:10.1103/PhysRevLett.108.058301](https://doi.org/10.1103/PhysRevLett.108.058301), [arXiv:1109.2618](https://arxiv.org/abs/1109.2618); J. E. Moussa, *Comment*, Phys. Rev. Lett. **109**, 059801 (2012), [doi:10.1103/PhysRevLett.109.059801](https://doi.org/10.1103/PhysRevLett.109.059801).
# - S. N. Pozdnyakov, M. J. Willatt, A. P. Bartók, C. Ortner, G. Csányi, M. Ceriotti, *Incompleteness of atomic structure representations*, Phys. Rev. Lett. **125**, 166001 (2020), [doi:10.1103/PhysRevLett.125.166001](https://doi.org/10.1103/PhysRevLett.125.166001), [arXiv:2001.11696](https://arxiv.org/abs/2001.11696).
# - B. M. Axilrod, E. Teller, *Interaction of the van der Waals type between three atoms*, J. Chem. Phys. **11**, 299 (1943), [doi:10.1063/1.1723844](https://doi.org/10.1063/1.1723844).
# - L. Pauling, M. D. Shappell, *The crystal structure of bixbyite and the C-modification of the sesquioxides*, Z. Kristallogr. **75**, 128 (1930).
