"""The same training with several seeds. Importing this loads no TensorFlow."""

import dataclasses
import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..layers.plain.errors import UserError
from ..zoo.model_directory import CONFIG_FILE
from .train_request import TrainRequest


def seed_requests(request: TrainRequest, seeds: int) -> list[TrainRequest]:
    """Returns a request for each of the seeds 0, 1, ..., whose runs are `seed-0`, `seed-1`, ... in the run directory.

    With `resume`, finished runs stay as they are, and runs that were not started are started.

    Args:
        request: the training.
        seeds: number of seeds, at least 2.

    Raises:
        UserError: the run directory is a run itself; a seed is set; or the strategy uses several workers, which a
            process can join only once.
    """
    run = Path(request.run)
    if (run / CONFIG_FILE).is_file():
        raise UserError(f"--run {run} is a run itself; with --seeds it must be a folder for runs: name another")
    if "seed" in request.settings:
        raise UserError(f"--seeds {seeds} is for the seeds 0 to {seeds - 1}: leave --set seed out")
    if request.settings.get("strategy") == "multi_worker":
        raise UserError("--seeds is for one process: leave --workers and the strategy multi_worker out")
    return [
        dataclasses.replace(request, run=run / f"seed-{seed}", settings={**request.settings, "seed": seed})
        for seed in range(seeds)
    ]


def mean_and_deviation(figures: Sequence[Mapping[str, float]]) -> dict[str, tuple[float, float]]:
    """The mean and the standard deviation (of a sample: N - 1) of each figure that all runs have.

    Args:
        figures: the figures of each run; a NaN, where one is not defined, makes both NaN.

    Example:
        >>> mean_and_deviation([{"f1": 0.5}, {"f1": 0.7}])["f1"][0]
        0.6
    """
    names = [name for name in figures[0] if all(name in each for each in figures)]
    found = {}
    for name in names:
        values = [each[name] for each in figures]
        known = all(map(math.isfinite, values))
        found[name] = (statistics.fmean(values), statistics.stdev(values)) if known else (math.nan, math.nan)
    return found
