import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import BlockSource, TokenCorpus
from langzoo.trainers.data.phased_source import PhasedSource
from langzoo.trainers.tasks import training_class
from langzoo.trainers.training_config import TrainingConfig
from langzoo.zoo import named_model


def corpus(size=400):
    tokens = np.arange(size, dtype=np.int32) % 50
    return TokenCorpus(tokens, np.array([0, size]), num_bytes=size, num_unknown=0, start_id=0)


def phased(*, total_steps=20, epochs=1):
    parts = [BlockSource(corpus(), batch_size=4, sequence_length=length, seed=3) for length in (5, 10, 20)]
    return PhasedSource(parts, shares=[0.5, 0.3], total_steps=total_steps, epochs=epochs), parts


def test_each_batch_is_one_of_its_phase_in_whatever_order_it_is_asked_for():
    source, parts = phased()
    assert source.borders == (0, 10, 16, 20)
    for step in (19, 0, 9, 10, 15, 16, 3):
        place = sum(step >= border for border in (10, 16))
        found, expected = source.rows(step, 1, 2), parts[place].rows(step - (0, 10, 16)[place], 1, 2)
        for name, value in expected.items():
            np.testing.assert_array_equal(found[name], value)


def test_a_graph_is_traced_once_and_sees_as_many_lengths_as_there_are_phases():
    source, _ = phased()
    assert source.fields["token_ids"] == (np.int32, (None,)) and source.fields["start"] == (np.bool_, ())
    shapes = [batch["token_ids"].shape[1] for batch in source.dataset(start=8, steps=10)]
    assert shapes == [5, 5, *[10] * 6, 20, 20]
    assert source.dataset(steps=1).element_spec["token_ids"].shape.as_list() == [4, None]


def test_positions_and_epochs_are_those_of_the_phases():
    source, _ = phased()
    assert source.positions(0, 20) == 4 * (10 * 5 + 6 * 10 + 4 * 20)
    assert source.positions(9, 11) == 4 * (5 + 10) and source.positions(17, 17) == 0
    assert source.epochs(0, 20) == pytest.approx(source.positions(0, 20) / 400)
    assert source.positions(19, 25) == 4 * 20 * 6  # a run whose end moved


def test_epochs_become_steps():
    """400 tokens in 20, 10 and 5 steps: half of the steps read 1/20 of the text each, and so on."""
    source, _ = phased(total_steps=0, epochs=3)
    assert source.steps_per_epoch == round(1 / (0.5 / 20 + 0.3 / 10 + 0.2 / 5))
    assert source.total_steps == 3 * source.steps_per_epoch


def learning(model, **settings):
    config = named_model(model)
    settings = {"data.arrangement": "blocks", "data.batch_size": 2, "data.sequence_length": 20, **settings}
    return training_class(config.task)(TrainingConfig().with_settings(settings), config=config.config)


def test_the_setting_makes_one():
    source = learning("gpt2_tiny", **{"data.phases": "10:0.25", "steps": 8}).batches(corpus())
    assert isinstance(source, PhasedSource)
    assert source.borders == (0, 2, 8) and source.sequence_length == 20


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        ("gpt2_tiny", {"data.phases": "20:0.5"}, "must rise up to data.sequence_length 20"),
        ("gpt2_tiny", {"data.phases": "10:0.5,5:0.2"}, "must rise up"),
        ("lstm_tiny", {"data.phases": "10:0.5", "data.arrangement": "stream"}, "plain text in blocks"),
        ("gpt2_tiny", {"data.phases": "10:0.5,15:0.5"}, "must sum to less than 1"),
        ("gpt2_tiny", {"data.phases": "10"}, "such as 128:0.9, not '10'"),
        ("gpt2_tiny", {"data.phases": "0:.5"}, "such as 128:0.9"),
    ],
)
def test_bad_phases_are_told(model, settings, message):
    with pytest.raises(UserError, match=message):
        learning(model, **settings).batches(corpus())


def test_sources_of_other_rows_are_refused():
    parts = [BlockSource(corpus(), batch_size=size, sequence_length=5, seed=3) for size in (2, 4)]
    with pytest.raises(ValueError, match="number of rows"):
        PhasedSource(parts, shares=[0.5], total_steps=4)
