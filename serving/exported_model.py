"""A SavedModel with the methods of a live model."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ..layers.plain.answers import detected_tokens, exported_answers, filled_places, row_answers
from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import (
    checked_limits,
    checked_results,
    exported_options,
    ranked_results,
)
from ..layers.plain.logit_rules import own_rule_options
from ..layers.plain.named_prompt import named_prompt
from ..layers.plain.option import options_of, shown
from ..layers.plain.text_batch import text_batch
from .decoding_options import decoding_options
from .encoder_methods import EncoderMethods
from .export_assets import import_needed, read_plain_tokenizer, read_tokenizer_files, read_tokens
from .export_folder import AGAIN, KIND, read_manifest, verify_files, version_folder
from .signature_calls import call_signature, load_saved_model
from .string_batch import string_batch
from .text import PlainTokenizer
from .trusted_operations import check_operations

ANSWERED_BY = ("classify", "embed", "detect", "tag", "answer", "fill", "generate")


class ExportedModel(EncoderMethods):
    """An exported SavedModel, run with TensorFlow alone, with the methods of the live model's task.

    TensorFlow Text is imported if, according to the manifest, the tokenizer of the export needs it.

    Args:
        directory: a version folder (`saved_models/my_model/3`), or a model's folder, whose newest version is taken.
        trust: whether to open a SavedModel with operations that exports of langzoo do not have. A SavedModel is a
            program: some operations of TensorFlow read and write files.

    Attributes:
        directory: the version folder.
        manifest: the contents of `manifest.json`: name, task, signatures, tokenizer, versions, files and more.
        tokens: the printable name of every token id.

    Raises:
        UserError: it is not an export, or one for LiteRT; it has a later format, needs a package that is not installed,
            or has operations that are only allowed with `trust`; or a file is missing, damaged or altered.

    Example:
        >>> model = ExportedModel("saved_models/my_model")  # doctest: +SKIP
        >>> model.generate(["the cat"], max_tokens=3)  # doctest: +SKIP
        [{'text': ' sat on the', 'tokens': ['sat', 'on', 'the'], 'log_probabilities': [-1.2, -0.3, -0.4]}]
    """

    def __init__(self, directory: Path | str, *, trust: bool = False):
        folder = version_folder(directory)
        if folder is None:
            raise UserError(f"{directory} contains no exported model: manifest.json is missing")
        manifest = read_manifest(folder)
        if manifest.get("kind") != KIND:
            raise UserError(
                f"{folder} contains an export of the kind {str(manifest.get('kind'))[:40]!r}, not a SavedModel; "
                "export with --format saved_model"
            )
        verify_files(folder, manifest)
        import_needed(folder, manifest)
        if not trust:
            check_operations(folder)
        self.directory = self._place = folder
        self.manifest = manifest
        self.tokens: tuple[str, ...] = read_tokens(folder, manifest)
        # Kept, since the signatures do not keep it alive.
        self._model = load_saved_model(folder)

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self.manifest.get("name"))

    @property
    def task(self) -> str:
        """The task of the model: "causal_lm", "masked_lm" and so on."""
        return str(self.manifest.get("task"))

    @functools.cached_property
    def tokenizer_files(self) -> dict[str, bytes]:
        """The files of the tokenizer by name, as `load_plain_tokenizer` takes them; UserError if there are none."""
        return read_tokenizer_files(self.directory, self.manifest)

    @functools.cached_property
    def tokenizer(self) -> PlainTokenizer:
        """The tokenizer, without TensorFlow; UserError for a kind from another package. The signatures take texts."""
        return read_plain_tokenizer(self.directory, self.manifest)

    def score(self, texts: Iterable[str], targets: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """Returns the log-probability of every token of each text; see `LiteModel.score` for arguments and errors."""
        paired = "source" in self._described("score")["inputs"]
        if paired != (targets is not None):
            rule = "scores targets given their sources: give both" if paired else "scores texts and takes no targets"
            raise UserError(f"{self.name} is a {self.task} model, which {rule}")
        strings = string_batch(texts, "texts")
        inputs = {"source" if paired else "text": strings}
        if targets is not None:
            inputs["target"] = string_batch(targets, "targets", beside=strings)
        if not len(strings):
            return []
        rows = self._call("score", inputs)
        return [self._tokens_of(rows, row) for row in range(len(strings))]

    def token_losses(self, token_ids: np.ndarray, targets: np.ndarray, lengths: Sequence[int]) -> np.ndarray:
        """See `LiteModel.token_losses`; raises UserError if the rows are longer than the model reads."""
        del lengths  # the positions after them are computed too, and ignored
        logits = self._call("tokens", {"token_ids": tf.constant(token_ids, tf.int32)})["logits"]  # (B, T, V)
        logits -= logits.max(-1, keepdims=True)
        return np.log(np.exp(logits).sum(-1)) - np.take_along_axis(logits, targets[..., np.newaxis], -1)[..., 0]

    def generate(
        self,
        prompts: Iterable[str],
        *,
        max_tokens: int = 50,
        decoder: str | None = None,
        stop: Sequence[str] | None = None,
        suppress: Sequence[str] = (),
        seed: int = 0,
        num_results: int | None = None,
        alternatives: int = 0,
        **options: float | None,
    ) -> list[Any]:
        """Generates a continuation of each prompt, or an encoder-decoder's answer.

        Arguments, results and errors are those of `LiteModel.generate`, except that `stop` must be None, `suppress`
        empty and `alternatives` 0: an export stops at the tokenizer's end token and may generate every token.
        """
        texts = text_batch(prompts, "prompts")
        chosen, rules = decoding_options(decoder, options)
        stops, suppressed = checked_limits(max_tokens=max_tokens, seed=seed, stop=stop, suppress=suppress)
        count = checked_results(num_results, seed, "sampling", chosen)
        if stops is not None:
            raise UserError("an exported model takes no stop strings; generate from the run directory instead")
        if alternatives:
            raise UserError("an exported model gives no alternatives; generate from the run directory instead")
        if suppressed:
            raise UserError("an exported model suppresses no tokens; generate from the run directory instead")
        of_rules = {name: getattr(rule, name) for rule in rules for name in options_of(rule)}
        asked = {"max_tokens": max_tokens, **chosen, **of_rules}
        inputs = self._option_inputs(asked)
        if not texts:
            return []
        # Not with tf.repeat or similar, which would take as long as the graph of a short text.
        strings = string_batch([text for text in texts for _ in range(count)], "prompts")
        seeds = tf.constant([*range(seed, seed + count)] * len(texts), tf.int32)
        rows = self._call("generate", {"prompt": strings, "seed": seeds, **inputs})
        found = [
            {"text": text.decode("utf-8", errors="replace"), **self._tokens_of(rows, row)}
            for row, text in enumerate(rows["text"])
        ]
        return found if num_results is None else ranked_results(found, count)

    def _option_inputs(self, asked: Mapping[str, Any]) -> dict[str, tf.Tensor]:
        """Returns the options of the signature `generate`; those that are not given have their defaults."""
        inputs = self._described("generate")["inputs"]
        values = {name: option.default for name, option in exported_options().items()}
        for name in sorted(asked.keys() - values.keys()):
            if name in own_rule_options():
                raise UserError(
                    f"an exported SavedModel takes only logit rules of numbers, and {name} is text: generate from the "
                    "run directory instead, or with a LiteModel"
                )
            raise UserError(
                f"an exported SavedModel has only langzoo's own logit rules, and {shown(name)} is of another "
                "package: generate from the run directory instead, or with a LiteModel"
            )
        unknown = [*(asked.keys() - inputs.keys()), *(inputs.keys() - values.keys() - {"prompt"})]
        if unknown:
            raise UserError(f"{self.directory} was exported without the option {shown(unknown[0])}: {AGAIN}")
        values = {name: asked.get(name, value) for name, value in values.items() if name in inputs and name != "seed"}
        return {name: tf.constant([value], inputs[name]["dtype"]) for name, value in values.items()}

    def _need(self, method: str) -> Mapping[str, Any]:
        return self._described(method)

    def _filled(self, texts: list[bytes], count: int) -> list[list[list[dict[str, Any]]]]:
        words = tf.constant([count], tf.int32)
        return filled_places(self._call("fill", {"text": string_batch(texts, "texts"), "count": words}))

    def _embedded(self, texts: list[bytes], batch_size: int, prompt_name: str | None) -> np.ndarray:
        signature, strings = "embed", string_batch(texts, "texts")
        if prompt_name is not None:
            prompt = named_prompt(self._options.prompts, prompt_name)
            signature, strings = "embed_as_is", tf.strings.join([prompt, strings])
        order = tf.argsort(tf.strings.length(strings)).numpy()
        width = self._described("embed")["outputs"]["embeddings"]["shape"][1]
        embeddings = np.zeros((len(texts), width), np.float32)
        for start in range(0, len(texts), batch_size):
            rows = order[start : start + batch_size]
            embeddings[rows] = self._call(signature, {"text": tf.gather(strings, rows)})["embeddings"]
        return embeddings

    def _classified(self, texts: list[bytes], pairs: Sequence[bytes] | None) -> Mapping[str, np.ndarray]:
        inputs = {"text": string_batch(texts, "texts")}
        if pairs is None:
            return self._call("classify", inputs)
        return self._call("classify_pairs", {**inputs, "pair": string_batch(pairs, "pairs")})

    def _detected(self, texts: list[bytes]) -> list[list[dict[str, Any]]]:
        return detected_tokens(self._call("detect", {"text": string_batch(texts, "texts")}), self.tokens)

    def _tagged(self, texts: list[bytes]) -> Mapping[str, np.ndarray]:
        return self._call("tag", {"text": string_batch(texts, "texts")})

    def _answered(self, questions: list[bytes], contexts: list[bytes], count: int) -> Mapping[str, np.ndarray]:
        strings = {"question": string_batch(questions, "texts"), "context": string_batch(contexts, "pairs")}
        return self._call("answer", {**strings, "count": tf.constant([count], tf.int32)})

    def answer(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[dict[str, Any]]:
        """Returns the live model's `answer` to each text; for a task of another package, the raw outputs."""
        method = next((name for name in ANSWERED_BY if name in self._model.signatures), None)
        if method is not None:
            return exported_answers(self, method, texts, pairs, **options)
        strings = string_batch(texts, "texts")
        inputs = {"text": strings} | ({} if pairs is None else {"pair": string_batch(pairs, "pairs", beside=strings)})
        return row_answers(self._call("serving_default", inputs)) if len(strings) else []

    def _call(self, signature: str, inputs: Mapping[str, tf.Tensor]) -> dict[str, np.ndarray]:
        rows = call_signature(
            self._model, signature, inputs, described=self._described(signature), place=self.directory
        )
        if "token_ids" in rows and not np.all((rows["token_ids"] >= 0) & (rows["token_ids"] < len(self.tokens))):
            raise UserError(f"{self.directory} is damaged ({signature}: a token without a name): {AGAIN}")
        return rows

    def _described(self, signature: str) -> Mapping[str, Any]:
        if signature not in self._model.signatures or signature not in self.manifest.get("signatures", {}):
            known = ", ".join(sorted(self._model.signatures))
            raise UserError(
                f"{self.directory} is a {self.task} model and has no signature {signature!r}, only {known}: "
                "use what it has, or another model"
            )
        return self.manifest["signatures"][signature]

    def _tokens_of(self, rows: Mapping[str, np.ndarray], row: int) -> dict[str, Any]:
        length = int(rows["lengths"][row])
        return {
            "tokens": [self.tokens[token_id] for token_id in rows["token_ids"][row, :length]],
            "log_probabilities": rows["log_probabilities"][row, :length].tolist(),
        }
