# %% [markdown]
# # How to build a twin
#
# Six atoms, three lines and one sign: that is all it takes to defeat every network that sees only distances. How can a change of shape be so quiet that no atom notices? In this notebook you build such pairs with your own hands, find out when they exist, and prove that they are what they claim to be.
#
# | | |
# |---|---|
# | **Time** | about 35 minutes |
# | **You should know** | colour refinement on a distance graph ([Benzene has a twin](00_start_here.ipynb), [Colours from neighbours](02_colour_refinement.ipynb)); the dot product; what a determinant is |
# | **You will be able to** | build degenerate pairs from three lines; say which angles allow it and why; explain why six points are the fewest; certify a pair, with the package and with a few lines of your own |

# %%
from collections import Counter
from itertools import product

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np

import twinclouds as tc
from twinclouds.exercises import answer, check, describe, hint, progress, reset, solution

plt.style.use("twinclouds.ui.plots")

# %% [markdown]
# Two clouds that are not congruent, and that colour refinement with distances cannot tell apart at any cutoff, are called a **degenerate pair**. We also say *twins*. (*Congruent* means: equal up to rotation, reflection, translation and the order of the points.)
#
# ## Your prediction
#
# Three straight lines cross in one point. On each line sit two atoms, one on either side of the crossing and equally far from it: $+v_1$ and $-v_1$ on the first line, $\pm v_2$ on the second, $\pm v_3$ on the third.
#
# Now take the angle between lines 1 and 2, which is 65°, and replace it by its supplement, 115°. The other two angles stay, and so do all lengths.

# %%
prediction = tc.ui.Prediction(
    "Which atoms see other distances than before?",
    [
        "All six",
        "Only the four on lines 1 and 2",
        "Only the two on line 3",
        "None of them",
    ],
)
prediction

# %% [markdown]
# ## Explore: one angle and its supplement
#
# Here are the two clouds, with every distance known.

# %%
pair = tc.pairs.three_lines(lengths=(1.0, 1.2, 1.5), angles=(70, 80, 65), species=("C", "N", "O"))
explorer = tc.ui.RefinementExplorer(
    pair,
    cutoff=np.inf,
    names=["first", "second"],
    title="Three lines, and the same with one angle changed",
    try_="Pick an atom in the first cloud and read which distances it sees. Then pick the atom of the same "
    "colour in the second. Do it for all three colours.",
    notice="The shapes differ: turn them until you look along a line. The lists of distances do not.",
)
explorer

# %% [markdown]
# ## Build: what one atom sees of another line
#
# Let us look at two of the lines only. An atom sits on the first, at distance $a$ from the crossing. Two atoms sit on the second, at distance $b$ on either side. The lines make the angle $\gamma$. The law of cosines gives the two distances:
#
# $$d_\mp^2 = a^2 + b^2 \mp 2ab\cos\gamma .$$


# %% exercise="distances_to_line" level=1 points=2
def distances_to_line(a, b, gamma):
    """Distances from an atom at +a on one line to the atoms at +b and -b on another, the shorter one first.

    gamma: angle between the lines, in degrees.
    """
    ### BEGIN SOLUTION
    cosine = np.cos(np.radians(gamma))
    return sorted([np.sqrt(a**2 + b**2 - 2 * a * b * cosine), np.sqrt(a**2 + b**2 + 2 * a * b * cosine)])
    ### END SOLUTION


# %% check="distances_to_line"
check("distances_to_line", distances_to_line)

# %% [markdown] hint="distances_to_line"
# The atom at $-b$ is seen under the angle $180° - \gamma$, and $\cos(180° - \gamma) = -\cos\gamma$: that is the $\mp$ in the formula.

# %% [markdown] hint="distances_to_line"
# numpy's `np.cos` wants radians: `np.cos(np.radians(gamma))`. The formula gives squares, so take `np.sqrt`; `sorted([...])` puts the shorter one first, also when $\gamma$ is larger than 90°.

# %% [markdown]
# Draw it for an angle and for its supplement.

