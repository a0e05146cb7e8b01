"""Rules for files of any kind: length, twins in the other language, words that stay out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from tools.house.findings import MAX_FILE, MAX_FUNCTION, Finding

CODE = {".py", ".ts"}
# Decisions of how it is built are for those who build it: English alone.
TWINNED = re.compile(r"(README|SECURITY|CONTRIBUTING|docs/(?!adr/).+?)(\.zh-CN)?\.md")
CHINESE = ".zh-CN.md"
# Put together here, so that this file may say what no file may say.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
        ("registry", "yarnpkg", "com"),
    )
]
FOLDERS = ["/" + name + "/" for name in ("work", "root", "home/[a-z]+")]
OUTSIDE = re.compile(
    "|".join([*(re.escape(host) for host in HOSTS), *(rf"(?<![\w.)}}*-]){folder}" for folder in FOLDERS)]),
)
# What each of them begins with: most files have none, and a search for a text is far faster.
BEGINNINGS = [*HOSTS, *(folder.partition("[")[0] for folder in FOLDERS)]
CORNERS = re.compile("[\u300c\u300d]")
# English as a native writes it today, on screens, in documents and in comments; what was logged stays as it was said.
IN_ENGLISH = re.compile(r"(?!CHANGELOG\.md|tools/house/|tests/test_house_rules).+\.(md|po|py|ts|js|toml|pv|html)")
QUAINT = re.compile(r"`[^`\n]*`|\b(whoever|whomever|anew)\b", re.IGNORECASE)
LOCK_ADDRESS = re.compile(r'"resolved":|^--(?:extra-)?index-url|^--find-links', re.MULTILINE)
TS_FUNCTION = re.compile(
    r"^(?P<indent> *)(?:export )?(?:default )?(?:async )?"
    r"(?:function\*? (?P<name>\w+)|(?:const|let) (?P<arrow>\w+) = .*=> \{$"
    r"|(?:(?:public|private|static|async|get|set|override|\*) ?)*(?P<method>#?\w+)\([^;]*\{$)"
)
NOT_A_METHOD = {"if", "for", "while", "switch", "catch", "function", "describe", "test", "it"}


def line_of(text: str, position: int) -> int:
    """Returns the number of the line at a position."""
    return text.count("\n", 0, position) + 1


def long_file(path: str, text: str) -> Iterator[Finding]:
    """A file of code is read in one sitting."""
    length = len(text.splitlines())
    if PurePosixPath(path).suffix in CODE and length > MAX_FILE:
        yield Finding(path, 1, "long-file", f"{length} lines, not {MAX_FILE}")


def long_browser_function(path: str, text: str) -> Iterator[Finding]:
    """A function of the browser's code ends within forty lines, found by its indentation."""
    lines = text.splitlines() if path.endswith(".ts") else []
    for number, line in enumerate(lines):
        start = TS_FUNCTION.match(line)
        name = start and (start["name"] or start["arrow"] or start["method"])
        if not start or name in NOT_A_METHOD:
            continue
        closing = re.compile(rf"{start['indent']}\}}[;,)]*$")
        length = next((n for n, later in enumerate(lines[number + 1 :], 2) if closing.match(later)), 0)
        if length > MAX_FUNCTION:
            yield Finding(path, number + 1, "long-function", f"{name} has {length} lines, not {MAX_FUNCTION}")


def outside_word(path: str, text: str) -> Iterator[Finding]:
    """No file names a package registry's host or a folder of somebody's machine."""
    if path == "LICENSE" or not any(beginning in text for beginning in BEGINNINGS):
        return
    for found in OUTSIDE.finditer(text):
        yield Finding(path, line_of(text, found.start()), "outside-word", f"“{found.group()}” stays out")


def lock_address(path: str, text: str) -> Iterator[Finding]:
    """A lock file pins by hash and leaves the address to the machine."""
    if path.endswith("package-lock.json") or path.startswith("requirements/"):
        for found in LOCK_ADDRESS.finditer(text):
            yield Finding(path, line_of(text, found.start()), "lock-address", "a lock file names no address")


def corner_quote(path: str, text: str) -> Iterator[Finding]:
    """Chinese is quoted as GB/T 15834 has it, with “ and ”, not with corner brackets."""
    for found in CORNERS.finditer(text):
        yield Finding(path, line_of(text, found.start()), "corner-quote", "Chinese quotes are “ and ”")


def quaint_word(path: str, text: str) -> Iterator[Finding]:
    """What is written in English has no word that nobody says: “anybody who”, “those who”, “again”."""
    if IN_ENGLISH.fullmatch(path):
        for found in QUAINT.finditer(text):
            if found[1]:
                yield Finding(path, line_of(text, found.start()), "quaint-word", f"“{found[1]}” has a plain word")


def check_text(path: str, text: str) -> list[Finding]:
    """Applies every rule that needs one file only."""
    rules = (long_file, long_browser_function, outside_word, lock_address, corner_quote, quaint_word)
    return [finding for rule in rules for finding in rule(path, text)]


def check_twins(paths: Collection[str]) -> list[Finding]:
    """Finds documents that exist in only one of the two languages."""
    documents = [path for path in paths if TWINNED.fullmatch(path)]
    english = {path for path in documents if not path.endswith(CHINESE)}
    chinese = {path.removesuffix(CHINESE) + ".md" for path in documents if path.endswith(CHINESE)}
    lonely = english.symmetric_difference(chinese)
    return [Finding(path, 1, "twin", "the document has no twin in the other language") for path in sorted(lonely)]
