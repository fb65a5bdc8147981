"""RoBERTa as published by others."""

from typing import NoReturn

from ....layers.plain.errors import UserError
from ...foreign.foreign_family import ForeignFamily
from .foreign_config import ARCHITECTURES, from_hugging_face, to_hugging_face
from .foreign_weights import fitted, weight_map
from .keras_hub import KERAS_HUB


def _refuse_sentence_piece(settings, fast) -> NoReturn:
    raise UserError("XLM-R and CamemBERT number the pieces of their SentencePiece models anew, which is not supported")


FOREIGN = ForeignFamily(
    model_types=("roberta", "xlm-roberta", "camembert"),
    architectures=ARCHITECTURES,
    from_hugging_face=from_hugging_face,
    to_hugging_face=to_hugging_face,
    weight_map=weight_map,
    fitted=fitted,
    sentence_piece_options=_refuse_sentence_piece,
    counts_by_padding=True,
    keras_hub=(KERAS_HUB,),
)
