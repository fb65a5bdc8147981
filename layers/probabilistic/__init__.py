"""Models that are counted rather than trained."""

from .bigram_table import BigramTable
from .count_ngrams import count_ngrams
from .unigram_table import UnigramTable

__all__ = ["BigramTable", "UnigramTable", "count_ngrams"]
