"""The prompts of text encoders, by name. Needs no TensorFlow."""

from collections.abc import Mapping

from .did_you_mean import unknown_name_message
from .errors import UserError


def named_prompt(prompts: Mapping[str, str], name: str | None, *, default: str | None = None) -> str:
    """What is put before each text.

    Args:
        prompts: name -> text.
        name: of the one that is asked for; None for the default.
        default: name of the model's own; None where it has none, whose texts stand alone.

    Raises:
        UserError: there is no prompt of that name.

    Example:
        >>> named_prompt({"query": "query: "}, "query"), named_prompt({"query": "query: "}, None)
        ('query: ', '')
    """
    name = default if name is None else name
    if name is None:
        return ""
    if name not in prompts:
        raise UserError(unknown_name_message("prompt", str(name), prompts))
    return prompts[name]
