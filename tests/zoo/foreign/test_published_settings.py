import json

import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign.generation_config import generation_flags
from langzoo.zoo.foreign.published_settings import chat_templates
from langzoo.zoo.import_run import import_run

from tests.checks.foreign_folder import write_foreign_folder

SMOLLM2 = {
    "_from_model_config": True,
    "bos_token_id": 1,
    "eos_token_id": [2, 7],
    "do_sample": True,
    "temperature": 0.2,
    "top_p": 0.9,
    "top_k": None,
    "max_new_tokens": 40,
    "repetition_penalty": 1.1,
    "transformers_version": "4.42.3",
}
KEPT = {"do_sample": True, "temperature": 0.2, "top_p": 0.9, "max_new_tokens": 40, "repetition_penalty": 1.1}


@pytest.mark.parametrize("kind", ["gpt2", "llama", "t5"])
def test_what_a_publisher_recommends_is_kept_with_the_run(kind, tmp_path):
    folder = write_foreign_folder(tmp_path / kind, kind)
    (folder / "generation_config.json").write_text(json.dumps(SMOLLM2))
    (folder / "chat_template.jinja").write_text("{{ messages }} 猫", encoding="utf-8")
    model = import_run(folder, tmp_path / "run", tokenizer=None)
    assert json.loads((tmp_path / "run" / "generation_config.json").read_text()) == KEPT
    assert (tmp_path / "run" / "chat_template.jinja").read_text(encoding="utf-8") == "{{ messages }} 猫"
    card = (tmp_path / "run" / "model_card.md").read_text(encoding="utf-8")
    assert "## Generation" in card and "- temperature: 0.2\n" in card and "| More stop ids | 2, 7 |" in card
    assert "generate MODEL --temperature 0.2 --top-p 0.9 --max-tokens 40 --repetition-penalty 1.1`" in card
    assert zoo.load(tmp_path / "run").more_stop_ids == model.more_stop_ids == (2, 7)


def test_nothing_is_kept_where_nothing_is_said(tmp_path):
    folder = write_foreign_folder(tmp_path / "gpt2", "gpt2")
    import_run(folder, tmp_path / "run", tokenizer=None)
    names = sorted(path.name for path in (tmp_path / "run").iterdir())
    assert names == ["config.json", "model_card.md", "weights.safetensors"]
    assert "Generation" not in (tmp_path / "run" / "model_card.md").read_text()


def test_templates_of_both_places(tmp_path):
    settings = tmp_path / "tokenizer_config.json"
    settings.write_text(json.dumps({"chat_template": "a"}))
    assert chat_templates(tmp_path) == {"default": "a"}
    named = [{"name": "default", "template": "b"}, {"name": "tool_use", "template": "c"}]
    settings.write_text(json.dumps({"chat_template": named}))
    assert chat_templates(tmp_path) == {"default": "b", "tool_use": "c"}
    (tmp_path / "additional_chat_templates").mkdir()
    (tmp_path / "additional_chat_templates" / "rag.jinja").write_text("d")
    (tmp_path / "chat_template.jinja").write_text("e")
    assert chat_templates(tmp_path) == {"default": "e", "tool_use": "c", "rag": "d"}


@pytest.mark.parametrize(
    "given",
    [[{"name": "../../x", "template": "a"}], [{"name": "a"}], {"a": "b"}, 3, ["a"], [{"template": "a", "name": "a/b"}]],
)
def test_templates_that_are_none(given, tmp_path):
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": given}))
    with pytest.raises(UserError, match="chat_template must be a text, or a list of names with a text each"):
        chat_templates(tmp_path)


def test_too_many_templates_and_damaged_ones(tmp_path):
    given = [{"name": f"a{i}", "template": ""} for i in range(51)]
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": given}))
    with pytest.raises(UserError, match="more than 50 chat templates"):
        chat_templates(tmp_path)
    (tmp_path / "tokenizer_config.json").unlink()
    (tmp_path / "chat_template.jinja").write_bytes(b"\xff")
    with pytest.raises(UserError, match=r"chat_template\.jinja is not UTF-8"):
        chat_templates(tmp_path)


@pytest.mark.parametrize(
    ("settings", "flags"),
    [
        ({}, ""),
        ({"do_sample": False, "temperature": 0.6, "repetition_penalty": 1.3}, "--repetition-penalty 1.3"),
        ({"do_sample": True}, "--temperature 1.0"),
        (
            {"num_beams": 4, "length_penalty": 2.0, "no_repeat_ngram_size": 3},
            "--width 4 --length-penalty 2.0 --no-repeat-ngram-size 3",
        ),
        ({"num_beams": 1, "max_new_tokens": 7}, "--max-tokens 7"),
    ],
)
def test_the_flags_that_follow_a_publisher(settings, flags):
    assert generation_flags(settings) == flags
