"""What people naturally write, tried on everything of its kind that the public surface has."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.wire import Door

import igitt
import igitt.interfaces.actions
from igitt._objects.resource import Resource
from igitt.auth import GitHubToken
from igitt.errors import IGittWarning, UnknownOptionError, UnsupportedOperationError, ValidationError
from igitt.github import GitHubIssue
from igitt.interfaces import (
    AccessLevel,
    Element,
    IssueActions,
    IssueStates,
    MergeRequestActions,
    MergeRequestStates,
    WebhookEvents,
)
from igitt.interfaces.convert import to_day, to_instant
from igitt.interfaces.enums import ForgeEnum, Reason
from igitt.interfaces.hook import checked_events


def descendants(cls: type) -> Iterator[type]:
    """All classes below one."""
    for below in cls.__subclasses__():
        yield below
        yield from descendants(below)


ENUMS = sorted((cls for cls in descendants(ForgeEnum) if list(cls)), key=lambda cls: cls.__name__)  # type: ignore[call-overload]
MEMBERS: list[ForgeEnum] = [member for cls in ENUMS for member in cls]  # type: ignore[attr-defined]
CLASSES = sorted(
    {cls for cls in descendants(Element) if cls.__module__.startswith("igitt.")},
    key=lambda cls: (cls.__module__, cls.__name__),
)
#: The classes of things that a client has, without the parts that they are made of.
THINGS = [
    cls
    for cls in CLASSES
    if issubclass(cls, Resource)
    and cls._client_class
    and getattr(cls._client_class, cls.__name__.removeprefix("GitHub").removeprefix("GitLab"), None) is cls
]


def of(door: Door, forge: str) -> Any:
    """A client of a forge whose requests come to a door."""
    if forge == "github":
        return door.github()
    return igitt.GitLab("glpat-x", session=door.session(), cache=False)


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", ENUMS, ids=lambda cls: cls.__name__)
def test_every_member_is_its_word(cls: Any) -> None:
    """Equal from both sides, with the same hash, alone among all the words of its kind."""
    words = {str(member): member for member in cls}
    assert len(words) == len(cls)
    for word, member in words.items():
        assert member == word
        assert word == member
        assert hash(member) == hash(word)
        assert {member: 1}[word] == 1
        assert {word: 1}[member] == 1
        assert member in {word, "x"}
        assert all(member != other for other in words if other != word)
        assert f"{member:20}" == f"{word:20}"
        with pytest.warns(IGittWarning, match=rf"{cls.__name__} has no word .*{word.split()[0]}"):
            assert member != word + "s!"
        assert member is not None
        assert member != 5


@given(st.sampled_from(MEMBERS), st.sampled_from(MEMBERS))
def test_members_of_two_enums_are_two_keys(one: ForgeEnum, other: ForgeEnum) -> None:
    """Whatever words they have: equal members are the same one, and have one hash; none of another enum is."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (one == other) is (one is other)
        assert (one != other) is (one is not other)
        assert len({one: 1, other: 2}) == (1 if one is other else 2)


def test_the_same_word_in_two_enums() -> None:
    """One dictionary has both, and each finds its own."""
    table = {IssueActions.OPENED: "issue", MergeRequestActions.OPENED: "merge request"}
    assert len(table) == 2
    assert table[MergeRequestActions.OPENED] == "merge request"
    assert IssueStates.OPEN != MergeRequestStates.OPEN
    with pytest.warns(IGittWarning, match="did you mean 'open'"):
        assert IssueStates.OPEN != "opened"


def test_a_level_is_a_number() -> None:
    """It compares with numbers and levels, and says so to who compares it with a text."""
    assert AccessLevel.OWNER is AccessLevel.ADMIN
    assert AccessLevel.CAN_WRITE == 30
    assert AccessLevel.CAN_WRITE >= AccessLevel.CAN_READ
    assert {AccessLevel.CAN_WRITE: 1}[30] == 1  # type: ignore[index]
    with pytest.warns(IGittWarning, match="never equal to 'can_write'"):
        assert AccessLevel.CAN_WRITE != "can_write"