# %%
figure, panels = plt.subplots(1, 2, sharex=True, sharey=True, figsize=(7, 3.4))
a, b, gamma = 1.0, 1.5, 65.0
seen = []
for panel, angle in zip(panels, (gamma, 180 - gamma), strict=True):
    first = np.array([a, 0.0])
    second = b * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    for end in (first, second):
        panel.plot(*np.stack([-1.25 * end, 1.25 * end]).T, color="0.75", lw=1, zorder=0)
    for end, color, style in ((second, "C0", "-"), (-second, "C1", "--")):
        panel.plot(*np.stack([first, end]).T, color=color, ls=style, lw=2)
        length = float(np.linalg.norm(first - end))
        panel.annotate(f"{length:.2f} Å", (first + end) / 2, xytext=(10, 0), textcoords="offset points", va="center")
    panel.plot(*np.stack([first, -first, second, -second]).T, "ko", ms=7)
    for point, name, shift in ((first, "$+v_1$", (8, 6)), (second, "$+v_2$", (10, 4)), (-second, "$-v_2$", (-34, -4))):
        panel.annotate(name, point, xytext=shift, textcoords="offset points")
    panel.set(aspect="equal", title=f"angle {angle:g}°", xticks=[], yticks=[], xlim=(-1.7, 1.9), ylim=(-1.9, 1.9))
    panel.spines[:].set_visible(False)
    seen.append(sorted(float(np.linalg.norm(first - end)) for end in (second, -second)))
text = [
    f"At {angle:g} degrees the atom +v1 sees the second line at {distances[0]:.2f} and {distances[1]:.2f} Å"
    for angle, distances in zip((gamma, 180 - gamma), seen, strict=True)
]
describe(figure, f"Two lines that cross, with two atoms on each, drawn for two angles. {'. '.join(text)}.")
print(*text, sep="\n")
assert np.allclose(seen[0], seen[1])

# %% [markdown]
# The two distances have only changed places: what was the way to $+v_2$ is now the way to $-v_2$. But the two atoms on line 2 are of one kind, and $+v_1$ cannot say which of them is which. All that it learns from the second line is the *unordered* pair of distances, and that depends on the **absolute value** of $v_1\cdot v_2 = ab\cos\gamma$ alone.
#
# So each pair of lines keeps a secret: the sign of a dot product.

# %%
print(prediction.look_back("None of them"))

# %% [markdown]
# ## Is it really another shape?
#
# A sign that nobody sees may be a sign that does not matter. After all, nobody forces us to call one end of line 1 $+v_1$ and the other $-v_1$. If we swap the names, both $v_1\cdot v_2$ and $v_1\cdot v_3$ change their signs, and nothing has moved.
#
# So a single sign means nothing. But look at the **product of all three**,
#
# $$s = (v_1\cdot v_2)\,(v_2\cdot v_3)\,(v_3\cdot v_1) .$$
#
# Each vector occurs in it twice. Swapping names changes two factors and leaves $s$ as it is. What we did, however, was to change *one* factor, and that changes the sign of $s$. This is the sign that no atom sees and no renaming can undo: let us call it the **forbidden sign**.


# %%
def forbidden_product(v):
    """The product of the three dot products between the rows of v."""
    return (v[0] @ v[1]) * (v[1] @ v[2]) * (v[2] @ v[0])


# The atoms come in the order +v1, -v1, +v2, -v2, +v3, -v3.
ends = [atoms.positions.reshape(3, 2, 3) for atoms in pair]
for name, cloud in zip(("first", "second"), ends, strict=True):
    products = [
        forbidden_product(np.array([cloud[i, choice[i]] for i in range(3)])) for choice in product((0, 1), repeat=3)
    ]
    print(f"{name} cloud: the product is {products[0]:+.4f}, whichever ends are called plus")
    assert np.allclose(products, products[0])

first, second = (forbidden_product(cloud[:, 0]) for cloud in ends)
assert np.isclose(first, -second)

