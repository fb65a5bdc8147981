"""From files to a run, by every smoothing."""

import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.fitting.smoothing import checked_memory, fit_ngrams
from langzoo.trainers.recipes import recipe_for
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from langzoo.zoo.models.ngram import BackoffConfig
from rich.console import Console

from tests.checks.sentences import corpus_of, sentences


def run(folder, model, *, valid=True, **settings):
    for name, seed in (("train.txt", 0), ("valid.txt", 1)):
        text = "".join(" ".join(line) + "\n" for line in sentences(seed=seed, count=200))
        (folder / name).write_text(text, encoding="utf-8")
    given = {"valid": [folder / "valid.txt"]} if valid else {}
    request = TrainRequest(model=model, data=[folder / "train.txt"], run=folder / "run", settings=settings, **given)
    return train(request, console=Console(quiet=True))


@pytest.mark.parametrize(
    "model", ["ngram_additive", "ngram_interpolated", "ngram_katz", "kneser_ney_3", "kneser_ney_5"]
)
def test_a_run_predicts_other_text_as_well_as_it_said(model, tmp_path):
    result = run(tmp_path, model)
    loaded = zoo.load(tmp_path / "run")
    valid = TokenCorpus.from_files([tmp_path / "valid.txt"], loaded.tokenizer, cache=tmp_path)
    assert result.best_loss == evaluate(loaded, valid).loss
    # Drawn from one distribution over six words and the end: no more than their entropy, and a little.
    assert result.final_loss < result.best_loss < 2.2
    assert loaded.config.num_ngrams[0] > 30 and loaded.config.parameter_count() == loaded.count_params()
    assert not list((tmp_path / "run/cache").glob("ngrams-*"))


def test_lines_by_themselves_are_the_same_to_a_tokenizer_that_closes_them(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    stream = run(tmp_path / "a", "kneser_ney_3")
    lines = run(tmp_path / "b", "kneser_ney_3", **{"data.arrangement": "lines"})
    assert stream.best_loss == pytest.approx(lines.best_loss, rel=1e-6)


def test_bytes_that_know_of_no_lines(tmp_path):
    """History reaches over line ends in a stream, and not where each line is a text."""
    (tmp_path / "t.txt").write_text("ab\ncd\n" * 30)
    losses = {}
    for arrangement in ("stream", "lines"):
        request = TrainRequest(
            model="kneser_ney_3",
            data=[tmp_path / "t.txt"],
            run=tmp_path / arrangement,
            tokenizer="byte",
            settings={"data.arrangement": arrangement},
        )
        losses[arrangement] = train(request, console=Console(quiet=True)).final_loss
    assert losses["stream"] < 0.1 < losses["lines"]  # which line is next is not known there


def test_wrong_requests(tmp_path):
    with pytest.raises(UserError, match=r"memory: .*must be a size such as 500MB or 4GB, not 'much'"):
        run(tmp_path, "kneser_ney_3", memory="much")
    with pytest.raises(UserError, match=r"memory: .*must be at least 10MB, which counting needs, not '1kB'"):
        run(tmp_path, "kneser_ney_3", memory="1kB")
    assert not (tmp_path / "run").exists()
    with pytest.raises(UserError, match=r"--set memory=900TB: this machine has .* GB; use less"):
        checked_memory("900TB")


def test_what_others_estimated_is_not_estimated_again(tmp_path):
    corpus, tokenizer = corpus_of(sentences(), tmp_path)
    config = BackoffConfig(vocabulary_size=9, smoothing="imported")
    with pytest.raises(UserError, match="imported is for probabilities estimated elsewhere"):
        fit_ngrams(config, corpus, name="n", tokenizer=tokenizer)


def test_the_recipe_is_that_of_streams():
    assert recipe_for("kneser_ney_3", "backoff").data.arrangement == "stream"
