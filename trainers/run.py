"""A training run: `model.fit` with checkpoints, planned so that a resumed run gets the same batches."""

import contextlib
from collections.abc import Callable, Mapping

from ..zoo.model_directory import save_weights
from ..zoo.tasks import LanguageModel
from .callbacks import (
    AverageWeights,
    Checkpointing,
    IntervalReport,
    KeepBest,
    Listener,
    MeasurePredictions,
    ObserveValidations,
    StepClock,
    StopOnSignal,
    TimeLeft,
)
from .checkpoint import spread_seeds
from .data import BatchSource
from .data.batch_makers import BatchMakers
from .fit import plan_fits
from .optimizers.weight_averages import WeightAverages
from .prepared_run import PreparedRun
from .run_state import RunState

LOG_EVERY = 20
SHORTEST_INTERVAL = 50  # steps: validating and saving more often would cost more than the steps


class Run:
    """Trains a compiled model from its current step to the end.

    Args:
        run: the prepared run: settings, directory, and whether this process writes files.
        model: compiled, under the strategy it is to be trained with.
        train: training batches.
        valid: validation batches, or None.
        state: progress of the run; `load_checkpoint` returns that of an interrupted one.
        total_steps: the step at which it ends.
        listeners: objects that are notified of the run's progress.
        tokens_per_byte: see `IntervalReport`.
        measured: see `MeasurePredictions`; None for means only.
    """

    def __init__(
        self,
        run: PreparedRun,
        model: LanguageModel,
        *,
        train: BatchSource,
        valid: BatchSource | None,
        state: RunState,
        total_steps: int,
        listeners: list[Listener],
        tokens_per_byte: float | None = None,
        measured: Callable[[Mapping[str, float]], Mapping[str, float]] | None = None,
    ):
        config, directory, remark = run.training, run.directory, run.console.print
        self.model = model
        self.state = state
        self._remark = remark
        self._train, self._valid, self._makers = train, valid, config.data.num_parallel_calls
        self._total = total_steps
        self._interval = config.validate_every or _whole_epochs(train.steps_per_epoch)
        metrics = [variable.numpy() for variable in model.metrics_variables] if state.step else None
        perplexity_of = model.objective.perplexity_figure
        checkpointing = Checkpointing(
            state,
            directory=directory,
            every=config.checkpoint_every,
            interval=self._interval,
            chief=run.chief,
        )
        self._stop = StopOnSignal(state, save=checkpointing.save, interval=self._interval, remark=remark)
        # Workers are at different steps when a signal comes, and a checkpoint needs them all at the same one.
        self._stoppable = config.strategy != "multi_worker"
        by_perplexity = config.monitor == "perplexity"
        figure = str(perplexity_of) if by_perplexity else config.monitor
        optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)  # of a LossScaleOptimizer
        observed = ObserveValidations(
            optimizer, figure=f"val_{figure}", direction=config.monitor_direction, as_perplexity=by_perplexity
        )
        averages = AverageWeights(optimizer) if isinstance(optimizer, WeightAverages) else None
        self._callbacks = [
            StepClock(state, interval=self._interval, metrics=metrics if state.step % self._interval else None),
            *([] if averages is None else [averages]),
            *([] if measured is None else [MeasurePredictions(measured)]),
            IntervalReport(
                state,
                listeners,
                source=train,
                every=LOG_EVERY,
                interval=self._interval,
                perplexity_of=perplexity_of,
                tokens_per_byte=tokens_per_byte,
            ),
            KeepBest(
                state,
                save=lambda: save_weights(model, directory) if run.chief else None,
                patience=config.patience,
                monitor=figure,
                direction=config.monitor_direction,
                remark=remark,
            ),
            *([] if averages is None else [averages.after()]),
            *([observed] if hasattr(optimizer, "observe") else []),
            checkpointing,
            TimeLeft(state, source=train, total=total_steps, remark=remark),
            self._stop,
        ]
        if state.step == 0:
            spread_seeds(model)

    def fit(self) -> None:
        """Trains to the end, or until early stopping.

        Raises:
            RunInterrupted: SIGINT or SIGTERM arrived; the checkpoint is that of the last step. Not with several
                workers, which end at once.
        """
        with contextlib.ExitStack() as stack:
            makers = BatchMakers(self._train, self._makers, remark=self._remark) if self._makers else None
            if makers is not None:
                stack.enter_context(makers)
            if self._stoppable:
                stack.enter_context(self._stop.listening())
            self._fit(makers)

    def _fit(self, makers: BatchMakers | None) -> None:
        for fit in plan_fits(self.state.step, interval=self._interval, total=self._total):
            if self.state.stopped:
                return
            with self.model.distribute_strategy.scope():
                steps = (fit.epochs - fit.initial_epoch) * fit.steps
                batches = self._train.dataset(start=fit.start, steps=steps, makers=makers)
                validation = self._valid.dataset() if self._valid else None
            self.model.fit(
                batches,
                initial_epoch=fit.initial_epoch,
                epochs=fit.epochs,
                steps_per_epoch=fit.steps,
                validation_data=validation,
                callbacks=self._callbacks,
                shuffle=False,  # The batches come in the order of their steps.
                verbose=0,  # type: ignore[arg-type]
            )


def _whole_epochs(steps_per_epoch: int) -> int:
    """The number of steps of the fewest whole epochs that make an interval."""
    return steps_per_epoch * -(-SHORTEST_INTERVAL // steps_per_epoch)
