"""Options of exported encoders, validated. Needs no TensorFlow."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pydantic

from ..layers.plain.errors import UserError


class EncoderOptions(pydantic.BaseModel):
    """The options of text classifiers, taggers, text encoders and models that answer questions.

    Attributes:
        labels: names of the classes, in the order of the logits.
        problem_type, activation: see `classification_outputs`.
        words: how a tagger splits a text into words.
        intents: the intents of a tagger.
        stride, max_answer_tokens, no_answer_threshold: see `SpanExtractor`.
        max_length: number of tokens that a text is truncated to; None for the number of positions.
        prompts, default_prompt_name: see `named_prompt`.
    """

    model_config = pydantic.ConfigDict(strict=True)

    labels: list[str] = []
    problem_type: Literal["single_label_classification", "multi_label_classification", "regression"] = (
        "single_label_classification"
    )
    activation: str | None = None
    words: Literal["punctuation", "white_space", "character"] = "punctuation"
    intents: list[str] = []
    stride: pydantic.PositiveInt = 128
    max_answer_tokens: pydantic.PositiveInt = 30
    no_answer_threshold: float | None = None
    max_length: pydantic.PositiveInt | None = None
    prompts: dict[str, str] = {}
    default_prompt_name: str | None = None

    _place: str = ""

    @classmethod
    def read(cls, manifest: Mapping[str, Any], place: Path | str) -> "EncoderOptions":
        """Reads the options from a manifest.

        Args:
            manifest: the manifest of the export.
            place: the file or folder, for messages.

        Raises:
            UserError: an option is invalid.

        Example:
            >>> EncoderOptions.read({"options": {"labels": ["bad", "good"]}}, "export").labels
            ['bad', 'good']
        """
        try:
            options = cls.model_validate(manifest.get("options", {}))
        except pydantic.ValidationError as error:
            fault = error.errors(include_url=False)[0]
            field = ".".join(str(part)[:60] for part in ("options", *fault["loc"]))
            raise UserError(f"{place} is damaged ({field}: {fault['msg']}): export the model again") from None
        options._place = str(place)
        return options

    def checked_labels(self, count: int) -> list[str]:
        """Returns the labels, if there are as many as the model has outputs.

        Raises:
            UserError: there are not.
        """
        if len(self.labels) != count:
            raise UserError(
                f"{self._place} is damaged (options.labels: {len(self.labels)} for {count}): export the model again"
            )
        return self.labels
