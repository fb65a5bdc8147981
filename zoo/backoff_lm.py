"""Language models built from estimated probabilities."""

from typing import TYPE_CHECKING

from ..layers.probabilistic import BackoffModel, longest_rows
from ..layers.text import Tokenizer
from .model_directory import build
from .models.ngram import BackoffConfig

if TYPE_CHECKING:
    from .tasks import CausalLM


def backoff_lm(config: BackoffConfig, estimated: BackoffModel, *, name: str, tokenizer: Tokenizer) -> "CausalLM":
    """Builds a language model that looks up estimated probabilities.

    Args:
        config: order and smoothing; the fields that follow from the text and the tokenizer are set here.
        estimated: the estimated probabilities.
        name: the name of the model.
        tokenizer: the tokenizer of the words.
    """
    from .tasks import CausalLM

    config = config.variant(
        vocabulary_size=tokenizer.vocabulary_size,
        start_id=tokenizer.start_id,
        end_id=tokenizer.end_id,
        num_ngrams=estimated.trie.sizes[1:],
        longest_rows=longest_rows(estimated),
    )
    model = build(config, name=name, task=CausalLM.task, tokenizer=tokenizer)
    assert isinstance(model, CausalLM)
    model.head.set_model(estimated)
    return model
