import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign import SafetensorsSource
from langzoo.zoo.foreign.weight_map import WeightMap
from langzoo.zoo.foreign.weight_rules import dense, embedding, fused, layer_norm
from safetensors.numpy import save_file

RULES = {
    **embedding("words", "base.words"),
    **fused("attention", ["base.q", "base.kv"], [2, 4]),
    **layer_norm("norm", "base.LayerNorm"),
    **dense("head", "head", use_bias=False),
}
MAP = WeightMap(
    RULES,
    prefixes=("base.", "other."),
    equal={"decoder.weight": "base.words.weight"},
    otherwise={"head.weight": "base.words.weight"},
    ignored=(r"position_ids",),
)
SHAPES = {
    "words/embeddings": (5, 3),
    "attention/kernel": (3, 6),
    "attention/bias": (6,),
    "norm/gamma": (3,),
    "norm/beta": (3,),
    "head/kernel": (3, 5),
}


class Variable:
    """As much of a Keras variable as a map asks for."""

    def __init__(self, path):
        self.path, self.shape, self.value = path, SHAPES[path], None

    def assign(self, value):
        self.value = np.array(value)

    def numpy(self):
        return self.value


@pytest.fixture
def tensors():
    shapes = {
        "base.words.weight": (5, 3),
        "base.q.weight": (2, 3),
        "base.q.bias": (2,),
        "base.kv.weight": (4, 3),
        "base.kv.bias": (4,),
        "base.LayerNorm.weight": (3,),
        "base.LayerNorm.bias": (3,),
        "head.weight": (5, 3),
    }
    chance = np.random.default_rng(0)
    return {name: chance.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


@pytest.fixture
def assign(tmp_path):
    def run(tensors, **options):
        save_file(tensors, tmp_path / "x.safetensors")
        variables = [Variable(path) for path in SHAPES]
        MAP.assign(variables, SafetensorsSource([tmp_path / "x.safetensors"]), **options)
        return {variable.path: variable.value for variable in variables}, variables

    return run


def renamed(tensors, old, new):
    return {new if name == old else name: array for name, array in tensors.items()}


def test_parts_stand_side_by_side_and_come_back(assign, tensors):
    found, variables = assign(tensors)
    kernel = np.concatenate([tensors["base.q.weight"].T, tensors["base.kv.weight"].T], axis=1)
    np.testing.assert_array_equal(found["attention/kernel"], kernel)
    np.testing.assert_array_equal(found["attention/bias"][2:], tensors["base.kv.bias"])
    np.testing.assert_array_equal(found["norm/gamma"], tensors["base.LayerNorm.weight"])
    back = {name: read() for name, _, read in MAP.to_foreign(variables)}
    assert back.keys() == tensors.keys()
    for name, array in back.items():
        np.testing.assert_array_equal(array, tensors[name])
    assert {name for name, _, _ in MAP.to_foreign(variables, bare=True)} >= {"words.weight", "q.bias", "head.weight"}


@pytest.mark.parametrize("prefix", ["", "other."])
def test_the_body_may_have_another_prefix_or_none(assign, tensors, prefix):
    other = {name.replace("base.", prefix): array for name, array in tensors.items()}
    np.testing.assert_array_equal(assign(other)[0]["words/embeddings"], tensors["base.words.weight"])


def test_older_names_of_norms(assign, tensors):
    older = renamed(
        renamed(tensors, "base.LayerNorm.weight", "base.LayerNorm.gamma"), "base.LayerNorm.bias", "LayerNorm.beta"
    )
    np.testing.assert_array_equal(assign(older)[0]["norm/beta"], tensors["base.LayerNorm.bias"])


def test_tied_tensors(assign, tensors):
    words = tensors["base.words.weight"]
    assign({**tensors, "decoder.weight": words})
    found, _ = assign(renamed(tensors, "base.words.weight", "decoder.weight"))
    np.testing.assert_array_equal(found["words/embeddings"], words)
    with pytest.raises(UserError, match=r"decoder\.weight and base\.words\.weight differ"):
        assign({**tensors, "decoder.weight": words + 1})


def test_a_tensor_that_another_stands_for(assign, tensors):
    del tensors["head.weight"]
    np.testing.assert_array_equal(assign(tensors)[0]["head/kernel"], tensors["base.words.weight"].T)


def test_tables_are_no_weights_and_others_are_named(assign, tensors):
    assign({**tensors, "base.position_ids": np.zeros((1, 4), np.int64)})
    more = {**tensors, "cls.one": np.zeros(1), "cls.two": np.zeros(1)}
    with pytest.raises(UserError, match=r"no place for: cls\.one \(2 unused\).*--leave-out 'cls\.\*'"):
        assign(more)
    assign(more, leave_out=["cls.*"])


def test_missing_and_misshapen(assign, tensors):
    with pytest.raises(UserError, match=r"lacks a weight of the model: base\.q\.weight \(2 missing\)"):
        assign({name: array for name, array in tensors.items() if not name.startswith("base.q")})
    tensors["base.kv.weight"] = tensors["base.kv.weight"][:2]
    with pytest.raises(UserError, match=r"base\.kv\.weight has shape \(2, 3\), not \(4, 3\) \(1 of another shape\)"):
        assign(tensors)


def test_twice_is_once_too_often(assign, tensors):
    with pytest.raises(
        UserError, match=r"twice, as base\.q\.bias and as q\.bias|twice, as q\.bias and as base\.q\.bias"
    ):
        assign({**tensors, "q.bias": tensors["base.q.bias"]})


def test_a_map_is_of_one_model():
    with pytest.raises(ValueError, match="rules must be of the model's weights"):
        MAP.resolve({}, {"words/embeddings": (5, 3)})  # pyright: ignore[reportArgumentType]
