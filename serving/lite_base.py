"""The base of all LiteRT models."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import checked_integer
from .export_assets import checked_tokenizer
from .lite_file import LiteFile
from .text import PlainTokenizer

MAX_THREADS = 4  # more gain little on texts of one row


class LiteBase:
    """A `.tflite` file of `langzoo export --format litert`, opened without TensorFlow; a subclass asks it something.

    Args:
        path: the file.
        num_threads: that it computes with; as many as there are processors when None, four at most.

    Attributes:
        path: of the file.
        manifest: what the file says of itself: name, task, signatures, tokenizer, what was measured and more.
        tokens: the printable name of every token id.
        tokenizer: a `PlainTokenizer`.
        tokenizer_files: its files by name.
        num_threads: that it computes with.

    Raises:
        UserError: no such file, one of someone else, damaged or altered; or of a task that is another class's.
    """

    signature: ClassVar[str]
    """How the name of a signature begins that the files have which the class opens."""

    others: ClassVar[str]
    """What opens the others, for messages."""

    def __init__(self, path: Path | str, *, num_threads: int | None = None):
        file = LiteFile.read(path)
        self.path, self.manifest, self.tokens = file.path, file.manifest, file.tokens
        if not self.opens(self.manifest):
            raise UserError(f"{path} is a {self.task} model, which {self.others}")
        self.tokenizer_files = file.tokenizer_files
        self.tokenizer: PlainTokenizer = checked_tokenizer(file.tokenizer_files, file.manifest, file.path)
        threads = min(os.cpu_count() or 1, MAX_THREADS) if num_threads is None else num_threads
        self.num_threads = checked_integer("num_threads", threads, 1)

    @classmethod
    def opens(cls, manifest: Mapping[str, Any]) -> bool:
        """Whether a file with that manifest is one of the class's."""
        return any(name.startswith(cls.signature) for name in manifest["signatures"])

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self.manifest.get("name"))

    @property
    def task(self) -> str:
        """What the model is used for: "causal_lm", "masked_lm" and so on."""
        return str(self.manifest.get("task"))
