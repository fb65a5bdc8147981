"""The registry of decoders and the loop."""

import dataclasses
import importlib.metadata
import resource
from typing import ClassVar

import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.generation_options import MAX_TOKENS
from langzoo.layers.plain.option import option
from langzoo.layers.text import ByteTokenizer, WordPieceTokenizer, WordTokenizer
from langzoo.zoo import register_decoder
from langzoo.zoo.decoding import BeamDecoder, Decoder, GreedyDecoder, SamplingDecoder, decode, make_decoder
from langzoo.zoo.decoding.decode import FIRST_COLUMNS
from langzoo.zoo.decoding.make_decoder import DECODERS

from .table_model import TableModel

# 0 -> 1 -> 2 -> 3 -> 0 ..., nearly surely.
CYCLE = TableModel(np.log(0.9 * np.roll(np.eye(4), 1, axis=1) + 0.025))


def run_tensors(ids, lengths, **kwargs):
    settings = {"max_tokens": 5, "stop_ids": tf.constant([], tf.int32), "seeds": tf.zeros(len(ids), tf.int32)} | kwargs
    return decode(CYCLE, tf.constant(ids), tf.constant(lengths), settings.pop("decoder", GreedyDecoder()), **settings)


def run(ids, lengths, **kwargs):
    return {name: value.numpy().tolist() for name, value in run_tensors(ids, lengths, **kwargs).items()}


def test_goes_on_from_the_end_of_each_prompt():
    out = run([[0, 1, 2], [3, 0, 0]], [3, 1])
    assert out["token_ids"] == [[3, 0, 1, 2, 3], [0, 1, 2, 3, 0]] and out["lengths"] == [5, 5]
    np.testing.assert_allclose(out["log_probabilities"], np.full((2, 5), np.log(0.925)), rtol=1e-5)


def test_a_stop_token_ends_its_text_alone_and_is_no_part_of_it():
    out = run([[0], [2], [1]], [1, 1, 1], stop_ids=tf.constant([2, 7]))
    assert out["token_ids"] == [[1, 0, 0], [3, 0, 1], [0, 0, 0]]
    assert out["lengths"] == [1, 3, 0]
    assert [row[n:] for row, n in zip(out["log_probabilities"], out["lengths"], strict=True)] == [
        [0] * 2,
        [],
        [0] * 3,
    ]


def test_ends_early_when_all_texts_have():
    steps = []

    class Counted(TableModel):
        def step(self, token_ids, state):
            steps.append(int(state["read"][0]))
            return super().step(token_ids, state)

    one, stop = tf.ones(1, tf.int32), tf.constant([2])
    decode(Counted(CYCLE.log_probabilities), [[0]], one, GreedyDecoder(), max_tokens=50, stop_ids=stop, seeds=one)
    assert len(steps) == 1  # The stop token ends the text; nothing reads it.


@pytest.mark.parametrize("decoder", [GreedyDecoder(), BeamDecoder(width=2), SamplingDecoder(top_k=1)], ids=repr)
def test_a_text_grows_beyond_the_columns_it_began_with(decoder):
    graph = tf.function(lambda most: run_tensors([[0], [2]], [1, 1], max_tokens=most, decoder=decoder))
    for tokens in (FIRST_COLUMNS - 1, FIRST_COLUMNS, FIRST_COLUMNS + 1, 5 * FIRST_COLUMNS):
        out = graph(tf.constant(tokens))
        assert out["token_ids"].shape == (2, tokens) and out["lengths"].numpy().tolist() == [tokens] * 2
        assert out["token_ids"].numpy().tolist() == [[(first + i) % 4 for i in range(tokens)] for first in (1, 3)]
        np.testing.assert_allclose(out["log_probabilities"], np.log(0.925), rtol=1e-5)


def test_memory_grows_with_what_is_written_and_not_with_what_might_be():
    """A million tokens of 64 texts are 256 MB of ids and as much of log-probabilities; these texts have 2 each."""
    rows = 64
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    graph = tf.function(lambda most: run_tensors([[0]] * rows, [1] * rows, max_tokens=most, stop_ids=tf.constant([3])))
    out = graph(tf.constant(MAX_TOKENS))
    assert out["token_ids"].numpy().tolist() == [[1, 2]] * rows
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB


def test_greedy_takes_the_first_of_equals():
    out = GreedyDecoder().choose(tf.math.log([[0.2, 0.4, 0.4]]), {}, context=None)
    assert out[0].numpy().tolist() == [1]


