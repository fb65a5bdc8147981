"""N-gram models of any order, which are counted and smoothed."""

import contextlib
import dataclasses
import tempfile
from pathlib import Path

from ...layers.plain.errors import UserError
from ...layers.plain.parse_size import parse_size
from ...layers.probabilistic import BackoffModel, NgramCounts, additive, jelinek_mercer, katz, kneser_ney
from ...layers.text import Tokenizer
from ...zoo.backoff_lm import backoff_lm
from ...zoo.memory_check import machine_memory
from ...zoo.models.ngram import BackoffConfig
from ...zoo.tasks import CausalLM
from ..data import TokenCorpus
from ..prepared_run import PreparedRun
from ..train_request import CACHE_FOLDER
from .counting import Counting
from .fitter import register_fitter
from .ngram_counter import NgramCounter


@register_fitter("smoothing")
class Smoothing(Counting):
    """Counts each order in one pass over the text, on disk if memory is short, and then estimates probabilities."""

    def model(self, run: PreparedRun) -> CausalLM:
        """See `Counting`."""
        memory = checked_memory(run.training.memory)
        by_lines = run.training.data.arrangement == "lines"
        given = {"tokenizer": run.tokenizer, "by_lines": by_lines, "memory": memory}
        config, corpus = run.config, run.corpus
        assert isinstance(config, BackoffConfig) and isinstance(corpus, TokenCorpus)
        valid = run.valid if isinstance(run.valid, TokenCorpus) else None
        check_smoothing(config, valid)
        counter = ngram_counter(corpus, **given)
        # With several workers, each counts for itself; only the chief's counts are kept for another attempt.
        place = contextlib.nullcontext(run.directory / CACHE_FOLDER) if run.chief else tempfile.TemporaryDirectory()
        with place as folder, run.console.status("counting") as status:
            cache = Path(folder)
            show = lambda order: status.update(f"counting n-grams of order {order}")  # noqa: E731
            counts = counter.count(config.order, folder=cache, progress=show)
            status.update("estimating")
            estimated = estimate(config, counts, valid=valid, counter=counter)
            for remark in estimated.remarks:
                run.console.print(remark, soft_wrap=True)
            model = backoff_lm(config, estimated, name=run.resolved.name, tokenizer=run.tokenizer)
            counter.remove(cache)
        return model


def fit_ngrams(
    config: BackoffConfig,
    corpus: TokenCorpus,
    *,
    name: str,
    tokenizer: Tokenizer,
    valid: TokenCorpus | None = None,
    by_lines: bool = False,
    memory: int = 2 * 10**9,
) -> CausalLM:
    """Fits a model of the n-grams of a text.

    Args:
        config: order and smoothing; fields that follow from the text are set.
        corpus: the text; n-grams do not extend over the end of a text or a line.
        name: the name of the model.
        tokenizer: the tokenizer of the corpus.
        valid: held-out text, for the weights of interpolated models.
        by_lines: whether each line is a text of its own, whatever closes it.
        memory: bytes for counting.

    Raises:
        UserError: the order is larger than the text, the memory too small for the n-grams, or held-out text missing.

    Example:
        >>> from langzoo.layers import WordTokenizer
        >>> from langzoo.trainers.data import TokenCorpus
        >>> from langzoo.zoo.models.ngram import BackoffConfig
        >>> _ = Path("cats.txt").write_text("the cat sat\nthe cat ran\n")
        >>> tokenizer = WordTokenizer(["<unk>", "<eos>", "the", "cat", "sat", "ran"])
        >>> corpus = TokenCorpus.from_files(["cats.txt"], tokenizer, cache="cache")
        >>> config = BackoffConfig(vocabulary_size=6, order=2)
        >>> fit_ngrams(config, corpus, name="cats", tokenizer=tokenizer).config.num_ngrams
        (6,)
    """
    check_smoothing(config, valid)
    counter = ngram_counter(corpus, tokenizer=tokenizer, by_lines=by_lines, memory=memory)
    with tempfile.TemporaryDirectory() as folder:
        estimated = estimate(config, counter.count(config.order, folder=Path(folder)), valid=valid, counter=counter)
        return backoff_lm(config, estimated, name=name, tokenizer=tokenizer)


def ngram_counter(corpus: TokenCorpus, *, tokenizer: Tokenizer, by_lines: bool, memory: int) -> NgramCounter:
    """Returns a counter for a corpus with a tokenizer's vocabulary."""
    ids = {"start_id": tokenizer.start_id, "end_id": tokenizer.end_id}
    return NgramCounter(corpus, tokenizer.vocabulary_size, **ids, by_lines=by_lines, memory=memory)


def estimate(
    config: BackoffConfig, counts: NgramCounts, *, valid: TokenCorpus | None, counter: NgramCounter
) -> BackoffModel:
    """Estimates the probabilities from counts by the smoothing of a configuration."""
    if config.smoothing == "additive":
        return additive(counts, pseudo_count=config.pseudo_count, prune=config.prune)
    if config.smoothing == "katz":
        return katz(counts, prune=config.prune)
    if config.smoothing == "kneser_ney":
        return kneser_ney(counts, prune=config.prune)
    assert valid is not None  # checked before
    held_out = dataclasses.replace(counter, corpus=valid)
    return jelinek_mercer(counts, held_out.windows(config.order), buckets=config.buckets, prune=config.prune)


def check_smoothing(config: BackoffConfig, valid: TokenCorpus | None) -> None:
    """Raises `UserError` for a smoothing that cannot be estimated, before the text is counted."""
    if config.smoothing == "imported":
        raise UserError("model.smoothing imported is for probabilities estimated elsewhere; name one to estimate with")
    if config.smoothing == "interpolated" and valid is None:
        raise UserError("the weights of interpolated models are learnt from held-out text: give --valid FILES")


def checked_memory(size: str) -> int:
    """Returns the setting `memory` in bytes.

    Raises:
        UserError: it is more than the machine has.
    """
    memory, machine = parse_size(size), machine_memory()
    if machine is not None and memory > machine:
        raise UserError(f"--set memory={size}: this machine has {machine / 1e9:,.1f} GB; use less")
    return memory
