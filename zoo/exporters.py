"""The exporters of langzoo, each defined with the rest of its format's code; importing this loads no TensorFlow."""

from .export import litert, saved_model  # noqa: F401  (each registers its exporter)
from .foreign import export_arpa, export_hugging_face, export_keras_hub  # noqa: F401
