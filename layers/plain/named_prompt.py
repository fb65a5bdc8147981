"""The prompts of text encoders, by name. Needs no TensorFlow."""

from collections.abc import Mapping

from .did_you_mean import unknown_name_message
from .errors import UserError


def named_prompt(prompts: Mapping[str, str], name: str | None, *, default: str | None = None) -> str:
    """Returns the prompt to put before each text.

    Args:
        prompts: name -> text.
        name: name of the requested prompt; None for the default.
        default: name of the model's default prompt; None if it has none, so that nothing is put before texts.

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
