import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.train_request import TrainRequest


@pytest.fixture
def request_for(tmp_path):
    (tmp_path / "a.txt").write_text("some text\n")

    def make(**changes):
        return TrainRequest(**{"model": "lstm_tiny", "data": [tmp_path / "a.txt"], "run": tmp_path / "run", **changes})

    return make


def test_settings_of_model_and_training_go_their_ways(request_for):
    resolved = request_for(settings={"model.dropout": 0.25, "data.batch_size": 3}).resolve()
    assert (resolved.name, resolved.task) == ("lstm_tiny", "causal_lm")
    assert resolved.config.dropout == 0.25
    assert resolved.training.data.batch_size == 3
    assert request_for(model="lstm_small").resolve().training.epochs == 13  # its own recipe


@pytest.mark.parametrize(
    ("entries", "resume", "fits"),
    [
        ([], False, True),
        (["cache/"], False, True),
        (["cache/", ".files.0a1b2c3d.part/", ".files.lock"], False, True),
        (["training.json"], False, False),
        (["training.json"], True, False),
        (["tokenizer/"], True, False),
        (["thesis.txt"], True, False),
    ],
)
def test_a_folder_is_a_place_for_a_run_if_nothing_else_is_in_it(entries, resume, fits, request_for, tmp_path):
    (tmp_path / "run").mkdir()
    for name in entries:
        path = tmp_path / "run" / name
        path.mkdir() if name.endswith("/") else path.write_text("mine")
    if fits:
        request_for(resume=resume).resolve()
        return
    with pytest.raises(UserError, match="not empty and holds no run"):
        request_for(resume=resume).resolve()


def test_no_file_at_all(request_for):
    with pytest.raises(UserError, match="no text file was given"):
        request_for(data=[]).resolve()
