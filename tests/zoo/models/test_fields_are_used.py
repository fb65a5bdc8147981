"""No field of a configuration is idle: whatever a user sets is read when the model is built or called."""

import pytest
import tensorflow as tf
from langzoo import zoo
from langzoo.zoo.model_config import ModelConfig
from langzoo.zoo.tasks import TASKS

NAMES = [
    "bert_nano",
    "roberta_tiny",
    "distilbert_tiny",
    "electra_tiny",
    "gpt2_tiny",
    "llama_tiny",
    "pangu_tiny",
    "transformer_lm_tiny",
    "transformer_tiny",
    "t5_tiny",
    "lstm_tiny",
    "bilstm_next_word",
    "gru_tiny",
    "nnlm_tiny",
    "char_cnn_lstm_tiny",
    "awd_lstm_tiny",
    "lstm_seq2seq_tiny",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_read(name, monkeypatch):
    config, read = zoo.named_model(name).config, set()
    look_up = ModelConfig.__getattribute__

    def noted(self, attribute):
        read.add(attribute)
        return look_up(self, attribute)

    monkeypatch.setattr(ModelConfig, "__getattribute__", noted)
    for task in config.fitting_tasks():
        if task == "multi_task":  # of heads of the others
            continue
        model = TASKS[task](config, name="model")
        ids = {key: tf.ones((1, 2), spec.dtype) for key, spec in model.input_signature().items()}
        model(ids)
    assert sorted(set(type(config).model_fields) - read) == []
