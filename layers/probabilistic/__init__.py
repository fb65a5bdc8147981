"""Models that are counted rather than trained."""

from .bigram_table import BigramTable
from .count_ngrams import count_ngrams, count_sparse_ngrams
from .trigram_table import TrigramTable
from .unigram_table import UnigramTable

__all__ = ["BigramTable", "TrigramTable", "UnigramTable", "count_ngrams", "count_sparse_ngrams"]
