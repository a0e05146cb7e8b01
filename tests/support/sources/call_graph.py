"""Which functions of the product somebody can have called: what commands, views and worker reach, by its sources alone.

A graph of references. A function refers to whatever its body (with the functions inside) names: a name is followed
through imports to where it is defined, an attribute of a module to that module. An attribute of anything else may be
any method of that name of a class that is reached. That finds more than is ever called and misses nothing that is
written in the sources, so what it does not reach, nobody can reach.
"""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from portal.site_build.bundle import find_esbuild

ROOT: Final = Path(__file__).resolve().parents[3]
PACKAGES: Final = ("portal", "casework")
"""Nothing of crypto or of the watch calls casework, which the import contracts hold."""
COMMANDS: Final = "portal.cli"
"""The commands: `root.py` loads the rest of them by name. Intake, desk, watch and worker begin with one of them."""
FACES: Final = ("portal.desk", "portal.intake", "portal.watch", "portal.worker", "portal.edge")
"""The servers and the worker."""
Functions = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """A file: its definitions by name, what its names were imported as, and what runs when it is imported."""

    name: str
    defined: dict[str, ast.stmt] = field(default_factory=dict[str, ast.stmt])
    imported: dict[str, str] = field(default_factory=dict[str, str])
    runs: list[ast.stmt] = field(default_factory=list[ast.stmt])


