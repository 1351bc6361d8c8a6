"""Make igitt/aio.pyi, the types of the awaitable objects, from the interfaces.

    python .ci/stubs.py           writes it
    python .ci/stubs.py --check   fails when it is not what the interfaces give

Every attribute of an interface becomes one that is awaited, every method one whose call is awaited, and every list one
that is gone through with ``async for``. Arguments take the awaitable objects and the plain ones.
"""

from __future__ import annotations

import ast
import copy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INTERFACES = ROOT / "igitt" / "interfaces"
STUB = ROOT / "igitt" / "aio.pyi"
#: What an object knows without a request, and tells at once.
AT_HAND = {"hoster", "kind", "url", "supports", "reference"}
LEFT_OUT = {"from_data", "client", "bind", "data", "load", "named_by", "any_case"}

HEAD = '''"""The types of :mod:`igitt.aio`; made by ``python .ci/stubs.py`` from the interfaces."""

from collections.abc import AsyncIterator, Generator
from typing import Any, ClassVar, Generic, NoReturn, TypeVar, overload

from igitt import interfaces as _i
{imports}

__all__ = {exported}

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)

class Pool:
    def __init__(self, size: int = ...) -> None: ...

def use_threads(number: int) -> None: ...
def plain(thing: Any) -> Any: ...

class Awaited(Generic[_T_co]):
    def __await__(self) -> Generator[Any, None, _T_co]: ...
    def __bool__(self) -> NoReturn: ...

class AsyncList(Generic[_T]):
    def __aiter__(self) -> AsyncIterator[_T]: ...
    async def first(self) -> _T | None: ...
    async def length(self) -> int: ...
    async def to_list(self) -> list[_T]: ...
    async def contains(self, thing: object) -> bool: ...
    @property
    def total_count(self) -> Awaited[int | None]: ...
    @property
    def is_complete(self) -> bool | None: ...
    def partial(self) -> AsyncList[_T]: ...
    @overload
    def __getitem__(self, index: int) -> Awaited[_T]: ...
    @overload
    def __getitem__(self, index: slice) -> Awaited[list[_T]]: ...
    def __bool__(self) -> NoReturn: ...

class Listed(Awaited[AsyncList[_T]]):
    def __aiter__(self) -> AsyncIterator[_T]: ...
    async def first(self) -> _T | None: ...
    async def length(self) -> int: ...
    async def to_list(self) -> list[_T]: ...
    async def contains(self, thing: object) -> bool: ...

class AsyncObject: ...
'''


class Source:
    """The interfaces as text: each class with the module that it is in, and what each module imports."""

    def __init__(self) -> None:  # noqa: C901 - one case for each way in which a name comes in
        self.classes: dict[str, tuple[str, ast.ClassDef]] = {}
        self.origins: dict[str, dict[str, str]] = {}
        self.silenced: dict[tuple[str, int], str] = {}
        for path in sorted(INTERFACES.glob("*.py")):
            module = f"igitt.interfaces.{path.stem}"
            text = path.read_text("utf-8")
            tree = ast.parse(text)
            for number, line in enumerate(text.splitlines(), 1):
                if "type: ignore" in line:
                    self.silenced[module, number] = line
            origin = self.origins[module] = {}
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.module:
                    origin |= {alias.asname or alias.name: node.module for alias in node.names}
                elif isinstance(node, ast.Import):
                    origin |= {alias.name: "" for alias in node.names}
            for node in tree.body:
                if isinstance(node, ast.ClassDef):
                    self.classes[node.name] = (module, node)
                    origin[node.name] = module
                elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    origin[node.targets[0].id] = module
                elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    origin[node.target.id] = module

    def bases(self, name: str) -> list[str]:
        """The names of a class's bases among the interfaces."""
        _, node = self.classes[name]
        found = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
        return [base.id for base in found if isinstance(base, ast.Name) and base.id in self.classes]

    def is_thing(self, name: str) -> bool:
        """Whether a class is of something at a forge."""
        return name in {"Element", "Hoster"} or any(self.is_thing(base) for base in self.bases(name))


