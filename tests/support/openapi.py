"""A forge's own description of its API, and what in a request or an answer is not as it says.

Knows OpenAPI as far as the two descriptions use it, and nothing of a forge: where a description is known to be wrong
stands in `support.conformance`. What is found is a list of sentences, each beginning with the place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

METHODS = frozenset({"get", "put", "post", "patch", "delete"})
#: Parameters that take the rest of a path, slashes and all.
GREEDY = frozenset({"{path}", "{ref}", "{basehead}"})
KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
WORDS = {"integer": re.compile(r"-?\d+"), "number": re.compile(r"-?\d+(\.\d+)?"), "boolean": re.compile("true|false")}
FORMATS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d$"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?(Z|UTC|[+-]\d\d:?\d\d))$"),
    "uri": re.compile(r"[a-z][a-z0-9+.-]*:"),
}
BOUNDS = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "minLength": lambda value, bound: len(value) >= bound,
    "maxLength": lambda value, bound: len(value) <= bound,
    "minItems": lambda value, bound: len(value) >= bound,
    "maxItems": lambda value, bound: len(value) <= bound,
    "pattern": lambda value, bound: re.search(bound, value) is not None,
}


@dataclass(frozen=True)
class Rules:
    """How a description is to be read: as it stands, or with null anywhere and all keys expected but these."""

    null_anywhere: bool = False
    on_condition: Mapping[str, frozenset[str]] | None = None


AS_IT_STANDS = Rules()


@dataclass(frozen=True)
class Operation:
    """One method of one described path."""

    description: Description
    method: str
    template: str
    data: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The method and the path with its names, as a person writes it."""
        return f"{self.method} {self.template}"

    @cached_property
    def query(self) -> dict[str, Mapping[str, Any]]:
        """The parameters of the query by name."""
        found = [self.description.follow(one) for one in self.data.get("parameters", ())]
        return {one["name"]: one for one in found if one["in"] == "query"}

    @cached_property
    def bodies(self) -> Mapping[str, Any]:
        """The described bodies by media type."""
        return self.description.follow(self.data.get("requestBody", {})).get("content", {})

    def query_problems(self, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
        """What in a query is not described: names, values, and what must be there and is not."""
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(re.sub(r"\[.*\]$", "", name) if name not in self.query else name, []).append(value)
        for name, values in given.items():
            if name not in self.query:
                yield f"query {name} is not described"
                continue
            schema = self.description.follow(self.query[name].get("schema", {}))
            for value in values:
                yield from self.description.text_problems(schema, value, f"query {name}")
        needed = {name for name, one in self.query.items() if one.get("required")}
        yield from (f"query {name} is missing" for name in sorted(needed - given.keys()))

    def body_problems(self, media: str, body: bytes) -> Iterator[str]:
        """What in a request's body is not described."""
        needed = self.description.follow(self.data.get("requestBody", {})).get("required", False)
        if not body:
            if needed:
                yield "body is missing"
            return
        if media not in self.bodies:
            yield f"body as {media or 'nothing'} is not described ({', '.join(self.bodies) or 'no body'} is)"
        if media != "application/json":
            return
        # What is described as a form is held against the form's fields.
        described = self.bodies.get(media) or next(iter(self.bodies.values()), {})
        try:
            value = json.loads(body)
        except ValueError:
            yield "body is no JSON"
            return
        yield from self.description.problems(described.get("schema", {}), value, "body", AS_IT_STANDS)

    def path_problems(self, path: str) -> Iterator[str]:
        """What in a path is not of its parameter's type."""
        found = [self.description.follow(one) for one in self.data.get("parameters", ())]
        schemas = {f"{{{one['name']}}}": one.get("schema", {}) for one in found if one["in"] == "path"}
        # zip() ends before the rest that a last parameter takes, which is a text.
        for name, value in zip(self.template.split("/"), path.split("/"), strict=False):
            if name in schemas and value != name:
                yield from self.description.text_problems(schemas[name], unquote(value), f"path {name}")

    def answer(self, status: int) -> Mapping[str, Any] | None:
        """The described bodies of a status by media type; None where the status is not described."""
        found = self.data["responses"].get(str(status))
        return None if found is None else self.description.follow(found).get("content", {})


class Description:
    """One description, read and indexed once."""

    def __init__(self, file: Path) -> None:
        self.data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        self._exact: dict[str, str] = {}
        self._by_length: dict[int, list[tuple[tuple[str, ...], str]]] = {}
        self._greedy: list[tuple[tuple[str, ...], str]] = []
        self._operations: dict[tuple[str, str], Operation] = {}
        self._found: dict[str, Any] = {}
        for template, methods in sorted(self.data["paths"].items(), key=lambda pair: pair[0].count("{")):
            parts = tuple(template.split("/"))
            self._by_length.setdefault(len(parts), []).append((parts, template))
            if parts[-1] in GREEDY:
                self._greedy.append((parts, template))
            for method, data in methods.items():
                if method in METHODS:
                    self._operations[method.upper(), template] = Operation(self, method.upper(), template, data)

    def __len__(self) -> int:
        return len(self._operations)

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a request; the path with the fewest names wins, and one of its own length over a rest."""
        parts = path.split("/")
        method = "GET" if method == "HEAD" else method
        for known, template in self._by_length.get(len(parts), ()):
            if _fits(known, parts) and (method, template) in self._operations:
                return self._operations[method, template]
        for known, template in self._greedy:
            if len(parts) > len(known) and _fits(known, parts[: len(known)]) and (method, template) in self._operations:
                return self._operations[method, template]
        return None

    def follow(self, node: Any) -> Any:
        """What a reference points to; anything else is itself."""
        while "$ref" in node:
            reference = node["$ref"]
            if reference not in self._found:
                found: Any = self.data
                for part in reference.removeprefix("#/").split("/"):
                    found = found[part]
                self._found[reference] = found
            node = self._found[reference]
        return node

    # ---- values

    def text_problems(self, schema: Any, text: str, place: str) -> Iterator[str]:
        """What is wrong with a value that is written in a query."""
        schema = self.follow(schema)
        if "oneOf" in schema or "anyOf" in schema:
            branches = [list(self.text_problems(one, text, place)) for one in _branches(schema)]
            yield from [] if not all(branches) else branches[0]
            return
        kind = schema.get("type")
        if kind == "array":
            for one in text.split(",") if text else []:
                yield from self.text_problems(schema.get("items", {}), unquote(one), place)
        elif kind in WORDS and not WORDS[kind].fullmatch(text):
            yield f"{place} = {text!r} is no {kind}"
        elif kind == "string":
            yield from self.problems(schema, text, place, AS_IT_STANDS)

    def problems(self, schema: Any, value: Any, place: str, rules: Rules, entity: str = "") -> Iterator[str]:
        """What in a JSON value is not as its schema says; `entity` is the named schema that this one stands in."""
        entity = schema["$ref"].rpartition("/")[2] if "$ref" in schema else entity
        schema = self.follow(schema)
        if value is None:
            yield from [] if rules.null_anywhere or self._may_be_null(schema) else [f"{place} is null"]
            return
        for key in ("oneOf", "anyOf"):
            if key in schema:
                yield from self._any_of(schema[key], value, place, rules, entity)
        kind = schema.get("type")
        if kind == "object" and isinstance(value, list):
            yield f"{place} is a list"
            yield from self._each(schema, value, place, rules, entity)
        elif kind is not None and not _is_a(value, kind):
            bare = kind == "string" and not schema.keys() - {"type", "nullable"}
            yield f"{place} = {_short(value)} is no {kind}{' (bare)' if bare else ''}"
        else:
            yield from _plain_problems(schema, value, place)
            yield from self._inside(schema, value, place, rules, entity)

    def _inside(self, schema: Any, value: Any, place: str, rules: Rules, entity: str) -> Iterator[str]:
        if isinstance(value, dict):
            yield from self._object(schema, value, place, rules, entity)
            return
        for part in schema.get("allOf", ()):
            yield from self.problems(part, value, place, rules, entity)
        if isinstance(value, list) and "items" in schema:
            yield from self._each(schema["items"], value, place, rules, entity)

    def _each(self, schema: Any, value: Sequence[Any], place: str, rules: Rules, entity: str) -> Iterator[str]:
        for index, one in enumerate(value):
            yield from self.problems(schema, one, f"{place}/{index}", rules, entity)

    def _may_be_null(self, schema: Any) -> bool:
        schema = self.follow(schema)
        if schema.get("nullable") or None in schema.get("enum", ()):
            return True
        if "allOf" in schema:
            return all(self._may_be_null(one) for one in schema["allOf"])
        branches = _branches(schema)
        return any(self._may_be_null(one) for one in branches) if branches else "type" not in schema

    def _any_of(self, branches: Sequence[Any], value: Any, place: str, rules: Rules, entity: str) -> Iterator[str]:
        """The problems of the branch that comes nearest, if none is without any."""
        best: list[str] | None = None
        for branch in branches:
            found = list(self.problems(branch, value, place, rules, entity))
            if not found:
                return
            if best is None or len(found) < len(best):
                best = found
        yield from best or ()

    def _object(self, schema: Any, value: dict[str, Any], place: str, rules: Rules, entity: str) -> Iterator[str]:
        known: dict[str, Any] = {}
        needed: set[str] = set()
        open_ended = self._collect(schema, known, needed)
        if rules.on_condition is not None:
            needed = known.keys() - rules.on_condition.get(entity, frozenset())
        yield from (f"{place}/{key} is missing in {entity}" for key in sorted(needed - value.keys()))
        for key, one in value.items():
            if key in known:
                yield from self.problems(known[key], one, f"{place}/{key}", rules, entity)
            elif isinstance(open_ended, dict):
                yield from self.problems(open_ended, one, f"{place}/{key}", rules, entity)
            elif not open_ended:
                yield f"{place}/{key} is not described in {entity}"

    def _collect(self, schema: Any, known: dict[str, Any], needed: set[str]) -> Any:
        """Gather the keys of an object and its parts; return whether (or as what) others are welcome."""
        schema = self.follow(schema)
        parts = schema.get("allOf", ())
        branches = _branches(schema)
        # Where branches have keys of their own they have looked at them themselves.
        extra = schema.get("additionalProperties", bool(branches) or not (schema.get("properties") or parts))
        known.update(schema.get("properties", {}))
        needed.update(schema.get("required", ()))
        found = [self._collect(part, known, needed) for part in parts]
        return extra or (bool(found) and all(found))


def _branches(schema: Any) -> list[Any]:
    return [*schema.get("oneOf", ()), *schema.get("anyOf", ())]


def _fits(known: Sequence[str], parts: Sequence[str]) -> bool:
    return all(one == part or (one.startswith("{") and part) for one, part in zip(known, parts, strict=True))


def _is_a(value: Any, kind: str) -> bool:
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _plain_problems(schema: Any, value: Any, place: str) -> Iterator[str]:
    """What is wrong with a value of the right type that its parts have nothing to do with."""
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place} = {_short(value)} is none of {', '.join(map(str, schema['enum']))}"
    for name, holds in BOUNDS.items():
        if name in schema and not holds(value, schema[name]):
            yield f"{place} = {_short(value)} is beyond the {name} of {schema[name]}"
    form = FORMATS.get(schema.get("format", ""))
    if form is not None and isinstance(value, str) and not form.match(value):
        yield f"{place} = {value!r} is no {schema['format']}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
