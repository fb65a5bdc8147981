"""A SavedModel with the methods of a live model."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ..layers.plain.answers import detected_tokens, exported_answers, filled_places, row_answers
from ..layers.plain.classification_answers import classification_answers
from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import (
    checked_integer,
    checked_limits,
    checked_results,
    exported_options,
    ranked_results,
)
from ..layers.plain.named_prompt import named_prompt
from ..layers.plain.option import shown
from .decoding_options import decoding_options
from .encoder_options import EncoderOptions
from .export_assets import import_needed, read_plain_tokenizer, read_tokenizer_files, read_tokens
from .export_folder import AGAIN, KIND, read_manifest, verify_files, version_folder
from .missing_mask import missing_mask
from .signature_calls import call_signature, load_saved_model
from .string_batch import string_batch
from .text import PlainTokenizer
from .trusted_operations import check_operations

ANSWERED_BY = ("classify", "embed", "detect", "fill", "generate")


class ExportedModel:
    """Opens an exported model with TensorFlow alone and does what the live model does: the methods of its task.

    TensorFlow Text is imported where the tokenizer of the export needs it, as its manifest says.

    Args:
        directory: a version folder (`saved_models/my_model/3`), or a model's, of which the newest is taken.
        trust: whether to open one with operations that exports of langzoo do not have. A SavedModel is a program: some
            operations of TensorFlow read and write files.

    Attributes:
        directory: the version folder.
        manifest: what its `manifest.json` says: name, task, signatures, tokenizer, versions, files and more.
        tokens: the printable name of every token id.

    Raises:
        UserError: no export there, one of LiteRT, a later format, one that needs a package that is not installed, or a
            file that is missing, damaged or altered; or operations that only `trust` lets in.

    Example:
        >>> model = ExportedModel("saved_models/my_model")  # doctest: +SKIP
        >>> model.generate(["the cat"], max_tokens=3)  # doctest: +SKIP
        [{'text': ' sat on the', 'tokens': ['sat', 'on', 'the'], 'log_probabilities': [-1.2, -0.3, -0.4]}]
    """

    def __init__(self, directory: Path | str, *, trust: bool = False):
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
        import_needed(folder, manifest)
        if not trust:
            check_operations(folder)
        self.directory = folder
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
        """What the model is used for: "causal_lm", "masked_lm" and so on."""
        return str(self.manifest.get("task"))

    @functools.cached_property
    def tokenizer_files(self) -> dict[str, bytes]:
        """The files of the tokenizer by name, as `load_plain_tokenizer` takes them; UserError where there are none."""
        return read_tokenizer_files(self.directory, self.manifest)

    @functools.cached_property
    def tokenizer(self) -> PlainTokenizer:
        """The tokenizer, without TensorFlow; UserError for a kind from another package. Signatures take texts."""
        return read_plain_tokenizer(self.directory, self.manifest)

    def score(self, texts: Iterable[str], targets: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """The log-probability of every token of each text; arguments and errors as of `LiteModel.score`."""
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
        """See `LiteModel.token_losses`; UserError where the rows are longer than the model reads."""
        del lengths  # what stands after them is read too, and means nothing
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
        **options: float | None,
    ) -> list[Any]:
        """Continues each prompt; an encoder-decoder answers it.

        Args, results and errors are those of `LiteModel.generate`, but that `stop` must be None and `suppress` empty:
        an export stops where the tokenizer says, and may write every token.
        """
        strings = string_batch(prompts, "prompts")
        chosen, rules = decoding_options(decoder, options)
        stops, suppressed = checked_limits(max_tokens=max_tokens, seed=seed, stop=stop, suppress=suppress)
        count = checked_results(num_results, seed, "sampling", chosen)
        if stops is not None:
            raise UserError("an exported model takes no stop strings; generate from the run directory instead")
        if suppressed:
            raise UserError("an exported model suppresses no tokens; generate from the run directory instead")
        asked = {"max_tokens": max_tokens, **chosen, **{name: v for rule in rules for name, v in rule.dynamic.items()}}
        inputs = self._option_inputs(asked)
        if not len(strings):
            return []
        seeds = tf.tile(tf.constant(seed, tf.int32) + tf.range(count), [len(strings)])
        rows = self._call("generate", {"prompt": tf.repeat(strings, count), "seed": seeds, **inputs})
        found = [
            {"text": text.decode("utf-8", errors="replace"), **self._tokens_of(rows, row)}
            for row, text in enumerate(rows["text"])
        ]
        return found if num_results is None else ranked_results(found, count)

    def _option_inputs(self, asked: Mapping[str, Any]) -> dict[str, tf.Tensor]:
        """The options of the signature `generate`, those that are not asked for at their defaults."""
        inputs = self._described("generate")["inputs"]
        values = {name: option.default for name, option in exported_options().items()}
        for name in asked.keys() - values.keys():
            raise UserError(
                f"an exported SavedModel holds langzoo's own logit rules alone, and {shown(name)} is of another "
                "package's: generate from the run directory instead, or with a LiteModel"
            )
        unknown = [*(asked.keys() - inputs.keys()), *(inputs.keys() - values.keys() - {"prompt"})]
        if unknown:
            raise UserError(f"{self.directory} was exported without the option {shown(unknown[0])}: {AGAIN}")
        values = {name: asked.get(name, value) for name, value in values.items() if name in inputs and name != "seed"}
        return {name: tf.constant([value], inputs[name]["dtype"]) for name, value in values.items()}

    def fill(self, texts: Iterable[str], *, count: int = 5) -> list[list[list[dict[str, Any]]]]:
        """The likeliest words for every mask token, each judged by itself.

        Args:
            texts: list of strings with the mask token in them.
            count: words for each, from 1 to all that the model knows.

        Returns:
            For every text, for each of its mask tokens in turn: a list of `token` and `probability`, best first.

        Raises:
            UserError: the model does not fill, the count is out of range, or a text is not Unicode or has no mask token
                among the tokens that the model reads.
            ValueError: texts is one string, or not strings.
        """
        strings = string_batch(texts, "texts")
        words = tf.constant([checked_integer("count", count, 1, len(self.tokens))], tf.int32)
        if not len(strings):
            return []
        rows = self._call("fill", {"text": strings, "count": words})
        for text, length in zip(strings.numpy(), rows["lengths"], strict=True):
            if not length:
                raise missing_mask(text, self.manifest, self.tokens)
        return filled_places(rows)

    def embed(self, texts: Iterable[str], *, batch_size: int = 32, prompt_name: str | None = None) -> np.ndarray:
        """The vectors of texts, float32 (len(texts), D).

        Args:
            texts: list of strings; those over the model's length are cut.
            batch_size: texts that are read side by side, at least 1; of like length, so that little is padded.
            prompt_name: of the prompts in the manifest's options, what is put before each text; None for the model's
                default, if it has one.

        Raises:
            UserError: the model does not embed, has no prompt of that name, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        checked_integer("batch_size", batch_size, 1)
        strings = string_batch(texts, "texts")
        signature = "embed"
        if prompt_name is not None:
            prompt = named_prompt(EncoderOptions.read(self.manifest, self.directory).prompts, prompt_name)
            signature, strings = "embed_as_is", tf.strings.join([prompt, strings])
        order = tf.argsort(tf.strings.length(strings)).numpy()
        width = self._described("embed")["outputs"]["embeddings"]["shape"][1]
        embeddings = np.zeros((len(strings), width), np.float32)
        for start in range(0, len(strings), batch_size):
            rows = order[start : start + batch_size]
            embeddings[rows] = self._call(signature, {"text": tf.gather(strings, rows)})["embeddings"]
        return embeddings

    def classify(self, texts: Iterable[str], pairs: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """The label of each text, or of each pair; or its labels, or its score, as the model's problem type says.

        Args:
            texts: list of strings.
            pairs: the second text of each, or None.

        Returns:
            A list with a dict for each text, as `classification_answers` gives them.

        Raises:
            UserError: the model does not classify, or a text is not Unicode.
            ValueError: texts or pairs is one string, or not strings, or there are not as many.
        """
        strings = string_batch(texts, "texts")
        inputs = {"text": strings}
        if pairs is not None:
            inputs["pair"] = string_batch(pairs, "pairs", beside=strings)
        if not len(strings):
            return []
        rows = self._call("classify" if pairs is None else "classify_pairs", inputs)
        width = rows["scores" if "scores" in rows else "probabilities"].shape[1]
        return classification_answers(rows, EncoderOptions.read(self.manifest, self.directory).checked_labels(width))

    def detect(self, texts: Iterable[str]) -> list[list[dict[str, Any]]]:
        """How probably each token of each text was put there in place of another.

        Args:
            texts: list of strings.

        Returns:
            For every text a list of `token` and `probability`, special tokens included.

        Raises:
            UserError: the model does not detect, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        strings = string_batch(texts, "texts")
        if not len(strings):
            return []
        return detected_tokens(self._call("detect", {"text": strings}), self.tokens)

    def answer(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[dict[str, Any]]:
        """What the live model's `answer` says of each text; of a task of another package the outputs as they are."""
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
            raise UserError(f"{self.directory} is damaged ({signature}: a token that it has no name for): {AGAIN}")
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
