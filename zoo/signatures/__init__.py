"""What can be asked of an exported model: functions of tensors to tensors, with names on both sides.

A task says what it offers (`TextModel.string_signatures`, `TextModel.litert_program`) in the words of this folder, and
the exporters write whatever that is. It knows no task.
"""

from .call import Call
from .checked_inputs import checked_inputs, row_rule
from .encoder_program import encoder_program
from .generation_signatures import DEFAULT_MAX_TOKENS, generation_signatures
from .litert_program import LiteRTProgram
from .sample_texts import sample_texts, spread_ids
from .seq2seq_program import seq2seq_program
from .signature import Signature
from .step_program import step_program
from .token_signature import token_signature

__all__ = [
    "DEFAULT_MAX_TOKENS",
    "Call",
    "LiteRTProgram",
    "Signature",
    "checked_inputs",
    "encoder_program",
    "generation_signatures",
    "row_rule",
    "sample_texts",
    "seq2seq_program",
    "spread_ids",
    "step_program",
    "token_signature",
]
