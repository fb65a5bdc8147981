import json
from pathlib import Path

import langzoo.zoo.export
import pytest
from langzoo.zoo.export import ExportReport


@pytest.fixture
def exports(monkeypatch, tmp_path):
    """Where exports would go: the exporters have tests of their own and take half a minute."""
    calls = []

    def exporter(agreement, **measured):
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
                **(measured if "sample" in options else {}),
            )

        return export

    monkeypatch.setattr(langzoo.zoo.export, "export_saved_model", exporter(None))
    monkeypatch.setattr(
        langzoo.zoo.export,
        "export_litert",
        exporter(0.99, live={"perplexity": 8.0}, exported={"perplexity": 8.1}, targets=10),
    )
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
    langzoo_run("export", byte_run, "--portable")
    assert [options["portable"] for _, options in exports] == [False, False, False, True]


def test_litert_gets_real_text_to_agree_on(langzoo_run, exports, byte_run, text_file):
    result = langzoo_run("export", byte_run, "--format", "litert", "--quantize", "int8", "--data", text_file)
    assert "99.00% of 10 cases" in result.stdout
    ((directory, options),) = exports
    assert directory == Path("saved_models/lstm_tiny/litert/1")
    assert options == {"quantize": "int8", "sample": [text_file.read_text(encoding="utf-8")]}


def test_what_quantisation_costs_is_told(langzoo_run, exports, byte_run, text_file):
    arguments = ("export", byte_run, "--format", "litert", "--quantize", "float16", "--data", text_file)
    result = langzoo_run(*arguments, "--context", "12")
    assert exports[0][1]["quantize"] == "float16" and exports[0][1]["context"] == 12
    assert "8.1, 8 live, on 10 of your data" in result.stdout
    assert "the weights in float32 are" in result.stdout
    summary = json.loads(langzoo_run(*arguments, "--json").stdout)
    assert (summary["live"], summary["exported"]) == ({"perplexity": 8.0}, {"perplexity": 8.1})


def test_refusals(refused, byte_run, text_file):
    assert "--format litert" in refused("export", byte_run, "--quantize", "int8")
    assert "--portable is for --format saved_model" in refused("export", byte_run, "--format", "litert", "--portable")
    assert "--quantize int8" in refused("export", byte_run, "--format", "litert", "--data", text_file)
