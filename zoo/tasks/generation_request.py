"""A validated call of `generate`: a decoder, logit rules and limits."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from ...layers.plain.generation_options import checked_results
from ...layers.plain.logit_rules import LogitRule
from ...layers.plain.stop_strings import CHECKED_EVERY, StopStrings
from ..decoding import Decoder, tensors_of
from ..decoding.make_decoder import DECODERS
from .text_model import strings_spec
from .token_alternatives import alternatives_of

Watch = Callable[[bytes], bool]
"""A callback that gets the text so far after each token and returns whether the text ends here."""

_WATCHES: dict[int, Watch] = {}


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class GenerationRequest:
    """The settings that texts are generated with.

    Attributes:
        model: a `GenerativeModel`.
        decoder: a `Decoder`.
        rules: the logit rules, bound to the model's tokens.
        stops: the strings that end a text.
        suppress_ids: the ids of tokens that are never generated.
        max_tokens: the maximum number of new tokens.
        drawn: the number of texts per prompt that are rows of their own, each with its seed.
        ranked: the number of texts that the decoder finds for each row.
        alternatives: the number of alternatives to return for each generated token.
    """

    model: Any
    decoder: Decoder
    rules: tuple[LogitRule, ...]
    stops: StopStrings
    suppress_ids: tuple[int, ...]
    max_tokens: int
    drawn: int = 1
    ranked: int = 1
    alternatives: int = 0

    def written(self, prompts: Sequence[bytes], seeds: Sequence[int], *, watch: Watch | None = None) -> Any:
        """Generates the texts of each prompt, as `generate` returns them, and their scores or None.

        Args:
            prompts: UTF-8.
            seeds: the seed of each prompt.
            watch: called with the text so far of a single prompt.
        """
        rules, decoder = self.rules, self.decoder
        reads_text = {"watched": watch is not None, "searched": watch is None and bool(self.stops.texts)}
        key = (decoder.graph_key(), self.ranked, *reads_text.values(), *(rule.graph_key() for rule in rules))
        graph = self.model._graph(key, lambda: self._traced(**reads_text))
        limits = (
            tf.constant(self.max_tokens, tf.int32),
            tf.constant(self.stops.ids, tf.int32, shape=[len(self.stops.ids)]),
            tf.constant(self.suppress_ids, tf.int32, shape=[len(self.suppress_ids)]),
            tf.constant(self.stops.pattern),
            tf.constant(id(watch), tf.int64),
        )
        options_of_both = tensors_of(decoder), [tensors_of(rule) for rule in rules]
        size = 1 if decoder.reads_alone(rules) else len(prompts)
        found, scores = [], []
        if watch is not None:
            _WATCHES[id(watch)] = watch
        try:
            for first in range(0, len(prompts), size):
                rows, own = prompts[first : first + size], tf.constant(seeds[first : first + size], tf.int32)
                out = self.model.run_graph(graph, tf.constant(rows, tf.string), *limits, own, *options_of_both)
                out = {name: value.numpy() for name, value in out.items()}
                found += self._results(out, np.repeat(np.array(rows, object), self.ranked))
                scores += [*out.get("scores", ())]
        finally:
            _WATCHES.pop(id(watch), None)
        return found, scores or None

    def _results(self, out: Mapping[str, Any], prompts: Any) -> list[dict[str, Any]]:
        """The texts of a graph's rows, truncated before stop strings."""
        names, found = self.model.need_tokenizer().tokens, []
        for row, (prompt, count) in enumerate(zip(prompts, out["lengths"], strict=True)):
            ids = out["token_ids"][row, :count]
            text, count = self.stops.cut_tokens(
                out["text"][row].decode("utf-8", errors="replace"),
                int(count),
                lambda n, prompt=prompt, ids=ids: self._text_of(prompt, ids[:n]),
            )
            result = {
                "text": text,
                "tokens": [names[i] for i in ids[:count]],
                "log_probabilities": out["log_probabilities"][row, :count].tolist(),
            }
            if self.alternatives:
                result["alternatives"] = alternatives_of(self.model, prompt, ids[:count], self.alternatives)
            found.append(result)
        return found

    def _text_of(self, prompt: bytes, ids: Any) -> str:
        new = {
            "token_ids": tf.constant([ids.tolist()], tf.int32, shape=[1, len(ids)]),
            "lengths": tf.constant([len(ids)]),
        }
        return self.model.writer(tf.constant([prompt]))(new).numpy()[0].decode("utf-8", errors="replace")

    def _traced(self, *, watched: bool, searched: bool) -> Callable[..., Any]:
        """A graph for any number of prompts of any length; it is traced once.

        Args:
            watched: whether a `Watch` gets the text so far.
            searched: whether it is searched for stop strings. The search is a third of the traced graph, so it is added
                only if needed.
        """
        model, rules = self.model, self.rules
        decoder, ranked = self.decoder.opened(model), self.ranked
        scalar, row = tf.TensorSpec((), tf.int32), tf.TensorSpec((None,), tf.int32)
        given = [tensors_of(options) for options in (decoder, *rules)]
        of_decoder, *of_rules = tf.nest.map_structure(
            lambda value: tf.TensorSpec([None] * value.shape.rank, value.dtype), given
        )
        pattern_spec, watch_spec = tf.TensorSpec((), tf.string), tf.TensorSpec((), tf.int64)

        def ends_of(prompts, pattern, watch):
            """A function for `decode`: which texts contain a stop string, or are no longer wanted by a stream."""
            write, every = model.writer(prompts), 1 if decoder.ranks_texts else CHECKED_EVERY

            def ends(step, new):
                if watched:
                    found = tf.py_function(_seen, [watch, write(new)], tf.bool)
                    return tf.reshape(found, tf.shape(new["finished"]))
                nothing = lambda: tf.zeros_like(new["finished"])  # noqa: E731
                here = lambda: tf.strings.regex_full_match(write(new), pattern)  # noqa: E731
                return tf.cond(step % every == every - 1, here, nothing)

            return ends

        def run(prompts, max_tokens, stop_ids, suppress_ids, pattern, watch, seeds, of_decoder, of_rules):
            asked = [rule.with_values(values) for rule, values in zip(rules, of_rules, strict=True)]
            return model.generate_strings(
                prompts,
                decoder.with_values(of_decoder),
                rules=(*model.suppression(suppress_ids), *asked),
                num_results=ranked,
                max_tokens=max_tokens,
                stop_ids=stop_ids,
                seeds=seeds,
                ends=ends_of(prompts, pattern, watch) if watched or searched else None,
            )

        if not decoder.in_graph:
            return run
        signature = [strings_spec(), scalar, row, row, pattern_spec, watch_spec, row, of_decoder, of_rules]
        return tf.function(run, input_signature=signature, autograph=False)


def shared_out(num_results: int | None, seed: int, decoder: Decoder) -> tuple[int, int]:
    """The number of texts per prompt that are rows of their own, each with its seed; and the number per row.

    Raises:
        UserError: more texts than the decoder or the seeds can give; a decoder of another package gives one.
    """
    apart = decoder.draws and not hasattr(decoder, "width")
    known = {kind: name for name, kind in DECODERS.own().items()}
    name = "sampling" if apart else known.get(type(decoder), type(decoder).__name__)
    count = checked_results(num_results, seed, name, vars(decoder))
    return (count, 1) if apart else (1, count)


def _seen(watch: tf.Tensor, texts: tf.Tensor) -> bool:
    return _WATCHES[int(watch)](texts.numpy()[0])
