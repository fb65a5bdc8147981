"""What can be asked of an exported model: functions of tensors to tensors, with names on both sides.

`string_signatures(model)` is what a SavedModel of it offers, `litert_program(model)` what a LiteRT file does, and the
exporters write whatever that is. Both are chosen by the model's class; a file here holds those of a task.
"""

from . import causal_lm, encoders, seq2seq_lm  # each registers what its tasks offer
from .call import Call
from .checked_inputs import checked_inputs, row_rule
from .encoder_program import encoder_program
from .generation_signatures import DEFAULT_MAX_TOKENS, generation_signatures
from .program import Program, litert_program
from .sample_texts import sample_texts
from .signature import Signature, string_signatures
from .token_signature import token_signature

__all__ = [
    "DEFAULT_MAX_TOKENS",
    "Call",
    "Program",
    "Signature",
    "causal_lm",
    "checked_inputs",
    "encoder_program",
    "encoders",
    "generation_signatures",
    "litert_program",
    "row_rule",
    "sample_texts",
    "seq2seq_lm",
    "string_signatures",
    "token_signature",
]
