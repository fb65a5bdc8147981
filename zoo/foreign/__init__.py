"""Published models of other projects: readers and writers of their files, and maps of the names of their weights."""

from .llama2c_source import Llama2cSource, open_llama2c
from .open_source import open_source
from .read_json import read_config
from .safetensors_source import SafetensorsSource, open_hugging_face
from .source import Source
from .source_tensors import SourceTensors
from .tf_checkpoint_source import TFCheckpointSource, open_tf_checkpoint

__all__ = [
    "Llama2cSource",
    "SafetensorsSource",
    "Source",
    "SourceTensors",
    "TFCheckpointSource",
    "open_hugging_face",
    "open_llama2c",
    "open_source",
    "open_tf_checkpoint",
    "read_config",
]
