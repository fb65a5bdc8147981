"""The base class of all tasks: a configuration, a body, a tokenizer, and graphs over strings."""

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import keras
import numpy as np
import tensorflow as tf
from typing_extensions import Self

from ...layers.plain.bounded_cache import BoundedCache
from ...layers.plain.errors import UserError
from ...layers.plain.text_batch import text_batch
from ...layers.plain.token_book import TokenBook
from ...layers.text import TOKENIZERS, Tokenizer
from .language_model import LanguageModel

if TYPE_CHECKING:
    from ..export_report import ExportReport

PREDICTED_TEXTS = 32  # as in Keras's predict
MAX_GRAPHS = 64  # kept at a time: every pattern and set of fixed options has its own


class TextModel(LanguageModel):
    """A body built from a configuration, with a tokenizer; a task adds its head and its methods for text.

    Args:
        config: a `ModelConfig` of a family that has the task.
        tokenizer: a `Tokenizer` whose ids are covered by the configuration's vocabulary; required by the methods that
            take text.
        backbone: a body of another model of the same configuration, to share it; None builds one.
        **kwargs: `name`.

    Attributes:
        task: the name of the task, set by `register_task`.
        bodies: the kinds of bodies that the task fits, see `ModelConfig.body`.
        purpose: a description of a model of the task that follows "it ...", for the model card.
        intended_use: the intended use, a sentence; for the model card.
        settled_options: options that no weight depends on, since they are set after training.
        command: the command line that uses a model of the task; {run} stands for the run directory, a text follows.
        example_call: a call of `serving.ExportedModel` that shows the task, for the model card; {mask} stands for the
            mask token.

    Raises:
        UserError: the tokenizer does not fit the configuration, or the family does not have the task.
    """

    task: ClassVar[str]
    bodies: ClassVar[tuple[str, ...]] = ()
    purpose: ClassVar[str] = "reads text"
    intended_use: ClassVar[str] = "Research on language models, in the language and style of its training data."
    settled_options: ClassVar[tuple[str, ...]] = ()
    command: ClassVar[str] = "predict {run} --text"
    example_call: ClassVar[str] = ""

    def __init__(self, config: Any, *, tokenizer: Tokenizer | None = None, backbone: Any | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        config.checked_task(self.task)
        # Published matrices may have more rows than there are tokens: the rest are never generated.
        if tokenizer is not None and tokenizer.vocabulary_size > config.vocabulary_size:
            raise UserError(
                f"the tokenizer has {tokenizer.vocabulary_size:,} tokens and the model {config.vocabulary_size:,}: "
                "choose a tokenizer that has no more"
            )
        self.config = config
        self.tokenizer = tokenizer
        self.backbone = config.build_backbone() if backbone is None else backbone
        if backbone is None:
            self.backbone.build((None, None))
            if tokenizer is not None:
                self.backbone.read_tokenizer(tokenizer)
        self._graphs = BoundedCache(MAX_GRAPHS)

    @classmethod
    def fits(cls, config: Any) -> bool:
        """Whether the task fits the body of a configuration."""
        return config.body in cls.bodies

    @classmethod
    def head_count(cls, config: Any, **options: Any) -> int:
        """The number of parameters that the task adds to a body, in plain Python; here none."""
        del config, options
        return 0

    @property
    def max_sequence_length(self) -> int | None:
        """The maximum number of positions per text, including the start token; None if there is no limit."""
        return self.config.context_length

    @property
    def options(self) -> dict[str, Any]:
        """The task's own constructor arguments, as JSON values; they are saved with the model."""
        return {}

    @property
    def options_of_weights(self) -> dict[str, Any]:
        """The options that weights depend on."""
        return {name: value for name, value in self.options.items() if name not in self.settled_options}

    def input_signature(self) -> dict[str, Any]:
        """The minimal inputs that the model can be called with."""
        return {"token_ids": tf.TensorSpec((None, None), tf.int32)}

    def answer(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[dict[str, Any]]:
        """Answers each text, or pair of texts, in the same form as a SavedModel and a LiteRT file.

        Args:
            texts: list of strings.
            pairs: the second text of each, for tasks that read pairs.
            **options: options of the task.

        Returns:
            A dict per text, of plain values: numbers, strings, name -> number, or lists of `token` and
            `probability`.

        Raises:
            UserError: the task answers by another method and command; or there is no tokenizer.
        """
        raise UserError(f"{self.name} is a {self.task} model, which does not answer texts alone; see its own methods")

    def sample_text(self, prompt: str, *, max_tokens: int, seed: int) -> str | None:
        """A sample of the model's output for people to read; None if the prompt gives nothing to show."""
        del prompt, max_tokens, seed

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Calls the model like `keras.Model.__call__`; token ids (B, T) alone stand for `{"token_ids": ids}`.

        Raises:
            UserError: text, which only the task's own methods read; or ids of a wrong shape, or ids alone if the model
                needs more inputs.
        """
        return super().__call__(inputs if isinstance(inputs, dict) else self._of_ids(inputs), *args, **kwargs)

    def _of_ids(self, ids: Any) -> dict[str, Any]:
        names = list(self.input_signature())
        ids = ids if isinstance(ids, keras.KerasTensor) else tf.convert_to_tensor(ids)
        if ids.dtype == tf.string:
            raise UserError(f"{self.name} is called with token ids, not with text; predict() reads a list of strings")
        if names != ["token_ids"] or len(ids.shape) != 2:
            rows = ", ".join(f"{name!r}: integers (B, T)" for name in names)
            raise UserError(f"{self.name} is called with {{{rows}}}, not with one array of shape {tuple(ids.shape)}")
        return {"token_ids": ids}

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
        **options: Any,
    ) -> Any:
        """Predicts from a list of strings; arrays and datasets are passed to `keras.Model.predict`.

        Args:
            x: list of strings; or any input of `keras.Model.predict`.
            batch_size: the number of texts per batch; None for 32.
            verbose, steps, callbacks: as in Keras; ignored for texts.
            **options: options of the task, for texts: those of `generate`, `fill`, ...; `pairs`, the second text of
                each, if the task reads pairs.

        Returns:
            For texts a list with the result of `predict_text` for each.

        Raises:
            UserError: as in the task's own method.
            ValueError: x is a single string.
        """
        if not _is_text(x):
            return super().predict(x, batch_size, verbose, steps, callbacks, **options)
        texts, pairs = text_batch(x, "x"), options.pop("pairs", None)
        pairs = None if pairs is None else text_batch(pairs, "pairs", beside=texts)
        size, found = batch_size or PREDICTED_TEXTS, []
        for start in range(0, len(texts), size):
            rows = slice(start, start + size)
            found += self.predict_text(texts[rows], None if pairs is None else pairs[rows], **options)
        return found

    def predict_text(self, texts: Sequence[Any], pairs: Sequence[Any] | None = None, **options: Any) -> list[Any]:
        """Runs the task's main method: here `answer`; `generate` of generative models, `fill` of masked ones."""
        return self.answer(texts, pairs, **options)

    def refuse_pairs(self, pairs: Any) -> None:
        """Raises a `UserError` if second texts are given to a task that does not read pairs."""
        if pairs is not None:
            raise UserError(f"{self.name} is a {self.task} model, which reads no pairs: leave the second texts out")

    def save_run(self, directory: str | Path) -> None:
        """Writes configuration, tokenizer and weights, as `langzoo.zoo.save` does; `langzoo.zoo.load` reads them."""
        from ..model_directory import save

        save(self, directory)

    def export(self, filepath: str | Path, format: str = "saved_model", **options: Any) -> "ExportReport":
        """Exports the model to another format and checks it; see `langzoo.zoo.export_model`.

        Args:
            filepath: the folder of the export.
            format: "saved_model", "litert" or "huggingface".
            **options: options of the format, such as `quantize="int8"` for litert.

        Raises:
            UserError: an unknown format or option, or a model that cannot be exported to this format.
        """
        from ..export_model import export_model

        return export_model(self, filepath, format=format, **options)

    def need_tokenizer(self) -> Any:
        """The tokenizer; UserError if there is none."""
        if self.tokenizer is None:
            raise UserError("this model has no tokenizer, so it cannot read text; give one to create(..., tokenizer=)")
        return self.tokenizer

    def need_attention(self) -> None:
        """Raises a `UserError` for a body without attention layers."""
        if not self.backbone.has_attention:
            raise UserError(f"{self.name} has no attention layers: its body is of the family {self.config.family}")

    @cached_property
    def token_book(self) -> TokenBook:
        """The information about tokens that logit rules may use."""
        tokenizer = self.need_tokenizer()
        return TokenBook(
            names=tokenizer.tokens,
            width=self.config.vocabulary_size,
            end_id=tokenizer.end_id,
            unknown_id=tokenizer.unknown_id,
            joins_words=tokenizer.joins_words,
            encode=lambda text: tokenizer.tokenize(text).numpy().tolist(),
            decode=lambda rows: (
                tokenizer.detokenize(tf.ragged.constant(rows, tf.int64, ragged_rank=1)).numpy().tolist()
            ),
        )

    def forget_graphs(self) -> None:
        """Forgets traced graphs, so that the next call with text traces anew; for code that changes the layers."""
        self._graphs.clear()

    def get_config(self) -> dict[str, Any]:
        """The configuration, with the name of its family, the options of the task and the tokenizer."""
        tokenizer = self.tokenizer
        described = None if tokenizer is None else {"kind": tokenizer.kind, "config": tokenizer.get_config()}
        family = {"family": self.config.family, "config": self.config.to_dict()}
        return {"name": self.name, **family, "tokenizer": described, **self.options}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Rebuilds the model, with its tokenizer.

        Raises:
            UserError: an unknown family or kind of tokenizer, or values that they refuse.
        """
        from ..registry import config_class

        config = dict(config)
        family_config = config_class(config.pop("family")).from_dict(config.pop("config"))
        described = config.pop("tokenizer", None)
        # By its kind and not as any object that Keras knows: the file may be untrusted.
        tokenizer = described and TOKENIZERS[described["kind"]].from_config(described["config"])
        return cls(family_config, tokenizer=tokenizer, **config)

    def _graph(self, key: Hashable, make: Callable[[], Any]) -> Any:
        return self._graphs.made(key, make)


def _is_text(x: Any) -> bool:
    """Whether a value is a text or a batch of texts, which `predict` answers; an empty list is."""
    if isinstance(x, list | tuple):
        return all(isinstance(each, str | bytes) for each in x)
    if isinstance(x, np.ndarray):
        return x.dtype.kind in "US" or (x.dtype.kind == "O" and _is_text(x.tolist()))
    return isinstance(x, str | bytes) or (tf.is_tensor(x) and x.dtype == tf.string)


def batch_of_text(texts: Any, name: str) -> tf.Tensor:
    """String tensor (B,); see `layers.text_batch`.

    Raises:
        UserError: a text is not Unicode.
        ValueError: a single string, or not strings.
    """
    rows = text_batch(texts, name)
    return tf.constant(rows, tf.string, shape=[len(rows)])


def strings_spec() -> tf.TensorSpec:
    """The signature of a batch of strings."""
    return tf.TensorSpec((None,), tf.string)
