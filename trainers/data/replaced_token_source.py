"""Text with masked tokens, and the random numbers for drawing their replacements."""

import numpy as np

from .masked_source import MaskedSource


class ReplacedTokenSource(MaskedSource):
    """Blocks of a `MaskedSource`, and a random number for each masked token, with which a generator's word is drawn.

    A batch has the fields of a `MaskedSource`, and `draws` float32 (B, P), in [0, 1): a function of seed, epoch and
    block.

    Args:
        corpus: the text.
        **kwargs: arguments of `MaskedSource`.
    """

    @property
    def fields(self):
        """See `BatchSource.fields`."""
        return {**super().fields, "draws": (np.float32, (self.predictions,))}

    def _fill(self, rows, row, block, draw):
        super()._fill(rows, row, block, draw)
        rows["draws"][row] = draw.random(self.predictions, np.float32)
