"""Models that are trained by gradient descent."""

import contextlib
import dataclasses
import fnmatch
import math
import statistics
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras

from ...layers.plain.errors import UserError
from ...zoo.atomic_file import write_text
from ...zoo.model_directory import WEIGHTS_FILE, build, load_body, load_grown, load_weights, save_description
from ...zoo.objective import Objective
from ...zoo.staging import staged_files
from ...zoo.weights_file import read_tensors
from ..callbacks import Listener, MetricsFile, TensorBoardLog, Terminal
from ..callbacks.attention_image import read_prompt
from ..callbacks.watched_sentences import read_watched
from ..checkpoint import load_checkpoint, save_checkpoint
from ..data.alternating_source import AlternatingSource
from ..evaluation.head_validation import HeadValidation
from ..evaluation.metrics import check_metrics, measure
from ..optimizers import build_optimizer
from ..prepared_run import PreparedRun
from ..run import Run
from ..run_card import write_run_card
from ..run_metrics import TRAINING_FILE, read_metrics
from ..run_state import RunState
from ..run_statement import RunStatement
from ..tasks import TaskTraining
from ..train_result import TrainResult
from ..training_config import MEAN, TrainingConfig
from .fitter import Fitter, register_fitter


@register_fitter("gradient")
class Gradient(Fitter):
    """Trains by gradient descent on the objective, with checkpoints for resuming a killed run."""

    def fit(self, run: PreparedRun) -> TrainResult:
        """See `Fitter.fit`."""
        training, directory, replicas = run.training, run.directory, run.strategy.num_replicas_in_sync
        source = run.learning.batches(run.corpus)
        total = training.steps or training.epochs * source.steps_per_epoch
        held_out = None
        if run.valid is not None:
            rows = training.evaluation_batch_size
            held_out = run.learning.evaluation_source(run.valid, batch_size=rows, multiple_of=replicas)
        if held_out is None and training.optimizer.name == "nt_asgd":
            raise UserError("optimizer.name nt_asgd starts averaging after a validation: give --valid")
        if held_out is None and training.optimizer.plateau_rate < 1:
            run.console.print("optimizer.plateau_rate has no effect without --valid: the learning rate stays as it is")
        objective = run.learning.objective(source=source, evaluation=held_out, replicas=replicas)
        for name, head in run.learning.heads.items():
            own = _objective_of(objective, name)
            check_metrics(_asked(head, own), own.predicts, labels=head.options.get("labels"))
        model = compiled_model(run, training, source=source, objective=objective, total=total)
        state = restore(run, model)
        _check_end(state, total, directory)
        if training.attention_prompt:
            read_prompt(model, training.attention_prompt)  # Raises before anything is written if it cannot be drawn.
        read_watched(model, training.watch)
        statement = None if run.resuming else RunStatement.of(run, model, source=source, held_out=held_out, total=total)
        if statement is not None:
            statement.check_disk(directory)
            _begin(run, model, state)
        validations = {} if held_out is None else _validations(run, model, objective, held_out)
        of_tasks = training.figures_of_tasks
        shown = dict.fromkeys(name for name in (training.monitor, *training.metrics, *of_tasks) if name != "loss")
        with Terminal(run.console, step=state.step, total=total, figures=list(shown)) as terminal:
            listeners: list[Listener] = []
            if run.chief:
                logs = TensorBoardLog(model, training, directory, state)
                listeners = [terminal, MetricsFile(directory, step=state.step), logs]
            steps = Run(
                run,
                model,
                train=source,
                valid=held_out,
                state=state,
                total_steps=total,
                listeners=listeners,
                tokens_per_byte=_tokens_per_byte(run, held_out),
                measured=_measured(validations, training),
            )
            _tell_of_cut_texts(run, source, held_out)
            if statement is None:
                run.console.print(f"continuing from step {state.step:,} of {total:,}")
            else:
                for line in statement.lines():
                    run.console.print(line, highlight=False, soft_wrap=True)
            steps.fit()
        if not run.chief:  # Its machine may not have the run directory.
            return TrainResult(directory, state.step, 0.0, math.nan, None, model)
        result = _result(model, state, directory)
        write_run_card(model, directory)
        parts = {name: _of_head(result, name, validation) for name, validation in validations.items()}
        if any(part.settled for part in parts.values()):
            with staged_files(directory, locked=True) as staging:
                save_description(model, staging)
        for name, part in parts.items():
            if part.result.predictions is not None:
                logs.report(part.result.predictions, step=state.best_step, of=name)
        if "" in parts:
            return parts[""].result
        return dataclasses.replace(result, tasks={name: part.result for name, part in parts.items()})


