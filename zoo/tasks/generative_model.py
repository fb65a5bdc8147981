"""The base class of tasks that generate text."""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.plain.generation_options import MAX_ALTERNATIVES, checked_integer, checked_limits, ranked_results
from ...layers.plain.logit_rules import LogitRule
from ...layers.plain.logit_rules.suppress_tokens import SuppressTokens
from ...layers.plain.stop_strings import StopStrings
from ...layers.plain.text_batch import text_batch
from ...layers.tensor_ops import TensorOps
from ...layers.text import Tokenizer
from ...layers.text.continuation import continuation, valid_utf8
from ..decoding import Decoder, asked_decoder
from ..model_config import ModelConfig
from .generation_request import GenerationRequest, shared_out
from .text_model import TextModel
from .text_stream import text_stream


class GenerativeModel(TextModel):
    """A model that continues or answers text, token by token, through one loop (`zoo.decoding.decode`).

    A task implements `generate_strings`; a live model, an exported one and a server all use it.

    Args:
        config: a `ModelConfig` of a family with the task.
        tokenizer: required by the methods that take text.
        more_stop_ids: ids that end a text in addition to the tokenizer's own, if no `stop` is given.
        **kwargs: `name`.

    Raises:
        UserError: an id that the model does not have.
    """

    command = "generate {run} --prompt"

    def __init__(
        self,
        config: ModelConfig,
        *,
        tokenizer: Tokenizer | None = None,
        more_stop_ids: Sequence[int] = (),
        **kwargs: Any,
    ):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        ids, size = more_stop_ids, config.vocabulary_size
        if not isinstance(ids, (list, tuple)) or not all(type(each) is int and 0 <= each < size for each in ids):
            raise UserError(f"more_stop_ids must be a list of ids from 0 to {size - 1}, not {str(ids)[:60]}")
        self.more_stop_ids = tuple(ids)

    @property
    def options(self) -> dict[str, Any]:
        """See `TextModel`."""
        return {"more_stop_ids": list(self.more_stop_ids)} if self.more_stop_ids else {}

    @abstractmethod
    def generate_strings(
        self,
        prompts: tf.Tensor,
        decoder: Decoder,
        *,
        rules: Sequence[LogitRule] = (),
        num_results: int = 1,
        **limits: Any,
    ) -> dict[str, Any]:
        """In a graph: strings (B,) -> continuations, `text` (B·M,), with the outputs of `decode`.

        Args:
            prompts: strings (B,).
            decoder: a `Decoder`.
            rules: logit rules, in addition to those that restrict texts to the model's own tokens.
            num_results: the number of texts per prompt, M.
            **limits: `max_tokens`, `stop_ids`, `seeds` and `ends` of `decode`.
        """

    @abstractmethod
    def writer(self, prompts: tf.Tensor) -> Callable[[Mapping[str, Any]], tf.Tensor]:
        """In a graph: strings (B,) -> a function from outputs of `decode`, final or so far, to texts, strings (B·M,).

        Args:
            prompts: strings (B,); generated rows come in their order, equally many for each.
        """

    def generate(
        self,
        prompts: Sequence[str],
        *,
        max_tokens: int = 50,
        decoder: str | Decoder | None = None,
        stop: Sequence[str] | None = None,
        suppress: Sequence[str] = (),
        seed: int = 0,
        num_results: int | None = None,
        alternatives: int = 0,
        **options: Any,
    ) -> list[Any]:
        """Continues each prompt.

        Args:
            prompts: list of strings, of any length; "" starts a text.
            max_tokens: the maximum number of new tokens, up to 1,000,000; a text that fills all positions of the model
                ends there.
            decoder: a name ("greedy", "sampling", "beam", or a registered one; "temperature", "top_k" and "top_p" are
                sampling with 40 of `top_k` and 0.9 of `top_p`) or a `Decoder`; None for the one that has the given
                options, greedy if there are none.
            stop: list of strings; a text ends right before the first of them, regardless of token boundaries. "" is the
                end token. None for the tokenizer's own.
            suppress: list of strings, each one token, that are never generated: "<unk>", for instance.
            seed: the 32-bit seed of decoders that sample; the same seed gives a prompt the same text in any batch.
            num_results: the number of texts per prompt: with sampling, drawn with the seeds `seed`, `seed` + 1 and so
                on; with beam search, the hypotheses of the highest rank. None for one, not in a list.
            alternatives: the number of most likely tokens to return for each position of the text, up to 100.
            **options: options of the decoder: `temperature`, `top_k`, `top_p`, `width`, `length_penalty`,
                `coverage_penalty`; and of logit rules: `repetition_penalty`, `no_repeat_ngram_size`. None is the
                default.

        Returns:
            A list, one entry per prompt: `text` (what follows the prompt's last character; an encoder-decoder's
            answer), `tokens` (strings), `log_probabilities`; if requested, `alternatives`, for each token a list of
            `token` and `log_probability`, best first. With `num_results`, each entry is a list of that length, best
            first, and each has a `score`: the sum of the log-probabilities, or what the decoder
            ranks texts by.

        Raises:
            UserError: the model has no tokenizer, a prompt is not Unicode or too long, or an option is unknown or out
                of range.
            ValueError: prompts, stop or suppress is a single string, or not strings; or the decoder is not a decoder.
        """
        self.need_tokenizer()
        batch = text_batch(prompts, "prompts")
        limits = {"max_tokens": max_tokens, "stop": stop, "suppress": suppress, "seed": seed}
        request = self._request(decoder, options, **limits, num_results=num_results, alternatives=alternatives)
        if not batch:
            return []
        count = request.drawn * request.ranked
        rows = [prompt for prompt in batch for _ in range(request.drawn)]
        found, scores = request.written(rows, [*range(seed, seed + request.drawn)] * len(batch))
        return found if num_results is None else ranked_results(found, count, scores)

    def stream(
        self,
        prompt: str,
        *,
        max_tokens: int = 50,
        decoder: str | Decoder | None = None,
        stop: Sequence[str] | None = None,
        suppress: Sequence[str] = (),
        seed: int = 0,
        **options: Any,
    ) -> Iterator[str]:
        """Continues a prompt piece by piece, each as soon as it is final; joined, they are the text of `generate`.

        Bytes of an incomplete character are held back, and so is a possible beginning of a stop string.

        Args:
            prompt: a string; "" starts a text.
            max_tokens, decoder, stop, suppress, seed, **options: see `generate`; the decoder is greedy or sampling.

        Raises:
            UserError: as in `generate`, at once; or a decoder that does not write token by token.

        Example:
            >>> for piece in model.stream("The cat", temperature=0.8):  # doctest: +SKIP
            ...     print(piece, end="", flush=True)
        """
        self.need_tokenizer()
        (text,) = text_batch([prompt], "prompt")
        request = self._request(decoder, options, max_tokens=max_tokens, stop=stop, suppress=suppress, seed=seed)
        if type(request.decoder).decode is not Decoder.decode or request.decoder.beams > 1:
            kind = type(request.decoder).__name__
            raise UserError(f"streaming needs a decoder that writes token by token, not {kind}: use greedy or sampling")
        return text_stream(request, text, seed)

    def _request(
        self,
        decoder: Any,
        options: Mapping[str, Any],
        *,
        max_tokens: Any,
        stop: Any,
        suppress: Any,
        seed: Any,
        num_results: Any = None,
        alternatives: Any = 0,
    ) -> GenerationRequest:
        """The validated request."""
        decoder, rules = asked_decoder(decoder, options)
        if decoder.needs == "fill":
            kind = type(decoder).__name__
            raise UserError(f"{kind} fills masks, but a {self.task} model writes token by token: use a masked model")
        stop, suppress = checked_limits(max_tokens=max_tokens, seed=seed, stop=stop, suppress=suppress)
        drawn, ranked = shared_out(num_results, seed, decoder)
        return GenerationRequest(
            model=self,
            decoder=decoder,
            stops=self.stop_strings(stop),
            suppress_ids=self._suppress_ids(suppress),
            rules=tuple(rule.bound(self.token_book) for rule in rules),
            max_tokens=max_tokens,
            drawn=drawn,
            ranked=ranked,
            alternatives=checked_integer("alternatives", alternatives, 0, MAX_ALTERNATIVES),
        )

    def predict_text(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[Any]:
        """See `TextModel`; `generate`."""
        self.refuse_pairs(pairs)
        return self.generate(texts, **options)

    def scored_tokens(self, scored: Mapping[str, tf.Tensor]) -> list[dict[str, Any]]:
        """The rows of `token_ids`, `log_probabilities` and `lengths` as lists, with the names of the tokens."""
        out = {name: value.numpy() for name, value in scored.items()}
        names = self.need_tokenizer().tokens
        rows = zip(out["token_ids"], out["log_probabilities"], out["lengths"], strict=True)
        return [
            {"tokens": [names[i] for i in ids[:n]], "log_probabilities": log_probabilities[:n].tolist()}
            for ids, log_probabilities, n in rows
        ]

    def new_text(self, new: Mapping[str, Any]) -> dict[str, Any]:
        """In a graph: the outputs of `decode`, with `text` (B,) as a new text; UTF-8."""
        return {"text": valid_utf8(self.need_tokenizer().detokenize(_rows_of(new["token_ids"], new["lengths"]))), **new}

    def continued_text(
        self, prompts: tf.Tensor, token_ids: tf.Tensor, lengths: tf.Tensor, new: Mapping[str, Any]
    ) -> dict[str, Any]:
        """In a graph: the outputs of `decode`, with `text` (B,), what follows each prompt's last character; UTF-8.

        Args:
            prompts: strings (B,).
            token_ids, lengths: (B, P) and (B,), the tokens read from the prompts.
            new: the outputs of `decode`.
        """
        read, written = _rows_of(token_ids, lengths), _rows_of(new["token_ids"], new["lengths"])
        return {"text": continuation(self.need_tokenizer(), prompts, read, written), **new}

    def suppression(self, suppress_ids: Any = ()) -> tuple[LogitRule, ...]:
        """The rule that suppresses ids int32 (U,) and padding rows of the output matrix; empty if there are none."""
        size = self.config.vocabulary_size
        padding = tf.range(self.need_tokenizer().vocabulary_size, size)
        ids = tf.concat([tf.cast(suppress_ids, tf.int32), padding], axis=0)
        return () if ids.shape[0] == 0 else (SuppressTokens.of(ids, size=size, ops=TensorOps),)

    def checked_length(self, ids: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
        """The ids, after a check that the model has a position for every token that it will read."""
        longest = self.max_sequence_length
        if longest is None:
            return ids
        holds = tf.reduce_all(lengths <= longest)
        with tf.control_dependencies([tf.debugging.Assert(holds, [_too_long(longest)])]):
            return tf.identity(ids)

    def run_graph(self, graph: Callable[..., Any], *arguments: Any) -> Any:
        """Runs a graph; UserError if a text is too long."""
        try:
            return graph(*arguments)
        except tf.errors.InvalidArgumentError as error:
            rule = _too_long(self.max_sequence_length)
            if rule in str(error):
                raise UserError(rule) from None
            raised_by_rule = re.search(r"UserError: ([^\n]+)", str(error))
            if raised_by_rule:
                raise UserError(raised_by_rule[1]) from None
            raise

    def stop_strings(self, stop: Sequence[str] | None = None) -> StopStrings:
        """The strings that end a text; None for the tokenizer's own tokens and `more_stop_ids`."""
        if stop is None:
            return StopStrings(ids=tuple(dict.fromkeys((*self.own_stop_ids(), *self.more_stop_ids))))
        return StopStrings.of(stop, self.token_book)

    def stop_ids(self, stop: Sequence[str] | None = None) -> tuple[int, ...]:
        """The ids of `stop_strings`."""
        return self.stop_strings(stop).ids

    def _suppress_ids(self, suppress: Sequence[str]) -> tuple[int, ...]:
        ids = tuple(self.token_book.single_id("suppress", text) for text in suppress)
        if len(set(ids)) == self.need_tokenizer().vocabulary_size:
            raise UserError("suppress contains every token of the model: leave at least one")
        return ids

    def own_stop_ids(self) -> tuple[int, ...]:
        """The ids at which the tokenizer ends a text of the task."""
        return tuple(self.need_tokenizer().stop_ids)


def _rows_of(token_ids: tf.Tensor, lengths: tf.Tensor) -> tf.RaggedTensor:
    """Padded ids as ragged rows."""
    return tf.RaggedTensor.from_tensor(token_ids, lengths=lengths)  # pyright: ignore[reportAttributeAccessIssue]


def _too_long(longest: int | None) -> str:
    return f"a text is longer than this model reads, {longest} tokens with the start token: shorten it"
