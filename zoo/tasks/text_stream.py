"""Streaming of texts."""

import queue
import threading
from collections.abc import Iterator
from typing import Any

from ...layers.plain.text_pieces import TextPieces
from .generation_request import GenerationRequest


def text_stream(request: GenerationRequest, prompt: bytes, seed: int) -> Iterator[str]:
    """Yields the pieces of one text while another thread generates it; that thread ends when the iterator is closed.

    Args:
        request: the settings of generation.
        prompt: UTF-8.
        seed: the seed of the text.

    Yields:
        Non-empty pieces that, joined, are the text of `generate`.
    """
    events: queue.Queue[tuple[str, Any]] = queue.Queue()
    pieces, left = TextPieces(request.stops), threading.Event()

    def watch(data: bytes) -> bool:
        text = data.decode("utf-8", errors="replace")
        events.put(("text", text))
        return left.is_set() or pieces.stopped(text)

    def write() -> None:
        try:
            ((result,), _) = request.written([prompt], [seed], watch=watch)
            events.put(("end", result["text"]))
        except Exception as error:  # passed to the reader
            events.put(("error", error))

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        while True:
            kind, value = events.get()
            if kind == "error":
                raise value
            piece = pieces.add(value) if kind == "text" else pieces.finish(value)
            if piece:
                yield piece
            if kind == "end":
                return
    finally:
        left.set()
        writer.join()
