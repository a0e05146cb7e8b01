"""Rounds of crashes: in each, traps wait in every operation; over all of them each named point kills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from tests.crypto.sample import Drawn
from tests.support.faults.consistency_check import ConsistencyCheck
from tests.support.faults.kill_points import Moment, Point, point
from tests.support.faults.killable_processes import Role
from tests.support.faults.recording_clients import Drafter, Holder, Reporter, random_content
from tests.support.faults.restarting_office import NobodyAnswers, RestartingOffice

MAILROOM, BLOBS = "portal.mailroom", "portal.mailroom.blobs"
Trap = tuple[Role, Point]

# Each operation's places, and who comes by; those of a folder or a bucket are met on that kind of store only.
PLACES: dict[str, tuple[Role, tuple[str, ...]]] = {
    "upload": (
        Role.INTAKE,
        (
            f"fsync {BLOBS}:FolderBlobs.store",
            f"rename {BLOBS}:FolderBlobs.store",
            f"fsync {BLOBS}:_sync_folder",
            f"put {BLOBS}:BucketBlobs.store",
            f"commit {MAILROOM}.erasure:ErasureKeys._refill",
            f"commit {MAILROOM}.uploads:_record_part",
        ),
    ),
    "submission": (
        Role.INTAKE,
        (
            f"commit {MAILROOM}.submissions:insert_submissions",
            f"commit {MAILROOM}.submissions:_accept_single",
            f"commit {MAILROOM}.erasure:ErasureKeys.destroy",
            f"commit {MAILROOM}.uploads:_destroy_keys",
        ),
    ),
    "post": (Role.INTAKE, (f"commit {MAILROOM}.posts:accept_post", f"commit {MAILROOM}.posts:store_draft")),
    "opening": (
        Role.WORKER,
        (
            f"commit {MAILROOM}.outbox:lease_received",
            "commit portal.worker.jobs:Worker._record_in_casework",
            f"commit {MAILROOM}.outbox:acknowledge_received",
        ),
    ),
    "packets": (
        Role.WORKER,
        tuple(f"commit {MAILROOM}.packet_mixing:{one}" for one in ("_close", "_pad", "_insert", "_deliver")),
    ),
    "claim": (
        Role.DESK,
        ("commit portal.desk.queue:claim_block", "commit portal.accounts.keyring:store_entry"),
    ),
    "reply": (
        Role.DESK,
        (
            "commit portal.desk.steps:record_step",
            "commit portal.mailroom.casework_outbox_delivery:deliver_pending",
            f"commit {MAILROOM}.threads:deliver_item",
            "commit portal.mailroom.casework_outbox_delivery:_settle",
        ),
    ),
    "re-grant": (Role.DESK, (f"commit {MAILROOM}.grants:replace_grant",)),
    "deletion": (
        Role.DELETION,
        (
            "commit portal.deletion.deletion_list:DeletionList.note",
            f"commit {MAILROOM}.erasure:ErasureKeys.destroy",
            "commit portal.deletion.deleting:Deletion._leave_cases",
            "commit portal.deletion.deleting:Deletion._leave_accounts",
            f"commit {MAILROOM}.removal:remove_case",
            f"unlink {BLOBS}:FolderBlobs.remove",
            f"delete {BLOBS}:BucketBlobs.remove",
            f"commit {MAILROOM}.orphans:remove_orphans",
            "call portal.deletion.deleting:scrub_whole",
        ),
    ),
}


# On PostgreSQL neither face may destroy a key: the worker forgets those of uploads that were taken.
LEFT_TO_WORKER = {f"commit {MAILROOM}.erasure:ErasureKeys.destroy", f"commit {MAILROOM}.uploads:_destroy_keys"}


def _whose(kind: str, role: Role, text: str) -> Role:
    moved = kind == "postgres-s3" and role is Role.INTAKE and text in LEFT_TO_WORKER
    return Role.WORKER if moved else role


def traps_of(kind: str) -> dict[str, list[Trap]]:
    """Every point of each operation on a kind of store."""
    other = "BucketBlobs" if kind == "sqlite-folder" else "FolderBlobs"
    mine = ("_sync_folder",) if kind == "sqlite-folder" else ()
    found: dict[str, list[Trap]] = {}
    for operation, (role, places) in PLACES.items():
        kept = [text for text in places if other not in text and (mine or "_sync_folder" not in text)]
        found[operation] = [(_whose(kind, role, text), point(f"{moment} {text}")) for text in kept for moment in Moment]
    return found


@dataclass
class CrashRounds:
    """Everybody who takes part in the rounds, and what was killed so far."""

    house: RestartingOffice
    kind: str
    dice: Drawn
    deletions: int = 1
    kills: Counter[Trap] = field(default_factory=Counter[Trap])
    reporters: list[Reporter] = field(default_factory=list[Reporter])
    drafters: list[Drafter] = field(default_factory=list[Drafter])
    holder: Holder = field(init=False)

    def __post_init__(self) -> None:
        member = self.house.room.sign_in("li-wei")
        member.client = self.house.client(Role.DESK)
        self.holder = Holder(member)

    def wanted(self) -> list[Trap]:
        """One trap of each operation: of those that killed least so far, one by lot."""
        sprung, laid = self.sprung(), self.house.traps.laid()
        chosen: list[Trap] = []
        for traps in traps_of(self.kind).values():
            if not laid.intersection(traps):
                least = min(sprung[trap] for trap in traps)
                rare = [trap for trap in traps if sprung[trap] == least]
                chosen.append(rare[int.from_bytes(self.dice(8), "big") % len(rare)])
        return chosen

    def sprung(self) -> Counter[Trap]:
        """The kills of this office, and of those before it."""
        return self.house.traps.sprung() + self.kills

    def _lay(self) -> None:
        for role, where in self.wanted():
            self.house.traps.lay(role, where)

    def play(self, number: int) -> None:
        """One round: traps, then reports, messages, claims, answers, a re-grant and a deletion."""
        self._lay()
        fresh = self._arrive(number)
        self._work_at_desk(fresh, number)
        for _ in range(self.deletions):
            self._lay()
            self._delete_one()

    def play_short(self) -> None:
        """One report, one answer; anyone who waits for what a kill has lost gives up."""
        self.reporters = [Reporter("short", self.house.edge)]
        self.reporters[0].report()
        self.holder.enter()
        with suppress(NobodyAnswers):
            self.holder.take_in(self.reporters, tries=40)
            self.holder.answer(self.reporters[0], "收到。", random_content())

    def _arrive(self, number: int) -> list[Reporter]:
        edge = self.house.edge
        with_file = [Reporter(f"r{number}-file-{n}", edge, random_content()) for n in range(2)]
        fresh = [*with_file, Reporter(f"r{number}-text", edge), Reporter(f"r{number}-faint", edge)]
        drafter = Drafter(f"r{number}-draft", edge)
        with ThreadPoolExecutor(len(fresh) + 1) as pool:
            waiting = [pool.submit(self._tell, reporter) for reporter in fresh]
            pool.submit(drafter.save).result()
            for one in waiting:
                one.result()
        self.reporters += fresh
        self.drafters.append(drafter)
        return fresh

    def _tell(self, reporter: Reporter) -> None:
        reporter.report(faint=reporter.name.endswith("faint"))
        if reporter.confirmed and reporter.content is not None:
            reporter.say(f"补充 {reporter.name}", random_content())

    def _work_at_desk(self, fresh: list[Reporter], number: int) -> None:
        self.holder.enter()
        self.holder.take_in(fresh)
        told = [reporter for reporter in fresh if reporter.claimed]
        self.holder.keep_key(told[0])
        for reporter in told[:2]:
            self.holder.answer(reporter, f"收到 {reporter.name}", random_content())
        self.holder.hand_over(told[number % 2], ["li-wei", "zhao-min"])

    def _delete_one(self) -> None:
        """Deletes the oldest case with an attachment that nobody has begun to delete."""
        for reporter in self.reporters:
            if reporter.claimed and reporter.content is not None and not reporter.deleting:
                reporter.note_mark()
                reporter.deleting = True
                self.house.delete(reporter.case)
                return

    def examine(self) -> list[str]:
        """What does not hold once everything is at rest."""
        self.house.rest()
        edge = self.house.edge
        return ConsistencyCheck(edge, self.holder, self.reporters, self.drafters).hold()


def kill_report(kind: str, kills: Counter[Trap]) -> Iterator[str]:
    """The kills of each point, in words."""
    for operation, traps in traps_of(kind).items():
        for role, where in traps:
            yield f"{kind:14} {operation:11} {role:9} {where} {kills[role, where]}"
