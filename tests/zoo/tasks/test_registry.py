import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.tasks import TASKS, TextModel, register_task


def test_ours_are_found_without_a_table():
    own = {"causal_lm", "masked_lm", "replaced_token_detector", "seq2seq_lm", "text_classifier", "text_encoder"}
    assert own <= set(TASKS) and all(TASKS[name].task == name for name in own)
    assert TASKS.entry("causal_lm").description.startswith("A")


def test_a_task_says_which_bodies_it_fits():
    fitting = {name: zoo.named_model(name).config.fitting_tasks() for name in ("bert_nano", "gpt2_tiny", "t5_tiny")}
    assert fitting["gpt2_tiny"] == ["causal_lm", "text_classifier"] and fitting["t5_tiny"] == ["seq2seq_lm"]
    assert fitting["bert_nano"] == ["masked_lm", "replaced_token_detector", "text_classifier", "text_encoder"]


def test_an_unknown_task_and_a_taken_name():
    with pytest.raises(UserError, match="Did you mean causal_lm"):
        TASKS["causal_ml"]

    class Another(TextModel):
        """Another."""

    with pytest.raises(ValueError, match=r"the name 'masked_lm' of a task is taken by langzoo\.zoo\.tasks\.masked_lm"):
        register_task("masked_lm")(Another)
