"""Reading a file with a reader, as the tests of readers do."""

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data.readers import READERS


def read(name, path, *, columns, **options):
    reader = READERS[name](columns, **options)
    return [(record.line, *record.values.values()) for record in reader.records([path])], reader.bad.summary()


def assert_told_or_skipped(name, path, message, **options):
    with pytest.raises(UserError) as error:
        read(name, path, **options)
    assert message in str(error.value) and "--skip-bad" in str(error.value) and "\n" not in str(error.value)
    found, skipped = read(name, path, skip_bad=True, **options)
    assert skipped.count == 1 and message in skipped.places[0]
    return found
