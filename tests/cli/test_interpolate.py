"""langzoo interpolate, and the other commands on models that draw a vector first."""

import json

import keras
import langzoo.zoo as zoo
import pytest
from langzoo.layers import WordTokenizer

from tests.cli.conftest import WORDS


@pytest.fixture(scope="module")
def latent_run(tmp_path_factory):
    keras.utils.set_random_seed(1)
    folder = tmp_path_factory.mktemp("latent")
    tokenizer = WordTokenizer(WORDS, split="punctuation")
    zoo.create("lstm_vae_tiny", tokenizer=tokenizer, vocabulary_size=9, initializer_range=0.5).save_run(folder)
    return folder


@pytest.mark.ci
def test_a_walk_of_as_many_sentences(langzoo_run, latent_run):
    arguments = ("interpolate", latent_run, "the cat", "the mat sat", "--steps", 3, "--max-tokens", 4)
    found = json.loads(langzoo_run(*arguments, "--json").stdout)
    assert [each["share"] for each in found["steps"]] == [0.0, 0.5, 1.0]
    expected = zoo.load(latent_run).interpolate("the cat", "the mat sat", steps=3, max_tokens=4)
    assert found["steps"] == expected
    shown = langzoo_run(*arguments).stdout.splitlines()
    assert [line.split()[0] for line in shown] == ["share", "0.000", "0.500", "1.000"]


def test_what_is_asked_wrongly(refused, latent_run, word_run):
    line = refused("interpolate", word_run, "a", "b")
    assert "langzoo interpolate is for latent_lm models" in line and "is a causal_lm model" in line
    assert "no_option" in refused("interpolate", latent_run, "a", "b", "--option", "no_option=3")
    assert "langzoo evaluate reports bounds" in refused("score", latent_run, "--text", "the cat")
    line = refused("evaluate", word_run, "--data", __file__, "--importance-samples", 3)
    assert "evaluate --importance-samples is for latent_lm models" in line


@pytest.mark.ci
def test_clusters_are_the_components_of_the_prior(langzoo_run, refused, latent_run, tmp_path):
    (tmp_path / "lines.txt").write_text("the cat\n\nthe mat sat\n", encoding="utf-8")
    keras.utils.set_random_seed(1)
    tokenizer = WordTokenizer(WORDS, split="punctuation")
    changes = {"vocabulary_size": 9, "prior": "tree", "tree_branching": 2, "initializer_range": 0.5}
    zoo.create("lstm_vae_tiny", tokenizer=tokenizer, **changes).save_run(tmp_path / "tree")
    arguments = ("cluster", tmp_path / "tree", "--data", tmp_path / "lines.txt")
    found = json.loads(langzoo_run(*arguments, "--json").stdout)
    assert {each["cluster"] for each in found["clusters"]} == {"0.0", "0.1", "1.0", "1.1"}
    assert sum(each["count"] for each in found["clusters"]) == found["texts"] == 2
    assert "of the prior's 4 components have sentences" in langzoo_run(*arguments).stdout
    line = refused("cluster", latent_run, "--data", tmp_path / "lines.txt")
    assert "model.prior=mixture" in line
    assert "a latent_lm has those of its prior" in refused(*arguments, "--save", tmp_path / "a.safetensors")
