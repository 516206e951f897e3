"""Certificates that were changed: each fails its check, or still says what is true.

Changes one at a time are in tests/test_certificates.py. Here several are made at once, by somebody who knows how to
write the digest of the points anew.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import oracles
from fuzz.rig import anything, examples, limits
from twinclouds import pairs
from twinclouds.certificates import Certificate, _digest, certify
from twinclouds.clouds import Cloud
from twinclouds.congruence import congruent
from twinclouds.errors import CertificateError
from twinclouds.refinement import compare


def paths_of(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(p for key, value in inner for p in paths_of(value, (*path, key)))]


CASES = {name: json.loads(certify(pair).to_json()) for name, pair in {
    "lines": pairs.three_lines(species=("C", "N", "O")),
    "hexagon": pairs.gallery["hexagon"],
}.items()}  # fmt: skip
PATHS = {name: paths_of(data)[1:] for name, data in CASES.items()}


@st.composite
def changed(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(CASES)))
    data = copy.deepcopy(CASES[name])
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(PATHS[name]))
        try:
            place = data
            for key in path[:-1]:
                place = place[key]
            old = place[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took it away
        how = draw(st.sampled_from(["nudge", "anything", "delete", "swap", "copy"]))
        if how == "nudge" and isinstance(old, (int, float)) and not isinstance(old, bool) and abs(old) < 1e99:
            place[path[-1]] = old + draw(st.sampled_from([1, -1, 0.5, 1e-3, 1e-5, 1e-7, 1e-9, 1e-12, -2 * old]))
        elif how == "delete":
            del place[path[-1]]
        elif how == "swap" and isinstance(old, list):
            old.reverse()
        elif how == "copy":
            place[path[-1]] = copy.deepcopy(data.get(draw(st.sampled_from(sorted(CASES[name])))))
        else:
            place[path[-1]] = draw(anything)
    if draw(st.booleans()) and {"a", "b"} <= set(data):
        data["digest"] = _digest(data["a"], data["b"])
    return data


def test_what_passes_is_true() -> None:
    passed = []

    harmless = copy.deepcopy(CASES["lines"])
    harmless["table"].reverse()

    @examples(250)
    @given(changed())
    @example(harmless)
    def check(data: dict[str, Any]) -> None:
        text = json.dumps(data)
        with limits():
            try:
                certificate = Certificate.from_json(text)
            except CertificateError:
                return
            if not certificate.check():
                return
        passed.append(text)
        assert oracles.certificate_holds(text)
        a, b = (Cloud(data[x]["positions"], data[x]["species"]) for x in "ab")
        assert compare(a, b, tolerance=data["tolerance"]).equivalent
        assert not congruent(a, b, tolerance=data["tolerance"])

    check()
    assert passed, "some changes are harmless, and should have been tried"


@examples(100)
@given(st.text(max_size=40) | anything.map(json.dumps))
def test_other_texts_are_no_certificates(text: str) -> None:
    with limits(), pytest.raises(CertificateError) as caught:
        Certificate.from_json(text)
    assert "\n" not in str(caught.value)


def test_deep_and_long_texts() -> None:
    for text in ("[" * 200_000, '{"a":' * 100_000, '{"format":' + "9" * 100_000 + "}"):
        with limits(), pytest.raises(CertificateError):
            Certificate.from_json(text)
    many = dict(CASES["lines"], table=[[0, 0, 0, 10**18]] * 1000, classes=[[0] * 10**5] * 2)
    with limits():
        assert not Certificate.from_json(json.dumps(many)).check()
    assert np.isfinite(CASES["lines"]["tolerance"])
