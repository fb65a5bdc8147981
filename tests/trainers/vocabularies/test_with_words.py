"""Words that a trained tokenizer takes in; here, since the trainers of tokenizers are."""

import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordTokenizer, load_tokenizer
from langzoo.layers.text.with_words import with_words
from langzoo.trainers.vocabularies import train_tokenizer
from langzoo.zoo.grown_weights import grown_weights

LINES = [
    "the cat sat on the mat and the dog ran 北京天安门 in a co-vid ab\n",
    "corona virus party art 人 C novi\n",
] * 20


@pytest.fixture(scope="module", params=["wordpiece", "bpe", "unigram"])
def both(request):
    """A tokenizer, and the same with two words of two pieces at least."""
    before = train_tokenizer(request.param, LINES, size=290 if request.param == "bpe" else 60)
    return before, with_words(before, ["Covid", "north", "covid", "北京门"])


def test_each_word_is_one_token_and_the_others_keep_their_ids(both):
    before, after = both
    new = {*range(before.vocabulary_size, after.vocabulary_size)}
    for text, found in (("the north cat", 1), ("the cat north covid", 2), ("在北京门 sat", 1)):
        ids = after.tokenize(text).numpy().tolist()
        assert len(new & {*ids}) == found, (text, after.tokens)
        assert after.detokenize(ids).numpy().decode() == before.detokenize(before.tokenize(text)).numpy().decode()
    plain = "the dog sat on the mat"
    assert after.tokenize(plain).numpy().tolist() == before.tokenize(plain).numpy().tolist()
    assert after.tokens[: before.vocabulary_size] == before.tokens


def test_is_kept(both, tmp_path):
    _, after = both
    after.save_assets(tmp_path)
    text = tf.constant(["a north covid 北京门"])
    assert load_tokenizer(tmp_path)(text).to_list() == after(text).to_list()


def test_rows_begin_as_the_mean_of_their_pieces(both):
    """In every place where a vocabulary stands: first, last and alone, with padding behind."""
    before, after = both
    old, new = before.vocabulary_size + 3, after.vocabulary_size + 3
    draw = np.random.default_rng(0)
    values = {"table": draw.normal(size=(old, 4)), "matrix": draw.normal(size=(4, old)), "bias": draw.normal(size=old)}
    shapes = {"table": (new, 4), "matrix": (4, new), "bias": (new,), "other": (4,)}
    grown = grown_weights({**values, "other": np.ones(4)}, shapes, before=before, after=after)
    assert {name: value.shape for name, value in grown.items()} == shapes
    text = "north" if after.joins_words else " north"
    (token,) = after.tokenize(f"a{' ' if after.joins_words else ''}{text}").numpy()[-1:]
    pieces = before.tokenize(text).numpy()
    assert len(pieces) > 1 and token >= before.vocabulary_size
    np.testing.assert_allclose(grown["table"][token], values["table"][pieces].mean(0))
    np.testing.assert_allclose(grown["matrix"][:, token], values["matrix"][:, pieces].mean(1))
    np.testing.assert_allclose(grown["bias"][token], values["bias"][pieces].mean())
    np.testing.assert_array_equal(grown["table"][: before.vocabulary_size], values["table"][: before.vocabulary_size])
    np.testing.assert_array_equal(grown["other"], np.ones(4))


def test_longer_words_of_a_word_piece_vocabulary_begin_with_it_and_none_is_cut_inside():
    before = train_tokenizer("wordpiece", LINES, size=60)
    after = with_words(before, ["nor", "arty"])
    tokens = [after.tokens[token] for token in after.tokenize("north party").numpy()]
    assert tokens[0] == "nor" and "arty" not in tokens
    assert not after.options["added_tokens"]


def test_what_one_token_is_already_changes_nothing():
    before = train_tokenizer("wordpiece", LINES, size=60)
    assert with_words(before, ["the"]) is before


def test_what_cannot_be():
    with pytest.raises(UserError, match="the vocabulary cannot write '猫cat', which has an unknown character"):
        with_words(train_tokenizer("wordpiece", LINES, size=60), ["north", "猫cat"])
    with pytest.raises(UserError, match="a word tokenizer takes no more words"):
        with_words(WordTokenizer(["<unk>", "<eos>", "the"]), ["cat"])