# %% [markdown]
# The sign has a meaning in space. Pick one atom from each line: the three vectors span a box, and its volume is $|\det(v_1, v_2, v_3)|$. Its square is the determinant of the table of dot products (the *Gram matrix*). With lengths $\ell_i$ and $c_{ij}$ for the cosine of the angle between the lines $i$ and $j$ it is
#
# $$\det(v_1, v_2, v_3)^2 = \ell_1^2\,\ell_2^2\,\ell_3^2\;\bigl(1 - c_{12}^2 - c_{23}^2 - c_{13}^2 + 2\,c_{12}\,c_{23}\,c_{13}\bigr).$$
#
# Only the last term knows the sign. Twins are boxes with edges of the same lengths and with different volumes.

# %%
volumes = [abs(np.linalg.det(cloud[:, 0])) for cloud in ends]
print(f"volume of the box: {volumes[0]:.3f} and {volumes[1]:.3f} cubic angstrom")
assert abs(volumes[0] - volumes[1]) > 0.1

# The formula, for both signs of the product of the cosines (lines 2-3, 1-3, 1-2).
cosines = np.cos(np.radians([70, 80, 65]))
lengths = np.array([1.0, 1.2, 1.5])
for volume, sign in zip(volumes, (1, -1), strict=True):
    square = (lengths**2).prod() * (1 - (cosines**2).sum() + 2 * sign * cosines.prod())
    assert np.isclose(volume**2, square)

# %% [markdown]
# ## Build: from angles to atoms
#
# To make a cloud we need vectors with given lengths and angles. There is a short way. Write down the Gram matrix $G_{ij} = \ell_i\,\ell_j\cos\gamma_{ij}$, where $\gamma_{ii} = 0$. The **Cholesky factor** of $G$, `np.linalg.cholesky(G)`, is a matrix $V$ with $VV^\mathsf{T} = G$. So the dot products of its *rows* are just those that we asked for: the rows are the vectors.


# %% exercise="six_points" level=2 points=3
def six_points(lengths, angles):
    """Six points on three lines: an array of shape (6, 3) with rows +v1, -v1, +v2, -v2, +v3, -v3.

    lengths: distances of the points on lines 1, 2 and 3 from the crossing, in angstrom.
    angles: between lines 2 and 3, 1 and 3, 1 and 2, in degrees.
    """
    c23, c13, c12 = np.cos(np.radians(angles))
    ### BEGIN SOLUTION
    gram = np.array([[1, c12, c13], [c12, 1, c23], [c13, c23, 1]]) * np.outer(lengths, lengths)
    v = np.linalg.cholesky(gram)
    return np.array([v[0], -v[0], v[1], -v[1], v[2], -v[2]])
    ### END SOLUTION


# %% check="six_points"
check("six_points", six_points)

# %% [markdown] hint="six_points"
# Start with a matrix of cosines: ones on the diagonal, `c12` in row 1 and column 2 and the other way round, and so on. Multiplying it entry by entry with `np.outer(lengths, lengths)` puts the lengths in.

# %% [markdown] hint="six_points"
# With `v = np.linalg.cholesky(gram)` the three vectors are `v[0]`, `v[1]`, `v[2]`. Return them with their negatives in the order that the docstring asks for.

# %% [markdown]
# ## Which angles are allowed?
#
# Try three lines at 30°, 40° and 80°: you will not find any. From line 3 it would be 30° to line 2 and 40° to line 1, so lines 1 and 2 can be at most 70° apart. In general the square of a volume cannot be negative, and a pair needs *both* clouds. With the formula from above, for both signs:
#
# $$1 - c_{12}^2 - c_{23}^2 - c_{13}^2 - 2\,|c_{12}\,c_{23}\,c_{13}| \;\ge\; 0 .$$
#
# This is the whole condition: if it holds, both Gram matrices have a square root and both clouds exist.

# %% [markdown]
# A map makes it visible. We keep the angle between lines 2 and 3 at 60° and let the other two vary.

# %%
c23 = np.cos(np.radians(60))
degrees = np.linspace(1, 179, 357)
g13, g12 = np.meshgrid(degrees, degrees)
c13, c12 = np.cos(np.radians(g13)), np.cos(np.radians(g12))
room = 1 - c12**2 - c13**2 - c23**2 - 2 * abs(c12 * c13 * c23)

