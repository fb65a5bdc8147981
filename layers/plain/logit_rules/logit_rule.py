"""The base class of logit rules."""

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

    Rules are chained. A rule computes only with `ops`: `NumPyOps` or `layers.tensor_ops.TensorOps`. With all options at
    their defaults it has no effect. Options may be tensors of one value per row; `column` returns them.

    Attributes:
        reads_history: whether `apply` reads the history.
        rank: rules are applied by rising rank, those of one rank by name: 10 adds to scores, 20 and 30 are penalties,
            50 bans tokens, and from 80 on are rules that cut.
        cuts: whether it cuts the distribution that is drawn from: it is then applied after temperature, top-k and
            top-p, only by decoders that sample (`Options.draws`), and does not read the history.
        exported: whether an export's graph can contain it: its options are numbers, and it needs no `bound`.

    Example of the methods, with B rows and V tokens: a rule that bans immediate repetition of a token.

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
        """Whether it has no effect: every option is its default."""
        return all(
            getattr(self, name) == described.checked(described.default) for name, described in options_of(self).items()
        )

    @property
    def arrays(self) -> dict[str, Any]:
        """Returns the arrays made by `bound`, by the attributes' names: inputs of a live model's graph."""
        return {}

    def bound(self: Own, book: TokenBook) -> Own:
        """Returns the rule for the model's tokens; called once for every call of `generate`.

        Raises:
            UserError: the options do not fit the tokens.
        """
        del book
        return self

    def column(self, name: str, *, ops: Any) -> Any:
        """Returns an option as one value per row (B, 1), or one for all (1, 1)."""
        return ops.column(getattr(self, name), options_of(self)[name].kind)

    def start(self, prompt_ids: Any, lengths: Any, size: Any, *, ops: Any) -> dict[str, Any]:
        """Returns the rule's own state before the first new token: arrays, rows first.

        Args:
            prompt_ids: int (B, P), padded on the right.
            lengths: int (B,), number of tokens of each.
            size: size of the vocabulary, V.
            ops: the operations to compute with.
        """
        del prompt_ids, lengths, size, ops
        return {}

    @abc.abstractmethod
    def apply(self, scores: Any, history: History | None, state: dict[str, Any], *, ops: Any) -> Any:
        """Returns the changed scores.

        Args:
            scores: float32 (B, V), logits or log-probabilities; -inf for tokens that are never generated.
            history: the text so far; None if `reads_history` is False.
            state: the state returned by `start` or the last `advance`.
            ops: the operations to compute with.
        """

    def advance(self, state: dict[str, Any], tokens: Any, *, ops: Any) -> dict[str, Any]:
        """Returns the state after one more token of every row, int (B,)."""
        del tokens, ops
        return state
