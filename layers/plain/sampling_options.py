"""The options of sampling."""

import dataclasses
from typing import ClassVar

from .option import option
from .options import Options


@dataclasses.dataclass(frozen=True, kw_only=True)
class SamplingOptions(Options):
    """The options of sampling: temperature, top-k and top-p.

    Args:
        temperature: 0 is greedy, 1 the model's own distribution; a temperature that is 0 in 32 bits is greedy too.
        top_k: keep the k most probable tokens (Fan et al. 2018); 0 keeps all, as does a k above the vocabulary size.
        top_p: keep the fewest most probable tokens whose mass reaches p (Holtzman et al. 2020), after temperature and
            top-k; at least one token.
    """

    draws: ClassVar[bool] = True

    temperature: float = option(1.0, help="1 draws from the model's own probabilities; lower values are safer.")
    top_k: int = option(0, help="Draw from the k most likely tokens.")
    top_p: float = option(1.0, high=1, above=True, help="Draw from the most likely tokens of this mass, 0 to 1.")
