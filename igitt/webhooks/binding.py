"""Which of an event's things each parameter of a bot's function gets: by its annotation, else by its name.

Everything is computed once for each shape of event; a function that nothing can fill is refused when it is registered.
What annotations and shapes mean is decided in the modules beside this one. Nothing here makes an object from a payload.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from igitt import interfaces
from igitt.errors import ValidationError
from igitt.interfaces.actions import Action
from igitt.interfaces.event import Event
from igitt.webhooks import hints
from igitt.webhooks.shapes import LISTS, TEXTS, Kind, shapes_of
from igitt.webhooks.told import Told

__all__ = ["Binding", "Slot"]

#: What a name asks for where no annotation does: classes, and roles of texts and lists.
_NAMES: dict[str, tuple[tuple[type, ...], tuple[str, ...]]] = {
    "branch": ((), ("branch",)),
    "check_run": ((interfaces.CheckRun,), ()),
    "check_suite": ((interfaces.CheckSuite,), ()),
    "comment": ((interfaces.Comment,), ()),
    "commit": ((interfaces.Commit,), ()),
    "commits": ((), ("commits",)),
    "deploy_key": ((interfaces.DeployKey,), ()),
    "deployment": ((interfaces.Deployment,), ()),
    "deployment_status": ((interfaces.DeploymentStatus,), ()),
    "epic": ((Told,), ()),
    "feature_flag": ((interfaces.FeatureFlag,), ()),
    "hook": ((interfaces.Hook,), ()),
    "installation": ((interfaces.Installation,), ()),
    "issue": ((interfaces.Issue,), ()),
    "job": ((interfaces.Job,), ()),
    "label": ((interfaces.Label,), ("label",)),
    "merge_group": ((interfaces.MergeGroup,), ()),
    "milestone": ((interfaces.Milestone,), ()),
    "organization": ((interfaces.Organization,), ()),
    "package": ((interfaces.Package,), ()),
    "pages_build": ((interfaces.PagesBuild,), ()),
    "pipeline": ((interfaces.Pipeline,), ()),
    "reaction": ((interfaces.Reaction,), ()),
    "ref": ((), ("ref", "branch", "tag")),
    "release": ((interfaces.Release,), ()),
    "repositories": ((), ("repositories",)),
    "repository": ((interfaces.Repository,), ()),
    "review": ((interfaces.Review,), ()),
    "sender": ((interfaces.User,), ()),
    "tag": ((), ("tag",)),
    "team": ((interfaces.Team,), ()),
    "thread": ((interfaces.Discussion,), ()),
    "user": ((interfaces.User,), ()),
    "wiki_page": ((interfaces.WikiPage,), ()),
}
_ALIASES = {
    "actor": "sender", "assignee": "user", "check": "check_run", "group": "organization", "member": "user",
    "merge_request": "mr", "note": "comment", "org": "organization", "pr": "mr", "project": "repository",
    "pull": "mr", "pull_request": "mr", "repo": "repository", "repos": "repositories", "reviewer": "user",
}  # fmt: skip
_NAMES["mr"] = ((interfaces.MergeRequest,), ())
#: What an event has beside its objects, by the attribute that holds it.
_AROUND: dict[str, type] = {
    "repository": interfaces.Repository,
    "organization": interfaces.Organization,
    "installation": interfaces.Installation,
}
#: Names that ask for a part of the event, whatever its objects are.
_PARTS = frozenset({"action", "changes", "event", "payload"})
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_EMPTY: Any = inspect.Parameter.empty
#: Of lists, the role that goes with what they hold.
_HELD: dict[type, str] = {interfaces.Commit: "commits", interfaces.Repository: "repositories"}


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one argument comes from.

    Attributes:
        position: which of the event's objects it is; None for no object.
        attribute: the event's attribute that it is; ``"event"`` is the event itself; empty for none.
        classes: the classes of which it has to be one, where that is not known before it is made.
        otherwise: its value where nothing is found; without one, the function does not run then.
        strict: whether None will not do.
    """

    position: int | None = None
    attribute: str = ""
    classes: tuple[type, ...] = ()
    otherwise: Any = _EMPTY
    strict: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """How to call a function for one shape of event.

    Attributes:
        positional: the arguments in order.
        named: those that are passed by name.
        rest: the positions of the objects that go on behind the positional ones.
    """

    positional: tuple[Slot, ...]
    named: tuple[tuple[str, Slot], ...] = ()
    rest: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Want:
    """What a parameter asks for.

    Attributes:
        parameter: it.
        strange: what its annotation names that is not igitt's.
        classes: what it may be.
        roles: what it may be, of texts and lists.
        part: the part of the event that it is.
        anything: whether the next object will do, whatever that is.
        otherwise: its value where nothing fills it.
    """

    parameter: inspect.Parameter
    strange: tuple[str, ...] = ()
    classes: tuple[type, ...] = ()
    roles: frozenset[str] = frozenset()
    part: str = ""
    anything: bool = False
    otherwise: Any = _EMPTY

    @classmethod
    def of(cls, parameter: inspect.Parameter, names: Mapping[str, Any]) -> Self:
        """What it asks for, by its annotation, else by its name."""
        note = hints.read(parameter.annotation, names)
        has_default = parameter.default is not _EMPTY
        otherwise = parameter.default if has_default else None if note.optional else _EMPTY
        name = parameter.name.strip("_")
        name = _ALIASES.get(name, name)
        classes, roles = _NAMES.get(name, ((), ()))
        if note.anything:
            part = name if name in _PARTS else "sender" if name == "sender" else ""
            anything = not (part or classes or roles or has_default or parameter.kind is parameter.KEYWORD_ONLY)
            return cls(parameter, (), classes, frozenset(roles), part, anything, otherwise)
        by_name = has_default or parameter.kind is parameter.KEYWORD_ONLY  # only what is called so is meant
        texts = frozenset(roles) & TEXTS or (frozenset() if by_name else TEXTS)
        held = frozenset(role for one in note.items for base, role in _HELD.items() if issubclass(one, base))
        lists = held or frozenset(roles) & LISTS or (frozenset() if by_name or note.items else LISTS)
        chosen = (texts if str in note.classes else frozenset()) | (lists if list in note.classes else frozenset())
        things = tuple(one for one in note.classes if one not in {str, list, Event})
        part = "event" if Event in note.classes else ""
        if things and all(issubclass(one, Action) for one in things):
            part = "action"
        elif name == "sender" and any(issubclass(one, interfaces.User) for one in things):
            part = "sender"
        elif issubclass(things[0] if things else object, Mapping) and (name in _PARTS or by_name):
            part, things = (name, ()) if name in _PARTS else ("", ())
        return cls(parameter, tuple(note.strange), things, chosen, part, False, otherwise)

    def fits(self, kind: Kind, *, loosely: bool) -> bool:
        """Whether an object is what it asks for; loosely, whether one of that neutral class may be."""
        if kind.role:
            return kind.role in self.roles
        return any(issubclass(kind.cls, _neutral(one) if loosely else one) for one in self.classes)

    def __str__(self) -> str:
        return str(self.parameter)


