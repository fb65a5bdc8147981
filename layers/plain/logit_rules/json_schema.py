"""Constraining a text to a JSON schema."""

import dataclasses
import json
from typing import ClassVar

from ..errors import UserError
from ..option import option
from . import register_logit_rule
from .constrained_rule import ConstrainedRule


@register_logit_rule("json_schema")
@dataclasses.dataclass(frozen=True, kw_only=True)
class JsonSchema(ConstrainedRule):
    """Constrains the new text to JSON of a schema, without extra spaces (by llguidance, `langzoo[constrain]`).

    Args:
        json_schema: the schema, a JSON object; {} allows any JSON.
    """

    also: ClassVar[tuple[type, ...]] = (dict,)

    json_schema: str = option("", fixed=True, help="A JSON schema for the new text; @FILE reads it.")

    def compiled(self, matcher, *, spaced):
        """See `ConstrainedRule.compiled`."""
        try:
            schema = json.loads(self.json_schema)
        except (ValueError, RecursionError) as error:
            raise UserError(f"json_schema is not JSON ({error}): write a JSON object") from error
        if not isinstance(schema, dict):
            raise UserError('json_schema must be a JSON object such as {"type": "integer"}')
        schema = {**schema, "x-guidance": {"whitespace_flexible": False}}
        start = '" "? json' if spaced else "json"
        return matcher.grammar_from_lark(f"start: {start}\njson: %json {json.dumps(schema)}")
