"""A back-off model as a layer."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from .backoff_model import BackoffModel
from .ngram_trie import NgramTrie
from .sparse_rows import add_integers, dense_rows, find_sorted


@keras.saving.register_keras_serializable(package="langzoo")
class BackoffTable(keras.layers.Layer):
    """A `BackoffModel` as a language-model head, with the preceding words in place of the hidden state.

    The model of an ARPA file: whatever smoothing it was made with, looked up here in one way. Nothing is trained. The
    n-grams are a trie in sorted arrays (see `NgramTrie`), 16 bytes each, and a word is found among those after a
    context by binary search. All distributions begin with that of single words, to which the weight of the context's
    last word is added; then the words that are known to follow it have their own, and so on with ever longer contexts.

    Args:
        vocabulary_size: words, V.
        num_ngrams: of the orders from 2 on, how many n-grams there are, so that a saved table can be built before its
            numbers are read; an order without any ends the table. None is the table of single words.
        longest_rows: of these orders, the most words that follow one context, so that all shapes are static.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `windows` int32 (..., n - 1): 1 + the words before, the last at the end, 0 where there is none; returns
    logits float32 (..., V), already normalised: log p(w|h), natural logarithm, whatever the dtype policy. Meant for the
    few positions of decoding; a corpus is scored by `negative_log_likelihood`, without a tensor of size V per position.

    Raises:
        ValueError: the two do not have the same length, or a row is longer than the vocabulary or its order.

    Example:
        >>> from .ngram_trie import NgramTrie
        >>> trie = NgramTrie(2, contexts=[np.array([0])], words=[np.array([1])])
        >>> table = BackoffTable(2, num_ngrams=[1], longest_rows=[1])
        >>> table.set_model(BackoffModel(trie, [np.log([0.75, 0.25]), np.log([0.4])], [np.log([0.8, 1])]))
        >>> tf.exp(table(tf.constant([[1], [2]]))).numpy().round(3)  # after 0: 0.8 * 0.75, 0.4; after 1
        array([[0.6 , 0.4 ],
               [0.75, 0.25]], dtype=float32)
    """

    def __init__(self, vocabulary_size, *, num_ngrams=(), longest_rows=(), **kwargs):
        super().__init__(**kwargs)
        num_ngrams, longest_rows = list(num_ngrams), list(longest_rows)
        if len(num_ngrams) != len(longest_rows):
            raise ValueError(f"BackoffTable: {len(num_ngrams)} orders of n-grams have {len(longest_rows)} longest rows")
        if any(not 0 <= row <= min(size, vocabulary_size) for size, row in zip(num_ngrams, longest_rows, strict=True)):
            raise ValueError(f"BackoffTable: longest_rows must lie within num_ngrams and V, not {longest_rows}")
        self.vocabulary_size = vocabulary_size
        self.num_ngrams = num_ngrams
        self.longest_rows = longest_rows
        uniform = keras.initializers.Constant(-float(np.log(vocabulary_size)))
        sizes, highest = [vocabulary_size, *num_ngrams], 1 + len(num_ngrams)
        self.log_probabilities = [
            self._add_numbers(f"log_probabilities_{order}", size, "zeros" if order > 1 else uniform)
            for order, size in enumerate(sizes, start=1)
        ]
        self.words = [
            add_integers(self, f"words_{order}", sizes[order - 1], "int32") for order in range(2, highest + 1)
        ]
        # Place 0 is that of no context: its row is empty and its weight 1. Others have theirs plus 1.
        orders = range(1, highest)
        self.backoffs = [self._add_numbers(f"backoffs_{order}", sizes[order - 1] + 1) for order in orders]
        self.row_starts = [add_integers(self, f"row_starts_{order}", sizes[order - 1] + 2, "int32") for order in orders]
        self.built = True

    def _add_numbers(self, name, size, initializer: Any = "zeros"):
        # float32 in a call too, whatever the dtype policy.
        settings = {"dtype": "float32", "autocast": False, "trainable": False}
        return self.add_weight(name=name, shape=(size,), initializer=initializer, **settings)

    def set_model(self, model: BackoffModel):
        """Sets the n-grams and their numbers.

        Raises:
            ValueError: their number, or the length of a row, is not the one that the table was built for.
        """
        trie = model.trie
        if trie.sizes != [self.vocabulary_size, *self.num_ngrams]:
            raise ValueError(f"BackoffTable: built for {self.num_ngrams} n-grams, not {trie.sizes[1:]}")
        if (rows := longest_rows(model)) != self.longest_rows:
            raise ValueError(f"BackoffTable: built for rows of {self.longest_rows}, not {rows}")
        for weight, values in zip(self.log_probabilities, model.log_probabilities, strict=True):
            weight.assign(values.astype(np.float32))
        for weight, values in zip(self.words, trie.words, strict=True):
            weight.assign(values.astype(np.int32))
        for order, (weight, values) in enumerate(zip(self.backoffs, model.backoffs, strict=True), start=2):
            weight.assign(np.concatenate([[0.0], values]).astype(np.float32))
            self.row_starts[order - 2].assign(np.concatenate([[0], trie.row_starts(order)]).astype(np.int32))

    def model(self) -> BackoffModel:
        """Returns the n-grams and their numbers."""
        starts = [weight.numpy()[1:] for weight in self.row_starts]
        contexts = [np.repeat(np.arange(len(each) - 1, dtype=np.int32), np.diff(each)) for each in starts]
        trie = NgramTrie(self.vocabulary_size, contexts, [weight.numpy() for weight in self.words])
        logs = [weight.numpy().astype(np.float64) for weight in self.log_probabilities]
        return BackoffModel(trie, logs, [weight.numpy()[1:].astype(np.float64) for weight in self.backoffs])

    @property
    def _depth(self) -> int:
        """The maximum number of words of a context: orders that have n-grams."""
        return next((depth for depth, size in enumerate(self.num_ngrams) if not size), len(self.num_ngrams))

    def call(self, windows):
        """Returns log p(w|h), float32 (..., V)."""
        flat = tf.reshape(windows, (-1, windows.shape[-1]))  # (N, n - 1)
        size = self.vocabulary_size
        found = tf.zeros((tf.shape(flat)[0], 1)) + tf.convert_to_tensor(self.log_probabilities[0])  # (N, V)
        for depth, place in enumerate(self._places(flat), start=1):
            start, end, weight = self._row(depth, place)
            # By 1 - log p, at least 1, since 0 is where no word is: what is beyond a row adds nothing.
            known = dense_rows(
                start,
                end,
                tf.convert_to_tensor(self.words[depth - 1]),
                1.0 - tf.convert_to_tensor(self.log_probabilities[depth]),
                longest=self.longest_rows[depth - 1],
                width=size,
            )
            found = tf.where(known > 0, 1.0 - known, found + weight[:, tf.newaxis])
        return tf.reshape(found, tf.concat([tf.shape(windows)[:-1], [size]], axis=0))

    def negative_log_likelihood(self, windows, targets):
        """Returns -log p(target|h), by binary search.

        Args:
            windows: int32 (..., n - 1), as of a call.
            targets: int (...), each in [0, V).

        Returns:
            float32 (...), natural logarithm.
        """
        targets = tf.cast(targets, tf.int32)
        found = tf.gather(tf.convert_to_tensor(self.log_probabilities[0]), targets)
        for depth, place in enumerate(self._places(windows), start=1):
            entry, known, weight = self._child(depth, place, targets)
            own = tf.gather(tf.convert_to_tensor(self.log_probabilities[depth]), entry)
            found = tf.where(known, own, found + weight)
        return -found

    def _places(self, windows):
        """Returns for every context length from 1 on the index of the last words of each window, 0 if there is none."""
        places = []
        for length in range(1, self._depth + 1):
            place = windows[..., -length]
            for depth in range(1, length):
                word = windows[..., depth - length]
                entry, known, _ = self._child(depth, place, word - 1)
                place = tf.where(known, entry + 1, tf.zeros_like(entry))
            places.append(place)
        return places

    def _row(self, depth, place):
        """Returns where the n-grams after contexts of `depth` words start and end, and the contexts' weights."""
        row_starts, backoffs = tf.convert_to_tensor(self.row_starts[depth - 1]), self.backoffs[depth - 1]
        return tf.gather(row_starts, place), tf.gather(row_starts, place + 1), tf.gather(backoffs, place)

    def _child(self, depth, place, word):
        """Returns the index of a word after a context of `depth` words, whether it exists, and the context's weight."""
        start, end, weight = self._row(depth, place)
        words, longest = tf.convert_to_tensor(self.words[depth - 1]), self.longest_rows[depth - 1]
        entry, known = find_sorted(words, word, start, end, longest=longest)
        return entry, known, weight

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The output shape, for `summary`."""
        return (None, None, self.vocabulary_size)

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "num_ngrams": self.num_ngrams,
            "longest_rows": self.longest_rows,
        }


def longest_rows(model: BackoffModel) -> list[int]:
    """Returns for the orders from 2 on the maximum number of words that follow one context."""
    trie = model.trie
    return [int(np.diff(trie.row_starts(order)).max(initial=0)) for order in range(2, trie.order + 1)]