class Binding:
    """What a function takes, and what of an event fills it.

    Args:
        function: the function.
        name: what to call it in errors.

    Raises:
        ValidationError: when it is not a function.
    """

    def __init__(self, function: Any, name: str) -> None:
        self.name = name
        if not callable(function):
            raise ValidationError(f"on() decorates a function, not {function!r}")
        parameters = hints.parameters_of(function)
        # A function whose parameters cannot be seen, such as some written in C, takes all objects.
        self.takes_all = parameters is None or any(one.kind is one.VAR_POSITIONAL for one in parameters)
        fixed = function.keywords if isinstance(function, functools.partial) else {}
        names = hints.names_around(function) if parameters else {}
        self.wants = [
            _Want.of(one, names)
            for one in parameters or ()
            if one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD} and one.name not in fixed
        ]
        # The more exactly one asks, the sooner it gets something (a merge request is an issue, too); the others get
        # what is left, in order.
        self._in_turn = sorted(self.wants, key=_exactness)

    def check(self, what: Sequence[Any]) -> None:
        """Refuse a function that none of the events that it is registered for can fill.

        Args:
            what: actions and classes of them; a name of an event may mean any action.

        Raises:
            ValidationError: it names what is in the way, and what fits.
        """
        known: Sequence[Any] = [one for one in what if isinstance(one, Action | type)]
        several = known if known and len(known) == len(what) else [None]
        shapes = list(dict.fromkeys(shape for one in several for shape in shapes_of(one)))
        if any(self.plan(shape, None) is not None for shape in shapes):
            return
        never = [one for one in self.wants if all(self._slot(one, shape, set(), None) is None for shape in shapes)]
        for_what = f"of {' or '.join(map(_event, what))}" if what else "that there is"
        strange = sorted({word for one in never for word in one.strange})
        hint = f" ({', '.join(strange)} is not one of igitt's classes)" if strange else ""
        fitting = dict.fromkeys(_told(kind) for shape in shapes for kind in shape)
        unfilled = ", ".join(repr(str(one)) for one in never or self.wants)
        raise ValidationError(
            f"no event {for_what} fills {unfilled} of {self.name}(){hint}; "
            f"what fits: {', '.join(fitting)}, event: Event, sender: User, repository: Repository, organization: "
            "Organization, installation: Installation; anything else needs a default"
        )

    def plan(self, shape: tuple[Kind, ...], action: Action | None) -> Plan | None:
        """How to call the function for an event of that shape; None where that cannot fill it.

        Args:
            shape: what its objects are.
            action: its action; None where the shape is of neutral classes, and any action may have it.
        """
        used: set[int] = set()
        slots: dict[_Want, Slot] = {}
        for want in self._in_turn:
            slot = self._slot(want, shape, used, action)
            if slot is None:
                return None
            slots[want] = slot
        positional = [slots[one] for one in self.wants if one.parameter.kind in _POSITIONAL]
        named = [(one.parameter.name, slots[one]) for one in self.wants if one.parameter.kind not in _POSITIONAL]
        rest = [number for number in range(len(shape)) if number not in used] if self.takes_all else []
        return Plan(tuple(positional), tuple(named), tuple(rest))

    def _slot(self, want: _Want, shape: tuple[Kind, ...], used: set[int], action: Action | None) -> Slot | None:
        """Where a parameter's argument comes from; None for nowhere."""
        if want.part:
            if want.part == "action" and action is not None and not isinstance(action, want.classes or Action):
                return None if want.otherwise is _EMPTY else Slot(otherwise=want.otherwise)
            if want.part == "sender" and shape and issubclass(shape[0].cls, interfaces.Installation):
                used.add(1)  # where who did it is among the objects
            return Slot(attribute=want.part, classes=want.classes, otherwise=want.otherwise)
        for number, kind in enumerate(shape):
            if number not in used and (want.anything or want.fits(kind, loosely=action is None)):
                used.add(number)
                return Slot(number, otherwise=want.otherwise, strict=not want.anything)
        for attribute, cls in _AROUND.items():
            if any(issubclass(one, cls) for one in want.classes):
                return Slot(attribute=attribute, classes=want.classes, otherwise=want.otherwise)
        return None if want.otherwise is _EMPTY else Slot(otherwise=want.otherwise)


def _exactness(want: _Want) -> int:
    return 1 if want.anything else -max((len(one.__mro__) for one in want.classes), default=0)


def _neutral(cls: type) -> type:
    """The class of :mod:`igitt.interfaces` that a forge's class is of; any other one itself."""
    return next((one for one in cls.__mro__ if one.__module__.startswith(interfaces.__name__)), cls)


def _event(what: Any) -> str:
    return (
        repr(what)
        if isinstance(what, str) and not isinstance(what, Action)
        else (what.__name__ if isinstance(what, type) else f"{type(what).__name__}.{what.name}")
    )


def _told(kind: Kind) -> str:
    """How a parameter asks for that."""
    if kind.role in LISTS:
        return f"{kind.role}: list"
    if kind.role:
        return f"{kind.role}: str"
    if kind.cls is Told:
        return "data: Told"
    name = next(name for name, (classes, _) in _NAMES.items() if kind.cls in classes and name != "sender")
    return f"{name}: {kind.cls.__name__}"
