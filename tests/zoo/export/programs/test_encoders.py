"""A task that reads whole texts says in its own file what its exports offer; nothing is registered for it."""

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.export.programs import litert_program, string_signatures
from langzoo.zoo.tasks import EncoderModel, StringFunction

from tests.zoo.export.tiny_models import tiny_model


class Silent(EncoderModel):
    """A task that is not exported."""

    task = "text_classifier"

    def call(self, inputs, training=None):
        """The vectors."""
        return self.encode(inputs, training)


class Longest(Silent):
    """A task that tells how long each vector of a text is, or the longest of them."""

    token_outputs = ("norms",)
    decision = ("norms", "argmax")

    def call(self, inputs, training=None):
        """`norms` (B, T), 0 after a text."""
        norms = tf.norm(self.encode(inputs, training)["hidden_states"], axis=-1)
        return {"norms": tf.where(inputs["padding_mask"], norms, 0.0)}

    def longest(self, texts, pairs, count):
        """The `count` longest of each pair of texts."""
        return {"longest": tf.math.top_k(self(self.pack(texts, pairs))["norms"], count).values}

    def string_functions(self):
        """`longest`, also `serving_default`."""
        longest = StringFunction(
            answer=self.longest, meaning="The longest vectors", columns=("text", "pair"), counted=3, phrases=("a cat",)
        )
        return {"serving_default": longest, "longest": longest}


@pytest.fixture(scope="module")
def made():
    bert = tiny_model("bert")
    return lambda cls: cls(bert.config, tokenizer=bert.tokenizer, name="made")


def test_a_task_says_what_it_offers(made):
    model = made(Longest)
    signatures = string_signatures(model)
    assert list(signatures) == ["serving_default", "longest", "tokens"]
    assert signatures["serving_default"] is signatures["longest"]
    longest = signatures["longest"]
    texts, pairs = tf.constant(["the cat", "cat"]), tf.constant(["", "the 猫"])
    found = longest.answer({"text": texts, "pair": pairs, "count": tf.constant([1, 2])})["longest"]
    assert np.array_equal(found, model.longest(texts, pairs, 2)["longest"])  # as many as the largest count
    for count in (0, 4):
        with pytest.raises(tf.errors.InvalidArgumentError, match="count must be from 1 to 3"):
            longest.answer({"text": texts, "pair": pairs, "count": tf.constant([1, count])})
    assert b"a cat" in longest.examples[0]["text"] and set(longest.examples[0]) == {"text", "pair", "count"}
    assert set(signatures["tokens"].graph.structured_outputs) == {"norms"}


def test_its_litert_file_asks_the_same(made):
    program = litert_program(made(Longest), lengths=[8, 16])
    assert list(program.signatures) == ["tokens_8", "tokens_16"]
    for (call,) in program.rehearsals:
        signature = program.signatures[call.signature]
        assert signature.decision == ("norms", "argmax") and set(signature.inputs) == set(call.inputs)


def test_a_task_that_says_nothing_is_not_exported(made):
    for program in (string_signatures, litert_program):
        with pytest.raises(UserError, match="made is a text_classifier model, which is not exported"):
            program(made(Silent))
