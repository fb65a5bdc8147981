import numpy as np
from langzoo.layers import SegmentEmbedding

from tests.checks.layer import check_layer

X = np.zeros((2, 3, 4), np.float32)
SEGMENTS = np.array([[0, 0, 1], [1, 1, 1]], np.int32)


def test_a_row_a_segment():
    layer = SegmentEmbedding(2)
    table = (layer(X), layer.embeddings.numpy())[1]
    np.testing.assert_array_equal(layer(X, SEGMENTS), table[SEGMENTS])
    np.testing.assert_array_equal(layer(X), table[0])  # None is the first segment


def test_contract():
    check_layer(lambda: SegmentEmbedding(2), X, batch_independent=False)
