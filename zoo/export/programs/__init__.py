"""The functions of exported models: from named tensors to named tensors.

`string_signatures(model)` are those of a SavedModel, `litert_program(model)` those of a LiteRT file, and the exporters
write them. Both are dispatched by the class of the model; each file here contains those of one task.
"""

from typing import TYPE_CHECKING

from ....layers.plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from .call import Call as Call
    from .checked_inputs import checked_inputs as checked_inputs
    from .checked_inputs import row_rule as row_rule
    from .encoders import encoder_program as encoder_program
    from .encoders import encoder_signatures as encoder_signatures
    from .generation_signatures import DEFAULT_MAX_TOKENS as DEFAULT_MAX_TOKENS
    from .generation_signatures import generation_signatures as generation_signatures
    from .program import Program as Program
    from .program import litert_program as litert_program
    from .sample_texts import sample_texts as sample_texts
    from .signature import Signature as Signature
    from .signature import string_signatures as string_signatures
    from .token_signature import token_signature as token_signature

lazy_names(__name__)

from . import causal_lm, encoders, latent_lm, seq2seq_lm  # noqa: E402, F401  (each registers what its tasks offer)
