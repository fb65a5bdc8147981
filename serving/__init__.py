"""Running exported models, without the code that built them.

`LiteModel`, `LiteEncoder` and `serving.text` run without TensorFlow, and need of langzoo only `layers.plain`. The
public names are found on first use (PEP 562).
"""

from typing import TYPE_CHECKING

from ..layers.plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from .export_folder import is_export as is_export
    from .exported_model import ExportedModel as ExportedModel
    from .lite_encoder import LiteEncoder as LiteEncoder
    from .lite_model import LiteModel as LiteModel
    from .open_lite_file import open_lite_file as open_lite_file

lazy_names(__name__)
