"""Training a model in a run directory, from a request."""

import dataclasses
from pathlib import Path
from typing import Any

import keras
from rich.console import Console

from ..layers.plain.errors import UserError
from ..layers.text import Tokenizer, load_tokenizer
from ..layers.text.with_words import with_words
from ..zoo.atomic_file import remove_abandoned
from ..zoo.foreign.find_tokenizer import find_tokenizer
from ..zoo.model_config import ModelConfig
from ..zoo.model_directory import CONFIG_FILE, TOKENIZER_FOLDER
from ..zoo.staging import folder_lock, made_folder
from .data.check_pretraining_text import check_pretraining_text
from .data.corpus import Corpus
from .data.skipped_records import SkippedRecords
from .data.words_file import read_words
from .fitting import fitter_for
from .prepared_run import PreparedRun
from .resolved_request import ResolvedRequest
from .run_description import check_same_run, describe_run
from .strategies import is_chief, make_strategy
from .tasks import TaskTraining, training_class
from .tokenizer_choice import names_a_place
from .train_request import CACHE_FOLDER, TrainRequest
from .train_result import TrainResult
from .vocabularies import train_tokenizer
from .vocabularies.vocabulary_too_small import VocabularyTooSmall

MOST_UNKNOWN = 0.05  # share of unknown tokens that triggers a warning; corpora without rare words have about as many


def train(request: TrainRequest, *, console: Console | None = None) -> TrainResult:
    """Trains a model; continues an interrupted run if the request says so.

    Args:
        request: the request.
        console: where progress is shown; None for standard output.

    Raises:
        UserError: the request is invalid, which is checked before anything is written; or another process is training
            in the run directory.

    Example:
        >>> request = TrainRequest(model="lstm_tiny", data=["train.txt"], run="runs/tiny", settings={"steps": 100})
        >>> train(request).model.generate(["the"])
    """
    console = console or Console()
    if not is_chief(request.resolve().training.strategy):
        return _train(request, console=console)
    directory = Path(request.run)
    with made_folder(directory), folder_lock(directory):
        for folder in (directory, directory / CACHE_FOLDER):
            remove_abandoned(folder)
        return _train(request, console=console)


def _train(request: TrainRequest, *, console: Console) -> TrainResult:
    run = prepare(request, console=console)
    result = fitter_for(run.resolved.config, run.training.fitter).fit(run)
    return dataclasses.replace(result, skipped=_skipped({"--data": run.corpus, "--valid": run.valid}))


def prepare(request: TrainRequest, *, console: Console) -> PreparedRun:
    """Returns a checked request with its tokenizer and text; the run directory must exist."""
    resolved = request.resolve()  # Under the lock: a run that has just finished is seen.
    training, directory = resolved.training, Path(request.run)
    strategy = make_strategy(training.strategy, replicas=training.replicas)
    keras.utils.set_random_seed(training.seed)
    resuming = request.resume and (directory / CONFIG_FILE).is_file()
    learning = training_class(resolved.task)(training, config=resolved.config)
    learning.check_options(resolved.asked_options)
    tokenizer = _tokenizer(resolved, learning, resuming)
    if not resuming:
        tokenizer = learning.adapted_tokenizer(tokenizer)
        held = resolved.config.vocabulary_size
        if resolved.request.starts_from_run and not resolved.new_head and tokenizer.vocabulary_size > held:
            raise UserError(
                f"{resolved.request.model}: its vocabulary of {held:,} lacks the tokens that objective.name "
                f"{learning.settled.objective.name} needs; train a new model with them"
            )
        if request.add_words is not None:
            tokenizer = with_words(tokenizer, read_words(request.add_words))
    learning = learning.bound(tokenizer=tokenizer, options=resolved.options)
    with console.status("reading text") as status:

        def read(learning: TaskTraining, files: Any) -> Corpus:
            show = lambda done: status.update(f"reading text: {done:,} characters")  # noqa: E731
            return learning.read(files, cache=directory / CACHE_FOLDER, progress=show)

        corpus = read(learning, resolved.data)
        options = resolved.options or {**learning.options_from(corpus), **resolved.asked_options}
        learning = learning.bound(options=options)  # which limits what the validation may contain
        valid = read(learning, resolved.valid) if resolved.valid else None
    if resolved.pretrains:
        check_pretraining_text(corpus, resolved.training)
    described = describe_run(resolved, corpus, valid)
    if resuming:
        check_same_run(resolved, directory, tokenizer=tokenizer, corpus=corpus, valid=valid)
    _tell_of_unknown(corpus, console)
    run = PreparedRun(
        resolved=resolved,
        learning=learning.bound(config=_model_config(resolved, tokenizer)),
        tokenizer=tokenizer,
        corpus=corpus,
        valid=valid,
        strategy=strategy,
        described=described,
        resuming=resuming,
        chief=is_chief(training.strategy),
        console=console,
    )
    return run


