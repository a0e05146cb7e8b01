"""The root of the commands: language, JSON, umask, and one place where errors become words."""

from __future__ import annotations

import errno
import json
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Final, NoReturn

import click
import httpx

from crypto import CryptoError, EpochsUsedUp
from portal.cli.errors import NO_FURTHER_KEY, CommandError, Exit, in_words
from portal.cli.help import speak
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue, language_of
from portal.languages import SOURCE
from portal.office import OfficeError
from portal.settings import SettingRefused

CLOSED: Final = 141
"""128 and SIGPIPE: the code by which shells know a program whose reader went away."""
FILE_REFUSALS: Final = {
    errno.EACCES: "{path}: permission denied. This runs as the user {user}, who may not read or write it.",
    errno.EPERM: "{path}: permission denied. This runs as the user {user}, who may not read or write it.",
    errno.ENOENT: "There is no file {path}.",
}
"""What is said of a file that the system refuses, whichever command wanted it."""
LANGUAGE = click.Option(
    ["--lang"], envvar=["LC_ALL", "LC_MESSAGES", "LANG"], help="A tag such as zh or en; else the locale decides."
)


# Each command's module is loaded when the command is called: a reporter's needs no database.
COMMANDS = {
    "office": "keepers.office_commands",
    "staff": "keepers.staff_commands",
    "stats": "desk.stats_command",
    "report": "reporter.report_command",
    "inbox": "reporter.inbox_command",
    "desk": "desk.commands",
    "case": "host.case_command",
    "clock": "keepers.clock_command",
    "calendar": "keepers.clock_command",
    "backup": "host.backup_commands",
    "restore": "host.backup_commands",
    "backup-key": "host.backup_commands",
    "proof": "reporter.proof_command",
    "serve": "host.serve_commands",
    "worker": "host.serve_commands",
    "log": "transparency_log.log_command",
    "notices": "host.notices_command",
    "policy": "keepers.policy_commands",
    "verify-site": "transparency_log.verify_command",
    "watch": "watch.commands",
    "demo": "host.demo_command",
    "doctor": "host.doctor_command",
    "recovery": "keepers.recovery_commands",
    "release": "keepers.release_command",
    "roles": "host.db_roles_command",
    "build": "host.build_command",
}


class RootGroup(click.Group):
    """The commands by name, each loaded, given `--json` and put into the person's language when it is asked for."""

    words = Catalogue(SOURCE)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # Click names it
        """All names, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        """One command; None when there is no such one."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            command = getattr(import_module(f"portal.cli.{COMMANDS[cmd_name]}"), cmd_name.replace("-", "_"))
            self.add_command(_with_json(command))
            speak(command, self.words)
        return self.commands[cmd_name]


@click.group(cls=RootGroup, context_settings={"help_option_names": ["-h", "--help"]}, params=[LANGUAGE])
@click.pass_context
def cli(context: click.Context, lang: str | None) -> None:
    """言路 Yanlu: report wrongdoing, answer reports, keep an office.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the office could not be verified (nothing was sent),
    4 nothing there, 5 the server cannot be reached, 6 the server refused, 7 wrong secret.
    """
    # Whatever a command writes is for this user alone.
    os.umask(0o077)
    context.obj = Terminal(Catalogue(language_of(lang)), as_json=False)


def _wants_json(context: click.Context, _parameter: click.Parameter, wanted: object) -> None:
    terminal = context.find_object(Terminal)
    if terminal is not None and wanted:
        terminal.as_json = True


def _with_json(command: click.Command) -> click.Command:
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _with_json(inner)
        if not command.invoke_without_command:
            return command
    command.params.append(
        click.Option(
            ["--json", "wants_json"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_wants_json,
            help="One JSON object on stdout.",
        )
    )
    return command


def _say(error: Exception, language: str) -> Exit:
    words = Catalogue(language)
    match error:
        case CommandError():
            code, text = error.code, error.text(words)
        case httpx.HTTPError():
            code, text = Exit.UNREACHABLE, words("The server cannot be reached. Check the address, then try again.")
        case EpochsUsedUp():
            code, text = Exit.REFUSED, words(NO_FURTHER_KEY)
        case CryptoError():
            code, text = Exit.REFUSED, words("Refused ({stage}): {reason}.", stage=error.stage, reason=error)
        case OfficeError():
            code, text = Exit.FAILED, in_words(error, words)
        case SettingRefused():
            code, text = Exit.FAILED, str(error)
        case OSError() if error.filename is not None and error.errno in FILE_REFUSALS:
            sentence = FILE_REFUSALS[error.errno]
            code, text = Exit.FAILED, words(sentence, path=error.filename, user=_user())
        case _:
            raise error
    if "--json" in sys.argv[1:]:
        click.echo(json.dumps({"error": text, "code": int(code)}, ensure_ascii=False), err=True)
    else:
        click.echo(words("Error: {text}", text=text), err=True)
    return code


def _user() -> str:
    import pwd  # Not everywhere: commands of reporters start without it.

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def whole() -> click.Group:
    """The root with every command loaded."""
    for name in COMMANDS:
        cli.get_command(click.Context(cli), name)
    return cli


def _language(arguments: list[str]) -> str:
    """The language before anything is parsed: a wrong option is told in it too."""
    with suppress(click.ClickException):
        lenient: dict[str, object] = {"ignore_unknown_options": True, "allow_extra_args": True}
        asking = click.Command("yanlu", params=[LANGUAGE], add_help_option=False, context_settings=lenient)
        return language_of(asking.make_context("yanlu", [*arguments]).params["lang"])
    return SOURCE


def _name_commands(error: click.ClickException, words: Catalogue) -> None:
    """Anyone who asked for a command that there is not is told which there are."""
    if isinstance(error, click.NoSuchCommand) and error.ctx is not None and isinstance(error.ctx.command, click.Group):
        known = ", ".join(error.ctx.command.list_commands(error.ctx))
        click.echo(words("There are: {names}.", names=known), err=True)


def _leave_quietly() -> NoReturn:
    """Anyone who reads along has had enough (`| head -1`); Python must not try the rest once more on its way out."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
    sys.exit(CLOSED)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    context = {"lang": _language(given)}
    cli.words = Catalogue(context["lang"])
    speak(cli, cli.words)
    try:
        with cli.make_context("yanlu", given) as made:
            context["lang"] = (
                made.obj.words.language if isinstance(made.obj, Terminal) else language_of(made.params.get("lang"))
            )
            cli.invoke(made)
        code = Exit.DONE
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as error:
        error.show()
        _name_commands(error, Catalogue(context["lang"]))
        code = Exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except BrokenPipeError:
        _leave_quietly()
    except (CommandError, CryptoError, OfficeError, SettingRefused, OSError, httpx.HTTPError) as error:
        code = _say(error, context["lang"])
    sys.exit(int(code))
