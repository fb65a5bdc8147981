import numpy as np
import pytest
from langzoo import zoo
from langzoo.trainers.fitting.smoothing import fit_ngrams

from tests.checks.model import check_causal_lm, logits_of
from tests.checks.sentences import corpus_of, sentences


def fitted(folder, name, **changes):
    corpus, tokenizer = corpus_of(sentences(), folder)
    config = zoo.named_model(name).config.variant(**changes)
    return fit_ngrams(config, corpus, name=name, tokenizer=tokenizer, valid=corpus)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("kneser_ney_3", {}),
        pytest.param("kneser_ney_5", {}, marks=pytest.mark.slow),
        pytest.param("kneser_ney_3", {"order": 1}, marks=pytest.mark.ci),
        pytest.param("kneser_ney_3", {"order": 2}, marks=pytest.mark.ci),
    ],
)
def test_contract(name, changes, tmp_path):
    check_causal_lm(fitted(tmp_path, name, **changes))


def test_no_history_reaches_over_the_end_of_a_text(tmp_path):
    model = fitted(tmp_path, "kneser_ney_5")
    logits = logits_of(model, np.array([[2, 3, 4, 1, 3], [5, 5, 1, 1, 3], [1, 1, 1, 1, 3]], np.int32))[:, -1]
    np.testing.assert_array_equal(logits[1:], logits[:1].repeat(2, 0))


def test_what_closes_a_text_begins_the_next():
    config = zoo.named_model("kneser_ney_3").config.variant(vocabulary_size=9, start_id=3, end_id=1)
    backbone = config.build_backbone()
    windows = backbone({"token_ids": np.array([[5, 1, 3]])})["hidden_states"]
    np.testing.assert_array_equal(windows, [[[0, 6], [6, 4], [4, 4]]])
