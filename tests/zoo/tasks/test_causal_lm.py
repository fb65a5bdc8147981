import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, WordTokenizer
from langzoo.trainers.objectives import NextToken
from langzoo.zoo.decoding import BeamDecoder, GreedyDecoder

WORDS = ["<unk>", "<eos>", "the", "cat", "猫"]


@pytest.fixture(scope="module")
def model():
    """A unigram: no graph of its is slow to trace."""
    made = zoo.create("unigram", tokenizer=WordTokenizer(WORDS))
    made.head.set_counts(np.array([1, 4, 9, 16, 25]))
    return made


def one_line(error):
    return "\n" not in str(error.value)


def test_texts_may_be_bytes_or_arrays_and_none_at_all(model):
    expected = model.score(["the 猫"])
    assert model.score(["the 猫".encode()]) == model.score(np.array(["the 猫"])) == expected
    assert model.score([]) == [] == model.generate([])
    assert model.score([""]) == [{"tokens": [], "log_probabilities": []}]


@pytest.mark.parametrize("texts", ["the cat", b"the cat"])
def test_one_string_is_no_list_of_strings(model, texts):
    with pytest.raises(ValueError, match="texts must be a list of strings"):
        model.score(texts)
    with pytest.raises(ValueError, match="prompts must be a list of strings"):
        model.generate(texts)
    with pytest.raises(ValueError, match="stop must be a list of strings"):
        model.generate(["the"], stop=texts)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"max_tokens": 0}, "max_tokens must be an integer from 1"),
        ({"max_tokens": 2.5}, "max_tokens must be an integer"),
        ({"max_tokens": 2**31 - 1}, "max_tokens must be an integer from 1 to 1000000, not 2147483647"),
        ({"seed": 2**31}, "seed must be an integer from -2147483648 to 2147483647, not 2147483648"),
        ({"decoder": "nucleus"}, "nucleus"),
        ({"decoder": "greedy", "temperature": 2.0}, "decoder 'greedy' has no option 'temperature', nor any other"),
        ({"topk": 3}, "unknown option of generate 'topk'. Did you mean top_k"),
        ({"decoder": GreedyDecoder(), "temperature": 2.0}, "temperature must be set in the decoder"),
        ({"decoder": BeamDecoder(), "min_p": 0.2}, "min_p restricts sampling, but BeamDecoder does not sample"),
        ({"num_results": 2}, "num_results must be 1 with decoder 'greedy'"),
        ({"width": 2, "num_results": 3}, "num_results must be at most width, 2"),
        ({"stop": ["the dog"]}, "stop 'the dog' is not in the model's vocabulary"),
        ({"stop": ["dog"]}, "stop 'dog' is not in the model's vocabulary"),
    ],
)
def test_what_a_user_gets_wrong_is_told_in_one_line(model, options, message):
    with pytest.raises(UserError, match=message) as error:
        model.generate(["the"], **options)
    assert one_line(error)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stop": [3]}, r"stop must be a list of strings, not \[3\]"),
        ({"suppress": "the"}, "suppress must be a list of strings, not 'the'"),
        ({"decoder": 3}, "decoder must be a name such as 'greedy', not 3"),
        ({"seed": True}, "seed must be an integer from -2147483648 to 2147483647, not True"),
        ({"max_tokens": True}, "max_tokens must be an integer from 1 to 1000000, not True"),
        ({"suppress": WORDS}, "suppress contains every token of the model: leave at least one"),
    ],
)
def test_values_of_other_types(model, options, message):
    with pytest.raises(ValueError, match=message) as error:
        model.generate(["the"], **options)
    assert one_line(error)


def test_options_choose_the_decoder(model):
    prompts, limits = ["the", "cat"], {"max_tokens": 5, "stop": []}
    for options, decoder in (
        ({}, "greedy"),
        ({"temperature": 0.7}, "temperature"),
        ({"top_k": 3}, "top_k"),
        ({"top_p": 0.5}, "top_p"),
        ({"width": 2}, "beam"),
    ):
        named = model.generate(prompts, decoder=decoder, **options, **limits)
        for free in (options, {"decoder": None, "length_penalty": None, **options}):
            assert model.generate(prompts, **free, **limits) == named


