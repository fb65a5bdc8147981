"""What others call the family."""

from langzoo.zoo.foreign.foreign_family import ForeignFamily
from langzoo.zoo.foreign.weight_map import WeightMap
from langzoo.zoo.foreign.weight_rules import dense, embedding

from .models import EchoConfig


def _read(values):
    return EchoConfig.from_dict({"vocabulary_size": values["vocab_size"], "hidden_dim": values["hidden_size"]})


def _write(config, task):
    del task
    return {
        "model_type": "echo_lm",
        "architectures": ["EchoLMHeadModel"],
        "vocab_size": config.vocabulary_size,
        "hidden_size": config.hidden_dim,
    }


def _names(config, task):
    del config, task
    return WeightMap(
        {
            **embedding("backbone/token_embedding", "embed"),
            **dense("backbone/dense", "dense"),
            **dense("head", "lm_head"),
        }
    )


FOREIGN = ForeignFamily(
    model_types=("echo_lm",),
    architectures={"EchoLMHeadModel": "causal_lm"},
    from_hugging_face=_read,
    to_hugging_face=_write,
    weight_map=_names,
)
