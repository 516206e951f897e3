# %% [markdown]
# # What a network can learn
#
# Before a single weight is trained you can write a number on a piece of paper: the error at which a distance network will stop. More data do not help, nor does a larger network. In this notebook you compute the number, put the paper into your pocket, and watch the training arrive at it.
#
# | | |
# |---|---|
# | **Time** | about 40 minutes |
# | **You should know** | what twins are ([How to build a twin](04_twins.ipynb)) and that real molecules have them ([Twins in nature](05_twins_in_nature.ipynb)); that a network sees what refinement sees ([Refinement is message passing](03_refinement_is_message_passing.ipynb)); the mean and the standard deviation |
# | **You will be able to** | compute the error floor of a data set; split data so that the test is fair; read a learning curve and say what is above the floor; say which energies hide from distances and which do not; judge, with numbers, how much of this concerns your own data |

# %%
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy is loaded: with small matrices threads wait for each other

from dataclasses import replace
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
from ase.build import molecule
from ase.collections import g2
from ase.data import covalent_radii
from scipy.spatial.distance import cdist

import twinclouds as tc
from twinclouds.exercises import answer, check, describe, hint, progress, reset, solution
from twinclouds.learning import (
    Ridge,
    axilrod_teller,
    axilrod_teller_pairs,
    floor,
    hydrazine_pairs,
    learning_curve,
    lennard_jones,
    split,
)
from twinclouds.neartwins import closeness, conformers, survey
from twinclouds.networks import MessagePassing

plt.style.use("twinclouds.ui.plots")

# %% [markdown]
# ## A data set of twins
#
# Hydrazine, N₂H₄, has six atoms. Put the two nitrogen atoms on one line through a point and the hydrogen atoms on two others, at random lengths and angles near those of the molecule: three lines, and so twins. The package brings such pairs along, with the energy of both members from quantum chemistry (`GFN2-xTB`, a fast approximate method). We take 600 of them.

# %%
pairs = hydrazine_pairs().take(range(600))
energies = pairs.targets  # one row for each pair: the energies of its two members, in eV
gaps = abs(energies[:, 0] - energies[:, 1])

print(f"{len(pairs)} pairs of {''.join(pairs.species)}, {2 * len(pairs)} clouds")
print(f"standard deviation of all energies: {energies.std():.2f} eV")
print(f"difference within a pair: median {np.median(gaps):.2f} eV, largest {gaps.max():.2f} eV")

# %% [markdown]
# ## Your prediction
#
# We train a distance network on 25 of these pairs, then on 50, on 100, on 200 and on 360. Each time we measure its error on 120 pairs that it has never seen.

# %%
prediction = tc.ui.Prediction(
    "What becomes of the error on new pairs?",
    [
        "It falls towards zero, if slowly",
        "It stops at a value that depends on how large the network is",
        "It stops at a value that can be computed before the training",
        "It grows, since the data contradict each other",
    ],
)
prediction

# %% [markdown]
# ## Explore: one pair of the data set
#
# Here is a pair whose energies differ by as much as in the typical pair.

