"""The learning experiment with networks that are trained to the end (extra ``torch``): is optimisation the reason?

:mod:`twinclouds.learning` fits a linear read-out to random features. One may suspect that a network whose weights are
all trained would get below the floor. So here is one, trained with Adam on the same data and the same split, once
with distances only and once with vectors, in double precision::

    python -m twinclouds.models.training                     # Axilrod-Teller energies
    python -m twinclouds.models.training --data hydrazine    # GFN2-xTB energies of N2H4-like pairs

It prints the errors on training and test set beside the floors of both. The error on the *training* set is the telling
one: a network of this size could learn a few thousand numbers by heart, but not two numbers for two inputs that
look the same to it.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.errors import ModelError
from twinclouds.learning import PairSet, axilrod_teller_pairs, floor, hydrazine_pairs, split
from twinclouds.models.extras import need, versions

__all__ = ["DATA", "Training", "train"]

#: Radial functions of the filters, clouds per step, and the rate of Adam at the start; it falls to zero as a cosine.
RADIAL, BATCH, RATE = 16, 64, 3e-3

#: The data sets, with the number of pairs that the command uses.
DATA: dict[str, Callable[[], PairSet]] = {
    "axilrod-teller": lambda: axilrod_teller_pairs(1000),
    "hydrazine": lambda: hydrazine_pairs().take(np.arange(1000)),
}


@dataclass(frozen=True, eq=False)
class Training:
    """What became of one network.

    Attributes
    ----------
    vectors : bool
        Did its messages carry directions?
    history : (epochs, 2) array of float
        Root mean square errors on training and validation set after every epoch, in the unit of the targets.
    error, training_error : float
        The same on the test set and on the training set, for the weights that did best on the validation set.
    floor, training_floor : float
        Least errors on both sets of a model that gives twins one value.
    spread : float
        Standard deviation of the targets of the test set.
    unit : str
        Unit of all these.
    predictions, truth : (t, 2) arrays of float
        For the test pairs.
    """

    vectors: bool
    history: NDArray[np.float64] = field(repr=False)
    error: float
    training_error: float
    floor: float
    training_floor: float
    spread: float
    unit: str
    predictions: NDArray[np.float64] = field(repr=False)
    truth: NDArray[np.float64] = field(repr=False)

    @property
    def last_gain(self) -> float:
        """By what fraction the training error fell over the last tenth of the epochs: small means converged."""
        errors = self.history[:, 0]
        before = errors[-max(len(errors) // 10, 1) - 1] if len(errors) > 1 else errors[0]
        return float(1 - errors[-1] / before)


def train(
    pairs: PairSet, vectors: bool = False, epochs: int = 300, seed: int = 0, layers: int = 2, width: int = 32
) -> Training:
    """Train a message-passing network on pairs, with the split of :func:`twinclouds.learning.split`.

    Parameters
    ----------
    pairs : PairSet
        The data.
    vectors : bool, optional
        Do messages carry directions, so that angles are seen? If not, distances are all that the network knows.
    epochs : int, optional
        How often it sees the training set.
    seed : int, optional
        Seed of the weights and of the order of the clouds; the split is the one of seed 0.
    layers, width : int, optional
        Rounds of messages, and how many numbers (and vectors) an atom carries.

    Returns
    -------
    Training

    Raises
    ------
    ModelError
        If torch is not installed, a number is out of range, or the pairs are too few to split.

    Examples
    --------
    >>> from twinclouds.models.extras import need
    >>> try:
    ...     result = train(axilrod_teller_pairs(20), epochs=2)
    ...     assert result.training_error >= result.training_floor
    ... except ModelError as error:
    ...     assert "pip install" in str(error)
    """
    for name, value in (("epochs", epochs), ("layers", layers), ("width", width)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise ModelError(f"{name}={value!r} is not a whole number from 1 on")
    torch = need("torch", "torch")
    parts = split(len(pairs))
    # All clouds, the members of a pair one after the other; targets in units of their spread.
    inputs = [torch.from_numpy(pairs.positions[p].reshape(-1, *pairs.positions.shape[2:]).copy()) for p in parts]
    truth = [pairs.targets[p] for p in parts]
    mean, scale = float(truth[0].mean()), float(truth[0].std())
    wanted = torch.from_numpy((truth[0].ravel() - mean) / scale)
    generator = torch.Generator().manual_seed(seed)
    net = _Network(torch, generator, pairs.species, inputs[0], layers, width, vectors)
    optimiser = torch.optim.Adam(net.weights, lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)

    def predict(number: int) -> NDArray[np.float64]:
        with torch.no_grad():
            values = torch.cat([net(x) for x in inputs[number].split(8 * BATCH)])
        return np.asarray(values.numpy()).reshape(-1, 2) * scale + mean

    history = []
    best: tuple[float, list[Any]] = (math.inf, [])
    for _ in range(epochs):
        for rows in torch.randperm(len(wanted), generator=generator).split(BATCH):
            optimiser.zero_grad()
            loss = ((net(inputs[0][rows]) - wanted[rows]) ** 2).mean()
            loss.backward()
            optimiser.step()
        schedule.step()
        history.append([_rms(predict(k), truth[k]) for k in (0, 1)])
        if history[-1][1] < best[0]:
            best = history[-1][1], [w.detach().clone() for w in net.weights]
    if not best[1]:
        raise ModelError("the training diverged: no error is a number; take fewer layers")
    for weight, kept in zip(net.weights, best[1], strict=True):
        weight.data.copy_(kept)
    guesses = predict(2)
    return Training(
        vectors=vectors,
        history=np.array(history),
        error=_rms(guesses, truth[2]),
        training_error=_rms(predict(0), truth[0]),
        floor=floor(truth[2]),
        training_floor=floor(truth[0]),
        spread=float(truth[2].std()),
        unit=pairs.unit,
        predictions=guesses,
        truth=truth[2],
    )


def _rms(guess: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    return math.sqrt(float(np.mean((guess - truth) ** 2)))


class _Network:
    """The network: filters of the distance, messages, a read-out per atom; with vectors after PaiNN, else as SchNet."""

    def __init__(
        self, torch: Any, generator: Any, species: NDArray[np.str_], clouds: Any, layers: int, width: int, vectors: bool
    ) -> None:
        self.torch, self.vectors = torch, vectors
        self.weights: list[Any] = []

        def draw(*shape: int) -> Any:
            weight = torch.randn(*shape, generator=generator, dtype=torch.float64) / math.sqrt(shape[0])
            self.weights.append(weight.requires_grad_())
            return weight

        def zeros(*shape: int) -> Any:
            self.weights.append(torch.zeros(*shape, dtype=torch.float64, requires_grad=True))
            return self.weights[-1]

        kinds, self.kinds = np.unique(species, return_inverse=True)
        self.others = ~torch.eye(len(species), dtype=torch.bool)
        found = torch.cdist(clouds, clouds)[:, self.others]
        low, high = float(found.min()), float(found.max())
        self.centres = torch.linspace(low, high, RADIAL, dtype=torch.float64)
        self.sharpness = 0.5 * (RADIAL / (high - low)) ** 2
        self.embedding = draw(len(kinds), width)
        several = ("messages", "directions", "vectors") if vectors else ("messages",)
        self.layers = []
        for _ in range(layers):
            layer = {f"filter {k}": (draw(RADIAL, width), zeros(width), draw(width, width)) for k in several}
            layer |= {f"send {k}": draw(width, width) for k in several}
            if vectors:
                layer |= {k: draw(width, width) for k in ("left", "right")}
            layer["mix"] = (draw((3 if vectors else 2) * width, width), zeros(width), draw(width, width))
            self.layers.append(layer)
        self.out = (draw(width, width), zeros(width), draw(width, 1))

    def _perceptron(self, x: Any, weights: tuple[Any, Any, Any]) -> Any:
        first, bias, second = weights
        return self.torch.nn.functional.silu(x @ first + bias) @ second

    def __call__(self, clouds: Any) -> Any:
        """Give one number for each cloud of an array (clouds, atoms, 3)."""
        torch = self.torch
        apart = clouds[:, None, :, :] - clouds[:, :, None, :]
        # No distance of an atom to itself, whose gradient there is none.
        lengths = torch.where(self.others, (apart**2).sum(-1), torch.ones((), dtype=torch.float64)).sqrt()
        direction = apart / lengths[..., None]
        radial = torch.exp(-self.sharpness * (lengths[..., None] - self.centres) ** 2) * self.others[..., None]
        neighbours = clouds.shape[1] - 1
        h = self.embedding[self.kinds].expand(len(clouds), -1, -1)
        v = None
        for layer in self.layers:

            def messages(kind: str, layer: dict[str, Any] = layer, h: Any = h) -> Any:
                weights = self._perceptron(radial, layer[f"filter {kind}"]) * self.others[..., None]
                return weights * (h @ layer[f"send {kind}"])[:, None, :, :] / math.sqrt(neighbours)

            parts = [h, messages("messages").sum(2)]
            if self.vectors:
                new = torch.einsum("bijc,bijx->bixc", messages("directions"), direction)
                if v is not None:
                    new = new + v + torch.einsum("bijc,bjxc->bixc", messages("vectors"), v)
                v = new
                parts.append(((v @ layer["left"]) * (v @ layer["right"])).sum(2))
            h = h + self._perceptron(torch.cat(parts, dim=-1), layer["mix"])
        return self._perceptron(h, self.out).sum((1, 2))


def main(arguments: list[str] | None = None) -> int:
    """Train both networks and print what became of them."""
    parser = argparse.ArgumentParser(prog="python -m twinclouds.models.training", description="Train on twins.")
    parser.add_argument("--data", choices=list(DATA), default="axilrod-teller", help="targets (axilrod-teller)")
    parser.add_argument("--epochs", type=int, default=300, help="how often the training set is seen (300)")
    parser.add_argument("--seeds", type=int, default=2, help="number of networks of each kind (2)")
    options = parser.parse_args(arguments)
    try:
        pairs = DATA[options.data]()
        used = ", ".join(f"{k} {v}" for k, v in versions("twinclouds", "torch").items())
        print(f"{pairs.name}, {len(pairs)} pairs, {options.epochs} epochs of Adam, float64; {used}")
        print(f"{'network':<18}{'training error':>15}{'/ floor':>9}{'test error':>13}{'/ floor':>9}{'last gain':>11}")
        for vectors in (False, True):
            for seed in range(options.seeds):
                start = time.perf_counter()
                run = train(pairs, vectors, options.epochs, seed)
                name = f"{'with vectors' if vectors else 'distances only'} {seed}"
                print(
                    f"{name:<18}{run.training_error:>15.4g}{run.training_error / run.training_floor:>9.4f}"
                    f"{run.error:>13.4g}{run.error / run.floor:>9.4f}{run.last_gain:>11.2%}",
                    flush=True,
                )
                print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)
        print(
            f"errors in {pairs.unit}; last gain: by how much the training error fell over the last tenth of the epochs"
        )
    except ModelError as error:
        print(f"twinclouds: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
