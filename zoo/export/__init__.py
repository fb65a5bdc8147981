"""Export: models that leave the house, as SavedModels, LiteRT files and folders for transformers."""

from ..staging import next_version
from .export_error import ExportError
from .export_report import ExportReport
from .hugging_face import export_hugging_face
from .litert import export_litert
from .saved_model import export_saved_model

__all__ = ["ExportError", "ExportReport", "export_hugging_face", "export_litert", "export_saved_model", "next_version"]
