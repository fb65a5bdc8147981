"""Logs of a run for TensorBoard."""

import contextlib
from pathlib import Path

import tensorflow as tf
from tensorboard.plugins.hparams import api as hparams

from ...zoo.tasks import TextModel
from ..evaluation.predictions import Predictions
from ..run_state import RunState
from ..training_config import TrainingConfig
from .attention_image import attention_image
from .embedding_projector import write_projector
from .report_summary import write_report
from .trim_events import trim_events
from .watched_sentences import read_watched, watched_text
from .weight_pictures import write_weight_pictures

LOGS_FOLDER = "logs"


class TensorBoardLog:
    """A listener that writes scalars, norms of gradients, histograms, the graph, samples, watched sentences, attention,
    hyper-parameters, the embedding and pictures of the body's weights.

    Args:
        model: the model in training.
        training: the settings of the training.
        directory: the run directory; logs are written to `logs/train` and `logs/validation` in it.
        state: the state of the run.

    Raises:
        UserError: the watched sentences are invalid, see `read_watched`.
    """

    def __init__(self, model: TextModel, training: TrainingConfig, directory: Path, state: RunState):
        self._model, self._training, self._state = model, training, state
        self._watched = read_watched(model, training.watch)
        self._run, self._folder = directory, directory / LOGS_FOLDER
        for part in ("train", "validation"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)  # with an error that names the place
            trim_events(self._folder / part, step=state.step)
        self._train = tf.summary.create_file_writer(str(self._folder / "train"))
        self._validation = tf.summary.create_file_writer(str(self._folder / "validation"))
        self._intervals = 0
        if state.step == 0:
            self._write_start()

    def progress(self, record):
        """Writes scalars of the last steps."""
        with self._train.as_default(step=record["step"]):
            for name, value in record.items():
                if name != "step":
                    tf.summary.scalar(name, value)
            for group, norm in self._model.gradient_norms.read().items():
                tf.summary.scalar(f"gradient_norm/{group}", norm)

    def interval(self, record):
        """Writes validation, histograms, a sample of text, an attention map and the current embedding."""
        step = record["step"]
        if "val_loss" in record:
            with self._validation.as_default(step=step):
                for name, value in record.items():
                    if name.startswith("val_"):
                        tf.summary.scalar(name.removeprefix("val_"), value)
        every = self._training.histogram_every
        if every and self._intervals % every == 0:
            with self._train.as_default(step=step):
                for name, weight in self._model.named_weights().items():
                    # In a group of its own, whose cards come after those of the losses.
                    tf.summary.histogram(f"weights/{name}", weight.numpy())
        self._intervals += 1
        self._write_sample(step)
        self._write_watched(step)
        self._write_attention(step)
        with self._train.as_default(step=step):
            write_weight_pictures(self._model)
        embedding = getattr(self._model.backbone, "token_embedding", None)
        if embedding is not None:
            write_projector(self._folder / "train", embedding.embeddings.numpy(), self._model.tokenizer.tokens)
        self._train.flush()
        self._validation.flush()

    def report(self, predictions: Predictions, *, step: int, of: str = "") -> None:
        """Writes the report by label for the weights that are kept; `of` is one of several tasks."""
        with self._validation.as_default(step=step), tf.name_scope(of) if of else contextlib.nullcontext():
            write_report(predictions, step=step)
        self._validation.flush()

    def _write_sample(self, step):
        if not self._training.sample_tokens:
            return
        training = self._training
        text = self._model.sample_text(training.sample_prompt, max_tokens=training.sample_tokens, seed=training.seed)
        if text is None:
            return
        with self._train.as_default(step=step):
            # The output of other tasks shows by itself what was asked.
            prompt = training.sample_prompt if self._model.task == "causal_lm" else ""
            tf.summary.text("sample", _sample(prompt, text))

    def _write_watched(self, step):
        if self._watched:
            training = self._training
            most = training.sample_tokens or type(training)().sample_tokens
            with self._train.as_default(step=step):
                tf.summary.text(
                    "watched", watched_text(self._model, self._watched, max_tokens=most, seed=training.seed)
                )

    def _write_attention(self, step):
        prompt = self._training.attention_prompt
        if prompt:
            with self._train.as_default(step=step):
                tf.summary.image("attention", attention_image(self._model, prompt))

    def _write_start(self):
        flat = {}
        for key, value in (*self._training.model_dump().items(), *self._model.config.to_dict().items()):
            if isinstance(value, dict):
                flat |= {f"{key}.{inner}": inner_value for inner, inner_value in value.items()}
            else:
                flat[key] = value
        with self._train.as_default(step=0):
            kept = {key: value for key, value in flat.items() if isinstance(value, (bool, int, float, str))}
            # The row's name; without one it is a hash. Rows of the same name would be shown as trials of one setting.
            name = f"{self._run} ({self._model.name})"
            hparams.hparams({"model": self._model.name, "run": self._run.name, **kept}, trial_id=name)
            tf.summary.graph(self._graph())

    def _graph(self):
        model = self._model

        @tf.function(input_signature=[model.input_signature()], autograph=False)
        def logits(inputs):
            return model(inputs)

        return logits.get_concrete_function().graph


def _sample(prompt: str, text: str) -> str:
    """Prompt and continuation in Markdown, each indented, so that it is shown verbatim."""
    parts = (
        {"prompt": prompt, "continuation": text[len(prompt) :]} if prompt and text.startswith(prompt) else {"": text}
    )
    blocks = ["\n".join("    " + line for line in part.split("\n")) for part in parts.values()]
    return "\n\n".join(f"{name}\n\n{block}" if name else block for name, block in zip(parts, blocks, strict=True))
