"""One call of a rehearsal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False, kw_only=True)
class Call:
    """What an export is asked, and what would be right.

    Attributes:
        signature: its name.
        inputs: name -> array. One that is not given is what an earlier call of the same rehearsal put out under that
            name, or zero: that is how a state goes in and out.
        targets: what the text says where the signature decides (`Signature.decision`), int, -1 where it says nothing;
            None where there is nothing to compare with. From them the cost of a quantisation is told.
    """

    signature: str
    inputs: Mapping[str, Any]
    targets: np.ndarray | None = None
