"""`yanlu office check`, and what `yanlu office init` refuses: values of the sample that nobody has confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.confirming import CONFIRM, said_in
from portal.cli.keepers.office_words import FILE, folder_of, language_lines, thin_lines
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.office import OfficeConfig, OfficeFolder, load_config, members_of
from portal.office.availability_check import in_other_languages, thin_rows, without_outside
from portal.office.founding_checks import own_policies, unfit_for
from portal.office.role_holders import held_alone, unaddressed, unheld
from portal.office.sample_check import still_sample
from portal.office.unconfirmed import to_confirm

AS_IN_SAMPLE: Final = (
    "As in the sample: {topic} ({values}). Change it, or say --confirm {topic} where the sample's value is right."
)
TEXTS_ELSEWHERE: Final = (
    "Policies were read from {texts}. `yanlu office init FOLDER` reads those in FOLDER/texts alone: copy them there "
    "first."
)


def require_own(config: OfficeConfig, confirmed: Sequence[str]) -> None:
    """Refuses a file in which something stands as in the sample and was not confirmed."""
    sample_topics = {topic: values for topic, values in still_sample(config).items() if topic not in confirmed}
    if sample_topics:
        raise CommandError(
            Exit.REFUSED,
            "As in the sample: {topics}. Nothing was made. Change it (docs/office.md says what each field is), look "
            "with `yanlu office check FILE`; where the sample's value is right, say {options}.",
            topics="; ".join(f"{topic} ({', '.join(values)})" for topic, values in sample_topics.items()),
            options=" ".join(f"--confirm {topic}" for topic in sample_topics),
        )


def decided(terminal: Terminal, config_file: Path | None, confirmed: Sequence[str]) -> OfficeConfig:
    """What `office.toml` decides, once nothing of it is the sample's that was not meant; says what it would lack.

    Raises CommandError and ConfigRefused.
    """
    if config_file is None:
        raise CommandError(
            Exit.USAGE,
            "Give --config office.toml; `yanlu office init --sample` prints one to change, `yanlu office check FILE` "
            "says what still stands as in the sample.",
        )
    config = load_config(config_file)
    require_own(config, confirmed)
    for line in (*thin_lines(terminal, config), *language_lines(terminal, config)):
        terminal.note("{line}", line=line)
    return config


def _folder_beside(config_file: Path | None) -> OfficeFolder:
    """Whose texts and calendars belong to a file: the folder in which texts/ stands beside it, else the office here.

    Where there is neither, texts/ beside the file is what will be read once it is made.
    """
    here = folder_of(None)
    if config_file is None:
        return here
    beside = OfficeFolder(config_file.resolve().parent)
    return beside if beside.own_texts.is_dir() or not (here.own_texts.is_dir() or here.exists()) else here


def _signed_members(folder: OfficeFolder) -> set[str] | None:
    """Who is in the directory as it stands; None before there is one."""
    note = folder.directory()
    return None if note is None else {member.id for member in members_of(note)}


def _policy_lines(
    terminal: Terminal, folder: OfficeFolder, config: OfficeConfig, confirmed: Sequence[str]
) -> tuple[list[str], list[str]]:
    """What of the office's policies is to be decided before they are signed, and what is good to know."""
    policies = own_policies(folder, config)
    waiting = to_confirm(folder, config) if policies else {}
    to_decide = [said for topic, many in waiting.items() if topic not in confirmed for said in many]
    to_know = [said for topic, many in waiting.items() if topic in confirmed for said in many]
    # Of versions that are published already only who holds them can still change.
    to_decide += [said for one in policies for said in held_alone(one) if "alone" not in confirmed]
    to_know += [said for one in policies for said in (*unheld(one), *unaddressed(config, one))]
    lines, notes = ([said_in(terminal, said) for said in many] for many in (to_decide, to_know))
    return list(dict.fromkeys(lines)), [one for one in dict.fromkeys(notes) if one not in lines]


def _sample_lines(terminal: Terminal, topics: Mapping[str, Sequence[str]]) -> list[str]:
    """A line for each topic that stands as in the sample."""
    return [terminal.words(AS_IN_SAMPLE, topic=one, values=", ".join(values)) for one, values in topics.items()]


def _texts_elsewhere(terminal: Terminal, folder: OfficeFolder) -> list[str]:
    """That founding reads no texts but those in its own folder, where the ones beside a file were read."""
    elsewhere = folder.own_texts.is_dir() and not folder.exists() and folder.path != folder_of(None).path.resolve()
    return [terminal.words(TEXTS_ELSEWHERE, texts=folder.own_texts)] if elsewhere else []


@click.command(params=[CONFIRM])
@click.argument("config_file", required=False, type=FILE, metavar="[FILE]")
@pass_terminal
@click.pass_context
def check(context: click.Context, terminal: Terminal, config_file: Path | None, confirmed: tuple[str, ...]) -> None:
    """Read office.toml (that of the office where no FILE is given) and say what it lacks; exit code 1 if anything."""
    folder = _folder_beside(config_file)
    config = load_config(config_file) if config_file else folder.config()
    sample_topics = {topic: values for topic, values in still_sample(config).items() if topic not in confirmed}
    # What an office was founded on was confirmed then.
    founded = any(one.exists() and one.config() == config for one in (folder, folder_of(None)))
    lines = [] if founded else _sample_lines(terminal, sample_topics)
    lines += [said_in(terminal, said) for said in unfit_for(folder, config, today())]
    lines += thin_lines(terminal, config, None if config_file else _signed_members(folder))
    open_lines, notes = _policy_lines(terminal, folder, config, confirmed)
    lines += open_lines
    notes = [*_texts_elsewhere(terminal, folder), *language_lines(terminal, config), *notes]
    document: dict[str, object] = {
        "sample": sample_topics,
        "thin": thin_rows(config),
        "without_outside": without_outside(config),
        "in_other_languages": in_other_languages(config),
    }
    lacks_nothing = terminal.words("office.toml lacks nothing that can be seen from here.")
    terminal.result(document, *(lines or [lacks_nothing]), *notes)
    if lines:
        context.exit(int(Exit.FAILED))
