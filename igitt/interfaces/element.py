"""What every object of a forge has: an issue, a user, a label.

No I/O here; :class:`igitt._objects.resource.Resource` brings it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, Self, TypeVar

from igitt.errors import UnsupportedOperationError, ValidationError
from igitt.interfaces.attributes import NOTHING, Attribute
from igitt.interfaces.naming import near

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.hoster import Hoster

__all__ = ["Element", "Unsupported", "lacking", "optional", "partly", "unsupported"]

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Element(ABC):
    """Anything that lives at a forge and has an address there.

    Making one sends nothing. Reading an attribute that is not known yet sends one GET. Two elements are equal when they
    are the same thing on the same instance, whoever made them.
    """

    __slots__ = ()

    #: ``"github"`` or ``"gitlab"``.
    hoster: ClassVar[str] = ""
    #: What it is, in neutral words: ``"issue"``, ``"merge request"``, …
    kind: ClassVar[str] = ""
    #: The attributes that hold what people call it: ``"bob" in issue.assignees`` looks at them.
    named_by: ClassVar[tuple[str, ...]] = ()
    #: Whether names that differ only in upper and lower case are the same name.
    any_case: ClassVar[bool] = False
    #: How many letters of a name are enough to mean it; 0 where it has to be whole.
    shortest_prefix: ClassVar[int] = 0

    identifier = Attribute[int | str]("The forge's own id of it, unique in its kind on the instance.")
    web_url = Attribute[str]("Its page for people.")

    if TYPE_CHECKING:

        def __init__(self, client: Any, *address: Any) -> None:
            """A thing is made from a client (or a token) and its address; each kind says what that is."""

        def __eq__(self, other: object) -> bool:
            """Whether it is the same thing. A name is not equal to it, though ``"bob" in issue.assignees`` finds it."""
            ...

        def __hash__(self) -> int:
            """Equal for the same thing."""
            ...

    @property
    @abstractmethod
    def client(self) -> Hoster:
        """The client that it was made with, and that reads and writes for it."""

    @property
    @abstractmethod
    def url(self) -> str:
        """Its address in the forge's API."""

    @property
    @abstractmethod
    def reference(self) -> str:
        """Its address as a short text for a queue or a database; :meth:`igitt.interfaces.Hoster.load` is the way back.

        It names the instance and holds no credential. Sends nothing, except for a thing that does not know what it is
        called, as the credential's own user, which is asked once.

        Raises:
            IGittError: when it is unknown where it belongs.
        """

    @property
    @abstractmethod
    def data(self) -> Mapping[str, Any]:
        """The JSON as the forge sent it, complete; asks for it if it is not known."""

    @abstractmethod
    def refresh(self) -> Self:
        """Read it again from the forge (one GET, which is free if nothing changed), and return it.

        Example:
            >>> issue.refresh().title
            'It squeaks'
        """

    @classmethod
    @abstractmethod
    def from_data(
        cls, data: Mapping[str, Any], client: Hoster | Token | str, scope: Element | str | int | None = None
    ) -> Self:
        """Make one from JSON that is at hand; sends nothing.

        Args:
            data: the JSON, as the forge's API sends it.
            client: the client, or a token for the public instance.
            scope: what it belongs to (the repository of an issue), where the JSON does not say.

        Example:
            >>> from igitt.github import GitHubIssue
            >>> GitHubIssue.from_data({"number": 5, "title": "It rattles"}, client, repository).title
            'It rattles'
        """

    @abstractmethod
    def bind(self, client: Hoster) -> Self:
        """Attach a client, which it needs after unpickling, and return it.

        Example:
            >>> import pickle
            >>> pickle.loads(pickle.dumps(issue)).bind(client).title
            'It squeaks'
        """

    @classmethod
    def kind_with_article(cls) -> str:
        """``"an issue"``, ``"a label"``: for sentences.

        Example:
            >>> Issue.kind_with_article(), MergeRequest.kind_with_article()
            ('an issue', 'a merge request')
        """
        return f"{'an' if cls.kind[:1] in 'aeio' else 'a'} {cls.kind}"

    @abstractmethod
    def _edit(self, fields: Mapping[str, Any]) -> None:
        """Write several fields, by their neutral names, in as few requests as the forge allows."""

    def __format__(self, spec: str) -> str:
        """Its text, filled up or cut as a text is: ``f"{issue.author:10}"``."""
        return format(str(self), spec)

    def supports(self, name: str) -> bool:
        """Whether this forge supports `name`, a method or an attribute of such a thing.

        Raises:
            ValidationError: when no forge has such a thing by that name.

        Example:
            >>> from igitt.gitlab import GitLabIssue
            >>> from igitt.github import GitHubIssue
            >>> GitLabIssue("glpat-x", "group/project", 1).supports("weight")
            True
            >>> GitHubIssue("ghp_x", "org/repo", 1).supports("weight")
            False
        """
        found = getattr(type(self), name, None) if isinstance(name, str) else None
        if found is None or name.startswith("_"):
            known = {word for cls in _classes_of(type(self)) for word in dir(cls) if not word.startswith("_")}
            if name in known:
                return False
            raise ValidationError(f"{self.kind_with_article()} has nothing called {name!r}; {near(name, known)}")
        return not isinstance(found, Unsupported) and not hasattr(found, "unsupported")


