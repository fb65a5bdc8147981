import numpy as np
from langzoo.layers.probabilistic import class_word_counts, word_matrix

TOKENS, STARTS = np.array([2, 0, 2, 3, 3, 3], np.int32), np.array([0, 3, 3, 6])


def test_counts_of_texts_and_classes():
    words = word_matrix(TOKENS, STARTS, vocabulary_size=5)
    assert words.toarray().tolist() == [[1, 0, 2, 0, 0], [0] * 5, [0, 0, 0, 3, 0]]
    found = class_word_counts(words, np.array([1, 0, 1]), num_classes=3)
    assert found.dtype == np.int64 and found.tolist() == [[0] * 5, [1, 0, 2, 3, 0], [0] * 5]
