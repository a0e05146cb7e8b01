"""`yanlu policy bindings`: what an office binds to a policy that ships, begun as a file."""

from __future__ import annotations

from pathlib import Path

import click

from casework.policy.reader import shipped_policies
from casework.policy_check.skeleton import bindings_skeleton, text_under
from casework.strict_file import ID_FORM
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.new_policy_command import write_new
from portal.cli.keepers.policy_source import say_in
from portal.cli.terminal import Terminal, pass_terminal


@click.command("bindings")
@click.argument("name", metavar="POLICY")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="The folder for the file; else stdout.")
@click.option("--version", help="With --out: write the text too, both under this version of the office's own.")
@pass_terminal
def begin_bindings(terminal: Terminal, name: str, out: Path | None, version: str | None) -> None:
    """Begin the bindings of POLICY, which ships: open numbers and roles, to be filled in; overwrites nothing."""
    if name not in shipped_policies():
        raise CommandError(Exit.NOTHING_THERE, "No policy {name} ships: `yanlu policy list` names all.", name=name)
    if version is not None and (out is None or not ID_FORM.fullmatch(version)):
        raise CommandError(Exit.USAGE, "A version is lower-case letters, digits and hyphens, and needs --out.")
    content = bindings_skeleton(name, version, say_in(terminal))
    if out is None:
        terminal.result({"policy": name, "bindings": content}, content.rstrip())
        return
    files = {out / f"{name}.toml": text_under(name, version)} if version else {}
    files[out / f"{name}.bindings.toml"] = content
    write_new(files)
    terminal.result({"files": [str(file) for file in files]}, *map(str, files))
    terminal.note(
        "Each number marked # CHECK is an example: decide it. Then the file belongs into texts/ of the office."
    )
