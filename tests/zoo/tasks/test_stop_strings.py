"""Stop strings, streams and alternatives: a live model and its `.tflite` file."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.stop_strings import StopStrings
from langzoo.layers.plain.text_pieces import TextPieces
from langzoo.serving import LiteModel
from langzoo.zoo.export import export_litert

from tests.attack.test_requests import MODELS

KINDS = [pytest.param(name, marks=pytest.mark.ci if name == "gpt2 of bytes" else pytest.mark.slow) for name in MODELS]
SETTINGS = {"max_tokens": 40, "temperature": 1.5, "stop": []}


@pytest.fixture(scope="module", params=KINDS)
def live(request):
    return MODELS[request.param]()


def stops_of(text):
    """Strings of one to five characters out of the middle of a text."""
    return [text[place : place + size] for place, size in itertools.product((3, 11), (1, 2, 5)) if text[place:]]


def writable(model, stop):
    try:
        model.stop_strings([stop])
    except UserError:
        return False
    return True


def test_a_text_ends_right_before_a_stop_string(live):
    prompts = ["the cat", "a"]
    whole = live.generate(prompts, **SETTINGS)
    for stop in filter(lambda each: writable(live, each), stops_of(whole[0]["text"])):
        found = live.generate(prompts, **{**SETTINGS, "stop": [stop]})
        for one, other in zip(found, whole, strict=True):
            place = other["text"].find(stop)
            single = len(live.token_book.encode(stop)) == 1
            # A stop that is one token leaves out the space that it would have brought.
            assert one["text"] == (other["text"][:place] if place >= 0 else other["text"]) or single
            count = len(one["tokens"])
            assert one["tokens"] == other["tokens"][:count] and len(one["log_probabilities"]) == count
            assert stop not in one["text"]


def test_beams_and_samples_stop_too(live):
    (whole,) = live.generate(["the"], max_tokens=30, width=3, stop=[])
    stop = whole["text"][2:5]
    if stop and writable(live, stop):
        for options in ({"width": 3}, {"decoder": "best_of"}, {"temperature": 2.0, "num_results": 4}):
            found = live.generate(["the"], max_tokens=30, stop=[stop], **options)
            texts = found[0] if isinstance(found[0], list) else found
            assert all(stop not in each["text"] for each in texts)


def test_pieces_make_the_text(live):
    for prompt, seed, stop in (("the cat", 3, []), ("", 1, ["e"]), ("猫", 2, ["zz", "ab"])):
        if all(writable(live, each) for each in stop):
            options = {**SETTINGS, "seed": seed, "stop": stop}
            pieces = list(live.stream(prompt, **options))
            (whole,) = live.generate([prompt], **options)
            assert "".join(pieces) == whole["text"] and all(pieces)


def test_a_stream_that_is_left_ends_its_writing(live):
    stream = live.stream("the", max_tokens=100_000, temperature=1.0, stop=[])
    next(stream)
    stream.close()


def test_alternatives_by_whole_passes(live):
    (found,) = live.generate(["the cat"], max_tokens=5, alternatives=3, stop=[])
    assert [each[0]["token"] for each in found["alternatives"]] == found["tokens"]  # it is greedy
    for each, own in zip(found["alternatives"], found["log_probabilities"], strict=True):
        values = [pair["log_probability"] for pair in each]
        assert len(values) == 3 and values == sorted(values, reverse=True)
        np.testing.assert_allclose(values[0], own, atol=1e-4)


@pytest.mark.ci
def test_a_lite_file_gives_the_same(tmp_path):
    live = MODELS["gpt2 of byte pairs"]()
    lite = LiteModel(export_litert(live, tmp_path, prefill_lengths=[16]).path, num_threads=1)
    (whole,) = live.generate(["the cat"], max_tokens=40, stop=[])
    for stop in [[each] for each in stops_of(whole["text"])] + [[], ["zz", whole["text"][5:7]]]:
        options = {"max_tokens": 40, "stop": stop}
        (one,), (other,) = (model.generate(["the cat"], alternatives=2, **options) for model in (live, lite))
        assert one["text"] == other["text"] and one["tokens"] == other["tokens"]
        assert [[each["token"] for each in row] for row in one["alternatives"]] == [
            [each["token"] for each in row] for row in other["alternatives"]
        ]
        assert "".join(lite.stream("the cat", **options)) == one["text"] == "".join(live.stream("the cat", **options))


def test_pieces_hold_back_what_may_change():
    pieces = TextPieces(StopStrings(texts=("<end>", "猫猫")))
    texts = ["a", "a\ufffd", "a猫", "a猫b<", "a猫b<e", "a猫b<en d", "a猫b<en d<end> more"]
    assert [pieces.add(text) for text in texts] == ["a", "", "", "猫b", "", "<en d", ""]
    assert pieces.stopped(texts[-1]) and pieces.finish("a猫b<en d") == ""


@pytest.mark.parametrize("text", ["a.b", "(", "[^a]", "\\d", "a\nb", "\0", "猫|", "$^", "a*", "#! ~"])
def test_patterns_are_taken_as_they_are(text):
    pattern = StopStrings(texts=(text,)).pattern
    assert bool(tf.strings.regex_full_match(f"x\n{text}y", pattern))
    assert not bool(tf.strings.regex_full_match("x\n5y", pattern))


def test_refusals():
    model = MODELS["gpt2 of characters"]()
    with pytest.raises(UserError, match="stop has 10,001 characters; it may have 10,000"):
        model.generate(["a"], stop=["a" * 10_001])
    with pytest.raises(UserError, match="streaming needs a decoder that writes token by token, not BeamDecoder"):
        model.stream("a", width=3)
    with pytest.raises(UserError, match="alternatives must be an integer from 0 to 100, not 101"):
        model.generate(["a"], alternatives=101)
    with pytest.raises(UserError, match="max_tokens must be"):
        model.stream("a", max_tokens=0)
