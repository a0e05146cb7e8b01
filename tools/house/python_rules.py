"""Rules for Python files, each read off the syntax tree."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import TypeVar, cast

from tools.house.findings import MAX_FUNCTION, MAX_NESTING, PACKAGES, Finding

READER_OF_ENVIRONMENT = "portal/settings.py"
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv"}
LOG_CALLS = {"debug", "info", "warning", "warn", "error", "critical", "exception", "log", "bind"}
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
# Where statements stand within a statement: nowhere else can a block begin.
BODIES = ("body", "handlers", "orelse", "finalbody", "cases")
SECOND_SENTENCE = re.compile(r"[.!?]\s+[A-Z]|。\s*\S")

Function = ast.FunctionDef | ast.AsyncFunctionDef
N = TypeVar("N", bound=ast.AST)
Rule = Callable[[str, ast.Module], Iterator[Finding]]


@lru_cache(maxsize=1)
def _by_kind(tree: ast.Module) -> Mapping[type[ast.AST], Sequence[ast.AST]]:
    """Every node of a tree, walked once for all rules: there are some thousand in each file."""
    found: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    for node in ast.walk(tree):
        found[type(node)].append(node)
    return found


def nodes(tree: ast.Module, *kinds: type[N]) -> Iterator[N]:
    """Yields every node of these kinds."""
    for kind in kinds:
        yield from cast("Sequence[N]", _by_kind(tree).get(kind, ()))


def functions(tree: ast.Module) -> Iterator[Function]:
    """Yields every function and method, nested ones too."""
    yield from nodes(tree, ast.FunctionDef)
    yield from nodes(tree, ast.AsyncFunctionDef)


def module_docstring(path: str, tree: ast.Module) -> Iterator[Finding]:
    """Every module opens with one line that says what it is for."""
    words = ast.get_docstring(tree) or ""
    first, _, rest = words.partition("\n")
    if not first or (rest and rest.split("\n")[0].strip()):
        yield Finding(path, 1, "module-docstring", "the module doesn't open with a one-line docstring")


def environment(path: str, tree: ast.Module) -> Iterator[Finding]:
    """Only the settings read the environment."""
    if path == READER_OF_ENVIRONMENT or path.split("/", maxsplit=1)[0] not in PACKAGES:
        return
    of_os = [
        node.lineno
        for node in nodes(tree, ast.Attribute)
        if node.attr in ENVIRONMENT and ast.unparse(node.value) == "os"
    ]
    from_os = [
        node.lineno
        for node in nodes(tree, ast.ImportFrom)
        if node.module == "os" and ENVIRONMENT & {name.name for name in node.names}
    ]
    for line in (*of_os, *from_os):
        yield Finding(path, line, "environment", f"only {READER_OF_ENVIRONMENT} reads the environment")


def global_statement(path: str, tree: ast.Module) -> Iterator[Finding]:
    """Nothing is changed behind a module's back."""
    for node in nodes(tree, ast.Global):
        yield Finding(path, node.lineno, "global", "pass it as an argument instead")


def is_glued(words: ast.expr) -> bool:
    """Tells whether a value is surely a text put together before it is passed on."""
    formatted = isinstance(words, ast.Call) and isinstance(words.func, ast.Attribute) and words.func.attr == "format"
    return isinstance(words, ast.JoinedStr) or formatted


def is_sum(words: ast.expr) -> bool:
    """Tells whether a value is put together by `+` or `%`, as texts and numbers may be."""
    return isinstance(words, ast.BinOp) and isinstance(words.op, ast.Mod | ast.Add)


def log_call(node: ast.Call) -> ast.Call | None:
    """Returns the call if it is one on something that is named like a log."""
    if not isinstance(node.func, ast.Attribute):
        return None
    on = node.func.value
    while isinstance(on, ast.Call):
        bound = isinstance(on.func, ast.Attribute) and on.func.attr in {"bind", "new"}
        on = on.func.value if bound and isinstance(on.func, ast.Attribute) else on.func
    name = on.attr if isinstance(on, ast.Attribute) else on.id if isinstance(on, ast.Name) else ""
    named = name.strip("_").lower() in {"log", "logger", "logging", "structlog", "get_logger", "getlogger"}
    return node if named and node.func.attr in LOG_CALLS else None


def glued_log(path: str, tree: ast.Module) -> Iterator[Finding]:
    """A log event is a fixed word with named values, so that the allow-list of keys can work."""
    for node in nodes(tree, ast.Call):
        call = log_call(node)
        events = call.args if call else []
        values = [*events, *(keyword.value for keyword in call.keywords)] if call else []
        if call and (any(map(is_glued, values)) or any(map(is_sum, events))):
            yield Finding(path, call.lineno, "glued-log", "log a fixed event and named values")


def long_function(path: str, tree: ast.Module) -> Iterator[Finding]:
    """A function is read at one glance; a written history of tables is read from top to bottom."""
    if "/migrations/versions/" in path:
        return
    for node in functions(tree):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > MAX_FUNCTION:
            yield Finding(path, node.lineno, "long-function", f"{node.name} has {length} lines, not {MAX_FUNCTION}")


def depth(node: ast.AST) -> int:
    """Counts the blocks within each other below a node; `elif` and inner functions don't count."""
    deepest = 0
    for name in BODIES:
        value = getattr(node, name, None)
        # The body of a lambda or of `a if b else c` is no list, and no block stands in it.
        for child in value if isinstance(value, list) else []:
            if isinstance(child, Function | ast.ClassDef):
                continue
            is_elif = isinstance(node, ast.If) and name == "orelse" and len(value) == 1 and isinstance(child, ast.If)
            own = 1 if isinstance(child, BLOCKS) and not is_elif else 0
            deepest = max(deepest, own + depth(child))
    return deepest


def deep_nesting(path: str, tree: ast.Module) -> Iterator[Finding]:
    """No more than three blocks stand within each other."""
    for node in functions(tree):
        levels = depth(node)
        if levels > MAX_NESTING:
            yield Finding(path, node.lineno, "nesting", f"{node.name} nests {levels} blocks, not {MAX_NESTING}")


def claim(path: str, tree: ast.Module) -> Iterator[Finding]:
    """Every test says in one sentence what it claims."""
    if not path.startswith("tests/"):
        return
    for node in functions(tree):
        words = (ast.get_docstring(node) or "").strip()
        one = words.endswith((".", "。")) and "\n\n" not in words and not SECOND_SENTENCE.search(words)
        if node.name.startswith("test_") and not one:
            yield Finding(path, node.lineno, "claim", f"{node.name} doesn't say in one sentence what it claims")


RULES: tuple[Rule, ...] = (
    module_docstring,
    environment,
    global_statement,
    glued_log,
    long_function,
    deep_nesting,
    claim,
)


def check_python(path: str, source: str) -> list[Finding]:
    """Applies every rule to one file; a file that Python can't read is a finding too."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return [Finding(path, error.lineno or 1, "syntax", error.msg)]
    return list(chain.from_iterable(rule(path, tree) for rule in RULES))
