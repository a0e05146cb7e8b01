"""Names known on a case, to be blanked in what is published of it: those concerned, the reporter's own, members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casework.protection.unnamed import names_in
from casework.rules.acts import Attribute
from crypto import Named, Report, VerifiedDirectory
from portal.cli.desk.case_state import RuledCase
from portal.cli.desk.client import OpenedCase

CONCERNED: Final = "persons"
"""The question under which the policies ask who is concerned."""


def names_on(opened: OpenedCase, ruled: RuledCase, directory: VerifiedDirectory) -> tuple[str, ...]:
    """Each once: of those complained of, of the reporter where they gave it to the office, of members in the case.

    What the page of publication begins with, in `templates/desk/publication/prefill.ts`, but for names that custodians
    unsealed, which only a browser opens.
    """
    names = (*_written(opened), *_members(opened, ruled, directory))
    return tuple(dict.fromkeys(stripped for name in names if (stripped := name.strip())))


def _written(opened: OpenedCase) -> Iterator[str]:
    for entry in opened.thread.verified:
        content = entry.inner.content if entry.inner else None
        if isinstance(content, Named):
            yield content.name
        if isinstance(content, Report):
            concerned = (one.value for one in content.answers if one.id == CONCERNED)
            yield from (name for said in concerned if isinstance(said, str) for name in names_in(said))


def _members(opened: OpenedCase, ruled: RuledCase, directory: VerifiedDirectory) -> Iterator[str]:
    body, codes = opened.grant.body, ruled.case.codes
    reports = (one.inner.content for one in opened.thread.verified if one.inner)
    excluded = [one for content in reports if isinstance(content, Report) for one in content.excluded]
    actors = [entry.event.actor for entry in ruled.entries]
    handling = [codes[code] for code in (Attribute.HANDLER, Attribute.DEPUTY) if code in codes]
    for one in dict.fromkeys([*excluded, *body.excluded, *body.holders, *actors, *handling, *ruled.case.recused]):
        member = directory.member(one)
        if member is not None:
            yield from (text for _, text in member.name.texts)
