import json
from typing import Literal

import pydantic
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.model_config import ModelConfig


class NetConfig(ModelConfig):
    family = "net"
    hidden_dim: pydantic.PositiveInt = 8
    filters: tuple[tuple[int, int], ...] = ()
    dropout: float = pydantic.Field(default=0.0, ge=0, lt=1)
    norm: Literal["rms", "layer"] = "layer"

    @pydantic.model_validator(mode="after")
    def _check(self):
        if self.hidden_dim % 2:
            raise ValueError(f"hidden_dim must be even,\nnot {self.hidden_dim}")
        return self

    def body_count(self) -> int:
        return self.vocabulary_size * self.hidden_dim


BASE = NetConfig(vocabulary_size=10)


def test_dict_round_trip_goes_through_json():
    config = BASE.variant(filters=((1, 32), (2, 64)), dropout=0)
    values = json.loads(json.dumps(config.to_dict()))
    assert values["filters"] == [[1, 32], [2, 64]]
    assert NetConfig.from_dict(values) == config
    assert hash(NetConfig.from_dict(values)) == hash(config)


def test_variant_leaves_the_original_and_keeps_the_class():
    changed = BASE.variant(hidden_dim=16)
    assert (type(changed), changed.parameter_count(), BASE.parameter_count()) == (NetConfig, 160, 80)


def test_is_frozen_and_abstract():
    with pytest.raises(pydantic.ValidationError):
        BASE.hidden_dim = 4
    with pytest.raises(TypeError, match="body_count"):
        ModelConfig(vocabulary_size=10)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"hiden_dim": 4},
            "vocabulary_size is missing; unknown key 'hiden_dim'. Did you mean hidden_dim? "
            "Known: dropout, filters, hidden_dim, norm, vocabulary_size",
        ),
        ({"vocabulary_size": "200"}, "vocabulary_size must be a valid integer, got '200' (str)"),
        ({"vocabulary_size": True}, "vocabulary_size must be a valid integer, got True (bool)"),
        ({"vocabulary_size": 0}, "vocabulary_size must be greater than 0, got 0 (int)"),
        ({"vocabulary_size": 1, "dropout": float("nan")}, "dropout must be a finite number, got nan (float)"),
        ({"vocabulary_size": 1, "norm": "rms\n"}, "norm must be 'rms' or 'layer', got 'rms\\n' (str)"),
        ({"vocabulary_size": 1, "filters": [[1, "二"]]}, "filters.0.1 must be a valid integer, got '二' (str)"),
        ({"vocabulary_size": 1, "hidden_dim": 3}, "hidden_dim must be even, not 3"),
        ([1], "must be an object of fields and values, got [1] (list)"),
    ],
)
def test_a_bad_dict_is_one_line(values, message):
    with pytest.raises(UserError) as caught:
        NetConfig.from_dict(values)
    assert str(caught.value) == f"NetConfig: {message}"


def test_a_bad_variant_is_a_user_error():
    with pytest.raises(UserError, match=r"hidden_dim must be greater than 0, got -2"):
        BASE.variant(hidden_dim=-2)