def _classes_of(cls: type[Element]) -> set[type]:
    """The classes of this kind of thing, of every forge."""
    found: set[type] = {base for base in cls.__mro__ if getattr(base, "kind", "") == cls.kind}
    waiting = list(found)
    while waiting:
        new: set[type] = set(waiting.pop().__subclasses__()) - found
        waiting.extend(new)
        found |= new
    return found


class Unsupported(Attribute[T]):
    """An attribute that this forge does not have: reading it raises :class:`~igitt.errors.UnsupportedOperationError`.

    Args:
        reason: why not, as the end of "… is not supported: ".
    """

    __isabstractmethod__ = False

    def __init__(self, reason: str) -> None:
        super().__init__(f"Not supported: {reason}.")
        self.reason = reason

    def read(self, obj: Any) -> T:
        """Refuse.

        Example:
            >>> from igitt import UnsupportedOperationError
            >>> try:
            ...     issue.weight
            ... except UnsupportedOperationError as error:
            ...     print(error)
            github does not support issue weight: GitHub's issues have no weight
        """
        raise UnsupportedOperationError(f"{obj.hoster} does not support {obj.kind} {self.name}: {self.reason}")

    def __set__(self, obj: Any, value: T) -> None:
        """Refuse."""
        self.read(obj)


def unsupported(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a method as one that this forge does not support.

    Calling it raises :class:`~igitt.errors.UnsupportedOperationError`.
    """

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        @wraps(method)
        def refuse(*args: P.args, **kwargs: P.kwargs) -> R:  # noqa: ARG001 - whatever the method takes
            owner: Any = args[0]
            raise UnsupportedOperationError(f"{owner.hoster} does not support {owner.kind}.{method.__name__}: {reason}")

        refuse.unsupported = reason  # type: ignore[attr-defined]  # what supports() looks for
        refuse.__doc__ = f"Not supported: {reason}."
        return refuse

    return decorate


def optional(method: Callable[P, R]) -> Callable[P, R]:
    """Mark a method of an interface that a provider whose forge has nothing of the kind may leave out.

    Calling it raises :class:`~igitt.errors.UnsupportedOperationError` there.
    """

    @wraps(method)
    def refuse(*args: P.args, **kwargs: P.kwargs) -> R:  # noqa: ARG001 - whatever the method takes
        owner: Any = args[0]
        kind = getattr(owner, "kind", "a client's")
        raise UnsupportedOperationError(f"{owner.hoster} does not support {kind}.{method.__name__}: {NOTHING}")

    refuse.unsupported = NOTHING  # type: ignore[attr-defined]  # what supports() looks for
    return refuse


def lacking(cls: type, name: str, reason: str) -> None:
    """Declare that a class's forge does not have what its interface promises.

    Args:
        cls: the class of one forge's things.
        name: the attribute or method.
        reason: why not, as the end of "… is not supported: ".

    Raises:
        TypeError: when the interface promises nothing of that name.
    """
    promised: Any = getattr(cls, name, None)
    if promised is None:
        raise TypeError(f"{cls.__name__} cannot lack {name!r}, which nothing promises")
    if isinstance(promised, Attribute):
        missing: Any = Unsupported[Any](reason)
        missing.__set_name__(cls, name)
    else:
        missing = unsupported(reason)(promised)
        missing.__isabstractmethod__ = False
    setattr(cls, name, missing)


def partly(exception: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a method that this forge supports except in a case, where it raises ``UnsupportedOperationError`` itself.

    Args:
        exception: what it cannot do, as the end of "not …", for the compatibility page.
    """

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        method.partly = exception  # type: ignore[attr-defined]  # what that page looks for
        return method

    return decorate