def test_a_text_follows_the_last_character_of_its_prompt(model):
    (row,) = model.generate(["the"], max_tokens=2, suppress=["<eos>", "<unk>"])
    assert row["text"] == " " + " ".join(row["tokens"])
    (row,) = model.generate(["the "], max_tokens=2, suppress=["<eos>", "<unk>"])
    assert row["text"] == " ".join(row["tokens"])
    assert model.sample_text("the", max_tokens=1, seed=0).removeprefix("the")[0] in " \n"


def test_half_a_surrogate_pair(model):
    for method in (model.score, model.generate):
        with pytest.raises(UserError, match="surrogate") as error:
            method(["the", "\ud83d"])
        assert one_line(error)


def test_text_needs_a_tokenizer():
    model = zoo.create("unigram", vocabulary_size=5)
    for method in (model.score, model.generate):
        with pytest.raises(UserError, match="no tokenizer") as error:
            method(["a"])
        assert one_line(error)


def test_the_tokenizer_is_of_the_models_vocabulary():
    with pytest.raises(UserError, match="the tokenizer has 257 tokens and the model 99"):
        zoo.create("lstm_tiny", tokenizer=ByteTokenizer(), vocabulary_size=99)
    assert zoo.create("unigram", tokenizer=ByteTokenizer()).config.vocabulary_size == 257


def test_stop_strings(model):
    assert model.stop_ids(["the", "猫", "<eos>", "\n", "", "<unk>"]) == (2, 4, 1, 1, 1, 0)
    assert model.stop_ids([]) == ()
    assert model.stop_ids() == tuple(model.tokenizer.stop_ids)


def test_another_temperature_or_stop_word_traces_no_graph(model):
    """There is one that looks for stop words and one that need not."""
    for temperature in (0, 0.5, 1):
        for stop in ([], ["the"], ["the", "cat"]):
            model.generate(["the"], decoder="temperature", temperature=temperature, stop=stop, max_tokens=2)
            model.generate(["the"] * 2, decoder="top_k", top_k=2, temperature=temperature, stop=stop)
    graphs = [graph for key, graph in model._graphs.items() if "SamplingDecoder" in str(key)]
    assert [graph.experimental_get_tracing_count() for graph in graphs] == [1, 1]


def test_a_compiled_model_comes_back_from_a_keras_file(tmp_path):
    model = zoo.create("lstm_tiny", vocabulary_size=11, embedding_dim=4, hidden_dim=4)
    model.compile(keras.optimizers.Adam(), objective=NextToken())
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    inputs = {"token_ids": tf.constant([[1, 2, 3]])}
    np.testing.assert_array_equal(loaded(inputs)["logits"], model(inputs)["logits"])


def test_several_texts_for_each_prompt(model):
    """Of sampling, those of the next seeds; each prompt's are best first."""
    limits = {"max_tokens": 3, "temperature": 1.5, "repetition_penalty": 1.5}
    found = model.generate(["the", ""], num_results=3, seed=5, **limits)
    alone = [model.generate(["the", ""], seed=seed, **limits) for seed in (5, 6, 7)]
    for row, results in enumerate(found):
        scored = [(sum(texts[row]["log_probabilities"]), texts[row]["text"]) for texts in alone]
        assert [each["text"] for each in results] == [text for _, text in sorted(scored, reverse=True)]
        assert [each["score"] for each in results] == pytest.approx(
            sorted([p for p, _ in scored], reverse=True), abs=1e-5
        )
    (one,) = model.generate(["the"], num_results=1, max_tokens=2)
    assert len(one) == 1 and one[0]["score"] == pytest.approx(sum(one[0]["log_probabilities"]))


def test_a_decoder_given_whole_takes_rules(model):
    rules = {"no_repeat_ngram_size": 1, "max_tokens": 3}
    (found,) = model.generate(["the"], decoder=GreedyDecoder(), **rules)
    assert [found] == model.generate(["the"], **rules)
    assert len({"the", *found["tokens"]}) == 1 + len(found["tokens"])
