"""Tables of counts, hidden Markov models and conditional random fields."""

from .additive import additive
from .backoff_model import BackoffModel
from .backoff_table import BackoffTable, longest_rows
from .bigram_table import BigramTable
from .count_ngrams import count_ngrams
from .expected_counts import ExpectedCounts, expected_counts
from .hidden_markov_head import HiddenMarkovHead
from .hidden_markov_model import HiddenMarkovModel
from .jelinek_mercer import jelinek_mercer
from .katz import katz
from .kneser_ney import kneser_ney
from .linear_chain_crf import LinearChainCRF, best_labels
from .mixture_prior import MixturePrior
from .ngram_counts import NgramCounts
from .ngram_trie import NgramTrie
from .normal_density import normal_density
from .normal_prior import NormalPrior
from .tree_prior import TreePrior
from .unigram_table import UnigramTable

__all__ = [
    "BackoffModel",
    "BackoffTable",
    "BigramTable",
    "ExpectedCounts",
    "HiddenMarkovHead",
    "HiddenMarkovModel",
    "LinearChainCRF",
    "MixturePrior",
    "NgramCounts",
    "NgramTrie",
    "NormalPrior",
    "TreePrior",
    "UnigramTable",
    "additive",
    "best_labels",
    "count_ngrams",
    "expected_counts",
    "jelinek_mercer",
    "katz",
    "kneser_ney",
    "longest_rows",
    "normal_density",
]
