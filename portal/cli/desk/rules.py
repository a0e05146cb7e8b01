"""The rules and calendars that a member's cases run under, kept in the profile for work off line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from casework.deadlines.calendar_document import read_calendars
from casework.deadlines.calendars import Office
from casework.errors import RulesRefused
from casework.policy.document import read_rules
from casework.policy.policy import Policy
from casework.policy.questionnaire import read_page
from crypto import CryptoError, VerifiedDirectory, b64encode
from crypto.framing import sha256
from portal.cli.desk.client import DeskSession
from portal.cli.desk.profile import Profile
from portal.cli.errors import CommandError, Exit

UNSIGNED = "The keepers have not signed the office's calendars yet: no limit can be counted before `yanlu office sign`."
NOT_STORED = "The rules of your cases are not kept here: run `yanlu desk pull`."


@dataclass(frozen=True)
class StoredRules:
    """The policies by (id, version), and the days of each entity's office."""

    policies: dict[tuple[str, str], Policy]
    offices: dict[str, Office]


def fetch_rules(session: DeskSession, profile: Profile) -> None:
    """Keeps every version's rules that the pages of the verified directory name, each held against its hash.

    So are the calendars that the directory names. Raises CommandError for a document that is another one.
    """
    before = profile.rules() or {"documents": {}}
    known = cast("dict[str, str]", before["documents"])
    named: list[list[str]] = []
    documents: dict[str, str] = {}
    for policy in session.directory.content.policies:
        page = read_page(_fetched(session, "policies", b64encode(policy.hash)))
        versions = [(one.version, one.rules) for one in page.earlier]
        versions += [(policy.version, page.rules)] if page.rules is not None else []
        for version, rules in versions:
            named.append([policy.id, version, rules])
            documents[rules] = known.get(rules) or _fetched(session, "rules", rules).decode()
    signed = session.directory.content.calendars
    calendars = None if signed is None else _fetched(session, "calendars", b64encode(signed)).decode()
    profile.store_rules({"v": 1, "named": named, "documents": documents, "calendars": calendars})


def _fetched(session: DeskSession, kind: str, name: str) -> bytes:
    content = session.server.call("GET", f"/office/{kind}/{name}.json").content
    if b64encode(sha256(content)) != name:
        raise CommandError(Exit.NOT_VERIFIED, "A text that the office publishes is missing or was altered.")
    return content


def stored_rules(profile: Profile, directory: VerifiedDirectory) -> StoredRules:
    """What the last pull kept; raises CommandError where it kept nothing, or where it does not hold together."""
    stored: dict[str, Any] | None = profile.rules()
    if directory.content.calendars is None:
        raise CommandError(Exit.NOT_VERIFIED, UNSIGNED)
    if stored is None or stored["calendars"] is None:
        raise CommandError(Exit.NOTHING_THERE, NOT_STORED)
    try:
        offices = read_calendars(stored["calendars"].encode())
        policies = {
            (policy, version): read_rules(stored["documents"][rules].encode())
            for policy, version, rules in stored["named"]
        }
    except (RulesRefused, CryptoError, KeyError, ValueError, json.JSONDecodeError) as error:
        raise CommandError(Exit.NOT_VERIFIED, "A text that the office publishes is missing or was altered.") from error
    entities = {entity.id for entity in directory.content.entities}
    return StoredRules(policies, {name: office for name, office in offices.items() if name in entities})
