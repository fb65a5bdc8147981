"""A model that others published."""

from pathlib import Path
from typing import Any, NamedTuple

from .source_tensors import SourceTensors


class Source(NamedTuple):
    """Somebody else's model.

    Attributes:
        kind: `"hugging_face"`, `"tf_checkpoint"`, `"keras_hub"` or `"llama2c"`.
        config: the configuration as published; of llama2.c as Hugging Face would write it.
        config_file: the file that it was read from, which tells a format: `config.json`, `bert_config.json`,
            `hparams.json`; of llama2.c the model itself.
        tensors: the weights.
    """

    kind: str
    config: dict[str, Any]
    config_file: Path
    tensors: SourceTensors
