"""A script: talks with a LiteRT file, where there is neither langzoo nor TensorFlow, and keeps the answers.

It is run by its path, in a Python of its own (`run_alone`), with two arguments. The first is the request, JSON of

- `file`,
- `rehearsals`: lists of calls, each of `signature`, `inputs` (name -> nested list), `keep` (whether the numbers that it
  puts out are wanted), `decision` (an output, and "argmax" or "sign"; or null) and `targets` (a nested list of what is
  right there, -1 where that is not known; or null); an input that a call is not given is what an earlier call of the
  same list put out under that name, or zero,
- `rows`: names of inputs of which a call puts out only the new rows (`LiteRTProgram.rows`),
- `out`: the NumPy file that the numbers go to,
- `path`: where to look for packages.

The second is where to write the answer, JSON of `decisions`, of every call that has one, in turn, a nested list; and
`scores`, of every call with targets, as `score` gives them. The NumPy file holds the outputs of the calls to keep as
"rehearsal/call/name".
"""

import json
import sys

import numpy as np

DECISIONS = {"argmax": lambda array: array.argmax(-1), "sign": lambda array: (array > 0).astype(np.int32)}


def main(request_path: str, answer_path: str) -> None:
    """Answers the request; whatever fails is an exception, and so an exit code of 1."""
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    sys.path.extend(folder for folder in request["path"] if folder not in sys.path)
    for name in ("langzoo", "tensorflow", "keras"):
        sys.modules[name] = None  # type: ignore[assignment]  # importing it from here on is an ImportError

    from ai_edge_litert.interpreter import Interpreter

    model = Interpreter(model_path=request["file"], num_threads=1)
    runners = {name: model.get_signature_runner(name) for name in model.get_signature_list()}
    details = {name: runner.get_input_details() for name, runner in runners.items()}

    kept, decisions, scores = {}, [], []
    for i, calls in enumerate(request["rehearsals"]):
        known = {}
        for j, call in enumerate(calls):
            inputs = {}
            for name, detail in details[call["signature"]].items():
                if name in call["inputs"]:
                    inputs[name] = np.array(call["inputs"][name], detail["dtype"])
                else:
                    inputs[name] = known.get(name, np.zeros(detail["shape"], detail["dtype"]))
            out = runners[call["signature"]](**inputs)
            known = after(known, inputs, out, request["rows"])
            if call["decision"] is not None:
                output, kind = call["decision"]
                decisions.append(DECISIONS[kind](out[output]).tolist())
                if call["targets"] is not None:
                    scores.append(score(out[output], np.array(call["targets"])))
            if call["keep"]:
                kept.update({f"{i}/{j}/{name}": array.copy() for name, array in out.items()})
    np.savez(request["out"], **kept)
    with open(answer_path, "w", encoding="utf-8") as file:
        json.dump({"decisions": decisions, "scores": scores}, file)


def after(known: dict, inputs: dict, outputs: dict, rows: list) -> dict:
    """What is known once a call is answered: its outputs, and in caches, (1, K, S, d), their rows where they belong."""
    known = {**known, **{name: array for name, array in outputs.items() if name not in rows}}
    for name in rows:
        if name in outputs:
            first, limit = int(inputs["length"][0]), int(outputs["length"][0])
            cache = np.array(inputs[name])
            cache[:, :, first:limit] = outputs[name][:, :, : limit - first]
            known[name] = cache
    return known


def score(logits: np.ndarray, targets: np.ndarray) -> list:
    """Of the targets that are known (0 or more): the sum of -log p, how many are the likeliest, and how many there are.

    Args:
        logits: (..., V).
        targets: int (...).
    """
    logits, targets = logits[targets >= 0].astype(np.float64), targets[targets >= 0]  # (N, V), (N,)
    highest = logits.max(-1, keepdims=True, initial=-np.inf)
    totals = highest[:, 0] + np.log(np.exp(logits - highest).sum(-1))
    losses = totals - logits[np.arange(len(targets)), targets]
    return [float(losses.sum()), int((logits.argmax(-1) == targets).sum()), len(targets)]


if __name__ == "__main__":
    main(*sys.argv[1:])
