"""Command lines of `langzoo train` for tests."""

SMALL = ["data.batch_size=4", "data.sequence_length=8", "sample_tokens=0", "histogram_every=0", "validate_every=3"]


def line(run, *more, model="lstm_tiny", text, settings=(), steps=6):
    arguments = ["train", model, "--data", text, "--run", run, "--steps", steps]
    for setting in [*SMALL, *settings]:
        arguments += ["--set", setting]
    return [*arguments, *more]


def resume(run, *more, text, **changes):
    return line(run, "--valid", text, "--resume", *more, text=text, **changes)


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