def test_no_other_enum_is_left_out() -> None:
    """Every enum of the public surface compares with words."""
    for module in (igitt.interfaces, igitt.interfaces.actions):
        for name in module.__all__:
            found = getattr(module, name)
            if isinstance(found, type) and issubclass(found, Enum):
                assert issubclass(found, ForgeEnum | AccessLevel), name


def test_igitts_names_are_there() -> None:
    """The old names mean the new things."""
    assert Reason.AUTHORED is Reason.AUTHOR
    assert Reason.MANUAL is Reason.SUBSCRIBED
    assert IssueActions.COMMENTED in IssueActions
    assert MergeRequestActions.COMMENTED in MergeRequestActions


@pytest.mark.parametrize("wrong", ["push", "pusch", 5, None, WebhookEvents.UNKNOWN, set()])
def test_what_a_hook_cannot_report(wrong: Any) -> None:
    """The member is named that was meant."""
    with pytest.raises(ValidationError, match="WebhookEvents.PUSH" if wrong in {"push", "pusch"} else "hook"):
        checked_events(wrong if wrong == set() else [wrong])


# --- times -----------------------------------------------------------------------------------------------------------

NAIVE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
NO_TIMES = [
    NAIVE, date(2026, 1, 1), timedelta(days=1), 5, 1.5, True, [], "soon", "2026-01-01", "2026-01-01 12:00", "",
]  # fmt: skip


@pytest.mark.parametrize("wrong", NO_TIMES, ids=repr)
def test_what_is_no_time(wrong: Any) -> None:
    """A naive datetime, a day, a span, and a text without a zone: one error that shows what is right."""
    with pytest.raises(ValidationError, match=r"a time is a datetime with a time zone, as in datetime.now\(UTC\)"):
        to_instant(wrong)


def test_times_that_are_taken() -> None:
    """With a zone, whichever, also as a text."""
    zone = timezone(timedelta(hours=2))
    assert (
        to_instant(datetime(2026, 1, 1, 2, tzinfo=zone)) == to_instant("2026-01-01T00:00:00Z") == "2026-01-01T00:00:00Z"
    )
    assert to_instant("2026-01-01 02:00+02:00") == to_instant("2026-01-01 00:00:00 UTC") == "2026-01-01T00:00:00Z"
    assert (
        to_day(datetime(2026, 1, 1, 0, 30, tzinfo=zone))
        == to_day("2026-01-01")
        == to_day(date(2026, 1, 1))
        == "2026-01-01"
    )
    with pytest.raises(ValidationError, match="beyond"):
        to_instant(datetime.min.replace(tzinfo=zone))


@pytest.mark.parametrize("wrong", [NAIVE, timedelta(days=1), 5, "soon", ""], ids=repr)
def test_what_is_no_day(wrong: Any) -> None:
    """Likewise."""
    with pytest.raises(ValidationError, match=r"a day is a datetime.date"):
        to_day(wrong)


def taking_times() -> list[tuple[str, str, str]]:
    """Kind, operation and parameter of everything in the public surface that takes a time."""
    found = []
    for cls in CLASSES:
        if not cls.__module__.startswith("igitt.interfaces"):
            continue
        for name, function in vars(cls).items():
            if inspect.isfunction(function) and not name.startswith("_"):
                parameters = inspect.signature(function).parameters.values()
                kind = cls.kind or "repository"
                found.extend((kind, name, one.name) for one in parameters if "datetime" in str(one.annotation))
    return found


@pytest.mark.parametrize(("kind", "name", "parameter"), taking_times())
@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_everything_that_takes_a_time(forge: str, kind: str, name: str, parameter: str) -> None:
    """Refuses a naive one and a span before anything is sent, on both forges."""
    door = Door()
    client = of(door, forge)
    repository: Any = client.get_repo("a/b")
    things = {"repository": repository, "issue": repository.get_issue(1), "merge request": repository.get_mr(1)}
    if kind not in things:
        pytest.skip(f"no {kind} at hand")
    function = getattr(things[kind], name)
    needed = {
        one.name: "x"
        for one in inspect.signature(function).parameters.values()
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD
    }
    for wrong in (NAIVE, timedelta(days=1), date(2026, 1, 1)):
        with pytest.raises(
            (ValidationError, UnsupportedOperationError), match=r"a time is a datetime with a time|other day"
        ):
            function(**{**needed, parameter: wrong})
    assert door.asked == []


