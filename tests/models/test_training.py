"""Networks that are trained to the end stop at the floor, too, unless they see angles."""

from __future__ import annotations

import numpy as np
import pytest

from twinclouds.errors import ModelError
from twinclouds.learning import axilrod_teller_pairs
from twinclouds.models.extras import installed
from twinclouds.models.training import main, train


def test_training_does_not_get_below_the_floor() -> None:
    pairs = axilrod_teller_pairs(200)
    if not installed("torch"):
        with pytest.raises(ModelError, match=r'torch is not installed; pip install "twinclouds\[torch\]"'):
            train(pairs)
        return
    blind, seeing = (train(pairs, vectors, epochs=40) for vectors in (False, True))
    # Not even on the training set, which this network learns by heart when it sees vectors.
    assert blind.history[:, 0].min() >= blind.training_floor * (1 - 1e-9)
    assert blind.error >= blind.floor * (1 - 1e-9)
    np.testing.assert_allclose(blind.predictions[:, 0], blind.predictions[:, 1], rtol=1e-9)
    assert blind.training_error < 1.2 * blind.training_floor < blind.spread
    assert seeing.training_error < 0.6 * seeing.training_floor
    assert blind.history.shape == (40, 2) and blind.last_gain < 0.1


def test_training_repeats() -> None:
    if installed("torch"):
        first, second = (train(axilrod_teller_pairs(20), True, epochs=3, seed=4) for _ in range(2))
        np.testing.assert_array_equal(first.predictions, second.predictions)


@pytest.mark.parametrize("name", ["epochs", "layers", "width"])
@pytest.mark.parametrize("value", [0, 1.5, True])
def test_numbers_out_of_range_are_named(name: str, value: object) -> None:
    with pytest.raises(ModelError, match=f"{name}={value} is not a whole number from 1 on"):
        train(axilrod_teller_pairs(20), **{name: value})  # type: ignore[arg-type]


def test_the_command_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    if not installed("torch"):
        assert main([]) == 2
        assert 'pip install "twinclouds[torch]"' in capsys.readouterr().err
