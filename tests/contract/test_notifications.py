"""What waits for a user, the same on every provider."""

from __future__ import annotations

from support.world import World

from igitt.interfaces import Notification, Reason


def bobs(world: World) -> list[Notification]:
    """What waits for bob."""
    return list(world.as_user("bob").notifications)


def test_nothing_waits(world: World) -> None:
    """Nobody told bob of anything."""
    assert bobs(world) == []


def test_being_assigned(world: World) -> None:
    """An issue that bob was assigned to waits for him; all of it is read with one request."""
    world.issue.assign("bob")
    client = world.as_user("bob")

    def read() -> None:
        (found,) = client.notifications
        assert found.reason is Reason.ASSIGNED
        assert found.subject_type == "issue"
        assert found.subject == world.issue
        assert found.pending is True
        assert found.repository == world.repository
        assert found.updated.tzinfo is not None
        assert found.web_url.endswith(f"/issues/{world.issue_number}")

    assert len(world.sent(read)) == 1


def test_being_asked_for_a_review(world: World) -> None:
    """A merge request is another kind of subject."""
    world.as_user("bob").get_repo("acme/widgets").get_mr(world.mr_number).request_review("alice")
    (found,) = world.client.notifications
    assert (found.reason, found.subject_type, found.subject) == (Reason.REVIEW_REQUESTED, "merge request", world.mr)


def test_done(world: World) -> None:
    """What is done waits no more, and doing it twice is no error."""
    world.issue.assign("bob")
    (found,) = bobs(world)
    assert len(world.sent(found.mark_done)) == 1
    assert found.pending is False
    assert bobs(world) == []
    found.mark_done()


def test_reading_again(world: World) -> None:
    """One is read again by its number, and equals itself."""
    world.issue.assign("bob")
    (found,) = bobs(world)
    again = type(found)(world.as_user("bob"), found.identifier)
    assert again == found
    assert again.reason is Reason.ASSIGNED
    assert world.as_user("bob").load(found.reference) == found


def test_unsubscribing(world: World) -> None:
    """Hearing no more of the subject is one request."""
    world.issue.assign("bob")
    (found,) = bobs(world)
    assert len(world.sent(found.unsubscribe)) == 1


def test_many(world: World) -> None:
    """All pages arrive, each once."""
    numbers = {
        world.forge.add_issue("acme/widgets", f"Squeak {number}", author="alice", assignees=["bob"]).number
        for number in range(120)
    }
    found = bobs(world)
    assert len(found) == 120
    assert {notification.subject.number for notification in found} == numbers  # type: ignore[union-attr]
