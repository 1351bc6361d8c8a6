"""What some forges can do besides: variables, settings of merging, roles, addresses; and what Forgejo lacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from igitt_forgejo.testing import forgejo
from igitt_forgejo.testing.forge import ForgejoForge

from igitt.errors import ElementDoesntExistError, UnsupportedOperationError, ValidationError
from igitt.interfaces import AccessLevel, MergeStatus
from igitt.testing.contract import Clock


@pytest.fixture
def forge() -> Iterator[ForgejoForge]:
    """A small world: an organization, a repository, and a pull request in it."""
    with forgejo() as made:
        made.add_organization("acme", members={"alice": "owner", "bob": "member"})
        made.add_repository("acme/widgets", members={"bob": "write"}, files={"README.md": "#"})
        made.add_merge_request("acme/widgets", "Oil", head="oil", author="bob")
        yield made


def test_variables_and_secrets(forge: ForgejoForge) -> None:
    """Both are written, written again and removed; of a secret the name alone is told."""
    repository = forge.client("alice", cache=False).get_repo("acme/widgets")
    repository.set_variable("COLOR", "red")
    repository.set_variable("COLOR", "blue")
    repository.set_variable("KEY", "hunter22", secret=True)
    repository.set_variable("KEY", "hunter33", secret=True)
    told = [(one.name, one.value, one.is_secret) for one in repository.variables]
    assert told == [("COLOR", "blue", False), ("KEY", None, True)]
    repository.delete_variable("COLOR")
    repository.delete_variable("KEY")
    assert list(repository.variables) == []
    with pytest.raises(ElementDoesntExistError):
        repository.delete_variable("COLOR")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_lost_answer_to_a_variable(forge: ForgejoForge, method: str) -> None:
    """What was written, made or removed is so once, whichever answer was lost."""
    clock = Clock()
    client = forge.client("alice", cache=False, clock=clock)
    repository = client.get_repo("acme/widgets")
    repository.set_variable("KEPT", "old")
    forge.fail(502, method=method, path="/actions/variables/", after_effect=True)
    if method == "DELETE":
        repository.delete_variable("KEPT")
    else:
        repository.set_variable("KEPT" if method == "PUT" else "NEW", "new")
    wanted = {"POST": {"KEPT": "old", "NEW": "new"}, "PUT": {"KEPT": "new"}, "DELETE": {}}
    assert {one.name: one.value for one in repository.variables} == wanted[method]


def test_a_lost_answer_to_a_removal(forge: ForgejoForge) -> None:
    """What has an address of its own is removed again, and is gone."""
    repository = forge.client("alice", cache=False, clock=Clock()).get_repo("acme/widgets")
    label, milestone = repository.create_label("bug", "#ff0000"), repository.create_milestone("v1")
    hook = repository.register_hook("https://bot.example.com/")
    comment = repository.get_mr(1).add_comment("Seen.")
    for thing in (label, milestone, hook, comment):
        forge.fail(502, method="DELETE", after_effect=True)
        thing.delete()
        with pytest.raises(ElementDoesntExistError):
            thing.refresh()
    assert list(repository.labels) == list(repository.milestones) == list(repository.hooks) == []


def test_a_bad_name_of_a_variable_is_refused(forge: ForgejoForge) -> None:
    """Nothing is sent."""
    repository = forge.client("alice", cache=False).get_repo("acme/widgets")
    forge.reset_log()
    for name in ("", "1st", "a/b", "../keys"):
        with pytest.raises(ValidationError, match="variable"):
            repository.set_variable(name, "x")
    assert not list(forge.requests)


def test_settings_of_merging(forge: ForgejoForge) -> None:
    """How things may be merged is told, and whether their branches go is told and written."""
    repository = forge.client("alice", cache=False).get_repo("acme/widgets")
    assert repository.merge_methods == {"merge", "squash", "rebase"}
    assert repository.deletes_merged_branches is False
    repository.deletes_merged_branches = True
    assert repository.refresh().deletes_merged_branches is True


def test_what_stands_in_the_way_of_merging(forge: ForgejoForge) -> None:
    """Nothing, that it is a draft, or that it is closed."""
    mr = forge.client("alice", cache=False).get_repo("acme/widgets").filter_merge_requests()[0]
    assert mr.merge_status is MergeStatus.MERGEABLE
    mr.title = "WIP: Oil"
    assert mr.merge_status is MergeStatus.DRAFT
    mr.close()
    assert mr.merge_status is MergeStatus.CLOSED


def test_comments_by_author(forge: ForgejoForge) -> None:
    """Those of one user, and those since a time."""
    for name in ("alice", "bob"):
        forge.client(name, cache=False).get_repo("acme/widgets").get_mr(1).add_comment(f"By {name}")
    mr = forge.client("alice", cache=False).get_repo("acme/widgets").get_mr(1)
    assert [one.body for one in mr.filter_comments(author="Bob")] == ["By bob"]
    assert [one.body for one in mr.filter_comments()] == ["By alice", "By bob"]
    assert list(mr.filter_comments(since="2999-01-01T00:00:00Z")) == []


def test_roles_in_an_organization(forge: ForgejoForge) -> None:
    """An owner, a member, and somebody else, whom a public organization lets read too."""
    forge.add_user("carol")
    organization = forge.client("alice", cache=False).get_repo("acme/widgets").owner
    roles = [organization.get_role(name) for name in ("alice", "bob", "carol", "nobody")]
    assert roles == [AccessLevel.ADMIN, AccessLevel.CAN_READ, AccessLevel.NONE, AccessLevel.NONE]
    assert [organization.is_member(name) for name in ("alice", "bob", "carol")] == [True, True, False]


def test_a_team_by_its_name(forge: ForgejoForge) -> None:
    """In any case of the letters; one that is not there is an error."""
    organization = forge.client("alice", cache=False).get_repo("acme/widgets").owner
    assert organization.get_team("owners").name == "Owners"
    with pytest.raises(ElementDoesntExistError, match="no team 'painters'"):
        organization.get_team("painters")


def test_own_addresses(forge: ForgejoForge) -> None:
    """One's own are told, and nobody else's."""
    client = forge.client("alice", cache=False)
    assert [(one.is_verified, one.is_primary) for one in client.user.emails] == [(True, True)]
    with pytest.raises(UnsupportedOperationError, match="of others"):
        _ = client.get_user("bob").emails


def test_the_files_of_a_release(forge: ForgejoForge) -> None:
    """What was put to one is read as it was, private as it may be, and removed, even if the answer is lost."""
    repository = forge.client("alice", cache=False, clock=Clock()).get_repo("acme/widgets")
    repository.visibility = "private"
    release = repository.create_release("v1")
    content = bytes(range(256))
    asset = release.upload_asset("a file.bin", content)
    assert asset.download().read() == content
    forge.fail(502, method="DELETE", path="/assets/", after_effect=True)
    asset.delete()
    assert release.assets == release.refresh().assets == []
    with pytest.raises(ElementDoesntExistError):
        asset.delete()


def test_what_an_issue_waits_for(forge: ForgejoForge) -> None:
    """Both ends tell of each other."""
    client = forge.client("alice", cache=False)
    repository = client.get_repo("acme/widgets")
    first, second = repository.create_issue("First"), repository.create_issue("Second")
    assert list(first.blocks) == list(first.blocked_by) == []
    body = {"owner": "acme", "repo": "widgets", "index": second.number}
    client.request("POST", f"repos/acme/widgets/issues/{first.number}/blocks", json=body)
    assert [one.title for one in first.blocks] == ["Second"]
    assert list(second.blocked_by) == [first]


def test_the_approvals_that_a_branch_requires(forge: ForgejoForge) -> None:
    """None without a rule, and then what the rule of the target branch says."""
    client = forge.client("alice", cache=False)
    mr = client.get_repo("acme/widgets").filter_merge_requests()[0]
    assert mr.approvals_required == 0
    body = {"rule_name": mr.base_branch_name, "required_approvals": 2}
    client.request("POST", "repos/acme/widgets/branch_protections", json=body)
    assert mr.approvals_required == 2
    assert mr.reviewer_teams == set()


def test_what_is_lacking_says_why(forge: ForgejoForge) -> None:
    """supports() tells it before, and the error tells the reason."""
    repository = forge.client("alice", cache=False).get_repo("acme/widgets")
    lacking = {
        repository: ("readme", "environments", "deployments", "requires_passing_checks"),
        repository.get_mr(1): ("sub_issues", "close_reason", "is_first_contribution"),
        repository.get_mr(1).head: ("merge_requests",),
    }
    for thing, attributes in lacking.items():
        for name in attributes:
            assert not thing.supports(name)
            with pytest.raises(UnsupportedOperationError, match=f"{name}: (only|Forgejo)"):
                getattr(thing, name)
