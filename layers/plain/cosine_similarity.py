"""The cosine similarity of vectors. Needs no TensorFlow."""

import numpy as np


def cosine_similarity(first, second) -> np.ndarray:
    """Returns the cosine similarity of the vectors (N, D) of each row, float64 (N,); 0 if one of them is 0.

    Example:
        >>> cosine_similarity([[1.0, 0.0]], [[3.0, 4.0]]).round(6).tolist()
        [0.6]
    """
    a, b = (np.asarray(vectors, np.float64) for vectors in (first, second))
    norms = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    return np.divide((a * b).sum(axis=-1), norms, out=np.zeros(len(a)), where=norms > 0)
