import dataclasses
import json
from pathlib import Path

import pytest
from langzoo.zoo.export import EXPORTERS, ExportReport, register_exporter


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

    litert = exporter(0.99, live={"perplexity": 8.0}, exported={"perplexity": 8.1}, targets=10)
    for name in ("saved_model", "litert", "huggingface"):
        made = litert if name == "litert" else exporter(None)
        monkeypatch.setitem(EXPORTERS._entries, name, dataclasses.replace(EXPORTERS.entry(name), value=made))
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
    text = text_file.read_text(encoding="utf-8")
    facts = {"evaluation": {"arrangement": "stream"}}
    assert options == {"quantize": "int8", "sample": [text], "manifest_facts": facts}


def test_what_quantisation_costs_is_told(langzoo_run, exports, byte_run, text_file):
    arguments = ("export", byte_run, "--format", "litert", "--quantize", "float16", "--data", text_file)
    result = langzoo_run(*arguments, "--context", "12")
    assert exports[0][1]["quantize"] == "float16" and exports[0][1]["context"] == 12
    assert "8.1, 8 live, on 10 of your data" in result.stdout
    assert "the weights in float32 are" in result.stdout
    summary = json.loads(langzoo_run(*arguments, "--json").stdout)
    assert (summary["live"], summary["exported"]) == ({"perplexity": 8.0}, {"perplexity": 8.1})


@pytest.mark.parametrize(
    ("asked", "meant"), [("tflite", "litert"), ("hf", "huggingface"), ("transformers", "huggingface")]
)
def test_formats_go_by_other_names(asked, meant, langzoo_run, exports, byte_run):
    result = langzoo_run("export", byte_run, "--format", asked, "--json")
    assert json.loads(result.stdout)["format"] == meant
    assert [str(directory) for directory, _ in exports] == [f"saved_models/lstm_tiny/{meant}/1"]


def test_a_second_litert_export_goes_to_the_next_version(langzoo_run, exports, byte_run):
    for number in (1, 2):
        assert langzoo_run("export", byte_run, "--format", "litert").exit_code == 0
        exports[-1][0].mkdir(parents=True)
        assert str(exports[-1][0]) == f"saved_models/lstm_tiny/litert/{number}"


def test_the_agreement_that_is_asked_for(langzoo_run, refused, exports, byte_run, text_file):
    line = ["export", byte_run, "--format", "litert", "--min-agreement", "0.9"]
    assert langzoo_run(*line, "--quantize", "int8", "--data", text_file).exit_code == 0
    assert exports[0][1]["least_agreement"] == 0.9
    assert "--min-agreement is for --quantize, on the text of --data" in refused(*line)
    assert "--min-agreement is for --quantize, on the text of --data" in refused(*line, "--quantize", "int8")
    line[-1] = "98"
    assert "--min-agreement must be a share from 0 to 1, not 98" in refused(
        *line, "--quantize", "int8", "--data", text_file
    )


def test_an_exporter_of_another_package_goes_by_its_name_and_takes_its_options(
    langzoo_run, refused, byte_run, monkeypatch, tmp_path
):
    def export_letters(model, directory, *, progress, count=1):
        """Letters of its name."""
        progress("writing letters")
        Path(directory).mkdir(parents=True)
        (Path(directory) / "letters.txt").write_text(model.name[:count])
        return ExportReport(path=Path(directory), signatures=(), bytes=count, largest_difference=0.0)

    monkeypatch.setattr(EXPORTERS, "_entries", dict(EXPORTERS._entries))
    register_exporter("letters")(export_letters)
    monkeypatch.chdir(tmp_path)
    line = ("export", byte_run, "--format", "letters", "--option")
    assert json.loads(langzoo_run(*line, "count=4", "--json").stdout)["path"] == "saved_models/lstm_tiny/letters/1"
    assert Path("saved_models/lstm_tiny/letters/1/letters.txt").read_text() == "lstm"
    assert "unknown option of the format letters: 'cout'. Did you mean count?" in refused(*line, "cout=4")
    assert "write it as key=value" in refused(*line, "count")
    assert "--option progress is set by langzoo export itself" in refused(*line, "progress=1")
    assert "Did you mean letters or litert?" in refused("export", byte_run, "--format", "leters")
    assert "letters" in langzoo_run("list", "--kind", "exporter").stdout


def test_options_of_a_task_are_checked(refused, byte_run, tmp_path):
    line = ("export", byte_run, "--format", "litert", "--out", tmp_path / "made", "--option")
    assert "unknown option of the format litert: 'target_length'. " in refused(*line, "target_length=4")
    assert "prefill_lengths must be a list of lengths, not 4" in refused(*line, "prefill_lengths=4")
    assert not (tmp_path / "made").exists()


def test_refusals(refused, byte_run, text_file):
    assert "--format litert" in refused("export", byte_run, "--quantize", "int8")
    assert "--portable is for --format saved_model" in refused("export", byte_run, "--format", "litert", "--portable")
    assert "--quantize int8" in refused("export", byte_run, "--format", "litert", "--data", text_file)
    assert refused("export", byte_run, "--format", "onnx") == (
        "langzoo: unknown format 'onnx'. Known: arpa, huggingface, keras_hub, litert, saved_model"
    )
    assert "unknown format 'savedmodel'. Did you mean saved_model?" in refused("export", "x", "--format", "savedmodel")
    assert "unknown quantization 'int4'. Did you mean int8? Known: float16, int8, none" in refused(
        "export", "x", "--format", "litert", "--quantize", "int4"
    )


def test_places_that_cannot_be_written_are_told_before_the_work(refused, exports, byte_run, text_file, tmp_path):
    (tmp_path / "made" / "1").mkdir(parents=True)
    (tmp_path / "made" / "1" / "manifest.json").write_text("{}")
    for format in ("saved_model", "litert", "huggingface"):
        line = ["export", byte_run, "--format", format, "--out"]
        assert "is an export already: name" in refused(*line, tmp_path / "made" / "1")
        assert "is not a folder: name one" in refused(*line, text_file)
    assert exports == []
