"""DistilBERT as published by others."""

from ...foreign.foreign_family import ForeignFamily
from .foreign_config import ARCHITECTURES, from_hugging_face, to_hugging_face
from .foreign_weights import weight_map
from .keras_hub import KERAS_HUB

FOREIGN = ForeignFamily(
    model_types=("distilbert",),
    architectures=ARCHITECTURES,
    from_hugging_face=from_hugging_face,
    to_hugging_face=to_hugging_face,
    weight_map=weight_map,
    word_piece_class="DistilBertTokenizer",
    keras_hub=(KERAS_HUB,),
)
