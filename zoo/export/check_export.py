"""A script that runs an export without langzoo, and for LiteRT without TensorFlow, and stores the answers.

It is run by its path, in its own Python process (`run_alone`), with the paths of a request and of an answer. Next to
each is a NumPy file, `.npz`, of tensors by "rehearsal/call/name" as `packed` makes them: inputs, and the outputs to
keep. The request is JSON of

- `kind` and `file`: "saved_model" and its folder, or "litert" and its file,
- `tensorflow_text`: whether a SavedModel may import it,
- `rehearsals`: lists of calls, each of `signature`, `inputs` (their names), `keep` (whether to keep the outputs),
  `decision` (an output, and "argmax", "sign" or "itself"; or null) and `targets` (a nested list of the correct
  decisions, -1 if unknown; or null); an input that is not given is the output of that name of an earlier call of the
  same list, or zero,
- `rows`: names of inputs of which a call returns only the new rows (`Program.rows`),
- `path`: the folders to search for packages.

The answer is JSON of `decisions`, a nested list for every call that has one, in order; and `scores`, for every call
with targets, as returned by `score`.
"""

import json
import sys

import numpy as np

DECISIONS = {
    "argmax": lambda array: array.argmax(-1),
    "sign": lambda array: (array > 0).astype(np.int32),
    "itself": lambda array: array,
}


def main(request_path: str, answer_path: str) -> None:
    """Answers the request; any failure is an exception, and so an exit code of 1."""
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    sys.path.extend(folder for folder in request["path"] if folder not in sys.path)
    sys.modules["langzoo"] = None  # type: ignore[assignment]  # importing it from here on is an ImportError
    ask = (_ask_saved_model if request["kind"] == "saved_model" else _ask_litert)(request)
    with np.load(f"{request_path}.npz") as file:
        given = {key: unpacked(array) for key, array in file.items()}
    kept, decisions, scores = rehearse(ask, request["rehearsals"], given, request["rows"])
    np.savez(f"{answer_path}.npz", **{key: packed(array) for key, array in kept.items()})  # type: ignore[arg-type]
    with open(answer_path, "w", encoding="utf-8") as file:
        json.dump({"decisions": [made.tolist() for made in decisions], "scores": scores}, file)


def _ask_saved_model(request):
    if not request["tensorflow_text"]:
        for name in ("tensorflow_text", "keras"):  # TensorFlow would import Keras, which takes a second
            sys.modules[name] = None  # type: ignore[assignment]
    import tensorflow as tf

    if request["tensorflow_text"]:
        import tensorflow_text  # noqa: F401  (for its operations)
    model = tf.saved_model.load(request["file"])

    def ask(signature, known):
        function = model.signatures[signature]
        inputs = {name: known[name] for name in function.structured_input_signature[1]}
        out = function(**{name: tf.constant(array) for name, array in inputs.items()})
        return inputs, {name: tensor.numpy() for name, tensor in out.items()}

    return ask  # with the model, since its signatures do not keep it alive


def _ask_litert(request):
    for name in ("tensorflow", "keras"):
        sys.modules[name] = None  # type: ignore[assignment]
    from ai_edge_litert.interpreter import Interpreter

    model = Interpreter(model_path=request["file"], num_threads=1)
    runners = {name: model.get_signature_runner(name) for name in model.get_signature_list()}
    details = {name: runner.get_input_details() for name, runner in runners.items()}

    def ask(signature, known):
        empty = {name: np.zeros(detail["shape"], detail["dtype"]) for name, detail in details[signature].items()}
        inputs = {name: known[name].astype(zero.dtype) if name in known else zero for name, zero in empty.items()}
        return inputs, runners[signature](**inputs)

    return ask


def rehearse(ask, rehearsals: list, given: dict, rows: list) -> tuple[dict, list, list]:
    """Runs the rehearsals; returns the outputs to keep, the decisions, and the scores.

    Args:
        ask: a function of a signature's name and of the known arrays, name -> array, that returns inputs and outputs.
        rehearsals, rows: those of the request.
        given: the inputs, by "rehearsal/call/name".
    """
    kept, decisions, scores = {}, [], []
    for i, calls in enumerate(rehearsals):
        known = {}
        for j, call in enumerate(calls):
            inputs, out = ask(
                call["signature"], {**known, **{name: given[f"{i}/{j}/{name}"] for name in call["inputs"]}}
            )
            known = _after(known, inputs, out, rows)
            if call["decision"] is not None:
                output, kind = call["decision"]
                decisions.append(DECISIONS[kind](out[output]))
                if call["targets"] is not None:
                    scores.append(score(out[output], np.array(call["targets"])))
            if call["keep"]:
                kept.update({f"{i}/{j}/{name}": np.array(array) for name, array in out.items()})
    return kept, decisions, scores


def _after(known: dict, inputs: dict, outputs: dict, rows: list) -> dict:
    """The known arrays after a call: its outputs, with new rows written into caches, (1, K, S, d)."""
    known = {**known, **{name: array for name, array in outputs.items() if name not in rows}}
    for name in rows:
        if name in outputs:
            first, limit = int(inputs["length"][0]), int(outputs["length"][0])
            known[name] = np.array(inputs[name])
            known[name][:, :, first:limit] = outputs[name][:, :, : limit - first]
    return known


def score(logits: np.ndarray, targets: np.ndarray) -> list:
    """For the known targets (0 or more): the sum of -log p, the number of correct predictions, and their number.

    Args:
        logits: (..., V).
        targets: int (...).
    """
    logits, targets = logits[targets >= 0].astype(np.float64), targets[targets >= 0]  # (N, V), (N,)
    highest = logits.max(-1, keepdims=True, initial=-np.inf)
    totals = highest[:, 0] + np.log(np.exp(logits - highest).sum(-1))
    losses = totals - logits[np.arange(len(targets)), targets]
    return [float(losses.sum()), int((logits.argmax(-1) == targets).sum()), len(targets)]


def packed(array) -> np.ndarray:
    """Converts an array for a NumPy file without pickle: byte strings end with a full stop, not with zeros.

    Example:
        >>> unpacked(packed(np.array([b"a\\x00"], object)))
        array([b'a\\x00'], dtype=object)
    """
    array = np.asarray(array)
    if array.dtype != object:
        return array
    return np.array([value + b"." for value in array.ravel()], "S").reshape(array.shape)


def unpacked(array: np.ndarray) -> np.ndarray:
    """Reverses `packed`."""
    if array.dtype.kind != "S":
        return array
    values = np.empty(array.size, object)
    values[:] = [value[:-1] for value in array.ravel().tolist()]
    return values.reshape(array.shape)


if __name__ == "__main__":
    main(*sys.argv[1:])
