"""What exports say to decoders and rules that they do not have."""

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.serving.decoding_options import decoding_options


@pytest.mark.parametrize(
    ("decoder", "given", "message"),
    [
        (
            "diverse_beam",
            {},
            "an exported model has no decoder 'diverse_beam'; generate from the run directory instead",
        ),
        (None, {"groups": 2}, "an exported model has no decoder 'diverse_beam'"),
        (None, {"draft": "run"}, "an exported model has no decoder 'speculative'"),
        ("beam", {}, "an exported model has no beam search"),
        (None, {"width": 2}, "an exported model has no beam search"),
        ("sampling", {"groups": 2}, "decoder 'sampling' has no option 'groups'"),
    ],
)
def test_what_an_export_has_not(decoder, given, message):
    with pytest.raises(UserError, match=message):
        decoding_options(decoder, given)


def test_rules_that_cut_are_options_of_sampling():
    options, rules = decoding_options(None, {"min_p": 0.1, "presence_penalty": 1})
    assert options == {"temperature": 1.0, "top_k": 0, "top_p": 1.0}
    assert [type(rule).__name__ for rule in rules] == ["PresencePenalty", "MinP"]
