"""The base of decoders."""

import abc
import dataclasses
from collections.abc import Sequence
from typing import Any, ClassVar, Literal, TypeVar

import tensorflow as tf

from ...layers.plain.logit_rules import LogitRule
from ...layers.plain.option import options_of
from ...layers.plain.options import Options
from .decode import decode
from .step_context import StepContext

Own = TypeVar("Own", bound="Decoder")


def tensors_of(options: Options) -> dict[str, Any]:
    """The dynamic options as tensors of fixed types, so that 1 and 1.0 share a graph; and a rule's `arrays`."""
    kinds = {name: tf.int32 if described.kind is int else None for name, described in options_of(options).items()}
    kinds |= {name: tf.float32 for name, described in options_of(options).items() if described.kind is float}
    numbers = {name: value for name, value in options.dynamic.items() if not isinstance(value, str)}
    tensors = {name: tf.convert_to_tensor(value, kinds[name]) for name, value in numbers.items()}
    arrays = options.arrays if isinstance(options, LogitRule) else {}
    return {**tensors, **{name: tf.convert_to_tensor(value) for name, value in arrays.items()}}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Decoder(Options, abc.ABC):
    """Chooses tokens by their scores; `decode` does everything else.

    A subclass is a frozen dataclass whose fields are its options (`layers.plain.option`). Those that are not `fixed`
    may be tensors inside a graph.

    Attributes:
        needs: what a model must offer: "step", one token after the other, or "fill", all tokens at once with some of
            them masked, or "either"; a decoder that fills replaces `decode`.
        reads: which scores `choose` gets. Where the log-probabilities of two tokens are rounded to the same number,
            their logits still differ.
        in_graph: whether `decode` runs in a graph; one that searches in plain Python gets tensors with values.
        reads_hidden: whether `StepContext.hidden` is wanted.
    """

    needs: ClassVar[Literal["step", "fill", "either"]] = "step"
    reads: ClassVar[Literal["logits", "log_probabilities"]] = "log_probabilities"
    reads_hidden: ClassVar[bool] = False
    in_graph: ClassVar[bool] = True

    @property
    def beams(self) -> int:
        """Hypotheses kept for each prompt, R."""
        return 1

    @property
    def ranks_texts(self) -> bool:
        """Whether texts are compared with one another, so that none may go on after its end."""
        return self.beams > 1

    @property
    def reads_attention(self) -> bool:
        """Whether `StepContext.attention` is wanted, which models have that answer a source."""
        return False

    def reads_alone(self, rules: Sequence[LogitRule]) -> bool:
        """Whether each text is written by itself where these rules hold; else all are rows of one batch."""
        del rules
        return False

    def opened(self: Own, model: Any) -> Own:
        """The decoder with other models that it names, loaded; asked once, before a graph is made.

        Raises:
            UserError: one cannot be had, or does not fit the model.
        """
        del model
        return self

    def decode(self, model: Any, token_ids: Any, lengths: Any, **limits: Any) -> dict[str, Any]:
        """Continues prompts; by default the one loop. Its arguments and what is returned are those of `decode`.

        One that fills gets a `MaskedLM`, whose `token_ids` hold mask tokens, and replaces all of this.
        """
        return decode(model, token_ids, lengths, self, **limits)

    def start(self, batch_size: Any) -> dict[str, Any]:
        """The decoder's own state before the first token: dict of tensors, rows first; (B·R, ...)."""
        del batch_size
        return {}

    def choose(self, scores: Any, state: dict[str, Any], *, context: StepContext) -> tuple[Any, Any, dict[str, Any]]:
        """Chooses one token for every hypothesis.

        Args:
            scores: float32 (B·R, V), logits or the model's log-probabilities (`reads`), changed by the logit rules;
                -inf of a token that is never written.
            state: what `start` or the last `choose` returned.
            context: the text so far and more.

        Returns:
            tokens int32 (B·R,); parents int32 (B·R,), the row each hypothesis goes on from, or None for its own; state.
        """
        raise NotImplementedError(f"{type(self).__name__} chooses no single tokens")

    def best(self, state: dict[str, Any], batch_size: Any, count: int) -> tuple[Any, Any]:
        """The rows of each prompt's best hypotheses, best first: int32 (B·count,); and their scores, float32 or None.

        `count` is 1 here, as each prompt has one.
        """
        del state, count
        return tf.range(batch_size), None
