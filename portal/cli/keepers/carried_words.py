"""What a directory changes of each policy, as a keeper reads it elsewhere from the texts that came with the paper."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from casework.deadlines.explanations import day_en, day_zh
from casework.policy.policy import Policy
from casework.words import Words
from portal.cli.keepers.change_words import ADDED, ADDED_WITHOUT_DAY, SAME_TEXT, people
from portal.cli.keepers.described_policy import differing_lines
from portal.cli.keepers.policy_source import say_in
from portal.cli.terminal import Terminal
from portal.office.carried_texts import PolicyChange, changed_policies, read_carried
from portal.office.draft import Document

ENDING: Final = ".policies"
NOT_CARRIED: Final = (
    "What changes of this policy is not here: have the office send {file}, which `yanlu office to-sign` writes, and "
    "give it with --policies."
)
DIFFERS: Final = "Against version {old}, version {new} rules:"
SAME_RULES: Final = "Version {new} rules what version {old} rules."
READERS_SAME: Final = "Reporters read what they read before."
IN_PLACE: Final = (
    "Version {version} was changed in place, and cases may run under it. Do not sign unless you know why. It rules now:"
)
UNSHOWN: Final = "What differs is in no line that can be shown here."
GONE: Final = (
    "Version {version} is named no more: cases that run under it would have no rules. Do not sign unless you know why."
)
IN_FORCE: Final = "Version {new} takes the place of version {old}."
ROLE_OF: Final = "Version {version}, {role}: {people}"


def carried_lines(
    terminal: Terminal, before: Document | None, after: Document, paper: Path, given: Path | None
) -> dict[str, list[str]]:
    """By policy, what comes: versions, what they rule otherwise, roles. Raises NotToSign for a file of anything else.

    The file lies beside the paper unless it is `given`; each text counts only under its own hash.
    """
    file = given or paper.with_name(f"{paper.name}{ENDING}")
    texts = read_carried(file.read_bytes()) if file.is_file() else {}
    found = changed_policies(before, after, texts)
    missing = [terminal.words(NOT_CARRIED, file=paper.name + ENDING)]
    return {name: missing if change is None else _lines(terminal, change) for name, change in found.items()}


def _lines(terminal: Terminal, change: PolicyChange) -> list[str]:
    words = terminal.words
    lines = [f"{one.role}: {people(one.gained, one.lost)}" for one in change.roles]
    for version, one in change.other_roles:
        lines.append(words(ROLE_OF, version=version, role=one.role, people=people(one.gained, one.lost)))
    for was, new in change.in_place:
        differing = differing_lines(was, new, say_in(terminal))
        lines += [words(IN_PLACE, version=new.version), *(f"  {line}" for line in differing or [words(UNSHOWN)])]
    lines += [words(GONE, version=version) for version in change.gone]
    lines += _another_in_force(terminal, change)
    for one in change.added:
        lines.append(_added(terminal, one))
        lines += [] if change.before is None else _against(terminal, change.before, one)
    if change.same_page:
        same = change.before == change.now and not change.in_place
        lines.append(words(SAME_TEXT, version=change.now.version) if same else words(READERS_SAME))
    return lines


def _another_in_force(terminal: Terminal, change: PolicyChange) -> list[str]:
    """That another version is in force than before, and what that one rules otherwise, be it an old one again."""
    before, now = change.before, change.now
    if before is None or before.version == now.version:
        return []
    said = [terminal.words(IN_FORCE, old=before.version, new=now.version)]
    return said if now in change.added else said + _against(terminal, before, now)


def _added(terminal: Terminal, one: Policy) -> str:
    day = one.bound.effective and terminal.words.of(Words(day_zh(one.bound.effective), day_en(one.bound.effective)))
    return terminal.words(ADDED if day else ADDED_WITHOUT_DAY, version=one.version, day=day)


def _against(terminal: Terminal, before: Policy, one: Policy) -> list[str]:
    lines = differing_lines(before, one, say_in(terminal))
    said = terminal.words(DIFFERS if lines else SAME_RULES, old=before.version, new=one.version)
    return [said, *(f"  {line}" for line in lines)]
