"""Tables of counts and conditional random fields."""

from .bigram_table import BigramTable
from .count_ngrams import count_ngrams, count_sparse_ngrams
from .linear_chain_crf import LinearChainCRF, best_labels
from .trigram_table import TrigramTable
from .unigram_table import UnigramTable

__all__ = [
    "BigramTable",
    "LinearChainCRF",
    "TrigramTable",
    "UnigramTable",
    "best_labels",
    "count_ngrams",
    "count_sparse_ngrams",
]
