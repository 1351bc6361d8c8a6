"""What an annotation of a bot's function means: which of igitt's classes it names.

Names that were imported for type checkers only do not exist when the program runs; they are recognized by their last
word.
"""

from __future__ import annotations

import ast
import builtins
import collections.abc
import functools
import inspect
import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, Union

from igitt.interfaces.actions import Action
from igitt.interfaces.element import Element
from igitt.interfaces.event import Event
from igitt.interfaces.told import ToldValue
from igitt.webhooks.told import Told

__all__ = ["Note", "names_around", "parameters_of", "read"]

_LISTS = frozenset({list, collections.abc.Sequence, collections.abc.Collection, collections.abc.Iterable})
_MAPPINGS = frozenset({collections.abc.Mapping, collections.abc.MutableMapping})
_WORDS: dict[str, Any] = {"Any": Any, "Dict": dict, "Event": Event, "List": list, "Told": Told}
_UNKNOWN: Any = object()


@dataclass(slots=True)
class Note:
    """What an annotation asks for.

    Attributes:
        classes: the classes of which it has to be one.
        items: of lists, what they are to hold.
        anything: whether it says nothing, as ``Any`` does.
        optional: whether None is fine.
        strange: what is not igitt's.
    """

    classes: list[type] = field(default_factory=list)
    items: list[type] = field(default_factory=list)
    anything: bool = False
    optional: bool = False
    strange: list[str] = field(default_factory=list)


def parameters_of(function: Any) -> list[inspect.Parameter] | None:
    """A function's parameters; None where they cannot be seen. Nothing in their annotations has to exist."""
    try:
        if sys.version_info >= (3, 14):  # which computes annotations when they are asked for
            from annotationlib import Format  # noqa: PLC0415 - older ones have none

            return list(inspect.signature(function, annotation_format=Format.FORWARDREF).parameters.values())
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None


def names_around(function: Any) -> Mapping[str, Any]:
    """What the names in a function's annotations mean where it was written."""
    found = inspect.unwrap(function)
    while isinstance(found, functools.partial):
        found = inspect.unwrap(found.func)
    found = getattr(found, "__func__", found)
    if not isinstance(found, types.FunctionType):
        name = "__init__" if isinstance(found, type) else "__call__"
        found = inspect.getattr_static(found if isinstance(found, type) else type(found), name, None)
        found = inspect.unwrap(found) if callable(found) else None
    if not isinstance(found, types.FunctionType):
        return {}
    inner = {}
    for name, cell in zip(found.__code__.co_freevars, found.__closure__ or (), strict=True):
        try:
            inner[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    return {**found.__globals__, **inner}


def read(annotation: Any, names: Mapping[str, Any]) -> Note:
    """What an annotation asks for.

    Args:
        annotation: it, as a value or as a text.
        names: what names mean there.
    """
    note = Note()
    _read(annotation, names, note)
    return note


def _read(annotation: Any, names: Mapping[str, Any], note: Note) -> None:
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__forward_arg__", None)
    if isinstance(text, str):
        _read_text(text, names, note)
    elif any(annotation is one for one in (inspect.Parameter.empty, Any, object)) or (
        isinstance(annotation, TypeVar) and annotation.__bound__ is None
    ):
        note.anything = True
    elif annotation is None or annotation is type(None):
        note.optional = True
    elif isinstance(annotation, TypeVar):
        _read(annotation.__bound__, names, note)
    elif hasattr(annotation, "__value__"):  # what `type X = …` makes
        _read(annotation.__value__, names, note)  # pyright: ignore[reportAttributeAccessIssue]  # just looked for
    elif (origin := typing.get_origin(annotation)) is not None:
        arguments = typing.get_args(annotation)
        if origin is Union or origin is types.UnionType:
            for one in arguments:
                _read(one, names, note)
        elif origin is Annotated:
            _read(arguments[0], names, note)
        else:
            _generic(origin, arguments, names, note)
    else:
        _add(annotation, note)


def _generic(origin: Any, arguments: tuple[Any, ...], names: Mapping[str, Any], note: Note) -> None:
    _add(origin, note)
    if origin in _LISTS and arguments:
        items = read(arguments[0], names)
        note.items += items.classes
        note.strange += items.strange


def _add(cls: Any, note: Note) -> None:
    if cls in _LISTS:
        note.classes.append(list)
    elif cls in _MAPPINGS:
        note.classes.append(Mapping)
    elif isinstance(cls, type) and (cls in {str, dict} or issubclass(cls, Element | Action | Event | Told | ToldValue)):
        note.classes.append(cls)
    else:
        note.strange.append(getattr(cls, "__name__", None) or repr(cls))


def _read_text(text: str, names: Mapping[str, Any], note: Note) -> None:
    try:
        _walk(ast.parse(text.strip(), mode="eval").body, names, note)
    except (SyntaxError, ValueError, RecursionError):
        note.strange.append(text)


def _walk(node: ast.expr, names: Mapping[str, Any], note: Note) -> None:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            _walk(left, names, note)
            _walk(right, names, note)
        case ast.Constant(value=None):
            note.optional = True
        case ast.Constant(value=str(text)):
            _read_text(text, names, note)
        case ast.Subscript(value=value, slice=inner):
            _walk_generic(value, inner, names, note)
        case ast.Name() | ast.Attribute():
            found = _named(node, names)
            if found is _UNKNOWN:
                note.strange.append(ast.unparse(node))
            else:
                _read(found, names, note)
        case _:
            note.strange.append(ast.unparse(node))


def _walk_generic(value: ast.expr, inner: ast.expr, names: Mapping[str, Any], note: Note) -> None:
    arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    last = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    if last == "Annotated":
        arguments = arguments[:1]
    if last in {"Optional", "Union", "Annotated"}:
        note.optional = note.optional or last == "Optional"
        for one in arguments:
            _walk(one, names, note)
        return
    origin = _named(value, names)
    origin = typing.get_origin(origin) or origin
    if origin is _UNKNOWN:
        note.strange.append(ast.unparse(value))
    else:
        _generic(origin, tuple(ast.unparse(one) for one in arguments), names, note)


def _named(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """What a name means where it was written; otherwise the class of igitt's, or of a list, with its last word."""
    if isinstance(node, ast.Attribute):
        found = _named_exactly(node.value, names)
        word = node.attr
        found = getattr(found, word, _UNKNOWN) if found is not _UNKNOWN else _UNKNOWN
    else:
        word = getattr(node, "id", "")
        found = _named_exactly(node, names)
    return found if found is not _UNKNOWN else _known(word)


def _named_exactly(node: ast.expr, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Attribute):
        inner = _named_exactly(node.value, names)
        return getattr(inner, node.attr, _UNKNOWN) if inner is not _UNKNOWN else _UNKNOWN
    word = getattr(node, "id", "")
    return names[word] if word in names else getattr(builtins, word, _UNKNOWN)


def _known(word: str) -> Any:
    found = _WORDS.get(word) or getattr(collections.abc, word, None)
    if found is not None:
        return found
    classes = [*_below(Element), *_below(Action), *_below(ToldValue)]
    return next((cls for cls in classes if cls.__name__ == word), _UNKNOWN)


def _below(cls: type) -> collections.abc.Iterator[type]:
    """A class and all its subclasses."""
    yield cls
    below: list[type] = cls.__subclasses__()
    for one in below:
        yield from _below(one)
