import subprocess
import sys

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.recipes import RECIPES, Pretraining
from langzoo.trainers.recipes.published import HIGHEST_RATE, Published, scaled_to
from langzoo.trainers.train_request import TrainRequest
from langzoo.zoo import named_model

# Of each paper's shape: model, what is learnt, steps, rows, tokens of a row, rate.
PUBLISHED = [
    ("bert_base_uncased", "masked_and_next_sentence", 1_000_000, 256, 512, 1e-4),
    ("roberta_base", "masked_token", 500_000, 8192, 512, 6e-4),
    ("electra_small", "replaced_token", 1_000_000, 128, 128, 5e-4),
    ("t5_base", "span_corruption", 2**19, 128, 512, 1e-2),
    ("gpt2_small", "next_token", 572_000, 512, 1024, 6e-4),
    ("llama_7b", "next_token", 238_000, 2048, 2048, 3e-4),
    ("bert_wwm_chinese", "masked_and_next_sentence", 200_000, 384, 512, 1e-4),
    ("ernie_1_0", "masked_token", 1_000_000, 256, 512, 1e-4),
]


def scaled(name, **changes):
    model = named_model(name)
    return Pretraining.of(name, model.family).scaled(model.config.variant(**changes))


@pytest.mark.parametrize(("name", "objective", "steps", "rows", "length", "rate"), PUBLISHED)
def test_the_published_shape_gets_the_published_settings(name, objective, steps, rows, length, rate):
    found = scaled(name)
    assert (found.objective.name, found.steps, found.data.batch_size) == (objective, steps, rows)
    assert (found.data.sequence_length, found.optimizer.learning_rate) == (length, rate)


def test_a_smaller_shape_reads_as_many_tokens_for_each_parameter():
    """The body of bert_tiny has 462,592 parameters beside its vocabulary, that of bert_base 85,450,752."""
    name, share = "bert_tiny_uncased", 462_592 / 85_450_752
    assert Published.of(named_model(name).config).parameters == 462_592
    found = scaled(name)
    assert found.data.batch_size == 16  # 256 · sqrt(share) = 18.8, in eights
    assert found.steps * found.data.batch_size == pytest.approx(1_000_000 * 256 * share, rel=0.02)
    assert found.optimizer.learning_rate == pytest.approx(1e-4 * 768 / 128)
    assert (found.data.sequence_length, found.data.phases) == (512, "128:0.9")


def test_lengths_are_those_that_the_model_has():
    found = scaled("bert_nano")
    assert (found.data.sequence_length, found.data.phases) == (128, "32:0.9")
    assert found.optimizer.learning_rate == pytest.approx(min(1e-4 * 768 / 32, HIGHEST_RATE))


def test_a_larger_shape_gets_what_is_published():
    assert scaled("bert_large_uncased") == scaled("bert_base_uncased")


def test_rates_that_are_shares_of_the_weights_stay():
    model, recipe = named_model("bert_tiny_uncased"), Pretraining.of("bert_tiny_uncased", "bert")
    lamb = recipe.training.with_settings({"optimizer.name": "lamb"})
    assert scaled_to(model.config, lamb, published=recipe.published).optimizer.learning_rate == 1e-4
    assert scaled("t5_tiny").optimizer.learning_rate == 1e-2


def test_a_model_without_a_head_for_pairs_learns_masked_tokens_alone():
    assert scaled("minilm_l6_uncased").objective.name == "masked_token"


def test_a_request_resolves_to_it(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("a b c\n\nd e f\n")

    def resolved(model, **settings):
        request = TrainRequest(model, data=[text], run=tmp_path / "run", task="pretrain", settings=settings)
        return request.resolve()

    found = resolved("electra_tiny", **{"optimizer.name": "lamb", "data.batch_size": 24})
    assert (found.task, found.training.optimizer.name, found.training.data.batch_size) == ("electra_pair", "lamb", 24)
    assert found.pretrains
    # Epochs that are asked for go before the paper's steps, and a length of one's own before the paper's.
    found = resolved("bert_nano", **{"epochs": 3, "data.sequence_length": 64})
    assert (found.training.steps, found.training.epochs, found.training.data.phases) == (0, 3, "16:0.9")
    # What layers keep for a batch of the large shapes is more than a machine has.
    assert resolved("bert_base_uncased").training.accumulation_steps == 64
    assert resolved("bert_nano").training.accumulation_steps == 1
    with pytest.raises(UserError, match=r"objective\.names, a file with one name per line, goes with"):
        resolved("ernie_1_0")
    with pytest.raises(UserError, match=r"unknown family with a recipe of pre-training: 'lstm'\. Known: bert, "):
        resolved("lstm_tiny")


def test_all_is_known_without_tensorflow():
    code = (
        "import sys; from langzoo.trainers.recipes import Pretraining; Pretraining.of('t5_tiny', 't5'); "
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_recipes_say_what_they_change():
    assert RECIPES["lstm_small"].own_options()["optimizer.name"] == "sgd"
    assert RECIPES["bert_pretraining"].own_options()["data.phases"] == "128:0.9"
