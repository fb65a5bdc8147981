"""The result of an evaluation of sentence similarity. Importing this loads no TensorFlow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SimilarityEvaluation:
    """The correlation between similarities of vectors and human scores.

    Attributes:
        pairs: number of pairs of sentences.
        spearman: rank correlation of cosine similarities and scores, -1 to 1.
        pearson: their linear correlation, -1 to 1.
        milliseconds_per_sentence: time of computing the vectors, after the graph is traced.

    Example:
        >>> SimilarityEvaluation(pairs=1500, spearman=0.86, pearson=0.87, milliseconds_per_sentence=3.0).pairs
        1500
    """

    pairs: int
    spearman: float
    pearson: float
    milliseconds_per_sentence: float
