"""BERT as published by others."""

from ...foreign.foreign_family import ForeignFamily
from .foreign_config import ARCHITECTURES, from_bert_config, from_hugging_face, to_hugging_face
from .foreign_weights import fitted, from_tf_name, weight_map
from .keras_hub import KERAS_HUB

FOREIGN = ForeignFamily(
    model_types=("bert", "ernie"),
    architectures=ARCHITECTURES,
    from_hugging_face=from_hugging_face,
    to_hugging_face=to_hugging_face,
    weight_map=weight_map,
    fitted=fitted,
    checkpoint_configs={"bert_config.json": from_bert_config},
    from_tf_name=from_tf_name,
    keras_hub=(KERAS_HUB,),
)
