"""LLaMA as published by others."""

from typing import Any

from ...foreign.fast_tokenizer import starts_text
from ...foreign.foreign_family import ForeignFamily
from .foreign_config import ARCHITECTURES, from_hugging_face, to_hugging_face
from .foreign_weights import weight_map
from .keras_hub import LLAMA, MISTRAL


def _sentence_piece_options(settings, fast) -> dict[str, Any]:
    return {"start": "begin", "add_start": starts_text(fast, settings, otherwise=True)}


FOREIGN = ForeignFamily(
    model_types=("llama", "mistral"),
    architectures=ARCHITECTURES,
    from_hugging_face=from_hugging_face,
    to_hugging_face=to_hugging_face,
    weight_map=weight_map,
    sentence_piece_options=_sentence_piece_options,
    token_ids=("bos_token_id", "eos_token_id"),
    keras_hub=(LLAMA, MISTRAL),
)