@pytest.mark.parametrize(
    "name, options, expected",
    [
        ("greedy", {}, GreedyDecoder()),
        ("greedy", {"temperature": None}, GreedyDecoder()),
        ("temperature", {"temperature": 0.7}, SamplingDecoder(temperature=0.7)),
        ("top_k", {}, SamplingDecoder(top_k=40)),
        ("top_k", {"top_k": 5, "temperature": 2.0}, SamplingDecoder(top_k=5, temperature=2.0)),
        ("top_p", {}, SamplingDecoder(top_p=0.9)),
        ("beam", {"width": 2}, BeamDecoder(width=2)),
    ],
)
def test_decoders_by_name(name, options, expected):
    assert make_decoder(name, **options) == (expected, ())


@pytest.mark.parametrize(
    "name, options, message",
    [
        ("gredy", {}, "gredy.*greedy"),
        (
            "greedy",
            {"width": 3},
            "decoder 'greedy' has no option 'width', nor any other: leave it out, or use decoder 'beam'",
        ),
        ("top_k", {"width": 3}, "decoder 'top_k' has no option 'width', only temperature, top_k, top_p"),
        ("beam", {"width": 0}, "width must be an integer from 1 to 1024"),
    ],
)
def test_what_a_user_gets_wrong(name, options, message):
    with pytest.raises(UserError, match=message) as error:
        make_decoder(name, **options)
    assert "\n" not in str(error.value)


@dataclasses.dataclass(frozen=True, kw_only=True)
class LeastProbable(Decoder):
    """The token of a rank from below."""

    rank: int = option(0, high=3, fixed=True, help="0 is the least probable.")

    def choose(self, scores, state, *, context):
        order = tf.argsort(scores, axis=-1)
        return tf.cast(order[:, self.rank], tf.int32), None, state


@pytest.fixture
def least(monkeypatch):
    """A decoder of another package, known by name."""
    DECODERS.own()
    monkeypatch.setattr(DECODERS, "_entries", dict(DECODERS._entries))
    return register_decoder("least")(LeastProbable)


@pytest.fixture
def counted():
    model = zoo.create("unigram", tokenizer=WordTokenizer(["<unk>", "<eos>", "a", "b"]))
    model.head.set_counts(np.array([5, 1, 9, 3]))
    return model


def test_a_decoder_from_outside_is_known_by_name(least, counted):
    (out,) = counted.generate(["a b"], decoder="least", max_tokens=2)
    assert out["tokens"] == ["<eos>", "<eos>"]
    (out,) = counted.generate(["a b"], decoder="least", max_tokens=2, rank=1)
    assert out["text"] == " b b"
    assert counted.generate(["a b"], max_tokens=2, rank=1) == [out]  # the one that has the option
    with pytest.raises(UserError, match="rank must be an integer from 0 to 3, not 4"):
        counted.generate(["a b"], decoder="least", rank=4)
    with pytest.raises(UserError, match=r"decoder 'least' has no option 'top_k', only rank: .* decoder 'sampling'"):
        counted.generate(["a b"], decoder="least", top_k=4)
    with pytest.raises(ValueError, match="the name 'greedy' of a decoder is taken by"):
        register_decoder("greedy")(LeastProbable)
    with pytest.raises(ValueError, match="'top_k' of a decoder is taken by sampling"):
        register_decoder("top_k")
    with pytest.raises(ValueError, match="a string in brackets"):
        register_decoder(LeastProbable)


def test_a_decoder_of_an_installed_package(monkeypatch, counted):
    point = importlib.metadata.EntryPoint("mine", f"{__name__}:bring_least", "langzoo.decoder")
    DECODERS.own()
    monkeypatch.setattr(DECODERS, "_entries", dict(DECODERS._entries))
    monkeypatch.setattr(DECODERS, "_outside_loaded", False)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point] if group == "langzoo.decoder" else [])
    (out,) = counted.generate(["a b"], decoder="least", max_tokens=2, rank=1)
    assert out["text"] == " b b"


def bring_least():
    register_decoder("least")(LeastProbable)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Backwards(Decoder):
    """A decoder with a loop of its own: the prompt, backwards."""

    def decode(self, model, token_ids, lengths, **limits):
        ids = tf.reverse_sequence(token_ids, lengths, seq_axis=1)
        return {"token_ids": ids, "lengths": lengths, "log_probabilities": tf.zeros_like(ids, tf.float32)}


