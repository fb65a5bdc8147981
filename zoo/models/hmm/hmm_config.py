"""Configuration of the hidden Markov models."""

from typing import Annotated, ClassVar

from pydantic import Field, NonNegativeFloat

from ...field_types import Count
from ...model_config import ModelConfig

MOST_STATES = 4096


class HMMConfig(ModelConfig):
    """A hidden state a token, which depends on the state before; the token depends on its state alone.

    Args:
        vocabulary_size: tokens, V.
        num_states: K, 1 to 4,096.
        pseudo_count: what Baum-Welch adds to each expected count, so that nothing becomes impossible.
        start_id, end_id: what stands before a text, and what closes one, after which a new sequence begins. From the
            tokenizer.
        initializer_range: standard deviation of the logits at the start.
    """

    family: ClassVar[str] = "hmm"
    fitter: ClassVar[str] = "baum_welch"
    other_fitters: ClassVar[tuple[str, ...]] = ("gradient",)
    fields_from_text: ClassVar[tuple[str, ...]] = ("vocabulary_size", "start_id", "end_id")
    body: ClassVar = "table"

    num_states: Annotated[int, Field(ge=1, le=MOST_STATES)] = 64
    pseudo_count: NonNegativeFloat = 0.01
    start_id: Count = 0
    end_id: Count = 0
    initializer_range: NonNegativeFloat = 2.0

    def for_tokenizer(self, tokenizer):
        """See `ModelConfig`."""
        return super().for_tokenizer(tokenizer).variant(start_id=tokenizer.start_id, end_id=tokenizer.end_id)

    def body_count(self):
        """First states, transitions and emissions."""
        return self.num_states * (1 + self.num_states + self.vocabulary_size)

    def build_backbone(self):
        """The layers."""
        from .hmm_backbone import HMMBackbone

        return HMMBackbone(self, name="backbone")
