"""Where a run stands."""

import dataclasses
import json
import math


@dataclasses.dataclass
class RunState:
    """What a run knows beside its variables; it goes into every checkpoint.

    Attributes:
        step: optimizer steps done.
        seconds: time spent training, over all sessions of the run.
        best_loss, best_step: of the best validation so far.
        bad_validations: validations since then.
        stopped: whether early stopping ended the run.
    """

    step: int = 0
    seconds: float = 0.0
    best_loss: float = math.inf
    best_step: int = 0
    bad_validations: int = 0
    stopped: bool = False

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "RunState":
        """Reads what `to_json` wrote."""
        return cls(**json.loads(text))
