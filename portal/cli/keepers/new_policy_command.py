"""`yanlu policy new`: a policy file and its bindings, begun from a written text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import click

from casework.policy_check.lint import LETTERS
from casework.policy_check.scaffold import bindings_scaffold, scaffold
from casework.strict_file import ID_FORM
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.languages import DEFAULT, SOURCE, name_in

READ = (DEFAULT, SOURCE)
"""In which languages a text can be read for its stages and limits."""
WORD = re.compile("[A-Za-z]+")
LONGEST_TEXT = 512 * 1024
"""Bytes of a written policy: many times the longest that we know."""


@click.command("new")
@click.argument("text", metavar="TEXT", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--id", "policy", required=True, help="The id of the policy: lower-case letters, digits and hyphens.")
@click.option("--language", type=click.Choice(READ), help="Of the text; else Chinese where most of its words are.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder for both files; else this one.",
)
@pass_terminal
def new_policy(terminal: Terminal, text: Path, policy: str, language: str | None, out: Path) -> None:
    """Begin a policy file and its bindings from TEXT, a written policy as plain text (UTF-8); overwrites nothing."""
    if not ID_FORM.fullmatch(policy):
        raise CommandError(Exit.USAGE, "An id is lower-case letters, digits and hyphens, at most 48.")
    written = read_text(text)
    spoken = language or _language_of(written)
    files = {
        out / f"{policy}.toml": scaffold(written, policy, spoken),
        out / f"{policy}.bindings.toml": bindings_scaffold(written, policy, today(), spoken),
    }
    write_new(files)
    terminal.result({"files": [str(file) for file in files]}, *map(str, files))
    if language is None:
        terminal.note("The text is read as {language}; --language says otherwise.",
                      language=name_in(spoken, terminal.words.language))  # fmt: skip
    terminal.note(
        "Each # CHECK is a guess. Next: yanlu policy lint {file} --text {text}", file=next(iter(files)), text=text
    )


def _language_of(written: str) -> str:
    """Chinese where there are at least as many of its characters, each about a word, as words in Latin letters.

    A name, or a term in brackets, makes no text Chinese.
    """
    chinese = len(LETTERS[DEFAULT].findall(written))
    return DEFAULT if chinese and chinese >= len(WORD.findall(written)) else SOURCE


def write_new(files: Mapping[Path, str]) -> None:
    """Writes files that are not there yet, with their folder; raises `CommandError` where one is, and writes none."""
    there = [str(file) for file in files if file.exists()]
    if there:
        raise CommandError(Exit.REFUSED, "{file} is there already; nothing was written.", file=there[0])
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(content)


def read_text(file: Path) -> str:
    """A written policy; raises `CommandError` where it is too long or no text in UTF-8."""
    content = file.read_bytes()[: LONGEST_TEXT + 1]
    if len(content) > LONGEST_TEXT:
        raise CommandError(Exit.REFUSED, "{file} is longer than {most} kB.", file=file, most=LONGEST_TEXT // 1024)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(Exit.REFUSED, "{file} is not plain text in UTF-8.", file=file) from error