def read_module(name: str, source: str) -> Module:
    """The file's parts. Imports inside of functions count for the whole file."""
    tree, module = ast.parse(source), Module(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            module.imported |= {one.asname or one.name: one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            module.imported |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    for statement in tree.body:
        names = list(_names_of(statement))
        module.defined |= dict.fromkeys(names, statement)
        if not names:
            module.runs.append(statement)
    return module


def _names_of(statement: ast.stmt) -> Iterator[str]:
    """What a statement at the top of a file defines: a function, a class, or a value that waits to be named."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (one.id for one in targets if isinstance(one, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


@dataclass
class Graph:
    """All modules, and what has been reached so far: `module:name`, and names of attributes that were asked for."""

    modules: dict[str, Module]
    reached: set[str] = field(default_factory=set[str])
    attributes: set[str] = field(default_factory=set[str])
    classes: dict[str, tuple[str, ast.ClassDef]] = field(default_factory=dict[str, tuple[str, ast.ClassDef]])

    def look_up(self, dotted: str) -> str | None:
        """Where `package.module.name` is defined, through any module that only passes it on; None outside of ours."""
        if dotted in self.modules:
            return f"{dotted}:"
        owner, _, name = dotted.rpartition(".")
        module = self.modules.get(owner)
        if module is None:
            return None
        if name in module.defined:
            return f"{owner}:{name}"
        return self.look_up(module.imported[name]) if name in module.imported else None

    def resolve(self, module: Module, node: ast.expr) -> str | None:
        """What a name, or an attribute of a module, stands for."""
        match node:
            case ast.Name(id=name) if name in module.defined:
                return f"{module.name}:{name}"
            case ast.Name(id=name) if name in module.imported:
                return self.look_up(module.imported[name])
            case ast.Attribute(value=value, attr=attr):
                owner = self.resolve(module, value)
                return self.look_up(f"{owner[:-1]}.{attr}") if owner is not None and owner.endswith(":") else None
        return None

    def named(self, place: str) -> set[str]:
        """What a function names, and what that names in turn; nothing that runs on import, and no methods."""
        found: set[str] = set()
        waiting = [place]
        while waiting:
            owner, _, name = waiting[-1].partition(":")
            if waiting.pop() not in found and name:
                found.add(f"{owner}:{name}")
                statement = self.modules[owner].defined[name]
                parts = statement.body if isinstance(statement, Functions) else [statement]
                waiting += [one for part in parts for one in self._references(self.modules[owner], part)]
        return found

    def reach(self, found: Iterable[str]) -> None:
        """Everything that these reach, and what that reaches in turn."""
        waiting = list(found)
        while waiting:
            place = waiting.pop()
            if place not in self.reached:
                self.reached.add(place)
                waiting += self._beyond(place)

    def _beyond(self, place: str) -> list[str]:
        owner, _, name = place.partition(":")
        module = self.modules[owner]
        if not name:
            # Whatever is imported runs; a package before its modules.
            above = owner.rpartition(".")[0]
            runs = [found for one in module.runs for found in self._references(module, one)]
            return [*runs, *([f"{above}:"] if above in self.modules else [])]
        first, _, method = name.partition(".")
        statement = module.defined[first]
        if isinstance(statement, ast.ClassDef) and method:
            return [
                found for one in _methods(statement) if one.name == method for found in self._references(module, one)
            ]
        if isinstance(statement, ast.ClassDef):
            return [f"{owner}:", *self._class(place, module, statement)]
        return [f"{owner}:", *self._references(module, statement)]

    def _class(self, place: str, module: Module, statement: ast.ClassDef) -> list[str]:
        self.classes[place] = (place, statement)
        own = [one for one in statement.body if not isinstance(one, Functions)]
        found = [*statement.bases, *(word.value for word in statement.keywords), *statement.decorator_list, *own]
        methods = [f"{place}.{one.name}" for one in _methods(statement) if self._is_asked(one.name)]
        return [*methods, *(name for one in found for name in self._references(module, one))]

    def _is_asked(self, method: str) -> bool:
        return method in self.attributes or (method.startswith("__") and method.endswith("__"))

    def _references(self, module: Module, node: ast.AST) -> list[str]:
        found: list[str] = []
        for one in ast.walk(node):
            if isinstance(one, ast.Import | ast.ImportFrom):
                found += self._imported(one)
            if isinstance(one, ast.Attribute):
                found += self._asked(one.attr)
            place = self.resolve(module, one) if isinstance(one, ast.Name | ast.Attribute) else None
            found += [place] if place is not None else []
        return found

    def _imported(self, node: ast.Import | ast.ImportFrom) -> list[str]:
        names = [one.name for one in node.names]
        return [f"{path}:" for path in names if path in self.modules]

    def _asked(self, attribute: str) -> list[str]:
        """Methods of this name of all classes so far, the first time that it is asked for."""
        if attribute in self.attributes:
            return []
        self.attributes.add(attribute)
        return [
            f"{place}.{attribute}"
            for place, statement in self.classes.values()
            if any(one.name == attribute for one in _methods(statement))
        ]


def _methods(statement: ast.ClassDef) -> list[Functions]:
    return [one for one in statement.body if isinstance(one, Functions)]


def read_modules(root: Path = ROOT, packages: Iterable[str] = PACKAGES) -> dict[str, Module]:
    """Every module of these packages by its dotted name, migrations left out: nothing calls them by name."""
    found: dict[str, Module] = {}
    for file in sorted(file for package in packages for file in (root / package).rglob("*.py")):
        parts = file.relative_to(root).with_suffix("").parts
        if "migrations" not in parts:
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = read_module(name, file.read_text("utf-8"))
    return found


def commands(modules: dict[str, Module], within: str = COMMANDS) -> list[str]:
    """Each function that the command line calls by its decorator, and the modules that it stands in."""
    return [
        place
        for name, module in modules.items()
        if name.startswith(within)
        for key, statement in module.defined.items()
        if isinstance(statement, Functions) and any(_is_command(one) for one in statement.decorator_list)
        for place in (f"{name}:", f"{name}:{key}")
    ]


def _is_command(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr in ("command", "group")


@functools.cache
def reached_by_commands() -> frozenset[str]:
    """`module:function` and `module:Class.method` of all that a command, a view or the worker can reach."""
    modules = read_modules()
    graph = Graph(modules)
    graph.reach(commands(modules))
    return frozenset(graph.reached)


@functools.cache
def reached_by_faces() -> frozenset[str]:
    """The same of what the servers and the worker can reach: all that stands in their packages, the commands aside."""
    modules = read_modules()
    graph = Graph(modules)
    faced = [name for name in modules if name.startswith(FACES)]
    graph.reach(place for name in faced for place in (f"{name}:", *(f"{name}:{one}" for one in modules[name].defined)))
    return frozenset(graph.reached)


CAMEL: Final = re.compile(r"_([a-z0-9])")
PLACE: Final = re.compile(r"^// (\S+\.ts)$")
KEEPS: Final = re.compile(r"^(?:async )?function ([A-Za-z_$][\w$]*?)\d*\(")
EXPORTS: Final = re.compile(r"^export (?:async )?function (\w+)", re.MULTILINE)


def _entries(root: Path) -> list[str]:
    """The scripts that the pages of all faces name."""
    tables = {file.parent: tomllib.loads(file.read_text("utf-8")) for file in (root / "templates").glob("*/pages.toml")}
    rows = [(face, row) for face, table in tables.items() for kind in ("page", "single") for row in table.get(kind, ())]
    return sorted({str(face / row["script"]) for face, row in rows if row.get("script")})


@functools.cache
def kept_for_pages(root: Path = ROOT) -> frozenset[tuple[str, str]]:
    """File and name of each function that the pages' scripts keep: the bundler leaves out what none of them names."""
    entries = _entries(root)
    assert len(entries) > 5
    options = [
        "--bundle",
        "--format=esm",
        "--log-level=error",
        "--alias:crypto=./templates/desk/recovery/nodecrypto.ts",
    ]
    with TemporaryDirectory() as folder:
        subprocess.run([find_esbuild(root), *entries, *options, f"--outdir={folder}"], cwd=root, check=True)
        scripts = [file.read_text("utf-8") for file in Path(folder).rglob("*.js")]
    return frozenset(kept for script in scripts for kept in _kept(script))


def _kept(script: str) -> Iterator[tuple[str, str]]:
    file = ""
    for line in script.splitlines():
        if place := PLACE.match(line):
            file = place[1]
        elif found := KEEPS.match(line):
            yield file, found[1]


@functools.cache
def kept_twins(root: Path = ROOT) -> frozenset[tuple[str, str]]:
    """File and name of the functions that casework's code for browsers exports and that a page keeps."""
    files = (root / "casework").rglob("*.ts")
    sources = {file.relative_to(root).as_posix(): file.read_text("utf-8") for file in files}
    exported = {(file, name) for file, source in sources.items() for name in EXPORTS.findall(source)}
    return kept_for_pages(root) & exported


def twin_of(code: str) -> tuple[str, str]:
    """Where the twin of `module:function` would stand: beside it, the file without underscores, the name in camel."""
    module, _, name = code.partition(":")
    folder, _, file = module.rpartition(".")
    return f"{folder.replace('.', '/')}/{file.replace('_', '')}.ts", CAMEL.sub(lambda found: found[1].upper(), name)


def has_kept_twin(code: str) -> bool:
    """Whether a page keeps the twin of `module:function`: a function of its name in the file of its file's name."""
    return twin_of(code) in kept_twins()
