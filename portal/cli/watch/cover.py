"""Cover entries of a sitting: asked of the watch's host, sealed like any other, entered among the real ones."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crypto import VerifiedDirectory, b64encode
from crypto.watch.protection import Bond, Linked, Protection, RequestKind, seal_link
from portal.cli.responses.watch import read_cover
from portal.cli.watch.officer import OfficerCalls

NEAR = 4096
"""So many at a time the host plans cover for: a crowd that somebody enrols keeps nobody else waiting."""


@dataclass
class Covered:
    """Requests for cover, as the host accepts them, and how many more there should be."""

    requests: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    missing: int = 0


def cover_of(
    calls: OfficerCalls, directory: VerifiedDirectory, requested: Iterable[Protection], known: Mapping[str, str]
) -> Covered:
    """This month's cover at every entity that is watched, ten for each person who is named now."""
    near: dict[str, list[str]] = {
        one.id: [] for one in directory.content.entities if one.watch is not None and one.watch.active
    }
    for request in requested:
        if request.request is RequestKind.PROTECT and request.entity in near:
            near[request.entity].append(request.employee or known[request.name])
    found = Covered()
    for entity, employees in near.items():
        planned = calls.read(read_cover, "POST", "/api/cover", {"v": 1, "entity": entity, "near": employees[:NEAR]})
        found.missing += planned["missing"]
        found.requests += [cover_request(directory, entity, employee) for employee in planned["employees"]]
    return found


def cover_request(directory: VerifiedDirectory, entity: str, employee: str) -> dict[str, object]:
    """One statistical cover entry: its sealed link says so, and nothing about the person."""
    link = seal_link(directory, entity, Linked(Bond.COVER, None), os.urandom)
    return {"entity": entity, "employee": employee, "marks": [], "link": b64encode(link), "ends": False, "packet": None}
