# %% [markdown]
# # Benzene has a twin
#
# Benzene is one of the best known molecules there is. There is another arrangement of the same twelve atoms, more than ten electronvolts away in energy, and a strange one. What does a neural network make of the two, if **distances between atoms are all that it sees**? You are about to meet both, make your prediction, and find out.
#
# | | |
# |---|---|
# | **Time** | about 20 minutes |
# | **You should know** | what a molecule is, and a little Python. Nothing about graph neural networks is assumed |
# | **You will be able to** | say what a distance graph is; step through colour refinement by hand; explain why one look at *all* distances settles every cutoff; test two molecules of your own |
#
# Run each cell with Shift+Enter, from the top. When you come back to this notebook another day, run the cells again (*Run > Run All Cells*). Until then the instruments show what was saved with the notebook, and you can play with it; JupyterLab saves it when you started it with `twinclouds lab`.

# %%
import numpy as np

import twinclouds as tc
from twinclouds.exercises import answer, check, describe, hint, progress, reset, solution

pair = tc.pairs.gallery["benzene"]
benzene, twin = pair  # two ase.Atoms objects
print(benzene.info["name"], "and", twin.info["name"])

# %% [markdown]
# ## What a distance network sees
#
# A graph neural network does not see a molecule as you do. It gets a **distance graph**: one vertex for each atom, which knows its element, and an edge between any two atoms that are not farther apart than a **cutoff**, which knows its length. In each layer every atom collects what its neighbours know, together with the lengths of the edges to them. After the last layer everything is summed up to give, say, the energy.
#
# There is no angle anywhere in this. That looks harmless: if *all* distances between atoms are known, the shape of the molecule is known too. But the network never sees the whole table of distances at once. Each atom sees only *its own* neighbours.
#
# Here are the two structures. On the left is benzene. On the right are two flat rings C₃H₃, one above the other and turned by 60 degrees.

# %%
tc.ui.CloudView(
    pair,
    cutoff=1.45,
    title="Two arrangements of C6H6",
    try_="Turn one with the mouse (or click the picture and use the arrow keys): the other turns with it.",
    notice="Which atoms are joined at this cutoff? Slide it, and watch the bonds come and go.",
)

# %% [markdown]
# ## Your prediction
#
# Take one carbon atom of benzene and one of the twin. Each has other carbon and hydrogen atoms at certain distances. Now suppose that a network may use **every** distance in the molecule, with no cutoff at all, and as many layers as it likes.
#
# Commit to an answer before you go on; you can look back at it later.

# %%
prediction = tc.ui.Prediction(
    "Can a network that sees only distances tell the two apart?",
    [
        "Yes, with any cutoff",
        "Yes, if the cutoff is large enough",
        "Yes, if it has enough layers",
        "No, never",
    ],
)
prediction

# %% [markdown]
# ## Explore: colour refinement
#
# There is a simple procedure that is at least as sharp as any such network, whatever its weights, its width and its depth: **colour refinement**, also called the first-order Weisfeiler-Lehman test (Leman, in other spelling).
#
# - *Round 0.* Every atom gets a colour for its element.
# - *Each further round.* Every atom looks at its neighbours and writes down its own colour and, for each neighbour, the length of the edge and the neighbour's colour. Atoms that wrote the same get the same new colour.
# - *The end.* When no new colours appear, count how many atoms of each colour each molecule has. If the counts differ, the two are **told apart**. If they agree, no distance network can give the two molecules different outputs.
#
# In the instrument every colour has a Greek letter, too. *Topology* means that atoms hear only who is joined to whom; with *distances* they hear the lengths as well.

# %%
explorer = tc.ui.RefinementExplorer(
    pair,
    cutoff=1.45,
    mode="topology",
    title="Benzene and its twin under colour refinement",
    try_="Slide the cutoff from left to right and watch the verdict. Then switch from topology to "
    "distances and do it again. Pick a carbon atom in each picture and read what it sees.",
    notice="Do the two bars of a colour ever differ in length? Does the verdict ever say that the two are told apart?",
)
explorer


