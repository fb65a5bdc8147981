import numpy as np
import pytest
from langzoo.layers.plain.cosine_similarity import cosine_similarity


def test_cosines():
    first = np.float32([[1, 1], [2, 0], [0, 0]])
    found = cosine_similarity(first, [[1, 0], [-3, 0], [1, 1]])
    assert found == pytest.approx([np.sqrt(0.5), -1, 0])
