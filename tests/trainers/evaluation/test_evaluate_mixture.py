import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers import WordTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.evaluation.evaluate_mixture import evaluate_mixture
from langzoo.trainers.recipes import recipe_for

WORDS = ["<unk>", "<eos>", "a", "b", "c", "d"]


@pytest.fixture(scope="module")
def models():
    tokenizer = WordTokenizer(WORDS)
    made = {"lstm": zoo.create("lstm_tiny", tokenizer=tokenizer), "hmm": zoo.create("hmm_tiny", tokenizer=tokenizer)}
    made["gpt"] = zoo.create("gpt2_tiny", tokenizer=tokenizer, max_sequence_length=16)
    return {name: (model, recipe_for(model.name, model.config.family)) for name, model in made.items()}


@pytest.fixture
def text(tmp_path):
    draw = np.random.default_rng(0)
    lines = [" ".join(draw.choice(["a", "b", "c", "d"], draw.integers(1, 9))) for _ in range(60)]
    (tmp_path / "t.txt").write_text("\n".join(lines) + "\n")
    return tmp_path / "t.txt"


@pytest.mark.ci
def test_each_component_has_the_perplexity_that_evaluate_gives(models, text, tmp_path):
    """A stream with a carried state, and blocks: every token of both once, in one order."""
    found = evaluate_mixture(models, [text], weights=[0.25, 0.25, 0.25, 0.25], cache=(20, 0.9), batch_size=3)
    tokens = None
    for name, (model, training) in models.items():
        corpus = TokenCorpus.from_files([text], model.tokenizer, cache=tmp_path / "cache")
        alone = evaluate(model, corpus, training=training)
        assert found.losses[name] == pytest.approx(alone.loss, abs=1e-5)
        tokens = alone.tokens
    assert found.tokens == tokens and found.held_out_tokens == 0
    assert found.loss < max(found.losses.values())


@pytest.mark.ci
def test_the_part_that_weights_are_found_on_is_not_scored(models, text):
    one = {"lstm": models["lstm"]}
    found = evaluate_mixture(one, [text], cache=(20, 1.0))
    whole = evaluate_mixture(one, [text], cache=(20, 1.0), held_out=[text])
    assert found.tokens + found.held_out_tokens == whole.tokens == whole.held_out_tokens
    assert found.held_out.startswith(f"the first {found.held_out_tokens} tokens of the data")
    assert whole.loss <= min(whole.losses.values()) + 1e-4  # towards a weight of 0 it is slow
    assert sum(whole.weights.values()) == pytest.approx(1)


def test_another_vocabulary(models, text):
    other = zoo.create("lstm_tiny", tokenizer=WordTokenizer([*WORDS, "e"]))
    given = {"lstm": models["lstm"], "other": (other, models["lstm"][1])}
    with pytest.raises(UserError, match="--with other: its vocabulary differs from that of lstm"):
        evaluate_mixture(given, [text])


def test_too_little_text(models, tmp_path):
    (tmp_path / "t.txt").write_text("a b\n")
    with pytest.raises(UserError, match="3 tokens are too few to find weights"):
        evaluate_mixture({"hmm": models["hmm"]}, [tmp_path / "t.txt"], cache=(5, 1.0))
