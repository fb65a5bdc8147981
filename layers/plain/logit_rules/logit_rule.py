"""A change of the next token's scores."""

import abc
import dataclasses
from typing import Any, ClassVar, TypeVar

from ..option import options_of
from ..options import Options
from ..token_book import TokenBook
from .history import History

Own = TypeVar("Own", bound="LogitRule")


@dataclasses.dataclass(frozen=True, kw_only=True)
class LogitRule(Options, abc.ABC):
    """Changes scores of the next token before a decoder chooses; a subclass is a frozen dataclass of its options.

    Rules are chained. A rule computes with `ops` alone: `NumPyOps` or `layers.tensor_ops.TensorOps`. With the default
    of every option it changes nothing. Options may be tensors of one value per row; `column` gives them.

    Attributes:
        reads_history: whether `apply` looks at the history.
        rank: rules are applied by rising rank, those of one rank by name: 10 adds to scores, 20 and 30 are penalties,
            50 bans tokens, and from 80 on are rules that cut.
        cuts: whether it cuts the distribution that is drawn from: it is then applied after temperature, top-k and
            top-p, by decoders that draw (`Options.draws`) alone, and looks at no history.
        exported: whether an export's graph can hold it: its options are numbers, and it needs no `bound`.

    Example of the methods, with B rows and V tokens: a rule that lets no token follow itself at once.

        def start(self, prompt_ids, lengths, size, *, ops):
            return {"last": ...}  # (B, 1)

        def apply(self, scores, history, state, *, ops):
            return ops.where(ops.arange(ops.width(scores)) == state["last"], float("-inf"), scores)

        def advance(self, state, tokens, *, ops):
            return {"last": ops.column(tokens, int)}
    """

    reads_history: ClassVar[bool] = True
    rank: ClassVar[int] = 50
    cuts: ClassVar[bool] = False
    exported: ClassVar[bool] = True

    @property
    def neutral(self) -> bool:
        """Whether it changes nothing: every option is its default."""
        return all(
            getattr(self, name) == described.checked(described.default) for name, described in options_of(self).items()
        )

    @property
    def arrays(self) -> dict[str, Any]:
        """What `bound` made, by the attributes' names: inputs of a live model's graph."""
        return {}

    def bound(self: Own, book: TokenBook) -> Own:
        """The rule once the model's tokens are known; asked once for every call of `generate`.

        Raises:
            UserError: the options do not fit the tokens.
        """
        del book
        return self

    def column(self, name: str, *, ops: Any) -> Any:
        """An option as one value per row (B, 1), or one for all (1, 1)."""
        return ops.column(getattr(self, name), options_of(self)[name].kind)

    def start(self, prompt_ids: Any, lengths: Any, size: Any, *, ops: Any) -> dict[str, Any]:
        """The rule's own state before the first new token: arrays, rows first.

        Args:
            prompt_ids: int (B, P), padded on the right.
            lengths: int (B,), tokens of each.
            size: of the vocabulary, V.
            ops: what to compute with.
        """
        del prompt_ids, lengths, size, ops
        return {}

    @abc.abstractmethod
    def apply(self, scores: Any, history: History | None, state: dict[str, Any], *, ops: Any) -> Any:
        """The changed scores.

        Args:
            scores: float32 (B, V), logits or log-probabilities; -inf of a token that is never written.
            history: the text so far; None where `reads_history` is False.
            state: what `start` or the last `advance` returned.
            ops: what to compute with.
        """

    def advance(self, state: dict[str, Any], tokens: Any, *, ops: Any) -> dict[str, Any]:
        """The state after one more token of every row, int (B,)."""
        del tokens, ops
        return state
