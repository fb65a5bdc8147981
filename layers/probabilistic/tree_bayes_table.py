"""Tree-augmented naive Bayes: the presence of words, each given the class and one other word."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from .class_table import ClassTable
from .word_evidence import WordEvidence


@keras.saving.register_keras_serializable(package="langzoo")
class TreeBayesTable(ClassTable):
    """p(c | text) of k words, the presence of each given the class and its parent in a tree.

    p(c, x) = p(c) Π p(x_i | x_parent(i), c), with (n(x_i, x_parent, c) + a) / (n(x_parent, c) + 2 a) for each factor
    (Friedman, Geiger & Goldszmidt 1997, "Bayesian Network Classifiers", section 4); a root has no parent but the class.
    Nothing is trained: tree and counts are exact integers. Before `set_tree` no word is read.

    Args:
        vocabulary_size: ids, V.
        num_classes: C.
        num_words: k.
        pseudo_count: a, above 0.
        **kwargs: arguments of `keras.layers.Layer`.

    Call with `words` int32 (B, T): 1 + the id of each word, 0 for none; returns float32 logits (B, C), whose softmax is
    p(c | text). Each factor is divided by its mean over the classes.

    Raises:
        ValueError: pseudo_count is not above 0 and finite.

    Example:
        >>> table = TreeBayesTable(3, num_classes=2, num_words=1)
        >>> table.set_tree([2], [-1], [[[[9, 4], [1, 6]], [[0, 0], [0, 0]]]], [10, 10])
        >>> tf.nn.softmax(table(tf.constant([[3], [1]]))).numpy().round(2).tolist()
        [[0.22, 0.78], [0.67, 0.33]]
    """

    def __init__(self, vocabulary_size: int, *, num_classes: int, num_words: int, pseudo_count: float = 1.0, **kwargs):
        super().__init__(num_classes=num_classes, pseudo_count=pseudo_count, **kwargs)
        self.vocabulary_size, self.num_words = vocabulary_size, num_words
        none = keras.initializers.Constant(-1)
        given: Any = {"trainable": False}
        self.words = self.add_weight(name="words", shape=(num_words,), dtype="int32", initializer=none, **given)
        self.parents = self.add_weight(name="parents", shape=(num_words,), dtype="int32", initializer=none, **given)
        shape = (num_words, 2, 2, num_classes)
        self.counts = self.add_weight(name="counts", shape=shape, dtype="int64", initializer="zeros", **given)
        self.built = True

    def set_tree(self, words, parents, counts, class_counts):
        """Sets a tree and its counts, e.g. those of `chow_liu_tree` and `edge_counts`.

        Args:
            words: their ids, all different (k,).
            parents: of each word, the place of its parent in `words`, -1 for a root (k,).
            counts: texts by whether the parent is there, whether the word is, and class (k, 2, 2, C); of a root the
                parent is never there.
            class_counts: texts of each class (C,).

        Raises:
            ValueError: the parents do not form a tree.
        """
        _order(np.asarray(parents))
        self.words.assign(np.asarray(words, np.int32))
        self.parents.assign(np.asarray(parents, np.int32))
        self.counts.assign(np.asarray(counts, np.int64))
        self.class_counts.assign(np.asarray(class_counts, np.int64))

    def call(self, words):
        """See the class."""
        k, classes = self.num_words, self.num_classes
        there = self._presence(words)  # int32 (B, k)
        parents = tf.convert_to_tensor(self.parents)
        above = tf.where(parents >= 0, tf.gather(there, tf.maximum(parents, 0), axis=1), 0)
        counts = tf.cast(tf.convert_to_tensor(self.counts), tf.float32) + self.pseudo_count  # (k, 2, 2, C)
        shares = counts / tf.reduce_sum(counts, axis=2, keepdims=True)
        shares = shares / tf.reduce_mean(shares, axis=-1, keepdims=True)
        states = 4 * tf.range(k) + 2 * above + there  # (B, k)
        factors = tf.gather(tf.reshape(tf.math.log(shares), (4 * k, classes)), states)  # (B, k, C)
        return self.log_prior() + tf.reduce_sum(factors, axis=1)

    def _presence(self, words):
        """Returns which of the k words each text has, int32 (B, k)."""
        k = self.num_words
        own = tf.expand_dims(tf.convert_to_tensor(self.words) + 1, 1)  # 0 before there is a tree
        places = tf.scatter_nd(own, tf.range(1, k + 1), [self.vocabulary_size + 1])
        found = tf.where(words > 0, tf.gather(places, words), 0)  # (B, T), 0 for other words
        rows = tf.range(tf.shape(words)[0])[:, tf.newaxis] * (k + 1) + found
        ones = tf.ones_like(tf.reshape(rows, (-1,)))
        counted = tf.scatter_nd(tf.reshape(rows, (-1, 1)), ones, [tf.shape(words)[0] * (k + 1)])
        return tf.cast(tf.reshape(counted, (-1, k + 1))[:, 1:] > 0, tf.int32)

    def probabilities(self) -> np.ndarray:
        """Returns p(x | x_parent, c), float64 (k, 2, 2, C): by the parent, the word itself and the class."""
        counts = self.counts.numpy().astype(np.float64) + self.pseudo_count
        return counts / counts.sum(axis=2, keepdims=True)

    def evidence(self, words: Sequence[int]) -> list[WordEvidence]:
        """Returns the evidence of each edge of the tree; with `prior` the parts sum to log p(c, x).

        Args:
            words: ids of a text.

        Returns:
            A part for each of the k words, there or not, given its parent.
        """
        ids, parents, shares = self.words.numpy().tolist(), self.parents.numpy().tolist(), self.probabilities()
        found = {*words}
        there = [int(word in found) for word in ids]
        parts = []
        for place, (word, parent) in enumerate(zip(ids, parents, strict=True)):
            above = there[parent] if parent >= 0 else 0
            values = np.log(shares[place, above, there[place]])
            parts.append(WordEvidence(word, there[place], values, ids[parent] if parent >= 0 else None, above))
        return parts

    def sample(self, random: np.random.Generator, classes: np.ndarray, length: int) -> list[list[int]]:
        """Draws the ids of the words of a text per class, from the root down; `length` is ignored."""
        del length
        ids, parents, shares = self.words.numpy(), self.parents.numpy(), self.probabilities()
        there = np.zeros((len(classes), len(ids)), int)
        for place in _order(parents):
            above = there[:, parents[place]] if parents[place] >= 0 else 0
            there[:, place] = random.random(len(classes)) < shares[place, above, 1, classes]
        return [ids[row > 0].tolist() for row in there]

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "num_words": self.num_words,
        }


def _order(parents: np.ndarray) -> list[int]:
    """Returns the indices of a tree, each after its parent; raises ValueError if some are unreachable."""
    below: dict[int, list[int]] = {}
    for place, parent in enumerate(parents.tolist()):
        below.setdefault(parent, []).append(place)
    order = list(below.get(-1, ()))
    for place in order:
        order += below.get(place, ())
    if len(order) != len(parents):
        raise ValueError(f"TreeBayesTable: parents must form a tree, not {parents.tolist()[:20]}")
    return order
