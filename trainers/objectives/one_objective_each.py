"""Several tasks, of which each batch belongs to one."""

from collections.abc import Mapping
from typing import Any

from ...zoo.objective import Objective
from ..data.task_place import PLACE


class OneObjectiveEach(Objective):
    """The objectives of several heads on one body, one of them per batch (Liu et al. 2019, algorithm 1).

    The loss of a step is that of its own task only. The terms and metrics of each task are reported with its name and a
    dot as a prefix; `loss` is the mean of the tasks' losses, regardless of their numbers of batches.

    Args:
        objectives: name of each head -> its objective; none carries a state, all have the same number of rows per
            batch.

    Batches are those of an `AlternatingSource`, models `MultiTask`.

    Raises:
        ValueError: no objective, or a state to carry.

    Example:
        >>> OneObjectiveEach({"mood": Label(), "names": Tag()}).shares
        {'mood.label': 1.0, 'names.tag': 1.0}
    """

    def __init__(self, objectives: Mapping[str, Objective]):
        if not objectives or any(each.carry or each.evaluation_carry for each in objectives.values()):
            raise ValueError("OneObjectiveEach: there must be objectives, and none that carries a state")
        first = next(iter(objectives.values()))
        super().__init__(rows=first.rows, evaluation_rows=first.evaluation_rows)
        self.objectives = dict(objectives)
        self.across_rows = any(each.across_rows for each in objectives.values())
        self.target = PLACE
        self.shares = {
            f"{task}.{name}": each.scale * share
            for task, each in objectives.items()
            for name, share in each.shares.items()
        }
        self.metrics = {
            f"{task}.{name}": best for task, each in objectives.items() for name, best in each.metrics.items()
        }

    def check(self, model):
        """See `Objective.check`, of every head."""
        for task, each in self.objectives.items():
            each.check(model.head(task))

    def prepare(self, batch, *, training):
        """See `Objective.prepare`: that of every task, of which all except one are empty."""
        prepared = {PLACE: batch[PLACE]}
        for task, each in self.objectives.items():
            own = each.prepare(of_task(batch, task), training=training)
            prepared |= {f"{task}.{name}": value for name, value in own.items()}
        return prepared

    def weights(self, batch):
        """See `Objective.weights`; 0 for all tasks except the batch's own."""
        return {
            f"{task}.{name}": weights
            for task, each in self.objectives.items()
            for name, weights in each.weights(of_task(batch, task)).items()
        }

    def choices(self, batch):
        """The index of a batch's task, an int32 scalar, and this objective restricted to each of the tasks."""
        return batch[PLACE][0], [_Chosen(self, task) for task in self.objectives]

    def items(self, model, batch, state, *, training):
        """See `Objective.items`: the body and one head are called."""
        import tensorflow as tf

        place, choices = self.choices(batch)
        of = lambda one: lambda: one.items(model, batch, state, training=training)[0]  # noqa: E731
        return tf.switch_case(place, [of(one) for one in choices]), {}

    def figures(self, means):
        """See `Objective.figures`; NaN for tasks without a batch, which the mean of losses ignores."""
        import tensorflow as tf

        found = {
            f"{task}.{name}": value
            for task, each in self.objectives.items()
            for name, value in each.figures(of_task(means, task)).items()
        }
        losses = tf.stack([found[f"{task}.loss"] for task in self.objectives])
        known = tf.logical_not(tf.math.is_nan(losses))
        count = tf.reduce_sum(tf.cast(known, losses.dtype))
        return {"loss": tf.reduce_sum(tf.where(known, losses, tf.zeros_like(losses))) / count, **found}

    def directions(self):
        """See `Objective.directions`."""
        found: dict[str, Any] = {"loss": "min"}
        for task, each in self.objectives.items():
            found |= {f"{task}.{name}": best for name, best in each.directions().items() if name != "perplexity"}
        return found


class _Chosen(OneObjectiveEach):
    """The same objective for batches that are known to be of one task."""

    def __init__(self, whole: OneObjectiveEach, task: str):
        super().__init__(whole.objectives)
        self.task = task

    def items(self, model, batch, state, *, training):
        import tensorflow as tf

        own = self.objectives[self.task]
        found, _ = own.items(model.head(self.task), of_task(batch, self.task), state, training=training)
        values = {f"{self.task}.{name}": tf.cast(found[name], tf.float32) for name in (*own.shares, *own.metrics)}
        empty = {name: tf.zeros_like(weights, tf.float32) for name, weights in self.weights(batch).items()}
        return {**empty, **values}, {}


def of_task(batch: Mapping[str, Any], task: str) -> dict[str, Any]:
    """The part of a batch that belongs to one task."""
    prefix = f"{task}."
    return {name.removeprefix(prefix): value for name, value in batch.items() if name.startswith(prefix)}
