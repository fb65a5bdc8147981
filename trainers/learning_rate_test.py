"""A learning rate range test."""

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
from rich.console import Console

from ..zoo.atomic_file import write_text
from ..zoo.picture import INK, LINES, picture_of
from ..zoo.staging import folder_lock, made_folder
from .fitting.gradient import compiled_model, restore
from .loss_curves import FONT_SIZE, PANEL
from .train import prepare
from .train_request import RATE_FILES, TrainRequest

STEPS, LOWEST, HIGHEST = 150, 1e-6, 10.0
SMOOTHING = 0.9
DIVERGED = 1.3
"""The test ends when the smoothed loss reaches this multiple of its lowest value."""


@dataclasses.dataclass(frozen=True)
class LearningRateTest:
    """The result of a range test.

    Attributes:
        rates: the learning rate of each step, increasing.
        losses: the loss of each step's batch.
        smoothed: running mean of the losses, corrected for its start at zero.

    Example:
        >>> found = find_learning_rate(TrainRequest("lstm_tiny", data=["train.txt"], run="runs/tiny"))
        >>> found.suggested
        0.0021
    """

    rates: Sequence[float]
    losses: Sequence[float]
    smoothed: Sequence[float]

    @property
    def lowest(self) -> float:
        """The rate at which the smoothed loss is lowest."""
        return self.rates[min(range(len(self.smoothed)), key=self.smoothed.__getitem__)]

    @property
    def suggested(self) -> float:
        """A tenth of `lowest`, to two digits (Howard & Gugger 2020, "Deep Learning for Coders", chapter 5)."""
        return float(f"{self.lowest / 10:.1e}")

    def table(self) -> str:
        """Rates, losses and smoothed losses, separated by tabs, after a header line."""
        rows = zip(self.rates, self.losses, self.smoothed, strict=True)
        return "".join(["rate\tloss\tsmoothed\n", *(f"{rate:.3e}\t{a:.4f}\t{b:.4f}\n" for rate, a, b in rows)])

    def picture(self) -> bytes:
        """The curve, as PNG."""

        def draw(figure):
            axes = figure.add_subplot()
            axes.set(xscale="log", xlabel="learning rate", ylabel="loss, nats")
            axes.grid(color=LINES, linewidth=0.6)
            axes.spines[["top", "right"]].set_visible(False)
            axes.plot(self.rates, self.losses, color=LINES, linewidth=1.0, label="per batch")
            axes.plot(self.rates, self.smoothed, color=INK, linewidth=1.6, label="smoothed")
            axes.axvline(self.suggested, color="#c2410c", linestyle="--", label=f"suggested: {self.suggested:g}")
            axes.legend(frameon=False)

        return picture_of(draw, size=PANEL, font_size=FONT_SIZE)


def find_learning_rate(
    request: TrainRequest, *, steps: int = STEPS, console: Console | None = None
) -> LearningRateTest:
    """Trains a throwaway model while its learning rate rises, until the loss rises too (Smith 2017).

    The rate rises from 1e-6 to 10 by the same factor at each step; the weights are those that the run would start with.
    Writes `learning_rate.png` and `learning_rate.tsv`, and the cache of the text, into the run directory.

    Args:
        request: the run to find a rate for; its own rate, schedule and warm-up are ignored.
        steps: maximum number of steps.
        console: where progress is shown; None for standard output.

    Returns:
        The rates with their losses.

    Raises:
        UserError: see `train`.
    """
    console, directory = console or Console(), Path(request.run)
    request.resolve()
    with made_folder(directory), folder_lock(directory):
        found = _test(request, steps, console)
        write_text(directory / RATE_FILES[1], found.table())
        (directory / RATE_FILES[0]).write_bytes(found.picture())
    return found


def _test(request: TrainRequest, steps: int, console: Console) -> LearningRateTest:
    run = prepare(request, console=console)
    rising = {"schedule": "exponential", "learning_rate": LOWEST, "final_fraction": HIGHEST / LOWEST}
    optimizer = run.training.optimizer.model_copy(update={**rising, "warmup_steps": 0, "warmup_fraction": 0.0})
    training = run.training.model_copy(update={"optimizer": optimizer})
    source = run.learning.batches(run.corpus)
    objective = run.learning.objective(source=source, evaluation=None, replicas=run.strategy.num_replicas_in_sync)
    model: Any = compiled_model(run, training, source=source, objective=objective, total=steps)
    restore(run, model)
    watch = _Watch()
    with run.strategy.scope():
        batches = source.dataset(steps=steps)
    with console.status("looking for a learning rate"):
        model.fit(batches, epochs=steps, steps_per_epoch=1, callbacks=[watch], shuffle=False, verbose=0)
    return LearningRateTest(watch.rates, watch.losses, watch.smoothed)


class _Watch(keras.callbacks.Callback):
    """Records rates and losses; ends the test when the loss has risen."""

    def __init__(self):
        super().__init__()
        self.rates: list[float] = []
        self.losses: list[float] = []
        self.smoothed: list[float] = []
        self._mean = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        """Reads the rate of the step."""
        del epoch, logs
        self._rate = float(self.model.optimizer.learning_rate)

    def on_epoch_end(self, epoch, logs=None):
        """Records the loss of the step."""
        del epoch
        loss = float((logs or {})["loss"])
        if not math.isfinite(loss):
            self.model.stop_training = True
            return
        self._mean = SMOOTHING * self._mean + (1 - SMOOTHING) * loss
        self.rates.append(self._rate)
        self.losses.append(loss)
        self.smoothed.append(self._mean / (1 - SMOOTHING ** len(self.rates)))
        if self.smoothed[-1] > DIVERGED * min(self.smoothed):
            self.model.stop_training = True
