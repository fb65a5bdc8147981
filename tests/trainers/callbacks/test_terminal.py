import io

import pytest
from langzoo.trainers.callbacks import Terminal
from rich.console import Console


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_figures_stay_whole_on_a_narrow_terminal(width):
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=True, color_system=None)
    with Terminal(console, step=1000, total=20_000) as terminal:
        terminal.progress({"step": 1234, "loss": 4.567, "tokens_per_second": 12_345.0})
        terminal._progress.refresh()
    assert "1234/20000" in file.getvalue() and "loss 4.567  12,345 tokens/s" in file.getvalue()