class Types(ast.NodeTransformer):
    """Turns a type of the interfaces into its awaitable one."""

    def __init__(self, maker: Maker, module: str, *, given: bool) -> None:
        self.maker, self.module, self.given = maker, module, given

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A thing of the interfaces, or another type that has to be imported."""
        if node.id in self.maker.things:
            return ast.parse(f"{node.id} | _i.{node.id}", mode="eval").body if self.given else node
        if node.id in {"PaginatedList", "Iterator"} and not self.given:
            return ast.Name("AsyncList")
        if node.id == "NamedSet":
            return ast.Name("_i.NamedSet") if self.given else node
        self.maker.need(node.id, self.module)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """A type with parameters; of sets, those of things are plain frozen sets of awaitable ones."""
        if isinstance(node.value, ast.Name) and node.value.id == "NamedSet":
            inner = self.visit(node.slice)
            thing = isinstance(node.slice, ast.Name) and node.slice.id in self.maker.things
            kind = "frozenset" if thing and not self.given else "_i.NamedSet"
            return ast.Subscript(ast.Name(kind), inner)
        self.generic_visit(node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """A type that is written as a text."""
        if isinstance(node.value, str):
            return self.visit(ast.parse(node.value, mode="eval").body)
        return node


class Maker:
    """Writes the stub."""

    def __init__(self) -> None:
        self.source = Source()
        exported = ast.literal_eval(
            next(
                node.value
                for node in ast.parse((INTERFACES / "__init__.py").read_text("utf-8")).body
                if isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and node.targets[0].id == "__all__"
            )
        )
        self.things = {name for name in exported if name in self.source.classes and self.source.is_thing(name)}
        self.imports: dict[str, set[str]] = {}

    def need(self, name: str, module: str) -> None:
        """Remember that a name has to be imported, from where its module has it."""
        origin = self.source.origins[module].get(name)
        if origin is not None:
            self.imports.setdefault(origin, set()).add(name)

    def text(self, node: ast.expr | None, module: str, *, given: bool = False) -> str:
        """A type as text."""
        if node is None:
            return "Any"
        return ast.unparse(Types(self, module, given=given).visit(copy.deepcopy(node)))

    def awaited(self, node: ast.expr | None, module: str) -> str:
        """The type of what is awaited to get one."""
        text = self.text(node, module)
        if text.startswith("AsyncList[") and text.endswith("]"):
            return f"Listed[{text.removeprefix('AsyncList[')}"
        return f"Awaited[{text}]"

    def write(self) -> str:
        """The whole stub."""
        ordered = sorted(self.things, key=lambda name: (self.depth(name), name))
        bodies = [self.one(name) for name in ordered]
        overloads = [
            f"@overload\ndef aio(thing: _i.{name}) -> {name}: ..."
            for name in sorted(self.things, key=lambda name: (-self.depth(name), name))
        ]
        lists = [
            f"@overload\ndef aio(thing: _i.PaginatedList[_i.{name}]) -> AsyncList[{name}]: ..."
            for name in sorted(self.things, key=lambda name: (-self.depth(name), name))
        ]
        own = ["AsyncList", "AsyncObject", "Awaited", "Pool", "aio", "plain", "use_threads"]
        lines = [f"import {name}" for name in sorted(self.imports.pop("", ()))]
        lines += [
            f"from {module} import {', '.join(sorted(names))}"
            for module, names in sorted(self.imports.items())
            if module != "__future__"
        ]
        head = HEAD.replace("{imports}", "\n".join(lines)).replace(
            "{exported}", "[" + ", ".join(f'"{name}"' for name in sorted([*own, *self.things])) + "]"
        )
        return "\n".join([head, *bodies, *overloads, *lists, ""])

    def depth(self, name: str) -> int:
        """How many classes an interface is built on."""
        return 1 + max((self.depth(base) for base in self.source.bases(name)), default=0)

    def one(self, name: str) -> str:
        """One class."""
        above = self.above(name)
        body: dict[str, str] = {}
        for part in self.parts(name):
            module, node = self.source.classes[part]
            for statement in node.body:
                for key, text in self.member(statement, module):
                    body.setdefault(key, text)
        inside = "\n".join(body.values()) or "    ..."
        return f"class {name}({above or 'AsyncObject'}):\n{inside}\n"

    def above(self, name: str) -> str | None:
        """The nearest base that is a thing of its own."""
        for base in self.source.bases(name):
            if base in self.things:
                return base
            if (found := self.above(base)) is not None:
                return found
        return None

    def parts(self, name: str) -> list[str]:
        """The class and those of its bases that are no things of their own."""
        found = [name]
        for base in self.source.bases(name):
            if base not in self.things:
                found += self.parts(base)
        return found

    def member(self, statement: ast.stmt, module: str) -> list[tuple[str, str]]:
        """What a line of an interface's class becomes."""
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)):
                return self.attribute(name, func, module)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                return self.attribute(name, annotation, module)
            case ast.FunctionDef(name=name):
                return self.method(name, statement, module)
        return []

    def attribute(self, name: str, kind: ast.expr, module: str) -> list[tuple[str, str]]:
        """An attribute that is awaited."""
        if name.startswith("_") or name in LEFT_OUT:
            return []
        if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
            kind = ast.parse(kind.value, mode="eval").body
        if not isinstance(kind, ast.Subscript) or not isinstance(kind.value, ast.Name):
            return []
        match kind.value.id:
            case "Attribute" | "EditableAttribute" | "Unsupported":
                inner = kind.slice
            case "EditableSet":
                first = kind.slice.elts[0] if isinstance(kind.slice, ast.Tuple) else kind.slice
                inner = ast.Subscript(ast.Name("NamedSet"), first)
            case _:
                return []
        return [(name, f"    @property\n    def {name}(self) -> {self.awaited(inner, module)}: ...")]

    def method(self, name: str, node: ast.FunctionDef, module: str) -> list[tuple[str, str]]:
        """A method whose call is awaited."""
        decorators = {getattr(one, "id", getattr(one, "attr", "")) for one in node.decorator_list}
        if name.startswith("_") or name in LEFT_OUT or decorators & {"classmethod", "staticmethod", "overload"}:
            return []
        if decorators & {"computed", "computed_set", "property", "unsupported"} and len(node.args.args) == 1:
            returns: ast.expr | None = node.returns
            if "computed_set" in decorators and isinstance(returns, ast.Subscript):
                returns = ast.Subscript(ast.Name("NamedSet"), returns.slice)
            if name in AT_HAND:
                return [(name, f"    @property\n    def {name}(self) -> {self.text(returns, module)}: ...")]
            return [(name, f"    @property\n    def {name}(self) -> {self.awaited(returns, module)}: ...")]
        given = copy.deepcopy(node.args)
        for one in [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]:
            if one is not None and one.annotation is not None:
                one.annotation = ast.parse(self.text(one.annotation, module, given=True), mode="eval").body
        given.defaults = [ast.Constant(...) for _ in given.defaults]
        given.kw_defaults = [None if one is None else ast.Constant(...) for one in given.kw_defaults]
        returns_text = self.text(node.returns, module) if name in AT_HAND else self.awaited(node.returns, module)
        # A subclass's fields are others, as in the interface itself.
        silenced = (
            "  # type: ignore[override]" if "override" in self.source.silenced.get((module, node.lineno), "") else ""
        )
        return [(name, f"    def {name}({ast.unparse(given)}) -> {returns_text}: ...{silenced}")]


if __name__ == "__main__":
    made = Maker().write()
    if "--check" in sys.argv:
        if not STUB.exists() or STUB.read_text("utf-8") != made:
            sys.exit("igitt/aio.pyi is not what the interfaces give: python .ci/stubs.py")
    else:
        STUB.write_text(made, "utf-8")
