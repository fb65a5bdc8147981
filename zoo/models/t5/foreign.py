"""T5 as published by others."""

from ...foreign.foreign_family import ForeignFamily
from ...foreign.tokenizer_settings import extra_ids
from .foreign_config import ARCHITECTURES, from_hugging_face, to_hugging_face
from .foreign_weights import weight_map
from .keras_hub import KERAS_HUB

FOREIGN = ForeignFamily(
    model_types=("t5",),
    architectures=ARCHITECTURES,
    from_hugging_face=from_hugging_face,
    to_hugging_face=to_hugging_face,
    weight_map=weight_map,
    keras_hub=(KERAS_HUB,),
    sentence_piece_options=lambda settings, fast: {"extra_ids": extra_ids(settings)},
    sentence_piece_class="T5Tokenizer",
    token_ids=("pad_token_id", "eos_token_id"),
)
