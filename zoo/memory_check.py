"""A memory check before weights are created."""

import os
from typing import TYPE_CHECKING

from ..layers.plain.errors import UserError

if TYPE_CHECKING:
    from .model_config import ModelConfig

_BYTES = 4  # of a weight
_SHOWN_SIZES = 4


def check_memory(config: "ModelConfig", *, name: str, memory: int | None = None) -> None:
    """Refuses a configuration whose weights alone exceed the machine's memory, before any are created.

    Args:
        config: the configuration of the model.
        name: the name of the model, for the message.
        memory: the memory in bytes; None for that of the machine. If the system does not report it, everything passes.

    Raises:
        UserError: too many weights; one line that names the largest sizes of the configuration.

    Example:
        >>> from langzoo.zoo.models.lstm import LSTMConfig
        >>> check_memory(LSTMConfig(vocabulary_size=100, embedding_dim=8, hidden_dim=8), name="mine", memory=10_000_000)
    """
    memory = machine_memory() if memory is None else memory
    count = config.parameter_count()
    if memory is None or _BYTES * count <= memory:
        return
    sizes = {field: value for field, value in config if isinstance(value, int) and not isinstance(value, bool)}
    largest = sorted(sizes, key=lambda field: -sizes[field])[:_SHOWN_SIZES]
    raise UserError(
        f"{name} would have {count:,} parameters, {_BYTES * count / 1e9:,.1f} GB of weights, and this machine has "
        f"{memory / 1e9:,.1f} GB of memory: lower {', '.join(f'{field} ({sizes[field]:,})' for field in largest)}"
    )


def machine_memory() -> int | None:
    """The memory of this machine in bytes; None if the system does not report it."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return None