figure, axes = plt.subplots(figsize=(5, 4.6))
axes.contourf(g13, g12, room, levels=[0, 1], colors=["C5"], alpha=0.45)
axes.contour(g13, g12, room, levels=[0], colors=["C0"], linewidths=2)
for line in (axes.axhline, axes.axvline):
    line(90, color="0.35", ls=":", lw=1.2)
axes.plot(60, 60, "o", color="C1", ms=9)
axes.annotate("benzene", (60, 60), xytext=(-10, -6), textcoords="offset points", ha="right", va="top")
axes.annotate("twins", (73, 78), ha="center")
axes.annotate("no sign\nto change", (93, 170), va="top", fontsize=10)
axes.annotate("at most one\nof the two exists", (31, 152), ha="center", va="center")
axes.set(
    xlabel="angle between lines 1 and 3 (degrees)",
    ylabel="angle between lines 1 and 2 (degrees)",
    xticks=range(0, 181, 30),
    yticks=range(0, 181, 30),
    xlim=(0, 180),
    ylim=(0, 180),
    aspect="equal",
)
describe(
    figure,
    "Map of two of the angles, the third being 60 degrees. A diamond around 90, 90 degrees, with corners at 30 "
    "and 150 degrees, holds the angles for which both clouds exist. On the dotted lines, at 90 degrees, a dot "
    "product is zero and there is no sign to change. Benzene, at 60, 60 degrees, lies on the border of the "
    "diamond.",
)
allowed = degrees[room[178] >= -1e-12]  # in the row of 90 degrees
assert degrees[178] == 90
assert (allowed.min(), allowed.max()) == (30, 150)
none = np.cos(np.radians([30, 40, 80]))
assert 1 - (none**2).sum() + 2 * none.prod() < 0  # no lines at 30, 40 and 80 degrees
on_border = 1 - 3 * 0.5**2 - 2 * 0.5**3
assert on_border == 0
assert np.allclose(tc.pairs.gallery["benzene"].a.positions[:, 0], 0)  # benzene is flat

# %% [markdown]
# On the border one of the two boxes has no volume: three lines in one plane, a *flat* cloud. There sits benzene, with three lines of carbon and hydrogen atoms at 60° from each other. In the middle of the map, on the dotted lines, one angle is 90°. Then $s = 0$, changing the sign changes nothing, and the two clouds are congruent.
#
# Everything else inside gives twins. Move around in it; the instrument calls the two clouds X and Y.

# %%
builder = tc.ui.TwinBuilder(
    family="three_lines",
    lengths=(1.0, 1.2, 1.5),
    angles=(70, 80, 65),
    species=("C", "N", "O"),
    title="Build your twins",
    try_="Drag one angle slowly towards 90 degrees and watch the two volumes below. Then drag the point X in "
    "the map to the border of the diamond.",
    notice="The shapes change, and the verdict does not, as long as there are two of them. Where do the two "
    "become one? Where does one become flat?",
)
builder

# %% [markdown]
# ## Prove: nobody ever notices
#
# Let every atom have a colour that depends only on its line, the same at both ends and the same in both clouds. An atom $+v_i$ sees, in either cloud,
#
# - its own antipode $-v_i$ at the distance $2\ell_i$;
# - on each other line $j$ two atoms of one colour, at the two distances $\sqrt{\ell_i^2+\ell_j^2 \mp 2\,|v_i\cdot v_j|}$.
#
# From $-v_i$ the view is the same. So if before a round the colours depend only on the line, they do so after it: an *equitable* colouring, which refinement can never split further. It starts that way, since both ends of a line have one element. All distances were known, so this settles **every cutoff** ([Benzene has a twin](00_start_here.ipynb) says why). And nothing was said about elements, about how many pairs of atoms sit on each line, or about an atom at the crossing: decorate the lines as you please.
#
# The next cell tests fifty random pairs. `tc.resolving_cutoff` looks for the smallest cutoff that tells two clouds apart, and says infinity when there is none.

# %%
for seed in range(50):
    random = tc.pairs.random_pair("three lines", seed=seed)
    assert tc.resolving_cutoff(random.a, random.b) == np.inf
    assert not tc.congruent(random.a, random.b)
