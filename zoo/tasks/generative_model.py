"""The base of tasks that write text."""

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.plain.generation_options import checked_limits, checked_results, ranked_results
from ...layers.plain.logit_rules import LogitRule, split_rules
from ...layers.plain.logit_rules.suppress_tokens import SuppressTokens
from ...layers.plain.token_book import TokenBook
from ...layers.tensor_ops import TensorOps
from ...layers.text import Tokenizer
from ...layers.text.continuation import continuation, valid_utf8
from ..decoding import Decoder, make_decoder, tensors_of
from ..decoding.make_decoder import DECODERS
from ..model_config import ModelConfig
from .text_model import TextModel, batch_of_text, strings_spec


class GenerativeModel(TextModel):
    """A model that continues or answers text, token by token, through one loop (`zoo.decoding.decode`).

    A task writes `generate_strings`; a live model, an exported one and a server all come through it.

    Args:
        config: a `ModelConfig` of a family with the task.
        tokenizer: needed by the methods that take text.
        more_stop_ids: ids that end a text beside the tokenizer's own, where no `stop` is given.
        **kwargs: `name`.

    Raises:
        UserError: an id that is none of the model's.
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
        """In a graph: strings (B,) -> what follows, `text` (B·M,), with what `decode` returns.

        Args:
            prompts: strings (B,).
            decoder: a `Decoder`.
            rules: logit rules, beside those that keep to the model's own tokens.
            num_results: texts for each prompt, M.
            **limits: `max_tokens`, `stop_ids` and `seeds` of `decode`.
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
        **options: Any,
    ) -> list[Any]:
        """Continues each prompt.

        Args:
            prompts: list of strings, of any lengths; "" starts a text.
            max_tokens: new tokens at most, up to 1,000,000; a text that fills all positions of the model ends there.
            decoder: a name ("greedy", "sampling", "beam", or a registered one; "temperature", "top_k" and "top_p" are
                sampling with 40 of `top_k` and 0.9 of `top_p`) or a `Decoder`; None for the one that has the options:
                greedy without any.
            stop: list of strings, each one token, that end a text; the tokenizer's own when None.
            suppress: list of strings, each one token, that are never written: "<unk>", for instance.
            seed: for decoders that draw, of 32 bits; the same seed gives a prompt the same text in any batch.
            num_results: texts for each prompt: of sampling, drawn with the seeds `seed`, `seed` + 1 and so on; of beam
                search, the hypotheses that rank highest. None is one, not in a list.
            **options: the decoder's: `temperature`, `top_k`, `top_p`, `width`, `length_penalty`; and those of logit
                rules: `repetition_penalty`, `no_repeat_ngram_size`. None is the default.

        Returns:
            A list, one entry per prompt: `text` (what follows the prompt's last character; an encoder-decoder's
            answer), `tokens` (strings), `log_probabilities`. With `num_results`, each entry is a list of so many, best
            first, and each has its `score`: the sum of the log-probabilities, or the rank in beam search.

        Raises:
            UserError: the model has no tokenizer, a prompt is not Unicode or too long, or an option is unknown or out
                of range.
            ValueError: prompts, stop or suppress is one string, or not strings; or the decoder is none.
        """
        self.need_tokenizer()
        batch = batch_of_text(prompts, "prompts")
        if isinstance(decoder, Decoder):
            rules, rest = split_rules(
                {name: value for name, value in options.items() if value is not None}, outside=True
            )
            if rest:
                raise UserError(f"{next(iter(rest))} must be set in the decoder, which was given whole")
        else:
            decoder, rules = make_decoder(decoder, **options)
        if decoder.needs != "step":
            kind = type(decoder).__name__
            raise UserError(f"{kind} fills masks, and a {self.task} model writes token by token: use a masked model")
        stop, suppress = checked_limits(max_tokens=max_tokens, seed=seed, stop=stop, suppress=suppress)
        count = _checked_results(num_results, seed, decoder)
        stop_ids, suppress_ids = self.stop_ids(stop), self._suppress_ids(suppress)
        rules = tuple(rule.bound(self._token_book) for rule in rules)
        if not len(batch):
            return []
        drawn = count if _draws_apart(decoder) else 1  # rows of their own, each with its seed
        ranked = count // drawn
        key = (decoder.graph_key(), ranked, *(rule.graph_key() for rule in rules))
        graph = self._graph(key, lambda: self._trace_generate(decoder, rules, ranked))
        rows, seeds = tf.repeat(batch, drawn), tf.tile(tf.constant(seed, tf.int32) + tf.range(drawn), [len(batch)])
        limits = (
            tf.constant(max_tokens, tf.int32),
            tf.constant(stop_ids, tf.int32, shape=[len(stop_ids)]),
            tf.constant(suppress_ids, tf.int32, shape=[len(suppress_ids)]),
        )
        options_of_both = tensors_of(decoder), [tensors_of(rule) for rule in rules]
        size = 1 if decoder.reads_alone(rules) else len(rows)
        found, scores = [], None
        for first in range(0, len(rows), size):
            piece = slice(first, first + size)
            out = self.run_graph(graph, rows[piece], *limits, seeds[piece], *options_of_both)
            out = {name: value.numpy() for name, value in out.items()}
            found += self._written(out)
            scores = out.get("scores")  # of hypotheses, which are never read alone
        return found if num_results is None else ranked_results(found, count, scores)

    def _written(self, out: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The texts of a graph's rows."""
        names = self.need_tokenizer().tokens
        return [
            {
                "text": out["text"][row].decode("utf-8", errors="replace"),
                "tokens": [names[i] for i in out["token_ids"][row, :n]],
                "log_probabilities": out["log_probabilities"][row, :n].tolist(),
            }
            for row, n in enumerate(out["lengths"])
        ]

    def predict_text(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[Any]:
        """See `TextModel`; `generate`."""
        self.refuse_pairs(pairs)
        return self.generate(texts, **options)

    def scored_tokens(self, scored: Mapping[str, tf.Tensor]) -> list[dict[str, Any]]:
        """The rows of `token_ids`, `log_probabilities` and `lengths` as lists, with the tokens' names."""
        out = {name: value.numpy() for name, value in scored.items()}
        names = self.need_tokenizer().tokens
        rows = zip(out["token_ids"], out["log_probabilities"], out["lengths"], strict=True)
        return [
            {"tokens": [names[i] for i in ids[:n]], "log_probabilities": log_probabilities[:n].tolist()}
            for ids, log_probabilities, n in rows
        ]

    def new_text(self, new: Mapping[str, Any]) -> dict[str, Any]:
        """In a graph: what `decode` returned, with its `text` (B,) as one that starts anew; UTF-8."""
        return {"text": valid_utf8(self.need_tokenizer().detokenize(_rows_of(new["token_ids"], new["lengths"]))), **new}

    def continued_text(
        self, prompts: tf.Tensor, token_ids: tf.Tensor, lengths: tf.Tensor, new: Mapping[str, Any]
    ) -> dict[str, Any]:
        """In a graph: what `decode` returned, with its `text` (B,), what follows each prompt's last character; UTF-8.

        Args:
            prompts: strings (B,).
            token_ids, lengths: (B, P) and (B,), what was read of them.
            new: of `decode`.
        """
        read, written = _rows_of(token_ids, lengths), _rows_of(new["token_ids"], new["lengths"])
        return {"text": continuation(self.need_tokenizer(), prompts, read, written), **new}

    def suppression(self, suppress_ids: Any = ()) -> tuple[LogitRule, ...]:
        """The rule against ids int32 (U,), and against rows of the matrix that only round its size up; or no rule."""
        size = self.config.vocabulary_size
        padding = tf.range(self.need_tokenizer().vocabulary_size, size)
        ids = tf.concat([tf.cast(suppress_ids, tf.int32), padding], axis=0)
        return () if ids.shape[0] == 0 else (SuppressTokens.of(ids, size=size, ops=TensorOps),)

    def checked_length(self, ids: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
        """The ids, once it is known that the model has a position for every token that it is to read."""
        longest = self.max_sequence_length
        if longest is None:
            return ids
        holds = tf.reduce_all(lengths <= longest)
        with tf.control_dependencies([tf.debugging.Assert(holds, [_too_long(longest)])]):
            return tf.identity(ids)

    def run_graph(self, graph: Callable[..., Any], *arguments: Any) -> Any:
        """A graph's outputs; UserError where a text was too long."""
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

    @cached_property
    def _token_book(self) -> TokenBook:
        tokenizer = self.need_tokenizer()
        return TokenBook(
            names=tokenizer.tokens,
            width=self.config.vocabulary_size,
            end_id=tokenizer.end_id,
            unknown_id=tokenizer.unknown_id,
            joins_words=tokenizer.joins_words,
            encode=lambda text: tokenizer.tokenize(text).numpy().tolist(),
            decode=lambda rows: (
                tokenizer.detokenize(tf.ragged.constant(rows, tf.int64, ragged_rank=1)).numpy().tolist()
            ),
        )

    def stop_ids(self, stop: Sequence[str] | None = None) -> tuple[int, ...]:
        """The ids of stop strings, "" being the end token; when None, the tokenizer's own and `more_stop_ids`."""
        if stop is None:
            return tuple(dict.fromkeys((*self.own_stop_ids(), *self.more_stop_ids)))
        return tuple(self._single_token("stop", text) for text in stop)

    def _suppress_ids(self, suppress: Sequence[str]) -> tuple[int, ...]:
        ids = tuple(self._single_token("suppress", text) for text in suppress)
        if len(set(ids)) == self.need_tokenizer().vocabulary_size:
            raise UserError("suppress holds every token of the model: leave it one to write")
        return ids

    def own_stop_ids(self) -> tuple[int, ...]:
        """The ids at which the tokenizer ends a text of the task."""
        return tuple(self.need_tokenizer().stop_ids)

    def _single_token(self, what: str, text: str) -> int:
        tokenizer = self.need_tokenizer()
        if text in ("", tokenizer.tokens[tokenizer.end_id]):
            return tokenizer.end_id
        encoded = tokenizer.tokenize(text).numpy().tolist()
        if len(encoded) != 1:
            raise UserError(f"{what} {text!r} is {len(encoded)} tokens for this model; it must be one")
        if encoded[0] == tokenizer.unknown_id and text != tokenizer.tokens[tokenizer.unknown_id]:
            raise UserError(f"{what} {text!r} is not in the model's vocabulary; it must be")
        return encoded[0]

    def _trace_generate(self, decoder: Decoder, rules: Sequence[LogitRule], num_results: int) -> Callable[..., Any]:
        """A graph for prompts of any number and length; it is traced once."""
        decoder = decoder.opened(self)
        scalar, row = tf.TensorSpec((), tf.int32), tf.TensorSpec((None,), tf.int32)
        given = [tensors_of(options) for options in (decoder, *rules)]
        of_decoder, *of_rules = tf.nest.map_structure(
            lambda value: tf.TensorSpec([None] * value.shape.rank, value.dtype), given
        )

        @tf.function(input_signature=[strings_spec(), scalar, row, row, row, of_decoder, of_rules], autograph=False)
        def run(prompts, max_tokens, stop_ids, suppress_ids, seeds, of_decoder, of_rules):
            asked = [rule.with_values(values) for rule, values in zip(rules, of_rules, strict=True)]
            return self.generate_strings(
                prompts,
                decoder.with_values(of_decoder),
                rules=(*self.suppression(suppress_ids), *asked),
                num_results=num_results,
                max_tokens=max_tokens,
                stop_ids=stop_ids,
                seeds=seeds,
            )

        return run


def _checked_results(num_results: int | None, seed: int, decoder: Decoder) -> int:
    """See `checked_results`; a decoder of another package gives one text for each prompt."""
    known = {kind: name for name, kind in DECODERS.own().items()}
    name = "sampling" if _draws_apart(decoder) else known.get(type(decoder), type(decoder).__name__)
    return checked_results(num_results, seed, name, vars(decoder))


def _draws_apart(decoder: Decoder) -> bool:
    """Whether each text of a prompt is drawn by itself, with a seed of its own."""
    return decoder.draws and not hasattr(decoder, "width")


def _rows_of(token_ids: tf.Tensor, lengths: tf.Tensor) -> tf.RaggedTensor:
    """Padded ids as ragged rows."""
    return tf.RaggedTensor.from_tensor(token_ids, lengths=lengths)  # pyright: ignore[reportAttributeAccessIssue]


def _too_long(longest: int | None) -> str:
    return f"a text is longer than this model reads, {longest} tokens with the start token: shorten it"
