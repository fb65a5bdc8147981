"""RoBERTa in KerasHub: without a segment, and with positions counted from 0."""

from typing import Any

import numpy as np

from ...foreign.foreign_part import ForeignPart
from ...foreign.hub_tensors import HubTensors
from ...foreign.keras_hub_family import KerasHubFamily
from ...foreign.keras_hub_rules import hub_classifier, hub_masked_head
from ...foreign.weight_map import WeightMap
from ..hub_encoder import hub_encoder_arguments, hub_encoder_fields, hub_encoder_rules
from .roberta_config import RobertaConfig

_SEGMENT = "segment"  # which is added to every position there
_POSITIONS = "embeddings/position_embedding/embeddings"


class _RobertaTensors(HubTensors):
    """Adds a segment of zeros, and two rows before the positions, which are never read."""

    @property
    def _shapes(self) -> Any:
        rows, width = super()._shapes[_POSITIONS]
        return {**super()._shapes, _POSITIONS: (rows + RobertaConfig.position_offset, width), _SEGMENT: (1, width)}

    def _read(self, name: str) -> np.ndarray:
        if name == _SEGMENT:
            return np.zeros(self._shapes[name], np.float32)
        rows = RobertaConfig.position_offset if name == _POSITIONS else 0
        array = super()._read(name)
        return np.pad(array, [(rows, 0), (0, 0)]) if rows else array

    def assign(self, name: str, array: np.ndarray) -> None:
        """See `HubTensors`; the segment is assigned after the positions."""
        if name == _SEGMENT:
            self.variables[_POSITIONS].assign_add(np.broadcast_to(array, self.variables[_POSITIONS].shape))
        else:
            super().assign(name, array[RobertaConfig.position_offset :] if name == _POSITIONS else array)


def _weight_map(config: RobertaConfig, task: str) -> WeightMap:
    heads = {"text_classifier": hub_classifier, "masked_lm": hub_masked_head}
    segment = {"backbone/segment_embedding/embeddings": (ForeignPart(_SEGMENT),)}
    body = {**hub_encoder_rules(config, embeddings="embeddings/"), **segment}
    return WeightMap(body | heads[task]() if task in heads else body)


KERAS_HUB = KerasHubFamily(
    backbone="RobertaBackbone",
    tokenizer="RobertaTokenizer",
    task="text_encoder",
    from_keras_hub=hub_encoder_fields,
    to_keras_hub=hub_encoder_arguments,
    weight_map=_weight_map,
    heads={"text_classifier": "RobertaTextClassifier", "masked_lm": "RobertaMaskedLM"},
    tensors=_RobertaTensors,
    fixed={"activation": "gelu", "norm_epsilon": 1e-5, "num_segments": 1, "pooler": None},
)