# %% [markdown]
# Everything that you slide and step in this instrument happens in your browser. What it shows was computed once, when the cell ran. That is why, with distances, the verdict speaks of *any* cutoff wherever your slider stands: the kernel has looked at all of them, in a way that the section *Prove* explains.
#
# ## Build: what one atom sees
#
# Let us do one round of refinement ourselves. An atom's view is the list of its neighbours, each with its element and its distance, sorted so that the order of the atoms in the file does not matter.
#
# **Your turn.** Complete the function: it should return, for atom `i`, a *sorted list* of `(element, distance)` of all **other** atoms, with the distance rounded to three decimals. Then run the cell after it: it checks your answer and says what is missing. There is a hint below it, closed until you open it.


# %% exercise="view" level=1 points=2
def view(atoms, i):
    """What atom i sees: a sorted list of (element, distance rounded to 3 decimals) of all other atoms."""
    elements = atoms.get_chemical_symbols()
    distances = atoms.get_distances(i, range(len(atoms)))
    ### BEGIN SOLUTION
    others = [j for j in range(len(atoms)) if j != i]
    return sorted((elements[j], round(float(distances[j]), 3)) for j in others)
    ### END SOLUTION


# %% check="view"
check("view", view)


# %% [markdown] hint="view"
# `zip(elements, distances)` pairs them up; `enumerate` tells you which one is atom `i`.

# %% [markdown] hint="view"
# Pairs sort by element first and distance second, which is just what is wanted: `sorted(...)` does it. Round each distance with `round(float(distance), 3)`.

# %% [markdown]
# Now compare. Do all carbon atoms of both molecules have one view in common? And all hydrogen atoms? The next cell makes the views of all atoms at once, from the table of all distances. (Each atom then sees itself too, at distance 0. That is the same for all of them.)


# %%
def views(atoms, element):
    symbols, table = atoms.get_chemical_symbols(), atoms.get_all_distances().round(3)
    return {
        tuple(sorted(zip(symbols, row.tolist(), strict=True)))
        for s, row in zip(symbols, table, strict=True)
        if s == element
    }


for element in ("C", "H"):
    shared = views(benzene, element) | views(twin, element)
    print(f"{element}: {len(shared)} different view(s) among the atoms of both molecules")
    assert len(shared) == 1

# %% [markdown]
# Every carbon atom of benzene sees the same list of distances as every carbon atom of the twin, and so it is with the hydrogen atoms. So after one round all carbons still share one colour and all hydrogens another. The next round starts from the same colours and finds the same again: nothing will ever change.
#
# ## Prove: one look at all distances settles every cutoff
#
# Could a *smaller* cutoff tell more? No. What an atom sees within a smaller cutoff is a part of what it sees within a larger one:
#
# $$\{(d_{ij}, c_j) : d_{ij} \le r\} \subseteq \{(d_{ij}, c_j) : d_{ij} \le R\}$$
#
# whenever $r \le R$: the small list is the large one up to the length $r$.
#
# If two atoms agree on the large list, they agree on every part of it. So colours that agree when all distances are known agree at every cutoff, and a single run on the **complete graph** is a proof for all of them. The next cell makes that run, and then tries two hundred cutoffs anyway.

# %%
verdict = tc.compare(benzene, twin)
print(verdict.explain())
assert verdict.equivalent
assert verdict.complete

for cutoff in np.linspace(0.5, 7.0, 200):
    assert tc.compare(benzene, twin, cutoff=cutoff).equivalent
print("Two hundred cutoffs tried: not told apart at any of them.")

# %% [markdown]
# Perhaps the two are the same molecule after all, only turned? Two clouds of atoms that can be laid onto each other by turning, shifting and mirroring are called **congruent**. These two are not, and there is a witness that anyone can check: a triangle of carbon atoms that occurs in one of them and not in the other.
#
# The last two lines below are a **certificate**. It puts both halves of the claim together, so that others can check them without repeating our search: *not told apart*, and yet *not congruent*. [How to build a twin](04_twins.ipynb) shows what is in it.

# %%
shape = tc.congruent(benzene, twin)
print(shape.difference)
assert not shape

certificate = tc.certify(pair)
print()
print(certificate)
assert certificate.check()

# %%
print(prediction.look_back("No, never"))

