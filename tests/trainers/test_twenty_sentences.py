"""The smoke test of BERT's authors (README of google-research/bert): a little text is learnt by heart."""

import pytest
from langzoo.trainers.run_metrics import read_metrics
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console

SENTENCES = """The cat sat on the red mat by the door.
A small boat crossed the river before noon.
My brother plays the violin every Sunday evening.
Snow fell on the quiet mountain village.
The baker sells fresh bread and warm rolls.
Two engineers repaired the old stone bridge.
She painted a picture of the blue harbour.
Farmers harvest wheat at the end of summer.
The train to London leaves at seven.
Our teacher explained how volcanoes erupt.
Honey bees dance to show where flowers grow.
The museum keeps a golden crown in a glass case.
He wrote long letters to his friend in Peru.
A strong wind broke the tallest pine tree.
The doctor gave the child some bitter medicine.
Wolves hunt together through the dark forest.
The king ordered a castle built of white marble.
Children gather shells along the sandy beach.
An owl watched the field from an oak branch.
The library closes early on rainy Fridays.
"""


@pytest.mark.slow
def test_twenty_sentences_are_learnt_by_heart(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(SENTENCES)
    settings = {
        "steps": 1500,
        "validate_every": 750,
        "data.sequence_length": 16,
        "data.documents": "lines",
        "model.hidden_dim": 64,
        "model.dropout": 0.0,
        "model.attention_dropout": 0.0,
        "sample_tokens": 0,
        "histogram_every": 0,
    }
    request = TrainRequest("bert_nano", data=[path], valid=[path], run=tmp_path / "run", settings=settings)
    train(request, console=Console(quiet=True))
    last = read_metrics(tmp_path / "run")[-1]
    assert last["val_masked_token_accuracy"] > 0.95
    assert last["masked_token_accuracy"] > 0.9  # of places drawn anew each time, over the second half of the run
