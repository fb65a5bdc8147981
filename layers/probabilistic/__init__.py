"""Tables of counts, Bayesian networks, hidden Markov models, conditional random fields and priors of latent vectors."""

from .additive import additive
from .backoff_model import BackoffModel
from .backoff_table import BackoffTable, longest_rows
from .bigram_table import BigramTable
from .chow_liu_tree import chow_liu_tree, conditional_information, edge_counts, word_class_information
from .count_ngrams import count_ngrams
from .expected_counts import ExpectedCounts, expected_counts
from .hidden_markov_head import HiddenMarkovHead
from .hidden_markov_model import HiddenMarkovModel
from .jelinek_mercer import jelinek_mercer
from .katz import katz
from .kneser_ney import kneser_ney
from .linear_chain_crf import LinearChainCRF, best_labels
from .mixture_prior import MixturePrior
from .naive_bayes_table import NaiveBayesTable
from .ngram_counts import NgramCounts
from .ngram_trie import NgramTrie
from .normal_density import normal_density
from .normal_prior import NormalPrior
from .tree_bayes_table import TreeBayesTable
from .tree_prior import TreePrior
from .unigram_table import UnigramTable
from .word_evidence import WordEvidence
from .word_matrix import class_word_counts, word_matrix

__all__ = [
    "BackoffModel",
    "BackoffTable",
    "BigramTable",
    "ExpectedCounts",
    "HiddenMarkovHead",
    "HiddenMarkovModel",
    "LinearChainCRF",
    "MixturePrior",
    "NaiveBayesTable",
    "NgramCounts",
    "NgramTrie",
    "NormalPrior",
    "TreeBayesTable",
    "TreePrior",
    "UnigramTable",
    "WordEvidence",
    "additive",
    "best_labels",
    "chow_liu_tree",
    "class_word_counts",
    "conditional_information",
    "count_ngrams",
    "edge_counts",
    "expected_counts",
    "jelinek_mercer",
    "katz",
    "kneser_ney",
    "longest_rows",
    "normal_density",
    "word_class_information",
    "word_matrix",
]
