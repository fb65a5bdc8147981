"""Models that are fitted by counting."""

import numpy as np

from ..layers.probabilistic import count_ngrams
from ..layers.text import Tokenizer
from ..zoo.model_directory import build
from ..zoo.models.ngram import NgramConfig
from ..zoo.tasks import CausalLM
from .data import TokenCorpus

CHUNK_TOKENS = 1 << 20


def count_model(config: NgramConfig, corpus: TokenCorpus, *, name: str, tokenizer: Tokenizer) -> CausalLM:
    """An n-gram model with the counts of a text.

    Args:
        config: order and smoothing; vocabulary size and number of pairs follow from tokenizer and text.
        corpus: the text; the end token is the context of the first token.
        name: of the model.
        tokenizer: that made the corpus.
    """
    counts = count_ngrams(_pairs(corpus), tokenizer.vocabulary_size)
    pairs = len(counts[2]) if config.order == 2 else 0
    config = config.variant(vocabulary_size=tokenizer.vocabulary_size, num_bigrams=pairs)
    model = build(config, name=name, task=CausalLM.task, tokenizer=tokenizer)
    if config.order == 2:
        model.head.set_counts(*counts)
    else:
        model.head.set_counts(counts[0])
    return model


def _pairs(corpus: TokenCorpus):
    for start in range(0, len(corpus), CHUNK_TOKENS):
        stop = min(start + CHUNK_TOKENS, len(corpus))
        yield np.asarray(corpus.before(start, stop)), np.asarray(corpus.tokens[start:stop])
