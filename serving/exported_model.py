"""A SavedModel with the methods of a live model."""

import numbers
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ..layers.errors import UserError
from .export_folder import KIND, read_json, read_manifest, verify_files, version_folder

TOKENS_FILE = "assets.extra/tokens.json"
INT32_MAX = 2**31 - 1
# What `CausalLM.generate` means by these names, as values of the one decoder that is in an export.
DECODERS: dict[str, dict[str, float]] = {
    "greedy": {"temperature": 0.0},
    "temperature": {},
    "top_k": {"top_k": 40},
    "top_p": {"top_p": 0.9},
}
OPTIONS = {"temperature": 1.0, "top_k": 0, "top_p": 1.0}
RULES: dict[str, tuple[str, type, Callable[[Any], bool]]] = {
    "temperature": ("a number of at least 0", numbers.Real, lambda value: 0 <= value < float("inf")),
    "top_k": ("an integer of at least 0", numbers.Integral, lambda value: 0 <= value <= INT32_MAX),
    "top_p": ("a number above 0 and at most 1", numbers.Real, lambda value: 0 < value <= 1),
}


class ExportedModel:
    """Opens an exported model with TensorFlow alone and generates and scores as the live model does.

    Args:
        directory: a version folder (`saved_models/my_model/3`), or a model's, of which the newest is taken.

    Attributes:
        directory: the version folder.
        manifest: what its `manifest.json` says: name, signatures, tokenizer, versions, files and more.
        tokens: the printable name of every token id.

    Raises:
        UserError: no export there, one of LiteRT, a later format, or a file that is missing, damaged or altered.

    Example:
        >>> model = ExportedModel("saved_models/my_model")  # doctest: +SKIP
        >>> model.generate(["the cat"], max_tokens=3)  # doctest: +SKIP
        [{'text': ' sat on the', 'tokens': ['sat', 'on', 'the'], 'log_probabilities': [-1.2, -0.3, -0.4]}]
    """

    def __init__(self, directory: Path | str):
        folder = version_folder(directory)
        if folder is None:
            raise UserError(f"{directory} holds no exported model: manifest.json is missing")
        manifest = read_manifest(folder)
        if manifest.get("kind") != KIND:
            raise UserError(
                f"{folder} holds an export of the kind {str(manifest.get('kind'))[:40]!r}, not a SavedModel; "
                "export with --format saved_model"
            )
        verify_files(folder, manifest)
        self.directory = folder
        self.manifest = manifest
        self.tokens: tuple[str, ...] = _read_tokens(folder / TOKENS_FILE)
        # Kept, since the signatures do not keep it alive.
        self._model = tf.saved_model.load(str(folder))

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self.manifest.get("name"))

    def score(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """The log-probability of every token of each text.

        Args:
            texts: list of strings.

        Returns:
            A list, one entry a text: `tokens` (strings) and `log_probabilities` (floats, natural logarithm); their sum
            is the text's own. An empty text has no tokens.

        Raises:
            UserError: a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        rows = self._call("score", {"text": _strings(texts, "texts")})
        return [self._tokens_of(rows, row) for row in range(len(texts))]

    def generate(
        self,
        prompts: Sequence[str],
        *,
        max_tokens: int = 50,
        decoder: str | None = None,
        stop: Sequence[str] | None = None,
        suppress: Sequence[str] = (),
        seed: int = 0,
        **options: float | None,
    ) -> list[dict[str, Any]]:
        """Continues each prompt.

        Args:
            prompts: list of strings, of any lengths; "" starts a text.
            max_tokens: new tokens at most.
            decoder: "greedy", "temperature", "top_k" or "top_p"; by default greedy, or "temperature" when options are
                given. Beam search is not part of an export.
            stop: None; an export stops where the tokenizer says and nowhere else.
            suppress: empty; an export may write every token.
            seed: for decoders that draw, of 32 bits; the same seed gives a prompt the same text in any batch.
            **options: `temperature` (at least 0; 0 is greedy), `top_k` (0 keeps all), `top_p` (1 keeps all); None is
                the decoder's own.

        Returns:
            A list, one entry a prompt: `text` (what follows the prompt), `tokens` (strings), `log_probabilities`.

        Raises:
            UserError: a prompt is not Unicode, or an option is unknown, out of range or not part of an export.
            ValueError: prompts is one string, or not strings.
        """
        if stop is not None:
            raise UserError("an exported model takes no stop strings; generate from the run directory instead")
        if suppress:
            raise UserError("an exported model suppresses no tokens; generate from the run directory instead")
        chosen = _options(decoder, {name: value for name, value in options.items() if value is not None})
        for name, value, low in (("max_tokens", max_tokens, 1), ("seed", seed, -INT32_MAX - 1)):
            if not isinstance(value, numbers.Integral) or not low <= value <= INT32_MAX:
                raise UserError(f"{name} must be an integer from {low} to {INT32_MAX}, not {value!r}")
        inputs = {
            "prompt": _strings(prompts, "prompts"),
            "max_tokens": tf.constant(max_tokens, tf.int32),
            "temperature": tf.constant(chosen["temperature"], tf.float32),
            "top_k": tf.constant(chosen["top_k"], tf.int32),
            "top_p": tf.constant(chosen["top_p"], tf.float32),
            "seed": tf.constant(seed, tf.int32),
        }
        rows = self._call("generate", inputs)
        return [
            {"text": rows["text"][row].decode("utf-8", errors="replace"), **self._tokens_of(rows, row)}
            for row in range(len(prompts))
        ]

    def _call(self, signature: str, inputs: Mapping[str, tf.Tensor]) -> dict[str, np.ndarray]:
        if signature not in self._model.signatures:
            raise UserError(f"{self.directory} has no signature {signature!r}: export the model again")
        return {name: value.numpy() for name, value in self._model.signatures[signature](**inputs).items()}

    def _tokens_of(self, rows: Mapping[str, np.ndarray], row: int) -> dict[str, Any]:
        length = int(rows["lengths"][row])
        return {
            "tokens": [self.tokens[token_id] for token_id in rows["token_ids"][row, :length]],
            "log_probabilities": rows["log_probabilities"][row, :length].tolist(),
        }


def _options(decoder: str | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Temperature, top_k and top_p of a decoder by name with the options that were given."""
    name = decoder or ("temperature" if given else "greedy")
    if name not in DECODERS:
        known = ", ".join(DECODERS)
        raise UserError(f"an exported model has no decoder {name!r}, only {known}; others need the run directory")
    for option, value in given.items():
        if option not in OPTIONS or name == "greedy":
            raise UserError(f"decoder {name} of an exported model has no option {option!r}")
        rule, kind, holds = RULES[option]
        if not (isinstance(value, kind) and holds(value)):
            raise UserError(f"{option} must be {rule}, not {value!r}")
    return {**OPTIONS, **DECODERS[name], **given}


def _strings(texts: Sequence[str], name: str) -> tf.Tensor:
    """String tensor (B,)."""
    if isinstance(texts, str | bytes) or not all(isinstance(text, str | bytes) for text in texts):
        raise ValueError(f"{name} must be a list of strings, not {texts!r}")
    try:
        encoded = [text if isinstance(text, bytes) else text.encode("utf-8") for text in texts]
    except UnicodeEncodeError:
        raise UserError(f"{name}: half a surrogate pair, which is not Unicode: remove it") from None
    return tf.constant(encoded, tf.string, shape=[len(encoded)])


def _read_tokens(path: Path) -> tuple[str, ...]:
    tokens = read_json(path)
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise UserError(f"{path} is no list of tokens: export the model again")
    return tuple(tokens)