# %%
typical = int(np.argsort(gaps)[len(gaps) // 2])
clouds = pairs.clouds()  # the two members of a pair one after the other
first, second = clouds[2 * typical : 2 * typical + 2]
print(f"The energies of this pair differ by {gaps[typical]:.2f} eV.")
assert tc.compare(first, second).equivalent

tc.ui.RefinementExplorer(
    first,
    second,
    names=("first of the pair", "second of the pair"),
    cutoff=np.inf,
    title="Two clouds of the data set, with different energies",
    try_="Pick a nitrogen atom on the left and the same on the right, and compare what they see. Then slide the "
    "cutoff.",
    notice="For the network the data set holds the same input twice, with two different right answers.",
)

# %% [markdown]
# ## Build: the floor, before any training
#
# A model that gives two clouds one answer cannot be right about both. Let us say it once for all: give every cloud a **label** that stands for what the model sees of it. Clouds with the same label get the same answer. In the data set above each pair has a label of its own. In other data sets some labels belong to one cloud only, and others to three or more.
#
# Which single answer is best for the clouds of one label, if squared errors are added up? Their mean energy. So the smallest possible root-mean-square error (RMSE) is reached when every cloud gets the mean $\bar E$ of its label:
#
# $$\text{floor} = \sqrt{\frac1N \sum_{i=1}^{N} \bigl(E_i - \bar E_{\text{label}(i)}\bigr)^2} .$$
#
# For a pair, each member is half of the difference away from the mean, and we are back at the formula $\sqrt{\operatorname{mean}\,(\Delta E/2)^2}$ of [Twins in nature](05_twins_in_nature.ipynb).
#
# **Your turn.** Write the function. When it is right, the check tells you what it promises for the 120 pairs of the test. Write that number down.


# %% exercise="blind_floor" level=2 points=3
def blind_floor(energies, labels):
    """Smallest RMSE of a model that gives clouds with equal labels equal answers.

    energies: list of N energies, in eV. labels: list of N labels (numbers or texts), one for each cloud.
    """
    ### BEGIN SOLUTION
    energies = np.asarray(energies, dtype=float)
    _, group = np.unique(labels, return_inverse=True)
    means = np.bincount(group, weights=energies) / np.bincount(group)
    return np.sqrt(np.mean((energies - means[group]) ** 2))
    ### END SOLUTION


# %% check="blind_floor"
check("blind_floor", blind_floor)

# %% [markdown] hint="blind_floor"
# Collect the energies of each label in a dictionary: `groups.setdefault(label, []).append(energy)`. Then every cloud is compared with the mean of its own list.

# %% [markdown] hint="blind_floor"
# The mean under the root is over all $N$ clouds, not over the labels. A cloud whose label nobody else has adds a zero to the sum and still counts in $N$.

# %% [markdown]
# ## A fair test
#
# The pairs go into three boxes. With the **training** pairs the weights are fitted. With the **validation** pairs we choose settings, here how strongly large weights are punished. The **test** pairs are used once, at the end. Both members of a pair always go into the same box (you will see below what happens otherwise).

# %%
training, validation, test = split(len(pairs), seed=0)  # numbers of the pairs
print(f"{len(training)} pairs for training, {len(validation)} for validation, {len(test)} for the test")
assert not set(training.tolist()) & set(test.tolist())
assert not set(validation.tolist()) & set(test.tolist())

promise = floor(energies[test])
print(f"the promise: no distance network will have an error below {promise:.4f} eV on the test")
assert np.isclose(promise, np.sqrt(np.mean((gaps[test] / 2) ** 2)))

# %% [markdown]
# ## Train
#
# For the network we take one that trains in no time. Its inner weights are random and stay so, as in [Refinement is message passing](03_refinement_is_message_passing.ipynb); only the last step, from the features of the whole cloud to the energy, is fitted. This is **ridge regression**: the linear function of the features with the smallest squared error plus a penalty on its weights.
#
# There are two networks. One knows *distances only*. The other has *vectors*: its messages carry directions, and scalar products of the collected vectors know the angles. Everything else is the same.

# %%
networks = {
    "distances only": MessagePassing(layers=2, width=96, vectors=False),
    "with vectors": MessagePassing(layers=2, width=96, vectors=True),
}
# For each network an array of features: pair, member, feature.
features = {name: network.transform(clouds).reshape(len(pairs), 2, -1) for name, network in networks.items()}


def rows(table, which):
    """Features of both members of some of the pairs, one row for each cloud."""
    return table[which].reshape(2 * len(which), -1)


def train(name, targets, number):
    """Train on the first so many training pairs."""
    part = training[:number]
    known = rows(features[name], validation), targets[validation].ravel()
    return Ridge.fit(rows(features[name], part), targets[part].ravel(), known)


def predict(model, name, which=test):
    return model.predict(rows(features[name], which)).reshape(-1, 2)


def rmse(predicted, true):
    return float(np.sqrt(np.mean((predicted - true) ** 2)))


sizes = [25, 50, 100, 200, 360]
models, errors = {}, {}
for name in networks:
    models[name] = [train(name, energies, size) for size in sizes]
    errors[name] = [rmse(predict(model, name), energies[test]) for model in models[name]]
    words = "  ".join(f"{size} pairs: {error:.3f} eV" for size, error in zip(sizes, errors[name], strict=True))
    print(f"{name:15s} {words}")

# %%
figure, axes = plt.subplots(figsize=(7, 3.6))
for (name, curve), color, marker in zip(errors.items(), ("C0", "C1"), ("o", "s"), strict=True):
    axes.plot(sizes, curve, color=color, marker=marker)
    axes.annotate(name, (sizes[-1], curve[-1]), xytext=(6, 5), textcoords="offset points", color=color)
axes.axhline(promise, color="0.35", ls="--", lw=1.2)
axes.annotate("the promise", (sizes[2], promise), xytext=(0, -4), textcoords="offset points", va="top", color="0.25")
axes.set(
    xscale="log",
    yscale="log",
    xlim=(22, 700),
    ylim=(0.05, 1),
    xlabel="training pairs",
    ylabel="error on new pairs (eV)",
)
axes.set_xticks(sizes, labels=map(str, sizes))
axes.set_yticks([0.05, 0.1, 0.2, 0.5, 1], labels=["0.05", "0.1", "0.2", "0.5", "1"])
axes.minorticks_off()
describe(
    figure,
    "Learning curves from 25 to 360 training pairs. The error of the network with distances only goes from "
    f"{errors['distances only'][0]:.2f} to {errors['distances only'][-1]:.3f} eV and lies flat on the dashed line of "
    f"the floor, at {promise:.3f} eV. The error of the network with vectors goes from {errors['with vectors'][0]:.2f} "
    f"to {errors['with vectors'][-1]:.2f} eV, through the line, and is still falling.",
)
assert all(error >= promise for error in errors["distances only"])
assert errors["distances only"][-1] < 1.01 * promise
assert errors["with vectors"][-1] < 0.2 * promise

# %%
print(prediction.look_back("It stops at a value that can be computed before the training"))

# %% [markdown]
# Look at single predictions. Each pair is two points. If a model gives both members one answer, they lie side by side on one height, and the line of the right answers has to pass between them.

# %%
trained = {name: models[name][-1] for name in networks}
predicted = {name: predict(model, name) for name, model in trained.items()}
shown = np.argsort(-gaps[test])[:25]  # the 25 test pairs with the largest differences
ends = [energies[test].min() - 0.3, energies[test].max() + 0.3]

figure, panels = plt.subplots(1, 2, figsize=(7, 3.6), sharex=True, sharey=True)
for panel, (name, guess), color in zip(panels, predicted.items(), ("C0", "C1"), strict=True):
    panel.plot(ends, ends, color="0.7", lw=1, zorder=0)
    for pair in shown:
        panel.plot(energies[test][pair], guess[pair], color=color, lw=0.8, marker="o", ms=4, alpha=0.8)
    panel.set(title=name, xlabel="right energy (eV)", aspect="equal", xlim=ends, ylim=ends)
panels[0].set_ylabel("predicted energy (eV)")
flat = abs(predicted["distances only"][:, 0] - predicted["distances only"][:, 1]).max()
describe(
    figure,
    "Predicted against right energies of 25 test pairs; a line joins the two members of a pair. With distances only "
    f"all lines are horizontal, the two predictions of a pair differing by {flat:.0e} eV at most, and cross the "
    "diagonal near their middle. With vectors the points lie on the diagonal.",
)
assert flat < 1e-6

# %% [markdown]
# ## Explore: an audit of the trained networks
#
# An **audit** asks a model about many pairs. The difference between its two answers is compared with how much its answers vary at all, and with the noise of rounding. Here are both trained networks and six pairs from the test.

# %%
audited = {
    f"test pair {number}": tuple(cloud.to_atoms() for cloud in clouds[2 * pair : 2 * pair + 2])
    for number, pair in enumerate(test[shown[:6]].tolist(), 1)
}
reports = [
    tc.audit(lambda atoms, name=name: trained[name].predict(networks[name].transform([atoms]))[0], audited, name=name)
    for name in networks
]
blind = {report.rows[0]["model"]: [row["blind"] for row in report.rows] for report in reports}
assert all(blind["distances only"])
assert not any(blind["with vectors"])

tc.ui.AuditView(
    reports,
    pairs=audited,
    title="Two trained networks and six pairs",
    try_="Choose a cell in each of the two columns, for the same pair, and read the numbers. Turn the pair.",
    notice="Training has changed what the networks say, and nothing about what they can see.",
)

# %% [markdown]
# ## Prove: what is above the floor
#
# Let $f$ be any model that gives both members of pair $k$ the same answer $f_k$. Let $\bar E_k$ be the mean of the two energies and $\Delta E_k$ their difference. The errors on the two members are $f_k - \bar E_k \mp \tfrac12\Delta E_k$. Square them and add: the mixed terms cancel, and what is left is a theorem of Pythagoras,
#
# $$\text{RMSE}^2 \;=\; \underbrace{\operatorname{mean}\,(\tfrac12 \Delta E_k)^2}_{\text{floor}^2} \;+\; \underbrace{\operatorname{mean}\,(f_k - \bar E_k)^2}_{\text{error on the means}} .$$
#
# The first term does not contain the model. The second is an ordinary learning problem, whose right answers are the means, and it can be made as small as one likes. So the floor is not merely a bound: it is *reached*, as far as the means are learnt.

# %%
means = energies[test].mean(axis=1)
print("training pairs   RMSE (eV)   floor (eV)   error on the means (eV)")
for size, model, error in zip(sizes, models["distances only"], errors["distances only"], strict=True):
    guess = predict(model, "distances only").mean(axis=1)
    rest = rmse(guess, means)
    print(f"{size:14d}   {error:9.4f}   {promise:10.4f}   {rest:23.4f}")
    assert np.isclose(error**2, promise**2 + rest**2, rtol=1e-6)

# %% [markdown]
# Can it be reached *exactly*? Let a network learn thirty pairs by heart: many more features than clouds, and no penalty. For other data its error on what it was trained on would be zero.

# %%
few = training[:30]
learnt = {}
for name in networks:
    x = rows(features[name], few)
    spread = x.std(axis=0)
    changing = spread > 1e-9 * abs(x).max()
    x = np.column_stack([(x - x.mean(axis=0))[:, changing] / spread[changing], np.ones(len(x))])
    weights = np.linalg.lstsq(x, energies[few].ravel(), rcond=1e-12)[0]
    learnt[name] = rmse(x @ weights, energies[few].ravel())
    print(f"{name:15s} error on the 30 pairs learnt by heart: {learnt[name]:.10f} eV")
print(f"{'floor':15s} of these 30 pairs:                     {floor(energies[few]):.10f} eV")

assert np.isclose(learnt["distances only"], floor(energies[few]), rtol=0, atol=5e-11)
assert learnt["with vectors"] < 1e-9

# %% [markdown]
# All ten decimals agree. The network knows every training pair by heart, and its error is the floor.
#
# Perhaps a larger or deeper network does better on new pairs? The proof says no. The next cell asks some.

# %%
for layers, width in ((1, 32), (1, 128), (4, 48)):
    network = MessagePassing(layers=layers, width=width)
    curve = learning_curve(pairs, sizes=[360], features={"distances only": network.transform})
    ratio = curve.errors["distances only"][0] / curve.floor
    print(f"{layers} layer(s), width {width:3d}: {ratio:.3f} times the floor")
    assert 1 <= ratio < 1.15

# %% [markdown]
# ## Three energies for the same clouds
#
# The floor belongs to the clouds *and* to the energy that is to be learnt. Keep the clouds, keep the features, and change only the energy:
#
# - a **pair potential**, a sum over pairs of atoms of a function of their distance. We take that of Lennard and Jones, $4(d^{-12} - d^{-6})$ with $d$ in Å;
# - the **three-body** energy of Axilrod and Teller, a sum over all triangles of atoms of $(1 + 3\cos\alpha\cos\beta\cos\gamma) / (abc)^3$ with the sides $a, b, c$ and the angles $\alpha, \beta, \gamma$; it is a small part of the attraction between noble-gas atoms;
# - the quantum-chemical energy from above.
#
# Twins have the same list of distances. So for a pair potential, and for anything else that is a sum over distances, $\Delta E = 0$ on every pair.

# %%
targets = {
    "pair potential": lennard_jones(pairs.positions),
    "three-body energy": axilrod_teller(pairs.positions),
    "quantum chemistry": energies,
}
stops, relative = {}, {}
print(f"{'':18s}{'largest ΔE':>12s}{'floor':>10s}{'distances only':>16s}{'with vectors':>14s}")
for what, values in targets.items():
    unit = values[test].std()  # everything in units of the spread of the energies
    largest = abs(values[:, 0] - values[:, 1]).max() / unit
    stops[what] = floor(values[test]) / unit
    relative[what] = {
        name: [
            (error if what == "quantum chemistry" else rmse(predict(train(name, values, size), name), values[test]))
            / unit
            for size, error in zip(sizes, errors[name], strict=True)
        ]
        for name in networks
    }
    last = [relative[what][name][-1] for name in networks]
    print(f"{what:18s}{largest:12.1e}{stops[what]:10.1e}{last[0]:16.3f}{last[1]:14.3f}")

assert abs(np.diff(targets["pair potential"])).max() < 1e-12  # on all 600 pairs
assert stops["pair potential"] < 1e-12
assert relative["pair potential"]["distances only"][-1] < min(0.1, relative["pair potential"]["with vectors"][-1])
for what in ("three-body energy", "quantum chemistry"):
    assert stops[what] > 0.25
    assert 1 <= relative[what]["distances only"][-1] / stops[what] < 1.02
    assert relative[what]["with vectors"][-1] < 0.3 * stops[what]

# %%
figure, panels = plt.subplots(1, 3, figsize=(7.4, 3.3), sharex=True, sharey=True)
for panel, what in zip(panels, targets, strict=True):
    for name, color, marker in zip(networks, ("C0", "C1"), ("o", "s"), strict=True):
        panel.plot(sizes, relative[what][name], color=color, marker=marker, ms=5, label=name)
    if stops[what] > 1e-3:
        panel.axhline(stops[what], color="0.35", ls="--", lw=1.2)
        panel.annotate("floor", (360, stops[what]), xytext=(0, -3), textcoords="offset points", va="top", ha="right")
    panel.set(title=what, xscale="log", yscale="log", xlabel="training pairs", ylim=(0.02, 1))
    panel.set_xticks([25, 100, 360], labels=["25", "100", "360"])
    panel.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5, 1], labels=["0.02", "0.05", "0.1", "0.2", "0.5", "1"])
    panel.minorticks_off()
