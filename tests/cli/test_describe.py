import json
import shutil

import pytest

from tests.checks.foreign_folder import change_config, write_foreign_folder


def test_a_name(langzoo_run):
    described = json.loads(langzoo_run("describe", "lstm_small", "--json").stdout)
    assert described["parameters"] == 4_651_600
    assert described["memory"] == {"weights_bytes": 18_606_400, "adam_bytes": 74_425_600}
    assert described["config"]["hidden_dim"] == 200
    shown = langzoo_run("describe", "lstm_small").stdout
    for part in ("4,651,600", "18.6 MB", "74.4 MB", "arXiv:1409.2329", "hidden_dim"):
        assert part in shown


def test_a_run_with_its_last_metrics(langzoo_run, byte_run, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(byte_run, run)
    assert json.loads(langzoo_run("describe", run, "--json").stdout)["metrics"] is None
    records = '{"step": 1, "loss": 5.5}\n{"step": 2, "loss": 4.25}\n{"step": 3, "lo'
    (run / "metrics.jsonl").write_text(records)  # killed in the middle of a line
    described = json.loads(langzoo_run("describe", run, "--json").stdout)
    assert described["metrics"] == {"step": 2, "loss": 4.25}
    assert (described["parameters"], described["config"]["vocabulary_size"]) == (25_025, 257)
    assert "4.25" in langzoo_run("describe", run).stdout


def test_what_a_publisher_said(langzoo_run, tmp_path):
    folder = write_foreign_folder(tmp_path / "gpt2", "gpt2")
    (folder / "generation_config.json").write_text('{"temperature": 0.25, "eos_token_id": [3, 7], "x": 1}')
    change_config(folder, auto_map={"AutoModel": "x.Y"})
    line = ["import", folder, "--run", tmp_path / "run", "--tokenizer", "none"]
    imported = langzoo_run(*line)
    assert imported.exit_code == 0
    assert imported.stderr.splitlines() == [
        "langzoo: config.json: keys that this version does not know are left out: auto_map ({'AutoModel': 'x.Y'})"
    ]
    described = json.loads(langzoo_run("describe", tmp_path / "run", "--json").stdout)
    assert (described["options"], described["generation"]) == ({"more_stop_ids": [3, 7]}, {"temperature": 0.25})
    shown = langzoo_run("describe", tmp_path / "run").stdout
    assert "generation (as its publisher recommends)" in shown and "0.25" in shown and "[3, 7]" in shown
    refused = langzoo_run(*line[:3], tmp_path / "other", *line[4:], "--strict")
    assert refused.exit_code == 2 and "auto_map" in refused.stderr and "--strict refuses that" in refused.stderr


@pytest.mark.parametrize(
    "config", ["{", "[]", "{}", '{"format": 1, "name": "a", "family": "lstm", "task": "causal_lm"}']
)
def test_a_damaged_config(config, refused, tmp_path):
    (tmp_path / "config.json").write_text(config)
    refused("describe", tmp_path)


def test_unknown(refused):
    assert "Did you mean lstm_small" in refused("describe", "lstm_smal")


def test_an_export(langzoo_run, tmp_path):
    ids = {"kind": "byte", "options": {}, "vocabulary_size": 2, "start_id": 0, "end_id": 0, "stop_ids": [0]}
    said = {"kind": "saved_model", "name": "猫", "task": "causal_lm", "family": "lstm", "options": {}, "config": {}}
    said |= {"signatures": {}, "tokenizer": ids}
    for version, parameters in ((2, 5), (10, 7)):
        (tmp_path / str(version)).mkdir()
        manifest = {"format": 1, **said, "parameters": parameters, "files": {}}
        (tmp_path / str(version) / "manifest.json").write_text(json.dumps(manifest))
    described = json.loads(langzoo_run("describe", tmp_path, "--json").stdout)
    size = (tmp_path / "10" / "manifest.json").stat().st_size
    assert described == {"path": str(tmp_path / "10"), **said, "parameters": 7, "bytes": size}
    assert langzoo_run("describe", tmp_path).stdout.startswith("猫\n")
