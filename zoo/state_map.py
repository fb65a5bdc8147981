"""The states of a hidden Markov model as an image."""

from collections.abc import Sequence

import numpy as np

from .attention_map import SHADES
from .picture import INK, picture_of

MOST_STATES = 40
"""The maximum number of rows that are legible; of more states the most frequent ones are drawn."""
WORDS = 5
LONGEST = 14  # characters per word
CELL = 0.3  # inches
RESOLUTION = 120


def draw_states(probabilities: Sequence[np.ndarray], tokens: Sequence[str], *, title: str = "") -> bytes:
    """Draws a matrix of transitions: rows are the previous states, with their most likely words; columns are the next
    states. The most frequent states come first.

    Args:
        probabilities: π (K,), A (K, K) and B (K, V).
        tokens: the words, by id.
        title: a line above the image.

    Returns:
        A PNG file, the same for the same arguments, fonts and versions.

    Example:
        >>> parts = np.array([1.0, 0]), np.array([[0.1, 0.9], [1, 0]]), np.array([[0.5, 0.5], [1, 0]])
        >>> draw_states(parts, ["cat", "dog"])[1:4]
        b'PNG'
    """
    from matplotlib.colors import LinearSegmentedColormap

    initial, transitions, emissions = probabilities
    often = long_run_shares(initial, transitions)
    shown = np.argsort(-often, kind="stable")[:MOST_STATES]
    labels = [f"{', '.join(_words(emissions[state], tokens))}   {often[state]:.1%}   {state}" for state in shown]
    numbers, count = [str(state) for state in shown], len(shown)
    size = CELL * max(count, 4)

    def draw(figure):
        axes = figure.add_axes((5.2 / (size + 6), 0.4 / (size + 1.5), size / (size + 6), size / (size + 1.5)))
        colours = LinearSegmentedColormap.from_list("states", list(SHADES))
        image = axes.imshow(transitions[np.ix_(shown, shown)], cmap=colours, vmin=0, aspect="auto")
        axes.set_xticks(range(count), numbers)
        axes.set_yticks(range(count), labels)
        axes.tick_params(length=0, colors=INK)
        axes.xaxis.tick_top()
        figure.colorbar(image, ax=axes, fraction=0.04, label="p(next state | previous state)")
        figure.text(0.02, 1 - 0.25 / (size + 1.5), title, va="top", weight="bold")

    text = "".join(labels) + title
    return picture_of(draw, size=(size + 6, size + 1.5), text=text, dots_per_inch=RESOLUTION, layout=None)


def long_run_shares(initial: np.ndarray, transitions: np.ndarray) -> np.ndarray:
    """The long-run share of each state: π A^64.

    Example:
        >>> long_run_shares(np.array([1.0, 0.0]), np.array([[0.5, 0.5], [0.5, 0.5]])).tolist()
        [0.5, 0.5]
    """
    return initial @ np.linalg.matrix_power(transitions, 64)


def _words(emissions: np.ndarray, tokens: Sequence[str]) -> list[str]:
    """The most likely words of a state; `$` would start a formula."""
    best = np.argsort(-emissions, kind="stable")[:WORDS]
    return [str(tokens[word])[:LONGEST].replace("$", r"\$") for word in best if emissions[word] > 0]
