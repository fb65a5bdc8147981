import json

import pytest
from langzoo import zoo

from tests.zoo.test_word_explanation import naive


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bayes") / "run"
    zoo.save(naive(), folder)
    return folder


def test_texts_of_a_label(langzoo_run, run):
    given = ("--num-samples", 4, "--length", 3, "--label", "+", "--seed", 2)
    found = langzoo_run("sample", run, *given, "--json")
    assert (found.exit_code, found.stderr) == (0, "")
    rows = [json.loads(line) for line in found.stdout.splitlines()]
    assert rows == zoo.load(run).sample(4, length=3, label="+", seed=2)
    shown = langzoo_run("sample", run, *given).stdout.splitlines()
    assert shown == [f"+\t{' '.join(row['words'])}" for row in rows]


def test_models_that_draw_no_words(refused, byte_run, encoder_runs):
    assert "is a causal_lm model" in refused("sample", byte_run)
    assert "only Bayesian networks" in refused("sample", encoder_runs["text_classifier"])
