"""Every encoder-decoder: cached decoding is the full forward pass, and neighbours and padding change nothing."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers import CharacterTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.models.lstm_seq2seq import LSTMSeq2SeqConfig
from langzoo.zoo.models.t5 import T5Config
from langzoo.zoo.models.transformer import TransformerConfig
from langzoo.zoo.tasks import Seq2SeqLM

TOKENIZER = CharacterTokenizer(["<unk>", "<eos>", *"abcdefgh 猫"])
SIZE = {
    "vocabulary_size": 12,
    "num_layers": 2,
    "num_decoder_layers": 3,
    "num_heads": 4,
    "hidden_dim": 16,
    "intermediate_dim": 24,
    "max_sequence_length": 24,
}
LSTM = {
    "vocabulary_size": 12,
    "embedding_dim": 10,
    "hidden_dim": 12,
    "character_dim": 3,
    "filters": ((1, 2), (2, 4)),
    "max_word_length": 5,
    "max_sequence_length": 24,
}
CONFIGS = {
    "transformer": TransformerConfig(**SIZE),
    "t5": T5Config(**SIZE, head_dim=6),
    "t5 1.1": T5Config(**SIZE, head_dim=6, feed_forward="gated_gelu", tie_embeddings=False),
    "lstm": LSTMSeq2SeqConfig(**LSTM),
    "lstm, bahdanau": LSTMSeq2SeqConfig(**LSTM, attention="bahdanau", tie_embeddings=False, characters=False),
    "lstm, nothing fed": LSTMSeq2SeqConfig(
        **LSTM, attention="luong_concat", input_feeding=False, words=False, positions=False
    ),
    "lstm, forward": LSTMSeq2SeqConfig(**LSTM, attention="luong_dot", directions="forward", num_layers=1),
    "lstm, bahdanau, nothing fed": LSTMSeq2SeqConfig(**LSTM, attention="bahdanau", input_feeding=False),
}
MARKS = {
    "t5 1.1": pytest.mark.slow,
    **{name: pytest.mark.ci for name in CONFIGS if name.startswith("lstm")},
}
SOURCE = np.array([[2, 3, 4, 1], [5, 6, 1, 0]], np.int32)
SOURCE_MASK = np.array([[1, 1, 1, 1], [1, 1, 1, 0]], bool)
TARGET = np.array([[1, 4, 5, 6, 7], [1, 7, 2, 2, 3]], np.int32)


@pytest.fixture(scope="module", params=[pytest.param(name, marks=MARKS.get(name, ())) for name in CONFIGS])
def model(request):
    model = Seq2SeqLM(CONFIGS[request.param], tokenizer=TOKENIZER, name="small")
    random = np.random.default_rng(0)
    for weight in model.trainable_weights:
        if len(weight.shape) > 1:
            weight.assign(random.normal(size=weight.shape) * 0.4)
    return model


def logits(model, source=SOURCE, mask=SOURCE_MASK, target=TARGET):
    inputs = {"source_ids": source, "source_mask": mask, "token_ids": target}
    return model({name: tf.constant(value) for name, value in inputs.items()})["logits"].numpy()


def test_one_token_at_a_time_is_the_whole(model):
    expected = logits(model)
    source = {"token_ids": tf.constant(SOURCE), "padding_mask": tf.constant(SOURCE_MASK)}
    state = model.start_state(source, 5)
    for t in range(5):
        step, state = model.step(tf.constant(TARGET[:, t]), state)
        np.testing.assert_allclose(step, expected[:, t], atol=1e-5)


def test_what_was_looked_at_at_a_time_is_that_of_the_whole(model):
    inputs = {"source_ids": SOURCE, "source_mask": SOURCE_MASK, "token_ids": TARGET[:, :2]}
    expected = cross_attention(model, inputs)
    state = model.start_state({"token_ids": tf.constant(SOURCE), "padding_mask": tf.constant(SOURCE_MASK)}, 2)
    for t in range(2):
        looked, state = model.step_attention(tf.constant(TARGET[:, t]), state)
        np.testing.assert_allclose(looked["attention"], expected[:, t], atol=1e-6)
        np.testing.assert_array_equal(looked["source_mask"], SOURCE_MASK)


def cross_attention(model, inputs):
    """The mean of all layers and heads, (B, T, S)."""
    weights = model.attention_weights({name: tf.constant(value) for name, value in inputs.items()})["cross"]
    return np.mean([layer.numpy().mean(axis=1) for layer in weights], axis=0)


def test_neither_padding_nor_what_comes_later_is_seen(model):
    whole = logits(model)
    alone = logits(model, SOURCE[1:, :3], SOURCE_MASK[1:, :3], TARGET[1:, :2])
    np.testing.assert_allclose(alone[0], whole[1, :2], atol=1e-5)
    garbled = np.where(SOURCE_MASK, SOURCE, 9)
    np.testing.assert_allclose(logits(model, garbled), whole, atol=1e-6)
    assert np.abs(logits(model, SOURCE[::-1].copy(), SOURCE_MASK[::-1].copy()) - whole).max() > 1e-2


def test_parameters_are_counted(model):
    assert model.config.parameter_count() == model.count_params()


@pytest.mark.ci
def test_greedy_is_the_likeliest_token_each_time_alone_and_in_a_batch(model):
    prompts = ["abc", "h", "猫 gfe d"]
    together = model.generate(prompts, max_tokens=6, stop=[])
    for prompt, out in zip(prompts, together, strict=True):
        (alone,) = model.generate([prompt], max_tokens=6, stop=[])
        assert alone["tokens"] == out["tokens"]
        source = np.array([[*TOKENIZER.tokenize(prompt).numpy(), TOKENIZER.end_id]], np.int32)
        target = [TOKENIZER.end_id]
        for token in out["tokens"]:
            best = logits(model, source, np.ones_like(source, bool), np.array([target], np.int32))[0, -1].argmax()
            assert TOKENIZER.tokens[best] == token
            target.append(best)
    for key, graph in model._graphs.items():
        assert graph.experimental_get_tracing_count() == 1, f"{key} was traced anew for other lengths"


@pytest.mark.ci
def test_a_beam_as_wide_as_all_texts_finds_the_best(model):
    (out,) = model.generate(["abc"], max_tokens=2, stop=[], decoder="beam", width=12, length_penalty=0.0)
    source = np.array([[*TOKENIZER.tokenize("abc").numpy(), 1]], np.int32)
    targets = np.array([[1, token] for token in range(12)], np.int32)
    rows = np.repeat(source, 12, axis=0)
    scores = tf.nn.log_softmax(logits(model, rows, np.ones_like(rows, bool), targets)).numpy()
    totals = scores[0, 0][:, None] + scores[:, 1]
    assert sum(out["log_probabilities"]) == pytest.approx(totals.max(), abs=1e-5)


@pytest.mark.ci
def test_the_coverage_penalty_ranks_as_all_texts_in_numpy(model):
    options = {"max_tokens": 2, "stop": [], "decoder": "beam", "width": 144, "num_results": 9}
    options |= {"length_penalty": 1.0, "coverage_penalty": 0.5}
    together = model.generate(["abc", "h"], **options)
    for prompt, found in zip(("abc", "h"), together, strict=True):
        rows = np.repeat(np.array([[*TOKENIZER.tokenize(prompt).numpy(), 1]], np.int32), 12, axis=0)
        inputs = {"source_ids": rows, "token_ids": np.array([[1, token] for token in range(12)], np.int32)}
        scores = tf.nn.log_softmax(logits(model, rows, np.ones_like(rows, bool), inputs["token_ids"])).numpy()
        looked = cross_attention(model, inputs).sum(axis=1)
        coverage = 0.5 * np.log(np.minimum(looked, 1.0)).sum(axis=-1)
        ranks = (scores[0, 0][:, None] + scores[:, 1]) / (7 / 6) + coverage[:, None]
        np.testing.assert_allclose([each["score"] for each in found], np.sort(ranks.ravel())[::-1][:9], atol=1e-4)
        best = np.unravel_index(ranks.argmax(), ranks.shape)
        assert found[0]["tokens"] == [TOKENIZER.tokens[each] for each in best]
        (alone,) = model.generate([prompt], **options)
        assert [each["tokens"] for each in alone] == [each["tokens"] for each in found]


def test_scores_are_those_of_the_logits(model):
    (scored,) = model.score(["abc"], ["gh"])
    source = np.array([[*TOKENIZER.tokenize("abc").numpy(), 1]], np.int32)
    target = TOKENIZER.tokenize("gh").numpy()
    found = tf.nn.log_softmax(logits(model, source, np.ones_like(source, bool), np.array([[1, *target]], np.int32)))
    expected = found.numpy()[0, np.arange(3), [*target, 1]]
    np.testing.assert_allclose(scored["log_probabilities"], expected, atol=1e-5)
    assert scored["tokens"] == ["g", "h", "<eos>"]


def test_it_travels(model, tmp_path):
    zoo.save(model, tmp_path)
    np.testing.assert_array_equal(logits(zoo.load(tmp_path)), logits(model))


def test_targets_can_begin_with_another_token(model):
    other = Seq2SeqLM(model.config, tokenizer=TOKENIZER, start_id=0, name="other")
    assert other.shift_right(tf.constant([[5, 6]])).numpy().tolist() == [[0, 5]]
    assert Seq2SeqLM.from_config(other.get_config()).start_id == 0


def test_a_source_that_is_too_long(model):
    with pytest.raises(UserError, match="longer than this model reads, 24 tokens"):
        model.generate(["a" * 24])


@pytest.mark.parametrize("name", ["t5", "t5 1.1"])
def test_hidden_states_beyond_the_range_of_float16(name):
    """As those of published T5s are; a norm follows, so that the answer is one of ordinary numbers."""
    inputs = {"source_ids": SOURCE, "source_mask": SOURCE_MASK, "token_ids": TARGET}
    found, before = {}, keras.config.dtype_policy()
    for policy in ("float32", "mixed_float16"):
        keras.utils.set_random_seed(0)
        keras.config.set_dtype_policy(policy)
        try:
            model = Seq2SeqLM(CONFIGS[name], tokenizer=TOKENIZER)
        finally:
            keras.config.set_dtype_policy(before)
        for block in (*model.backbone.encoder_blocks, *model.backbone.decoder_blocks):
            kernel = block.feed_forward.output_projection.kernel
            kernel.assign(kernel * 3e5)
        found[policy] = model(inputs)["logits"].numpy()
    states = model.backbone.layer_states({"token_ids": tf.constant(SOURCE), "padding_mask": tf.constant(SOURCE_MASK)})
    assert np.abs(states["block 1"].numpy()).max() > 65_504
    np.testing.assert_allclose(found["mixed_float16"], found["float32"], atol=0.02 * np.abs(found["float32"]).max())
