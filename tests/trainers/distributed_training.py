"""Trains one model in several ways and writes what came of each; run as a program, since devices are set up once."""

import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from langzoo.trainers.checkpoint import load_checkpoint, save_checkpoint
from langzoo.trainers.data import LineSource, SegmentSource, StreamSource, TokenCorpus
from langzoo.trainers.objectives import NextToken
from langzoo.trainers.optimizer_config import OptimizerConfig
from langzoo.trainers.optimizers import build_optimizer
from langzoo.trainers.run_state import RunState
from langzoo.trainers.strategies import is_chief, make_strategy
from langzoo.zoo.models.lstm import LSTMConfig
from langzoo.zoo.tasks import CausalLM

CONFIG = LSTMConfig(vocabulary_size=23, embedding_dim=8, hidden_dim=8, num_layers=2)
STEPS = 50


def corpus():
    """Lines of very different lengths, so that replicas get very different numbers of tokens."""
    random = np.random.default_rng(5)
    lengths = np.concatenate([[12] * 4, random.integers(1, 12, 60)])
    tokens = np.concatenate([np.append(random.integers(2, 23, n - 1), 1) for n in lengths]).astype(np.int32)
    return TokenCorpus(tokens, np.append(0, np.cumsum(lengths)), len(tokens), 0, start_id=1)


def wait_for_all(strategy):
    """Returns once every worker has come here: a sum over the replicas needs each one's part."""
    count = strategy.reduce(tf.distribute.ReduceOp.SUM, strategy.run(lambda: tf.ones(())), axis=None)
    assert count.numpy() == strategy.num_replicas_in_sync


def train(strategy, arrangement, parts, directory=None):
    keras.utils.set_random_seed(3)
    text = corpus()
    if arrangement == "lines":
        source = LineSource(text, batch_size=8, sequence_length=12, seed=1)
    else:
        source = StreamSource(text, batch_size=8, sequence_length=5)
    replicas = strategy.num_replicas_in_sync
    segments = SegmentSource(text, batch_size=4, multiple_of=replicas, segment_length=64, sequence_length=16)
    with strategy.scope():
        model = CausalLM(CONFIG, name="model")
        objective = NextToken(
            rows=8 // replicas, carry=source.carries_state, evaluation_rows=segments.batch_size // replicas
        )
        part = OptimizerConfig(name="sgd", learning_rate=1.0, clip_norm=0.3)
        optimizer = build_optimizer(part, model.trainable_variables, steps_per_epoch=10, total_steps=STEPS)
        model.compile(optimizer, objective=objective, accumulation_steps=parts)
        batches, validation = source.dataset(steps=STEPS), segments.dataset()
    history = model.fit(
        batches, epochs=5, steps_per_epoch=STEPS // 5, validation_data=validation, verbose=0, shuffle=False
    )
    if directory is not None:  # Out into a checkpoint and in again: nothing may change.
        save_checkpoint(model, RunState(step=STEPS), Path(directory), chief=is_chief())
        wait_for_all(strategy)  # Only the chief wrote; nobody reads before it has.
        model.train_state.reset()
        load_checkpoint(model, Path(directory))
    carried = model.train_state.to_arrays()
    return {
        "loss": history.history["loss"],
        "val_loss": history.history["val_loss"],
        "weights": np.concatenate([w.numpy().ravel() for w in model.weights]).tolist(),
        "carried": {name: array.tolist() for name, array in carried.items()},
    }


if __name__ == "__main__":
    kind, out = sys.argv[1:]
    if kind == "multi_worker":
        strategy = make_strategy("multi_worker")
        directory = os.path.dirname(out)
        results = {
            f"{arrangement} {parts}": train(strategy, arrangement, parts, directory if parts == 1 else None)
            for arrangement in ("lines", "stream")
            for parts in (1, 4)
        }
    else:
        mirrored = make_strategy("mirrored", replicas=2)
        results = {
            f"{name} {arrangement} {parts}": train(strategy, arrangement, parts)
            for name, strategy in (("one", tf.distribute.get_strategy()), ("mirrored", mirrored))
            for arrangement in ("lines", "stream")
            for parts in (1, 4)
        }
    if is_chief():
        with open(out, "w") as file:
            json.dump(results, file)
