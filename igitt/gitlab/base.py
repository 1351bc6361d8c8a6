"""What all of GitLab's objects share: their words, where an answer says that it belongs, and users by their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from igitt._http.error_mapping import told_as
from igitt._objects.part import Part
from igitt._objects.resource import EditableRelatedSet, Field, Resource
from igitt.errors import (
    ElementAlreadyExistsError,
    ElementDoesntExistError,
    InvalidResponseError,
    ValidationError,
)
from igitt.gitlab.provider import GITLAB
from igitt.gitlab.quick_actions import without_quick_actions
from igitt.interfaces.attributes import Attribute
from igitt.interfaces.convert import as_level, as_names, integer, nonempty, state_word, text
from igitt.interfaces.enums import AccessLevel
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.user import User

if TYPE_CHECKING:
    from igitt._base.answer import Answer
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.reaction import Reaction

__all__ = ["GitLabPart", "GitLabResource", "Grouped", "People", "Reactable", "told_as"]


class GitLabResource(Resource):
    """An object of GitLab."""

    __slots__ = ()
    hoster = GITLAB.name
    _client_home = GITLAB.client
    _update_method = "PUT"

    identifier: Attribute[int | str] = Field("id", integer)
    web_url = Field("web_url", text)

    def _request(self, method: str, path: str, *, quick_actions: bool = False, **options: Any) -> Answer:
        """Send a request about this object; no line of a text in it is a command, unless that is wanted."""
        if "json" in options and not quick_actions:
            options["json"] = without_quick_actions(path, options["json"])
        return super()._request(method, path, **options)

    @property
    def _repository(self) -> Any:
        """The repository that it belongs to, over any number of steps."""
        owner = self._owner
        return owner if owner.kind == "repository" else owner._repository


class GitLabPart(Part, GitLabResource):
    """An object of GitLab that belongs to another one. Its ``id`` is unique on the instance, whatever it belongs to."""

    __slots__ = ()
    _has_own_id = True

    def _tells_home(self) -> Mapping[str, Any] | None:
        number = self._data.get("project_id") if self.kind in {"issue", "merge request"} else None
        return {"id": number} if isinstance(number, int) else None

    def _locate(self) -> Any:
        """The project or group that the data names: what comes out of searches and webhooks does not come with it."""
        data = self._data
        project, group = data.get("project_id"), data.get("group_id")
        if project is not None:
            references = data.get("references")
            full = text(references.get("full")) if isinstance(references, dict) else ""
            name = full.replace("!", "#").partition("#")[0]
            known = {"path_with_namespace": name} if name else {}
            return self.client.Repository.from_data({"id": project, **known}, self.client)
        if group is not None:
            return self.client.Organization.from_data({"id": group}, self.client)
        return super()._locate()


class Grouped(GitLabResource):
    """A thing with a full path, which is its name, and a number: a project or a group.

    Until it was read, one of the two may be all that is known. Once the id is, it decides: a path can be given away.
    """

    __slots__ = ()
    _is_renamed = _has_own_id = True

    @property
    def _key_value(self) -> Any:
        return Field(self._key, text).__get__(self, type(self))

    def _label(self) -> str:
        return str(self._data.get(self._key) or self._data.get("id"))

    @property
    def _place(self) -> Any:
        """What GitLab takes in its path: the id, or the full path as long as only that is known."""
        place = self._data.get("id") or self._data.get(self._key)
        if place is None:
            raise InvalidResponseError(f"the forge sent a {self.kind} without a path and an id")
        return place

    @property
    def _by_name(self) -> bool:
        return self._data.get("id") is None


class Reactable(GitLabPart):
    """Something that can have emoji (source: https://docs.gitlab.com/api/emoji_reactions/)."""

    __slots__ = ()

    def _reactions(self) -> PaginatedList[Reaction]:
        return self.client.list(f"{self.api_path}/award_emoji", self.client.Reaction, self)

    def add_reaction(self, name: str) -> Reaction:
        """Put an emoji on it. GitLab refuses one that is already there, which igitt then looks up."""
        theirs = WRITTEN_EMOJI.get(nonempty(name), name)
        try:
            data = self._request("POST", f"{self.api_path}/award_emoji", json={"name": theirs}).data
        except ElementAlreadyExistsError:
            me = self.client.user
            for found in self._reactions():
                if found.name == READ_EMOJI.get(theirs, theirs) and found.user == me:
                    return found
            raise
        reaction: Reaction = self.client.Reaction.from_data(data, self.client, self)
        return reaction


#: GitLab's names by the neutral ones, where they differ.
WRITTEN_EMOJI = {"+1": "thumbsup", "-1": "thumbsdown", "laugh": "laughing", "hooray": "tada"}
READ_EMOJI = {theirs: neutral for neutral, theirs in WRITTEN_EMOJI.items()}


class People(EditableRelatedSet[User]):
    """A set of users that GitLab wants to read as their numbers."""

    def __init__(self, key: str, write: str, ways: tuple[str, str]) -> None:
        super().__init__(key, "User", None, write=write, ways=ways)

    def encode(self, value: Iterable[Any], obj: Any) -> dict[str, Any]:
        """The part of a request's body that writes `value`; a name whose number is not known is one request."""
        return {self.write: user_ids(obj.client, value)}


def user_ids(client: Any, users: Any) -> list[int]:
    """The numbers of users given as objects or by name, sorted so that equal sets are equal requests.

    Raises:
        ValidationError: when GitLab does not know one.
    """
    found = set()
    users = users if isinstance(users, str) or not isinstance(users, Iterable) else list(users)
    known = as_names(users, "username", "user")
    for user, name in zip(users, known, strict=True):
        try:
            found.add(user_id(client, user))
        except ElementDoesntExistError as error:
            raise ValidationError(f"GitLab knows no user {name!r}") from error
    return sorted(found)


def user_id(client: Any, user: Any) -> int:
    """The number of a user given as an object or by name.

    Raises:
        ElementDoesntExistError: when there is none of that name.
    """
    if isinstance(user, str):
        user = client.User(client, user)
    if not isinstance(user, User):
        raise ValidationError(f"{user!r} is no user")
    return integer(user.identifier)


def username(user: Any) -> str | None:
    """The name of a user given as an object or by name; None for nobody."""
    return None if user is None else as_names([user], "username", "user")[0]


def account_of(client: Any, address: Any) -> Any:
    """The user with a mail address, or None: GitLab finds public addresses, and all of them for administrators."""
    mail = text(address).strip()
    if not mail:
        return None
    found = client.people.recall(("mail", mail.casefold()), lambda: client.get("users", params={"search": mail}))
    return client.User.from_data(found[0], client) if isinstance(found, list) and len(found) == 1 else None


def label_names(labels: Iterable[Any]) -> list[str]:
    """Labels as GitLab takes them; it would part a name at its commas, and lets no label have one."""
    found = sorted(as_names(labels, "name", "label"))
    for name in found:
        if "," in name:
            raise ValidationError(f"{name!r} is no label of GitLab, whose names hold no comma; give each on its own")
    return found


def milestone_id(milestone: Any) -> int:
    """What GitLab wants to read of a milestone: its id, or 0 for none."""
    if milestone is None:
        return 0
    if isinstance(milestone, Milestone):
        return integer(milestone.identifier)
    raise ValidationError(f"{milestone!r} is no milestone; get one by repository.get_milestone(number)")


def access_level(level: AccessLevel) -> int:
    """A level that a member can have (source: https://docs.gitlab.com/api/members/#known-problems)."""
    level = as_level(level)
    if not AccessLevel.MINIMAL <= level <= AccessLevel.ADMIN:
        raise ValidationError(f"a member's level is from AccessLevel.MINIMAL to AccessLevel.ADMIN, not {level!r}")
    return int(AccessLevel.CAN_READ if level is AccessLevel.TRIAGE else level)


def add_member(client: Any, path: str, user: Any, level: AccessLevel) -> None:
    """Give a user a level in the project or group at `path`: one request, two for a user who is a member already."""
    granted, (number,) = access_level(level), user_ids(client, [user])
    try:
        client.request("POST", f"{path}/members", json={"user_id": number, "access_level": granted})
    except ElementAlreadyExistsError:
        client.request("PUT", f"{path}/members/{number}", json={"access_level": granted})


def from_states(words: Mapping[str, str], state: str) -> str:
    """GitLab's word for a neutral state in a filter; ValidationError for one that there is not."""
    return words[state_word(state, words)]


def ordered(sort: str, *, ascending: bool) -> dict[str, str]:
    """The parameters that order a list of issues or merge requests."""
    if sort not in {"created", "updated"}:
        raise ValidationError(f"GitLab sorts by 'created' or 'updated', not by {sort!r}")
    return {"order_by": f"{sort}_at", "sort": "asc" if ascending else "desc"}
