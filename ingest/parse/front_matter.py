"""Front matter: the fields that a text carries at its beginning, in YAML, TOML or JSON."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from ingest.errors import AudienceWrong
from ingest.parse.statements import Entry, statements_in

_FENCES = {"---": re.compile(r"(?:---+|\.\.\.)\s*"), "+++": re.compile(r"\+\+\+\s*")}
_IS_FIELD = re.compile(r"[:=\[\]{}]|^\s*[-?!&*#%@`'\"]|^\s*$")
# What may stand above a fence: comments and lines for the YAML parser.
_ABOVE = re.compile(r"(?:<!--.{0,100000}?-->\s*|%[^\n]*\n\s*)+(?=(?:---|\+\+\+)\s*\n)", re.DOTALL)
_JSON = re.compile(r"""\{\s*["'}\n]""")


@dataclass(frozen=True)
class FrontMatter:
    """What stands at the beginning of a text.

    Attributes:
        fields: the fields of the top level, with their names in small letters.
        entries: every key at every level, also those that appear twice.
        body: the text below.
    """

    fields: Mapping[str, Any]
    entries: tuple[Entry, ...]
    body: str


def front_matter_of(text: str) -> FrontMatter:
    """The front matter of a text; without any, no fields and the text itself.

    Raises:
        AudienceWrong: it is malformed, so that nobody can tell who may read the text.
    """
    text = _ABOVE.sub("", text.strip(), count=1) if _ABOVE.match(text.strip()) else text.strip()
    fence = text[:3]
    if fence in _FENCES and not text.partition("\n")[0].strip(fence[0] + " \t"):
        return _fenced(text, fence)
    if _JSON.match(text):
        return _json(text)
    return FrontMatter({}, (), text)


def _fenced(text: str, fence: str) -> FrontMatter:
    lines = text.split("\n")
    end = next((n for n, line in enumerate(lines) if n and _FENCES[fence].fullmatch(line)), None)
    if end is None and (fence == "+++" or any(statements_in(text))):
        raise AudienceWrong(_malformed(fence))
    if end is None or (fence == "---" and not any(map(_IS_FIELD.search, lines[1:end]))):
        # Words between two rules, or below one.
        return FrontMatter({}, (), text)
    front, body = "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]).strip()
    try:
        loaded, entries = _yaml(front) if fence == "---" else _toml(front)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise AudienceWrong(_malformed(fence)) from error
    return FrontMatter(loaded, entries, body)


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Leaves dates as text: a day that does not exist is no reason to refuse the file."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if not tag.endswith(":timestamp")]
    for first, forms in _Base.yaml_implicit_resolvers.items()
}


def _yaml(front: str) -> tuple[dict[str, Any], tuple[Entry, ...]]:
    loader = _Loader(front)
    try:
        node = loader.get_single_node()
        if node is None:
            return {}, ()
        entries = tuple(_yaml_entries(node, set(), True))
        loaded = loader.construct_document(node)
    finally:
        loader.dispose()
    if not isinstance(loaded, dict):
        raise ValueError("not a table of fields")
    return _lowered(loaded), entries


def _yaml_entries(node: yaml.Node, seen: set[int], is_top: bool) -> Iterator[Entry]:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _yaml_entries(each, seen, False)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield Entry(str(key.value), _value_of(value), is_top)
            yield from _yaml_entries(value, seen, False)


def _value_of(node: yaml.Node) -> Any:
    """A scalar or a list of scalars as text; None where nothing or something else stands."""
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_value_of(each) for each in node.value]
    return None


def _toml(front: str) -> tuple[dict[str, Any], tuple[Entry, ...]]:
    loaded = tomllib.loads(front)
    return _lowered(loaded), tuple(_entries(loaded, True))


def _json(text: str) -> FrontMatter:
    pairs: list[Entry] = []

    def keep(found: list[tuple[str, Any]]) -> dict[str, Any]:
        pairs.extend(Entry(key, value, False) for key, value in found)
        return dict(found)

    try:
        loaded, end = json.JSONDecoder(object_pairs_hook=keep).raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise AudienceWrong(_malformed("{ and }")) from error
    # The outermost object is closed last, so its pairs are the last ones.
    top = len(pairs) - _pairs_of(text[:end])
    entries = [Entry(each.key, each.value, number >= top) for number, each in enumerate(pairs)]
    return FrontMatter(_lowered(loaded), tuple(entries), text[end:].strip())


def _pairs_of(text: str) -> int:
    """How many pairs the outermost object of a JSON text has, also those of one name."""
    counted = json.loads(text, object_pairs_hook=lambda pairs: len(pairs))
    return int(counted)


def _entries(loaded: Mapping[str, Any], is_top: bool) -> Iterator[Entry]:
    for key, value in loaded.items():
        yield Entry(key, value, is_top)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from _entries(each, False)


def _lowered(loaded: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name).strip().lower(): value for name, value in loaded.items()}


def _malformed(fence: str) -> str:
    return f"its front matter (the part between the {fence} lines) is malformed"
