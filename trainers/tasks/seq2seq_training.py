"""How sequence-to-sequence models learn."""

import itertools
from typing import Any

import numpy as np

from ..data import PairCorpus, PairSource, check_text_files
from ..data.pair_corpus import read_pairs
from .task_training import TaskTraining, check_settings, checked_length, rows_in_memory


class Seq2SeqTraining(TaskTraining):
    """Files of pairs, a source, a tab and a target a line; the loss is that of every next token of the target."""

    task = "seq2seq_lm"
    item = "target token"
    example = 'generate(["the cat"], max_tokens=20)'

    def read(self, paths, tokenizer, training, *, cache, progress=None):
        """See `TaskTraining`."""
        del training
        return PairCorpus.from_files(paths, tokenizer, cache=cache, progress=progress)

    def texts_to_learn_words_from(self, paths):
        """Both sides of every pair, a line each."""
        pairs = itertools.chain.from_iterable(map(read_pairs, check_text_files(paths)))
        return (f"{text}\n" for pair in pairs for text in pair)

    def source(self, corpus, training, *, config, tokenizer):
        """See `TaskTraining`."""
        del tokenizer
        check_settings(training, "pairs", arrangement="lines")
        data = training.data
        return PairSource(
            corpus,
            batch_size=data.batch_size,
            sequence_length=checked_length(training, config),
            seed=training.seed if data.shuffle else None,
        )

    def evaluation_source(self, corpus, training, *, config, tokenizer, batch_size, multiple_of=1):
        """Every pair once."""
        del training, tokenizer
        longest: Any = config.context_length
        length = min(longest, int(np.diff(corpus.target_starts).max()) + 1)
        rows = rows_in_memory(batch_size, length=length, config=config, multiple_of=multiple_of)
        return PairSource(corpus, batch_size=rows, sequence_length=longest, seed=None)
