"""The declared schemas of what the product gives to other programs."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

_DOCS = Path(__file__).parents[2] / "docs"


@cache
def declared(file: str, part: str = "") -> Draft202012Validator:
    """The schema in a file of `docs/`, or one of its definitions."""
    schema: dict[str, Any] = json.loads((_DOCS / file).read_text("utf-8"))
    if part:
        assert part in schema["$defs"]
        schema = {"$defs": schema["$defs"], "$ref": f"#/$defs/{part}"}
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def command_output(command: str, line: str) -> Any:
    """What a command printed with `--json`, once it is as its schema declares it."""
    found = json.loads(line)
    declared("commands.schema.json", command).validate(found)
    return found
