"""A script: runs a LiteRT file over given tokens, where there is neither langzoo nor TensorFlow, and keeps the results.

It is run by its path, in a Python of its own (`run_alone`), with two arguments. The first is the request, JSON of

- `file` and `token_ids`,
- `prefill_length`, and `pieces`: lists of lengths, each a way to read the first tokens by calls of `prefill`,
- `keep`: of how many first positions the logits are wanted, and `out`: the NumPy file that they go to,
- `path`: where to look for packages.

The second is where to write the answer, JSON of `best`, the most probable next token after every token. The NumPy file
holds the logits of `decode` at the first `keep` positions, then those at the end of every list of pieces.
"""

import json
import sys

import numpy as np


def main(request_path: str, answer_path: str) -> None:
    """Answers the request; whatever fails is an exception, and so an exit code of 1."""
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    sys.path.extend(folder for folder in request["path"] if folder not in sys.path)
    for name in ("langzoo", "tensorflow", "keras"):
        sys.modules[name] = None  # type: ignore[assignment]  # importing it from here on is an ImportError

    from ai_edge_litert.interpreter import Interpreter

    model = Interpreter(model_path=request["file"], num_threads=1)
    decode, prefill = (model.get_signature_runner(name) for name in ("decode", "prefill"))
    details = {name: detail for name, detail in decode.get_input_details().items() if name != "token_ids"}
    zeros = {name: np.zeros(detail["shape"], detail["dtype"]) for name, detail in details.items()}
    token_ids = np.array(request["token_ids"], np.int32)

    best, kept, state = [], [], zeros
    for token_id in token_ids:
        out = decode(token_ids=np.array([token_id], np.int32), **state)
        state = {name: out[name] for name in zeros}
        best.append(int(out["logits"][0].argmax()))
        if len(kept) < request["keep"]:
            kept.append(out["logits"][0].copy())
    for pieces in request["pieces"]:
        first, state, out = 0, zeros, {}
        for length in pieces:
            padded = np.zeros((1, request["prefill_length"]), np.int32)
            padded[0, :length] = token_ids[first : first + length]
            out = prefill(token_ids=padded, num_tokens=np.array([length], np.int32), **state)
            state = {name: out[name] for name in zeros}
            first += length
        kept.append(out["logits"][0].copy())
    np.save(request["out"], np.stack(kept))
    with open(answer_path, "w", encoding="utf-8") as file:
        json.dump({"best": best}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
