"""Configuration of the hidden Markov models."""

from typing import Annotated, ClassVar

from pydantic import Field, NonNegativeFloat

from ...field_types import Count
from ...model_config import ModelConfig

MOST_STATES = 4096


class HMMConfig(ModelConfig):
    """A hidden state per token, which depends on the previous state; the token depends only on its state.

    Args:
        vocabulary_size: the number of tokens, V.
        num_states: K, 1 to 4,096.
        pseudo_count: the number that Baum-Welch adds to each expected count, so that nothing becomes impossible.
        start_id, end_id: the tokens before and after a text, after which a new sequence begins. From the
            tokenizer.
        initializer_range: the standard deviation of the initial logits.
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
        """The parameters of initial states, transitions and emissions."""
        return self.num_states * (1 + self.num_states + self.vocabulary_size)

    def build_backbone(self):
        """Builds the layers."""
        from .hmm_backbone import HMMBackbone

        return HMMBackbone(self, name="backbone")
