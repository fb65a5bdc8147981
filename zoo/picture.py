"""Pictures of one style, with fonts for any text."""

import io
import warnings
from collections.abc import Callable
from typing import Any

from .fonts_for import fonts_for

FORMATS = ("png", "svg", "pdf")
DOTS_PER_INCH = 150
INK, PAPER, LINES = "#1f2430", "#ffffff", "#d9dde5"

# Without a date or a version, the same picture is the same file.
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}


def picture_of(
    draw: Callable[[Any], None],
    *,
    size: tuple[float, float],
    text: str = "",
    format: str = "png",
    font_size: float = 8.0,
    dots_per_inch: float = DOTS_PER_INCH,
    layout: str | None = "constrained",
) -> bytes:
    """Returns the bytes of a picture.

    Args:
        draw: called with the figure (`matplotlib.figure.Figure`).
        size: width and height in inches.
        text: all text in it that may need other fonts; a character that no font of this machine has becomes a box.
        format: "png", "svg" or "pdf".
        font_size: in points.
        dots_per_inch: resolution of a PNG picture.
        layout: how matplotlib places the axes; None leaves that to `draw`.

    Returns:
        The content of a file, the same for the same arguments, fonts and versions.

    Raises:
        ValueError: an unknown format.

    Example:
        >>> picture_of(lambda figure: figure.add_subplot().plot([3, 1, 2]), size=(3, 2))[1:4]
        b'PNG'
    """
    if format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {format!r}")
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    families, _ = fonts_for(text)
    style: Any = {"font.family": families, "font.size": font_size, "text.color": INK, "axes.unicode_minus": False}
    with matplotlib.rc_context({**style, "svg.hashsalt": "langzoo"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Figure(figsize=size, facecolor=PAPER, layout=layout)  # pyright: ignore[reportArgumentType]
        FigureCanvasAgg(figure)
        draw(figure)
        picture = io.BytesIO()
        figure.savefig(picture, format=format, dpi=dots_per_inch, metadata=_METADATA[format])
    return picture.getvalue()
