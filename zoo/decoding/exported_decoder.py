"""The decoder of exports."""

from collections.abc import Mapping
from typing import Any, Literal

import tensorflow as tf

from ...layers.plain.logit_rules import own_rules
from ...layers.plain.option import options_of
from .optional_rule import OptionalRule, any_asked
from .sampling_decoder import SamplingDecoder


class ExportedDecoder:
    """Sampling whose options, and those of the logit rules, are inputs of a graph.

    Args:
        options: name -> tensor, for `exported_options`; scalars, or (B,).
        loops: 1 for one loop that checks at every step whether a rule is active, so that a file has its weights in
            memory once. 2 for a loop with all rules and one without: the check would cost a small model in a SavedModel
            a fifth of its speed, and only the loops are duplicated.
    """

    def __init__(self, options: Mapping[str, Any], *, loops: Literal[1, 2]):
        sampling = SamplingDecoder()
        self._decoder = sampling.with_values({name: options[name] for name in sampling.dynamic})
        self._options, self._loops = options, loops

    def decode(self, model: Any, token_ids: Any, lengths: Any, *, rules: Any, **limits: Any) -> dict[str, Any]:
        """See `Decoder.decode`; `rules` are those that always apply."""

        def write(*asked):
            return self._decoder.decode(model, token_ids, lengths, rules=(*rules, *asked), **limits)

        options, rules_of_exports = self._options, own_rules(exported=True)
        if self._loops == 1:
            return write(*(OptionalRule.of(rule, options) for rule in rules_of_exports))
        asked = [rule().with_values({name: options[name] for name in options_of(rule)}) for rule in rules_of_exports]
        return tf.cond(any_asked(rules_of_exports, options), lambda: write(*asked), write)
