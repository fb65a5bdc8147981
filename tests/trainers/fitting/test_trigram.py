"""A trigram from the text to what it says, against counting in plain Python."""

import math
from collections import Counter

import numpy as np
import pytest
from langzoo import zoo
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.fitting import counting
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console

ALPHA = 0.25
TEXT = "a b c a b d\na b c c\n\nd a b c d\n" * 5


@pytest.fixture(scope="module", params=["stream", "lines"])
def finished(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trigram")
    (folder / "a.txt").write_text(TEXT)
    settings = {"model.pseudo_count": ALPHA, "data.arrangement": request.param}
    asked = TrainRequest(model="trigram", data=[folder / "a.txt"], run=folder / "run", settings=settings)
    corpus = TokenCorpus.from_files(
        [folder / "a.txt"],
        train(asked, console=Console(quiet=True)).model.tokenizer,
        cache=folder,
        by_lines=request.param == "lines",
    )
    return zoo.load(folder / "run"), corpus, request.param


def tables(corpus, arrangement):
    """Counts of (before the last, last) and of (.., word) in the corpus; None where nothing is before the last."""
    contexts, trigrams = Counter(), Counter()
    tokens, starts = [int(token) for token in corpus.tokens], {int(start) for start in corpus.line_starts}
    last, before = None, corpus.start_id
    for place, token in enumerate(tokens):
        if arrangement == "lines" and place in starts:
            last = None
        contexts[last, before] += 1
        trigrams[last, before, token] += 1
        last, before = before, token
    return contexts, trigrams


def test_the_loss_is_that_of_counting(finished):
    model, corpus, arrangement = finished
    contexts, trigrams = tables(corpus, arrangement)
    size = model.config.vocabulary_size
    assert (model.config.num_contexts, model.config.num_trigrams) == (len(contexts), len(trigrams))
    loss = -sum(
        count * math.log((count + ALPHA) / (contexts[last, before] + ALPHA * size))
        for (last, before, _), count in trigrams.items()
    )
    found = evaluate(model, corpus, training=counting_of(arrangement))
    assert found.tokens == len(corpus) and found.loss == pytest.approx(loss / len(corpus), rel=1e-6)


def counting_of(arrangement):
    from langzoo.trainers.training_config import TrainingConfig

    return TrainingConfig().with_settings({"data.arrangement": arrangement})


def test_both_forms_agree_and_padding_changes_nothing(finished):
    model = finished[0]
    ids = np.array([[2, 3, 4, 2], [3, 4, 2, 2]], np.int32)
    whole = model({"token_ids": ids})["logits"].numpy()
    state = model.initial_state(2)
    for place in range(4):
        logits, state = model.step(ids[:, place], state)
        np.testing.assert_allclose(logits, whole[:, place], rtol=1e-6)
    mask = np.array([[True, True, True, False], [True, True, True, True]])
    prompt, state = model.prefill({"token_ids": ids, "padding_mask": mask}, model.initial_state(2))
    np.testing.assert_allclose(prompt[0], whole[0, 2], rtol=1e-6)
    np.testing.assert_array_equal(state["before"], [ids[0, 2] + 1, ids[1, 3] + 1])


def test_pieces_change_nothing(finished, monkeypatch):
    model, corpus, arrangement = finished
    monkeypatch.setattr(counting, "CHUNK_TOKENS", 3)
    config = model.config.variant(num_contexts=0, num_trigrams=0)
    by_lines = arrangement == "lines"
    again = counting.count_model(config, corpus, name="n", tokenizer=model.tokenizer, by_lines=by_lines)
    for one, other in zip(again.weights, model.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


def test_it_writes_on(finished):
    model = finished[0]
    (found,) = model.generate(["a b"], max_tokens=1, decoder="greedy")
    assert found["tokens"] == ["c"]
