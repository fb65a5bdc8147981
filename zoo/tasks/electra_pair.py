"""ELECTRA's generator and discriminator, trained together."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer
from .masked_lm import MaskedLM
from .registry import register_task
from .replaced_token_detector import ReplacedTokenDetector
from .text_model import TextModel


@register_task("electra_pair")
@keras.saving.register_keras_serializable(package="langzoo")
class ElectraPair(TextModel):
    """A replaced-token discriminator and the smaller masked model that makes the replacements (Clark et al. 2020).

    Both share the embeddings of tokens, positions and segments (section 3.2). The body is the discriminator's, so that
    other tasks start from it; `discriminator` and `generator` are complete models, each with its own `save_run`.

    Args:
        config: the configuration of the discriminator, an `ElectraConfig`.
        tokenizer: required by the methods that take text.
        generator_fraction: the width of the generator, and that of its feed-forward layers, as a fraction of the
            discriminator's, above 0 and at most 1; attention heads are 64 wide, or there is one.
        **kwargs: `name`.

    Call with the `inputs` of a `ReplacedTokenDetector`, and `masked_positions` for the generator; returns
    `{"discriminator": its outputs, "generator": its outputs}`.

    Raises:
        UserError: generator_fraction is out of range.

    Example:
        >>> import langzoo.zoo as zoo
        >>> pair = zoo.create("electra_tiny", task="electra_pair")
        >>> pair.generator.backbone.hidden_dim, pair.discriminator.backbone.hidden_dim
        (8, 32)
    """

    bodies = ("encoder",)
    purpose = "is pre-trained by replacing tokens and detecting which were replaced"
    intended_use = "A starting point for other tasks."
    example_call = 'detect(["the cat sat"])'

    def __init__(
        self,
        config: Any,
        *,
        tokenizer: Tokenizer | None = None,
        generator_fraction: float = 0.25,
        **kwargs: Any,
    ):
        is_number = isinstance(generator_fraction, int | float) and not isinstance(generator_fraction, bool)
        if not is_number or not 0 < generator_fraction <= 1:
            raise UserError(f"generator_fraction must be a number above 0, at most 1, not {generator_fraction!r}")
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        self.generator_fraction = float(generator_fraction)
        smaller = config.generator(self.generator_fraction)
        body = smaller.build_backbone(shared=self.backbone)
        body.build((None, None))
        self.discriminator = ReplacedTokenDetector(
            config, tokenizer=tokenizer, name="discriminator", backbone=self.backbone
        )
        self.generator = MaskedLM(smaller, tokenizer=tokenizer, name="generator", backbone=body)
        self.built = True

    @classmethod
    def fits(cls, config: Any) -> bool:
        """See `TextModel`."""
        return ReplacedTokenDetector.fits(config) and hasattr(config, "generator")

    @classmethod
    def head_count(cls, config: Any, **options: Any) -> int:
        """See `TextModel`: the discriminator's head, and the generator without the shared embeddings."""
        smaller = config.generator(float(options.get("generator_fraction", 0.25)))
        generator = smaller.body_count() + smaller.head_count("masked_lm") - config.shared_embedding_count()
        return config.head_count("replaced_token_detector") + generator

    @property
    def options(self) -> dict[str, Any]:
        """See `TextModel`."""
        return {"generator_fraction": self.generator_fraction}

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """See the class."""
        return {name: model(inputs, training=training) for name, model in self.parts.items()}

    @property
    def parts(self) -> dict[str, Any]:
        """See `LanguageModel`."""
        return {"discriminator": self.discriminator, "generator": self.generator}

    def named_weights(self) -> dict[Any, Any]:
        """Every weight by its path; those of the generator alone start with "generator"."""
        named = {weight.path: weight for weight in self.discriminator.weights}
        known = {id(weight) for weight in named.values()}
        own = (weight for weight in self.generator.weights if id(weight) not in known)
        return named | {f"generator/{weight.path}": weight for weight in own}

    def answer(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[dict[str, Any]]:
        """See `TextModel`; answered by the discriminator."""
        return self.discriminator.answer(texts, pairs, **options)

    def detect(self, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
        """See `ReplacedTokenDetector`."""
        return self.discriminator.detect(texts)

    def fill(self, texts: Sequence[str], **options: Any) -> list[list[list[dict[str, Any]]]]:
        """See `MaskedLM`; filled by the generator."""
        return self.generator.fill(texts, **options)

    def sample_text(self, prompt: str, *, max_tokens: int, seed: int) -> str | None:
        """See `TextModel`; filled by the generator."""
        return self.generator.sample_text(prompt, max_tokens=max_tokens, seed=seed)

    def encode(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, tf.Tensor]:
        """The discriminator's body."""
        return self.discriminator.encode(inputs, training)
