"""CloudView and the loading of the bundle, in a bare page."""

from __future__ import annotations

import numpy as np
import pytest
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


def test_what_is_left_out_of_a_large_cloud_is_said_in_place(page):
    points = np.random.default_rng(0).uniform(0, 19, (330, 3))
    view = tc.ui.CloudView(points, antialias=False)
    root = page.show(view)
    left = root.locator(".tc-left-out")
    expect(left).to_be_visible()
    expect(left).to_contain_text(f"up to {view.scene.max_cutoff:g} Å, where one cloud has")
    expect(left).to_contain_text("of its 54285 distances; max_cutoff= sets another end.")
    stops, distances = len(view.scene.kept) - 1, len(view.scene.starts) - 1
    expect(left).to_contain_text(f"Of {distances} distances {stops} have a stop of their own on the slider.")
    small = page.show(tc.ui.CloudView(points[:20], antialias=False))
    expect(small.locator(".tc-left-out")).to_be_hidden()


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


def cloud_view(**keywords):
    """Three points at a right angle."""
    return tc.ui.CloudView([[0, 0, 0], [1, 0, 0], [0, 1.5, 0]], antialias=False, **keywords)


def salt():
    import ase.build

    return ase.build.bulk("NaCl", "rocksalt", 5.64)


def sent(page):
    return page.page.evaluate("Object.assign({}, ...window.model.sent)")


def test_measuring_by_keyboard(page):
    root = page.show(cloud_view())
    root.locator("[data-action=measure]").press("Enter")
    assert sent(page)["measure"] is True
    expect(root.locator(".tc-picked")).to_contain_text("Pick two atoms")
    stage = root.locator(".tc-stage")
    for key in ("n", "n", "Enter", "p", "Enter"):
        stage.press(key)
    assert page.data("measured") == "1.000 Å"
    expect(root.locator(".tc-picked")).to_have_text("Measured in X3: X1 to X0: 1.000 Å.")
    expect(root.locator("[aria-live]")).to_contain_text("X1 to X0: 1.000 Å")
    stage.press("p")
    stage.press("Enter")
    assert page.data("measured") == "1.000 Å 1.500 Å 90.0°"
    expect(root.locator(".tc-picked")).to_contain_text("angle at X0: 90.0°")
    picks = sent(page)["picked"]
    assert [pick["atom"] for pick in picks] == [1, 0, 2]
    line = root.locator("footer code").inner_text()
    again = eval(line, {"tc": tc, "a": cloud_view().a})
    assert again.measured.angle == 90.0
    stage.press("n")
    stage.press("Enter")  # a fourth one begins anew
    assert page.data("picked") == "0:0"
    root.locator("[data-action=reset]").click()
    assert page.data("measure") == "false"


def test_without_measuring_a_pick_takes_the_place_of_the_last(page):
    root = page.show(cloud_view())
    for key in ("n", "Enter", "n", "Enter"):
        root.locator(".tc-stage").press(key)
    assert page.data("picked") == "0:1"
    assert sent(page)["picked"] == [{"cloud": 0, "atom": 1}]


def test_distances_in_crystals_are_to_the_nearest_image(page):
    widget = tc.ui.CloudView(salt(), picked=[{"cloud": 0, "atom": 0}, {"cloud": 0, "atom": 1}], antialias=False)
    root = page.show(widget)
    assert page.data("measured") == f"{widget.measured.distances[0]:.3f} Å" == "2.820 Å"
    expect(root.locator(".tc-picked")).to_contain_text("between nearest images")


@pytest.mark.parametrize("pbc", [True, (True, True, False), (False, True, False)])
def test_distances_of_atoms_that_have_left_their_cell(page, pbc):
    import ase

    cell = np.array([[5.0, 0.3, 0], [-0.8, 6.0, 0.5], [0.2, 1.0, 4.0]])
    atoms = ase.Atoms("CNO", [[0, 0, 0], [1, 0.2, 0], [1, 1.5, 0.3]], cell=cell, pbc=pbc)
    atoms.positions += (np.array([[0, 0, 0], [7, -4, 0], [-3, 5, 9]]) * atoms.pbc) @ cell
    picked = [{"cloud": 0, "atom": i} for i in range(3)]
    widget = tc.ui.CloudView(atoms, picked=picked, measure=True, antialias=False)
    page.show(widget)
    first, second = widget.measured.distances
    assert page.data("measured") == f"{first:.3f} Å {second:.3f} Å {widget.measured.angle:.1f}°"
    assert first == pytest.approx(np.hypot(1, 0.2))


def test_an_atom_that_is_pointed_at_tells_its_name_and_distance(page):
    root = page.show(cloud_view(selected={"cloud": 0, "atom": 2}))
    stage = root.locator(".tc-stage")
    stage.press("n")  # after the picked one comes the first
    page.until("root.querySelector('.tc-stage').dataset.tip === 'X0, 1.50 Å from X2'")
    page.page.evaluate("document.activeElement.blur()")
    box = stage.bounding_box()
    found = page.page.evaluate(
        """([w, h]) => {
          const stage = document.querySelector(".tc-stage"), box = stage.getBoundingClientRect();
          for (let y = 20; y < h; y += 6) for (let x = 10; x < w; x += 6) {
            const at = { clientX: box.left + x, clientY: box.top + y, pointerType: "mouse", bubbles: true };
            stage.dispatchEvent(new PointerEvent("pointermove", at));
            if (stage.style.cursor === "pointer") return true;
          }
        }""",
        [box["width"], box["height"]],
    )
    assert found
    page.until("root.querySelector('.tc-stage').dataset.tip.startsWith('X')")


