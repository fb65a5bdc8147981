"""Attention weights as an image."""

import math
import unicodedata

import numpy as np

from .attention_reading import AttentionReading
from .fonts_for import fonts_for
from .picture import DOTS_PER_INCH, INK, PAPER, picture_of

ALL_HEADS_UP_TO = 16  # panels: models with more heads show the mean of each layer by default
LONGEST_WORD = 16  # columns of a label
FONT_SIZE = 8.0
CELL = 0.17  # inches per word
WIDEST_CELL = 0.4
SMALLEST_PANEL = 1.6
CAPTION = 0.5  # below a panel
MOST_DOTS = 6000  # of a side
GAMMA = 0.6  # so that small weights can be distinguished from zero
GREY = "#7a8091"
SHADES = ("#f3f5f9", "#c3dcf0", "#6fb1d8", "#2572b4", "#0a2a5e")  # from nothing to all


def draw_attention(
    reading: AttentionReading,
    *,
    layer: int | None = None,
    head: int | None = None,
    title: str = "",
    format: str = "png",
) -> bytes:
    """Draws attention weights: rows are the words that attend, columns the words attended to.

    There is one panel per head. All panels share one colour scale, which ends at the largest weight of a word, so that
    the special tokens that many heads attend to do not wash out the rest. Above the diagonal of a causal model nothing
    is drawn.

    Args:
        reading: the attention weights of a text.
        layer: the layer, counted from 1; None for all.
        head: the head, counted from 1; None for all. If both are None, every head of a small model is drawn, and the
            mean over the heads of each layer for others.
        title: a line above the image.
        format: "png", "svg" or "pdf".

    Returns:
        The bytes of the image, the same for the same reading, fonts and versions.

    Raises:
        UserError: the model has no such layer or head.
        ValueError: an unknown format.

    Example:
        >>> weights = np.float32([[[[1, 0], [0.3, 0.7]]]])
        >>> reading = AttentionReading("causal", ["a", "b"], ["a", "b"], np.array([False, False]), weights)
        >>> draw_attention(reading)[1:4]
        b'PNG'
    """
    reading.check(layer=layer, head=head)
    panels, columns = _panels(reading, layer, head)
    words, looked_at = [list(map(_short, names)) for names in (reading.words, reading.looked_at)]
    sizes = len(words), len(looked_at), max(map(_width, words)), max(map(_width, looked_at))
    grid, top = _Grid(*sizes, len(panels), columns), _top(reading, panels)

    def draw(figure):
        image = None
        for place, (name, weights) in enumerate(panels):
            axes = figure.add_axes(grid.rectangle(place))
            image = _draw_panel(axes, weights, name, words, looked_at, top=top, causal=reading.kind == "causal")
        _draw_scale(figure, image, grid, clipped=bool(max(weights.max() for _, weights in panels) > top))
        _draw_titles(figure, grid, title, reading.kind)

    return picture_of(
        draw,
        size=(grid.width, grid.height),
        text="".join(words + looked_at) + title,  # characters without a font are reported by `missing_characters`
        format=format,
        font_size=FONT_SIZE,
        dots_per_inch=min(DOTS_PER_INCH, MOST_DOTS / max(grid.width, grid.height)),
        layout=None,
    )


def missing_characters(reading: AttentionReading) -> str:
    """The characters of the words that no font of this machine has; they are drawn as boxes."""
    return fonts_for("".join(map(_short, reading.words + reading.looked_at)))[1]


def _panels(reading, layer, head):
    """The name and weights (T, S) of each panel, and the number of panels per row (0: as many as fit)."""
    layers = range(1, reading.num_layers + 1) if layer is None else [layer]
    heads = range(1, reading.num_heads + 1) if head is None else [head]
    if layer is None and head is None and reading.num_layers * reading.num_heads > ALL_HEADS_UP_TO:
        return [(f"layer {i}, mean of {reading.num_heads} heads", reading.mean(layer=i)) for i in layers], 0
    named = [(f"layer {i}, head {j}", reading.mean(layer=i, head=j)) for i in layers for j in heads]
    return named, len(heads) if len(layers) > 1 and len(heads) > 1 else 0


def _top(reading, panels):
    """The upper end of the colour scale."""
    words = ~reading.special
    weights = np.stack([weights for _, weights in panels])
    return float(weights[..., words].max()) if words.any() else float(weights.max())


