"""The base of all instruments, with and without clouds."""

from __future__ import annotations

import pytest
import traitlets

import twinclouds as tc
from twinclouds.ui.base import CloudWidget
from twinclouds.ui.instrument import Instrument
from twinclouds.ui.library import the_library
from twinclouds.ui.traits import Checked, as_flag


class Lamp(Instrument):
    """A widget without clouds."""

    _from_front_end = frozenset({"on"})
    _kind = traitlets.Unicode("lamp").tag(sync=True)
    on = Checked(as_flag, False, "give True or False")


class Single(CloudWidget):
    """A widget with one cloud."""

    _how_many = (1, 1)


def test_an_instrument_without_clouds():
    lamp = Lamp(on=True, title="A lamp", notice=None)
    assert (lamp.on, lamp.title, lamp.notice) == (True, "A lamp", "")
    assert lamp.get_state()["_kind"] == "lamp"
    assert lamp._library == f"IPY_MODEL_{the_library().model_id}"
    assert len(Lamp(self_contained=True)._esm) > 200_000


def test_unknown_keywords_and_bad_values():
    with pytest.raises(TypeError, match="Lamp has no 'off'; it takes notice, on, title, try_, layout, self_contained"):
        Lamp(off=True)
    with pytest.raises(traitlets.TraitError, match="on=1 cannot be used by a Lamp; give True or False"):
        Lamp(on=1)


def test_the_front_end_may_set_only_what_it_is_for():
    lamp = Lamp()
    lamp.set_state({"on": True})
    assert lamp.on
    with pytest.warns(RuntimeWarning, match="may not set 'title'"):
        lamp.set_state({"title": "x"})
    with pytest.warns(RuntimeWarning, match="on='x'"):
        lamp.set_state({"on": "x"})
    assert lamp.on
    assert lamp.title == ""


def test_a_widget_for_one_cloud_takes_no_two():
    with pytest.raises(TypeError, match="Single takes one cloud"):
        Single([[0, 0, 0]], [[0, 0, 0]])
    with pytest.raises(TypeError, match="RefinementExplorer takes two clouds; give a and b"):
        tc.ui.RefinementExplorer([[0, 0, 0]])
    single = Single([[0, 0, 0]])
    assert not single.set_clouds([[0, 0, 0]], [[0, 0, 0]])
    assert "one cloud" in single.error
