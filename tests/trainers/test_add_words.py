import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.serving import LiteEncoder
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from langzoo.zoo.export import export_litert
from rich.console import Console

from tests.checks.export import check_export, rough_exports

SETTINGS = {
    "steps": 1,
    "sample_tokens": 0,
    "histogram_every": 0,
    "optimizer.learning_rate": 1e-12,
    "data.batch_size": 2,
    "data.sequence_length": 16,
    "jit_compile": False,
}


@pytest.mark.ci
def test_a_trained_model_takes_words_in_and_keeps_all_its_heads(tmp_path):
    text, words = tmp_path / "text.txt", tmp_path / "words.txt"
    text.write_text("".join(f"the cat sat on the mat\n\nthe dog ran to the red house {i}\n\n" for i in range(30)))

    def run(model, name, **more):
        settings = SETTINGS | {"data.phases": "", "data.batch_size": 2}
        request = TrainRequest(str(model), data=[text], run=tmp_path / name, task="pretrain", settings=settings, **more)
        return train(request, console=Console(quiet=True)).model

    body = run("bert_nano", "body", tokenizer="wordpiece", vocabulary_size=40)
    words.write_text("rant\nmats\n")
    grown = run(tmp_path / "body", "grown", add_words=words)
    size = body.tokenizer.vocabulary_size
    assert grown.tokenizer.vocabulary_size == grown.config.vocabulary_size == size + 2
    old, new = (
        {name: weight.numpy() for name, weight in each.named_weights().items()}
        for each in (body, zoo.load(tmp_path / "grown"))
    )
    assert old.keys() == new.keys() and any("next_sentence" in name for name in old)
    pieces = [body.tokenizer.tokenize(word).numpy() for word in ("rant", "mats")]
    assert min(map(len, pieces)) > 1
    longer = [name for name in old if old[name].shape != new[name].shape]
    assert len(longer) == 2  # the table, which is the head's matrix, too, and the head's bias
    for name, value in old.items():
        np.testing.assert_allclose(new[name][: len(value)], value, atol=1e-6, err_msg=str(name))
        if name in longer:
            for place, of in enumerate(pieces):
                np.testing.assert_allclose(new[name][size + place], value[of].mean(0), atol=1e-6)
    asked = [f"the {grown.tokenizer.tokens[grown.mask_id()]} sat on the rant"]
    told = grown.fill(asked, count=size + 2)
    assert {"rant", "mats"} <= {guess["token"] for guess in told[0][0]}
    exported = check_export(grown, [lambda model: model.fill(asked, count=size + 2)], tmp_path / "export")
    assert exported.manifest["tokenizer"]["vocabulary_size"] == size + 2
    with rough_exports():
        lite = LiteEncoder(export_litert(grown, tmp_path / "lite", lengths=[16]).path, num_threads=1)
    assert [guess["token"] for guess in lite.fill(asked, count=3)[0][0]] == [guess["token"] for guess in told[0][0][:3]]


def test_a_new_model_takes_none(tmp_path):
    (tmp_path / "text.txt").write_text("a b\n")
    request = TrainRequest("bert_nano", data=[tmp_path / "text.txt"], run=tmp_path / "run", add_words="words.txt")
    with pytest.raises(UserError, match="--add-words is for a model with weights"):
        request.resolve()
