"""The format of answers of live models, SavedModels and LiteRT files. Needs no TensorFlow."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .cosine_similarity import cosine_similarity
from .errors import UserError


def token_answers(model: Any, texts: Sequence[str], pairs: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Returns for each text `tokens`, the output of the model's `detect`.

    Raises:
        UserError: there are second texts.
    """
    _refuse_pairs(model, pairs)
    return [{"tokens": tokens} for tokens in model.detect(texts)]


def named_probabilities(tokens: Iterable[str | bytes], probabilities: Iterable[float]) -> list[dict[str, Any]]:
    """Returns the name and the probability of each token.

    Example:
        >>> named_probabilities([b"cat", b"dog"], [0.75, 0.25])
        [{'token': 'cat', 'probability': 0.75}, {'token': 'dog', 'probability': 0.25}]
    """
    names = [token.decode("utf-8") if isinstance(token, bytes) else token for token in tokens]
    return [{"token": name, "probability": float(each)} for name, each in zip(names, probabilities, strict=True)]


def detected_tokens(rows: Mapping[str, np.ndarray], names: Sequence[str]) -> list[list[dict[str, Any]]]:
    """Returns for each text its tokens and the probability that each was replaced.

    Args:
        rows: `token_ids` and `probabilities` (B, T), and `lengths` (B,).
        names: names of all tokens.
    """
    given = zip(rows["token_ids"], rows["probabilities"], rows["lengths"], strict=True)
    return [named_probabilities([names[int(i)] for i in ids[:n]], values[:n]) for ids, values, n in given]


def filled_places(rows: Mapping[str, np.ndarray]) -> list[list[list[dict[str, Any]]]]:
    """Returns for each text and each of its mask tokens the most likely words.

    Args:
        rows: `tokens` bytes and `probabilities` (B, M, K), and `lengths` (B,): the number of valid rows of M.
    """
    given = zip(rows["tokens"], rows["probabilities"], rows["lengths"], strict=True)
    return [[named_probabilities(words[i], values[i]) for i in range(n)] for words, values, n in given]


def embedding_answers(
    model: Any, texts: Sequence[str], pairs: Sequence[str] | None = None, *, prompt_name: str | None = None
) -> list[dict[str, Any]]:
    """Returns `embedding` for each text, or `cosine`, `embedding` and `pair_embedding` for each pair.

    Args:
        model: a model with `embed`.
        texts: list of strings.
        pairs: as many, or None.
        prompt_name: see `embed`.

    Raises:
        ValueError: the number of second texts differs.
    """
    first = model.embed(texts, prompt_name=prompt_name)
    if pairs is None:
        return [{"embedding": vector.tolist()} for vector in first]
    second = model.embed(pairs, prompt_name=prompt_name)
    if len(first) != len(second):
        raise ValueError(f"pairs must be as many as texts, {len(first)}, not {len(second)}")
    rows = zip(first, second, cosine_similarity(first, second), strict=True)
    return [
        {"cosine": float(cosine), "embedding": one.tolist(), "pair_embedding": other.tolist()}
        for one, other, cosine in rows
    ]


def exported_answers(
    model: Any, method: str | None, texts: Sequence[str], pairs: Sequence[str] | None, **options: Any
) -> list[dict[str, Any]]:
    """Returns the answers of an exported model, by one of its methods.

    Args:
        model: a SavedModel or a LiteRT file.
        method: the method of its task, "classify", "embed", "detect", "tag" or "answer".
        texts, pairs, **options: see `TextModel.answer`.

    Raises:
        UserError: the task's method does not take texts alone.
    """
    if method == "classify":
        return model.classify(texts, pairs, **options)
    if method == "embed":
        return embedding_answers(model, texts, pairs, **options)
    if method == "detect":
        return token_answers(model, texts, pairs, **options)
    if method == "tag":
        _refuse_pairs(model, pairs)
        return model.tag(texts, **options)
    if method == "answer":
        return model.answer_questions(texts, pairs, **options)
    raise UserError(f"{model.name} is a {model.task} model, which does not answer texts alone; use its {method!r}")


def row_answers(outputs: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """Returns the values of each row of a signature's outputs, for JSON; for tasks of other packages.

    Example:
        >>> row_answers({"label": np.array([b"good"]), "score": np.array([0.5])})
        [{'label': 'good', 'score': 0.5}]
    """
    count = min((len(values) for values in outputs.values()), default=0)
    return [{name: _plain(values[row]) for name, values in outputs.items()} for row in range(count)]


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return [_plain(each) for each in value]
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else np.asarray(value).item()


def _refuse_pairs(model: Any, pairs: Sequence[str] | None) -> None:
    if pairs is not None:
        raise UserError(f"{model.name} is a {model.task} model, which reads no pairs: leave the second texts out")