# %% [markdown]
# ## Does it matter?
#
# A network trained on energies must give these two the same value. How wrong is it then, at the least? Quantum chemistry has the energies of both, here from three methods: a fast, semi-empirical one (GFN2-xTB), Hartree-Fock theory (RHF) and density functional theory (B3LYP), the latter two with the basis def2-SVP. (DF is density fitting, a shortcut for the integrals.) If the energies are $E_1$ and $E_2$, one common answer is off by at least half of the difference for one of them.

# %%
from ase import units

for method, (first, second) in pair.energies.items():
    gap = second - first
    floor = abs(gap) / 2
    print(f"{method:20s} the twin lies {gap:6.2f} eV above benzene: an error of at least {floor:5.2f} eV")

assert all(second - first > 10 for first, second in pair.energies.values())
assert round(units.kcal / units.mol, 3) == 0.043  # 1 kcal/mol in eV

# %% [markdown]
# For comparison: what chemists call *chemical accuracy* is an error of 1 kcal/mol, which is 0.043 eV.
#
# ## A first look at angles
#
# What is missing? Look at the angles between *bonds*, that is, between neighbours closer than 1.45 Å.

# %%
import matplotlib.pyplot as plt

plt.style.use("twinclouds.ui.plots")

bond = 1.45
found = [np.unique(tc.triangles(atoms, cutoff=bond).angles.round(1), return_counts=True) for atoms in pair]

figure, panels = plt.subplots(2, 1, sharex=True, sharey=True)
for panel, atoms, (angles, counts), color in zip(panels, pair, found, ("C0", "C1"), strict=True):
    panel.bar(angles, counts, width=3, color=color)
    panel.set_title(atoms.info["name"])
    for angle, count in zip(angles, counts, strict=True):
        panel.annotate(f"{angle:g}°: {count}", (angle, count), xytext=(6, -12), textcoords="offset points")
panels[0].set(xlim=(0, 180), xticks=range(0, 181, 30), yticks=[0, 10, 20])
panels[1].set_xlabel("angle between two bonds (degrees)")
figure.supylabel("number of angles")
text = [
    f"{atoms.info['name']}: "
    + " and ".join(f"{n} angles of {angle:g} degrees" for angle, n in zip(*lists, strict=True))
    for atoms, lists in zip(pair, found, strict=True)
]
describe(figure, "Two bar charts of the angles between bonds. " + "; ".join(text))
print(*text, sep="\n")

assert [set(angles.tolist()) for angles, _ in found] == [{120.0}, {60.0, 120.0}]

# %% [markdown]
# All angles between bonds of benzene are 120 degrees. The twin has the 60 degrees of its triangles as well. One glance at the angles is enough, and networks that use angles, or vectors from which angles follow, see the difference at once. Later notebooks show how, and where even angles stop.

# %% [markdown]
# ## Your own two molecules
#
# Choose two molecules with the same formula from the collection that comes with ASE, or give two files of your own (XYZ, CIF, POSCAR and many others; periodic crystals too). Are *your* molecules told apart? At which cutoff, and in which round?

# %%
chooser = tc.ui.PairChooser(
    "CH3CH2OH",
    "CH3OCH3",
    title="Your two molecules",
    try_="Slide the cutoff to the left until the two are no longer told apart. Step through the rounds. "
    "Then choose two other molecules.",
    notice="Ethanol and dimethyl ether have the same atoms, and already their bonds differ. In which round "
    "does that show?",
)
chooser

# %% [markdown]
# ## Exercises
#
# Each exercise has a cell for your answer, a cell that checks it, and a hint. Open the hint only after a few minutes of your own; below it, a line shows a solution once you remove the `# ` at its start and run it.
#
# What you have checked is kept in a file beside this notebook (`.twinclouds_progress.json`) and is still there tomorrow: `answer("view")` in a new cell shows your last answer. To begin an exercise anew, write `reset("view")` into its cell in place of what is there, and run it.

# %% [markdown]
# ### 1. A warm-up: count what an atom sees
#
# In the explorer of benzene and its twin, switch to distances, go to the largest cutoff and pick a hydrogen atom of benzene and one of the twin. How many *different* distances does each see? Put your answer into `different_distances`.

