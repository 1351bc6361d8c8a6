"""GraphQL for both halves of the sandbox: a schema, the rules of a document in the forges' words, and its execution.

Both forges run graphql-ruby, whose words for what is wrong with a document are here ("Field 'x' doesn't exist on type
'Y'"; source: https://github.com/rmosolgo/graphql-ruby and errors quoted in https://github.com/shurcooL/githubv4/issues/98).
What a forge's schema has and the sandbox's lacks is told from what is not there by a list of names (``unplayed.txt``).
Loading this needs graphql-core; no type of a forge is known here.
"""

from __future__ import annotations

import re
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLScalarType,
    InlineFragmentNode,
    OperationDefinitionNode,
    build_schema,
    execute,
    get_named_type,
    is_required_argument,
    is_specified_scalar_type,
    parse,
    print_ast,
    specified_rules,
    validate,
)
from graphql.language import FieldNode, VariableDefinitionNode
from graphql.validation import (
    FieldsOnCorrectTypeRule,
    KnownArgumentNamesRule,
    NoUnusedVariablesRule,
    ProvidedRequiredArgumentsRule,
    ScalarLeafsRule,
    ValidationRule,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphql import DocumentNode, GraphQLArgument, GraphQLField, GraphQLSchema

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNKNOWN_FIELD = re.compile(
    r"""of type ['"](\w+)['"] not to include unknown field ['"](\w+)['"]"""
    r"""|[Ff]ield ['"](\w+)['"] is not defined by type ['"](\w+)['"]"""
)
_UNKNOWN_TYPE = re.compile(r"""Unknown type ['"](\w+)['"]""")
_SPREAD = re.compile(r"""spread here as objects of type ['"](\w+)['"] can never be of type ['"](\w+)['"]""")
_BAD_VALUE = re.compile("has invalid value|got invalid value|was not provided")
_CUT = ("first", "after", "last", "before")


class Refusal(GraphQLError):  # noqa: N818  what GraphQL calls an error is a part of a good answer
    """An entry of ``errors`` that says what kind it is, as GitHub's ``type`` does."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def snake(name: str) -> str:
    """``closingIssuesReferences`` as ``closing_issues_references``."""
    return _CAPITAL.sub("_", name).lower()


def snakes(value: Any) -> Any:
    """The names inside of an input likewise."""
    if isinstance(value, dict):
        return {snake(key): snakes(one) for key, one in value.items()}
    return [snakes(one) for one in value] if isinstance(value, list) else value


class Page:
    """A connection: the part of a list between two cursors. A cursor is the place in the list."""

    def __init__(self, items: Sequence[Any], cut: Mapping[str, Any], most: int, **extra: Any) -> None:
        self.total_count = self.count = len(items)
        first, last = cut.get("first"), cut.get("last")
        begin = _place(cut.get("after"), 0)
        end = max(begin, _place(cut.get("before"), len(items) + 1) - 1)
        if first is not None:
            end = min(end, begin + min(first, most))
        if last is not None:
            begin = max(begin, end - min(last, most))
        if first is None and last is None:
            end = min(end, begin + most)
        self.nodes = list(items[begin:end])
        self.edges = [Edge(node, cursor(place)) for place, node in enumerate(self.nodes, begin + 1)]
        self.page_info = {
            "has_next_page": end < len(items),
            "has_previous_page": begin > 0,
            "start_cursor": self.edges[0].cursor if self.edges else None,
            "end_cursor": self.edges[-1].cursor if self.edges else None,
        }
        self.items = items
        for name, value in extra.items():
            setattr(self, name, value)


class Edge:
    """A node with its cursor; what else is asked of an edge, the node knows as ``edge_…``."""

    def __init__(self, node: Any, place: str) -> None:
        self.node = node
        self.cursor = place

    def __getattr__(self, name: str) -> Any:
        return getattr(self.node, f"edge_{name}")


def cursor(place: int) -> str:
    """The cursor of the thing at a place, counted from one."""
    return f"Y3Vyc29yOnYyOpHO{place:08x}"


def _place(text: Any, default: int) -> int:
    if text is None:
        return default
    try:
        return int(str(text)[-8:], 16)
    except ValueError:
        raise Refusal("INVALID_CURSOR_ARGUMENTS", f"`{text}` does not appear to be a valid cursor.") from None


class Listed:
    """A list that has more to tell of itself as a connection than its things (``issueCount``, ``checkRunCount``)."""

    def __init__(self, items: Sequence[Any], **extra: Any) -> None:
        self.items = items
        self.extra = extra


def _resolve(most: int) -> Callable[..., Any]:
    def resolve(source: Any, info: Any, **args: Any) -> Any:
        name = snake(info.field_name)
        returned = get_named_type(info.return_type)
        connection = returned.name.endswith("Connection")
        cut = {key: args.pop(key) for key in _CUT if key in args} if connection else {}
        found: Any = source.get(name) if isinstance(source, dict) else getattr(source, name)
        if callable(found):
            found = _mutated(found, args) if info.operation.operation.value == "mutation" and not info.path.prev else (
                found(**{snake(key): snakes(value) for key, value in args.items()}))  # fmt: skip
        if connection and found is not None and not isinstance(found, Page):
            listed: Listed = found if isinstance(found, Listed) else Listed(found)
            return Page(listed.items, cut, most, **listed.extra)
        return found

    return resolve


def _mutated(done: Callable[..., Any], args: dict[str, Any]) -> Any:
    """Does a mutation: its one argument holds what it takes, and an id that the client gets back."""
    given = snakes(args["input"])
    mark = given.pop("client_mutation_id", None)
    return {"client_mutation_id": mark, **done(**given)}


def _kind(value: Any, *_: Any) -> str:
    return str(value["kind"] if isinstance(value, dict) else value.kind)


class Executor:
    """A schema with its resolvers: an object of it has attributes and methods of the fields' names in snake case.

    ``package`` holds ``schema.graphql`` and ``unplayed.txt``. ``most`` is the largest page, ``note`` is told of each
    name that is not played.
    """

    def __init__(self, package: str, forge: str, most: int, counted: str = "totalCount") -> None:
        home = files(package)
        self.schema = build_schema(_whole(home.joinpath("schema.graphql").read_text("utf-8"), counted))
        self.unplayed = frozenset(home.joinpath("unplayed.txt").read_text("utf-8").split())
        self.forge = forge
        self.most = most
        self._field_resolver = _resolve(most)
        self._note: Callable[[str], object] = str
        for kind in self.schema.type_map.values():
            if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind):
                # The one name is that of graphql-core 3.2, the other that of later ones.
                for name in ("serialize", "coerce_output_value"):
                    setattr(kind, name, _plain)

    def run(
        self,
        root: Any,
        query: str,
        variables: dict[str, Any],
        operation: str | None,
        note: Callable[[str], None],
        check: Callable[[Any, dict[str, Any]], list[GraphQLError]] | None = None,
    ) -> dict[str, Any]:
        """The answer: ``data`` and, where something went wrong, ``errors``. ``check`` may refuse a valid document."""
        self._note = note
        try:
            document = parse(query)
        except GraphQLError as error:
            return {"errors": [self._shown(error)]}
        rules = [one for one in specified_rules if one not in _REPLACED]
        errors = validate(self.schema, document, [*rules, *_rules(self.missing)])
        # graphql-ruby lets fields of things that exclude each other have what types they like.
        errors = [one for one in errors if "return conflicting types" not in one.message]
        if not errors and check is not None:
            errors = check(document, variables)
        if errors:
            return {"errors": [self._shown(error) for error in errors]}
        given = self._without_empty(document, variables)
        result: Any = execute(
            self.schema, document, root, variable_values=given, operation_name=operation,
            field_resolver=self._field_resolver, type_resolver=_kind,
        )  # fmt: skip
        if not result.errors:
            return {"data": result.data}
        shown = [self._shown(error) for error in result.errors]
        begun = result.data is not None or any(one.path for one in result.errors)
        return {"data": result.data, "errors": shown} if begun else {"errors": shown}

    def _without_empty(self, document: DocumentNode, variables: dict[str, Any]) -> dict[str, Any]:
        """The variables without what is null and of no part that is played: it says nothing."""
        found = dict(variables)
        for one in document.definitions:
            for each in getattr(one, "variable_definitions", None) or ():
                name, kind = each.variable.name.value, print_ast(each.type).strip("!")
                if isinstance(found.get(name), dict):
                    found[name] = {
                        key: value for key, value in found[name].items()
                        if value is not None or f"{kind}.{key}" not in self.unplayed
                    }  # fmt: skip
        return found

    def missing(self, name: str) -> str | None:
        """What to say of a name that the forge has and the sandbox does not play; None for others."""
        if name not in self.unplayed:
            return None
        self._note(f"GraphQL {name}")
        return f"the sandbox does not play {name} of {self.forge}'s GraphQL"

    def _shown(self, error: GraphQLError) -> dict[str, Any]:
        cause = error.original_error
        refusal = error if isinstance(error, Refusal) else cause if isinstance(cause, Refusal) else None
        if cause is not None and refusal is None and not isinstance(cause, GraphQLError):
            raise cause
        shown: dict[str, Any] = {"type": refusal.kind} if refusal and refusal.kind else {}
        if error.path:
            shown["path"] = list(error.path)
        elif error.extensions and "path" in error.extensions:
            shown["path"] = error.extensions["path"]
        extensions = {key: value for key, value in (error.extensions or {}).items() if key != "path"}
        if extensions:
            shown["extensions"] = extensions
        if error.locations:
            shown["locations"] = [{"line": one.line, "column": one.column} for one in error.locations]
        return shown | {"message": self._worded(error)}

    def _worded(self, error: GraphQLError) -> str:
        """The message, for what graphql-core says of variables, inputs and types in the words of graphql-ruby."""
        message = str(error.message)
        asked = error.nodes[0] if error.nodes else None
        field = _UNKNOWN_FIELD.search(message)
        kind = _UNKNOWN_TYPE.match(message)
        if field:
            words = [one for one in field.groups() if one]
            name, home = words if message.startswith("Field") else words[::-1]
            text = self.missing(f"{home}.{name}")
            if text is None and isinstance(asked, VariableDefinitionNode):
                shown = f"${asked.variable.name.value} of type {print_ast(asked.type)}"
                return f"Variable {shown} was provided invalid value for {name} (Field is not defined on {home})"
            return text or f"InputObject '{home}' doesn't accept argument '{name}'"
        if kind:
            return self.missing(kind[1]) or f"No such type {kind[1]}, so it can't be a fragment condition"
        spread = _SPREAD.search(message)
        if spread:
            return f"Fragment on {spread[2]} can't be spread inside {spread[1]}"
        if isinstance(asked, VariableDefinitionNode) and not error.path and _BAD_VALUE.search(message):
            return f"Variable ${asked.variable.name.value} of type {print_ast(asked.type)} was provided invalid value"
        return message


def _plain(value: Any) -> Any:
    """A scalar of the schema's own; times as both forges write them."""
    return value.isoformat()[:19] + "Z" if isinstance(value, datetime) else value


# ---- the text of a schema: what every connection and every payload has is not written there


def _whole(text: str, counted: str) -> str:
    """Adds to each connection its arguments, its type and that of its edges, and ``clientMutationId`` to mutations."""
    text = re.sub(r"^(\s+\w+)\(([^)]*)\): (\w+Connection)\b", rf"\1(\2, {_PAGING}): \3", text, flags=re.MULTILINE)
    text = re.sub(r"^(\s+\w+): (\w+Connection)\b", rf"\1({_PAGING}): \2", text, flags=re.MULTILINE)
    made = []
    for name, of, uncounted in re.findall(r"^# (\w+)Connection of (\w+)(, without \w+)?$", text, flags=re.MULTILINE):
        count = "" if uncounted else f"{counted}: Int!"
        made.append(f"type {name}Connection {{ nodes: [{of}] edges: [{name}Edge] pageInfo: PageInfo! {count} }}")
        made.append(f"type {name}Edge {{ node: {of} cursor: String! }}")
    made.append(
        "type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }"
    )
    text = re.sub(r"^(input \w+Input) \{", r"\1 { clientMutationId: String", text, flags=re.MULTILINE)
    text = re.sub(r"^(type \w+Payload) \{", r"\1 { clientMutationId: String", text, flags=re.MULTILINE)
    return "\n".join([text, *made])


_PAGING = "first: Int, after: String, last: Int, before: String"


# ---- rules in the forges' words


_REPLACED = (
    FieldsOnCorrectTypeRule, KnownArgumentNamesRule, NoUnusedVariablesRule, ProvidedRequiredArgumentsRule,
    ScalarLeafsRule,
)  # fmt: skip


def place_of(ancestors: Sequence[Any], *more: str) -> list[str]:
    """Where in a document something stands, as graphql-ruby tells it: ``["query Name", "repository", "x"]``."""
    found: list[str] = []
    for one in ancestors:
        if isinstance(one, OperationDefinitionNode):
            found.append(f"{one.operation.value} {one.name.value}" if one.name else one.operation.value)
        elif isinstance(one, FragmentDefinitionNode):
            found.append(f"fragment {one.name.value}")
        elif isinstance(one, InlineFragmentNode):
            found.append(f"... on {one.type_condition.name.value}" if one.type_condition else "...")
        elif isinstance(one, FieldNode):
            found.append(one.alias.value if one.alias else one.name.value)
    return [*found, *more]


def problem(message: str, node: Any, path: list[str], code: str, **more: Any) -> GraphQLError:
    """An error about a document."""
    return GraphQLError(message, [node], extensions={"path": path, "code": code, **more})


def _rules(  # noqa: C901  two classes that close over how a name is looked up
    missing: Callable[[str], str | None],
) -> list[type[ValidationRule]]:
    class Fields(ValidationRule):
        """Fields and arguments that are there, required arguments, and selections where they belong."""

        def enter_field(self, node: FieldNode, _key: Any, _parent: Any, _path: Any, ancestors: Sequence[Any]) -> None:
            """Looks at one."""
            home, field, name = self.context.get_parent_type(), self.context.get_field_def(), node.name.value
            path = place_of(ancestors, node.alias.value if node.alias else name)
            if home is None:
                return
            if field is None:
                text = missing(f"{home.name}.{name}")
                code, text = ("notPlayed", text) if text else (
                    "undefinedField", f"Field '{name}' doesn't exist on type '{home.name}'")  # fmt: skip
                self.report_error(problem(text, node, path, code, typeName=home.name, fieldName=name))
                return
            self._arguments(node, field, home.name, path)
            self._selections(node, field, path)

        def _arguments(self, node: FieldNode, field: GraphQLField, home: str, path: list[str]) -> None:
            name, given = node.name.value, {one.name.value for one in node.arguments or ()}
            for one in node.arguments or ():
                word = one.name.value
                if word not in field.args:
                    text = missing(f"{home}.{name}({word})")
                    code, text = ("notPlayed", text) if text else (
                        "argumentNotAccepted", f"Field '{name}' doesn't accept argument '{word}'")  # fmt: skip
                    where = [*path, word]
                    self.report_error(problem(text, one, where, code, name=name, typeName="Field", argumentName=word))
            lost = [word for word, one in field.args.items() if _needed(one) and word not in given]
            if lost:
                text = f"Field '{name}' is missing required arguments: {', '.join(lost)}"
                more = {"className": "Field", "name": name, "arguments": ", ".join(lost)}
                self.report_error(problem(text, node, path, "missingRequiredArguments", **more))

        def _selections(self, node: FieldNode, field: GraphQLField, path: list[str]) -> None:
            kind, name = get_named_type(field.type), node.name.value
            inner = hasattr(kind, "fields") or hasattr(kind, "types")
            if inner and not node.selection_set:
                hint = f"Did you mean '{name} {{ ... }}'?"
                text = f"Field must have selections (field '{name}' returns {kind.name} but has no selections. {hint})"
            elif not inner and node.selection_set:
                text = f"Selections can't be made on scalars (field '{name}' returns {kind.name} but has selections)"
            else:
                return
            more = {"nodeName": f"field '{name}'", "typeName": kind.name}
            self.report_error(problem(text, node, path, "selectionMismatch", **more))

    class Variables(ValidationRule):
        """Variables that are used."""

        def leave_operation_definition(self, operation: OperationDefinitionNode, *_: Any) -> None:
            """Looks at one operation's."""
            used = {one.node.name.value for one in self.context.get_recursive_variable_usages(operation)}
            title = operation.name.value if operation.name else f"anonymous {operation.operation.value}"
            for one in operation.variable_definitions or ():
                name = one.variable.name.value
                if name not in used:
                    text = f"Variable ${name} is declared by {title} but not used"
                    path = place_of([operation])
                    self.report_error(problem(text, one, path, "variableNotUsed", variableName=name))

    return [Fields, Variables]


def _needed(one: GraphQLArgument) -> bool:
    return is_required_argument(one)


def objects_of(schema: GraphQLSchema) -> dict[str, GraphQLObjectType]:
    """The object types of a schema, without those of introspection."""
    return {
        name: one
        for name, one in schema.type_map.items()
        if isinstance(one, GraphQLObjectType) and not name.startswith("__")
    }


__all__ = ["Edge", "Executor", "Listed", "Page", "Refusal", "objects_of", "place_of", "problem"]
