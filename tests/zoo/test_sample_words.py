import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from scipy.stats import chisquare

from .test_word_explanation import TOKENIZER, naive, tree


def test_labels_and_words_come_as_often_as_the_tables_say():
    """Chi-square over label and word together, 2,000 texts of one word."""
    model = naive()
    found = model.sample(2000, length=1, seed=1)
    joint = model.head.prior()[:, None] * model.head.probabilities()[:, 2:]
    counts = np.zeros_like(joint)
    for each in found:
        (word,) = each["words"]
        counts[model.labels.index(each["label"]), TOKENIZER.tokens.index(word) - 2] += 1
    assert chisquare(counts.ravel(), 2000 * joint.ravel()).pvalue > 0.001


def test_a_seed_a_length_and_a_label():
    model = naive()
    found = model.sample(5, length=7, label="+", seed=3)
    assert found == model.sample(5, length=7, label="+", seed=3) != model.sample(5, length=7, label="+", seed=4)
    assert all(each["label"] == "+" and len(each["words"]) == 7 for each in found)
    assert {word for each in tree().sample(50) for word in each["words"]} == {"good", "bad"}


@pytest.mark.parametrize(
    ("options", "message"),
    [({"length": 0}, "length must be at least 1"), ({"label": "x"}, "unknown label"), ({"seed": -1}, "seed must")],
)
def test_what_is_refused(options, message):
    with pytest.raises(UserError, match=message):
        naive().sample(**options)