panels[0].set_ylabel("error / spread of the energies")
panels[1].legend(loc="lower left", fontsize=9)
describe(
    figure,
    "Three panels of learning curves, in units of the spread of the energies. For the pair potential both networks "
    f"keep learning; with 360 pairs distances only are at {relative['pair potential']['distances only'][-1]:.3f}, and "
    "there is no floor. For the three-body energy distances only stop at a floor of "
    f"{stops['three-body energy']:.2f}, for quantum chemistry at {stops['quantum chemistry']:.2f}; with vectors the "
    f"error falls below it, to {relative['three-body energy']['with vectors'][-1]:.2f} and "
    f"{relative['quantum chemistry']['with vectors'][-1]:.2f}.",
)

# %% [markdown]
# On the pair potential the distance network is not at a loss at all; here it is even the better of the two. Whoever tests an architecture on Lennard-Jones clusters will never find out that it is blind. A target has to contain terms of several bodies before the question can be asked. (Not every such term will do. In exercise 3 you look for one that stays silent.)
#
# The family does not matter either. Here are 400 pairs of another one: six points of one kind on three lines, with the three-body energy.

# %%
anonymous = axilrod_teller_pairs(400)
small = {
    "distances only": MessagePassing(layers=2, width=64).transform,
    "with vectors": MessagePassing(layers=2, width=64, vectors=True).transform,
}
other = learning_curve(anonymous, features=small)
print(other.table())
assert 1 <= other.errors["distances only"][-1] / other.floor < 1.03
assert other.errors["with vectors"][-1] < 0.3 * other.floor