@dataclasses.dataclass(frozen=True)
class _Part:
    """The result of one head, and whether its validation has settled any option."""

    result: TrainResult
    settled: bool


def _asked(learning: TaskTraining, objective: Objective) -> list[str]:
    """The metrics of a head that its objective does not report itself."""
    training = learning.training
    return [name for name in (*training.metrics, training.monitor) if name not in objective.directions()]


def _objective_of(objective: Any, name: str) -> Objective:
    return objective.objectives[name] if name else objective


def _validations(run: PreparedRun, model: Any, objective: Any, held_out: Any) -> dict[str, HeadValidation]:
    """Returns the validation of every head, by its name; "" if there is only one."""
    corpus: Any = run.valid
    found = {}
    for name, head in run.learning.heads.items():
        own = _objective_of(objective, name)
        found[name] = HeadValidation(
            model.head(name) if name else model,
            head,
            own,
            held_out.sources[name] if name else held_out,
            corpus.corpora[name] if name else corpus,
            asked=_asked(head, own),
        )
    return found


def _measured(
    validations: Mapping[str, HeadValidation], training: TrainingConfig
) -> Callable[[Mapping[str, float]], dict[str, float]] | None:
    """The metrics of all heads after those of the validation batches, and their mean; None if there are no others."""
    if not any(validation.asked for validation in validations.values()) and training.mean_direction is None:
        return None

    def figures(known: Mapping[str, float]) -> dict[str, float]:
        found = {
            f"{name}.{figure}" if name else figure: value
            for name, validation in validations.items()
            for figure, value in validation.figures().items()
        }
        if training.mean_direction is not None:
            both = {**found, **known}
            found[MEAN] = statistics.fmean(both[name] for name in training.figures_of_tasks)
        return found

    return figures


def _of_head(result: TrainResult, name: str, validation: HeadValidation) -> _Part:
    """The result of a run for one head, with the predictions of the weights that are kept."""
    prefix = f"{name}." if name else ""
    of_run = {figure.removeprefix(prefix): v for figure, v in result.figures.items() if figure.startswith(prefix)}
    loss = of_run.get("loss") if name else result.best_loss
    result = dataclasses.replace(result, model=validation.model, best_loss=loss, figures=of_run)
    found = validation.predictions()
    if found is None:
        return _Part(result, False)
    predictions = validation.learning.settle(validation.model, found)
    settled = predictions is not found
    figures = [measure(predictions, validation.asked), of_run]
    if settled:  # measured by the run before the option was settled
        figures.reverse()
    return _Part(dataclasses.replace(result, predictions=predictions, figures={**figures[0], **figures[1]}), settled)


def compiled_model(run: PreparedRun, training: TrainingConfig, *, source: Any, objective: Any, total: int) -> Any:
    """Builds the model of a run with new weights, under its strategy, ready for `fit`."""
    with run.strategy.scope(), _precision(training.precision):
        model = _built(run)
        _freeze(model, training.freeze)
        _compile(model, training, source, objective, total)
    return model


def _built(run: PreparedRun):
    found = run.resolved
    return build(run.config, name=found.name, task=found.task, tokenizer=run.tokenizer, options=run.learning.options)


