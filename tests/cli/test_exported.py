"""Commands on SavedModels and `.tflite` files: what they print of a run, they print of its exports."""

import json

import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers.plain.size_in_words import size_in_words

pytestmark = pytest.mark.usefixtures("keep_loaded")

KINDS = ("saved_model", "litert")
ENCODERS = {
    "masked_lm": ["fill", "--text", "the [MASK] sat", "--text", "[MASK]猫[MASK],"],
    "text_encoder": ["predict", "--text", "the cats", "--text", "猫"],
    "text_classifier": ["predict", "--text", "the cats", "--pair", "狗 sat", "--text", "mat", "--pair", "the"],
    "replaced_token_detector": ["predict", "--text", "the cats 猫"],
}


def close(found, expected):
    if isinstance(expected, dict):
        return list(found) == list(expected) and all(close(found[name], expected[name]) for name in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(close(a, b) for a, b in zip(found, expected, strict=True))
    if isinstance(expected, float):
        return found == pytest.approx(expected, rel=1e-6, abs=1e-4)
    return found == expected


def documents(result):
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


# SavedModels take twenty seconds each.
@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("text_classifier", "litert"),
        *(pytest.param(task, "litert", marks=pytest.mark.ci) for task in ENCODERS if task != "text_classifier"),
        *(pytest.param(task, "saved_model", marks=pytest.mark.slow) for task in ENCODERS),
    ],
)
def test_encoders(task, kind, langzoo_run, encoder_runs, exported):
    command, *texts = ENCODERS[task]
    path = exported(encoder_runs[task], kind)
    expected = documents(langzoo_run(command, encoder_runs[task], *texts, "--json"))
    assert close(documents(langzoo_run(command, path, *texts, "--json")), expected)
    shown = [langzoo_run(command, place, *texts).stdout.splitlines() for place in (encoder_runs[task], path)]
    assert len(shown[0]) == len(shown[1]) > 2 and shown[0][0] == shown[1][0]
    described = json.loads(langzoo_run("describe", path, "--json").stdout)
    assert (described["kind"], described["task"], described["path"]) == (kind, task, str(path))
    assert described["bytes"] == sum(
        f.stat().st_size for f in ([path] if path.is_file() else path.rglob("*")) if f.is_file()
    )
    assert {"model", "files", "format"}.isdisjoint(described)


@pytest.mark.parametrize("kind", [pytest.param("saved_model", marks=pytest.mark.ci), "litert"])
def test_models_that_write(kind, langzoo_run, word_run, exported, text_file):
    path = exported(word_run, kind)
    for line in (
        ["score", "--text", "the cat", "--file", text_file, "--json"],
        ["generate", "--prompt", "the", "--file", text_file, "--num-samples", 2, "--temperature", 1, "--json"],
    ):
        expected, found = (documents(langzoo_run(line[0], place, *line[1:])) for place in (word_run, path))
        assert close(found, expected)
    shown = langzoo_run("describe", path).stdout
    size = size_in_words(json.loads(langzoo_run("describe", path, "--json").stdout)["bytes"])
    assert all(part in shown for part in ("causal_lm", str(path), size))


def metrics(result):
    (found,) = documents(result)
    found.pop("model")
    return found


@pytest.mark.parametrize(
    ("run", "kind"),
    [
        *(("word_run", kind) for kind in KINDS),
        *(pytest.param("gpt2_run", kind, marks=pytest.mark.slow) for kind in KINDS),
    ],
)
def test_perplexity_is_that_of_the_run(run, kind, langzoo_run, exported, tmp_path, request):
    """Of a stream, read in segments of 4,096 tokens with the state carried, and of blocks."""
    run, text = request.getfixturevalue(run), tmp_path / "text.txt"
    text.write_text("the cat sat on the mat , 猫 dog\n" * 600, encoding="utf-8")
    expected = metrics(langzoo_run("evaluate", run, "--data", text, "--json"))
    found = metrics(langzoo_run("evaluate", exported(run, kind), "--data", text, "--json"))
    assert close(found, expected)
    assert found["tokens"] > 4096 and found["bits_per_byte"] > 0


