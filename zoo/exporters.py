"""The exporters of langzoo, each beside the rest of what writes its form; importing this loads no TensorFlow."""

from .export import litert, saved_model  # noqa: F401  (each registers its exporter)
from .foreign import export_arpa, export_hugging_face, export_keras_hub  # noqa: F401