print("Fifty pairs: no cutoff tells any of them apart, and none of them is congruent.")

decorated = tc.pairs.three_lines(
    lengths=((1.9, 3.0), (1.9, 3.0, 4.2), (2.1,)),
    angles=(75, 80, 70),
    species=(("C", "O"), ("C", "N", "H"), ("Cl",)),
    centre="Fe",
)
print(decorated.formula, "with a metal at the crossing:", tc.compare(decorated.a, decorated.b).wording)
assert tc.compare(decorated.a, decorated.b).equivalent
assert not tc.congruent(decorated.a, decorated.b)

# %% [markdown]
# ## One ring or two
#
# Let the three lines be alike: equal lengths and equal angles. Then each cloud is an *antiprism*, two triangles one above the other and turned by 60 degrees. In one the triangles are small and far apart; in the other large and close. Between neighbouring points there are two short distances: which of the two lies *within* a triangle, and which leads from one triangle to the other, is just what has changed places.

# %%
antiprisms = tc.pairs.gallery["antiprisms"]
short, long = np.unique(antiprisms.a.get_all_distances().round(6))[1:3]
between = round((short + long) / 2, 2)

graphs = [tc.distance_graph(cloud, between).to_networkx() for cloud in antiprisms]
pieces = [nx.number_connected_components(graph) for graph in graphs]
print(f"The two short distances are {short:.3f} and {long:.3f} Å.")
print(f"With the cutoff between them, the pieces of the clouds number {pieces[0]} and {pieces[1]}.")
assert pieces == [2, 1]

# %%
tc.ui.RefinementExplorer(
    antiprisms,
    cutoff=between,
    mode="topology",
    title="Two triangles or one hexagon?",
    try_="Slide the cutoff from below the shorter of the two distances to above the longer one, with topology "
    "and with distances.",
    notice="Between the two, one cloud is two triangles and the other one ring of six. Every atom has two "
    "neighbours at the same distance in both.",
)

# %% [markdown]
# *Two triangles or one hexagon* is the textbook example for the blindness of message passing. In the textbook it goes away as soon as longer distances are known ([All textbook failures vanish](03_refinement_is_message_passing.ipynb)). Here it stays, at every cutoff and with all distances known.
#
# ## Six points are the fewest
#
# Could five points do it? Look at the lines once more. Each holds two points of one colour. Between two such lines there are four distances, of two lengths: each point has one long and one short way, and the short ways pair the points up. There are two ways to pair, *straight* ($+v_i$ with $+v_j$) and *crossed* ($+v_i$ with $-v_j$): the sign of the dot product again.
#
# With two lines there is one such choice. Swapping the names on one line turns straight into crossed, so both choices are the same shape. With three lines there are three choices, and each swap changes two of them. So the eight triples of choices fall into two families of four, which no swap connects (you will show it in exercise 2). These are the twins. To have three choices one needs three lines with two points each, and that is six points.
#
# But could five points hide something else, not made of lines? Suppose that refinement cannot tell two clouds of $n$ points apart on the complete graph. In its last colouring each colour class has a size, and from each point of a class there lead so many edges of each length to each other class. Let us call these numbers a *type*. There are finitely many types, and for each of them one can list all ways to put the lengths onto the edges. If all ways are the same up to the order of points within the classes, then the clouds have the same table of distances, and are congruent. If not, the type is *ambiguous*. `tc.pairs.ambiguous_types` does this count.

# %%
for n in range(1, 7):
    types = tc.pairs.ambiguous_types(n)
    print(f"{n} points: {len(types)} ambiguous types")
    assert (len(types) == 0) == (n < 6)

assert (2, 2, 2) in {kind.sizes for kind in tc.pairs.ambiguous_types(6)}  # three lines of two points

# %% [markdown]
# Up to five points no type is ambiguous, so up to five points distance refinement is **complete**: what it cannot tell apart is congruent. With six points there are ambiguous types, and the one with three classes of two points is our three lines.
#
# A count on paper should meet an experiment. The next cell takes *all* choices of points from a grid of 3 × 3 × 3 and looks for twins among them.

