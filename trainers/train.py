"""From a request to a trained model in a run directory."""

import contextlib
import functools
import math
from pathlib import Path

import keras
from rich.console import Console

from ..layers.plain.errors import UserError
from ..layers.text import Tokenizer, load_tokenizer
from ..zoo.atomic_file import remove_abandoned, write_text
from ..zoo.foreign.find_tokenizer import find_tokenizer
from ..zoo.model_directory import (
    CONFIG_FILE,
    TOKENIZER_FOLDER,
    WEIGHTS_FILE,
    build,
    load_weights,
    save_description,
    save_weights,
)
from ..zoo.staging import folder_lock, made_folder, staged_files
from ..zoo.weights_file import read_tensors
from .callbacks import MetricsFile, TensorBoardLog, Terminal, perplexity
from .callbacks.attention_image import read_prompt
from .checkpoint import load_checkpoint, save_checkpoint
from .counting import count_model
from .data.corpus import Corpus
from .optimizers import build_optimizer
from .resolved_request import ResolvedRequest
from .run import Run
from .run_card import write_run_card
from .run_description import check_same_run, describe_run
from .run_metrics import TRAINING_FILE, read_metrics
from .run_state import RunState
from .strategies import is_chief, make_strategy
from .tasks import TaskTraining, task_training
from .tokenizer_choice import names_a_place
from .train_request import CACHE_FOLDER, TrainRequest
from .train_result import TrainResult
from .vocabularies import train_tokenizer
from .vocabularies.vocabulary_too_small import VocabularyTooSmall

MOST_UNKNOWN = 0.05  # share of unknown tokens that is worth a line; corpora with rare words left out have about as many


def train(request: TrainRequest, *, console: Console) -> TrainResult:
    """Trains a model; goes on where a killed run stopped if the request says so.

    Args:
        request: what to do.
        console: where progress is told.

    Raises:
        UserError: anything that is wrong with the request, before anything is written; or another process is training
            in the run directory.
    """
    if not is_chief(request.resolve().training.strategy):
        return _train(request, console=console)
    directory = Path(request.run)
    with made_folder(directory), folder_lock(directory):
        for folder in (directory, directory / CACHE_FOLDER):
            remove_abandoned(folder)
        return _train(request, console=console)


def _train(request: TrainRequest, *, console: Console) -> TrainResult:
    resolved = request.resolve()  # Under the lock: a run that has just ended is seen.
    training, directory = resolved.training, Path(request.run)
    strategy = make_strategy(training.strategy, replicas=training.replicas)
    keras.utils.set_random_seed(training.seed)
    chief = is_chief(training.strategy)
    resuming = request.resume and (directory / CONFIG_FILE).is_file()
    learning = task_training(resolved.task)
    tokenizer = _tokenizer(resolved, learning, resuming)
    with console.status("reading text") as status:
        read = functools.partial(
            learning.read,
            tokenizer=tokenizer,
            training=training,
            cache=directory / CACHE_FOLDER,
            progress=lambda done: status.update(f"reading text: {done:,} characters"),
        )
        corpus = read(request.data)
        valid = read(request.valid) if request.valid else None
    described = describe_run(resolved, corpus, valid)
    if resuming:
        check_same_run(resolved, directory, tokenizer=tokenizer, corpus=corpus, valid=valid)
    _tell_of_unknown(corpus, console)
    if resolved.config.family == "ngram":
        return _count(resolved, corpus, valid, tokenizer, directory, described if chief else None)
    config = resolved.config.variant(vocabulary_size=_vocabulary_size(resolved, tokenizer))
    source = learning.source(corpus, training, config=config, tokenizer=tokenizer)
    total = training.steps or training.epochs * source.steps_per_epoch
    held_out = None
    if valid is not None:
        held_out = learning.evaluation_source(
            valid,
            training,
            config=config,
            tokenizer=tokenizer,
            batch_size=training.evaluation_batch_size,
            multiple_of=strategy.num_replicas_in_sync,
        )
    objective = learning.objective(training, source=source, evaluation=held_out, replicas=strategy.num_replicas_in_sync)
    with strategy.scope(), _precision(training.precision):
        model = build(config, name=resolved.name, task=resolved.task, tokenizer=tokenizer, options=resolved.options)
        _compile(model, training, source, objective, total)
    state = _restore(resolved, model, directory, resuming)
    _check_end(state, total, directory)
    if training.attention_prompt:
        read_prompt(model, training.attention_prompt)  # What cannot be drawn is told before anything is written.
    if not resuming:
        _begin(model, state, directory, described, chief=chief)
    with Terminal(console, step=state.step, total=total) as terminal:
        told = (
            [terminal, MetricsFile(directory, step=state.step), TensorBoardLog(model, training, directory, state)]
            if chief
            else []
        )
        run = Run(
            model,
            training,
            directory=directory,
            train=source,
            valid=held_out,
            state=state,
            total_steps=total,
            listeners=told,
            save_weights=lambda: save_weights(model, directory) if chief else None,
            chief=chief,
            remark=console.print,
        )
        for option, each in (("--data", source), ("--valid", held_out)):
            if each is not None and each.cut_texts:
                console.print(
                    f"{option}: {each.cut_texts:,} pairs are longer than {each.sequence_length:,} tokens; "
                    f"{each.cut_tokens:,} {learning.item}s of them are left out (data.sequence_length)"
                )
        if resuming:
            console.print(f"going on from step {state.step:,} of {total:,}")
        run.fit()
    if not chief:  # Its machine may not have the run directory.
        return TrainResult(directory, state.step, 0.0, math.nan, None, model)
    result = _result(model, state, directory)
    write_run_card(model, directory)
    return result


