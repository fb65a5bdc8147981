import json

import pytest
from langzoo.cli.console import output
from langzoo.cli.explanation_table import MOST_WORDS, explanation_table

from tests.cli.test_sample import run  # noqa: F401


def test_the_strongest_words_and_the_sum_of_the_others(capsys):
    parts = [{"word": f"w{i}", "count": i % 2, "log_odds": 2.0 - i / 8} for i in range(MOST_WORDS + 4)]
    parts[1] |= {"word": None}
    found = {"label": "+", "against": "-", "log_odds": 17.0, "prior": -1.0, "contributions": parts}
    output().print(explanation_table(found))
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 1 + MOST_WORDS + 3
    assert shown[1].split()[:3] == ["w0", "no", "+2.0000"] and shown[2].startswith("no other word")
    assert shown[-3].split()[:3] == ["4", "more", f"{sum(part['log_odds'] for part in parts[MOST_WORDS:]):+.4f}"]
    assert shown[-2].split()[3] == "-1.0000" and shown[-1].split() == ["together", "+17.0000"]


def test_a_tree_names_what_a_word_depends_on(capsys):
    parts = [{"word": "good", "count": 1, "given": "not", "given_count": 0, "log_odds": 1.0}]
    output().print(explanation_table({"label": "+", "against": "-", "log_odds": 1, "prior": 0, "contributions": parts}))
    assert "no not" in capsys.readouterr().out.splitlines()[1]


@pytest.mark.ci
def test_predict_explains(langzoo_run, refused, run, byte_run, encoder_runs):  # noqa: F811
    shown = langzoo_run("predict", run, "--text", "good cat", "--explain").stdout
    assert "before any word" in shown and "together" in shown
    (line,) = langzoo_run("predict", run, "--text", "good cat", "--explain", "--json").stdout.splitlines()
    found = json.loads(line)
    assert found["log_odds"] == pytest.approx(found["prior"] + sum(each["log_odds"] for each in found["contributions"]))
    assert "only Bayesian networks" in refused("predict", encoder_runs["text_classifier"], "--text", "x", "--explain")
    assert "--explain is for runs of" in refused("predict", encoder_runs["text_encoder"], "--text", "x", "--explain")
