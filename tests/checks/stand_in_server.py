"""A server that answers as TF Serving's REST interface does, for what the pages show."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import tensorflow as tf


class StandInServer:
    """Serves the predict call of one SavedModel, for what the pages send it; a context manager.

    It follows tensorflow.org/tfx/serving/api_rest: `instances` are rows and come back as `predictions`, `inputs` are
    columns and come back as `outputs`; one output stands for itself, several are an object; a refusal is an `error`.

    Args:
        folder: of the version.

    Attributes:
        port: of localhost.
    """

    def __init__(self, folder):
        signatures = tf.saved_model.load(str(folder)).signatures

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                try:
                    code, answer = 200, predict(signatures, request)
                except tf.errors.InvalidArgumentError as error:
                    code, answer = 400, {"error": error.message}
                body = json.dumps(answer).encode()
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("localhost", 0), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def predict(signatures, request):
    """The answer to one request, as JSON values."""
    signature = signatures[request.get("signature_name", "serving_default")]
    specs = signature.structured_input_signature[1]
    rows = request.get("instances")
    columns = request["inputs"] if rows is None else {name: [row[name] for row in rows] for name in rows[0]}
    outputs = signature(**{name: tf.constant(value, specs[name].dtype) for name, value in columns.items()})
    values = {name: _plain(output.numpy().tolist()) for name, output in outputs.items()}
    alone = next(iter(values)) if len(values) == 1 else None
    if rows is None:
        return {"outputs": values if alone is None else values[alone]}
    if alone is not None:
        return {"predictions": values[alone]}
    return {"predictions": [{name: value[row] for name, value in values.items()} for row in range(len(rows))]}


def _plain(value):
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.decode("utf-8") if isinstance(value, bytes) else value
