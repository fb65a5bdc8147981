import json
from pathlib import Path

import langzoo.zoo.export
import pytest
from langzoo.zoo.export import ExportReport


@pytest.fixture
def exports(monkeypatch, tmp_path):
    """Where exports would go: the exporters have tests of their own and take half a minute."""
    calls = []

    def exporter(agreement):
        def export(model, directory, *, progress, **options):
            progress("writing")
            calls.append((Path(directory), options))
            return ExportReport(
                path=Path(directory),
                signatures=("generate",),
                bytes=1234,
                largest_difference=1e-7,
                agreement=agreement,
                compared_tokens=10,
            )

        return export

    monkeypatch.setattr(langzoo.zoo.export, "export_saved_model", exporter(None))
    monkeypatch.setattr(langzoo.zoo.export, "export_litert", exporter(0.99))
    monkeypatch.chdir(tmp_path)
    return calls


def test_a_saved_model_goes_to_the_next_version(langzoo_run, exports, byte_run):
    result = langzoo_run("export", byte_run, "--json")
    assert json.loads(result.stdout) == {
        "path": str(Path("saved_models/lstm_tiny/1")),
        "format": "saved_model",
        "quantize": "none",
        "signatures": ["generate"],
        "bytes": 1234,
        "largest_difference": 1e-7,
        "agreement": None,
    }
    assert result.stderr == "writing\n"
    Path("saved_models/lstm_tiny/4").mkdir(parents=True)
    langzoo_run("export", byte_run)
    Path("elsewhere/1").mkdir(parents=True)
    langzoo_run("export", byte_run, "--out", "elsewhere")
    assert [str(directory) for directory, _ in exports[1:]] == ["saved_models/lstm_tiny/5", "elsewhere/2"]


def test_litert_gets_real_text_to_agree_on(langzoo_run, exports, byte_run, text_file):
    result = langzoo_run("export", byte_run, "--format", "litert", "--quantize", "int8", "--data", text_file)
    assert "99.00% of 10 cases" in result.stdout
    ((directory, options),) = exports
    assert directory == Path("saved_models/lstm_tiny/litert")
    assert options == {"quantize": "int8", "sample_ids": list(text_file.read_bytes())}


def test_refusals(refused, byte_run, text_file):
    assert "--format litert" in refused("export", byte_run, "--quantize", "int8")
    assert "--quantize int8" in refused("export", byte_run, "--format", "litert", "--data", text_file)
