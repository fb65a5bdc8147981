"""Published models."""

from pathlib import Path
from typing import Any, NamedTuple

from .source_tensors import SourceTensors


class Source(NamedTuple):
    """A published model of another project.

    Attributes:
        kind: `"hugging_face"`, `"tf_checkpoint"`, `"keras_hub"` or `"llama2c"`.
        config: the configuration as published; for llama2.c in Hugging Face's form.
        config_file: the file that it was read from, which identifies the format: `config.json`, `bert_config.json`,
            `hparams.json`; for llama2.c the model itself.
        tensors: the weights.
    """

    kind: str
    config: dict[str, Any]
    config_file: Path
    tensors: SourceTensors
