"""Hidden Markov models, fitted by expectation-maximisation."""

import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.probabilistic import ExpectedCounts, expected_counts
from ...zoo.atomic_file import write_text
from ...zoo.model_directory import WEIGHTS_FILE, build, load_weights, save_description, save_weights
from ...zoo.models.hmm import HMMConfig
from ...zoo.staging import staged_files
from ...zoo.tasks import CausalLM
from ...zoo.weights_file import read_tensors, write_tensors
from ..callbacks import MetricsFile, perplexity
from ..callbacks.tensorboard_log import LOGS_FOLDER
from ..callbacks.weight_pictures import write_weight_pictures
from ..data import TokenCorpus
from ..evaluation import evaluate
from ..prepared_run import PreparedRun
from ..run_card import write_run_card
from ..run_metrics import TRAINING_FILE
from ..run_state import CHECKPOINT_FILE, RunState
from ..train_result import TrainResult
from .fitter import Fitter, register_fitter

BATCH_CELLS = 1 << 19
"""Approximate number of tokens times states per batch, which bounds the memory."""
LONGEST_SEQUENCE = 4096
"""Maximum sequence length in tokens; longer ones are cut, as evaluation cuts a stream."""
PARTS = ("initial", "transitions", "emissions")

_Progress = tuple[Sequence[np.ndarray], RunState, float]
"""The parts of the model, the state of the run, and the loss of its last iteration."""


@register_fitter("baum_welch")
class BaumWelch(Fitter):
    """Fits by Baum-Welch iterations over the whole text, with a checkpoint after each for resuming a killed run.

    A sequence is the text between two text ends: a sentence, if the tokenizer closes lines, or a file; a line
    with `data.arrangement` lines. Sequences of more than 4,096 tokens are cut.
    """

    def fit(self, run: PreparedRun) -> TrainResult:
        """See `Fitter.fit`."""
        training, directory, config = run.training, run.directory, run.config
        assert isinstance(config, HMMConfig) and isinstance(run.corpus, TokenCorpus)
        if run.strategy.num_replicas_in_sync > 1:
            raise UserError("--set strategy: Baum-Welch runs on one device; leave it out, or use --set fitter=gradient")
        batches = _SequenceBatches(run.corpus, config, by_lines=training.data.arrangement == "lines")
        model = build(config, name=run.resolved.name, task=CausalLM.task, tokenizer=run.tokenizer)
        parts, state, loss = self._continued(run, model) if run.resuming else self._begun(run, model)
        total = training.steps or training.epochs
        if run.resuming:
            run.console.print(f"continuing from iteration {state.step:,} of {total:,}")
        metrics = MetricsFile(directory, step=state.step)
        with run.console.status("") as status:
            while state.step < total and not state.stopped:
                show = lambda done: status.update(f"iteration {state.step + 1}: {done:,} sequences")  # noqa: E731
                before, started = loss, time.monotonic()
                counts = batches.expected(parts, progress=show)
                seconds = time.monotonic() - started
                loss = -counts.log_likelihood / len(run.corpus)
                parts = counts.probabilities(config.pseudo_count)
                model.backbone.markov.set_probabilities(*parts)
                state.step += 1
                state.seconds += seconds
                rate = len(run.corpus) / max(seconds, 1e-9)
                record = {"step": state.step, "loss": loss, "perplexity": perplexity(loss), "tokens_per_second": rate}
                record |= self._validated(run, model, state)
                metrics.interval(record)
                state.stopped |= bool(before - loss < training.tolerance)
                _save(directory, parts, state, loss)
                run.console.print(_line(record), highlight=False)
        load_weights(model, directory / WEIGHTS_FILE)
        with tf.summary.create_file_writer(str(directory / LOGS_FOLDER / "train")).as_default(step=state.step):
            write_weight_pictures(model)
        write_run_card(model, directory)
        return TrainResult(directory, state.step, state.seconds, loss, state.best_loss, model)

    def _begun(self, run: PreparedRun, model: CausalLM) -> _Progress:
        """Starts a new run directory, with the initial weights."""
        if run.resolved.request.starts_from_run:
            load_weights(model, Path(run.resolved.request.model) / WEIGHTS_FILE)
        parts, state = model.backbone.markov.probabilities(), RunState()
        with staged_files(run.directory, locked=True) as staging:
            write_text(staging / TRAINING_FILE, run.described)
            save_description(model, staging)
            save_weights(model, staging)
            _save(staging, parts, state, math.inf)
        return parts, state, math.inf

    def _continued(self, run: PreparedRun, model: CausalLM) -> _Progress:
        """Returns the content of the last checkpoint."""
        tensors, facts = read_tensors(run.directory / CHECKPOINT_FILE)
        parts = [tensors[name] for name in PARTS]
        model.backbone.markov.set_probabilities(*parts)
        return parts, RunState.from_json(facts["state"]), json.loads(facts["loss"])

    def _validated(self, run: PreparedRun, model: CausalLM, state: RunState) -> dict[str, float]:
        """Returns the metrics of a validation; writes the weights if they are the best so far."""
        found: dict[str, float] = {}
        if run.valid is not None:
            validated = evaluate(model, run.valid, training=run.training)
            found = {"val_loss": validated.loss, "val_perplexity": perplexity(validated.loss)}
            if validated.bits_per_byte is not None:
                found["val_bits_per_byte"] = validated.bits_per_byte
            if state.best is not None and not validated.loss < state.best:
                state.bad_validations += 1
                state.stopped = bool(run.training.patience) and state.bad_validations >= run.training.patience
                return found
            state.best = state.best_loss = validated.loss
        state.bad_validations, state.best_step = 0, state.step
        save_weights(model, run.directory)
        return found


