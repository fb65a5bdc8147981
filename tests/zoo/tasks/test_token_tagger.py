import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##b", "##a", ".", "猫"]
LABELS = ["O", "B-X", "I-X"]


def tagger(name="roberta_tiny", **options):
    changes = {"initializer_range": 0.5} if name != "text_cnn_tiny" else {}
    tokenizer = WordPieceTokenizer(PIECES)
    return zoo.create(name, task="token_tagger", tokenizer=tokenizer, options={"labels": LABELS, **options}, **changes)


@pytest.mark.parametrize("name", ["roberta_tiny", "lstm_tiny"])
def test_a_word_is_spoken_for_by_its_first_piece_or_its_last(name):
    """Tags of `abb a` are those of the logits at its pieces, computed by the call."""
    model = tagger(name)
    place = 1 if name == "roberta_tiny" else 3  # [CLS] a ##b ##b a [SEP]
    inputs = {"token_ids": [[2, 5, 7, 7, 5, 3]], "word_places": [[place, 4]], "num_words": [2]}
    logits = model({key: np.array(rows, np.int32) for key, rows in inputs.items()})["logits"].numpy()[0]
    (answer,) = model.tag(["abb a"])
    assert [word["tag"] for word in answer["words"]] == [LABELS[best] for best in logits.argmax(-1)]


@pytest.mark.parametrize("head", ["softmax", "crf"])
def test_places_are_those_of_the_users_own_text(head):
    model = tagger(head=head)
    texts = ["  ab 猫.", "", "a" * 90 + " b" * 200]  # the last is longer than the model's positions
    for text, answer in zip(texts, model.tag(texts), strict=True):
        assert all(text[word["start"] : word["end"]] == word["word"] for word in answer["words"])
        assert all(text[span["start"] : span["end"]] == span["text"] for span in answer["spans"])
    assert [len(answer["words"]) for answer in model.tag(texts)] == [3, 0, 201]
    assert model.tag(texts)[0] == model.tag([texts[0]])[0]
    assert model.tag([]) == []


def test_a_crf_never_goes_on_with_what_has_not_begun():
    model = tagger(head="crf")
    model.crf.transitions.assign(np.full((3, 3), -1.0) + 9 * np.array([[0, 0, 1], [0, 0, 0], [0, 0, 0]]))  # O I-X
    tags = [word["tag"] for word in model.tag(["a b a ab . b 猫 a " * 5])[0]["words"]]
    assert all(before != "O" for before, tag in zip(["O", *tags], tags, strict=False) if tag == "I-X")


def test_weights_are_counted_and_options_kept():
    model = tagger(head="crf", words="white_space")
    assert model.count_params() == model.config.parameter_count("token_tagger", num_classes=3, head="crf")
    assert model.options == {"labels": LABELS, "head": "crf", "words": "white_space"}
    (answer,) = model.tag(["a.b ."])
    assert [word["word"] for word in answer["words"]] == ["a.b", "."]
    again = type(model).from_config(model.get_config())
    assert again.options == model.options


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": ["O"]}, "labels must be different names, at least two"),
        ({"head": "hmm"}, "head must be one of softmax, crf, not 'hmm'"),
        ({"words": "tokens"}, "words must be one of punctuation, white_space, character, not 'tokens'"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(UserError, match=message):
        tagger(**options)
    with pytest.raises(UserError, match="reads no pairs"):
        tagger().answer(["a"], ["b"])
