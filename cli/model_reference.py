"""A reference to a model on the command line."""

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from ..layers.plain.export_layout import MANIFEST_FILE
from ..layers.plain.file_entry import sha256_of
from ..layers.plain.read_file import check_regular_file
from ..layers.plain.without_remarks import without_remarks
from .quiet_tensorflow import quiet_tensorflow

if TYPE_CHECKING:
    from ..zoo.tasks import TextModel

CONFIG_FILE = "config.json"
# All other tasks: predict.
_COMMANDS = {"causal_lm": "generate", "latent_lm": "generate", "seq2seq_lm": "generate", "masked_lm": "fill"}


@dataclass(frozen=True)
class ModelReference:
    """A model as a user names it: a run directory, the folder of a SavedModel, a `.tflite` file, or a name of the zoo.

    A folder that contains a model takes precedence over a name. Creating a reference reads no weights and does not
    import TensorFlow.

    Attributes:
        text: The reference as the user wrote it.
        kind: "run", "export", "litert" or "name".
        head: The name of the requested task, if it is a run of several tasks.

    Example:
        >>> ModelReference.parse("lstm_small").kind
        'name'
    """

    text: str
    kind: Literal["run", "export", "litert", "name"]
    head: str | None = None

    @classmethod
    def parse(cls, text: str) -> "ModelReference":
        """Parses a reference.

        Raises:
            UserError: It is a folder without a model, a file, or an unknown name.
        """
        if not text:
            raise UserError("MODEL is empty: name a run directory, an exported model or a named model")
        path = Path(text)
        if (path / CONFIG_FILE).is_file():
            return cls(text, "run")
        if path.is_dir():
            from ..serving import is_export

            if is_export(path):
                return cls(text, "export")
        if path.suffix == ".tflite" and path.is_file():
            return cls(text, "litert")
        cls._check_name(text, path)
        return cls(text, "name")

    @staticmethod
    def _check_name(text: str, path: Path) -> None:
        from ..zoo import named_model

        if path.suffix == ".tflite":
            raise UserError(f"there is no file {text!r}: name one of langzoo export --format litert")
        looks_like_path = os.sep in text or text in (".", "..")
        if looks_like_path and not path.exists():
            raise UserError(f"there is no folder {text!r}: name a run directory, an exported model or a named model")
        try:
            named_model(text)
        except UserError as error:
            if path.is_dir() and (files := sorted(path.glob("*.tflite"))):
                raise UserError(f"{text} holds files for LiteRT; name one of them: {files[0]}") from error
            if path.is_dir():
                message = f"{text} holds no model: {CONFIG_FILE} of a run and {MANIFEST_FILE} of an export are missing"
                raise UserError(message) from error
            if path.exists():
                raise UserError(f"{text} is a file: name the folder of a model") from error
            raise UserError(f"{error}; and there is no folder of that name") from error

    def heads(self) -> dict[str, str]:
        """Returns name -> task of each head of a run of several tasks; otherwise {}. Reads no weights.

        Raises:
            UserError: the description of the run is damaged.
        """
        if self.kind != "run":
            return {}
        from ..zoo.model_directory import read_description

        heads = read_description(self.text).get("options", {}).get("heads", {})
        return {name: head["task"] for name, head in heads.items()}

    def of_task(self, name: str | None) -> "ModelReference":
        """Returns a reference to one of several tasks; the reference itself if the model has only one.

        Args:
            name: The requested task; None if none was given, or if there is only one.

        Raises:
            UserError: There are several tasks and none was requested, or none has that name; or a task was requested
                of a model of a single task.
        """
        heads = self.heads()
        if not heads:
            if name is not None:
                raise UserError(f"--task {name} is for runs of several tasks, and {self.text} has one: leave it out")
            return self
        if name is None and len(heads) > 1:
            raise UserError(f"{self.text} has a head for each of {', '.join(heads)}: choose one with --task")
        if name is not None and name not in heads:
            raise UserError(unknown_name_message(f"task of {self.text}:", name, heads))
        return dataclasses.replace(self, head=name or next(iter(heads)))

    def task(self) -> str | None:
        """Returns the task of the model; None for a name, which serves several tasks. Reads no weights.

        Raises:
            UserError: the description of the run or the export is damaged.
        """
        if self.kind == "name":
            return None
        if self.kind in ("litert", "export"):
            _, manifest = self.manifest()
            task = manifest.get("task")
            return task if isinstance(task, str) else None
        from ..zoo.model_directory import read_description

        return read_description(self.text)["task"] if self.head is None else self.heads()[self.head]

    def manifest(self) -> tuple[Path, Mapping[str, Any]]:
        """Returns the version folder or file of an exported model, and its manifest. Reads no weights.

        Raises:
            UserError: it is damaged.
        """
        if self.kind == "litert":
            from ..serving.lite_file import LiteFile

            return Path(self.text), LiteFile.read(self.text, whole=False).manifest
        from ..serving.export_folder import read_manifest, version_folder

        folder = version_folder(self.text)
        assert folder is not None  # is_export has found one
        return folder, read_manifest(folder)

    def digest(self) -> str:
        """Returns the SHA-256 hash, in hexadecimal, of all that determines a model's answers; its path and name do not.

        Raises:
            UserError: It is a name, which has no weights; or files are missing.
        """
        path = Path(self.text)
        if self.kind == "litert":
            return sha256_of(path)
        if self.kind == "export":  # whose manifest has the hashes of all files
            return sha256_of(self.manifest()[0] / MANIFEST_FILE)
        if self.kind == "name":
            raise UserError(f"{self.text} is a name without weights: name a run directory or an exported model")
        from ..zoo.model_directory import WEIGHTS_FILE, read_description

        described = {key: value for key, value in read_description(self.text).items() if key != "name"}
        check_regular_file(path / WEIGHTS_FILE)
        head = [] if self.head is None else [self.head]
        text = json.dumps([described, sha256_of(path / WEIGHTS_FILE), *head], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def need_command(self, command: str, *, of: str | None = None) -> "ModelReference":
        """Itself, if a command is for models of its task; a name says when it is opened that it has no weights.

        Args:
            command: its name.
            of: "generate", "fill" or "predict", if the command is for the same models as that one.

        Raises:
            UserError: It is not; the message names the command that is.
        """
        task = self.task()
        own = _COMMANDS.get(task or "", "predict")
        walks = task == "masked_lm" and command == "generate" and self.kind == "run"  # by Markov chains
        if task is not None and own != (of or command) and not walks:
            raise UserError(f"{self.text} is a {task} model, which langzoo {command} is not for; langzoo {own} is")
        return self

    def need_task(self, command: str, task: str) -> "ModelReference":
        """Itself, if a command is for models of its task; a name says when it is opened that it has no weights.

        Args:
            command: its name.
            task: The task that the command is for.

        Raises:
            UserError: The model is of another task.
        """
        own = self.task()
        if own not in (None, task):
            raise UserError(f"langzoo {command} is for {task} models, and {self.text} is a {own} model")
        return self

    def open(self, *, trust: bool = False) -> Any:
        """The model with its weights and the methods of its task (`generate`, `score`, `fill`, ...), wherever it lies.

        TensorFlow is imported if it is needed; a `.tflite` file does not need it.

        Args:
            trust: See `ExportedModel`.

        Returns:
            A model of `zoo.tasks` with its tokenizer, an `ExportedModel`, a `LiteModel` or a `LiteEncoder`.

        Raises:
            UserError: It is a name, which has no weights; a run without a tokenizer; or a damaged model.
        """
        if self.kind == "litert":
            from ..serving import open_lite_file

            with without_remarks():
                return open_lite_file(self.text)
        if self.kind == "export":
            quiet_tensorflow()
            from ..serving import ExportedModel

            return ExportedModel(self.text, trust=trust)
        return self.load_run()

    def load_run(self, *, needs_tokenizer: bool = True) -> "TextModel":
        """Loads the model of a run directory.

        Args:
            needs_tokenizer: Whether to refuse a run without a tokenizer.

        Raises:
            UserError: It is a name or an export, or it is damaged, or has no tokenizer.
        """
        if self.kind == "name":
            raise UserError(
                f"{self.text} is a name without weights; train it first: "
                f"langzoo train {self.text} --data FILES --run runs/{self.text}"
            )
        if self.kind in ("export", "litert"):
            raise UserError(f"{self.text} is an exported model; name the run directory that it was exported from")
        quiet_tensorflow()
        from ..zoo import load

        model = load(self.text, task=self.of_task(self.head).head)
        if model.tokenizer is None and needs_tokenizer:
            raise UserError(f"{self.text} has no tokenizer, so it cannot read text; name a run that has one")
        return model
