"""Interpreters for texts that are generated at the same time."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterator

from .lite_steps import LiteSteps


class StepsPool:
    """`LiteSteps` of one file: every text that is being read or written has its own, so that none disturbs another.

    Threads may use it together, and streams may be read in turn. A further interpreter is made only when all are in
    use, and kept.

    Args:
        make: opens the file; called at once, and whenever all are in use.
    """

    def __init__(self, make: Callable[[], LiteSteps]):
        first = make()
        self.longest_source = first.longest_source
        self._make, self._idle = make, deque([first])

    @contextlib.contextmanager
    def taken(self) -> Iterator[LiteSteps]:
        """An interpreter for one text, whose state is undefined until `start`."""
        try:
            steps = self._idle.pop()  # atomic, as `append` is
        except IndexError:
            steps = self._make()
        try:
            yield steps
        finally:
            self._idle.append(steps)
