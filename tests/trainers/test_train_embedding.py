"""Text encoders are trained from files, and monitored by what they find."""

import json

import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console

SETTINGS = {"histogram_every": 0, "data.batch_size": 8, "jit_compile": False, "data.sequence_length": 16}
WORDS = ["ab", "cd", "ef", "gh", "ij", "kl", "mn", "op"]
PAIRS = ["ba", "dc", "fe", "hg", "ji", "lk", "nm", "po"]


def run(model, folder, name, **changes):
    settings = {**SETTINGS, **changes.pop("settings", {})}
    request = TrainRequest(
        model=str(model),
        data=[folder / "train.tsv"],
        valid=[folder / "valid.tsv"],
        run=folder / name,
        settings=settings,
        **changes,
    )
    return train(request, console=Console(quiet=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Each word with its pair; the same words with scores, and the first body."""
    folder = tmp_path_factory.mktemp("pairs")
    rows = [f"{first}\t{second}" for first, second in zip(WORDS, PAIRS, strict=True)]
    for name in ("train.tsv", "valid.tsv"):
        (folder / name).write_text("".join(f"{row}\n" for row in rows * 2))
    (folder / "scores").mkdir()
    table = [f"{first}\t{second}\t{5 * (first < second)}" for first in WORDS[:4] for second in WORDS[4:]]
    table += [f"{second}\t{first}\t{5 * (second < first)}" for first in WORDS[:4] for second in WORDS[4:]]
    for name in ("train.tsv", "valid.tsv"):
        (folder / "scores" / name).write_text("sentence1\tsentence2\tscore\n" + "\n".join(table) + "\n")
    settings = {
        "steps": 100,
        "model.dropout": 0.0,
        "model.attention_dropout": 0.0,
        "optimizer.learning_rate": 0.01,
        "optimizer.schedule": "constant",
        "validate_every": 50,
        "monitor": "mrr_at_10",
        "task.pooling": "first_token",
    }
    run("distilbert_tiny", folder, "start", task="text_encoder", tokenizer="word", settings=settings)
    return folder


def test_pairs_are_learnt_and_what_is_found_is_monitored(folder):
    lines = [json.loads(line) for line in (folder / "start" / "metrics.jsonl").read_text().splitlines()]
    last = lines[-1]
    assert {"val_mrr_at_10", "val_recall_at_1", "val_ndcg_at_10", "val_accuracy"} <= last.keys()
    assert last["loss"] < lines[0]["loss"] and last["val_loss"] < 0.8 and last["val_mrr_at_10"] > 0.8
    model = zoo.load(folder / "start")
    assert model.pooling == "first_token"
    found = (model.embed(WORDS) @ model.embed(PAIRS).T).argmax(axis=1)
    assert (found == range(len(WORDS))).mean() > 0.8


@pytest.mark.ci
def test_scores_are_learnt_by_the_same_model(folder):
    """The run's own options stay; stsb is learnt as a cosine."""
    settings = {"steps": 2, "optimizer.learning_rate": 1e-3}
    result = run(folder / "start", folder / "scores", "run", task="stsb", settings=settings)
    lines = [json.loads(line) for line in (folder / "scores/run/metrics.jsonl").read_text().splitlines()]
    described = json.loads((folder / "scores/run/training.json").read_text())["training"]
    assert described["objective"]["name"] == "similarity" and described["monitor"] == "spearman"
    assert {"val_spearman", "val_pearson", "val_loss"} <= lines[-1].keys() and result.model.task == "text_encoder"
    assert result.model.pooling == "first_token"


def test_what_cannot_be(folder, tmp_path):
    with pytest.raises(UserError, match=r"accumulation_steps must be 1, not 2"):
        run(folder / "start", folder, "other", settings={"steps": 1, "accumulation_steps": 2})
    with pytest.raises(UserError, match=r"--set objective.text_prompt: unknown prompt"):
        run(
            folder / "start",
            folder,
            "other",
            settings={"steps": 1, "objective.name": "contrastive", "objective.text_prompt": "q"},
        )
    assert not (folder / "other" / "config.json").exists()
