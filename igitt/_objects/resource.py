"""Lazy objects over the API's JSON.

A :class:`Resource` holds its client, what it belongs to, and the JSON as it came. ``title = Editable("title", text)``
in a provider's class is the whole of an attribute: reading looks the key up and converts, asks the forge once if the
key is not there, and assigning sends one request. What an endpoint is called is the provider's business, and how a
request travels the transport's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from igitt._base.checks import is_key
from igitt._base.hashes import hash_of_named
from igitt._base.lazy import load
from igitt._base.paths import segment
from igitt._objects import identity
from igitt._objects.binding import Unbound, resolve
from igitt._objects.fields import (
    Editable,
    EditableRelated,
    EditableRelatedSet,
    EditableSetField,
    Field,
    Related,
    RelatedSet,
    Writable,
    WritableSet,
)
from igitt.errors import IGittError, InvalidResponseError, ValidationError
from igitt.interfaces.element import Element, lacking
from igitt.interfaces.naming import near, warn

if TYPE_CHECKING:
    from igitt._base.answer import Answer
    from igitt._base.token import Token
    from igitt.client import Client
    from igitt.interfaces.hoster import Hoster

__all__ = [
    "Editable", "EditableRelated", "EditableRelatedSet", "EditableSetField", "Field", "Related", "RelatedSet",
    "Resource", "Writable", "WritableSet",
]  # fmt: skip

T = TypeVar("T")
E = TypeVar("E", bound=Element)
_READING = frozenset({"GET", "HEAD"})


class _Missing:
    """Stands for what a class has not, which is as if it were merely promised."""

    __isabstractmethod__ = True


_MISSING = _Missing()


class _Home:
    """The client class of a forge's own class, loaded when it is first asked for."""

    __slots__ = ("_cls", "_home")

    def __init__(self, cls: type[Resource], home: str) -> None:
        self._cls = cls
        self._home = home

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        found = load(self._home)
        self._cls._client_class = found
        return found


