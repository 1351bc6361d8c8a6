"""A thing's address travels as a short text, and ``client.load`` makes the thing of it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from support.credentials import pem_of, rsa_key
from support.world import PROVIDERS, World, make_world

import igitt
from igitt.auth import GitHubJsonWebToken
from igitt.errors import IGittError, ValidationError
from igitt.interfaces import CommentType, CommitStatus, Status
from igitt.interfaces.element import Element

SECRET = "ghp_" + "5ec4e7" * 6


@pytest.fixture(params=PROVIDERS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """The small world, on each forge."""
    with make_world(request.param) as found:
        yield found


def things(world: World) -> list[Element]:
    """One of every kind that both forges have, as the forge tells it."""
    issue, repository = world.issue, world.repository
    comment = issue.add_comment("Me too")
    milestone = repository.create_milestone("Soon")
    commit = world.mr.refresh().head
    commit.set_status(CommitStatus(Status.SUCCESS, "fine", "test"))
    hook = repository.register_hook("https://bot.example.com/", "hook-secret")
    return [
        repository.refresh(),
        issue.refresh(),
        world.mr.refresh(),
        comment,
        world.mr.add_comment("Well"),
        commit.comment("Hm"),
        issue.add_reaction("+1"),
        comment.add_reaction("heart"),
        commit,
        hook,
        milestone,
        repository.get_label("bug").refresh(),
        world.client.get_user("bob").refresh(),
        world.client.user,
        world.client.get_organization("acme").refresh(),
    ]


def test_every_kind_comes_back(world: World) -> None:
    """What is loaded is the same thing, of the same class and address, and neither way sends a request."""
    for thing in things(world):
        _ = thing.identifier, thing.web_url  # what does not know itself has been asked before
        before = len(world.forge.requests)
        reference = thing.reference
        found = world.client.load(reference)
        assert (type(found), found == thing, found.reference) == (type(thing), True, reference), reference
        assert found.url == thing.url
        assert len(world.forge.requests) == before, reference
        assert len(reference) < 400


def test_what_is_loaded_is_read_as_it_is_now(world: World) -> None:
    """A reference holds nothing that may grow old."""
    reference = world.issue.refresh().reference
    world.issue.title = "It squeaks no more"
    assert world.client.load(reference).title == "It squeaks no more"


def test_fresh_objects_have_references(world: World) -> None:
    """An object that was made by its address, and never read, is named by that address."""
    for thing in (world.issue, world.mr, world.repository, world.client.get_user("bob")):
        assert world.sent(lambda thing=thing: world.client.load(thing.reference)) == []
        assert world.client.load(thing.reference) == thing


def test_the_own_user_is_named() -> None:
    """The credential's own user is asked for its name: for another credential, "own" would be somebody else."""
    with make_world("github") as world:
        reference = world.client.user.reference
        assert world.as_user("bob").load(reference).username == "alice"


def test_kinds_of_one_forge() -> None:
    """Installations, teams and comments whose number alone tells nothing."""
    github = igitt.GitHub(GitHubJsonWebToken(pem_of(rsa_key()), 5))
    found: list[Any] = [
        github.Installation(github, 7),
        github.Team(github, "acme", "turners"),
        github.Comment(github, "acme/widgets", 9, CommentType.REVIEW),
    ]
    for thing in found:
        assert github.load(thing.reference) == thing
        assert github.load(thing.reference).url == thing.url
    gitlab = igitt.GitLab("glpat-x")
    for place in (gitlab.Team(gitlab, "acme/turners"), gitlab.Organization(gitlab, 4), gitlab.Repository(gitlab, 6)):
        assert gitlab.load(place.reference) == place
    label = gitlab.Label(gitlab, gitlab.get_organization("acme/turners"), "a/b c")
    assert gitlab.load(label.reference).url == label.url == f"{gitlab.url}/groups/acme%2Fturners/labels/a%2Fb%20c"


def test_no_secret_in_it() -> None:
    """Neither the credential nor what is known of the thing gets into a reference."""
    github = igitt.GitHub(SECRET)
    issue = github.Issue.from_data({"number": 5, "title": "hidden"}, github, github.get_repo("acme/widgets"))
    assert SECRET not in issue.reference
    assert "hidden" not in issue.reference
    assert json.loads(json.dumps({"thing": issue.reference}))["thing"] == issue.reference


def test_another_instance_is_refused() -> None:
    """A reference to another forge or instance never becomes another thing here."""
    reference = igitt.GitHub(SECRET).get_repo("acme/widgets").reference
    for client in (igitt.GitHub(SECRET, "https://ghe.example.com"), igitt.GitLab("glpat-x")):
        with pytest.raises(ValidationError, match=r"reference is to github at https://api\.github\.com"):
            client.load(reference)


def test_a_thing_that_does_not_tell_its_place() -> None:
    """A reference that could not be loaded is not given."""
    github = igitt.GitHub(SECRET)
    with pytest.raises(IGittError, match="make it with its repository"):
        _ = github.Issue.from_data({"number": 5}, github).reference


HEAD = '["github","https://api.github.com",'
REPOSITORY = '["repository",{"full_name":"a/b"}]'


@pytest.mark.parametrize(
    "junk",
    [
        "", "null", "{}", "[]", "7", '"text"', "[1,2]", "[" * 5000, "x" * 20_000, None, 5, b"[]", HEAD[:-1] + "]",
        HEAD + "5]", HEAD + "[5,{}]]", HEAD + '["issue"]]', HEAD + '["issue",5]]', HEAD + '["issue",{"number":5}]]',
        HEAD + '["repository",{}]]', HEAD + '["repository",{"full_name":null}]]', HEAD + '["token",{"id":5}]]',
        HEAD + '["web url",{"id":5}]]', HEAD + '["repository",{"id":"../user"}]]',
        HEAD + '["installation",{"id":"../../user"}]]', HEAD + REPOSITORY + ',["issue",{"number":"../1"}]]',
        HEAD + REPOSITORY + ',["comment",{"id":"1/../../user"}]]', HEAD + REPOSITORY + ',["issue",{"number":true}]]',
        HEAD + REPOSITORY + ',["issue",{"number":{"a":1}}]]', HEAD + REPOSITORY + "," + REPOSITORY + "]",
        HEAD + REPOSITORY + ',["commit",{"sha":""}]]',
    ],
)  # fmt: skip
def test_junk_is_refused(junk: Any) -> None:
    """What is no reference, or a forged one, is an error of igitt's that says so."""
    with pytest.raises(ValidationError):
        igitt.GitHub(SECRET).load(junk)
