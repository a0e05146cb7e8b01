"""No foreign key leaves its store: what is kept apart must not be joined by a constraint."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from tools.house.findings import Finding

Store = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """A table as the source declares it: its store is its folder with its metadata or base class."""

    path: str
    name: str
    store: Store
    node: ast.AST


def text_of(node: ast.AST | None) -> str | None:
    """Returns a literal text, or None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def called(node: ast.AST) -> str:
    """Returns the last name of what is called."""
    func = node.func if isinstance(node, ast.Call) else None
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def folder_of(path: str) -> str:
    """Returns the folder of a file, which is the home of its tables."""
    return str(PurePosixPath(path).parent)


def table_of(path: str, node: ast.AST) -> Table | None:
    """Reads `Table("name", metadata, …)` or a class with `__tablename__`."""
    if isinstance(node, ast.Call) and called(node) == "Table" and len(node.args) > 1:
        name = text_of(node.args[0])
        return Table(path, name, (folder_of(path), ast.unparse(node.args[1])), node) if name else None
    if not isinstance(node, ast.ClassDef) or not node.bases:
        return None
    for line in node.body:
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "__tablename__":
            name = text_of(line.value)
            return Table(path, name, (folder_of(path), ast.unparse(node.bases[0])), node) if name else None
    return None


def targets(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yields line and target of each foreign key; a target that isn't a literal is shown as code."""
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Call) or not inner.args:
            continue
        if called(inner) == "ForeignKey":
            yield inner.lineno, text_of(inner.args[0]) or ast.unparse(inner.args[0])
        if called(inner) == "ForeignKeyConstraint" and len(inner.args) > 1:
            remote = inner.args[1]
            for each in remote.elts if isinstance(remote, ast.List | ast.Tuple) else []:
                yield inner.lineno, text_of(each) or ast.unparse(each)


def parsed(source: str) -> ast.AST:
    """Returns the tree; one that can't be read is empty here and reported by another rule."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def is_migration(path: str) -> bool:
    """A history is generated from the tables that are checked here; its tables aren't ours to count."""
    return "migrations" in path


def check_stores(sources: Mapping[str, str]) -> list[Finding]:
    """Finds foreign keys to a table that isn't declared in the same folder with the same metadata."""
    declaring = {path: source for path, source in sources.items() if "Table" in source or "__tablename__" in source}
    trees = {path: parsed(source) for path, source in declaring.items() if not is_migration(path)}
    found = [table_of(path, node) for path, tree in trees.items() for node in ast.walk(tree)]
    tables = [table for table in found if table]
    known = {(table.store, table.name) for table in tables}
    return [
        Finding(table.path, line, "foreign-key", f"{table.name} refers to {target}, which isn't in its store")
        for table in tables
        for line, target in targets(table.node)
        if (table.store, target.rpartition(".")[0]) not in known
    ]