# %% exercise="different_distances" level=1 points=1
different_distances = ...  # a whole number
### BEGIN SOLUTION
different_distances = len(
    {round(distance, 2) for distance in benzene.get_distances(6, [j for j in range(12) if j != 6])}
)
### END SOLUTION

# %% check="different_distances"
check("different_distances", different_distances)

# %% [markdown] hint="different_distances"
# The line below the bars lists them: each entry is a length, the letter of a colour, and how many such neighbours there are. Every length counts once, however many neighbours are there.

# %% [markdown]
# ### 2. A little more: where do two isomers part?
#
# Ethanol and dimethyl ether: find the smallest cutoff at which distances tell them apart. Compute it with `tc.resolving_cutoff(a, b)`, and compare with what you see when you slide in the chooser above. Which bond is it?

# %% exercise="smallest_cutoff" level=2 points=2
from ase.build import molecule

ethanol, ether = molecule("CH3CH2OH"), molecule("CH3OCH3")
smallest_cutoff = ...  # in angstrom
### BEGIN SOLUTION
smallest_cutoff = tc.resolving_cutoff(ethanol, ether)
### END SOLUTION

# %% check="smallest_cutoff"
check("smallest_cutoff", smallest_cutoff)

# %% [markdown] hint="smallest_cutoff"
# `tc.resolving_cutoff` takes the two molecules, nothing else.

# %% [markdown] solution="smallest_cutoff"
# It is the length of the O-H bond of ethanol: the ether has no bond that short.

# %% [markdown]
# ### 3. A challenge: make twins yourself
#
# `tc.pairs.three_lines(lengths, angles)` puts atoms in pairs onto three lines through one point; the twin has one of the angles $\gamma$ replaced by $180° - \gamma$. Choose three lengths (in Å) and three angles (in degrees) of your own, no angle being 90°.

# %% exercise="my_pair" level=3 points=3
my_pair = ...  # for instance tc.pairs.three_lines(lengths=(..., ..., ...), angles=(..., ..., ...))
### BEGIN SOLUTION
my_pair = tc.pairs.three_lines(lengths=(1.0, 1.3, 1.6), angles=(65, 75, 80))
### END SOLUTION

# %% check="my_pair"
check("my_pair", my_pair)

# %% [markdown] hint="my_pair"
# Angles between 60 and 85 degrees always work together. If yours do not, the message says between which values the third one has to lie.

# %% [markdown]
# ## What you have done

# %%
progress(0)

# %% [markdown]
# ## Summary
#
# A network that sees only distances can never be sharper than colour refinement on the distance graph. Benzene and two stacked C₃H₃ rings get the same colours when all distances are known, and hence at every cutoff, although they are different molecules with very different energies. Angles tell them apart at once.
#
# **What comes next.** [From a cloud of atoms to a graph](01_clouds_and_graphs.ipynb) looks closer at what an edge knows and what a cutoff costs. Later notebooks build such twins, find them in nature, and show what networks with angles can do. The words of the course are explained in the [glossary](glossary.md).
#
# **References**
#
# - S. N. Pozdnyakov, M. Ceriotti, *Incompleteness of graph neural networks for points clouds in three dimensions*, Mach. Learn.: Sci. Technol. **3**, 045020 (2022), [doi:10.1088/2632-2153/aca1f8](https://doi.org/10.1088/2632-2153/aca1f8), [arXiv:2201.07136](https://arxiv.org/abs/2201.07136).
# - K. Xu, W. Hu, J. Leskovec, S. Jegelka, *How powerful are graph neural networks?*, ICLR 2019, [arXiv:1810.00826](https://arxiv.org/abs/1810.00826).
# - B. Weisfeiler, A. Leman, *The reduction of a graph to canonical form and the algebra which appears therein*, Nauchno-Technicheskaya Informatsia **2**(9), 12 (1968), [English translation](https://www.iti.zcu.cz/wl2018/pdf/wl_paper_translation.pdf).
# - The twin of benzene and the construction with three lines are this project's own; energies: GFN2-xTB, RHF and B3LYP with the basis def2-SVP, computed for this project.
