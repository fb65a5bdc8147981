"""What every task has: a configuration, a body, a tokenizer, and graphs over strings."""

from collections.abc import Sequence
from typing import Any, ClassVar

import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.plain.text_batch import text_batch
from ..signatures import LiteRTProgram, Signature
from .language_model import LanguageModel


class TextModel(LanguageModel):
    """A body that a configuration builds, and a tokenizer; a task adds its head and what it does with text.

    Args:
        config: a `ModelConfig` of a family that has the task.
        tokenizer: a `Tokenizer` whose ids the configuration's vocabulary covers; needed by the methods that take text.
        **kwargs: `name`.

    Attributes:
        task: name of the task, set by `register_task`.
        bodies: kinds of bodies that the task fits, see `ModelConfig.body`.
        purpose: what a model of the task does, in words that follow "it ...", for the model card.
        intended_use: what for, a sentence; for the model card.
        command: how the command line uses a model of the task; {run} stands for the run directory, a text follows.
        example_call: a call of `serving.ExportedModel` that shows the task, for the model card; {mask} stands for the
            mask token.

    Raises:
        UserError: the tokenizer's tokens are not the configuration's, or the family does not have the task.
    """

    task: ClassVar[str]
    bodies: ClassVar[tuple[str, ...]] = ()
    purpose: ClassVar[str] = "reads text"
    intended_use: ClassVar[str] = "Research on language models, in the language and style of its training data."
    command: ClassVar[str] = "predict {run} --text"
    example_call: ClassVar[str] = ""

    def __init__(self, config, *, tokenizer=None, **kwargs):
        super().__init__(**kwargs)
        config.checked_task(self.task)
        # Published matrices may have more rows than there are tokens: the rest is never written.
        if tokenizer is not None and tokenizer.vocabulary_size > config.vocabulary_size:
            raise UserError(
                f"the tokenizer has {tokenizer.vocabulary_size:,} tokens and the model {config.vocabulary_size:,}: "
                "choose a tokenizer that has no more"
            )
        self.config = config
        self.tokenizer = tokenizer
        self.backbone = config.build_backbone()
        self.backbone.build((None, None))
        self._graphs = {}

    @classmethod
    def fits(cls, config) -> bool:
        """Whether the task can be put on the body of a configuration."""
        return config.body in cls.bodies

    @classmethod
    def head_count(cls, config, **options: Any) -> int:
        """The number of trained numbers that the task adds to a body, in plain Python; here none."""
        del config, options
        return 0

    @property
    def max_sequence_length(self) -> int | None:
        """Positions that the model has for one text, start token included; None where there is no bound."""
        return self.config.context_length

    @property
    def options(self) -> dict[str, Any]:
        """The task's own constructor arguments, as JSON values; they are kept with the model."""
        return {}

    def input_signature(self) -> dict[str, tf.TensorSpec]:
        """What the model can be called with at least."""
        return {"token_ids": tf.TensorSpec((None, None), tf.int32)}

    def string_signatures(self) -> dict[str, Signature]:
        """What an exported SavedModel can be asked, by name; `serving_default` is the task itself.

        Raises:
            UserError: the model has no tokenizer, or not the tokens that the task needs; or the task is not exported.
        """
        raise UserError(f"{self.name} is a {self.task} model, which is not exported; use it from its run directory")

    def litert_program(self, *, sample: Sequence[str] | None = None, **options: Any) -> LiteRTProgram:
        """What an exported LiteRT file can be asked, and how it is tried.

        Args:
            sample: real text to try it on, in the form that the task reads from files.
            **options: lengths that must be fixed, as the task names them.

        Raises:
            UserError: the model has no tokenizer; or the task is not exported.
            ValueError: a length is below 1.
        """
        raise UserError(f"{self.name} is a {self.task} model, which is not exported; use it from its run directory")

    def answer(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[dict[str, Any]]:
        """What the model says of each text, or pair of texts; the same of a SavedModel and of a LiteRT file.

        Args:
            texts: list of strings.
            pairs: the second text of each, for tasks that read pairs.
            **options: of the task.

        Returns:
            For each text a dict of plain values: numbers, strings, name -> number, or lists of `token` and
            `probability`.

        Raises:
            UserError: the task answers in another way, by another command; or has no tokenizer.
        """
        raise UserError(f"{self.name} is a {self.task} model, which does not answer texts alone; see its own methods")

    def sample_text(self, prompt: str, *, max_tokens: int, seed: int) -> str | None:
        """Something to read that shows what the model has learnt; None where the prompt gives nothing to show."""
        del prompt, max_tokens, seed

    def need_tokenizer(self):
        """The tokenizer; UserError where there is none."""
        if self.tokenizer is None:
            raise UserError("this model has no tokenizer, so it cannot read text; give one to create(..., tokenizer=)")
        return self.tokenizer

    def need_attention(self) -> None:
        """Raises `UserError` for a body without attention layers."""
        if not self.backbone.has_attention:
            raise UserError(f"{self.name} has no attention layers: its body is of the family {self.config.family}")

    def forget_graphs(self):
        """Traces anew at the next call that takes text; for whoever changes how layers compute."""
        self._graphs.clear()

    def get_config(self):
        """The configuration, with its family's name; the tokenizer is kept by `langzoo.zoo.save`."""
        return {"name": self.name, "family": self.config.family, "config": self.config.to_dict(), **self.options}

    @classmethod
    def from_config(cls, config):
        """Rebuilds the model without its tokenizer."""
        from ..registry import config_class

        config = dict(config)
        family_config = config_class(config.pop("family")).from_dict(config.pop("config"))
        return cls(family_config, **config)

    def _graph(self, key, make):
        if key not in self._graphs:
            self._graphs[key] = make()
        return self._graphs[key]


def batch_of_text(texts, name) -> tf.Tensor:
    """String tensor (B,); see `layers.text_batch`.

    Raises:
        UserError: a text is not Unicode.
        ValueError: one string, or not strings.
    """
    rows = text_batch(texts, name)
    return tf.constant(rows, tf.string, shape=[len(rows)])


def strings_spec() -> tf.TensorSpec:
    """The signature of a batch of strings."""
    return tf.TensorSpec((None,), tf.string)
