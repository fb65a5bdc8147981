import math
from pydoc_data.topics import topics

import pytest
from langzoo.trainers.recipes import recipe_for
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from langzoo.zoo import named_models
from rich.console import Console

TINY = 100_000  # parameters


def test_tiny_models_have_a_rate_at_which_they_learn():
    tiny = [model for model in named_models() if model.parameters < TINY and model.task in ("causal_lm", "masked_lm")]
    rates = {
        model.name: recipe_for(model.name, model.config.family).optimizer.learning_rate
        for model in tiny
        if model.config.family != "ngram"
    }
    assert {"bert_nano", "roberta_tiny", "distilbert_tiny", "gpt2_tiny", "lstm_tiny"} <= set(rates)
    assert min(rates.values()) >= 2e-3, rates


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bert_nano", "roberta_tiny", "distilbert_tiny"])
def test_tiny_encoders_learn_in_two_hundred_steps(name, tmp_path):
    """As much as how frequent each piece is; from ln 1000 = 6.9 on. At a rate of 1e-4 the loss stays over 6.7."""
    (tmp_path / "text.txt").write_text("".join(topics[topic] for topic in sorted(topics)))
    settings = {"steps": 200, "sample_tokens": 0, "histogram_every": 0}
    request = TrainRequest(model=name, data=[tmp_path / "text.txt"], run=tmp_path / "run", settings=settings)
    result = train(request, console=Console(quiet=True))
    assert result.final_loss < math.log(1000) - 0.5
