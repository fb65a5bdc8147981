import json

import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers.text import WordPieceTokenizer

pytestmark = pytest.mark.usefixtures("keep_loaded")


def lines(result):
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_labels_of_texts_and_pairs_in_their_order(langzoo_run, encoder_runs, tmp_path):
    run = encoder_runs["text_classifier"]
    (tmp_path / "a.txt").write_text("the cat\nthe cat\t猫 sat\n\ncats\n", encoding="utf-8")
    found = lines(langzoo_run("predict", run, "--file", tmp_path / "a.txt", "--json"))
    assert [(each["text"], each.get("pair")) for each in found] == [
        ("the cat", None),
        ("the cat", "猫 sat"),
        ("", None),
        ("cats", None),
    ]
    model = zoo.load(run)
    expected = [
        *model.classify(["the cat"]),
        *model.classify(["the cat"], ["猫 sat"]),
        *model.classify(["", "cats"]),
    ]
    assert [each["label"] for each in found] == [each["label"] for each in expected]
    for each, other in zip(found, expected, strict=True):
        assert each["probabilities"] == pytest.approx(other["probabilities"], abs=1e-6)
        assert sum(each["probabilities"].values()) == pytest.approx(1, abs=1e-6)
    assert found[0]["probabilities"] != pytest.approx(found[1]["probabilities"], abs=1e-3)


def saved_classifier(folder, **options):
    tokenizer = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat", "猫"])
    model = zoo.create(
        "electra_tiny", task="text_classifier", tokenizer=tokenizer, options=options, initializer_range=0.5
    )
    zoo.save(model, folder)
    return folder


def test_any_number_of_labels(langzoo_run, tmp_path):
    labels = ["toxic", "insult", "threat", "好"]
    run = saved_classifier(tmp_path / "run", labels=labels, problem_type="multi_label_classification")
    (found,) = lines(langzoo_run("predict", run, "--text", "the cats 猫", "--json"))
    assert list(found) == ["text", "labels", "probabilities"] and list(found["probabilities"]) == labels
    assert found["labels"] == [label for label, p in found["probabilities"].items() if p >= 0.5]
    shown = langzoo_run("predict", run, "--text", "the cats 猫").stdout
    assert f"labels of 0.5 or more: {', '.join(found['labels']) or 'none'}" in shown
    assert all(f"{p:.4f}" in shown for p in found["probabilities"].values())


@pytest.mark.ci
def test_scores_to_rank_by(langzoo_run, tmp_path):
    run = saved_classifier(tmp_path / "run", labels=["LABEL_0"])
    line = ["--text", "the cat", "--pair", "猫 sat", "--text", "the cat", "--pair", "cats"]
    found = lines(langzoo_run("predict", run, *line, "--json"))
    assert [list(each) for each in found] == [["text", "pair", "score"]] * 2
    expected = zoo.load(run).classify(["the cat"] * 2, ["猫 sat", "cats"])
    assert [each["score"] for each in found] == pytest.approx([each["score"] for each in expected], abs=1e-6)
    assert found[0]["score"] != found[1]["score"]
    assert f"score {found[0]['score']:.4f}" in langzoo_run("predict", run, *line).stdout
    several = saved_classifier(tmp_path / "several", labels=["length", "style"], problem_type="regression")
    (found,) = lines(langzoo_run("predict", several, "--text", "the cat", "--json"))
    assert list(found["scores"]) == ["length", "style"]
    shown = langzoo_run("predict", several, "--text", "the cat").stdout.split()
    assert f"{found['scores']['style']:.4f}" in shown and "probability" not in shown


def test_the_vector_whole_and_shortened(langzoo_run, encoder_runs):
    run = encoder_runs["text_encoder"]
    (found,) = lines(langzoo_run("predict", run, "--text", "the cats", "--json"))
    (vector,) = zoo.load(run).embed(["the cats"])
    assert found["embedding"] == pytest.approx(vector.tolist(), abs=1e-6)
    shown = langzoo_run("predict", run, "--text", "the cats").stdout
    assert f"{len(vector)} numbers: {vector[0]:.4f} {vector[1]:.4f}" in shown
    assert shown.count(".") == 6 + 3  # of them six, and three dots


def test_the_cosine_of_a_pair(langzoo_run, encoder_runs):
    run = encoder_runs["text_encoder"]
    line = ["--text", "the cat", "--pair", "狗 sat", "--text", "mat", "--pair", "mat"]
    first, second = lines(langzoo_run("predict", run, *line, "--json"))
    a, b = zoo.load(run).embed(["the cat", "狗 sat"]).astype(np.float64)
    assert first["cosine"] == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-6)
    assert second["cosine"] == pytest.approx(1, abs=1e-6)
    assert first["pair_embedding"] == pytest.approx(b.tolist(), abs=1e-6)
    assert f"cosine {first['cosine']:.4f}" in langzoo_run("predict", run, *line).stdout


def test_replaced_tokens(langzoo_run, encoder_runs):
    run = encoder_runs["replaced_token_detector"]
    (found,) = lines(langzoo_run("predict", run, "--text", "the cats 猫", "--json"))
    assert [each["token"] for each in found["tokens"]] == ["[CLS]", "the", "cat", "##s", "猫", "[SEP]"]
    (expected,) = zoo.load(run).detect(["the cats 猫"])
    assert [e["probability"] for e in found["tokens"]] == pytest.approx([e["probability"] for e in expected], abs=1e-6)
    rows = langzoo_run("predict", run, "--text", "the cats 猫").stdout.splitlines()
    assert rows[5].split()[:2] == ["##s", f"{expected[3]['probability']:.4f}"]


def test_refusals(refused, encoder_runs, byte_run, tmp_path):
    run = encoder_runs["text_encoder"]
    assert "langzoo fill is" in refused("predict", encoder_runs["masked_lm"], "--text", "a")
    assert "langzoo generate is" in refused("predict", byte_run, "--text", "a")
    assert "--pair is given 1 times and --text 2 times" in refused(
        "predict", run, "--text", "a", "--text", "b", "--pair", "c"
    )
    assert "which has no prompts" in refused(
        "predict", encoder_runs["text_classifier"], "--text", "a", "--prompt-name", "query"
    )
    assert "unknown prompt 'query'. Known: none" in refused("predict", run, "--text", "a", "--prompt-name", "query")
    assert "reads no pairs" in refused("predict", encoder_runs["replaced_token_detector"], "--text", "a", "--pair", "b")
    (tmp_path / "a.txt").write_text("a\nb\tc\td\n")
    assert "line 2 has more than one tab" in refused("predict", run, "--file", tmp_path / "a.txt")
    assert "standard input is empty" in refused("predict", run, input="")
    assert "is not UTF-8" in refused("predict", run, "--text", "a", "--pair", "\udcff")