class Resource(Element):
    """The common half of every provider's objects.

    A subclass that names its ``hoster`` is a provider's: it has to give everything that its interface promises,
    otherwise it cannot be defined.
    """

    __slots__ = ("_client", "_complete", "_data", "_hashed", "_scope", "_seen")

    #: The path between the scope's and the key: ``"issues"``.
    _collection: ClassVar[str] = ""
    #: The datum that ends the path and distinguishes two of a kind: ``"number"``.
    _key: ClassVar[str] = "id"
    #: What else its data must hold so that its address is known.
    _further: ClassVar[tuple[str, ...]] = ()
    #: The HTTP method that changes one.
    _update_method: ClassVar[str] = "PATCH"
    #: Where the client class of its forge stands (``"package:Client"``), if that loads its objects when they are
    #: first used: a class that was imported by itself has to find it.
    _client_home: ClassVar[str] = ""
    #: The client class for objects made from a token alone; set by the client's own class.
    _client_class: ClassVar[Any] = None

    #: Whether it is identified only within what it belongs to.
    _is_part: ClassVar[bool] = False
    #: Whether the forge lets one be transferred to another home, where it gets another number.
    _is_transferable: ClassVar[bool] = False
    #: Whether its key may change, or may not be known as long as the id is: then what has one id has one hash.
    _is_renamed: ClassVar[bool] = False
    #: Whether lists hold all that its own address returns.
    _listed_whole: ClassVar[bool] = False
    #: What its interface promises and this forge does not have, and why not, as the end of "… is not supported: ".
    _lacks: ClassVar[Mapping[str, str]] = {}
    #: Whether its ``id`` is the forge's own and no other one's of its kind.
    _has_own_id: ClassVar[bool] = False

    _client: Any
    _data: Mapping[str, Any]
    _scope: Resource | None
    _complete: bool
    #: When the forge last confirmed that this is what its name means; 0 for never.
    _seen: float
    _hashed: int

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Refuse a provider's class that misses what its interface promises, at once and not at its first use."""
        super().__init_subclass__(**keywords)
        for name, reason in vars(cls).get("_lacks", {}).items():
            lacking(cls, name, reason)
        if not cls.hoster or not cls.kind:
            return
        home = cls._client_home
        if home and f"{cls.__module__}.".startswith(f"{home.partition(':')[0]}."):
            cls._client_class = _Home(cls, home)  # the forge's own: no client of a user's takes it over
        promised = {name for base in cls.__mro__ for name in getattr(base, "__abstractmethods__", ())}
        missing = sorted(
            name for name in promised if getattr(getattr(cls, name, _MISSING), "__isabstractmethod__", False)
        )
        if missing:
            raise TypeError(f"{cls.__name__} does not give what {cls.kind} promises: {', '.join(missing)}")

    def __init__(self, client: Any, data: Mapping[str, Any], scope: Resource | None = None) -> None:
        self._client = self._client_of(client)
        self._data = data
        self._scope = scope
        self._complete = False
        self._seen = 0.0

    @classmethod
    def _client_of(cls, client: Any) -> Client:
        """The client itself, or one of the public instance for a token."""
        fits = isinstance(client, cls._client_class) or (
            getattr(client, "hoster", None) == cls.hoster and hasattr(client, "transport")
        )
        found: Client = client if fits else cls._client_class.for_token(client)
        return found

    @classmethod
    def from_data(
        cls, data: Mapping[str, Any], client: Hoster | Token | str, scope: Element | str | int | None = None
    ) -> Self:
        """Make one of JSON that is at hand; see :meth:`igitt.interfaces.Element.from_data`."""
        if not isinstance(data, dict):
            raise InvalidResponseError(
                f"{cls.kind_with_article()} is made of a JSON object, not of {type(data).__name__}"
            )
        self = cls.__new__(cls)
        self._client = client if client.__class__ is cls._client_class else cls._client_of(client)
        self._data = data
        # No isinstance(): with an abstract class it costs as much as everything else here.
        home: Any = scope
        self._scope = home if home is None or hasattr(home, "_scope") else cls._scope_of(self._client, home)
        self._complete = False
        self._seen = self._client.transport.clock.time()
        return self

    @classmethod
    def _scope_of(cls, client: Client, scope: Any) -> Resource:
        """What a name, id or URL in the scope's place means; most things belong to a repository."""
        found: Any = client.Repository(client, scope)
        home: Resource = found
        return home

    # --- who and where -----------------------------------------------------------------------------------------------

    @property
    def client(self) -> Client:
        """The client that it was made with."""
        client: Any = self._client
        if isinstance(client, Unbound):
            self.bind(resolve(client, self.kind))
            client = self._client
        found: Client = client
        return found

    def bind(self, client: Hoster) -> Self:
        """Give it a client of the same instance, which it needs after unpickling, and give it back.

        Raises:
            ValidationError: when the client is of another forge or instance: the object would become another one.
        """
        bound = self._client_of(client)
        if bound.transport.base_url != self._base_url:
            raise ValidationError(
                f"this {self.kind} is on {self._base_url}, and the client on {bound.transport.base_url}"
            )
        self._client = bound
        if self._scope is not None:
            self._scope.bind(bound)
        return self

    @property
    def _base_url(self) -> str:
        found: str = self._client.base_url if isinstance(self._client, Unbound) else self._client.transport.base_url
        return found

    @property
    def _owner(self) -> Any:
        """What it belongs to, such as an issue's repository; from the data where nobody named it."""
        if self._scope is None:
            self._scope = self._locate()
        return self._scope

    def _locate(self) -> Any:
        raise IGittError(f"it is unknown where this {self.kind} belongs; make it with its repository")

    @property
    def api_path(self) -> str:
        """Its path below the API's base URL."""
        return f"{self._owner.api_path}/{self._collection}/{segment(self._key_value, self.kind)}"

    @property
    def _key_value(self) -> Any:
        value = self._data.get(self._key)
        if not isinstance(value, int | str):
            raise InvalidResponseError(f"the forge sent {self.kind_with_article()} without its {self._key!r}")
        return value

    @property
    def url(self) -> str:
        """Its address in the forge's API."""
        return f"{self._base_url}/{self.api_path}"

    @property
    def reference(self) -> str:
        """Its address as a short text; see :attr:`igitt.interfaces.Element.reference`."""
        from igitt._objects.reference import reference_to  # noqa: PLC0415 - that room is built of this one

        return reference_to(self)

    def _address(self) -> dict[str, Any]:
        """What identifies it within what it belongs to; asks once if that is unknown."""
        if not any(self._data.get(key) is not None for key in (self._key, "id")):
            _ = self._key_value
        keys = (self._key, "id", *self._further)
        return {key: self._data[key] for key in keys if self._data.get(key) is not None}

    # --- data --------------------------------------------------------------------------------------------------------

    @property
    def data(self) -> Mapping[str, Any]:
        """The JSON as the forge sent it, complete."""
        if not self._complete:
            self.refresh()
        return self._data

    def refresh(self) -> Self:
        """Read it again from the forge, and give it back."""
        data = self._request("GET", self.api_path).data
        if identity.is_another(self, data) and self._found_again():
            data = self._request("GET", self.api_path).data
        self._adopt(data)
        return self

    def _found_again(self) -> bool:
        """Look for what its name does not mean any more; whether there is another way to it now."""
        home = identity.home_of(self)
        return home is not None and home is not self and home._found_again()

    def _adopt(self, data: Any) -> None:
        """Take over what the forge answered to a question about this object, if the response is about it."""
        known = self._data.get("id") is not None
        self._absorb(identity.same_thing(self, data))
        home = identity.home_of(self)
        if home is not None and home is not self:
            told = self._tells_home()
            if home._data.get("id") is None:
                home._learn(told)
            if told and told.get("id") is not None and home._data.get("id") == told["id"]:
                home._seen = self._seen  # the home's name was just seen to mean it
            if known and home._data.get("id") is None:
                home._seen = self._seen

    @property
    def _by_name(self) -> bool:
        """Whether its path is made of names, which may be another one's some day."""
        return True

    def _learn(self, told: Mapping[str, Any] | None) -> None:
        """Take the id over from something inside it, unless that has another name for it."""
        if told and self._data.get("id") is None and told.get("id") is not None:
            name, theirs = self._data.get(self._key), told.get(self._key)
            if theirs is None or str(theirs).casefold() == str(name).casefold():
                self._data = {**self._data, "id": told["id"]}

    def _moved_to(self, told: Mapping[str, Any]) -> None:
        """Go on at the place that a redirect named, of which no more is known yet."""
        identity.same_thing(self, told)
        known = {"id": self._data["id"]} if "id" in self._data else {}
        self._data = {**known, **told}
        self._complete = False

    def _tells_home(self) -> Mapping[str, Any] | None:
        """What its data says about the repository that it belongs to: the id, and the name if it is there."""
        return None

    def _transferred(self, home: Mapping[str, Any], key: int) -> None:
        """Be the one of another number in another home, of which no more than that is known yet."""
        found: Any = self.client.Repository.from_data(home, self.client)
        self._scope = found
        self._data = {self._key: key}
        self._complete = False

    def _request(self, method: str, path: str, **options: Any) -> Answer:
        """Send a request about this object; every one of its own goes this way, so that it can follow a move."""
        client = self.client
        path = identity.way(self, path, writes=method not in _READING)
        answer: Answer = client.request(method, path, **options)
        if answer.redirected:
            identity.settle(self, path, answer)
        return answer

    def _absorb(self, data: Any, *, complete: bool = True) -> None:
        """Take over what the forge answered about this object."""
        if not isinstance(data, dict):
            raise InvalidResponseError(
                f"the forge answered {type(data).__name__} where {self.kind_with_article()} belongs"
            )
        self._data = data if complete else {**self._data, **data}
        self._complete = self._complete or complete
        self._seen = self._client.transport.clock.time()

    def _lookup(self, key: str) -> Any:
        """A datum that is not at hand: ask once, then it is what the forge said, or nothing."""
        if not self._complete:
            self.refresh()
        return self._data.get(key)

    def _edit(self, fields: Mapping[str, Any]) -> None:
        """Write several fields in one request."""
        body: dict[str, Any] = {}
        differences: list[tuple[WritableSet[Any], Sequence[Any], Sequence[Any]]] = []
        for name, value in fields.items():
            descriptor = getattr(type(self), name, None)
            if not isinstance(descriptor, Writable):
                raise ValidationError(
                    f"{self.kind_with_article()} has no field {name!r} that can be edited; "
                    f"{near(name, self._editable())}"
                )
            if isinstance(descriptor, WritableSet) and (difference := descriptor.difference(self, value)) is not None:
                differences.append((descriptor, *difference))
            else:
                body.update(descriptor.encode(value, self))
        if body:
            self._write(body)
        for descriptor, added, removed in differences:
            descriptor.change(self, added, removed)

    @classmethod
    def _editable(cls) -> list[str]:
        return sorted(name for name in dir(cls) if isinstance(getattr(cls, name, None), Writable))

    def _until_known(self, read: Callable[[], T | None]) -> T | None:
        """What `read` gives; while that is None, the forge computes it: ask again, within the client's ``max_wait``."""
        transport, waited, pause = self.client.transport, 0.0, 0.5
        while (value := read()) is None and waited + pause <= transport.max_wait:
            transport.clock.sleep(pause)
            waited, pause = waited + pause, min(pause * 2, 8.0)
            self.refresh()
        return value

    def _outdate(self) -> None:
        """Know no more than who it is, because a write changed what the forge did not answer: the next read asks."""
        self._data = {key: self._data[key] for key in (self._key, "id") if key in self._data}
        self._complete = False

    def _post(self, path: str, body: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """Send a POST below its own address, and give the response's data.

        Args:
            path: what comes after its own address.
            body: the body, as data.
            options: further keywords of :meth:`igitt.client.Client.request`.
        """
        return self._request("POST", f"{self.api_path}/{path}", json=body, **options).data

    def _created(self, cls: type[E], path: str, body: Mapping[str, Any], **options: Any) -> E:
        """Make something that belongs to it, by a POST below its own address.

        Args:
            cls: the class of what is made, such as ``self.client.Label``.
            path: what comes after its own address.
            body: the body, as data.
            options: further keywords of :meth:`igitt.client.Client.request`.
        """
        return cls.from_data(self._post(path, body, **options), self.client, self)

    def _write(self, body: Mapping[str, Any]) -> None:
        """Send a change, and show from now on what the forge answered."""
        self._adopt(self._request(self._update_method, self.api_path, json=body).data)

    # --- being an object ---------------------------------------------------------------------------------------------

    @property
    def _identity(self) -> Any:
        """What two objects of the same thing have alike, however it is spelled; None as long as that is not known."""
        key = self._data.get(self._key)
        return key.casefold() if isinstance(key, str) else key if isinstance(key, int) else None

    def _same(self, other: Resource) -> bool:
        """Whether another object of the same kind and instance is the same thing; sends nothing."""
        key, named = self._identity, other._identity  # first, as the credential's own user only now learns who it is
        mine, theirs = self._data.get("id"), other._data.get("id")
        if self._has_own_id and isinstance(mine, int) and isinstance(theirs, int):
            return bool(mine == theirs)
        if key is None or key != named:
            return False
        if self._scope is None and other._scope is None and not self._is_part:
            return True
        try:
            return bool(self._owner == other._owner)
        except IGittError:  # one of them does not know
            return mine is not None and bool(mine == theirs)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if is_key(other):
            ways = " or ".join(f".{name}" for name in self.named_by)
            warn(f"{self.kind_with_article()} is never equal to {other!r}; compare its {ways or '.identifier'}")
            return NotImplemented
        if not isinstance(other, Resource) or self.kind != other.kind or self._base_url != other._base_url:
            return NotImplemented if not isinstance(other, Resource) else False
        # What was put into a set under another name than it has now stays what it was there.
        return self._same(other) and self._hash_now() == other._hash_now()

    def __hash__(self) -> int:
        # Kept, because what is in a set must not have another one after a look at the forge.
        self._hashed = found = self._hash_now()
        return found

    def _hash_now(self) -> int:
        try:
            return self._hashed
        except AttributeError:
            return self._new_hash()

    def _new_hash(self) -> int:
        at = (self._base_url, self.kind)
        name = self._identity
        return hash_of_named(at, name, self._data.get("id")) if self._is_renamed else hash((*at, name))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._label()}>"

    def _label(self) -> str:
        """What identifies it, for `repr`; sends nothing and never fails."""
        where = f"{self._scope._label()} " if self._scope is not None else ""
        return f"{where}{self._data.get(self._key, '?')}"

    def __copy__(self) -> Self:
        """Another object of the same thing, with the same client."""
        twin = type(self).__new__(type(self))
        twin._client, twin._data, twin._scope, twin._complete = self._client, self._data, self._scope, self._complete
        twin._seen = self._seen
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """The same: what the forge sent is never changed in place, and a client cannot be copied."""
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, ...]:
        """Identity and data travel; a credential never does."""
        return _restore, (type(self), self._base_url, dict(self._data), self._scope, self._complete, self._seen)


def _restore(
    cls: type[Resource],
    base_url: str,
    data: Mapping[str, Any],
    scope: Resource | None,
    complete: bool,
    seen: float = 0.0,  # what an older release pickled does not say it
) -> Resource:
    self = cls.__new__(cls)
    self._client = Unbound(cls.hoster, base_url)
    self._data = data
    self._scope = scope
    self._complete = complete
    self._seen = seen
    return self
