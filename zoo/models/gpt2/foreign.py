"""GPT-2 as published by others."""

from ...foreign.foreign_family import ForeignFamily
from .foreign_config import ARCHITECTURES, from_hparams, from_hugging_face, to_hugging_face
from .foreign_weights import from_tf_name, weight_map
from .keras_hub import KERAS_HUB

FOREIGN = ForeignFamily(
    model_types=("gpt2",),
    architectures=ARCHITECTURES,
    from_hugging_face=from_hugging_face,
    to_hugging_face=to_hugging_face,
    weight_map=weight_map,
    checkpoint_configs={"hparams.json": from_hparams},
    from_tf_name=from_tf_name,
    token_ids=("bos_token_id", "eos_token_id"),
    keras_hub=(KERAS_HUB,),
)