# %%
for n in (4, 5, 6):
    result = tc.pairs.search_grid(n, size=3, progress=False)
    print(f"{n} points: {result}")
    assert bool(result.pairs) == (n == 6)

# %% [markdown]
# ## A certificate
#
# If you claim that two clouds are twins, nobody should have to believe you, nor the program that found them. A **certificate** is evidence that others can check without running refinement:
#
# 1. a colour for every point, such that each colour is equally frequent in both clouds;
# 2. for every two colours and every length one number: how many points of the second colour a point of the first has at this distance. It has to hold for *every* point, in both clouds;
# 3. a triangle that occurs more often in one cloud than in the other.
#
# Points 1 and 2 say that the colouring is equitable, with the same counts in both clouds: refinement is stuck. Point 3 says that the shapes differ.

# %%
certificate = tc.certify(pair)
print(certificate)
assert certificate.check()

# %% [markdown]
# Corners on a grid of whole numbers have distances whose squares are whole numbers, too. Then nothing needs to be rounded, and the certificate is *exact*: it is checked in rational arithmetic. Take the twins with three lines at 60°.

# %%
hexagon = np.array([[1, 1, 0], [-1, -1, 0], [1, 0, 1], [-1, 0, -1], [0, 1, -1], [0, -1, 1]])
triangles = np.array([[1, 1, 0], [-1, -1, 0], [1, 0, 1], [-1, 0, -1], [0, 1, 1], [0, -1, -1]])

exact = tc.certify(hexagon, triangles)
print(exact)
assert exact.exact
assert exact.check()

# %% [markdown]
# ## Exercises
#
# ### 1. A warm-up: do these angles allow twins?
#
# Write the condition for three angles as a function. On the border of the map rounding must not decide: allow for a slack of `1e-12`.


# %% exercise="partner_exists" level=1 points=2
def partner_exists(angles):
    """True if three lines at these angles (degrees) exist, and so does their twin.

    The twin has one of the angles replaced by its supplement.
    """
    ### BEGIN SOLUTION
    c = np.cos(np.radians(angles))
    return bool(1 - (c**2).sum() - 2 * abs(c.prod()) >= -1e-12)  # a little slack: rounding must not decide
    ### END SOLUTION


# %% check="partner_exists"
check("partner_exists", partner_exists)

# %% [markdown] hint="partner_exists"
# With `c = np.cos(np.radians(angles))` the sum of the squares is `(c**2).sum()` and the product is `c.prod()`.

# %% [markdown]
# ### 2. A little more: which choices are the same shape?
#
# Write `+1` for *straight* and `-1` for *crossed*. Which triples of signs can one get from a given one by swapping the names on one, two or all three lines?


# %% exercise="reachable" level=2 points=3
def reachable(signs):
    """All triples of signs (s12, s13, s23), each +1 or -1, that one gets from `signs` by swapping names on lines.

    Swapping the names on line 1 changes s12 and s13; on line 2, s12 and s23; on line 3, s13 and s23.
    Return a set of tuples; `signs` itself belongs to it.
    """
    ### BEGIN SOLUTION
    found = set()
    for e1, e2, e3 in product((1, -1), repeat=3):
        s12, s13, s23 = signs
        found.add((s12 * e1 * e2, s13 * e1 * e3, s23 * e2 * e3))
    return found
    ### END SOLUTION


# %% check="reachable"
check("reachable", reachable)

# %% [markdown] hint="reachable"
# Let $e_i = -1$ if the names on line $i$ are swapped, else $+1$. What happens to $s_{12}$? It is multiplied by $e_1 e_2$.

# %% [markdown] hint="reachable"
# `itertools.product((1, -1), repeat=3)` gives all $(e_1, e_2, e_3)$. Collect the new triples in a set.

# %% [markdown] solution="reachable"
# Eight choices of swaps give only four triples, since swapping all three names changes nothing. The product $s_{12} s_{13} s_{23}$ is multiplied by $e_1^2 e_2^2 e_3^2 = 1$.

