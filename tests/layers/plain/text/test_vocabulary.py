import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text import vocabulary as module
from langzoo.layers.plain.text.vocabulary import Vocabulary


def test_ids_are_places():
    vocabulary = Vocabulary(iter(["b", "a", "\n", "é", "e\u0301"]))  # composed and decomposed are two tokens
    assert [vocabulary.id(token) for token in vocabulary] == [0, 1, 2, 3, 4]
    assert vocabulary[2] == "\n" and len(vocabulary) == 5
    assert vocabulary.id("B") is None and "B" not in vocabulary and "é" in vocabulary


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([], "has no tokens"),
        (["a", "b", "a"], "'a' occurs twice, as 0 and as 2"),
        (["a", ""], "token 1 is empty"),
        (["a", 7], "token 1 must be a string, not 7"),
        (["a", "\ud800"], "half a surrogate pair"),
        (["x\n" * 1000] * 2, "occurs twice"),
    ],
)
def test_what_is_no_vocabulary(tokens, message):
    with pytest.raises(UserError, match=message) as caught:
        Vocabulary(tokens)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 200


def test_an_endless_vocabulary_ends(monkeypatch):
    monkeypatch.setattr(module, "MAX_VOCABULARY_SIZE", 100)
    assert len(Vocabulary(map(str, range(100)))) == 100
    with pytest.raises(UserError, match="more than 100 tokens"):
        Vocabulary(map(str, iter(int, 1)))
