"""Which models are exported as programs."""

from ...layers.errors import UserError
from ..tasks import CausalLM, TextModel


def need_causal(model: TextModel) -> None:
    """Raises UserError for a model that the exporters of SavedModels and LiteRT files have no signatures for."""
    if not isinstance(model, CausalLM):
        raise UserError(
            f"{model.name} is a {model.task} model, and only causal_lm models are exported as SavedModels and LiteRT "
            "files yet; use it from its run directory, or export it with --format huggingface"
        )
