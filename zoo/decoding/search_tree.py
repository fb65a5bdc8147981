"""A tree of texts with common beginnings, searched by PUCT."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np


@dataclasses.dataclass(eq=False)
class _Text:
    """A beginning of a text: a node of the tree."""

    new: list[int]
    logs: list[float]
    ended: bool = False
    end_log: float = 0.0  # log-probability of the token that ended it
    children: list["_Text"] | None = None  # None until it is read
    priors: Any = None
    visits: int = 0
    total: float = 0.0
    closed: bool = False  # everything below it has been searched


class SearchTree:
    """Monte-Carlo tree search over texts; see `MCTSDecoder`.

    Args:
        read: a function of new tokens that returns log p of the next one, and the same after logit rules, (V,) each. It
            costs one call of the model.
        value: a function of new tokens that returns the value of the text; None for its log-probability.
        stop_ids: tokens that end a text.
        room: the maximum number of new tokens.
        candidates, exploration, rollout: see `MCTSDecoder`.
    """

    def __init__(
        self,
        *,
        read: Callable[[list[int]], tuple[Any, Any]],
        value: Callable[[list[int]], float] | None,
        stop_ids: set[int],
        room: int,
        candidates: int,
        exploration: float,
        rollout: int,
    ):
        self._read, self._judge, self._stops, self._room = read, value, stop_ids, room
        self._candidates, self._exploration, self._rollout = candidates, exploration, rollout
        self._low, self._high = float("inf"), float("-inf")  # of the values so far
        self._best: tuple[float, _Text] | None = None
        self.calls = 0

    def best_text(self, calls: int) -> tuple[list[int], list[float]]:
        """The tokens of the best complete text, and their log-probabilities.

        Args:
            calls: the number of calls of `read` per generated token.
        """
        root, spent = _Text([], [], ended=self._room <= 0), 0
        while not root.ended:
            spent += calls
            # Rollouts may have used up the calls of later tokens; a text is read before one of its children is chosen.
            while root.children is None or (self.calls < spent and not root.closed):
                self._visit(root)
            # Among equally visited ones, the one with the higher mean.
            root = max(root.children, key=lambda child: (child.visits, child.total / max(child.visits, 1)))
            if root.ended and not root.visits:
                self._worth(root)
        if self._best is None:
            return root.new, root.logs
        return self._best[1].new, self._best[1].logs

    def _visit(self, root: _Text) -> None:
        """Walks down to an unread text, reads it, and adds its value to all its ancestors."""
        path = [root]
        while path[-1].children is not None:
            path.append(self._chosen(path[-1]))
        last = path[-1]
        if last.ended:
            last.closed = True
        else:
            self._expand(last)
        value = self._worth(last if last.ended or not self._rollout else self._rolled(last))
        for text in reversed(path):
            text.visits += 1
            text.total += value
            if text.children is not None:
                text.closed = all(child.closed for child in text.children)

    def _chosen(self, text: _Text) -> _Text:
        spread = max(self._high - self._low, 1e-9)

        def rank(child: _Text, prior: float) -> float:
            mean = child.total / child.visits if child.visits else text.total / max(text.visits, 1)
            quality = (mean - self._low) / spread
            return quality + self._exploration * prior * text.visits**0.5 / (1 + child.visits)

        assert text.children is not None
        pairs = [pair for pair in zip(text.children, text.priors, strict=True) if not pair[0].closed]
        return max(pairs, key=lambda pair: rank(*pair))[0]

    def _expand(self, text: _Text) -> None:
        own, ruled = self._read(text.new)
        self.calls += 1
        best = [int(i) for i in np.argsort(-ruled, kind="stable")[: self._candidates] if ruled[i] > -np.inf]
        text.priors = [float(np.exp(ruled[i])) for i in best]
        text.children = [self._after(text, token, float(own[token])) for token in best]

    def _after(self, text: _Text, token: int, log: float) -> _Text:
        if token in self._stops:
            return _Text(text.new, text.logs, ended=True, end_log=log)
        return _Text([*text.new, token], [*text.logs, log], ended=len(text.new) + 1 >= self._room)

    def _rolled(self, text: _Text) -> _Text:
        """The text followed by its most likely continuation."""
        for _ in range(self._rollout):
            if text.ended:
                break
            own, ruled = self._read(text.new)
            self.calls += 1
            token = int(np.argmax(ruled))
            text = self._after(text, token, float(own[token]))
        return text

    def _worth(self, text: _Text) -> float:
        """The value of a text, which is remembered if it is the best complete one."""
        value = self._judge(text.new) if self._judge is not None else sum(text.logs) + text.end_log
        self._low, self._high = min(self._low, value), max(self._high, value)
        if text.ended and (self._best is None or value > self._best[0]):
            self._best = value, text
        return value
