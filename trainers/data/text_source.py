"""Batches of labelled texts."""

from collections.abc import Mapping, Sequence

import numpy as np

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.text.packing_rule import packed_row, packing_style
from ...layers.text import Tokenizer
from .bucketed_source import BucketedSource
from .labelled_corpus import LabelledCorpus


class TextSource(BucketedSource):
    """A text, or a pair of texts, per row, packed by `SequencePacker`, with batches of similar length.

    A batch contains `token_ids` int32, `padding_mask` bool and `segment_ids` int32 (B, T), where T is one of a few
    lengths; `labels`, int32 (B,) if a text has one, float32 (B, C) of zeros and ones if it has several, and float32
    (B,) for numbers; `label_weights` float32, of the same shape, for their loss; `weights` float32 (B,), 0 for padding
    rows, and `start` bool (B,).

    Args:
        corpus: the texts.
        tokenizer: the tokenizer of the corpus.
        labels: names of the classes.
        kind: kind of the labels, see `LabelRule`.
        class_weights: weight of each class in the loss, or "balanced" for weights that give all classes the same
            influence: N / (C n), where n of N examples belong to a class (scikit-learn's rule); with several labels per
            text, N / (2 n) for those that have a label and for those that do not. None for 1.
        batch_size: texts per batch, B.
        sequence_length: maximum number of tokens per row, including special ones; longer ones are truncated, the longer
            of a pair first.
        seed: seed of the order, or None to read bucket after bucket from front to back.
        buckets: maximum number of lengths that batches are padded to, see `LengthBuckets`.
    """

    def __init__(
        self,
        corpus: LabelledCorpus,
        tokenizer: Tokenizer,
        *,
        labels: Sequence[str],
        batch_size: int,
        sequence_length: int,
        seed: int | None,
        buckets: int = 1,
        kind: str = "one",
        class_weights: Mapping[str, float] | str | None = None,
    ):
        self.corpus = corpus
        self._ids = {"start_id": tokenizer.start_id, "closing_id": tokenizer.closing_id}
        self._padding_id = tokenizer.padding_id
        self._style = packing_style(tokenizer.kind)
        self._targets = corpus.targets(kind, labels)
        corpus.store.release()
        self._starts = corpus.store.columns["label"].starts
        self._kind, self._num_labels = kind, len(labels)
        self._class_weights = self._weights_of(class_weights, labels)
        texts, pairs = (corpus.store.columns[name].lengths for name in ("text", "pair"))
        special = (4 if self._style == "roberta" else 3) if corpus.has_pairs else 2
        lengths = texts + pairs + special
        corpus.store.release()
        super().__init__(lengths, batch_size=batch_size, longest=sequence_length, seed=seed, buckets=buckets)

    @property
    def fields(self):
        """See `BatchSource.fields`; the lengths are those of the buckets."""
        return {
            "token_ids": (np.int32, (None,)),
            "padding_mask": (np.bool_, (None,)),
            "segment_ids": (np.int32, (None,)),
            "labels": (np.int32 if self._kind == "one" else np.float32, self._label_shape),
            "label_weights": (np.float32, self._label_shape),
            "weights": (np.float32, ()),
            "start": (np.bool_, ()),
        }

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        length, items = self._buckets.batch(step)
        rows = {
            **self.empty_rows(count, length, padding_id=self._padding_id),
            "labels": np.zeros((count, *self._label_shape), self.fields["labels"][0]),
            "label_weights": np.ones((count, *self._label_shape), np.float32),
        }
        for row, item in enumerate(items[first : first + count]):
            ids, segments = self._packed(item, length)
            rows["token_ids"][row, : len(ids)] = ids
            rows["padding_mask"][row, : len(ids)] = True
            rows["segment_ids"][row, : len(ids)] = segments
            self._fill_labels(rows, row, item)
            rows["weights"][row] = 1
        return rows

    @property
    def _label_shape(self) -> tuple[int, ...]:
        return (self._num_labels,) if self._kind == "several" else ()

    def _fill_labels(self, rows, row, item) -> None:
        if self._kind != "several":
            target = self._targets[item]
            rows["labels"][row] = target
            if self._kind == "one":
                rows["label_weights"][row] = self._class_weights[1, target]
            return
        has = np.zeros(self._num_labels, np.int32)
        has[self._targets[self._starts[item] : self._starts[item + 1]]] = 1
        rows["labels"][row] = has
        rows["label_weights"][row] = self._class_weights[has, np.arange(self._num_labels)]

    def _weights_of(self, asked: Mapping[str, float] | str | None, labels: Sequence[str]) -> np.ndarray:
        """Weights of each class, (2, C): for texts without the label, and for those with it."""
        weights = np.ones((2, len(labels)), np.float32)
        if asked is None or self._kind == "number":
            return weights
        if isinstance(asked, str):
            with_label = np.bincount(self._targets, minlength=len(labels))
            counts = np.stack([len(self.corpus) - with_label, with_label])
            classes = 2 if self._kind == "several" else len(labels)
            return (len(self.corpus) / (classes * np.maximum(counts, 1))).astype(np.float32)
        for label, weight in asked.items():
            if label not in labels:
                raise UserError(f"--set objective.class_weights: {unknown_name_message('label', label, labels)}")
            weights[:, list(labels).index(label)] = weight
        return weights

    def _packed(self, item: int, length: int) -> tuple[list[int], list[int]]:
        columns = self.corpus.store.columns
        second = columns["pair"].row(item).tolist() if self.corpus.has_pairs else None
        return packed_row(columns["text"].row(item).tolist(), second, **self._ids, max_length=length, style=self._style)
