"""Trains a tiny Transformer of each task in several ways; run as a program, since devices are set up once."""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from langzoo import zoo
from langzoo.layers import WordPieceTokenizer
from langzoo.trainers.data import PairCorpus, TokenCorpus
from langzoo.trainers.data.embedding_corpus import EmbeddingCorpus
from langzoo.trainers.data.example_store import ExampleStore
from langzoo.trainers.data.labelled_corpus import LabelledCorpus
from langzoo.trainers.data.ragged import Ragged
from langzoo.trainers.optimizer_config import OptimizerConfig
from langzoo.trainers.optimizers import build_optimizer
from langzoo.trainers.strategies import make_strategy
from langzoo.trainers.tasks import training_class
from langzoo.trainers.training_config import TrainingConfig

STEPS, EPOCHS, ROWS = 12, 2, 8
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopq"]
SMALL = {"num_layers": 1, "num_heads": 2, "hidden_dim": 8, "max_sequence_length": 16}
MODELS = {
    "causal_lm": ("gpt2_tiny", {"initializer_range": 0.3}),
    "masked_lm": ("distilbert_tiny", {"intermediate_dim": 16, "initializer_range": 0.3}),
    "next_sentence": ("bert_nano", {"intermediate_dim": 16, "initializer_range": 0.3}),
    "seq2seq_lm": ("transformer_tiny", {"intermediate_dim": 16}),
    "text_classifier": ("distilbert_tiny", {"intermediate_dim": 16, "initializer_range": 0.3}),
    "text_encoder": ("distilbert_tiny", {"intermediate_dim": 16, "initializer_range": 0.3}),
}
SETTINGS = {
    "causal_lm": {"data.arrangement": "lines"},
    "masked_lm": {"data.arrangement": "blocks"},
    "next_sentence": {"data.arrangement": "blocks", "objective.name": "masked_and_next_sentence"},
    "seq2seq_lm": {
        "data.arrangement": "lines",
        "objective.name": "next_target_token",
        "objective.label_smoothing": 0.1,
    },
    "text_classifier": {},
    "text_encoder": {"objective.symmetric": True, "objective.name": "contrastive"},
}


def texts(random, count):
    """Token ids of texts of very different lengths, so that replicas get very different numbers of tokens."""
    lengths = np.concatenate([[12] * 4, random.integers(1, 12, count - 4)])
    return [random.integers(5, len(VOCABULARY), n).astype(np.int32) for n in lengths]


def starts(rows):
    return np.append(0, np.cumsum([len(row) for row in rows]))


def corpus(task):
    random = np.random.default_rng(5)
    first, second = texts(random, 61), texts(random, 61)
    if task == "seq2seq_lm":
        return PairCorpus(*(Ragged(np.concatenate(side), starts(side)) for side in (first, second)), 3, 0, 0)
    if task == "text_classifier":
        labels = np.array([int(len(row) <= 6) for row in first], np.int32)
        columns = {
            "text": Ragged(np.concatenate(first), starts(first)),
            "pair": Ragged(np.zeros(0, np.int32), np.zeros(len(first) + 1, np.int64)),
            "label": Ragged(labels, np.arange(len(first) + 1)),
        }
        return LabelledCorpus(ExampleStore(columns, {}), has_pairs=False, names=("long", "short"))
    if task == "text_encoder":
        sides = {"text": first, "pair": [row[::-1] for row in first], "negative": second}
        columns = {name: Ragged(np.concatenate(side), starts(side)) for name, side in sides.items()}
        keys = np.array([[hash(tuple(row)) for row in rows] for rows in zip(*sides.values(), strict=True)])
        columns["keys"] = Ragged(keys.ravel(), np.arange(len(first) + 1) * 3)
        columns["label"] = Ragged(np.ones(len(first), np.float32), np.arange(len(first) + 1))
        return EmbeddingCorpus(ExampleStore(columns, {}), tuple(sides))
    first = [np.append(row, np.int32(3)) for row in first]
    return TokenCorpus(np.concatenate(first), starts(first), 0, 0, start_id=2, document_starts=starts(first))


def train(task, strategy, *, parts=1, jit_compile=False):
    keras.utils.set_random_seed(3)
    name, changes = MODELS[task]
    tokenizer, text = WordPieceTokenizer(VOCABULARY), corpus(task)
    replicas = strategy.num_replicas_in_sync
    training = TrainingConfig().with_settings(
        {**SETTINGS[task], "data.batch_size": ROWS, "data.sequence_length": 13, "evaluation_batch_size": 6, "seed": 7}
    )
    with strategy.scope():
        dropouts = {"dropout": 0.0, "attention_dropout": 0.0}
        task = "masked_lm" if task == "next_sentence" else task
        model = zoo.create(name, task=task, tokenizer=tokenizer, **{**SMALL, **dropouts, **changes})
        learning = training_class(task)(
            training, config=model.config, tokenizer=tokenizer, options={"labels": ["long", "short"]}
        )
        source = learning.source(text)
        held_out = learning.evaluation_source(text, batch_size=6, multiple_of=replicas)
        part = OptimizerConfig(name="sgd", learning_rate=1.0, clip_norm=0.3)
        model.compile(
            build_optimizer(part, model.trainable_variables, steps_per_epoch=6, total_steps=STEPS),
            objective=learning.objective(source=source, evaluation=held_out, replicas=replicas),
            accumulation_steps=parts,
            jit_compile=jit_compile,
        )
        batches, validation = source.dataset(steps=STEPS), held_out.dataset()
    history = model.fit(
        batches,
        epochs=EPOCHS,
        steps_per_epoch=STEPS // EPOCHS,
        validation_data=validation,
        verbose=0,  # type: ignore[arg-type]
        shuffle=False,
    )
    return {
        "figures": history.history,
        "weights": np.concatenate([w.numpy().ravel() for w in model.weights]).tolist(),
    }


if __name__ == "__main__":
    out, *ways = sys.argv[1:]
    strategies = {"mirrored": make_strategy("mirrored", replicas=2), "one": tf.distribute.get_strategy()}
    results = {}
    for way in ways:
        task, name, parts, compiled = way.split()
        results[way] = train(task, strategies[name], parts=int(parts), jit_compile=compiled == "jit")
    with open(out, "w") as file:
        json.dump(results, file)
