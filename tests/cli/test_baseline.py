"""langzoo baseline, and evaluate --task retrieval, on the command line."""

import json

import pytest
from langzoo import zoo
from langzoo.layers.text import WordPieceTokenizer


@pytest.fixture(scope="module")
def reviews(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reviews")
    rows = "".join(f"a {word} cat\t{label}\n" for word, label in [("good", "good"), ("bad", "bad"), ("sad", "bad")] * 4)
    (folder / "train.tsv").write_text("text\tlabel\n" + rows)
    (folder / "valid.tsv").write_text("text\tlabel\na good dog\tgood\na sad dog\tbad\ngood cat\tbad\n")
    return folder


def test_a_table_and_json(reviews, langzoo_run):
    asked = ["baseline", "--data", reviews / "train.tsv", "--valid", reviews / "valid.tsv"]
    shown = langzoo_run(*asked)
    assert shown.exit_code == 0, shown.output
    assert "accuracy" in shown.stdout and "naive_bayes" in shown.stdout and "tfidf_logistic_regression" in shown.stdout
    found = json.loads(langzoo_run(*asked, "--metric", "matthews", "--json").stdout)
    assert found["texts"] == 3
    for figures in found["metrics"].values():
        assert figures["accuracy"] == pytest.approx(2 / 3) and figures["matthews"] == pytest.approx(0.5)


def test_a_run_stands_beside_them(reviews, encoder_runs, langzoo_run):
    run, table = encoder_runs["text_classifier"], reviews / "train.tsv"
    done = langzoo_run("baseline", "--data", table, "--valid", table, "--run", run, "--json")
    found = json.loads(done.stdout)["metrics"]
    alone = json.loads(langzoo_run("evaluate", run, "--data", table, "--json").stdout)
    assert [*found] == ["naive_bayes", "tfidf_logistic_regression", str(run)]
    assert found[str(run)]["accuracy"] == alone["metrics"]["accuracy"] < found["naive_bayes"]["accuracy"] == 1


def test_a_head_of_several_stands_beside_them(reviews, langzoo_run, refused, tmp_path):
    heads = {"text_classifier": {"task": "text_classifier", "options": {"labels": ["bad", "good"]}}}
    pieces = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "cat"])
    options = {"heads": {**heads, "words": {"task": "masked_lm"}}}
    zoo.save(zoo.create("bert_nano", task="multi_task", tokenizer=pieces, options=options), tmp_path / "run")
    asked = ["--data", reviews / "train.tsv", "--valid", reviews / "valid.tsv", "--run", tmp_path / "run"]
    done = langzoo_run("baseline", *asked, "--json")
    assert 0 <= json.loads(done.stdout)["metrics"][str(tmp_path / "run")]["accuracy"] <= 1
    assert "unknown task" in refused("baseline", *asked, "--task", "sst2", "--columns", "text=text", "label=label")


def test_mistakes(reviews, encoder_runs, refused, tmp_path):
    asked = ["--data", reviews / "train.tsv", "--valid", reviews / "valid.tsv"]
    assert "--words must be auto, words or characters" in refused("baseline", *asked, "--words", "pieces")
    assert "baselines are for texts with one label each" in refused("baseline", *asked, "--task", "conll2003")
    assert "not for the objective score" in refused("baseline", *asked, "--task", "stsb")
    encoder = encoder_runs["text_encoder"]
    assert "is not the run of a text_classifier" in refused("baseline", *asked, "--run", encoder)
    (tmp_path / "odd.tsv").write_text("text\tlabel\na cat\todd\n")
    (tmp_path / "one.tsv").write_text("text\tlabel\na cat\tbad\n")
    strange = refused("baseline", *asked[:2], "--valid", tmp_path / "odd.tsv")
    assert "odd.tsv: line 2, column label has the unknown label" in strange
    assert "has only one label, 'bad'" in refused("baseline", "--data", tmp_path / "one.tsv", *asked[2:])


@pytest.mark.ci
def test_retrieval_of_a_model_beside_bm25(encoder_runs, exported, langzoo_run, refused, tmp_path):
    texts = {"queries.tsv": "q1\tthe cat\nq2\tmat\n", "docs.tsv": "d1\tcat sat on\nd2\tthe mat\nd3\tsat\n"}
    for name, text in {**texts, "qrels.txt": "q1 0 d1 1\nq2 0 d2 2\n"}.items():
        (tmp_path / name).write_text(text)
    files = [tmp_path / name for name in ("queries.tsv", "docs.tsv", "qrels.txt")]
    run = encoder_runs["text_encoder"]
    live, lite = (
        json.loads(langzoo_run("evaluate", model, "--task", "retrieval", "--data", *files, "--json").stdout)
        for model in (run, exported(run, "litert"))
    )
    assert (live["queries"], live["documents"]) == (2, 3)
    assert live["metrics"] == pytest.approx(lite["metrics"]) and live["bm25"] == lite["bm25"]
    # "the" is in d2 alone, and so is mat: "the cat" finds d1 or d2 first, both rank within two.
    assert live["bm25"]["recall_at_10"] == 1 and live["bm25"]["mrr_at_10"] >= 0.75
    assert set(live["metrics"]) == {"recall_at_1", "recall_at_10", "recall_at_100", "mrr_at_10", "ndcg_at_10"}
    shown = langzoo_run("evaluate", run, "--task", "retrieval", "--data", *files)
    assert "recall@10" in shown.stdout and "bm25" in shown.stdout and "2 queries, 3 documents" in shown.stdout
    assert "--task retrieval is not for" in refused(
        "evaluate", encoder_runs["text_classifier"], "--task", "retrieval", "--data", *files
    )
