"""Export of models as SavedModels and LiteRT files."""

from typing import TYPE_CHECKING

from ...layers.plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from ..export_error import ExportError as ExportError
    from ..export_report import ExportReport as ExportReport
    from ..exporter import EXPORTERS as EXPORTERS
    from ..exporter import register_exporter as register_exporter
    from ..foreign.export_hugging_face import export_hugging_face as export_hugging_face
    from ..staging import next_version as next_version
    from .litert import export_litert as export_litert
    from .saved_model import export_saved_model as export_saved_model

lazy_names(__name__)
