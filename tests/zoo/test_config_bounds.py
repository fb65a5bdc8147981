"""Integers of every family's configuration have bounds, and what no machine can hold is refused before it is built."""

import typing

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo import create, memory_check, named_models
from langzoo.zoo.memory_check import check_memory
from langzoo.zoo.models.lstm import LSTMConfig

SMALLEST = {}
for _model in named_models():
    _least = SMALLEST.setdefault(_model.config.family, _model)
    if _model.config.parameter_count() < _least.config.parameter_count():
        SMALLEST[_model.config.family] = _model


def _integers(config):
    """The fields that take an integer, with or without None."""
    for name, field in type(config).model_fields.items():
        kinds = typing.get_args(field.annotation) or (field.annotation,)
        if any(kind is int or int in typing.get_args(kind) for kind in kinds) or field.annotation is int:
            yield name


FIELDS = [(family, name) for family, model in SMALLEST.items() for name in _integers(model.config)]


def test_every_family_has_integers():
    assert len(SMALLEST) > 10 and {family for family, _ in FIELDS} == set(SMALLEST)
    assert ("gpt2", "local_attention_window") in FIELDS and ("llama", "head_dim") in FIELDS


@pytest.mark.parametrize(("family", "name"), FIELDS, ids=lambda value: value)
def test_integers_have_bounds(family, name):
    config = SMALLEST[family].config
    for value in (2**31, 2**63 - 1, 2**64, 10**400, -1):
        with pytest.raises(UserError, match=name) as caught:
            config.variant(**{name: value})
        assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.parametrize("family", SMALLEST)
def test_models_that_fit_no_machine_are_refused_before_they_are_built(family, monkeypatch):
    monkeypatch.setattr(memory_check, "machine_memory", lambda: 8_000_000_000)
    model = SMALLEST[family]
    with pytest.raises(UserError, match=r"parameters, .* GB of weights, and this machine has .* GB of memory: lower"):
        create(model.name, vocabulary_size=2**31 - 1, **_wide(model.config))


def _wide(config):
    if config.family == "ngram":
        return {"order": 2, "num_bigrams": 2**31 - 1}
    if config.family == "bayes":
        return {"network": "multinomial"}
    if config.family == "backoff":
        return {"num_ngrams": [2**31 - 1], "longest_rows": [1]}
    width = {"text_cnn": "num_filters", "hmm": "num_states"}.get(config.family, "hidden_dim")
    return {width: 4096 if config.family == "hmm" else 2**24}


def test_what_fits():
    config = LSTMConfig(vocabulary_size=100, embedding_dim=8, hidden_dim=4)
    check_memory(config, name="mine", memory=4 * config.parameter_count())
    with pytest.raises(UserError, match=r"mine would have .*: lower vocabulary_size \(100\), embedding_dim \(8\)"):
        check_memory(config, name="mine", memory=4 * config.parameter_count() - 1)
