"""`yanlu desk identity`: ask for a sealed name, vote, open it, and review an opening in danger to life."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from crypto import (
    About,
    CheckStage,
    CryptoError,
    Finding,
    Ground,
    PacketFaulty,
    StaffKeys,
    b64decode,
    b64encode,
    open_request,
    own_shares,
    review_due,
)
from portal.cli.desk.client import DeskSession
from portal.cli.desk.custody import (
    ListedRequest,
    Wanted,
    ask,
    cast_vote,
    listed_requests,
    open_name,
    reason_of,
    reviews_of,
    send_review,
    the_name,
    under_way,
)
from portal.cli.desk.desk_options import FILE, DeskOptions, signed_in, with_desk_options
from portal.cli.desk.profile import Profile
from portal.cli.desk.readers import at_case
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal, read_text, today

REFUSED: dict[CheckStage, str] = {
    CheckStage.DIRECTORY: "Who asks is not in the office directory as somebody who may, or the key that would get the "
    "share is not theirs. Nothing was sent; tell the keepers.",
    CheckStage.SIGNATURE: "The request is not signed by the person it names. Nothing was sent; tell the keepers.",
    CheckStage.FOREIGN: "The packet is not the one that the request names. Nothing was sent; tell the keepers.",
    CheckStage.HPKE: "The packet is faulty: your share is not the one that it commits to. Its maker saw to that, no "
    "custodian. Nothing was sent; refuse it, and tell the keepers.",
    CheckStage.NO_MATCH: "You hold no share of this packet: it predates your appointment as a custodian, "
    "or is not valid.",
    CheckStage.WITHDRAWN: "The reporter has withdrawn this identity. It must no longer be opened.",
    CheckStage.EXPIRED: "The request has ended.",
    CheckStage.PAYLOAD: "Fewer custodians have agreed than it takes. Nothing was opened.",
}
DOUBTFUL = "Votes that could not be verified and do not count: {count}. Tell the keepers."
FALSE = "{people}: agreed with shares that are not those of the packet, which do not count. Tell the keepers."
FAULTY = (
    "The packet is faulty: every share is the one that it commits to, and it does not open. Its maker saw to that, no "
    "custodian. Tell the keepers."
)
ABOUT = click.option(
    "--about", type=click.Choice([one.value for one in About]), default=About.REPORTER.value, help="Whose name it is."
)


@contextmanager
def explaining_refusals() -> Generator[None]:
    """A refusal of the wire format in words for anyone who asks or votes."""
    try:
        yield
    except PacketFaulty as error:
        raise CommandError(Exit.REFUSED, FAULTY) from error
    except CryptoError as error:
        if error.stage not in REFUSED:
            raise
        raise CommandError(Exit.REFUSED, REFUSED[error.stage]) from error


@dataclass(frozen=True, repr=False)
class AtDesk:
    """A member on line, in front of requests."""

    session: DeskSession
    staff: StaffKeys

    def listed(self, request: str) -> ListedRequest:
        """The request of that id; raises CommandError where there is none for this member."""
        try:
            wanted = b64decode(request, 16)
        except CryptoError as error:
            raise CommandError(Exit.NOTHING_THERE, "There is no such request, or it is over.") from error
        found = [one for one in listed_requests(self.session) if one.request.request == wanted]
        if not found:
            raise CommandError(Exit.NOTHING_THERE, "There is no such request, or it is over.")
        return found[0]


@contextmanager
def at_desk(terminal: Terminal, options: DeskOptions) -> Generator[AtDesk]:
    """Sign in."""
    profile = Profile(options.profile)
    facts = profile.facts()
    with signed_in(terminal, options, profile, facts["office_key"], facts["desk"], facts["member"]) as (session, how):
        yield AtDesk(session, profile.unlock(session.directory, how))


def _words(file: Path) -> str:
    text = read_text(file).strip()
    if not text:
        raise CommandError(Exit.USAGE, "The reason is owed in writing.")
    return text


@click.group()
def identity() -> None:
    """Sealed names: ask the custodians for one, vote, open it, review what was opened in danger to life."""


@identity.command("ask")
@click.argument("case")
@click.option("--ground", type=click.Choice([one.value for one in Ground]), required=True, help="On which ground.")
@click.option("--text-file", type=FILE, required=True, help="Why, in writing; custodians and reporter read it.")
@click.option("--tell-after-file", type=FILE, help="Tell the reporter only afterwards, and why.")
@ABOUT
@with_desk_options
def ask_for(
    terminal: Terminal,
    options: DeskOptions,
    case: str,
    ground: str,
    text_file: Path,
    tell_after_file: Path | None,
    about: str,
) -> None:
    """Ask the custodians to open a sealed name of a case."""
    text, delay = _words(text_file), _words(tell_after_file) if tell_after_file else None
    with at_case(terminal, options, case) as at, explaining_refusals():
        opened = at.open()
        name = the_name(opened, About(about))
        wanted = Wanted(Ground(ground), text, delay, at.day(opened.row))
        request = ask(at.session, at.staff, opened, name, wanted)
    document: dict[str, object] = {
        "request": b64encode(request.request),
        "expires": request.expires,
        "needed": name.seal.m,
    }
    said = "Asked: {m} of {n} custodians must agree. The request ends on {day}."
    terminal.result(document, terminal.words(said, m=name.seal.m, n=name.seal.n, day=request.expires))


@identity.command("requests")
@with_desk_options
def show(terminal: Terminal, options: DeskOptions) -> None:
    """List the requests that you may see: yours, those to vote on, and reviews that are owed."""
    with at_desk(terminal, options) as at:
        rows = [_row(at, listed) for listed in listed_requests(at.session)]
    lines = [_line(terminal, row) for row in rows]
    terminal.result({"requests": rows}, *(lines or [terminal.words("Nobody asks for an identity just now.")]))


def _row(at: AtDesk, listed: ListedRequest) -> dict[str, object]:
    request = listed.request
    row: dict[str, object] = {
        "request": b64encode(request.request),
        "ground": request.ground.value,
        "expires": request.expires,
        "votes": len(listed.votes),
        "holds": True,
        "wrong": None,
    }
    try:
        reason = reason_of(at.session, at.staff, listed)
        if request.body and reason is not None and request.expires >= at.session.directory.today:
            _whole(at, listed)
    except CryptoError as error:
        return row | {"holds": False, "wrong": error.stage.value}
    if reason is None:
        return row
    row |= {"requester": reason.requester, "about": reason.about.value, "text": reason.text, "delay": reason.delay}
    if request.ground is not Ground.DANGER_TO_LIFE:
        return row
    found = reviews_of(at.session, at.staff, listed, reason)
    reviews = [{"reviewer": one.reviewer.id, "finding": one.finding.value, "text": one.text} for one in found]
    due = review_due(request.expires)
    late = "overdue" if today().isoformat() > due else "owed"
    return row | {"review_due": due, "review": "done" if found else late, "reviews": reviews}


def _whole(at: AtDesk, listed: ListedRequest) -> None:
    """The whole request, where it was sealed to this member: oversight gets the reason alone."""
    try:
        found = open_request(at.staff, at.session.directory, listed.request.document())
        if at.staff.member in at.session.directory.content.custodians:
            own_shares(at.staff, found)
    except CryptoError as error:
        if error.stage is not CheckStage.NO_MATCH:
            raise


def _line(terminal: Terminal, row: dict[str, object]) -> str:
    head = f"{row['request']}  {row['ground']}  {row['expires']}  {row.get('requester', '')}"
    if row["wrong"] == CheckStage.HPKE.value:
        return f"{head}  {terminal.words('The packet is faulty: refuse it, and tell the keepers.')}"
    if not row["holds"]:
        return f"{head}  {terminal.words('Could not be verified: do not vote for it; tell the keepers.')}"
    review = f"  {terminal.words(REVIEWS[str(row['review'])], day=row['review_due'])}" if "review" in row else ""
    return f"{head}  {row.get('text', '')}{review}"


REVIEWS = {
    "done": "Reviewed.",
    "owed": "A review is owed by {day}.",
    "overdue": "The review has been overdue since {day}.",
}


@identity.command("vote")
@click.argument("request")
@click.argument("decision", type=click.Choice(["approve", "refuse"]))
@with_desk_options
def vote_on(terminal: Terminal, options: DeskOptions, request: str, decision: str) -> None:
    """Vote on a request, as a custodian: alone, and once."""
    with at_desk(terminal, options) as at, explaining_refusals():
        cast_vote(at.session, at.staff, at.listed(request), approve=decision == "approve")
    said = "You agreed." if decision == "approve" else "You refused."
    terminal.result({"request": request, "vote": decision}, terminal.words(said))


@identity.command("open")
@click.argument("case")
@ABOUT
@with_desk_options
def open_it(terminal: Terminal, options: DeskOptions, case: str, about: str) -> None:
    """Open a sealed name of a case, once enough custodians agreed. It is shown here and kept nowhere."""
    with at_case(terminal, options, case) as at, explaining_refusals():
        opened = at.open()
        name = the_name(opened, About(about))
        under = under_way(at.session, at.staff, name.seal)
        if under is None:
            raise CommandError(Exit.NOTHING_THERE, "You have no request for this name, or it is over.")
        if under.doubtful:
            terminal.note(DOUBTFUL, count=under.doubtful)
        if under.false:
            terminal.note(FALSE, people=", ".join(under.false))
        found = open_name(at.session, at.staff, opened, name, under, at.day(opened.row))
    document: dict[str, object] = {"about": found.about.value, "name": found.name, "contact": found.contact}
    terminal.result(document, found.name, *([found.contact] if found.contact else []))


@identity.command("review")
@click.argument("request")
@click.argument("finding", type=click.Choice([one.value for one in Finding]))
@click.option("--text-file", type=FILE, required=True, help="Why you find so; - reads stdin.")
@with_desk_options
def review_it(terminal: Terminal, options: DeskOptions, request: str, finding: str, text_file: Path) -> None:
    """Review an opening in danger to life, signed; never your own request."""
    text = _words(text_file)
    with at_desk(terminal, options) as at:
        listed = at.listed(request)
        try:
            send_review(at.session, at.staff, listed, Finding(finding), text)
        except CryptoError as error:
            said = "Only oversight and custodians review, only what was asked in danger to life, and never their own."
            raise CommandError(Exit.REFUSED, said) from error
    terminal.result({"request": request, "finding": finding}, terminal.words("Your review is signed and kept."))
