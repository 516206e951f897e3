"""Predictions: committed to once, remembered, and looked back on."""

from __future__ import annotations

import pytest

from twinclouds.exercises import store
from twinclouds.ui.prediction import Prediction

OPTIONS = ["told apart", "not told apart"]


@pytest.fixture(autouse=True)
def nothing_recorded(monkeypatch):
    monkeypatch.setattr(store, "_stores", {})


@pytest.fixture
def prediction():
    return Prediction("Will it tell them apart?", OPTIONS)


def test_nothing_is_chosen_at_first(prediction):
    assert prediction.answer is None
    assert prediction.choice.value is None
    assert prediction.button.disabled
    assert "Choose" in prediction.status.value


def test_choosing_is_not_committing(prediction):
    prediction.choice.value = "told apart"
    assert not prediction.button.disabled
    assert prediction.answer is None


def test_the_button_commits(prediction):
    prediction.choice.value = "told apart"
    prediction.button.click()
    assert prediction.answer == "told apart"
    assert prediction.status.value == "Recorded: told apart"


def test_the_page_is_told_of_every_answer(prediction):
    answers = prediction._answers
    assert answers in prediction.children
    assert answers._asked_by == [f"IPY_MODEL_{w.model_id}" for w in (prediction.choice, prediction.button)]
    for ask in (lambda: setattr(prediction.choice, "value", "told apart"), prediction.button.click):
        before = answers._answers
        ask()
        assert answers._answers > before


def test_a_change_of_mind_counts_once_it_is_committed_to(prediction):
    prediction.commit("told apart")
    prediction.choice.value = "not told apart"
    assert prediction.answer == "told apart"
    prediction.button.click()
    assert prediction.answer == "not told apart"


def test_a_cell_run_again_remembers(prediction):
    prediction.commit("told apart")
    again = Prediction(prediction.question, OPTIONS)
    assert again.answer == again.choice.value == "told apart"
    assert again.status.value == "Recorded: told apart"
    assert Prediction("Another question?", OPTIONS).answer is None


def test_an_answer_that_is_no_longer_offered_is_none(prediction):
    prediction.commit("told apart")
    again = Prediction(prediction.question, ["yes", "no"])
    assert again.answer is None
    assert again.choice.value is None


def test_other_answers_are_refused(prediction):
    with pytest.raises(ValueError, match=r"'perhaps'.*told apart"):
        prediction.commit("perhaps")
    assert prediction.answer is None


@pytest.mark.parametrize("options", [[], ["yes"], ["yes", "yes"], ["yes", "no", "yes"]])
def test_too_few_answers_are_refused(options):
    with pytest.raises(ValueError, match="two different"):
        Prediction("Is it?", options)


def test_looking_back(prediction):
    assert "did not predict" in prediction.look_back("told apart")
    prediction.commit("told apart")
    assert prediction.look_back("told apart") == "You predicted: told apart. That is how it is."
    assert "surprise" in prediction.look_back("not told apart")


def test_a_prediction_survives_the_kernel(prediction, tmp_path, monkeypatch):
    monkeypatch.setenv("TWINCLOUDS_PROGRESS", str(tmp_path))
    prediction.commit("told apart")
    monkeypatch.setattr(store, "_stores", {})  # as after a restart
    again = Prediction(prediction.question, OPTIONS)
    assert again.answer == again.choice.value == "told apart"
    assert again.status.value == "Recorded: told apart"
