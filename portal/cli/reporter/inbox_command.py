"""`yanlu inbox`: come back with the receipt, read, answer, declare, save attachments."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import click

from crypto import (
    ActText,
    Alarm,
    Attachment,
    CryptoError,
    Declaration,
    Direction,
    EpochNotice,
    Item,
    ItemFault,
    Listing,
    Mailbox,
    Member,
    Message,
    Notice,
    ReadMailbox,
    ReporterKeys,
    Seen,
    Status,
    ThreadEntry,
    UnsealingNotice,
    VerifiedDirectory,
    b64encode,
    derive_reporter,
    open_attachment,
    open_mailbox,
    read_mailbox,
    read_receipt,
    read_slots,
    seal_act,
    seal_message,
    shown_file_name,
    write_post,
)
from portal.cli.attachments import check_files, free_name, seal_files
from portal.cli.directory_expiry import mention_lapse
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import load_office, server_of
from portal.cli.reporter.asking import page_of
from portal.cli.reporter.checkins import CheckinMailbox, checkin_options, settle_checkin
from portal.cli.reporter.filings import ask_in_passing
from portal.cli.reporter.naming import (
    name_options,
    name_post,
    naming_of,
    unsealing_document,
    unsealing_lines,
    withdrawal_post,
)
from portal.cli.reporter.new_receipt import OldReceipt, replace_receipt
from portal.cli.reporter.notices import check_act, declarations, notice_document, notice_lines, with_names
from portal.cli.reporter.plausible import (
    BETRAYED,
    DOUBTS,
    FAR,
    RECEIPT_STAYS,
    Papers,
    asked_by,
    few_blank_lines,
    file_lines,
    held_document,
)  # fmt: skip
from portal.cli.reporter.readers import names_of
from portal.cli.server import Server, as_json
from portal.cli.terminal import Terminal, pass_terminal, read_text, today
from portal.cli.typed_code import TYPED_CODE

FILE = click.Path(path_type=Path, dir_okay=False)
POLL_LIMIT = 512
REPORTER_STANZAS = 2

MARKS: dict[ItemFault, str] = {
    ItemFault.FORGED: "Not from the office: somebody forged this entry.",
    ItemFault.UNSIGNED: "Nobody of the office signed this entry: do not trust it.",
    ItemFault.REPLAYED: "This entry was shown before.",
    ItemFault.OUT_OF_ORDER: "This entry stands in the wrong place.",
    ItemFault.MISSING: "An entry is missing here: it was lost or withheld.",
    ItemFault.REMOVED_SIGNER: "Signed by somebody who does not handle this case.",
    ItemFault.UNREADABLE: "This entry cannot be read.",
    ItemFault.FORMER_KEY: "Sealed with a key that is no longer in use.",
    ItemFault.EXCLUDED: "Somebody who reads this report tried to give it, or gave it, "
    "to a person whom the reporter left out. Honest programs refuse it, but that person may have read it.",
    ItemFault.SUCCESSOR: "The office names two different sets of readers. Do not write for now.",
}
# What anybody who has a mailbox's token can put into its case: only the reporter has the key of its MAC.
FORGED_FOR_THE_REPORTER = "Not from the reporter: somebody forged this entry."
ALARMS: dict[Alarm, str] = {
    Alarm.WITHHELD: "Something that was sent did not arrive here: the server may be withholding it.",
    Alarm.HISTORY: "The server did not give the document with the earlier keys of this case, or gave another one: what "
    "was written before the last change of readers can't be read here. What came after can; nothing can be added.",
    Alarm.MEMO_ROLLED_BACK: "Your mailbox was set back to an earlier state.",
}


@dataclass(frozen=True, repr=False)
class OpenMailbox:
    """A mailbox as read from a server."""

    server: Server
    directory: VerifiedDirectory
    keys: ReporterKeys
    read: ReadMailbox
    papers: Papers

    @property
    def borne_out(self) -> list[ThreadEntry]:
        """The entries against whose words nothing speaks."""
        return self.papers.borne_out(self.read.thread.entries)


def poll_listing(server: Server, keys: ReporterKeys) -> Listing:
    """Poll until the listing is whole; every answer has the same size, something there or not."""
    polls: list[bytes] = []
    start = 0
    while len(polls) < POLL_LIMIT:
        body = {"v": 1, "token": b64encode(keys.mailbox_token), "from": start}
        polls.append(server.call("POST", "/api/poll", json=body).content)
        listing = read_slots(polls)
        if listing.complete:
            return listing
        start = listing.next_from
    raise CommandError(Exit.REFUSED, "The server gives the mailbox no end.")


def poll_mailbox(server: Server, keys: ReporterKeys) -> Mailbox | None:
    """What lies there for these keys; None for nothing."""
    return open_mailbox(keys, poll_listing(server, keys))


def enter_mailbox(terminal: Terminal, place: str, code: str, receipt: str) -> OpenMailbox:
    """Verify the office, then poll, open and read; raises CommandError when nothing is there."""
    try:
        digits = read_receipt(receipt)
    except CryptoError as error:
        raise CommandError(
            Exit.WRONG_SECRET, "This is no receipt: a digit is wrong or missing. It has 28 digits."
        ) from error
    office = load_office(place)
    directory = office.verify(code, today(), also_lapsed=True)
    mention_lapse(terminal, directory)
    server = Server(server_of(place), terminal.words.language, mention=terminal.note_busy)
    keys = derive_reporter(digits, directory.office)
    mailbox = poll_mailbox(server, keys)
    ask_in_passing(server, keys)
    if mailbox is None or mailbox.memo is None:
        raise CommandError(
            Exit.NOTHING_THERE, "There is nothing here for this receipt. Check its digits and the address."
        )
    # The mailbox remembers the newest directory it saw: an older one is refused here.
    memo = mailbox.memo
    office.verify(code, today(), Seen(memo.directory_sequence, memo.directory_hash), also_lapsed=True)
    read = read_mailbox(directory, keys, mailbox)
    listed = any(rule.id == memo.policy for rule in directory.content.policies)
    policy = page_of(office, directory, memo.policy) if listed else None
    return OpenMailbox(server, directory, keys, read, Papers(policy, read.cursor.memo, today()))


def entry_document(entry: ThreadEntry, directory: VerifiedDirectory, language: str) -> dict[str, object]:
    """One line of a thread as JSON: who, what, and what is wrong with it."""
    inner = entry.inner
    content = inner.content if inner else None
    signers = [inner.signer] if inner and inner.signer else []
    if isinstance(content, EpochNotice):
        # A change of keys is signed by those who decided it, in what it says.
        signers = [entry.member for entry in content.signatures]
    members = [(one, directory.member(one)) for one in signers]
    names = [member.name.text_in(language) if member else one for one, member in members]
    text = getattr(content, "text", None) or getattr(content, "account", None)
    files = cast("list[Attachment]", getattr(content, "attachments", []))
    return {
        "direction": entry.direction,
        "seq": entry.seq,
        "type": inner.type if inner else None,
        "from": ", ".join(names) or None,
        "verified": entry.mark is None,
        "mark": entry.mark,
        "former_member": entry.former_member,
        # As its sender wrote it inside, where the signature holds.
        "day": getattr(content, "day", None) if entry.mark is None else None,
        "text": text,
        "stage": content.stage if isinstance(content, Status | Notice) else None,
        "due": content.due if isinstance(content, Status | Notice) else None,
        "notice": notice_document(content) if isinstance(content, Notice) else None,
        "unsealing": unsealing_document(content) if isinstance(content, UnsealingNotice) else None,
        "attachments": [{"name": file.name, "type": file.type, "size": file.size} for file in files],
    }


def entry_line(terminal: Terminal, document: dict[str, Any]) -> str:
    """One line of a thread for a person."""
    parts = (document[part] for part in ("type", "from", "day"))
    lines = [" ".join([f"[{document['direction']} {document['seq']}]", *(part for part in parts if part)])]
    if document["mark"]:
        lines.append(f"  ! {terminal.words(_what_is_wrong(document))}")
    doubt = document.get("doubt")
    if doubt:
        lines.append(f"  ! {terminal.words(DOUBTS[doubt])}")
    if document["stage"] and not doubt:
        lines.append(f"  {terminal.words('Stage')}: {document['stage']} {document['due'] or ''}".rstrip())
    if document.get("far"):
        lines.append(f"  ! {terminal.words(FAR)}")
    if document["notice"] and not doubt:
        lines += [f"  {line}" for line in notice_lines(terminal, document["notice"], today())]
    if document.get("limit_doubt"):
        lines.append(f"  ! {document['limit_doubt']}")
    if document["unsealing"] and not doubt:
        lines += [f"  {line}" for line in unsealing_lines(terminal, document["unsealing"])]
    # Control characters in a text must not drive the terminal, nor empty lines hide what stands around it.
    text = few_blank_lines(str(document["text"] or ""))
    text = "".join(char for char in text if char in "\n\t" or char.isprintable())
    lines += [f"  | {line}" for line in text.splitlines()]
    lines += [f"  - {shown_file_name(file['name'])} ({file['size']:,} B)" for file in document["attachments"]]
    return "\n".join(lines)


def _what_is_wrong(document: dict[str, Any]) -> str:
    if document["mark"] == ItemFault.FORGED and document["direction"] == Direction.TO_OFFICE:
        return FORGED_FOR_THE_REPORTER
    return MARKS[ItemFault(document["mark"])]


def carried(entries: Sequence[ThreadEntry]) -> list[tuple[Item, Attachment]]:
    """Every attachment of these entries, with the item that carries it."""
    return [
        (entry.item, attachment)
        for entry in entries
        if entry.item is not None and entry.inner is not None
        for attachment in cast("list[Attachment]", getattr(entry.inner.content, "attachments", []))
    ]


def _save(opened: OpenMailbox, folder: Path) -> list[str]:
    """Save the attachments of verified replies; each appears only when all of it has verified."""
    folder.mkdir(parents=True, exist_ok=True)
    saved: list[str] = []
    token = b64encode(opened.keys.mailbox_token)
    for _, attachment in carried(opened.read.thread.verified):
        path = free_name(folder, attachment.name)
        with tempfile.TemporaryFile() as sealed:
            for part in range(len(attachment.parts)):
                body = {"v": 1, "token": token, "blob": b64encode(attachment.blob), "part": part}
                sealed.write(opened.server.part("POST", "/api/blob", attachment.parts[part], json=body))
            sealed.seek(0)
            open_attachment(sealed, opened.keys.identity, attachment, REPORTER_STANZAS, path)
        saved.append(str(path))
    return saved


def _declare(opened: OpenMailbox, declaration: ActText) -> None:
    cursor = opened.read.cursor
    for one in declarations(opened.borne_out, declaration):
        post, cursor = seal_act(opened.keys, cursor, one, os.urandom)
        opened.server.call("POST", "/api/posts", **as_json(write_post(post)))


def _answer(terminal: Terminal, opened: OpenMailbox, text: str, files: tuple[Path, ...]) -> None:
    cursor = opened.read.cursor
    with tempfile.TemporaryDirectory(prefix="yanlu-") as folder:
        sealed = seal_files(files, [cursor.memo.recipient], Path(folder))
        message = Message(text, [attachment for attachment, _ in sealed])
        post, _ = seal_message(opened.keys, cursor, message, os.urandom)
        with terminal.progress("Uploading", sum(part.sealed_size for part, _ in sealed)) as advance:
            opened.server.upload_all(sealed, advance)
        opened.server.call("POST", "/api/posts", **as_json(write_post(post)))


@click.command()
@click.option("--office", "place", required=True, help="The office's address.")
@click.option("--office-key", "code", type=TYPED_CODE, required=True, help="The office code on the poster.")
@click.option("--receipt-file", type=FILE, help="The receipt in a file; else you are asked for it.")
@click.option("--text-file", type=FILE, help="A message to the office; - reads stdin.")
@click.option("--attach", "files", type=FILE, multiple=True, help="A file to attach; may be given again.")
@click.option(
    "--act",
    type=click.Choice([act.value for act in Declaration]),
    help="Declare this, signed; what a notice asks.",
)
@name_options
@checkin_options
@click.option("--about", type=click.Choice(["reporter", "witness"]), help="Whose name it is; your own if not given.")
@click.option("--withdraw-witness", type=int, help="Take back the sealed name of a witness: which, counted from 1.")
@click.option("--withdraw-identity", is_flag=True, help="Take your sealed name back, unless it was opened.")
@click.option("--yes", is_flag=True, help="Withdraw without a second question.")
@click.option(
    "--new-receipt", type=FILE, help="Take a new receipt, written there first (0600); then the old one is void."
)
@click.option("--save", type=click.Path(path_type=Path, file_okay=False), help="Save the office's attachments there.")
@pass_terminal
def inbox(terminal: Terminal, place: str, code: str, receipt_file: Path | None, **given: Any) -> None:
    """Come back with your receipt: read what the office wrote, and answer."""
    files, act = cast("tuple[Path, ...]", given["files"]), cast("str | None", given["act"])
    check_files(files)
    if act is not None and files:
        raise CommandError(Exit.USAGE, "A declaration carries no files: send them in a message.")
    fresh = cast("Path | None", given["new_receipt"])
    if fresh is not None and (given["text_file"] or files or act):
        raise CommandError(Exit.USAGE, "Send your message first, then take the new receipt.")
    text = read_text(given["text_file"]).strip() if given["text_file"] else ""
    named = any(given[one] for one in ("identity", "identity_file", "withdraw_identity", "withdraw_witness"))
    if named and (text or files or act or fresh):
        raise CommandError(Exit.USAGE, "Give or take back a name by itself: send everything else before or after it.")
    if given["checkin"] and (named or text or files or act or fresh):
        raise CommandError(Exit.USAGE, "Answer a check-in by itself: send everything else before or after it.")
    opened = enter_mailbox(terminal, place, code, terminal.secret(receipt_file, "Receipt", "--receipt-file"))
    try:
        settle_checkin(
            terminal, opened.server, CheckinMailbox(opened.directory, opened.keys, opened.read.cursor), given
        )
        if act is not None:
            declaration = ActText(Declaration(act), text)
            check_act(terminal, opened.borne_out, declaration, sure=given["yes"])
            _declare(opened, declaration)
        elif text or files:
            _answer(terminal, opened, text, files)
        elif named:
            _name(opened, given)
        saved = _save(opened, given["save"]) if given["save"] else []
        if fresh is not None:
            server, poll = opened.server, partial(poll_mailbox, opened.server)
            replace_receipt(OldReceipt(server, opened.keys, opened.read.cursor, poll), fresh)
        _show(terminal, opened, saved, answered=bool(text or files or act or named), fresh=fresh)
    finally:
        opened.server.close()


def _name(opened: OpenMailbox, given: dict[str, Any]) -> None:
    keys, cursor = opened.keys, opened.read.cursor
    if given["withdraw_identity"] or given["withdraw_witness"]:
        post, _ = withdrawal_post(keys, cursor, given["withdraw_witness"])
    else:
        naming = naming_of(opened.directory, given)
        if naming is None:
            return
        post, _ = name_post(opened.directory, keys, cursor, naming)
    opened.server.call("POST", "/api/posts", **as_json(write_post(post)))


def _members(opened: OpenMailbox, ids: Sequence[str]) -> list[Member]:
    return [member for one in ids if (member := opened.directory.member(one)) is not None]


def _held(terminal: Terminal, opened: OpenMailbox, entry: ThreadEntry) -> dict[str, Any]:
    """An entry as JSON, held against the office's papers; who asked for a name is its signer, by the office's list."""
    document = entry_document(entry, opened.directory, terminal.words.language)
    if entry.inner is not None and isinstance(entry.inner.content, UnsealingNotice):
        by = asked_by(terminal, opened.directory, entry.inner.signer, entry.inner.content.role)
        document["unsealing"] = unsealing_document(entry.inner.content) | {"asked_by": by}
    return held_document(terminal, opened.papers, entry, opened.read.thread.entries, document)


def _show(terminal: Terminal, opened: OpenMailbox, saved: list[str], *, answered: bool, fresh: Path | None) -> None:
    read, memo = opened.read, opened.read.cursor.memo
    entries = [_held(terminal, opened, entry) for entry in read.thread.entries]
    alarms = [*read.thread.alarms, *read.alarms]
    document: dict[str, object] = {
        "case": b64encode(memo.case),
        "entity": memo.entity,
        "policy": memo.policy,
        "holders": memo.holders,
        "excluded": memo.excluded,
        "entries": entries,
        "alarms": alarms,
        "saved": saved,
        "sent": answered,
        "receipt_file": str(fresh) if fresh else None,
    }
    lines = [terminal.words(ALARMS[alarm]) for alarm in alarms]
    lines += [terminal.words(BETRAYED)] if any(entry["mark"] is ItemFault.EXCLUDED for entry in entries) else []
    for entry in entries:
        named = with_names(terminal, opened.papers.policy, entry)
        lines += [entry_line(terminal, named), *file_lines(terminal, entry["attachments"])]
    if not entries:
        lines.append(terminal.words("The office has not written yet."))
    lines.append(terminal.words("Can read it: {names}", names=names_of(terminal, _members(opened, memo.holders))))
    if memo.excluded:
        lines.append(terminal.words("You left out: {names}", names=names_of(terminal, _members(opened, memo.excluded))))
    lines.append(terminal.words(RECEIPT_STAYS))
    lines += [terminal.words("Saved: {path}", path=path) for path in saved]
    if answered:
        lines.append(terminal.words("Your message was sent."))
    if fresh is not None:
        said = (
            "Your new receipt is in {path}. The old one opens nothing any more; what stands above is not shown again."
        )
        lines.append(terminal.words(said, path=fresh))
    terminal.result(document, *lines)