def _tell_of_unknown(corpus: Corpus, console: Console) -> None:
    share = corpus.num_unknown / len(corpus)
    if share > MOST_UNKNOWN:
        console.print(
            f"{share:.1%} of the tokens of --data are unknown to the tokenizer: a larger vocabulary, or one of pieces "
            "(--tokenizer bpe), would tell them apart"
        )


def _tokenizer(resolved: ResolvedRequest, learning: TaskTraining, resuming: bool) -> Tokenizer:
    """The run's own when it goes on; else the one asked for, trained on the data if only its kind was named."""
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
    fixed = resolved.config.vocabulary_size
    kind = request.tokenizer or ("byte" if fixed == 257 else resolved.config.default_tokenizer)
    size = request.vocabulary_size or (None if kind == "byte" else fixed)
    try:
        return train_tokenizer(kind, learning.texts_to_learn_words_from(request.data), size=size)
    except VocabularyTooSmall as error:
        if request.vocabulary_size is not None:
            raise UserError(
                f"--vocabulary-size {error.size} is too small for the characters of the text: take {error.needed} or "
                "more, or train a tokenizer with `langzoo tokenizer train --character-coverage` and name its folder "
                "with --tokenizer"
            ) from error
        # The named model's size is a default, made for another alphabet: as many pieces beside the characters.
        size = error.needed + error.size
        return train_tokenizer(kind, learning.texts_to_learn_words_from(request.data), size=size)


def _count(resolved, corpus, valid, tokenizer, directory, described) -> TrainResult:
    """Models that count have no steps: one pass over the text."""
    from .evaluation import evaluate

    model = count_model(resolved.config, corpus, name=resolved.name, tokenizer=tokenizer)
    losses = {"loss": evaluate(model, corpus, training=resolved.training).loss}
    if valid:
        losses["val_loss"] = evaluate(model, valid, training=resolved.training).loss
    if described is not None:
        with staged_files(directory, locked=True) as staging:
            write_text(staging / TRAINING_FILE, described)
            save_description(model, staging)
            save_weights(model, staging)
            perplexities = {name.replace("loss", "perplexity"): perplexity(loss) for name, loss in losses.items()}
            MetricsFile(staging, step=0).interval({"step": 0, **losses, **perplexities})
        write_run_card(model, directory)
    return TrainResult(directory, 0, 0.0, losses["loss"], losses.get("val_loss"), model)


def _vocabulary_size(resolved: ResolvedRequest, tokenizer: Tokenizer) -> int:
    """The tokenizer's; weights that are there already may be padded beyond it."""
    return resolved.config.vocabulary_size if resolved.request.starts_from_run else tokenizer.vocabulary_size


def _compile(model, training, source, objective, total):
    replicas = model.distribute_strategy.num_replicas_in_sync
    if source.batch_size % (replicas * training.accumulation_steps):
        raise UserError(
            f"data.batch_size {source.batch_size} must be a multiple of replicas times accumulation_steps, "
            f"{replicas} · {training.accumulation_steps}"
        )
    optimizer = build_optimizer(
        training.optimizer, model.trainable_variables, steps_per_epoch=source.steps_per_epoch, total_steps=total
    )
    if training.precision == "mixed_float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    model.compile(
        optimizer,
        objective=objective,
        accumulation_steps=training.accumulation_steps,
        jit_compile=training.jit_compile,
    )


def _restore(resolved, model, directory, resuming) -> RunState:
    if resuming:
        state = load_checkpoint(model, directory)
        if state.best_step:
            read_tensors(directory / WEIGHTS_FILE)  # The best weights so far: damage is told now, not at the end.
        return state
    if resolved.request.starts_from_run:
        load_weights(model, Path(resolved.request.model) / WEIGHTS_FILE)
    return RunState()


def _begin(model, state, directory, described, *, chief: bool) -> None:
    """Writes what makes the directory a run, all at once: from here on there always is a checkpoint."""
    with staged_files(directory, locked=True) if chief else contextlib.nullcontext(directory) as staging:
        save_checkpoint(model, state, staging, chief=chief)  # All workers must, together.
        if chief:
            write_text(staging / TRAINING_FILE, described)
            save_description(model, staging)


def _check_end(state, total, directory) -> None:
    """The end of a run may move, but not behind where it stands."""
    done = state.stopped or total == state.step
    recorded = any(record["step"] == state.step for record in read_metrics(directory)) if done else True
    if total < state.step or not recorded:
        raise UserError(
            f"--resume: {directory} stands at step {state.step:,} and cannot end at {total:,}; give more --steps or "
            "--epochs"
        )


@contextlib.contextmanager
def _precision(name):
    """Layers that are made meanwhile compute in it; what else this process makes does not."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _result(model, state, directory) -> TrainResult:
    records = read_metrics(directory)
    last, best = records[-1], None
    if state.best is not None:
        best = next(record["val_loss"] for record in records if record["step"] == state.best_step)
        load_weights(model, directory / WEIGHTS_FILE)
    return TrainResult(
        directory,
        state.step,
        last["tokens_per_second"],
        last["loss"],
        best,
        model,
    )
