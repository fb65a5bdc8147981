"""Running a LiteRT file token by token, with its cache in place."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..layers.plain.errors import UserError

LENGTH = "length"


class LiteSteps:
    """The signatures of a causal model or an encoder-decoder, and the state of one text.

    The state is kept in the input tensors of `decode`, which is the file's primary graph: a step writes the new rows of
    the cache in place and copies nothing else.

    Args:
        path: the `.tflite` file.
        manifest: the file's manifest.
        num_threads: number of threads to compute with.

    Raises:
        UserError: LiteRT cannot read the file, or it lacks a signature.
    """

    def __init__(self, path: Path, manifest: Mapping[str, Any], *, num_threads: int):
        from ai_edge_litert.interpreter import Interpreter

        try:
            self._model = Interpreter(model_path=str(path), num_threads=num_threads)
            self._model.allocate_tensors()
            names = list(self._model.get_signature_list())
        except (RuntimeError, ValueError) as error:
            reason = str(error).strip().splitlines()[0][:200]
            raise UserError(f"{path} cannot be read by LiteRT ({reason}): export the model again") from error
        if "decode" not in names:
            raise UserError(f"{path} has no signature decode: export the model again")
        # A runner that is kept counts as a reference to the interpreter's memory, with which `invoke` refuses to run:
        # each is created when it is called.
        decode = self._model.get_signature_runner("decode")
        inputs, outputs = decode.get_input_details(), decode.get_output_details()
        del decode
        primary = {detail["index"]: detail["name"] for detail in self._model.get_input_details()}
        if any(primary.get(detail["index"]) != detail["name"] for detail in inputs.values()):
            raise UserError(f"{path} is from an earlier version, with decode after other graphs: export it again")
        self._inputs = {name: self._model.tensor(detail["index"]) for name, detail in inputs.items()}
        self._outputs = {name: self._model.tensor(detail["index"]) for name, detail in outputs.items()}
        for tensor in self._inputs.values():
            tensor()[...] = 0  # uninitialised memory may contain NaN, and 0 · NaN is not 0
        self._logits = np.zeros(outputs["logits"]["shape"][-1], np.float32)
        self._rows = [name for name in manifest["rows"] if name in inputs and name in outputs]
        self._replaced = [name for name in outputs if name in inputs and name not in self._rows]
        self._prefills = self._by_length(names, "prefill_")
        self._encoders = self._by_length(names, "encode_")
        self._draws = "draw" in names and "start" in names

    def _by_length(self, names: list[str], prefix: str) -> dict[int, str]:
        """Returns the signatures that take several tokens at once, by their number."""
        found = [name for name in names if name.startswith(prefix)]
        return {
            self._model.get_signature_runner(name).get_input_details()["token_ids"]["shape"][1]: name for name in found
        }

    @property
    def longest_source(self) -> int:
        """The number of tokens that the longest `encode` signature takes; 0 if there is none."""
        return max(self._encoders, default=0)

    def start(self, seed: int = 0) -> None:
        """Resets the state. The cache need not be cleared: nothing after its length is read.

        Args:
            seed: seed of the vector that a text begins with (signatures `draw` and `start`); otherwise ignored.
        """
        if not self._draws:
            for name in self._replaced:
                self._inputs[name]()[...] = 0
            return
        drawn = self._model.get_signature_runner("draw")(seed=np.array(seed, np.int32))
        for name, array in self._model.get_signature_runner("start")(**drawn).items():
            self._inputs[name]()[...] = array

    def encode(self, token_ids: list[int]) -> None:
        """Reads a source of at most `longest_source` tokens, including its end token."""
        length = min(length for length in self._encoders if length >= len(token_ids))
        mask = np.arange(length)[np.newaxis] < len(token_ids)
        ids = np.zeros((1, length), np.int32)
        ids[0, : len(token_ids)] = token_ids
        read = self._model.get_signature_runner(self._encoders[length])(token_ids=ids, padding_mask=mask)
        for name, array in read.items():
            self._inputs[name]()[...] = array

    def prefill(self, token_ids: list[int]) -> np.ndarray:
        """Reads a prompt, at least one token, in pieces; returns the logits (V,) of the token after it."""
        logits, longest = np.zeros(0, np.float32), max(self._prefills)
        for piece in _pieces(token_ids, longest):
            length = min(length for length in self._prefills if length >= len(piece))
            ids = np.zeros((1, length), np.int32)
            ids[0, : len(piece)] = piece
            state = {name: self._inputs[name]().copy() for name in (*self._replaced, *self._rows)}
            given = {"token_ids": ids, "num_tokens": np.array([len(piece)], np.int32), **state}
            out = self._model.get_signature_runner(self._prefills[length])(**given)
            logits = out.pop("logits")[0]
            self._keep({name: array for name, array in out.items()}, count=len(piece))
        return logits

    def step(self, token_id: int) -> np.ndarray:
        """Reads one token; returns the logits (V,) of the next, which the next call overwrites."""
        self._inputs["token_ids"]()[0] = token_id
        self._model.invoke()
        self._keep({name: self._outputs[name]() for name in (*self._rows, *self._replaced)}, count=1)
        np.copyto(self._logits, self._outputs["logits"]()[0])
        return self._logits

    def _keep(self, new: Mapping[str, np.ndarray], *, count: int) -> None:
        """Writes the state after `count` tokens to the inputs of `decode`."""
        if self._rows:
            first = int(self._inputs[LENGTH]()[0])
            for name in self._rows:
                self._inputs[name]()[:, :, first : first + count] = new[name][:, :, :count]
        for name in self._replaced:
            self._inputs[name]()[...] = new[name]


def _pieces(token_ids: list[int], longest: int) -> Iterable[list[int]]:
    return (token_ids[first : first + longest] for first in range(0, len(token_ids), longest))