def test_labels(page):
    page.page.evaluate("window.noWebGL = true")
    root = page.show(tc.ui.CloudView(salt(), cutoff=0, antialias=False))
    letters = root.locator(".tc-gl text")
    assert sorted(letters.all_text_contents()) == ["Cl", "Na"]
    root.locator("[data-control=labels]").select_option("index")
    assert sent(page)["labels"] == "index"
    expect(letters.filter(has_text="0")).to_have_count(1)
    root.locator("[data-control=labels]").select_option("none")
    expect(letters.filter(has_text="0")).to_have_count(0)


def test_cells_and_ghosts(page):
    page.page.evaluate("window.noWebGL = true")
    root = page.show(tc.ui.CloudView(salt(), antialias=False))
    ghosts = root.locator(".tc-ghost")
    expect(ghosts).to_have_count(10)  # each atom has six neighbours, of which one is in the cell
    root.locator("[data-control=cutoff]").press("Home")
    expect(ghosts).to_have_count(0)
    root.locator("[data-cells-option='2']").check(force=True)
    assert sent(page)["cells"] == 2
    expect(ghosts).to_have_count(14)
    root.locator("[data-cells-option='3']").check(force=True)
    expect(ghosts).to_have_count(52)
    root.locator("[data-action=reset]").click()
    expect(ghosts).to_have_count(10)


def test_ghosts_with_webgl_and_in_the_explorer(page):
    root = page.show(tc.ui.RefinementExplorer(salt(), salt(), cells=2, labels="species", antialias=False))
    assert page.data("cells") == "2"
    root.locator("[data-cells-option='3']").check(force=True)
    root.locator("[data-action=first]").click()
    root.locator("[data-cells-option='1']").check(force=True)
    assert page.data("cells") == "1"
    assert page.page.evaluate("window.alive()") == 1


def test_molecules_have_no_control_for_cells(page):
    root = page.show(cloud_view())
    expect(root.locator(".tc-cells")).to_be_hidden()


def test_a_snapshot_is_a_png(page):
    for without in (False, True):
        page.page.evaluate(
            "without => { window.noWebGL = without; document.getElementById('here').replaceChildren(); }", without
        )
        root = page.show(cloud_view(names=("a <b>/c",)))
        with page.page.expect_download() as download:
            root.locator("[data-action=snapshot]").press("Enter")
        assert download.value.suggested_filename == "a-b-c.png"
        content = download.value.path().read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) > 3000
        expect(root.locator("[aria-live]")).to_have_text("The picture was saved.")


def test_the_first_view_is_the_one_that_python_chooses(page):
    from twinclouds.ui.still import make_still

    pair = tc.pairs.gallery["lines"]
    root = page.show(tc.ui.CloudView(pair, antialias=False))
    root.locator(".tc-stage").press("0")
    assert [float(x) for x in page.data("camera").split()] == pytest.approx(make_still(pair).home, abs=2e-3)


def test_a_picture_at_rest_is_drawn_finely(page):
    root = page.show(tc.ui.CloudView([[0, 0, 0], [1, 0, 0], [0, 1.5, 0]]))
    stage = root.locator(".tc-stage")
    # On a processor, which is what draws in these tests, the fine picture waits until nothing moves.
    software = page.page.evaluate(
        """() => {
            const gl = document.createElement("canvas").getContext("webgl2");
            const info = gl.getExtension("WEBGL_debug_renderer_info");
            return /swiftshader|llvmpipe|software/i.test(gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
        }"""
    )
    assert software, "the flags in tests/chromium.py leave no graphics card"
    expect(stage).to_have_attribute("data-fine", "true")
    painted = page.data("frames-painted")
    stage.press("ArrowLeft")
    page.until("Number(root.dataset.framesPainted) > arg", int(painted))
    expect(stage).to_have_attribute("data-fine", "true")
    # A mouse that goes to and fro over an atom asks for letters in every frame, and for no other picture.
    page.page.evaluate(
        """() => {
            const stage = document.querySelector(".tc-stage");
            const box = stage.getBoundingClientRect();
            const go = (x, y) => {
                stage.dispatchEvent(new PointerEvent("pointermove", { pointerType: "mouse", clientX: x, clientY: y }));
                return stage.style.cursor === "pointer";
            };
            const { left, top, width, height } = box;
            const all = [...Array(2000).keys()].map((i) => [left + (i % 50) * width / 50, top + i * height / 2000]);
            const atom = all.find(([x, y]) => go(x, y));
            const ends = performance.now() + 1500;
            let there = true;
            const frame = () => {
                there = !there;
                go(...(there ? atom : all[0]));
                window.resting = performance.now() > ends;
                if (!window.resting) requestAnimationFrame(frame);
            };
            frame();
        }"""
    )
    stage.press("ArrowLeft")
    page.page.wait_for_function("window.resting")
    expect(stage).to_have_attribute("data-fine", "true")
