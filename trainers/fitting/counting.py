"""Models that are fitted by counting."""

import dataclasses
from typing import Any

import numpy as np

from ...layers.probabilistic import count_ngrams
from ...layers.text import Tokenizer
from ...zoo.atomic_file import write_text
from ...zoo.model_directory import build, save_description, save_weights
from ...zoo.models.ngram import NgramConfig
from ...zoo.staging import staged_files
from ...zoo.tasks import CausalLM, TextModel
from ..callbacks import MetricsFile
from ..data import TokenCorpus
from ..evaluation import Evaluation, evaluate
from ..prepared_run import PreparedRun
from ..run_card import write_run_card
from ..run_metrics import TRAINING_FILE
from ..train_result import TrainResult
from .fitter import Fitter, register_fitter

CHUNK_TOKENS = 1 << 20


@register_fitter("counting")
class Counting(Fitter):
    """Fits in one pass over the text, without optimizer steps."""

    def fit(self, run: PreparedRun) -> TrainResult:
        """See `Fitter.fit`."""
        model = self.model(run)
        figures = _figures(evaluate(model, run.corpus, training=run.training))
        record, validated = {name: value for name, value in figures.items() if name != "bits_per_byte"}, None
        if run.valid:
            validated = evaluate(model, run.valid, training=run.training)
            record |= {f"val_{name}": value for name, value in _figures(validated).items()}
        if run.chief:
            with staged_files(run.directory, locked=True) as staging:
                write_text(staging / TRAINING_FILE, run.described)
                save_description(model, staging)
                save_weights(model, staging)
                MetricsFile(staging, step=0).interval({"step": 0, **record})
            write_run_card(model, run.directory)
        result = TrainResult(run.directory, 0, 0.0, record["loss"], record.get("val_loss"), model)
        if validated is None or validated.predictions is None:
            return result
        return dataclasses.replace(
            result, figures={"loss": validated.loss, **validated.metrics}, predictions=validated.predictions
        )

    def model(self, run: PreparedRun) -> TextModel:
        """Builds the model of a run, with its counts."""
        given: Any = {"config": run.config, "corpus": run.corpus}
        return count_model(**given, name=run.resolved.name, tokenizer=run.tokenizer)


def _figures(found: Evaluation) -> dict[str, float]:
    """The metrics of an evaluation for the records of the run."""
    beside = {"perplexity": found.perplexity, "bits_per_byte": found.bits_per_byte}
    return {"loss": found.loss, **found.metrics, **{name: value for name, value in beside.items() if value is not None}}


def count_model(config: NgramConfig, corpus: TokenCorpus, *, name: str, tokenizer: Tokenizer) -> CausalLM:
    """Builds an n-gram model with the counts of a text.

    Args:
        config: order and smoothing; vocabulary size and numbers of n-grams follow from tokenizer and text.
        corpus: the text; the end token is the context of the first token.
        name: the name of the model.
        tokenizer: the tokenizer of the corpus.
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