@pytest.mark.slow
def test_a_shorter_context_is_told(langzoo_run, gpt2_run, exported, tmp_path):
    """The number is then that of blocks of that length, which is worked out from the scores of their texts."""
    text = "the cat sat on the mat, "
    (tmp_path / "text.txt").write_text(text)
    result = langzoo_run("evaluate", exported(gpt2_run, "litert", 9), "--data", tmp_path / "text.txt", "--json")
    told = "langzoo: the file reads 9 tokens of a text and the model 128: evaluated in blocks of 9\n"
    assert result.stderr == told
    model = zoo.load(gpt2_run)
    ids = [*text.encode(), model.tokenizer.end_id]
    before, losses = [model.tokenizer.start_id, *ids[:-1]], []
    for first in range(0, len(ids), 9):
        logits = model({"token_ids": np.array([before[first : first + 9]])})["logits"].numpy()[0]
        logits -= np.log(np.exp(logits).sum(-1, keepdims=True))
        losses += [-row[target] for row, target in zip(logits, ids[first : first + 9], strict=True)]
    found = json.loads(result.stdout)
    assert found["tokens"] == len(ids) and found["loss"] == pytest.approx(np.mean(losses), abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_pairs_are_measured_as_for_the_run(kind, langzoo_run, refused, seq2seq_run, exported, tmp_path):
    pairs, path = tmp_path / "pairs.tsv", exported(seq2seq_run, kind)
    pairs.write_text("the cat\tcat sat on mat\n猫 , the\tdog 猫\nmat\tthe\n", encoding="utf-8")
    expected = metrics(langzoo_run("evaluate", seq2seq_run, "--data", pairs, "--json"))
    assert close(metrics(langzoo_run("evaluate", path, "--data", pairs, "--batch-size", 2, "--json")), expected)
    assert expected["unknown_rate"] > 0
    sides = [tmp_path / "a.en", tmp_path / "a.de"]
    for place, side in enumerate(sides):
        lines = pairs.read_text(encoding="utf-8").splitlines()
        side.write_text("".join(f"{line.split(chr(9))[place]}\n" for line in lines), encoding="utf-8")
    asked = ["--reader", "parallel", "--data", *sides, "--json"]
    assert close(metrics(langzoo_run("evaluate", path, *asked)), expected)
    assert close(metrics(langzoo_run("evaluate", seq2seq_run, *asked)), expected)
    pairs.write_text("the\tcat\n" + "the " * 600 + "\tcat\n")
    assert "pairs 1 to 2: a text is longer than this" in refused("evaluate", path, "--data", pairs)
    pairs.write_text("no pair")
    assert "line 1 is not a pair" in refused("evaluate", path, "--data", pairs)


@pytest.mark.ci
def test_similarity_is_that_of_the_run(langzoo_run, encoder_runs, exported, tmp_path):
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("the cat\tthe cats\t4.5\nmat\t狗 sat on\t1\n猫\t狗\t3\n", encoding="utf-8")
    run = encoder_runs["text_encoder"]
    found, expected = (
        metrics(langzoo_run("evaluate", place, "--task", "sts", "--data", pairs, "--json"))
        for place in (exported(run, "litert"), run)
    )
    assert found["spearman"] == pytest.approx(expected["spearman"])
    assert found["pearson"] == pytest.approx(expected["pearson"], abs=1e-4)


def test_what_an_export_is_not_for(refused, encoder_runs, word_run, exported, text_file):
    masked, words = exported(encoder_runs["masked_lm"], "litert"), exported(word_run, "litert")
    assert "is a masked_lm model, which langzoo generate is not for; langzoo fill is" in refused(
        "generate", masked, "--prompt", "a"
    )
    assert "langzoo generate is" in refused("predict", words, "--text", "a")
    assert "is an exported model; name the run directory" in refused("attention", masked, "--text", "a")
    assert "has no [MASK] where the model reads" in refused("fill", masked, "--text", "the cat")
    assert "count must be an integer from 1 to 14" in refused("fill", masked, "--text", "[MASK]", "--count", 15)
    told = refused("evaluate", masked, "--data", text_file)
    assert "can only be evaluated from its run: name the run directory" in told
    assert "--task sts is not for a causal_lm model" in refused("evaluate", words, "--task", "sts", "--data", text_file)
    vectors = exported(encoder_runs["text_encoder"], "litert")
    assert "unknown prompt 'query'. Known: none" in refused("predict", vectors, "--text", "a", "--prompt-name", "query")
