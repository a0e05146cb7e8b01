"""`--confirm`: what stands as it ships, and what binds for good, goes through only where somebody says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import click

from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal
from portal.office import OfficeConfig, OfficeFolder
from portal.office.coming_bindings import require_held
from portal.office.current_members import roll_of
from portal.office.errors import Said, valued
from portal.office.sample_check import TOPICS
from portal.office.unconfirmed import POLICY_TOPICS, to_confirm

MEANT = "This is meant so; may be repeated."
CONFIRM = click.Option(
    ["--confirm", "confirmed"], type=click.Choice([*TOPICS, *POLICY_TOPICS]), multiple=True, help=MEANT
)
CONFIRM_POLICIES = click.Option(
    ["--confirm", "confirmed"], type=click.Choice(list(POLICY_TOPICS)), multiple=True, help=MEANT
)
UNCONFIRMED = (
    "Not confirmed: {topics}. Nothing was made: a published version is never changed. Decide it, or say "
    "{options} where it is meant so."
)
CANNOT = "Nothing was made: cases under {policies} would come to a stop."


def said_in(terminal: Terminal, said: Said) -> str:
    """A sentence about the office, in the person's language."""
    sentence, values = said
    return terminal.words(sentence, **valued(values, terminal.words.language))


def require_confirmed(
    terminal: Terminal,
    folder: OfficeFolder,
    config: OfficeConfig,
    confirmed: Collection[str],
    enrolled: Collection[str] = (),
) -> list[str]:
    """Says everything that binds with the next signature; gives the policies published with examples.

    Raises CommandError where anything of it was not confirmed, or can't be, and ConfigRefused for a role that is
    bound to somebody who can't fill it. `enrolled` are the members of the next directory, where they are known.
    """
    roll = roll_of(folder)
    require_held(folder, config, roll.with_enrolled(enrolled) if enrolled else roll)
    return require_topics(terminal, to_confirm(folder, config), confirmed)


def require_topics(terminal: Terminal, found: Mapping[str, Sequence[Said]], confirmed: Collection[str]) -> list[str]:
    """The same for what `to_confirm` gave."""
    for said in (one for many in found.values() for one in many):
        terminal.note("{line}", line=said_in(terminal, said))
    never = [str(values["policy"]) for topic in found.keys() - POLICY_TOPICS for _, values in found[topic]]
    if never:
        raise CommandError(Exit.REFUSED, CANNOT, policies=", ".join(dict.fromkeys(never)))
    if missing := [topic for topic in found if topic not in confirmed]:
        topics = ", ".join(terminal.words(POLICY_TOPICS[topic]) for topic in missing)
        options = " ".join(f"--confirm {topic}" for topic in missing)
        raise CommandError(Exit.REFUSED, UNCONFIRMED, topics=topics, options=options)
    return [str(values["policy"]) for _, values in found.get("examples", [])]
