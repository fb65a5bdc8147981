"""Batches as a function of the step."""

import abc
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    from .batch_makers import BatchMakers

PREFETCHED_BATCHES = 4

Fields = dict[str, tuple[Any, tuple[int | None, ...]]]
"""Name -> type and shape of one row; None for a length that differs between batches."""


class BatchSource(abc.ABC):
    """Batches that can be requested in any order, which makes an exact resume possible.

    `fields` describes a batch. For next-token prediction: `token_ids` int32 (B, T), `targets` int32 (B, T),
    `weights` float32 (B, T), 0 for targets that do not count, and `start` bool (B,), true for rows that do not continue
    the row of the previous batch. Every objective has `weights` and `start`.

    Attributes:
        batch_size: number of rows per batch over all replicas, B.
        sequence_length: T.
        steps_per_epoch: number of batches until every token was a target.
        carries_state: whether row i continues row i of the previous batch.
        cut_tokens: number of targets that are in no batch, since their text is longer than a row.
        cut_texts: number of texts, or pairs, that are longer than a row.
        predicts_firsts: whether the first token of each text is a target, too.
    """

    batch_size: int
    sequence_length: int
    steps_per_epoch: int
    carries_state = False
    cut_tokens = 0
    cut_texts = 0
    predicts_firsts = True

    @property
    def fields(self) -> Fields:
        """The fields of a batch: name -> type and shape of one row."""
        tokens = (self.sequence_length,)
        return {
            "token_ids": (np.int32, tokens),
            "targets": (np.int32, tokens),
            "weights": (np.float32, tokens),
            "start": (np.bool_, ()),
        }

    @abc.abstractmethod
    def rows(self, step: int, first: int, count: int) -> dict[str, np.ndarray]:
        """Rows first to first + count of the batch of a step, where 0 is the first step of the run."""

    def examples(self, step: int) -> np.ndarray:
        """The numbers of the rows of a step's batch among all rows of an epoch, in the order of the files.

        As many as the batch has rows that count, at most `batch_size`; with them, results of batches can be put in
        order.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say which rows its batches hold")

    def tokens(self, first: int, stop: int) -> tuple[int, int] | None:
        """Number of tokens, and of positions with padding, in the batches of the steps from `first` to before `stop`.

        None if it is not counted, since (nearly) every position is a token.
        """
        del first, stop
        return None

    def positions(self, first: int, stop: int) -> int:
        """Number of positions in the steps from `first` to before `stop`, if `tokens` does not count them."""
        return (stop - first) * self.batch_size * self.sequence_length

    def epochs(self, first: int, stop: int) -> float:
        """How often the text is read in the steps from `first` to before `stop`."""
        return (stop - first) / self.steps_per_epoch

    def turns(self, figure: str, first: int, stop: int) -> int:
        """How many of the steps from `first` to before `stop` contribute to a figure; for several tasks, not all do."""
        del figure
        return stop - first

    def dataset(self, *, start: int = 0, steps: int | None = None, makers: "BatchMakers | None" = None):
        """Batches from step `start`, for `model.fit` under the current strategy.

        Args:
            start: step of the first batch.
            steps: number of steps; one epoch if None.
            makers: processes that make the batches; if None, a thread of this process does.

        Returns:
            A `tf.data.Dataset`, or a distributed one in which each replica has its fixed rows of every batch.

        Raises:
            ValueError: batch_size is not a multiple of the number of replicas.
        """
        strategy = tf.distribute.get_strategy()
        replicas = strategy.num_replicas_in_sync
        if self.batch_size % replicas:
            raise ValueError(f"batch_size {self.batch_size} is not a multiple of the {replicas} replicas")
        stop = start + (self.steps_per_epoch if steps is None else steps)
        if replicas == 1:
            return self._shares(start, stop, first_replica=0, local=1, replicas=1, makers=makers)

        def of_worker(context):
            local = replicas // context.num_input_pipelines
            first = context.input_pipeline_id * local
            return self._shares(start, stop, first_replica=first, local=local, replicas=replicas, makers=makers)

        return strategy.distribute_datasets_from_function(of_worker)

    def _shares(self, start, stop, *, first_replica, local, replicas, makers):
        """One element per step and local replica, in that order: a strategy distributes them in turn."""
        count, fields = self.batch_size // replicas, self.fields
        made = self.rows if makers is None else makers.rows

        def fetch(index):
            step, replica = divmod(int(index), local)
            rows = made(step, (first_replica + replica) * count, count)
            return [rows[name].astype(dtype, copy=False) for name, (dtype, _) in fields.items()]

        def element(index):
            values = tf.numpy_function(fetch, [index], [tf.as_dtype(dtype) for dtype, _ in fields.values()])
            return {
                name: tf.ensure_shape(value, (count, *shape))
                for (name, (_, shape)), value in zip(fields.items(), values, strict=True)
            }

        # One call at a time if this process makes them: in Python two threads take longer than one.
        calls = 1 if makers is None else makers.count
        dataset = tf.data.Dataset.range(start * local, stop * local).map(element, num_parallel_calls=calls)
        options = tf.data.Options()
        # There is nothing to tune, and the tuner's thread can hold up the end of an iterator for two seconds.
        options.autotune.enabled = False
        return dataset.prefetch(max(PREFETCHED_BATCHES, 2 * calls)).with_options(options)