def _freeze(model, patterns: str) -> None:
    """Excludes weights from training; UserError for a pattern that matches no weight, or if none is left."""
    for pattern in filter(None, (part.strip() for part in patterns.split(","))):
        named = model.named_weights()
        found = [weight for name, weight in named.items() if fnmatch.fnmatchcase(name, pattern)]
        if not found:
            some = ", ".join([*named][:3])
            raise UserError(f"--set freeze={pattern}: no weight has such a path; they are {some}, ...")
        for weight in found:
            weight.trainable = False
    if not model.trainable_variables:
        raise UserError(f"--set freeze={patterns}: no weight is left to train")


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


def restore(run: PreparedRun, model) -> RunState:
    """Loads the weights of the checkpoint or of the starting point into the model; returns the state of the run."""
    if run.resuming:
        state = load_checkpoint(model, run.directory)
        if state.best_step:
            read_tensors(run.directory / WEIGHTS_FILE)  # The best weights so far: damage is found now, not at the end.
        return state
    request = run.resolved.request
    if run.resolved.new_head:
        load_body(model, request.model)
    elif request.starts_from_run and (request.add_words or any(key.startswith("model.") for key in request.settings)):
        load_grown(model, request.model)
    elif request.starts_from_run:
        load_weights(model, Path(request.model) / WEIGHTS_FILE)
    return RunState()


def _begin(run: PreparedRun, model, state) -> None:
    """Writes all files that make the directory a run at once: from here on there always is a checkpoint."""
    writing = staged_files(run.directory, locked=True) if run.chief else contextlib.nullcontext(run.directory)
    with writing as staging:
        save_checkpoint(model, state, staging, chief=run.chief)  # All workers must, together.
        if run.chief:
            write_text(staging / TRAINING_FILE, run.described)
            save_description(model, staging)


def _check_end(state, total, directory) -> None:
    """Checks the end of a run, which may be changed, but not to before its current step."""
    done = state.stopped or total == state.step
    recorded = any(record["step"] == state.step for record in read_metrics(directory)) if done else True
    if total < state.step or not recorded:
        raise UserError(
            f"--resume: {directory} is at step {state.step:,} and cannot end at {total:,}; give more --steps or "
            "--epochs"
        )


def _tokens_per_byte(run: PreparedRun, held_out) -> float | None:
    """Tokens per byte of the validation text, if every token of its text is predicted, and counted once."""
    if run.valid is None or not run.learning.reports_bits_per_byte:
        return None
    if held_out.cut_tokens or not held_out.predicts_firsts:
        return None
    return len(run.valid) / run.valid.num_bytes if run.valid.num_bytes else None


def _tell_of_cut_texts(run: PreparedRun, source, held_out) -> None:
    for option, whole in (("--data", source), ("--valid", held_out)):
        parts = whole.sources if isinstance(whole, AlternatingSource) else {"": whole}
        for name, each in parts.items():
            if each is not None and each.cut_texts:
                run.console.print(
                    f"{f'{name}: ' if name else ''}{option}: {each.cut_texts:,} texts are longer than "
                    f"{each.sequence_length:,} tokens; {each.cut_tokens:,} tokens of them are left out "
                    "(data.sequence_length)"
                )


@contextlib.contextmanager
def _precision(name):
    """Sets the precision of layers made in this context, and of nothing else in this process."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _result(model, state, directory) -> TrainResult:
    records = read_metrics(directory)
    last, best = records[-1], None
    if state.best_step:
        load_weights(model, directory / WEIGHTS_FILE)
    kept = next((record for record in records if record["step"] == state.best_step), last)
    best = kept.get("val_loss")
    figures = {
        name.removeprefix("val_"): math.nan if value is None else value
        for name, value in kept.items()
        if name.startswith("val_")
    }
    share = last.get("real_token_share")
    return TrainResult(
        directory, state.step, last["tokens_per_second"], last["loss"], best, model, share, figures=figures
    )
