import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.tasks import TASKS, TextModel, register_task


def test_ours_are_found_without_a_table():
    own = {"causal_lm", "masked_lm", "replaced_token_detector", "seq2seq_lm", "text_classifier", "text_encoder"}
    assert own <= set(TASKS) and all(TASKS[name].task == name for name in own)
    assert TASKS.entry("causal_lm").description.startswith("A")


def test_a_task_says_which_bodies_it_fits():
    names = ("bert_nano", "gpt2_tiny", "t5_tiny", "text_cnn_tiny")
    fitting = {name: set(zoo.named_model(name).config.fitting_tasks()) for name in names}
    of_texts = {"text_classifier", "text_encoder", "token_tagger"}
    assert fitting["gpt2_tiny"] >= {"causal_lm", "text_classifier", "token_tagger"}
    assert fitting["t5_tiny"] == {"seq2seq_lm"}
    assert fitting["bert_nano"] >= of_texts | {"masked_lm", "replaced_token_detector"}
    assert fitting["text_cnn_tiny"] >= of_texts
    assert not fitting["text_cnn_tiny"] & {"masked_lm", "replaced_token_detector", "causal_lm"}
    assert not fitting["gpt2_tiny"] & {"masked_lm", "text_encoder", "seq2seq_lm"}


def test_an_unknown_task_and_a_taken_name():
    with pytest.raises(UserError, match="Did you mean causal_lm"):
        TASKS["causal_ml"]

    class Another(TextModel):
        """Another."""

    with pytest.raises(ValueError, match=r"the name 'masked_lm' of a task is taken by langzoo\.zoo\.tasks\.masked_lm"):
        register_task("masked_lm")(Another)
