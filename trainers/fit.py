"""The calls of `model.fit` that make up a run."""

import dataclasses
from collections.abc import Iterator


@dataclasses.dataclass(frozen=True)
class Fit:
    """One call of `model.fit`: epochs from `initial_epoch` to `epochs`, each of `steps` steps, from step `start` on."""

    start: int
    initial_epoch: int
    epochs: int
    steps: int


def plan_fits(step: int, *, interval: int, total: int) -> Iterator[Fit]:
    """Yields the calls of `model.fit` that lead from `step` to `total`, validating at every multiple of `interval`.

    All epochs of a Keras fit have the same length, so the rest of an interval that was interrupted is a call of its
    own, and so is a last interval that is shorter.

    Example:
        >>> [(fit.start, fit.initial_epoch, fit.epochs, fit.steps) for fit in plan_fits(13, interval=10, total=45)]
        [(13, 1, 2, 7), (20, 2, 4, 10), (40, 4, 5, 5)]
    """
    if step < total and step % interval:
        epoch = step // interval
        steps = min(interval - step % interval, total - step)
        yield Fit(step, epoch, epoch + 1, steps)
        step += steps
    epoch, last = step // interval, total // interval
    if epoch < last:
        yield Fit(step, epoch, last, interval)
        step = last * interval
    if step < total:
        yield Fit(step, last, last + 1, total - step)
