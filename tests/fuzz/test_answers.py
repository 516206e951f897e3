"""The file of answers, edited by hand, cut short, or noise: what can be read is used, and nothing is raised."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.rig import anything, examples, limits
from twinclouds.exercises import answer, check, hint, progress, reset, solution, store

NAME = "different_distances"
VALID = {
    "format": 1,
    "exercises": {NAME: {"status": "passed", "tries": 3, "answer": "x = 1", "hints": 1, "solution": False}},
    "predictions": {"Will it?": "yes"},
}
number = itertools.count()

entries = st.dictionaries(
    st.sampled_from(["status", "tries", "answer", "hints", "solution", ""]),
    anything | st.sampled_from(["passed", "wrong"]) | st.integers(),
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "format": anything,
        "exercises": st.dictionaries(st.sampled_from([NAME, "view", "<b>"]), entries | anything) | anything,
        "predictions": st.dictionaries(st.text(max_size=4), anything) | anything,
        "else": anything,
    },
)
contents = (
    documents.map(lambda data: json.dumps(data).encode())
    | anything.map(lambda data: json.dumps(data).encode())
    | st.binary(max_size=60)
    | st.integers(0, 200).map(lambda k: json.dumps(VALID).encode()[:k])
)


@examples(50)
@given(contents)
def test_any_file(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder: Path = tmp_path_factory.getbasetemp() / f"answers{next(number)}"
    folder.mkdir()
    (folder / store.FILE_NAME).write_bytes(content)
    with pytest.MonkeyPatch.context() as patch, limits():
        patch.setattr(store, "_stores", {})
        patch.setenv("TWINCLOUDS_PROGRESS", str(folder))
        for shown in (progress("00"), progress(), hint(NAME), answer(NAME), reset(NAME)):
            repr(shown)
            for name in ("_repr_html_", "_repr_markdown_"):
                text: Any = getattr(shown, name, str)()
                assert "<img src=x" not in text
        assert check(NAME, 7).passed
        solution(NAME)
        assert store.current().exercise(NAME)["status"] == "passed"
        # What was done is in the file again, and the file is whole.
        kept = json.loads((folder / store.FILE_NAME).read_text(encoding="utf-8"))
        assert kept["exercises"][NAME]["status"] == "passed"
