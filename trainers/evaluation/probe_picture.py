"""A picture of the accuracies of probes."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...zoo.picture import INK, LINES, picture_of
from .probed_layer import ProbedLayer
from .report_pictures import BARS

UNTRAINED = "#8a93a6"
LEAST_RANGE = 0.1


def draw_probe(
    found: Sequence[ProbedLayer],
    *,
    beside: Mapping[str, Sequence[ProbedLayer]],
    most_frequent: float,
    name: str,
    format: str = "png",
) -> bytes:
    """Draws the accuracy of each layer, from the lowest to the highest, and that of always predicting one label.

    Results of several layers together are points of their own.

    Args:
        found: accuracies of the model.
        beside: name -> the same for other weights, with the same layers.
        most_frequent: accuracy of the most frequent label.
        name: the name of the model.
        format: "png", "svg" or "pdf".

    Example:
        >>> draw_probe([ProbedLayer("top", 0.8, 1.0, 8)], beside={}, most_frequent=0.5, name="a model")[1:4]
        b'PNG'
    """
    places, lines = range(len(found)), {name: found, **beside}

    def draw(figure: Any) -> None:
        axes = figure.add_subplot()
        for (label, each), color in zip(lines.items(), (BARS, UNTRAINED, *[INK] * len(lines)), strict=False):
            accuracies, alone = [layer.accuracy for layer in each], sum(layer.joined == 1 for layer in each)
            style = {"color": color, "marker": "o", "markersize": 4}
            axes.plot(places[:alone], accuracies[:alone], linewidth=1.4, label=label, **style)
            axes.plot(places[alone:], accuracies[alone:], linestyle="none", **style)
        axes.axhline(most_frequent, color=INK, linewidth=0.8, linestyle="dashed", label="the most frequent label")
        axes.set_xticks(places, [layer.layer for layer in found], rotation=90 if len(found) > 6 else 0)
        axes.set(ylabel="accuracy of a logistic regression")
        axes.margins(x=0.08)
        low, high = axes.get_ylim()
        room = max(LEAST_RANGE - (high - low), 0) / 2  # so that a negligible difference looks like one
        axes.set_ylim(low - room, high + room)
        axes.grid(axis="y", color=LINES, linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        for text in axes.legend(frameon=False).get_texts():
            text.set_parse_math(False)

    return picture_of(draw, size=(max(4.8, 1.2 + 0.45 * len(found)), 3.6), text="".join(lines), format=format)