def _skipped(corpora: dict[str, Corpus | None]) -> dict[str, SkippedRecords]:
    """The records that were skipped, if any; a corpus from outside may have no count."""
    found = {
        f"{option} of {name}" if name else option: getattr(each, "skipped", None)
        for option, corpus in corpora.items()
        for name, each in getattr(corpus, "corpora", {"": corpus}).items()
    }
    return {option: skipped for option, skipped in found.items() if skipped}


def _model_config(resolved: ResolvedRequest, tokenizer: Tokenizer) -> ModelConfig:
    """The model's configuration; existing weights may be padded beyond the tokenizer's vocabulary."""
    if resolved.request.add_words is not None:  # whose rows are added on top, so the padding stays
        before = load_tokenizer(Path(resolved.request.model) / TOKENIZER_FOLDER)
        more = tokenizer.vocabulary_size - before.vocabulary_size
        return resolved.config.variant(vocabulary_size=resolved.config.vocabulary_size + more)
    if resolved.request.starts_from_run and tokenizer.vocabulary_size <= resolved.config.vocabulary_size:
        return resolved.config
    return resolved.config.for_tokenizer(tokenizer)


def _tell_of_unknown(corpus: Corpus, console: Console) -> None:
    share = corpus.num_unknown / max(corpus.num_tokens, 1)
    if share > MOST_UNKNOWN:
        console.print(
            f"{share:.1%} of the tokens of --data are unknown to the tokenizer: a larger vocabulary, or one of pieces "
            "(--tokenizer bpe), would distinguish them"
        )


def _tokenizer(resolved: ResolvedRequest, learning: TaskTraining, resuming: bool) -> Tokenizer:
    """The run's own tokenizer when resuming; else the requested one, trained on the data if only its kind is given."""
    request = resolved.request
    if resuming:
        return load_tokenizer(Path(request.run) / TOKENIZER_FOLDER)
    asked = request.tokenizer
    given = asked is not None and names_a_place(asked)
    if request.vocabulary_size is not None and (given or request.starts_from_run):
        raise UserError("--vocabulary-size is for a tokenizer that is trained; the one given has its size")
    if request.starts_from_run:
        if asked is not None:
            raise UserError(f"--tokenizer: the weights of {request.model} belong to its own tokenizer")
        return load_tokenizer(Path(request.model) / TOKENIZER_FOLDER)
    if asked is not None and given:
        tokenizer = find_tokenizer(asked, family=resolved.config.family)
        if tokenizer is None:
            raise UserError(f"--tokenizer {asked} holds no tokenizer: name a folder or a file that does")
        return tokenizer
    return _trained_tokenizer(resolved, learning)


def _trained_tokenizer(resolved: ResolvedRequest, learning: TaskTraining) -> Tokenizer:
    request = resolved.request
    files: Any = resolved.data
    fixed = resolved.config.vocabulary_size
    kind = request.tokenizer or ("byte" if fixed == 257 else resolved.config.default_tokenizer)
    size = request.vocabulary_size or (None if kind == "byte" else fixed)
    try:
        return train_tokenizer(kind, learning.vocabulary_texts(files), size=size)
    except VocabularyTooSmall as error:
        if request.vocabulary_size is not None:
            raise UserError(
                f"--vocabulary-size {error.size} is too small for the characters of the text: use {error.needed} or "
                "more, or train a tokenizer with `langzoo tokenizer train --character-coverage` and name its folder "
                "with --tokenizer"
            ) from error
        # The named model's size is a default for another alphabet: as many pieces in addition to the characters.
        size = error.needed + error.size
        return train_tokenizer(kind, learning.vocabulary_texts(files), size=size)