# %% [markdown]
# ## Why the split has to go by pairs
#
# Suppose that somebody shuffles the *clouds* and puts a fifth of them into the test. Then most clouds of the test have their twin in the training set. Take the simplest model that remembers: it answers with the energy of that training cloud whose features are nearest.

# %%
rng = np.random.default_rng(0)
order = rng.permutation(2 * len(pairs))  # clouds, not pairs
test_clouds, training_clouds = order[: len(order) // 5], order[len(order) // 5 :]
x = features["distances only"].reshape(2 * len(pairs), -1)
x = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 1e-9 * abs(x).max(), x.std(axis=0), np.inf)

twins = test_clouds ^ 1  # changes the last binary digit: 2k becomes 2k + 1, and 2k + 1 becomes 2k
leaked = np.isin(twins, training_clouds)
nearest = training_clouds[cdist(x[test_clouds], x[training_clouds]).argmin(axis=1)]
remembered = nearest == twins

truth = energies.ravel()
error = rmse(truth[nearest[leaked]], truth[test_clouds[leaked]])
bound = floor(energies[test_clouds[leaked] // 2])
print(f"{leaked.sum()} of {len(test_clouds)} clouds of the test have their twin in the training set.")
print(f"The model takes its twin for the nearest cloud in {remembered[leaked].sum()} of these cases.")
print(f"Its error on them is {error / bound:.6f} times the floor.")
assert remembered[leaked].all()
assert np.isclose(error, 2 * bound)

# %% [markdown]
# For features that cannot tell twins apart the twin is at distance zero, and the model gives *its* energy: wrong by the whole of $\Delta E$ in place of half of it, exactly twice the floor. A split by clouds no longer measures what a model does with new shapes. With relatives of nearly equal energy, such as two frames of one simulation, the same mistake goes the other way: a model that merely remembers looks good. The rule is general: **what belongs together stays together**, be it twins, conformers of one molecule, or frames of one simulation.
#
# ## And real molecules?
#
# All our pairs were twins by construction. How often does one meet such pairs, or nearly such pairs, in data that nobody prepared? To measure it we need a number that says how close two clouds are to being twins.
#
# Ask two random networks how different two clouds are, one with distances only and one with vectors. The unit for each is what happens to its own features when all atoms are moved at random by 0.1 Å. Then take the **ratio** of the two answers. Where distances see a difference as well as angles do, it is about one. For twins it is zero.
#
# First the scale. Take benzene and its twin, and shake all atoms of both at random.

# %%
shakes = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]
rng = np.random.default_rng(2)
benzene, twin = tc.pairs.gallery["benzene"]
ratios = []
for shake in shakes:
    found = []
    for _ in range(4):
        moved = [
            tc.Cloud(atoms.positions + rng.normal(scale=shake, size=(12, 3)), atoms.get_chemical_symbols())
            for atoms in (benzene, twin)
        ]
        by_distances, by_angles = closeness(*moved, seeds=(0,))
        found.append(by_distances / by_angles)
    ratios.append(found)
middle = np.median(ratios, axis=1)

figure, axes = plt.subplots()
axes.plot(np.repeat(shakes, 4), np.ravel(ratios), "o", color="C0", alpha=0.4)
axes.plot(shakes, middle, color="C0")
axes.axhline(1, color="0.6", lw=1)
axes.annotate("ordinary: distances see as much as angles", (0.001, 1), xytext=(0, 4), textcoords="offset points")
axes.set(
    xscale="log",
    yscale="log",
    ylim=(0.005, 3),
    xlabel="random displacement of the atoms (Å)",
    ylabel="ratio (0: twins)",
)
words = ", ".join(f"{ratio:.2g} at {shake:g} A" for shake, ratio in zip(shakes, middle, strict=True))
describe(
    figure,
    "The ratio of what distances see to what angles see, for benzene and its twin with all atoms displaced at "
    f"random. It grows with the displacement: {words}.",
)
print("median ratio:", words)
assert closeness(benzene, twin, seeds=(0,))[0] < 1e-5
assert all(np.diff(middle) > 0)
assert middle[2] < 0.1 < middle[3]
assert 0.5 < middle[4] < 0.8

# %% [markdown]
# A ratio below 0.1 means: within about a hundredth of an ångström of exact twins. At a tenth of an ångström distances already see more than half of what angles see. Keep this scale in mind: the measure is strict about what it calls near.
#
# Now the molecules, from ASE's collection g2 with its 162 small molecules:
#
# - **isomers**: molecules of g2 with one formula (or one molecule in two electronic states);
# - **opposite distortions**: a molecule of g2 with all atoms displaced at random by 0.1 Å, once forwards and once backwards;
# - **conformers**: hydrogen peroxide, hydrazine and ethanol with groups turned about their single bonds;
# - **shaken octahedra**: SF₆ and Cr(CO)₆, displaced at random by 0.05 Å, once forwards and once backwards;
# - for comparison **octahedra**, with the opposite trigonal distortions from [Twins in nature](05_twins_in_nature.ipynb).

# %%
met = survey(("isomers", "opposite distortions", "shaken octahedra", "octahedra"))
table = {kind: (met.of(kind).distances, met.of(kind).angles) for kind in dict.fromkeys(met.kinds)}

seen = []
for name in ("H2O2", "N2H4", "CH3CH2OH"):
    for a, b in combinations(conformers(molecule(name), step=60.0), 2):
        by_distances, by_angles = closeness(a, b, seeds=(0,))
        if by_angles > 1:  # otherwise the two are nearly one shape, and there is nothing to tell apart
            seen.append((by_distances, by_angles))
table["conformers"] = tuple(np.transpose(seen))

print(f"{'':22s}{'pairs':>6s}{'median ratio':>14s}{'smallest':>10s}{'below 0.1':>11s}")
for kind, (by_distances, by_angles) in table.items():
    ratio = by_distances / by_angles
    print(f"{kind:22s}{len(ratio):6d}{np.median(ratio):14.2f}{ratio.min():10.1e}{(ratio < 0.1).sum():11d}")

ordinary = np.concatenate([d / a for kind, (d, a) in table.items() if kind != "octahedra"])
print(f"{len(ordinary)} ordinary pairs, smallest ratio {ordinary.min():.2f}")
assert ordinary.min() > middle[4]

# Neighbours: closer than 1.2 times the sum of the covalent radii.
most = 0
for name in g2.names:
    atoms = molecule(name)
    radii = covalent_radii[atoms.numbers]
    near = atoms.get_all_distances() < 1.2 * (radii[:, None] + radii)
    most = max(most, int(near.sum(axis=1).max()) - 1)  # an atom is not its own neighbour
print(f"no atom of g2 has more than {most} neighbours")
assert most == 4
assert (table["octahedra"][0] < 1e-5 * table["octahedra"][1]).all()
assert table["octahedra"][1].max() < 0.1  # distortions of 2 and 5 degrees
assert (table["shaken octahedra"][0] > 0.9 * table["shaken octahedra"][1]).all()

# %%
figure, axes = plt.subplots(figsize=(7, 3.8))
looks = {
    "isomers": ("C0", "o"),
    "opposite distortions": ("C4", "^"),
    "conformers": ("C2", "s"),
    "shaken octahedra": ("C5", "v"),
    "octahedra": ("C1", "D"),
}
for kind, (color, marker) in looks.items():
    by_distances, by_angles = table[kind]
    axes.scatter(by_angles, np.maximum(by_distances, 1e-5), 20, color=color, marker=marker, label=kind, alpha=0.75)
line = np.array([0.03, 1.5 * max(a.max() for _, a in table.values())])
axes.plot(line, line, color="0.5", lw=1)
axes.set(
    xscale="log",
    yscale="log",
    xlabel="difference with angles (unit: 0.1 Å at random)",
    ylabel="difference by distances",
)
axes.annotate("twins: drawn at $10^{-5}$, in truth 0", (0.04, 1e-5), va="center")
axes.legend()
describe(
    figure,
    f"Difference seen by distances against difference seen with angles. All {len(ordinary)} ordinary pairs lie "
    f"along the diagonal, with ratios from {ordinary.min():.2f} "
    f"to {ordinary.max():.2f}. The {len(table['octahedra'][0])} octahedra lie at the bottom: with angles they "
    f"differ, if by less than {np.ceil(100 * table['octahedra'][1].max()) / 100:.2f} units, by distances not at all.",
)

# %% [markdown]
# Not one of the ordinary pairs is a near-twin. Not one comes even as close as benzene and its twin when all their atoms have been moved by a tenth of an ångström. What may be concluded from none? If a share $p$ of all such pairs were near-twins, then to meet none among $n$ independent ones has the probability $(1 - p)^n \approx e^{-pn}$. This is below 5 % for $p > 3/n$. So with 95 % confidence the share is below $3/n$. (Our pairs are not quite independent: many share a molecule. The true bound is weaker.)

# %%
bound = 3 / len(ordinary)
print(
    f"none among {len(ordinary)}: with 95 % confidence fewer than {100 * bound:.1f} % (if the pairs were independent)"
)
assert (1 - bound) ** len(ordinary) < 0.05

# %% [markdown]
# So, honestly:
#
# - **Among ordinary molecules near-twins are rare.** A distance network can do well on such a test, and the test will not show the problem.
# - **Around octahedral centres they are met where the geometries are symmetric.** Every trigonal distortion has its twin, and a data set of scans, relaxed sites or prototypes of crystals may well hold both directions. Atoms displaced at random are not twins, around an octahedral centre no more than elsewhere: the shaken octahedra lie along the diagonal. And look where the points lie: distorted by 2 or 5 degrees, such twins are close to each other with angles, too, by less than a tenth of the unit. The difference grows with the cube of the distortion ([Twins in nature](05_twins_in_nature.ipynb)). Small vibrations cost little, large distortions much.
# - **What was measured here is small**: two octahedra, and molecules of few atoms of which none has more than four neighbours. It says nothing about your data. But you can run `closeness` on them.
# - **An average hides it.** One pair that is wrong by an electronvolt disappears among a thousand easy molecules (exercise 1). A simulation that visits this pair does not average.
#
# One question is left. Real data are never *exact* twins. Does a little noise help a distance network to learn? In principle it does: whatever is told apart can be learnt. In practice the next cell shakes the 400 anonymous pairs and trains again.

# %%
rng = np.random.default_rng(0)
above = {0.0: [other.errors[name][-1] / other.floor for name in small]}  # from 240 pairs, as above
for shake in (0.01, 0.03):
    positions = anonymous.positions + rng.normal(scale=shake, size=anonymous.positions.shape)
    shaken = replace(anonymous, positions=positions, targets=1000 * axilrod_teller(positions))
    curve = learning_curve(shaken, sizes=[240], features=small)
    above[shake] = [curve.errors[name][0] / curve.floor for name in small]
for shake, (blind_error, error) in above.items():
    print(f"shaken by {shake:.2f} Å: distances only {blind_error:.2f}, with vectors {error:.2f} times the floor")
assert all(0.9 < blind_error < 1.2 for blind_error, _ in above.values())
assert all(error < 0.3 for _, error in above.values())

# %% [markdown]
# The floor (computed as if the shaken pairs were still twins) is no longer a law, but the error is still there. To get below it, the network would have to make a large difference in energy out of a tiny difference in features, and 240 pairs have not taught it to. For learning, these near-twins are as good as twins.
#
# ## Exercises
#
# ### 1. A warm-up: what an average hides
#
# A test set has 1000 molecules. Among them are 10 pairs of twins, 20 molecules in all, and in each pair the energies differ by 1 eV. On the other 980 molecules a distance network makes no error at all. How small can its RMSE over the whole test set be at best, in eV?

# %% exercise="diluted_floor" level=1 points=1
diluted_floor = ...  # in eV
### BEGIN SOLUTION
diluted_floor = np.sqrt(20 * 0.5**2 / 1000)
### END SOLUTION

# %% check="diluted_floor"
check("diluted_floor", diluted_floor)

# %% [markdown] hint="diluted_floor"
# Twenty molecules have an error of half an electronvolt at best, all others none. The mean of the squares is over all 1000.

# %% [markdown] solution="diluted_floor"
# A published error of 0.07 eV looks respectable. The mean absolute error hides it even better: $20 \cdot 0.5 / 1000 = 0.01$ eV.

# %% [markdown]
# ### 2. A little more: a fair split
#
# Write a function that splits a list of clouds in which clouds $2k$ and $2k + 1$ are twins, so that both members of a pair always go the same way. Which pairs go into the test should be drawn at random, by the seed.


# %% exercise="split_pairs" level=2 points=3
def split_pairs(n_pairs, share, seed):
    """Split the clouds 0, 1, ..., 2 * n_pairs - 1 into two lists of numbers of clouds: (training, test).

    share: share of the pairs that go into the test, rounded to whole pairs. seed: of the random numbers.
    Clouds 2k and 2k + 1 are a pair and stay together.
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(n_pairs)
    number = round(share * n_pairs)
    training, test = order[number:], order[:number]
    return (
        [2 * int(k) + member for k in training for member in (0, 1)],
        [2 * int(k) + member for k in test for member in (0, 1)],
    )
    ### END SOLUTION


# %% check="split_pairs"
check("split_pairs", split_pairs)

# %% [markdown] hint="split_pairs"
# Draw *pairs* first: `np.random.default_rng(seed).permutation(n_pairs)` is a shuffled list of their numbers. The first `round(share * n_pairs)` of them go into the test.

# %% [markdown] hint="split_pairs"
# Then turn pairs into clouds: pair `k` is the clouds `2 * k` and `2 * k + 1`. If `which` is an array of pairs, `np.concatenate([2 * which, 2 * which + 1])` does it.

# %% [markdown]
# ### 3. A challenge: many bodies, and silent
#
# A pair potential has no gap between twins, and so no floor. Is it the only kind of energy without one? Find an energy that is **not** a sum over pairs of atoms and still gives *all* twins on three lines the same value. It should be a function of the positions alone that does not change when the cloud is turned, mirrored, shifted or renumbered. It has to work for any number of points from three on.


# %% exercise="quiet_energy" level=3 points=4
def quiet_energy(positions):
    """An energy (one number) of points of one kind: no sum over pairs, yet the same for twins.

    positions: an array of shape (n, 3).
    """
    ### BEGIN SOLUTION
    distances = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    density = (np.exp(-distances) * (1 - np.eye(len(positions)))).sum(axis=1)
    return -np.sqrt(density).sum()
    ### END SOLUTION


# %% check="quiet_energy"
check("quiet_energy", quiet_energy)

# %% [markdown] hint="quiet_energy"
# What does one atom see of its twin's surroundings? The same list of distances. So any number that is computed from the distances of *one* atom is the same for both.

# %% [markdown] hint="quiet_energy"
# First add up a function of the distances for each atom, then take a function of this sum that is *not* linear, a square root say, and only then add up over the atoms.

# %% [markdown] solution="quiet_energy"
# The root of a sum over neighbours is how metals are described in the embedded-atom method and by Finnis and Sinclair: each atom has an energy that is not linear in the density that its neighbours make. It has terms of every number of bodies, and it is one layer of message passing with distances. So a distance network learns it without any floor. Several bodies are necessary for a gap between twins, and not sufficient.

# %% [markdown]
# ## What you have done

# %%
progress(6)

# %% [markdown]
# ## Summary
#
# The error of a distance network on twins is a floor that follows from the data alone, plus what it has not yet learnt of the means; the first part is the same for every network and every training, and it is reached. Pair potentials and other energies that distances determine have no floor, so a test on them shows nothing; three-body energies and quantum chemistry have one, and a network with angles goes through it. Among ordinary small molecules near-twins are rare, and among octahedra shaken at random, too; symmetric octahedra with opposite trigonal distortions are exact twins, and an average over a large test set hides them.
#
# **What comes next.** What exactly do angles see, and how finely? The notebook [Angles resolve](07_angles_resolve.ipynb) measures it.
#
# **References**
#
# - S. N. Pozdnyakov, M. Ceriotti, *Incompleteness of graph neural networks for points clouds in three dimensions*, Mach. Learn.: Sci. Technol. **3**, 045020 (2022), [doi:10.1088/2632-2153/aca1f8](https://doi.org/10.1088/2632-2153/aca1f8), [arXiv:2201.07136](https://arxiv.org/abs/2201.07136).
# - B. M. Axilrod, E. Teller, *Interaction of the van der Waals type between three atoms*, J. Chem. Phys. **11**, 299 (1943), [doi:10.1063/1.1723844](https://doi.org/10.1063/1.1723844).
# - K. T. Schütt, O. T. Unke, M. Gastegger, *Equivariant message passing for the prediction of tensorial properties and molecular spectra*, ICML 2021, [arXiv:2102.03150](https://arxiv.org/abs/2102.03150) (the network with vectors is after theirs).
# - M. W. Finnis, J. E. Sinclair, *A simple empirical N-body potential for transition metals*, Philos. Mag. A **50**, 45 (1984), [doi:10.1080/01418618408244210](https://doi.org/10.1080/01418618408244210).
# - L. A. Curtiss, K. Raghavachari, P. C. Redfern, J. A. Pople, *Assessment of Gaussian-2 and density functional theories for the computation of enthalpies of formation*, J. Chem. Phys. **106**, 1063 (1997), [doi:10.1063/1.473182](https://doi.org/10.1063/1.473182) (the molecules of g2).
# - C. Bannwarth, S. Ehlert, S. Grimme, *GFN2-xTB: an accurate and broadly parametrized self-consistent tight-binding quantum chemical method with multipole electrostatics and density-dependent dispersion contributions*, J. Chem. Theory Comput. **15**, 1652 (2019), [doi:10.1021/acs.jctc.8b01176](https://doi.org/10.1021/acs.jctc.8b01176) (the energies).
# - The pairs, their energies and the measure of near-twins were made for this project.
