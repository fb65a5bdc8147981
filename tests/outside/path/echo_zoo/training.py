"""How the task learns, from what, and for what."""

from typing import ClassVar

import numpy as np
from langzoo.trainers.data import BatchSource
from langzoo.trainers.data.readers import READERS, Reader, Record, register_reader
from langzoo.trainers.data.readers.reader import lines_of
from langzoo.trainers.objectives import register_objective
from langzoo.trainers.tasks import TaskTraining, register_task_training
from langzoo.zoo.objective import Objective


@register_reader("key_values")
class KeyValueReader(Reader):
    """Lines of `key=value;key=value`."""

    def records_of(self, path):
        """See `Reader`."""
        for number, line in lines_of(path):
            yield Record(path, number, dict(cell.split("=", 1) for cell in line.split(";")))


@register_objective("squared_error")
class SquaredError(Objective):
    """The squared difference of a text's number."""

    tasks = ("text_scorer",)
    is_default = True
    shares: ClassVar = {"squared_error": 1.0}
    metrics: ClassVar = {"absolute_error": "min"}

    def items(self, model, batch, state, *, training):
        """See `Objective.items`."""
        import tensorflow as tf

        inputs = {name: batch[name] for name in ("token_ids", "padding_mask")}
        difference = model(inputs, training=training)["score"] - batch["scores"]
        return {"squared_error": difference**2, "absolute_error": tf.abs(difference)}, {}


class ScoredTexts:
    """Texts with a number each, in memory."""

    def __init__(self, rows, scores, num_bytes):
        self.rows, self.scores, self.num_bytes = rows, scores, num_bytes
        self.key, self.num_unknown, self.num_tokens = "", 0, sum(map(len, rows))

    def __len__(self):
        return len(self.rows)


class ScoredSource(BatchSource):
    """A text a row."""

    def __init__(self, corpus, batch_size, end_id):
        self.corpus, self.batch_size, self._end_id = corpus, batch_size, end_id
        self.sequence_length = max(map(len, corpus.rows)) + 2
        self.steps_per_epoch = -(-len(corpus) // batch_size)

    @property
    def fields(self):
        """See `BatchSource`."""
        tokens = (self.sequence_length,)
        return {
            "token_ids": (np.int32, tokens),
            "padding_mask": (np.bool_, tokens),
            "scores": (np.float32, ()),
            "weights": (np.float32, ()),
            "start": (np.bool_, ()),
        }

    def rows(self, step, first, count):
        """See `BatchSource`."""
        rows = {name: np.zeros((count, *shape), dtype) for name, (dtype, shape) in self.fields.items()}
        rows["start"][:], rows["padding_mask"][:, 0] = True, True
        for row in range(count):
            index = step % self.steps_per_epoch * self.batch_size + first + row
            if index < len(self.corpus):
                ids = [self._end_id, *self.corpus.rows[index], self._end_id]
                rows["token_ids"][row, : len(ids)] = ids
                rows["padding_mask"][row, : len(ids)] = True
                rows["scores"][row] = self.corpus.scores[index]
                rows["weights"][row] = 1
        return rows


@register_task_training("text_scorer")
class ScorerTraining(TaskTraining):
    """Records of a text and a score."""

    item = "text"
    reports_bits_per_byte = False
    example = 'answer(["the cat"])'

    def read(self, paths, *, cache, progress=None):
        """See `TaskTraining`."""
        records = list(READERS[self.training.data.reader or "key_values"](["text", "score"]).records(paths))
        texts = [record.values["text"] for record in records]
        scores = [float(record.values["score"]) for record in records]
        return ScoredTexts(self.tokenizer.tokenize(texts).to_list(), scores, sum(map(len, texts)))

    def vocabulary_texts(self, paths):
        """See `TaskTraining`."""
        records = READERS["key_values"](["text", "score"]).records(paths)
        return (record.values["text"] + "\n" for record in records)

    def source(self, corpus):
        """See `TaskTraining`."""
        return ScoredSource(corpus, self.training.data.batch_size, self.tokenizer.end_id)

    def evaluation_source(self, corpus, *, batch_size, multiple_of=1):
        """See `TaskTraining`."""
        return ScoredSource(corpus, batch_size + -batch_size % multiple_of, self.tokenizer.end_id)
