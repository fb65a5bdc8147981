"""Loss curves of runs."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..layers.plain.errors import UserError
from ..zoo.picture import LINES, picture_of
from .run_summary import RunSummary

PANEL = (6.4, 4.0)  # inches
FONT_SIZE = 9.0


def draw_loss_curves(runs: Sequence[RunSummary], *, format: str = "png") -> bytes:
    """Draws the losses of runs, training dashed and validation solid, and bits per byte if every run has them.

    Runs in the same folder are labelled by their own names.

    Args:
        runs: at least one of them must have metrics.
        format: "png", "svg" or "pdf".

    Returns:
        A picture, the same for the same runs, fonts and versions.

    Raises:
        UserError: no run has metrics.

    Example:
        >>> draw_loss_curves([RunSummary.read("runs/mine")])[1:4]
        b'PNG'
    """
    panels: list[tuple[str, tuple[str, ...]]] = [("loss, nats", ("loss", "val_loss"))]
    if all(_points(run.records, "val_bits_per_byte")[0] for run in runs):
        panels.append(("validation, bits per byte", ("val_bits_per_byte",)))
    if not any(_points(run.records, key)[0] for run in runs for key in panels[0][1]):
        raise UserError("none of these runs has metrics, so there is no curve to draw: train one")
    names = _names(runs)

    def draw(figure):
        for place, (title, keys) in enumerate(panels, start=1):
            axes = figure.add_subplot(1, len(panels), place)
            axes.set(xlabel="step", ylabel=title)
            axes.grid(color=LINES, linewidth=0.6)
            axes.spines[["top", "right"]].set_visible(False)
            for run, name, color in zip(runs, names, _colors(len(runs)), strict=True):
                _draw_run(axes, run, name, keys, color)
        handles, labels = figure.axes[0].get_legend_handles_labels()
        legend = figure.legend(handles, labels, loc="outside upper center", ncols=2, frameon=False)
        # A name may contain a dollar sign, which would begin a formula.
        for text in legend.get_texts():
            text.set_parse_math(False)

    size = PANEL[0] * len(panels), PANEL[1]
    return picture_of(draw, size=size, text="".join(names), format=format, font_size=FONT_SIZE)


def _names(runs: Sequence[RunSummary]) -> list[str]:
    paths = [Path(run.run) for run in runs]
    alone = len({path.parent for path in paths}) == 1 and len({path.name for path in paths}) == len(paths)
    return [path.name if alone else run.run for path, run in zip(paths, runs, strict=True)]


def _draw_run(axes, run: RunSummary, name: str, keys: tuple[str, ...], color) -> None:
    for key in keys:
        steps, values = _points(run.records, key)
        if not steps:
            continue
        training = not key.startswith("val_")
        # A space in front: matplotlib leaves a label out of the legend that begins with an underscore.
        label = f" {name}{', training' if training else ''}"
        marker = "o" if len(steps) == 1 else ""  # a line of one point has no length
        axes.plot(steps, values, "--" if training else "-", color=color, label=label, marker=marker, linewidth=1.4)


def _points(records: Sequence[Mapping[str, Any]], key: str) -> tuple[list[int], list[float]]:
    """Steps and values of the records that have a number."""
    found = [(record["step"], record[key]) for record in records if _is_number(record.get(key))]
    return [step for step, _ in found], [value for _, value in found]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _colors(count: int) -> list[Any]:
    """As many colours that can be distinguished."""
    import matplotlib

    if count <= 10:
        return list(matplotlib.colormaps["tab10"].colors[:count])  # type: ignore[attr-defined]
    return [matplotlib.colormaps["turbo"](index / (count - 1)) for index in range(count)]