def test_a_decoder_may_replace_the_loop(counted):
    (out,) = counted.generate(["a b b"], decoder=Backwards())
    assert out["tokens"][:3] == ["b", "b", "a"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Watching(Decoder):
    """Greedy, over what the head reads; it checks what it is told of the text so far."""

    reads_hidden: ClassVar[bool] = True

    def choose(self, scores, state, *, context):
        assert context.hidden.shape[-1] == 16
        first = tf.reduce_all(context.prompt_ids[:, 0] == 7)
        step_fits = tf.reduce_all(tf.reduce_sum(tf.cast(context.new_ids > 0, tf.int32), -1) == context.step)
        with tf.control_dependencies([tf.debugging.Assert(first & step_fits, [context.new_ids])]):
            return tf.argmax(scores, axis=-1, output_type=tf.int32), None, state


def test_a_decoder_sees_the_text_and_the_hidden_states():
    class Reading:
        max_sequence_length = None
        head = staticmethod(lambda hidden: tf.gather(hidden, [3, 2, 1, 0], axis=-1))
        initial_state = staticmethod(lambda batch, longest: {})
        hidden = staticmethod(lambda rows: tf.tile(tf.range(16.0)[tf.newaxis], [rows, 1]))

        def prefill_hidden(self, inputs, state):
            return self.hidden(tf.shape(inputs["token_ids"])[0]), state

        def step_hidden(self, token_ids, state):
            return -self.hidden(tf.shape(token_ids)[0]), state

    settings = {"max_tokens": 1, "stop_ids": tf.constant([9]), "seeds": tf.zeros(2, tf.int32)}
    out = decode(Reading(), tf.constant([[7, 1], [7, 0]]), tf.constant([2, 1]), Watching(), **settings)
    assert out["token_ids"].numpy().tolist() == [[0], [0]]  # hidden 3 is the highest


@dataclasses.dataclass(frozen=True, kw_only=True)
class Gibbs(Decoder):
    """Draws from a masked model: every masked place in turn, from left to right, given all others."""

    needs: ClassVar[str] = "fill"

    def decode(self, model, token_ids, lengths, *, seeds, **limits):
        mask_id, ids = model.tokenizer.mask_id, token_ids
        inputs = {"padding_mask": tf.sequence_mask(lengths, token_ids.shape[1])}
        for place in range(token_ids.shape[1]):
            logits = model({"token_ids": ids, **inputs})["logits"][:, place]
            drawn = tf.argmax(logits, axis=-1, output_type=tf.int32)
            column = tf.range(token_ids.shape[1]) == place
            ids = tf.where(column & (ids == mask_id), drawn[:, tf.newaxis], ids)
        return {"token_ids": ids, "lengths": lengths}


def test_a_decoder_that_fills_masks(counted):
    with pytest.raises(UserError, match="Gibbs fills masks, but a causal_lm model writes token by token"):
        counted.generate(["a"], decoder=Gibbs())
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"]
    masked = zoo.create("bert_nano", tokenizer=WordPieceTokenizer(pieces))
    ids = tf.constant([[2, 4, 5, 4, 3]])
    found = Gibbs().decode(masked, ids, tf.constant([5]), seeds=tf.constant([1]))["token_ids"].numpy()[0]
    assert found[[0, 2, 4]].tolist() == [2, 5, 3]
    for place in (1, 3):  # each is the likeliest given what was there
        given = tf.constant([[2, *(found[1:2] if place == 3 else [4]), 5, 4, 3]])
        mask = tf.ones((1, 5), tf.bool)
        assert found[place] == int(tf.argmax(masked({"token_ids": given, "padding_mask": mask})["logits"][0, place]))


SIMILAR = [pytest.param(name, marks=pytest.mark.ci) for name in ("llama_tiny", "pangu_tiny", "lstm_tiny")]


@pytest.mark.parametrize("name", ["gpt2_tiny", *SIMILAR])
def test_speculative_decoding_writes_what_greedy_decoding_does(name):
    """With rows of which drafts of other lengths are accepted, up to the last position."""
    model = zoo.create(name, tokenizer=ByteTokenizer(), **({} if name == "lstm_tiny" else {"max_sequence_length": 64}))
    for weight in model.trainable_weights:  # a model that repeats itself, and so drafts that are right
        weight.assign(weight * 3.0)
    prompts = ["abcabcabcab", "", "x", "the cat the cat the"]
    greedy, fast = (model.generate(prompts, max_tokens=60, decoder=each) for each in ("greedy", "speculative"))
    assert [each["tokens"] for each in fast] == [each["tokens"] for each in greedy]
    for one, other in zip(greedy, fast, strict=True):
        np.testing.assert_allclose(one["log_probabilities"], other["log_probabilities"], atol=1e-3)
