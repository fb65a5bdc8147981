"""The progress of a run."""

import dataclasses
import json
from pathlib import Path

from ..zoo.weights_file import stored_metadata

CHECKPOINT_FILE = "checkpoint.safetensors"


@dataclasses.dataclass
class RunState:
    """The state of a run apart from its variables; part of every checkpoint.

    Attributes:
        step: number of optimizer steps done.
        seconds: time spent training, over all sessions of the run.
        best, best_step: the monitored value of the best validation so far and its step; None before any.
        best_loss: the loss of that validation, which breaks ties; None before any.
        bad_validations: number of validations since then.
        stopped: whether early stopping ended the run.
    """

    step: int = 0
    seconds: float = 0.0
    best: float | None = None
    best_step: int = 0
    best_loss: float | None = None
    bad_validations: int = 0
    stopped: bool = False

    def to_json(self) -> str:
        """Returns one line of JSON."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "RunState":
        """Reads what `to_json` wrote."""
        return cls(**json.loads(text))


def stored_step(directory: Path) -> int | None:
    """The step of a run's checkpoint; None if it cannot be read. Importing this loads no TensorFlow.

    Args:
        directory: the run directory.
    """
    metadata = stored_metadata(directory / CHECKPOINT_FILE) or {}
    try:
        return RunState.from_json(metadata["state"]).step
    except (KeyError, TypeError, ValueError):
        return None
