"""A LiteRT file with the methods of a live model."""

import itertools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer
from langzoo.serving import LiteModel
from langzoo.zoo.export import export_litert

from tests.checks.export import rough_exports
from tests.zoo.export.tiny_models import tiny_model


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A live model of 24 positions and its file, which reads 20."""
    live = tiny_model("gpt2")
    with rough_exports():
        report = export_litert(live, tmp_path_factory.mktemp("lite"), context=20, prefill_lengths=[4, 16])
    return live, LiteModel(report.path, num_threads=1)


def test_it_says_what_it_is(pair):
    live, lite = pair
    assert (lite.name, lite.task, lite.context) == ("gpt2", "causal_lm", 20)
    assert list(lite.tokens) == live.tokenizer.tokens


@pytest.mark.parametrize("text", ["a bad cab", "", "猫", b"\xff bad \xe7", "a" * 20])
def test_scores_are_those_of_the_live_model(pair, text):
    live, lite = pair
    (expected,), (found,) = live.score([text]), lite.score([text])
    assert found["tokens"] == expected["tokens"]
    np.testing.assert_allclose(found["log_probabilities"], expected["log_probabilities"], atol=1e-4)


def test_texts_one_after_the_other_know_nothing_of_each_other(pair):
    live, lite = pair
    prompts = ["a bad cab", "", "gag", "a bad cab"]
    expected = live.generate(prompts, max_tokens=8, decoder="temperature", seed=3)
    found = lite.generate(prompts, max_tokens=8, decoder="temperature", seed=3)
    assert [row["text"] for row in found] == [row["text"] for row in expected]


def test_streams_that_are_read_in_turn_do_not_disturb_each_other(pair):
    _, lite = pair
    prompts = ["a bad cab", "gag", ""]
    expected = [row["text"] for row in lite.generate(prompts, max_tokens=10)]
    streams = [lite.stream(prompt, max_tokens=10) for prompt in prompts]
    found = ["".join(filter(None, pieces)) for pieces in zip(*itertools.zip_longest(*streams), strict=True)]
    assert found == expected and len(lite._pool._idle) <= 3
    stream = lite.stream(prompts[0], max_tokens=10)
    first = next(stream)
    lite.score(["a cab"])
    assert lite.generate(["gag"], max_tokens=10)[0]["text"] == expected[1]
    assert first + "".join(stream) == expected[0]
    next(lite.stream("a", max_tokens=10))  # and is given up
    assert len(lite._pool._idle) <= 3


def test_threads_get_their_own_answers(pair):
    _, lite = pair
    prompts = ["a bad cab", "gag", "", "a cab"] * 4
    expected = lite.score(prompts), [lite.generate([prompt], max_tokens=8)[0] for prompt in prompts]
    with ThreadPoolExecutor(4) as threads:
        scored = threads.map(lambda prompt: lite.score([prompt])[0], prompts)
        written = threads.map(lambda prompt: lite.generate([prompt], max_tokens=8)[0], prompts)
        assert (list(scored), list(written)) == expected


def test_stop_and_suppress_are_the_users(pair):
    for options in ({"stop": ["a"]}, {"stop": []}, {"suppress": ["g"]}, {"stop": ["c"], "suppress": ["h", "e"]}):
        (expected,), (found,) = (each.generate(["a bad"], max_tokens=12, **options) for each in pair)
        assert found["tokens"] == expected["tokens"]


def test_a_text_ends_where_the_context_does(pair):
    _, lite = pair
    (row,) = lite.generate(["a bad cab"], max_tokens=1000, stop=[])
    assert len(row["tokens"]) == 20 - 10 + 1  # the last one is never read
    (row,) = lite.generate(["a" * 19], max_tokens=1000, stop=[])
    assert len(row["tokens"]) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prompts": ["a" * 20]}, "a text is longer than this file reads, 20 tokens with the start token: shorten it"),
        ({"max_tokens": 0}, "max_tokens must be an integer from 1"),
        ({"temperature": -1.0}, "temperature must be a number from 0 to 3.4e38, not -1.0"),
        ({"temperature": float("nan")}, "temperature must be a number from 0 to 3.4e38, not nan"),
        ({"top_p": 0.0}, "top_p must be a number above 0 and at most 1"),
        ({"decoder": "beam"}, "an exported model has no beam search"),
        ({"suppress": ["ab"]}, "suppress 'ab' is 2 tokens for this model; it must be one"),
        ({"suppress": ["z"]}, "suppress 'z' is not in the model's vocabulary"),
        ({"prompts": ["\ud800"]}, "half a surrogate pair"),
    ],
)
def test_mistakes_get_one_line(pair, options, message):
    options = {"prompts": ["a"], **options}
    with pytest.raises(UserError, match=message) as caught:
        pair[1].generate(options.pop("prompts"), **options)
    assert "\n" not in str(caught.value)


def test_top_k_over_the_vocabulary_and_temperature_0(pair):
    _, lite = pair
    greedy = lite.generate(["a bad"], max_tokens=5)
    assert lite.generate(["a bad"], max_tokens=5, temperature=0.0) == greedy
    drawn = [lite.generate(["a bad"], max_tokens=5, temperature=0.8, top_k=k, seed=2) for k in (0, 12, 10**6)]
    assert drawn[0] == drawn[1] == drawn[2]


@pytest.mark.slow
def test_tokens_that_are_nearly_equal_are_cut_alike(tmp_path):
    """A model that has learnt nothing: to log-probabilities, rounded near -5.5, many of its tokens are equals."""
    keras.utils.set_random_seed(1)
    live = zoo.create("lstm_tiny", tokenizer=ByteTokenizer(), initializer_range=0.01)
    lite = LiteModel(export_litert(live, tmp_path, prefill_lengths=[16]).path, num_threads=1)
    prompts = [f"the {i}" for i in range(300)]
    for options in ({"top_k": 5}, {"top_p": 0.3}):
        found, expected = (each.generate(prompts, max_tokens=20, seed=7, **options) for each in (lite, live))
        assert [row["text"] for row in found] == [row["text"] for row in expected]


@pytest.mark.slow
def test_an_answer_is_scored_given_its_source(tmp_path):
    live = tiny_model("transformer")
    lite = LiteModel(export_litert(live, tmp_path, source_lengths=[8], target_length=10).path)
    sources, targets = ["a cab", ""], ["bad", "猫"]
    for expected, found in zip(live.score(sources, targets), lite.score(sources, targets), strict=True):
        assert found["tokens"] == expected["tokens"]
        np.testing.assert_allclose(found["log_probabilities"], expected["log_probabilities"], atol=1e-4)
    with pytest.raises(UserError, match="scores targets given their sources: give both"):
        lite.score(sources)
    with pytest.raises(ValueError, match="targets must be as many as the other texts, 2, not 1"):
        lite.score(sources, ["a"])
    with pytest.raises(UserError, match="8 tokens with the end token: shorten it"):
        lite.generate(["a" * 8])


def test_an_encoder_writes_no_text(tmp_path):
    with rough_exports():
        path = export_litert(tiny_model("roberta"), tmp_path, lengths=[8]).path
    with pytest.raises(UserError, match="is a text_encoder model, which writes no text"):
        LiteModel(path)


def test_from_the_command_line_without_tensorflow(tmp_path):
    keras.utils.set_random_seed(0)
    model = zoo.create("bigram", tokenizer=ByteTokenizer())
    with rough_exports():
        path = export_litert(model, tmp_path, prefill_lengths=[4]).path
    program = (
        "import sys; sys.modules.update(tensorflow=None, keras=None, tensorflow_text=None)\n"
        f"sys.argv = ['langzoo', 'generate', {str(path)!r}, '--prompt', 'a', '--max-tokens', '3', '--suppress', 'b']\n"
        "from langzoo.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    live = model.generate(["a"], max_tokens=3, suppress=["b"])[0]["text"]
    assert done.stdout.rstrip("\n").startswith("a") and done.stderr == "" and len(live) == 3
