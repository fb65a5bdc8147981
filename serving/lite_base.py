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

MAX_THREADS = 4  # more hardly help for a batch of one text


class LiteBase:
    """A `.tflite` file of `langzoo export --format litert`, opened without TensorFlow; subclasses run it.

    Args:
        path: the file.
        num_threads: number of threads to compute with; None for the number of processors, at most four.

    Attributes:
        path: path of the file.
        manifest: the file's manifest: name, task, signatures, tokenizer, measurements and more.
        tokens: the printable name of every token id.
        tokenizer: a `PlainTokenizer`.
        tokenizer_files: the files of the tokenizer by name.
        num_threads: number of threads to compute with.

    Raises:
        UserError: there is no such file, or it is not from langzoo, damaged or altered, or of another class's task.
    """

    signature: ClassVar[str]
    """The prefix of a signature that the files of this class have."""

    others: ClassVar[str]
    """How to open other files, for messages."""

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
        """Whether this class opens files with that manifest."""
        return any(name.startswith(cls.signature) for name in manifest["signatures"])

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self.manifest.get("name"))

    @property
    def task(self) -> str:
        """The task of the model: "causal_lm", "masked_lm" and so on."""
        return str(self.manifest.get("task"))
