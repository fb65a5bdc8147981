"""A script: loads a SavedModel where there is no langzoo, calls its signatures and writes what they answer.

It is run by its path, in a Python of its own (`run_alone`), with two arguments: the request, JSON of `directory`,
`calls` (a list of `signature` and `inputs`), `tensorflow_text` (whether it is imported; otherwise nothing can) and
`path` (where to look for packages); and where to write the list of outputs, JSON. A tensor is `{"dtype", "shape",
"values"}`, flat, with strings as hexadecimal: they may be any bytes.
"""

import json
import sys

import numpy as np


def to_json(array) -> dict:
    """A NumPy array as JSON values.

    Example:
        >>> to_json(np.array([[1, 2]], np.int32))
        {'dtype': 'int32', 'shape': [1, 2], 'values': [1, 2]}
    """
    array = np.asarray(array)
    flat = array.reshape(-1).tolist()
    if array.dtype == object:
        return {"dtype": "string", "shape": list(array.shape), "values": [value.hex() for value in flat]}
    return {"dtype": array.dtype.name, "shape": list(array.shape), "values": flat}


def from_json(tensor: dict) -> np.ndarray:
    """The array of `to_json`."""
    if tensor["dtype"] == "string":
        values = np.empty(len(tensor["values"]), object)
        values[:] = [bytes.fromhex(value) for value in tensor["values"]]
    else:
        values = np.array(tensor["values"], tensor["dtype"])
    return values.reshape(tensor["shape"])


def main(request_path: str, answer_path: str) -> None:
    """Answers the request; whatever fails is an exception, and so an exit code of 1."""
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    sys.path.extend(folder for folder in request["path"] if folder not in sys.path)
    sys.modules["langzoo"] = None  # type: ignore[assignment]  # importing it from here on is an ImportError

    needs_text = request.get("tensorflow_text", False)
    if not needs_text:
        sys.modules["tensorflow_text"] = None  # type: ignore[assignment]

    import tensorflow as tf

    if needs_text:
        import tensorflow_text  # noqa: F401  (for its operations)

    model = tf.saved_model.load(request["directory"])
    answers = []
    for call in request["calls"]:
        inputs = {name: tf.constant(from_json(tensor)) for name, tensor in call["inputs"].items()}
        outputs = model.signatures[call["signature"]](**inputs)
        answers.append({name: to_json(tensor.numpy()) for name, tensor in outputs.items()})
    with open(answer_path, "w", encoding="utf-8") as file:
        json.dump(answers, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
