"""CloudView and the loading of the bundle, in a bare page."""

from __future__ import annotations

from playwright.sync_api import expect

import twinclouds as tc
from twinclouds.ui.static_files import static_text


def test_one_cloud(page):
    root = page.show(tc.ui.CloudView([[0, 0, 0], [1, 0, 0], [0, 1.5, 0]], title="Three points", antialias=False))
    expect(root.locator(".tc-title")).to_have_text("Three points")
    expect(root.locator(".tc-note")).to_contain_text("2 edges")
    assert root.locator(".tc-histogram, .tc-verdict").count() == 0
    root.locator(".tc-stage").press("n")
    root.locator(".tc-stage").press("Enter")
    expect(root.locator(".tc-picked")).to_contain_text("1.00 Å to X ×1, 1.50 Å to X ×1")


def test_clouds_of_different_composition(page):
    import ase.build

    root = page.show(tc.ui.CloudView(ase.build.molecule("H2O"), ase.build.molecule("CH4"), antialias=False))
    assert root.locator(".tc-name").count() == 2


def test_a_periodic_cloud_counts_bonds_to_images(page):
    import ase.build

    widget = tc.ui.CloudView(
        ase.build.bulk("NaCl", "rocksalt", 5.64), selected={"cloud": 0, "atom": 0}, antialias=False
    )
    root = page.show(widget)
    expect(root.locator(".tc-picked")).to_contain_text("2.82 Å to Cl ×6")


def test_the_shim_finds_the_bundle_in_the_library_widget(page, twins, state_of):
    page.page.evaluate("source => { window.source = source; }", static_text("library.js"))
    asked = page.page.evaluate(
        """async (text) => {
          const { default: shim } = await import("/shim.js");
          let asked = 0;
          FakeModel.prototype.widget_manager = {
            get_model: async (id) => { asked += 1; return { get: () => window.source }; },
          };
          for (let i = 0; i < 3; i++) {
            const model = new FakeModel(revive(text));
            model.state._library = "IPY_MODEL_abc";
            await shim.render({ model, el: document.getElementById("here") });
          }
          return asked;
        }""",
        state_of(twins),
    )
    assert asked == 1
    page.page.wait_for_function(
        "[...document.querySelectorAll('.tc-root')].filter((r) => r.dataset.framesPainted > 0).length === 3"
    )


def test_a_library_that_cannot_be_found_is_explained(page, twins, state_of):
    page.page.evaluate("text => show(text, undefined, '/shim.js').then(() => null)", state_of(twins))
    expect(page.page.get_by_role("alert")).to_contain_text("self_contained=True")


def test_py3dmol_needs_no_network(page):
    view = tc.ui.py3dmol_view([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [0, 1.2, 0]])
    html = view.write_html()
    page.page.evaluate(
        """html => {
          document.getElementById("here").innerHTML = html;
          for (const dead of document.querySelectorAll("#here script")) {
            const live = document.createElement("script");
            live.textContent = dead.textContent;
            dead.replaceWith(live);
          }
        }""",
        html,
    )
    page.page.wait_for_function("document.querySelector('#here canvas') !== null")


def test_a_kind_that_nobody_knows_is_explained(page, twins, state_of):
    for kind in ("teapot", "constructor"):
        page.page.evaluate(
            "([text, kind]) => { const state = JSON.parse(text); state._kind = kind; "
            "return show(JSON.stringify(state)).then(() => null); }",
            [state_of(twins), kind],
        )
        expect(page.page.get_by_role("alert").last).to_contain_text(f'kind "{kind}"')
    expect(page.page.get_by_role("alert").last).to_contain_text("Restart the kernel")


def test_reset_sends_no_trait_that_a_cloud_view_lacks(page):
    root = page.show(tc.ui.CloudView([[0, 0, 0], [1, 0, 0], [0, 1.5, 0]], antialias=False))
    root.locator("[data-control=cutoff]").press("Home")
    root.locator("[data-action=reset]").click()
    sent = page.page.evaluate("Object.keys(Object.assign({}, ...window.model.sent))")
    assert set(sent) <= tc.ui.CloudView._from_front_end
