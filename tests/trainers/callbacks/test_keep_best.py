import math
from types import SimpleNamespace

import pytest
from langzoo.layers.plain.work_error import WorkError
from langzoo.trainers.callbacks import KeepBest
from langzoo.trainers.run_state import RunState


def weight(value):
    return SimpleNamespace(path="head/bias", numpy=lambda: value)


def keep_best(losses, *, patience=0, value=0.0, **monitored):
    """The steps at which weights were written, the state after all, and the model."""
    state, saved = RunState(), []
    callback = KeepBest(state, save=lambda: saved.append(state.step), patience=patience, **monitored)
    optimizer = SimpleNamespace(variables=[])
    callback.set_model(SimpleNamespace(weights=[weight(value)], optimizer=optimizer, stop_training=False))
    for epoch, loss in enumerate(losses):
        state.step += 10
        validation = {} if loss is None else {"val_loss": loss, "val_accuracy": loss}
        callback.on_epoch_end(epoch, {"loss": 1.0, **validation})
        if callback.model.stop_training:
            break
    return saved, state, callback.model


def test_only_better_ones_are_written():
    saved, state, model = keep_best([3.0, 2.0, 2.0, math.nan, 2.5, 1.0, 4.0])
    assert saved == [10, 20, 60]
    assert (state.best, state.best_step, state.bad_validations, state.stopped) == (1.0, 60, 1, False)
    assert not model.stop_training


def test_where_the_highest_is_the_best():
    saved, state, _ = keep_best([0.2, 0.5, 0.5, math.nan, 0.1, 0.9], monitor="accuracy", direction="max")
    assert saved == [10, 20, 60] and state.best == 0.9


def test_patience_counts_from_the_last_better_one():
    saved, state, model = keep_best([3.0, 4.0, 2.0, 2.0, 2.0, 1.0], patience=2)
    assert saved == [10, 30]
    assert state.stopped and model.stop_training and state.step == 50


def test_without_validation_the_last_are_the_best():
    saved, state, _ = keep_best([None, None], patience=1)
    assert saved == [10, 20] and state.best is None and not state.stopped


def test_weights_that_are_no_numbers_replace_none():
    for value in (math.nan, math.inf):
        with pytest.raises(WorkError, match="head/bias is not finite after step 10"):
            keep_best([1.0], value=value)


def test_of_equals_the_lowest_loss_is_kept_and_patience_counts_on():
    state, saved = RunState(), []
    callback = KeepBest(state, save=lambda: saved.append(state.step), patience=4, monitor="f1", direction="max")
    optimizer = SimpleNamespace(variables=[])
    callback.set_model(SimpleNamespace(weights=[weight(0.0)], optimizer=optimizer, stop_training=False))
    for epoch, (f1, loss) in enumerate([(0.0, 0.9), (0.0, 0.7), (0.0, 0.8), (0.0, 0.7), (0.0, 0.6)]):
        state.step += 10
        callback.on_epoch_end(epoch, {"loss": 1.0, "val_f1": f1, "val_loss": loss})
    assert saved == [10, 20, 50] and (state.best, state.best_step, state.best_loss) == (0.0, 50, 0.6)
    assert state.bad_validations == 4 and state.stopped


def test_a_figure_that_is_not_defined_keeps_the_last_weights_until_one_is():
    saved, state, _ = keep_best([math.nan, math.nan, 0.4, math.nan, 0.3], monitor="accuracy", direction="max")
    assert saved == [10, 20, 30] and (state.best, state.best_step) == (0.4, 30)
