"""`yanlu desk publication`: what the policy publishes of a case, and the text without what points to somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final, cast
from unicodedata import normalize

import click

from casework.protection.blanking import BLANK, pointing, without_names
from casework.protection.publicity import (
    PARTS,
    PUBLIC_PARTS,
    Account,
    Withheld,
    publication,
    published_case,
    recorded_as,
)
from casework.protection.publicity import public_text as text_of
from casework.rules.clauses import Audience, Published
from crypto import CryptoError, read_json
from portal.cli.desk.act_command import do_act
from portal.cli.desk.acting import ActionRequest
from portal.cli.desk.case_state import RuledCase, ruled_case
from portal.cli.desk.client import OpenedCase
from portal.cli.desk.desk_options import FILE, DeskOptions, with_desk_options
from portal.cli.desk.names_on_case import names_on
from portal.cli.desk.publishing import publishing, refused_publication, rule_lines
from portal.cli.desk.readers import AtCase, at_case
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal, read_text, write_private
from portal.cli.words import Catalogue

ACCOUNT_LIMIT: Final = 256 * 1024
BLANKED: Final = "Blanked in this text: {names}. What is no name stays with --keep WORD."
POINTS: Final = "Still in the text, and perhaps pointing to somebody: {found}"


@click.command("publication")
@click.argument("case")
@click.argument("account", type=FILE, required=False)
@click.option(
    "--what",
    type=click.Choice([Published.RESULT.value, Published.CASES.value]),
    default=Published.RESULT.value,
    help="The result of this case, or the case as an example.",
)
@click.option(
    "--audience",
    type=click.Choice([one.value for one in Audience]),
    default=Audience.COMPANY.value,
    help="Who will read it.",
)
@click.option("--save", type=FILE, help="Where to write the text as it goes up, the same that a desk's page gives.")
@click.option("--keep", multiple=True, help="A word known on the case that is not blanked; may be given again.")
@click.option("--record", is_flag=True, help="Sign that the text was published, with the text itself.")
@click.option("--yes", is_flag=True, help="Sign without asking, even where the text may point to somebody.")
@with_desk_options
def publish(
    terminal: Terminal,
    options: DeskOptions,
    case: str,
    account: Path | None,
    save: Path | None,
    record: bool,
    yes: bool,
    **chosen: str | tuple[str, ...],
) -> None:
    """Print what may be published of a case: ACCOUNT without names; without ACCOUNT, the policy's rules.

    Blanked are the names that ACCOUNT lists and those known on the case.

    ACCOUNT is a JSON file: {"parts": {"matter": "…", "result": "…"}, "names": ["…"]}.

    Parts that are shown: matter, finding, result, measures.
    """
    written = None if account is None else read_account(account)
    if record and written is None:
        raise CommandError(Exit.USAGE, "--record needs ACCOUNT.")
    with at_case(terminal, options, case) as at:
        opened = at.open()
        opened.require_whole()
        ruled = ruled_case(at.session, opened)
        if written is None:
            return _list(terminal, case, ruled)
        kind, keep = (Published(chosen["what"]), Audience(chosen["audience"])), cast("tuple[str, ...]", chosen["keep"])
        # Without its being listed too no name is published that is known on the case.
        known = to_blank(names_on(opened, ruled, at.session.directory), keep)
        blanked = Account(written.parts, tuple(dict.fromkeys((*written.names, *known))))
        document, lines = public_text(ruled, terminal.words, *kind, blanked)
        if record:
            save_and_sign(terminal, document, save, lambda text: _record(at, opened, ruled, kind, text), yes=yes)
            lines[-1] = terminal.words("It is on the record.")
        elif save is not None:
            write_private(save, str(document["text"]))
    return terminal.result({"case": case, "recorded": record} | document, *lines)


def to_blank(known: tuple[str, ...], keep: tuple[str, ...]) -> tuple[str, ...]:
    """The names known on a case without those to keep, in any case and width; raises CommandError for another word."""
    spared = {_folded(word) for word in keep}
    strange = spared - {_folded(name) for name in known}
    if strange:
        words = [word for word in keep if _folded(word) in strange]
        raise CommandError(Exit.USAGE, "Not among the names known on the case: {words}.", words=", ".join(words))
    return tuple(name for name in known if _folded(name) not in spared)


def _folded(word: str) -> str:
    return normalize("NFKC", word).strip().casefold()


def save_and_sign(
    terminal: Terminal, document: dict[str, object], save: Path | None, record: Callable[[str], None], *, yes: bool
) -> None:
    """Ask about what may point to somebody, save, and only then sign: a failed write leads to no second signature."""
    points, text = cast("list[str]", document["pointing"]), str(document["text"])
    if points:
        terminal.note(POINTS, found=terminal.words.listed(*points))
        terminal.confirm("Sign it all the same?", yes=yes)
    if save is not None:
        write_private(save, text)
    record(text)


def _record(at: AtCase, opened: OpenedCase, ruled: RuledCase, kind: tuple[Published, Audience], text: str) -> None:
    request = ActionRequest(recorded_as(ruled.policy, ruled.case, kind[1]), audience="office", text=text)
    do_act(at, opened, ruled, publishing(ruled, at.staff.member, request, kind, at.terminal.words))


def read_account(file: Path) -> Account:
    """The parts and the names of a file; raises CommandError for anything else."""
    try:
        found = read_json(read_text(file).encode(), ACCOUNT_LIMIT)
    except CryptoError as error:
        raise _unfit(file) from error
    if not isinstance(found, dict):
        raise _unfit(file)
    fields = cast("dict[str, object]", found)
    parts, names = fields.get("parts"), fields.get("names", [])
    if set(fields) - {"parts", "names"} or not isinstance(parts, dict) or not isinstance(names, list):
        raise _unfit(file)
    texts, listed = cast("dict[str, object]", parts), cast("list[object]", names)
    if not texts or not all(isinstance(one, str) and one.strip() for one in [*texts.values(), *listed]):
        raise _unfit(file)
    return Account(cast("dict[str, str]", texts), tuple(cast("list[str]", listed)))


def _unfit(file: Path) -> CommandError:
    return CommandError(
        Exit.USAGE, '{path} must be a JSON file: {{"parts": {{"result": "…"}}, "names": ["…"]}}.', path=file
    )


def _list(terminal: Terminal, case: str, ruled: RuledCase) -> None:
    rows: list[dict[str, object]] = [
        {"what": one.what.value, "audience": one.audience.value, "by": one.by}
        for one in ruled.policy.rules.publications
    ]
    lines = rule_lines(ruled, terminal.words)
    terminal.result({"case": case, "publications": rows}, *(lines or [terminal.words("The policy publishes nothing.")]))


def public_text(
    ruled: RuledCase, words: Catalogue, what: Published, audience: Audience, written: Account
) -> tuple[dict[str, object], list[str]]:
    """What these readers may see, as data and as lines; raises CommandError where the policy withholds it."""
    rule = publication(ruled.policy, what, audience)
    found = published_case(ruled.policy, ruled.case, what, audience, written)
    if isinstance(found, Withheld) or isinstance(rule, Withheld):
        raise refused_publication(words, ruled, found if isinstance(found, Withheld) else Withheld.NOT_IN_POLICY)
    if not any(part.strip() for part in found.values()):
        raise CommandError(Exit.USAGE, "Please write at least one part: {parts}.", parts=words.listed(*PARTS))
    left_out = sorted(set(written.parts) - PUBLIC_PARTS)
    text = text_of(what, audience, found, words.language)
    lines = [words.of(rule.text), *(f"{name}: {part}" for name, part in found.items())]
    if left_out:
        lines.append(words("Left out, since they point to somebody: {parts}.", parts=", ".join(left_out)))
    lines.append(
        words(
            "Blanked are the names that you listed and those known on the case: read it through before it is published."
        )
    )
    blanked = [name for name in written.names if _is_in(name, written.parts)]
    if blanked:
        lines.append(words(BLANKED, names=words.listed(*blanked)))
    points = list(dict.fromkeys(one for part in found.values() for one in pointing(part, written.names)))
    if points:
        lines.append(words(POINTS, found=words.listed(*points)))
    lines.append(words("Once it is published, record the text: the same command with --record."))
    document: dict[str, object] = {"what": what.value, "audience": audience.value, "parts": found, "left_out": left_out}
    document["blanked"] = blanked
    return document | {"pointing": points, "text": text, "sha256": sha256(text.encode()).hexdigest()}, lines


def _is_in(name: str, parts: Mapping[str, str]) -> bool:
    """Whether a part that is shown names it."""
    shown = [text for part, text in parts.items() if part in PUBLIC_PARTS]
    return any(without_names(text, [name]).count(BLANK) > text.count(BLANK) for text in shown)
