import pytest
from langzoo.zoo.foreign.foreign_part import ForeignPart
from langzoo.zoo.foreign.keras_hub_rules import hub_dense, hub_fused
from langzoo.zoo.foreign.weight_rules import dense, fused


@pytest.mark.parametrize(
    ("rules", "kernels", "biases"),
    [
        (fused, [("k.weight", True, 8), ("v.weight", True, 4)], [("k.bias", False, 8), ("v.bias", False, 4)]),
        (hub_fused, [("k/kernel", False, 8), ("v/kernel", False, 4)], [("k/bias", False, 8), ("v/bias", False, 4)]),
    ],
)
def test_layers_side_by_side_there_are_one_here_for_every_library(rules, kernels, biases):
    found = rules("attention/key_value", ["k", "v"], [8, 4])
    assert found == {
        "attention/key_value/kernel": tuple(ForeignPart(*part) for part in kernels),
        "attention/key_value/bias": tuple(ForeignPart(*part) for part in biases),
    }
    assert list(rules("x", ["k", "v"], [8, 4], use_bias=False)) == ["x/kernel"]
    with pytest.raises(ValueError, match="shorter"):
        rules("x", ["k", "v"], [8])


def test_a_single_layer():
    assert dense("head", "top") == fused("head", ["top"], [None])
    assert hub_dense("head", "top") == {
        "head/kernel": (ForeignPart("top/kernel"),),
        "head/bias": (ForeignPart("top/bias"),),
    }
