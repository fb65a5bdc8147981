"""Checkpoints: one file with everything that a run needs to continue as if it had not been interrupted."""

import os
import shlex
from pathlib import Path

import tensorflow as tf

from ..layers.plain.errors import UserError
from ..zoo.tasks import LanguageModel
from ..zoo.weights_file import read_tensors, write_tensors
from .run_state import CHECKPOINT_FILE, RunState

# Replicas draw different dropout masks: each has its own seed, this far from the first one's.
SEED_STRIDE = 1_000_003


def save_checkpoint(model: LanguageModel, state: RunState, directory: Path, *, chief: bool = True) -> None:
    """Writes weights, optimizer, random seeds, metrics and carried state. All workers must call it together."""
    tensors = {name: variable.numpy() for name, variable in _variables(model).items()}
    tensors |= {f"carried/{name}": array for name, array in model.train_state.to_arrays().items()}
    if chief:
        write_tensors(directory / CHECKPOINT_FILE, tensors, {"state": state.to_json()})


def load_checkpoint(model: LanguageModel, directory: Path) -> RunState:
    """Restores what `save_checkpoint` wrote, on any number of replicas that divides the batch.

    Raises:
        UserError: the checkpoint is missing, damaged, or of another model or optimizer.
    """
    path = directory / CHECKPOINT_FILE
    if not os.path.lexists(path):
        raise UserError(
            f"{path} is missing, and the run cannot continue without it: put it back, or start another run "
            f"from its weights (langzoo train {shlex.quote(str(directory))} --run ANOTHER)"
        )
    tensors, metadata = read_tensors(path)
    variables = _variables(model)
    carried = {
        name.removeprefix("carried/"): tensors.pop(name) for name in list(tensors) if name.startswith("carried/")
    }
    if variables.keys() != tensors.keys():
        different = sorted(variables.keys() ^ tensors.keys())[0]
        raise UserError(f"{path} belongs to another model or optimizer: they differ in {different}")
    for name, variable in variables.items():
        if tuple(variable.shape) != tensors[name].shape:
            raise UserError(f"{path} belongs to another model: {name} has shape {tensors[name].shape}")
    for name, variable in variables.items():
        variable.assign(tensors[name])
    if model.train_state:
        model.train_state.from_arrays(carried)
    spread_seeds(model)
    return RunState.from_json(metadata["state"])


def seed_variables(model: LanguageModel) -> list:
    """The states of the random number generators (dropout), in the order of the layers."""
    others = {id(variable) for variable in (*model.weights, *model.metrics_variables, *model.optimizer.variables)}
    return [variable for variable in model.variables if id(variable) not in others]


def spread_seeds(model: LanguageModel) -> None:
    """Gives each replica its own random numbers; the first replica keeps the seeds as they are."""
    strategy = model.distribute_strategy
    if strategy.num_replicas_in_sync == 1:
        return
    for variable in seed_variables(model):
        base = tf.constant(variable.numpy())

        def shift(variable=variable, base=base):
            replica = tf.distribute.get_replica_context().replica_id_in_sync_group
            offset = tf.cast(replica, base.dtype) * tf.constant([SEED_STRIDE, 0], base.dtype)
            variable.assign(base + offset)

        tf.function(lambda shift=shift: strategy.run(shift), autograph=False)()


def _variables(model: LanguageModel) -> dict:
    """Every variable of the model and its training, by a name that is the same in every process."""
    named = {f"model/{name}": variable for name, variable in model.named_weights().items()}
    for kind, variables in (
        ("optimizer", model.optimizer.variables),
        ("metric", model.metrics_variables),
        ("seed", seed_variables(model)),
    ):
        named |= {f"{kind}/{index}": variable for index, variable in enumerate(variables)}
    return named