# %% [markdown]
# ### 3. A challenge: check the evidence yourself
#
# Write the heart of a certificate checker, points 1 and 2 of the list above. It gets two arrays of positions and, for each cloud, a list of colours. Work with distances rounded to six decimals.


# %% exercise="is_equitable" level=3 points=4
def is_equitable(a, b, colors_a, colors_b):
    """True if each colour is equally frequent in both clouds, and points of one colour see the same.

    a, b: arrays of shape (n, 3). colors_a, colors_b: one colour for each point.
    What a point sees: how often each (colour, distance rounded to 6 decimals) occurs among the *other* points.
    """
    ### BEGIN SOLUTION
    if Counter(colors_a) != Counter(colors_b):
        return False
    views = {}
    for points, colors in ((np.asarray(a, float), colors_a), (np.asarray(b, float), colors_b)):
        for i, color in enumerate(colors):
            view = Counter(
                (colors[j], round(float(np.linalg.norm(points[i] - points[j])), 6))
                for j in range(len(points))
                if j != i
            )
            if views.setdefault(color, view) != view:
                return False
    return True
    ### END SOLUTION


# %% check="is_equitable"
check("is_equitable", is_equitable)

# %% [markdown] hint="is_equitable"
# `Counter(colors_a) == Counter(colors_b)` compares how often each colour occurs. For what a point sees, a `Counter` serves again, of pairs `(color, distance)`.

# %% [markdown] hint="is_equitable"
# Keep a dictionary from each colour to what the first point of this colour sees, for *both* clouds together. Every later point of the same colour has to see the same.

# %% [markdown]
# ### 4. A challenge: your own twins
#
# Build a pair that nobody has built before: at least **eight** atoms, at least **two** elements, twins at every cutoff. Use `tc.pairs.three_lines`, your own `six_points` or any other idea. Put the two clouds into `my_twins`, as `ase.Atoms` objects.

# %% exercise="my_twins" level=3 points=4
my_twins = ...  # two clouds: (first, second)
### BEGIN SOLUTION
my_twins = tc.pairs.three_lines(
    lengths=((1.0, 2.0), (1.2,), (1.5,)), angles=(70, 80, 65), species=(("C", "H"), "N", "O"), name="mine"
)
### END SOLUTION

# %% check="my_twins"
check("my_twins", my_twins)

# %% [markdown] hint="my_twins"
# Every pair of atoms that you add on one of the three lines, at equal distances on either side of the crossing, keeps twins twins. So does an atom at the crossing itself. `tc.pairs.three_lines` takes several lengths for a line.

# %% [markdown]
# When it is accepted, ask for the certificate of your pair and keep it: `tc.certify(*my_twins).to_json()` is a text that anyone with `twinclouds` can check, and anyone else with a few lines of code like yours.
#
# ## What you have done

# %%
progress(4)

# %% [markdown]
# ## Summary
#
# An atom sees another line of antipodal atoms as an unordered pair of distances, which keeps the sign of one dot product secret. Three lines have three such secrets, and the product of their signs is a property of the shape that no distance network can learn, at any cutoff and with any decoration of the lines. Six points are the fewest for which this can happen, and a certificate proves it for each pair to everybody.
#
# **What comes next.** In [Twins in nature](05_twins_in_nature.ipynb) we look for such pairs among real molecules and crystals, and ask what their energies say.
#
# **References**
#
# - S. N. Pozdnyakov, M. Ceriotti, *Incompleteness of graph neural networks for points clouds in three dimensions*, Mach. Learn.: Sci. Technol. **3**, 045020 (2022), [doi:10.1088/2632-2153/aca1f8](https://doi.org/10.1088/2632-2153/aca1f8), [arXiv:2201.07136](https://arxiv.org/abs/2201.07136).
# - V. Delle Rose, A. Kozachinskiy, C. Rojas, M. Petrache, P. Barceló, *Three iterations of (d − 1)-WL test distinguish non-isometric clouds of d-dimensional points*, NeurIPS 2023, [arXiv:2303.12853](https://arxiv.org/abs/2303.12853).
# - The construction with three lines and the count of ambiguous types are this project's own; they reconstruct what the first paper found.
