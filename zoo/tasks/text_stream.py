"""Texts that come piece by piece."""

import queue
import threading
from collections.abc import Iterator
from typing import Any

from ...layers.plain.text_pieces import TextPieces
from .generation_request import GenerationRequest


def text_stream(request: GenerationRequest, prompt: bytes, seed: int) -> Iterator[str]:
    """The pieces of one text while it is written, by another thread; it ends when nobody listens any more.

    Args:
        request: what it is written with.
        prompt: UTF-8.
        seed: of the text.

    Yields:
        Pieces, none of them empty, that are the text of `generate` when they are joined.
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
        except Exception as error:  # handed on to whoever listens
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
