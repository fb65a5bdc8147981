import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.learning_rate_test import LearningRateTest, find_learning_rate
from langzoo.trainers.train import train
from langzoo.trainers.train_request import CACHE_FOLDER, RATE_FILES, TrainRequest
from rich.console import Console

SETTINGS = {"steps": 2, "data.batch_size": 4, "data.sequence_length": 8, "sample_tokens": 0, "histogram_every": 0}


@pytest.mark.ci
def test_the_rate_rises_and_the_run_is_as_if_nothing_had_been(text, tmp_path):
    def request(run):
        return TrainRequest("lstm_tiny", data=[text], run=tmp_path / run, tokenizer="char", settings=SETTINGS)

    found = find_learning_rate(request("tested"), steps=71, console=Console(quiet=True))
    assert {path.name for path in (tmp_path / "tested").iterdir()} == {CACHE_FOLDER, *RATE_FILES}
    steps = np.arange(len(found.rates))
    np.testing.assert_allclose(found.rates, 1e-6 * 1e7 ** (steps / 71), rtol=1e-3)
    mean = 0.0
    for step, loss in enumerate(found.losses, start=1):
        mean = 0.9 * mean + 0.1 * loss
        assert found.smoothed[step - 1] == pytest.approx(mean / (1 - 0.9**step))
    assert found.losses[0] > min(found.smoothed) and found.suggested == pytest.approx(found.lowest / 10, rel=0.05)
    assert 1e-4 < found.suggested < 0.5
    assert (tmp_path / "tested" / RATE_FILES[0]).read_bytes()[1:4] == b"PNG"
    table = (tmp_path / "tested" / RATE_FILES[1]).read_text().splitlines()
    assert table[0] == "rate\tloss\tsmoothed" and len(table) == 1 + len(found.rates)
    # The run that follows in the folder is the one that there would have been.
    first, second = (train(request(run), console=Console(quiet=True)).model for run in ("tested", "fresh"))
    for one, other in zip(first.weights, second.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    with pytest.raises(UserError, match="holds a run already"):
        find_learning_rate(request("tested"), console=Console(quiet=True))


def test_suggests_a_tenth_of_the_rate_with_the_lowest_loss():
    found = LearningRateTest(rates=[1e-4, 1e-3, 0.0123, 0.1], losses=[4, 3, 2, 3], smoothed=[4, 3.5, 2.5, 2.6])
    assert (found.lowest, found.suggested) == (0.0123, 0.0012)
    assert found.table().splitlines()[3] == "1.230e-02\t2.0000\t2.5000"
