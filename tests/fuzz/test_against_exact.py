"""Everything that the package says of small clouds against exact arithmetic that shares nothing with it.

The clouds are as symmetric as those in which a mistake would show: subsets of solids, antipodal sets, members of the
families, parts that look alike, crystals with a few atoms, in all positions and descriptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exact
import figures
import oracles
import twinclouds as tc
from exact import Figure, Seen
from fuzz.rig import examples
from handicaps import lower_limits, weaken_hashes
from strategies import seeds
from twinclouds.certificates import Certificate
from twinclouds.clouds import Cloud
from twinclouds.errors import CertificateError

#: Periodic figures are looked at up to this squared distance, with angles up to the second.
FAR, NEAR = 16, 6


#: Small clouds are worked on in other ways than large ones, and no hash may matter.
handicaps = st.sampled_from(["none", "none", "low limits", "weak hashes", "both"])


def test_isolated_clouds() -> None:
    kinds = []

    @examples(100)
    @given(seeds, handicaps)
    def check(seed: int, handicap: str) -> None:
        with hand_tied(seed, handicap):
            kinds.append(agree(Random(seed), *figures.isolated(seed)[1:]))

    check()
    assert set(kinds) == {"told apart", "one shape", "mirror images", "twins"}


def test_periodic_clouds() -> None:
    kinds = []

    @examples(60)
    @given(seeds, handicaps)
    def check(seed: int, handicap: str) -> None:
        with hand_tied(seed, handicap):
            kinds.append(agree(Random(seed), *figures.periodic(seed)[1:]))

    check()
    assert {"told apart", "one shape", "twins"} <= set(kinds)


@contextmanager
def hand_tied(seed: int, handicap: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if handicap in ("low limits", "both"):
            lower_limits(patch, Random(seed))
        if handicap in ("weak hashes", "both"):
            weaken_hashes(patch, Random(seed))
        yield


def cloud_of(figure: Figure, rng: Random) -> Cloud:
    """The periods may be any of the three cell vectors."""
    cell, pbc = np.zeros((3, 3)), np.zeros(3, dtype=bool)
    for axis, period in zip(sorted(rng.sample(range(3), len(figure.cell))), figure.cell, strict=True):
        cell[axis], pbc[axis] = period, True
    return Cloud(np.array(figure.points, dtype=float), list(figure.species), cell, pbc)


def agree(rng: Random, a: Figure, b: Figure) -> str:
    """Compare all that is said of two figures; return what they are to each other."""
    both, clouds = (a, b), (cloud_of(a, rng), cloud_of(b, rng))
    seen = [exact.edges(f, FAR if f.cell else None) for f in both]
    squares = sorted({d for figure in seen for row in figure for d, _, _ in row})
    rounds: dict[int, int | None] = {}
    for square in squares:
        near = [[[x for x in row if x[0] <= square] for row in figure] for figure in seen]
        rounds[square] = agree_at(square, both, clouds, near, rng)
    agree_on_stairs(rounds, clouds, a)
    shape = agree_on_shape(both, clouds)
    if not a.cell:
        agree_without_cutoff(rounds[squares[-1]] if squares else None, both, clouds)
    return agree_on_certificate(all(t is None for t in rounds.values()), shape, clouds)


def agree_at(
    square: int, both: Sequence[Figure], clouds: tuple[Cloud, Cloud], near: list[Seen], rng: Random
) -> int | None:
    """All tests at one cutoff, which is one of the lengths."""
    cutoff = float(np.sqrt(square))
    histories = {"distance-wl": exact.by_neighbours(both, near), "wl": exact.by_neighbours(both, near, distances=False)}
    if not both[0].cell or square <= NEAR:
        histories["angle-wl"] = exact.by_angles(both, near)
    if not both[0].cell:
        histories["2-fwl"] = exact.by_pairs(both, square)
    graphs = [tc.distance_graph(cloud, cutoff) for cloud in clouds]
    for test, colors in histories.items():
        wanted = exact.first_difference(colors)
        verdict = tc.compare(*clouds, cutoff, test=test)
        assert (verdict.round, verdict.equivalent) == (wanted, wanted is None), (test, square)
        assert not verdict.ill_conditioned, (test, square)
        depth = rng.randint(0, 3)
        shallow = tc.compare(*clouds, cutoff, depth, test)
        assert shallow.round == (wanted if wanted is not None and wanted <= depth else None), (test, square, depth)
        found = tc.refine(graphs, test=test)
        assert (found.rounds, found.separates) == (len(colors) - 1, wanted), (test, square)
        for t, parts in enumerate(colors):
            flat = list(chain.from_iterable(np.ravel(c[t]).tolist() for c in found.colors))
            assert oracles.same_partition(flat, list(chain.from_iterable(parts))), (test, square, t)
        hashes = [tc.refinement_hash(cloud, cutoff, test=test) for cloud in clouds]
        if wanted is None:
            assert (
                hashes[0].key in hashes[1].keys and hashes[1].key in hashes[0].keys and hashes[0].may_equal(hashes[1])
            )
    return exact.first_difference(histories["distance-wl"])


def agree_on_stairs(rounds: dict[int, int | None], clouds: tuple[Cloud, Cloud], a: Figure) -> None:
    """`rounds` holds for each squared cutoff the round that tells the figures apart."""
    limit = {"max_cutoff": float(np.sqrt(FAR))} if a.cell else {}

    def wanted(depth: float) -> float:
        return float(np.sqrt(next((d for d, t in rounds.items() if t is not None and t <= depth), np.inf)))

    assert tc.resolving_cutoff(*clouds, **limit) == pytest.approx(wanted(np.inf), abs=1e-9)
    stairs = tc.staircase(*clouds, **limit)
    for depth, cutoff in stairs.cutoffs.items():
        assert cutoff == pytest.approx(wanted(depth), abs=1e-9)
        assert tc.resolving_cutoff(*clouds, rounds=depth, **limit) == cutoff
        for square in rounds:
            assert stairs.told_apart(depth, float(np.sqrt(square))) == (wanted(depth) <= np.sqrt(square) + 1e-9)
    assert min(stairs.cutoffs.values()) == pytest.approx(wanted(np.inf), abs=1e-9)


def agree_on_shape(both: tuple[Figure, Figure], clouds: tuple[Cloud, Cloud]) -> str | None:
    same, turned = exact.congruent(*both), exact.congruent(*both, mirror=False)
    if same is None:
        return None
    for mirror, wanted in ((True, same), (False, turned)):
        found = tc.congruent(*clouds, mirror=mirror)
        assert bool(found) == wanted, (mirror, found.difference)
        if wanted:
            assert found.mirror == (not turned)
            assert np.linalg.det(found.rotation) == pytest.approx(-1 if found.mirror else 1)
            apart = clouds[0].positions @ found.rotation.T + found.translation - clouds[1].positions[found.permutation]
            if both[0].cell:
                dual = np.linalg.pinv(clouds[1].periods)
                apart -= np.round(apart @ dual) @ clouds[1].periods
            assert np.abs(apart).max() < 1e-6
            # In periodic clouds the two cells may hold other images of the same points.
            assert both[0].cell or sorted(found.permutation) == list(range(len(clouds[0])))
    return "one shape" if turned else "mirror images" if same else ""


def agree_without_cutoff(round: int | None, both: tuple[Figure, Figure], clouds: tuple[Cloud, Cloud]) -> None:
    verdict = tc.compare(*clouds)
    assert verdict.round == round and verdict.complete
    blind = {}
    for hands in (False, True):
        wanted = exact.first_difference(exact.by_pairs(both, None, hands))
        assert tc.compare(*clouds, test="2-fwl", chirality=hands).round == wanted
        blind[hands] = wanted is None
    # Pairs of points know everything but the hand, and with volumes that as well.
    assert blind[False] == exact.congruent(*both)
    assert blind[True] == exact.congruent(*both, mirror=False)


def agree_on_certificate(equivalent: bool, shape: str | None, clouds: tuple[Cloud, Cloud]) -> str:
    periodic = clouds[0].periodic
    try:
        certificate = tc.certify(*clouds, radius=float(np.sqrt(FAR)) if periodic else None)
    except CertificateError as error:
        said = str(error)
    else:
        assert equivalent and not shape
        assert certificate.check() and Certificate.from_json(certificate.to_json()).check()
        assert certificate.exact == (not periodic)
        return "twins"
    if equivalent and shape == "":  # periodic, and they differ further away only
        assert periodic and "no triangle" in said
    return shape if equivalent and shape else "told apart"
