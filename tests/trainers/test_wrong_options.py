"""Options with values that cannot be: one line, before any work, so that nothing is left behind. All of them."""

import inspect

import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.trainers import TrainRequest, train
from langzoo.trainers.data.readers import READERS
from langzoo.trainers.objectives import OBJECTIVES
from langzoo.trainers.tasks import TRAININGS
from langzoo.zoo.tasks import TASKS

WRONG = {"no": ["such", "value"]}
MODELS = ("roberta_tiny", "electra_tiny", "gpt2_tiny", "transformer_tiny", "lstm_vae_tiny")
BASE = set(inspect.signature(zoo.tasks.EncoderModel.__init__).parameters)


def options_of_tasks():
    for task in sorted(TRAININGS):
        of_class = inspect.signature(TASKS[task].__init__).parameters
        yield from ((task, option) for option in sorted({*of_class} - BASE - {"kwargs", "heads", "backbone"}))


def options_of_objectives():
    for name in sorted(OBJECTIVES):
        yield from ((name, field) for field in sorted({*OBJECTIVES[name].Config.model_fields} - {"name"}))


def options_of_readers():
    for name in sorted(READERS):
        yield from ((name, option) for option in sorted(READERS[name].own_options()))


def refused(tmp_path, task, settings):
    """What is said of a setting, once nothing is left of the run."""
    text, run = tmp_path / "texts.txt", tmp_path / "runs" / "new"
    text.write_text("the cat sat\tit sat\n" * 9)
    (model, *_) = [name for name in MODELS if TASKS[task].fits(zoo.named_model(name).config)]
    with pytest.raises(UserError) as caught:
        train(TrainRequest(model, data=[text], run=run, task=task, tokenizer="byte", settings=settings))
    assert "\n" not in str(caught.value) and not run.parent.exists()
    return str(caught.value)


@pytest.mark.parametrize(("task", "option"), list(options_of_tasks()))
def test_options_of_tasks(task, option, tmp_path):
    assert option in refused(tmp_path, task, {f"task.{option}": WRONG}) or option == "default_prompt_name"


@pytest.mark.parametrize(("name", "field"), list(options_of_objectives()))
def test_settings_of_objectives(name, field, tmp_path):
    settings = {"objective.name": name, f"objective.{field}": WRONG}
    assert f"objective.{field}" in refused(tmp_path, OBJECTIVES[name].tasks[0], settings)


@pytest.mark.parametrize(("name", "option"), list(options_of_readers()))
def test_options_of_readers(name, option, tmp_path):
    settings = {"data.reader": name, "data.reader_options": {option: WRONG}}
    assert option in refused(tmp_path, "text_classifier", settings)


@pytest.mark.parametrize(
    ("task", "name", "option", "value"),
    [("text_classifier", "csv", "delimiter", ";;"), ("token_tagger", "conll", "scheme", "bilou2")],
)
def test_values_of_the_right_type(task, name, option, value, tmp_path):
    settings = {"data.reader": name, "data.reader_options": {option: value}}
    assert value in refused(tmp_path, task, settings) or option == "delimiter"
