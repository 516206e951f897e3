"""Controls that only Python answers: when it does not, the page says so in place."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets
import pytest
from playwright.sync_api import expect

import twinclouds as tc
from twinclouds.ui.answers import Answers

# As ipywidgets would have them: models of the controls, and a button that is shown.
SHOW = """
async ([text, names, button]) => {
  const models = new Map(names.map((name) => [name.replace("IPY_MODEL_", ""), new FakeModel({})]));
  if (button) {
    const el = document.body.appendChild(document.createElement("button"));
    el.textContent = "ask";
    Object.assign(models.get(button), { state: { _model_name: "ButtonModel" }, views: { a: Promise.resolve({ el }) } });
  }
  const model = new FakeModel(revive(text));
  model.widget_manager = { get_model: async (id) => models.get(id) };
  const { default: widget } = await import("/library.js");
  window.stop = widget.render({ model, el: document.getElementById("here") });
  window.model = model;
  window.controls = models;
}
"""


def show(page, state_of, answers: Answers, button: str = ""):
    page.page.clock.install()
    page.page.evaluate(SHOW, [state_of(answers), answers._asked_by, button])
    alert = page.page.get_by_role("alert", include_hidden=True)
    expect(alert).to_be_hidden()
    return alert


def test_menus_that_nobody_answers_say_so_and_recover(page, state_of) -> None:
    chooser = tc.ui.PairChooser(antialias=False)
    alert = show(page, state_of, chooser._answers)
    page.page.evaluate("id => controls.get(id).set('index', 7)", chooser.menus[0].model_id)
    page.page.clock.run_for(3000)
    expect(alert).to_be_hidden()
    page.page.clock.run_for(2000)
    expect(alert).to_be_visible()
    expect(alert).to_contain_text("Python has not answered: this needs a running kernel.")
    expect(alert).to_contain_text("What is shown below is still what was there before.")
    # It was only slow.
    page.page.evaluate("model.set('_answers', 1)")
    expect(alert).to_be_hidden()
    # Who answers in time is not complained about.
    page.page.evaluate("id => controls.get(id).set('value', ['file'])", chooser.uploads[1].model_id)
    page.page.evaluate("model.set('_answers', 2)")
    page.page.clock.run_for(9000)
    expect(alert).to_be_hidden()


@pytest.mark.parametrize("first", ["choice", "button"])
def test_a_prediction_that_nobody_records_says_so(page, state_of, first: str) -> None:
    prediction = tc.ui.Prediction("Will it?", ["yes", "no"])
    alert = show(page, state_of, prediction._answers, prediction.button.model_id)
    if first == "choice":
        page.page.evaluate("id => controls.get(id).set('index', 1)", prediction.choice.model_id)
    else:
        page.page.get_by_role("button", name="ask").click()
        page.page.evaluate("() => controls.get([...controls.keys()][1]).views.a")  # it is found a moment later
    page.page.clock.run_for(5000)
    expect(alert).to_contain_text("Until then your choice is not recorded.")


def test_clicks_elsewhere_and_after_the_end_ask_nothing(page, state_of: Callable[[ipywidgets.Widget], str]) -> None:
    prediction = tc.ui.Prediction("Will it?", ["yes", "no"])
    alert = show(page, state_of, prediction._answers, prediction.button.model_id)
    page.page.mouse.click(5, 5)
    page.page.clock.run_for(9000)
    expect(alert).to_be_hidden()
    page.page.evaluate("window.stop()")
    assert page.page.evaluate("[...controls.values()].every((m) => [...m.listeners.values()].every((l) => !l.length))")
    page.page.get_by_role("button", name="ask").click()
    page.page.clock.run_for(9000)
    expect(page.page.locator(".tc-root")).to_have_count(0)