class _SequenceBatches:
    """The sequences of a corpus, batched by similar length.

    Args:
        corpus: the text.
        config: gives the token that closes a text, and the number of states.
        by_lines: whether each line is a sequence of its own, whatever closes it.
    """

    def __init__(self, corpus: TokenCorpus, config: HMMConfig, *, by_lines: bool):
        self._tokens, self._size = corpus.tokens, max(BATCH_CELLS // config.num_states, 1)
        ends = [np.flatnonzero(np.asarray(corpus.tokens) == token) + 1 for token in {config.start_id, config.end_id}]
        bounds = np.unique(np.concatenate([[0, len(corpus)], *ends, *([corpus.line_starts] if by_lines else [])]))
        lengths = np.diff(bounds)
        cuts = -(-lengths // LONGEST_SEQUENCE)
        row = np.repeat(np.arange(len(lengths)), cuts)
        within = (np.arange(len(row)) - np.repeat(np.cumsum(cuts) - cuts, cuts)) * LONGEST_SEQUENCE
        starts, lengths = bounds[:-1][row] + within, np.minimum(lengths[row] - within, LONGEST_SEQUENCE)
        order = np.argsort(lengths, kind="stable")
        self._starts, self._lengths = starts[order], lengths[order]

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Ids (B, T) and lengths (B,)."""
        first = 0
        while first < len(self._starts):
            # Lengths rise: the last sequence of a batch is the longest.
            widths = self._lengths[first : first + self._size]
            count = max(int((widths * np.arange(1, len(widths) + 1) <= self._size).sum()), 1)
            starts, lengths = self._starts[first : first + count], self._lengths[first : first + count]
            places = starts[:, np.newaxis] + np.minimum(np.arange(lengths[-1]), lengths[:, np.newaxis] - 1)
            yield np.asarray(self._tokens[places]), lengths
            first += count

    def expected(self, parts, *, progress=lambda done: None) -> ExpectedCounts:
        """The expected counts of all sequences with π, A and B."""
        given = dict(zip(PARTS, parts, strict=True))
        total, done = None, 0
        for token_ids, lengths in self:
            counts = expected_counts(token_ids, lengths, **given)
            total = counts if total is None else total.plus(counts)
            done += len(lengths)
            progress(done)
        assert total is not None  # a corpus has at least one token
        return total


def _line(record: Mapping[str, float]) -> str:
    """Formats the record of an iteration for display."""
    line = f"iteration {record['step']:>4,}  perplexity {record['perplexity']:>9,.2f}"
    if "val_perplexity" in record:
        line += f"  validation {record['val_perplexity']:>9,.2f}"
    return f"{line}  {record['tokens_per_second']:,.0f} tokens/s"


def _save(directory: Path, parts, state: RunState, loss: float) -> None:
    tensors: dict[str, np.ndarray] = dict(zip(PARTS, parts, strict=True))
    write_tensors(directory / CHECKPOINT_FILE, tensors, {"state": state.to_json(), "loss": json.dumps(loss)})
