"""From files to a run."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hmmlearn.hmm import CategoricalHMM
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.fitting import baum_welch
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console

from tests.checks.sentences import sentences

ROUNDS = 3


def run(folder, name="run", *, resume=False, model="hmm_tiny", valid=True, **settings):
    for file, seed in (("train.txt", 0), ("valid.txt", 1)):
        text = "".join(" ".join(line) + "\n" for line in sentences(seed=seed, count=60))
        (folder / file).write_text(text, encoding="utf-8")
    given = {"valid": [folder / "valid.txt"]} if valid else {}
    settings = {"epochs": ROUNDS, **settings}
    own = {"data": [folder / "train.txt"], "run": folder / name, "settings": settings, "resume": resume, **given}
    return train(TrainRequest(model=model, **own), console=Console(quiet=True))


def records(folder):
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def test_rounds_are_those_of_hmmlearn(tmp_path, monkeypatch):
    """Sentences are sequences, in however many batches; the loss of a round is that of the probabilities before it."""
    monkeypatch.setattr(baum_welch, "BATCH_CELLS", 64)
    started = []
    expected = baum_welch._SequenceBatches.expected
    noted = lambda self, parts, **kwargs: started.append(parts) or expected(self, parts, **kwargs)  # noqa: E731
    monkeypatch.setattr(baum_welch._SequenceBatches, "expected", noted)
    result = run(tmp_path, valid=False, **{"model.pseudo_count": 0.5})
    tokens = TokenCorpus.from_files([tmp_path / "train.txt"], result.model.tokenizer, cache=tmp_path)
    lengths, names = np.diff(tokens.line_starts), ("startprob_prior", "transmat_prior", "emissionprob_prior")
    size = result.model.config.vocabulary_size
    theirs = CategoricalHMM(8, n_features=size, init_params="", n_iter=ROUNDS, tol=-np.inf, **dict.fromkeys(names, 1.5))
    theirs.startprob_, theirs.transmat_, theirs.emissionprob_ = started[0]
    stacked = np.asarray(tokens.tokens)[:, None]
    theirs.fit(stacked, lengths)
    for mine, its in zip(
        result.model.backbone.markov.probabilities(),
        (theirs.startprob_, theirs.transmat_, theirs.emissionprob_),
        strict=True,
    ):
        np.testing.assert_allclose(mine, its, rtol=1e-4, atol=1e-7)
    assert evaluate(result.model, tokens).loss == pytest.approx(-theirs.score(stacked, lengths) / len(tokens), rel=1e-5)


@pytest.mark.ci
def test_a_run_that_goes_on_is_the_run_that_was_not_killed(tmp_path, monkeypatch):
    whole = run(tmp_path, "whole", tolerance=0.0)
    save, saved = baum_welch._save, []

    def killed(*arguments):
        save(*arguments)
        saved.append(arguments)
        if len(saved) == 2:  # at the start, and after the first round
            raise KeyboardInterrupt

    monkeypatch.setattr(baum_welch, "_save", killed)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, "killed", tolerance=0.0)
    monkeypatch.undo()
    again = run(tmp_path, "killed", tolerance=0.0, resume=True)
    losses = [[record["loss"] for record in records(tmp_path / name)] for name in ("whole", "killed")]
    assert losses[0] == losses[1] and len(losses[0]) == ROUNDS and losses[0] == sorted(losses[0], reverse=True)
    for mine, its in zip(again.model.weights, whole.model.weights, strict=True):
        np.testing.assert_array_equal(mine.numpy(), its.numpy())
    valid = TokenCorpus.from_files([tmp_path / "valid.txt"], whole.model.tokenizer, cache=tmp_path)
    assert whole.best_loss == pytest.approx(evaluate(zoo.load(tmp_path / "whole"), valid).loss)
    assert "## States" in (tmp_path / "whole/model_card.md").read_text(encoding="utf-8")


@pytest.mark.ci
def test_it_ends_by_its_tolerance(tmp_path):
    result = run(tmp_path, tolerance=10.0, epochs=20)
    assert result.steps == 2


@pytest.mark.ci
def test_by_gradient(tmp_path):
    result = run(tmp_path, fitter="gradient", epochs=2, **{"data.batch_size": 2, "data.sequence_length": 10})
    assert result.best_loss < np.log(result.model.config.vocabulary_size)
    assert result.model.config.end_id == result.model.tokenizer.end_id


@pytest.mark.ci
def test_several_replicas_are_refused(tmp_path):
    """In a process of its own, since devices are shared out before TensorFlow begins."""
    (tmp_path / "text.txt").write_text("the cat sat\n" * 50)
    line = ["train", "hmm_tiny", "--data", "text.txt", "--run", "run", "--strategy", "mirrored", "--set", "replicas=2"]
    code = "from langzoo.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code, *line], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2 and "langzoo: --set strategy: Baum-Welch runs on one device" in done.stderr


def test_a_fitter_that_the_family_does_not_have(tmp_path):
    with pytest.raises(UserError, match=r"--set fitter: unknown fitter of lstm models: 'baum_welch'\. Known: gradient"):
        run(tmp_path, model="lstm_tiny", fitter="baum_welch")
    with pytest.raises(UserError, match="num_states must be less than or equal to 4096, got 5000"):
        run(tmp_path, **{"model.num_states": 5000})


@pytest.mark.ci
def test_tensorboard_shows_the_states(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    result = run(tmp_path, valid=False)
    events = EventAccumulator(str(result.run / "logs" / "train"), size_guidance={"tensors": 0}).Reload()
    (shown,) = events.Tensors("states")
    width, height, picture = shown.tensor_proto.string_val
    assert shown.step == result.steps and int(width) > 100 < int(height) and picture[1:4] == b"PNG"
