"""The requests of the contract suite and the answers of the sandbox, held against the forges' own descriptions.

Where a description is known to be incomplete stands in `support.undescribed`; nothing is excused here. Who listens to
the wire and prints the figure is `support.watching`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from support.openapi import AS_IT_STANDS, Description, Operation, Rules
from support.undescribed import ANSWERS, ON_CONDITION, OTHERWISE, REQUESTS, Gap

#: Names that stand for a numeric id, which GitHub answers everywhere and writes into its links, and the upload host's
#: place on a GitHub Enterprise Server. The path behind them is described.
OTHER_NAMES = (
    (re.compile(r"^/api/uploads(?=/)"), ""),
    (re.compile(r"^/api/v3(?=/|$)"), ""),
    (re.compile(r"^/repositories/\d+(?=/|$)"), "/repos/{owner}/{repo}"),
    (re.compile(r"^/organizations/\d+/team/\d+"), "/orgs/{org}/teams/{team_slug}"),
    (re.compile(r"^(/api/v4/(projects|groups)/[^/]+)/-/search$"), r"\1/search"),
)
#: What every error of a forge has, for those that the description gives no body.
ERRORS: dict[str, Any] = {
    "github": {"$ref": "#/components/schemas/basic-error"},
    "gitlab": {"type": "object", "anyOf": [{"required": ["message"]}, {"required": ["error"]}]},
}
INVALID = {"$ref": "#/components/schemas/validation-error"}
PREFIX = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as it reached a forge of the sandbox, and what was answered."""

    hoster: str
    method: str
    path: str
    query: str
    media: str
    body: bytes
    status: int
    answer_media: str
    answer: bytes
    conditional: bool = False

    def __str__(self) -> str:
        return f"{self.hoster}: {self.method} {self.path}{'?' if self.query else ''}{self.query}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an exchange's half came to: a word for the count, the gaps it needed, and what is wrong."""

    word: str
    operation: str
    gaps: tuple[Gap, ...] = ()
    problems: tuple[str, ...] = ()


class Judge:
    """Both descriptions, and what they make of an exchange."""

    def __init__(self, folder: Path) -> None:
        expected = {name: frozenset(keys.split()) for name, keys in ON_CONDITION.items()}
        self._described = {hoster: Description(folder / f"{hoster}.json") for hoster in ("github", "gitlab")}
        self._rules = {"github": AS_IT_STANDS, "gitlab": Rules(null_anywhere=True, on_condition=expected)}
        self._known: dict[Any, Verdict] = {}

    def request(self, exchange: Exchange) -> Verdict:
        """Judge a request: path, method, query and body."""
        if apart := _apart(exchange):
            return apart
        operation = self._find(exchange)
        if operation is None:
            name = f"{exchange.method} {exchange.path}"
            return _verdict(REQUESTS, exchange.hoster, name, ["is not described"])
        found = [*operation.path_problems(_described_path(exchange.path))]
        found += operation.query_problems(parse_qsl(exchange.query, keep_blank_values=True))
        found += operation.body_problems(exchange.media, exchange.body)
        return _verdict(REQUESTS, exchange.hoster, operation.name, found)

    def answer(self, exchange: Exchange) -> Verdict:
        """Judge an answer: its status, and its body where one is described."""
        if apart := _apart(exchange):
            return apart
        operation = self._find(exchange)
        if operation is None:  # the request says so
            return Verdict("no body described", "")
        if exchange.status == 304 and exchange.conditional:
            return Verdict("not modified", operation.name)
        key = exchange.hoster, operation.name, exchange.status, exchange.answer_media, exchange.answer
        if key not in self._known:
            self._known[key] = self._judge(exchange, operation)
        return self._known[key]

    def _find(self, exchange: Exchange) -> Operation | None:
        return self._described[exchange.hoster].find(exchange.method, _described_path(exchange.path))

    def _judge(self, exchange: Exchange, operation: Operation) -> Verdict:
        hoster, status, media = exchange.hoster, exchange.status, exchange.answer_media
        bodies = operation.answer(status)
        found = [f"status {status} is not described"] if bodies is None else []
        if bodies is None and status in {200, 201}:
            bodies = operation.answer(200) or operation.answer(201)
        schema = (bodies or {}).get("application/json", {}).get("schema")
        if status >= 400:
            schema = schema or (INVALID if (hoster, status) == ("github", 422) else ERRORS[hoster])
        elif bodies and exchange.answer and media not in bodies:
            found.append(f"body as {media} is not described")
        if schema is None or not exchange.answer or media != "application/json":
            return _verdict(ANSWERS, hoster, operation.name, found, "no body described")
        value = json.loads(exchange.answer)
        described, rules = self._described[hoster], AS_IT_STANDS if status >= 400 else self._rules[hoster]
        wrong = list(described.problems(schema, value, "", rules))
        if wrong and status < 300 and operation.name in OTHERWISE:
            others = [self._as(described, name, value, rules) for name in OTHERWISE[operation.name]]
            wrong = min(others, key=len)
            found.append("is described as another entity")
        return _verdict(ANSWERS, hoster, operation.name, found + wrong)

    @staticmethod
    def _as(described: Description, name: str, value: Any, rules: Rules) -> list[str]:
        schema: Any = {"$ref": f"{PREFIX}{name}"}
        if isinstance(value, list):
            schema = {"type": "array", "items": schema}
        return list(described.problems(schema, value, "", rules))


def _described_path(path: str) -> str:
    for pattern, name in OTHER_NAMES:
        path = pattern.sub(name, path)
    return path or "/"


def _apart(exchange: Exchange) -> Verdict | None:
    if exchange.path.endswith("/graphql"):
        return Verdict("GraphQL, not described", "")
    return None if exchange.path.startswith("/api/") else Verdict("not of the API", "")


def _verdict(
    gaps: Sequence[Gap], hoster: str, operation: str, problems: Iterable[str], good: str = "as described"
) -> Verdict:
    used, left = [], []
    for problem in problems:
        gap = next((one for one in gaps if one.hoster == hoster and _covers(one, operation, problem)), None)
        if gap is None:
            left.append(problem)
        else:
            used.append(gap)
    word = "wrong" if left else "by a known gap" if used else good
    return Verdict(word, operation, tuple(dict.fromkeys(used)), tuple(left))


def _covers(gap: Gap, operation: str, problem: str) -> bool:
    return re.search(gap.where, operation) is not None and re.search(gap.what, problem) is not None
