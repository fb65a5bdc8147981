"""Naive Bayes: a table of word counts per class."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from .class_table import ClassTable
from .word_evidence import WordEvidence

EVENT_MODELS = ("multinomial", "bernoulli")


@keras.saving.register_keras_serializable(package="langzoo")
class NaiveBayesTable(ClassTable):
    """p(c | text) of words that are independent of one another given the class (McCallum & Nigam 1998).

    "multinomial": every occurrence of a word counts, p(w|c) = (n(w, c) + a) / (n(c) + a V). "bernoulli": whether a word
    of the vocabulary is there or not, p(w|c) = (d(w, c) + a) / (d(c) + 2 a), d being texts. Both have p(c) = d(c) / d.
    Nothing is trained: counts are exact int64 weights, zero until `set_counts`.

    Args:
        vocabulary_size: ids, V and those of `left_out`.
        num_classes: C.
        event_model: "multinomial" or "bernoulli".
        pseudo_count: a, above 0, so that no word is impossible.
        left_out: ids that are not words, such as special tokens, which are ignored.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `words` int32 (B, T): 1 + the id of each word, 0 for none; returns float32 logits (B, C), whose softmax is
    p(c | text). Each factor is divided by its mean over the classes, so that the sums of long texts stay small.

    Raises:
        ValueError: an unknown event model, or pseudo_count not above 0 and finite.

    Example:
        >>> table = NaiveBayesTable(2, num_classes=2)
        >>> table.set_counts([[3, 1], [0, 2]], [1, 1])
        >>> tf.nn.softmax(table(tf.constant([[1]]))).numpy().round(3).tolist()
        [[0.727, 0.273]]
    """

    def __init__(
        self,
        vocabulary_size: int,
        *,
        num_classes: int,
        event_model: str = "multinomial",
        pseudo_count: float = 1.0,
        left_out: Sequence[int] = (),
        **kwargs,
    ):
        super().__init__(num_classes=num_classes, pseudo_count=pseudo_count, **kwargs)
        if event_model not in EVENT_MODELS:
            raise ValueError(f"NaiveBayesTable: event_model must be {' or '.join(EVENT_MODELS)}, not {event_model!r}")
        self.vocabulary_size, self.event_model, self.left_out = vocabulary_size, event_model, tuple(left_out)
        # The classes of a word are adjacent, since a text reads all of them.
        self.word_counts: Any = self.add_weight(
            name="word_counts",
            shape=(vocabulary_size, num_classes),
            dtype="int64",
            initializer="zeros",
            trainable=False,
        )
        self.built = True

    @property
    def _counts_presence(self) -> bool:
        return self.event_model == "bernoulli"

    def set_counts(self, word_counts, class_counts):
        """Sets the counts, e.g. those of `class_word_counts`.

        Args:
            word_counts: integers (C, V): occurrences of each word in the texts of each class, or the number of texts
                that it is in, for "bernoulli".
            class_counts: integers (C,), texts of each class.
        """
        self.word_counts.assign(np.asarray(word_counts, np.int64).T)
        self.class_counts.assign(np.asarray(class_counts, np.int64))

    def _kept(self) -> np.ndarray:
        """Which ids are words, bool (V,)."""
        kept = np.ones(self.vocabulary_size, bool)
        kept[list(self.left_out)] = False
        return kept

    def call(self, words):
        """See the class."""
        kept = tf.constant(self._kept())
        ids = tf.maximum(words - 1, 0)  # (B, T)
        counted = tf.logical_and(words > 0, tf.gather(kept, ids))
        a, texts = self.pseudo_count, tf.cast(tf.convert_to_tensor(self.class_counts), tf.float32)
        table = tf.convert_to_tensor(self.word_counts)
        prior = self.log_prior()
        if not self._counts_presence:
            totals = tf.cast(tf.reduce_sum(table, axis=0), tf.float32) + a * float(self._kept().sum())
            shares = (tf.cast(tf.gather(table, ids), tf.float32) + a) / totals  # (B, T, C)
            return prior + _summed(_centred_log(shares), counted)
        shares = (tf.cast(table, tf.float32) + a) / (texts + 2 * a)  # (V, C)
        # Subtracted as integers: 1 - shares would be 0 for a word that is in every text of a class.
        without = tf.cast(tf.convert_to_tensor(self.class_counts) - table, tf.float32)
        absent = _centred_log((without + a) / (texts + 2 * a))
        everything = tf.reduce_sum(tf.where(kept[:, tf.newaxis], absent, 0.0), axis=0)
        there = _centred_log(shares) - absent
        # Equal ids are adjacent once they are sorted: the first of each counts.
        ordered = tf.sort(tf.where(counted, words, 0), axis=1)
        first = tf.concat([ordered[:, :1] > 0, tf.not_equal(ordered[:, 1:], ordered[:, :-1])], axis=1)
        return prior + everything + _summed(tf.gather(there, tf.maximum(ordered - 1, 0)), first)

    def probabilities(self) -> np.ndarray:
        """Returns p(w|c) of every id, float64 (C, V); 0 for those that are left out."""
        counts, kept = self.word_counts.numpy().T.astype(np.float64), self._kept()
        if self._counts_presence:
            totals = self.class_counts.numpy()[:, np.newaxis] + 2 * self.pseudo_count
        else:
            totals = counts.sum(axis=1, keepdims=True) + self.pseudo_count * kept.sum()
        return np.where(kept, (counts + self.pseudo_count) / totals, 0.0)

    def evidence(self, words: Sequence[int]) -> list[WordEvidence]:
        """Returns the evidence of each part of a text; with `prior` the parts sum to log p(c, text).

        Args:
            words: ids of a text.

        Returns:
            A part for each different word, in the order of the text; for "bernoulli" finally one for all words that do
            not occur.
        """
        shares, kept = self.probabilities(), self._kept()
        counts: dict[int, int] = {}
        for word in words:
            if kept[word]:
                counts[word] = counts.get(word, 0) + 1
        if not self._counts_presence:
            return [WordEvidence(word, count, count * np.log(shares[:, word])) for word, count in counts.items()]
        found = [WordEvidence(word, 1, np.log(shares[:, word])) for word in counts]
        absent = kept.copy()
        absent[list(counts)] = False
        return [*found, WordEvidence(None, 0, np.log1p(-shares[:, absent]).sum(axis=1))]

    def sample(self, random: np.random.Generator, classes: np.ndarray, length: int) -> list[list[int]]:
        """Draws the ids of the words of a text per class: `length` of them; for "bernoulli" those that occur."""
        shares, rows = self.probabilities(), []
        for of_class in classes:
            own = shares[of_class]
            if self._counts_presence:
                rows.append(np.flatnonzero(random.random(len(own)) < own).tolist())
            else:
                rows.append(random.choice(len(own), size=length, p=own / own.sum()).tolist())
        return rows

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "event_model": self.event_model,
            "left_out": list(self.left_out),
        }


def _centred_log(shares):
    """Returns the log of probabilities (..., C) over their mean."""
    return tf.math.log(shares / tf.reduce_mean(shares, axis=-1, keepdims=True))


def _summed(values, counted):
    """Sums (B, T, C) over the positions of bool (B, T)."""
    return tf.reduce_sum(tf.where(counted[..., tf.newaxis], values, 0.0), axis=1)
