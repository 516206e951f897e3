"""Figures carry what they show, in words."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import pytest

from twinclouds.exercises import describe


@pytest.fixture
def shown(monkeypatch) -> list[Any]:
    found = []
    import IPython.display

    def display(bundle, raw, metadata):
        assert raw
        found.append((bundle, metadata))

    monkeypatch.setattr(IPython.display, "display", display)
    return found


def test_the_words_are_in_every_form(shown):
    figure, _ = plt.subplots(figsize=(4, 3))
    describe(figure, 'Two "bars":\n   1 < 2')
    ((bundle, metadata),) = shown
    words = 'Two "bars": 1 < 2'
    assert metadata == {"image/png": {"alt": words}}
    assert bundle["text/plain"] == f"Figure: {words}"
    assert 'alt="Two &quot;bars&quot;: 1 &lt; 2"' in bundle["text/html"]
    assert bundle["image/png"] in bundle["text/html"]


def test_the_figure_is_not_shown_a_second_time(shown):
    figure, _ = plt.subplots()
    describe(figure, "Nothing.")
    assert figure.number not in plt.get_fignums()


@pytest.mark.parametrize("text", ["", "  \n"])
def test_words_are_wanted(text):
    figure, _ = plt.subplots()
    with pytest.raises(ValueError, match="no text alternative"):
        describe(figure, text)
    plt.close(figure)
