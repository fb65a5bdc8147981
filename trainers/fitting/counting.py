"""Models that are fitted by counting."""

from typing import Any

import numpy as np

from ...layers.probabilistic import count_ngrams
from ...layers.text import Tokenizer
from ...zoo.atomic_file import write_text
from ...zoo.model_directory import build, save_description, save_weights
from ...zoo.models.ngram import NgramConfig
from ...zoo.staging import staged_files
from ...zoo.tasks import CausalLM
from ..callbacks import MetricsFile, perplexity
from ..data import TokenCorpus
from ..evaluation import evaluate
from ..prepared_run import PreparedRun
from ..run_card import write_run_card
from ..run_metrics import TRAINING_FILE
from ..train_result import TrainResult
from .fitter import Fitter, register_fitter

CHUNK_TOKENS = 1 << 20


@register_fitter("counting")
class Counting(Fitter):
    """One pass over the text, without steps."""

    def fit(self, run: PreparedRun) -> TrainResult:
        """See `Fitter.fit`."""
        model = self.model(run)
        losses, bits = {"loss": evaluate(model, run.corpus, training=run.training).loss}, {}
        if run.valid:
            validated = evaluate(model, run.valid, training=run.training)
            losses["val_loss"] = validated.loss
            bits = {} if validated.bits_per_byte is None else {"val_bits_per_byte": validated.bits_per_byte}
        if run.chief:
            with staged_files(run.directory, locked=True) as staging:
                write_text(staging / TRAINING_FILE, run.described)
                save_description(model, staging)
                save_weights(model, staging)
                perplexities = {name.replace("loss", "perplexity"): perplexity(loss) for name, loss in losses.items()}
                MetricsFile(staging, step=0).interval({"step": 0, **losses, **perplexities, **bits})
            write_run_card(model, run.directory)
        return TrainResult(run.directory, 0, 0.0, losses["loss"], losses.get("val_loss"), model)

    def model(self, run: PreparedRun) -> CausalLM:
        """The model of a run, with its counts."""
        given: Any = {"config": run.config, "corpus": run.corpus}
        return count_model(**given, name=run.resolved.name, tokenizer=run.tokenizer)


def count_model(config: NgramConfig, corpus: TokenCorpus, *, name: str, tokenizer: Tokenizer) -> CausalLM:
    """An n-gram model with the counts of a text.

    Args:
        config: order and smoothing; vocabulary size and numbers of n-grams follow from tokenizer and text.
        corpus: the text; the end token is the context of the first token.
        name: of the model.
        tokenizer: that made the corpus.
    """
    size = tokenizer.vocabulary_size
    counts = count_ngrams(_pairs(corpus), size)
    sizes = {"num_bigrams": len(counts[2])} if config.order == 2 else {}
    config = config.variant(vocabulary_size=size, **sizes)
    model = build(config, name=name, task=CausalLM.task, tokenizer=tokenizer)
    model.head.set_counts(*(counts[:1] if config.order == 1 else counts))
    return model


def _pairs(corpus: TokenCorpus):
    for start in range(0, len(corpus), CHUNK_TOKENS):
        stop = min(start + CHUNK_TOKENS, len(corpus))
        yield np.asarray(corpus.before(start, stop)), np.asarray(corpus.tokens[start:stop])