class _Grid:
    """The layout of the figure, in inches."""

    def __init__(self, num_words, num_looked_at, longest_word, longest_looked_at, count, columns):
        letter = FONT_SIZE / 72 * 0.68
        cell = min(WIDEST_CELL, max(CELL, SMALLEST_PANEL / max(num_words, num_looked_at)))
        self.panel = (cell * num_looked_at, cell * num_words)
        self.labels = (letter * longest_word + 0.15, letter * longest_looked_at + 0.15)
        slot = (self.panel[0] + self.labels[0] + 0.2, self.panel[1] + self.labels[1] + CAPTION)
        self.columns = columns or min(count, max(1, round(math.sqrt(count * 1.4 * slot[1] / slot[0]))))
        self.rows = math.ceil(count / self.columns)
        self.slot = slot
        self.head, self.foot = 0.6, 0.6
        self.width = max(self.columns * slot[0] + 0.3, 4.8)
        self.height = self.head + self.rows * slot[1] + self.foot

    def rectangle(self, place):
        """The rectangle of a panel without its labels, in fractions of the figure."""
        row, column = divmod(place, self.columns)
        left = 0.1 + column * self.slot[0] + self.labels[0]
        below = self.height - self.head - (row + 1) * self.slot[1] + CAPTION
        return (left / self.width, below / self.height, self.panel[0] / self.width, self.panel[1] / self.height)


def _draw_panel(axes, weights, name, words, looked_at, *, top, causal):
    from matplotlib.colors import LinearSegmentedColormap, PowerNorm

    shades = LinearSegmentedColormap.from_list("attention", SHADES).with_extremes(bad=PAPER)
    shown = np.ma.masked_array(weights, mask=np.triu(np.ones(weights.shape, bool), 1) if causal else False)
    image = axes.imshow(shown, cmap=shades, norm=PowerNorm(GAMMA, vmin=0, vmax=top), aspect="auto")
    # Single letters, and Chinese words, are written vertically.
    upright = [len(word) == 1 or _width(word) == 2 * len(word) for word in looked_at]
    names = ["\n".join(word) if stands else word for word, stands in zip(looked_at, upright, strict=True)]
    axes.set_xticks(range(len(looked_at)), names, rotation=90, parse_math=False)
    axes.set_yticks(range(len(words)), words, parse_math=False)
    axes.tick_params(length=0, pad=3, colors=INK, top=True, bottom=False, labeltop=True, labelbottom=False)
    for tick, stands in zip(axes.xaxis.get_major_ticks(), upright, strict=True):
        tick.label2.set(rotation=0 if stands else 90, linespacing=1.05)
    axes.set_xticks(np.arange(len(looked_at) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(words) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color=PAPER, linewidth=0.6)
    axes.tick_params(which="minor", length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel(name, fontsize=FONT_SIZE + 1, color=INK, labelpad=4)
    return image


def _draw_scale(figure, image, grid, *, clipped):
    from matplotlib.ticker import MaxNLocator

    width = min(3.0, grid.width - 2.0)
    axes = figure.add_axes((0.3 / grid.width, 0.36 / grid.height, width / grid.width, 0.12 / grid.height))
    bar = figure.colorbar(image, cax=axes, orientation="horizontal", extend="max" if clipped else "neither")
    bar.locator = MaxNLocator(4)
    bar.ax.minorticks_off()
    bar.ax.tick_params(length=2, pad=2, color=GREY)
    bar.outline.set_visible(False)
    figure.text((width + 0.5) / grid.width, 0.365 / grid.height, "attention weight", color=GREY)


def _draw_titles(figure, grid, title, kind):
    rows = "each row shows how much a target word attends to the source words" if kind == "cross" else ""
    rows = rows or "each row shows how much a word attends to the words above the columns"
    left, above = 0.3 / grid.width, grid.height - 0.14
    figure.text(left, above / grid.height, title, fontsize=FONT_SIZE + 4, va="top", parse_math=False)
    figure.text(left, (above - 0.26) / grid.height, rows, color=GREY, va="top")


def _short(word: str) -> str:
    if _width(word) <= LONGEST_WORD:
        return word
    while _width(word) >= LONGEST_WORD:
        word = word[:-1]
    return word + "…"


def _width(word: str) -> int:
    """The width of a word in columns: a Chinese character is as wide as two Latin ones."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in word)