def test_there_are_times_to_try() -> None:
    """The search above finds what there is."""
    assert {"since", "until", "created_after", "released_at"} <= {parameter for _, _, parameter in taking_times()}


# --- names and texts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", THINGS, ids=lambda cls: cls.__name__)
def test_no_object_is_its_name(cls: Any) -> None:
    """Comparing one with a text or a number is False, and a warning says what to compare; nothing is sent."""
    door = Door()
    client = of(door, cls.hoster)
    thing = cls.from_data({"id": 1, cls._key: "bob"}, client, client.get_repo("a/b"))
    for other in ("bob", 1):
        with pytest.warns(IGittWarning, match=rf"never equal to {other!r}; compare its \.(\w+)") as told:
            assert not thing == other  # noqa: SIM201 - both operators are tried
        attribute = str(told[0].message).rpartition(" its .")[2].partition(" ")[0]
        assert hasattr(cls, attribute)
        with pytest.warns(IGittWarning):
            assert other != thing
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert thing != None  # noqa: E711 - None is what a missing one is
        assert thing not in [None, object()]
    assert door.asked == []


@pytest.mark.parametrize("name", ["titel", "assignes", "_edit", "", None, 5])
def test_what_nothing_can_support(name: Any) -> None:
    """A typo is refused, and the near name is told."""
    with pytest.raises(ValidationError, match="did you mean 'title'" if name == "titel" else "has nothing called"):
        GitHubIssue("ghp_x", "a/b", 1).supports(name)


def test_filling_up_a_text() -> None:
    """A format works on things as on texts."""
    client = Door().github()
    user = client.User.from_data({"login": "bob", "id": 1}, client)
    assert f"{user:6}|{user:>5}|{user}" == "bob   |  bob|bob"
    assert f"{GitHubIssue.from_data({'number': 1, 'title': 'Squeak'}, client, 'a/b'):8}|" == "Squeak  |"


@pytest.mark.parametrize("cls", [igitt.GitHub, igitt.GitLab])
def test_an_option_that_there_is_not(cls: Any) -> None:
    """It is igitt's own error, and a TypeError as Python's."""
    with pytest.raises(UnknownOptionError, match="did you mean 'timeout'") as told:
        cls("x", timeuot=5)
    assert isinstance(told.value, TypeError)


@pytest.mark.parametrize("name", ["github", "GitLab"])
def test_a_forge_is_no_host(name: str) -> None:
    """Its public host is named."""
    with pytest.raises(ValidationError, match=rf"{name.lower()}\.com"):
        igitt.get_hoster(name)


@pytest.mark.parametrize(
    ("lines", "login"),
    [
        ("machine github.com login web password one", "web"),
        ("machine api.github.com login api password two", "api"),
        ("machine api.github.com login api password two\nmachine github.com login web password one", "web"),
        ("machine example.com login other password three", None),
    ],
)
def test_the_hosts_of_a_netrc_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, login: str | None
) -> None:
    """The host that people know comes first, then its API's."""
    file = tmp_path / "netrc"
    file.write_text(lines + "\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    token: Any = igitt.GitHub().transport.token
    assert (token and token.username) == login
    assert isinstance(igitt.GitHub("ghp_x").transport.token, GitHubToken)


def test_files_by_keyword_only() -> None:
    """Message and content cannot change places."""
    for client in (of(Door(), "github"), of(Door(), "gitlab")):
        repository: Any = client.get_repo("a/b")
        for act in (repository.create_file, repository.update_file, repository.delete_file):
            with pytest.raises(TypeError):
                act("a.txt", "one", "two")
        assert set(inspect.signature(repository.create_file).parameters) == {"path", "content", "message", "branch"}


def test_now_is_taken() -> None:
    """What the error shows works."""
    assert to_instant(datetime.now(UTC))
