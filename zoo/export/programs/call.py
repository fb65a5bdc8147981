"""Calls of a rehearsal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False, kw_only=True)
class Call:
    """One call of an export, and its correct answers.

    Attributes:
        signature: the name of the signature.
        inputs: name -> array. An input that is not given is the output of that name of an earlier call of the same
            rehearsal, or zero: this is how a state is passed on.
        targets: the correct decisions of the signature (`Signature.decision`) according to the text, int, -1 if
            unknown; None if there is nothing to compare with. They measure the cost of quantisation.
    """

    signature: str
    inputs: Mapping[str, Any]
    targets: np.ndarray | None = None
