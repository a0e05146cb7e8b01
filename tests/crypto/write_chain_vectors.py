# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of a pin that a case has left behind by several epochs, and each way to lead it elsewhere."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import crypto
from crypto.framing import b64encode
from tests.crypto.moves import Link, Mover
from tests.crypto.sample import Drawn, filed
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import office_of, staff_of

Json = dict[str, Any]
TWO = {"regrant_threshold": 2}
AWAY = "qian-yu"
STAY = ["sun-fang", AWAY]
# One who was removed, and a custodian, who may hold no case.
PLOT = ["li-wei", "bao-guan-1"]


class Chain:
    """A case of li-wei, sun-fang and qian-yu; zhao-min is excluded. qian-yu is away from the first grant on."""

    def __init__(self, name: str) -> None:
        self.case = filed(name, ("zhao-min",), regrant_threshold=2)
        self.rng = Drawn(f"{name}/moves")
        self.mover = Mover(self.case.directory, self.case.office.staff, self.rng)
        self.first = Link(self.case.grant(AWAY), self.case.packet, None, None, [self.case.report])
        self.one = self.move(self.first, STAY, STAY)
        self.two = self.move(self.one, [*STAY, "wai-bu"], STAY)
        self.three = self.move(self.two, [*STAY, "wai-bu"], ["sun-fang", "wai-bu"])

    def move(self, link: Link, holders: list[str], signers: Sequence[str], **changes: Any) -> Link:
        """The next grant, of which nothing is asked."""
        return self.mover.move(link, holders, signers, **changes)

    def told_again(self) -> Link:
        """The first re-grant, told with a broken notice, and again once something was written under its key."""
        staff, made, directory = self.case.office.staff("sun-fang"), self.one, self.case.directory
        assert made.proof is not None
        broken = {**made.items[-1], "mac": b64encode(bytes(32))}
        thread = crypto.read_case(directory, made.grant, [*self.first.items, broken], [crypto.read_item(broken).hash])
        reply = crypto.seal_reply(staff, directory, made.grant, thread, crypto.Message("收到。"), self.rng)
        again = crypto.resend_notice(made.grant, crypto.thread_after(thread, reply), made.proof, self.rng)
        return replace(made, items=[*self.first.items, broken, reply.document(), again.document()])

    def plotted(self, first: Sequence[str] = PLOT) -> Link:
        """Two re-grants, the second signed by those whom the first, of their own making, names as holders."""
        holders = [*PLOT, AWAY]
        return self.move(self.move(self.first, holders, first), holders, PLOT)

    def given(self, to: Link, **changes: Any) -> Json:
        """A case as it is served to qian-yu, who has pinned the first grant."""
        return {
            "office": {"$": "office"}, "staff": staff_of(self.case, AWAY), "pin": None, "before": b64encode(self.first.packet),
            "packet": b64encode(to.packet), "history": to.history and b64encode(to.history), "items": to.items,
        } | changes  # fmt: skip


def chains() -> VectorFile:
    """A pin that a case has left behind by several epochs."""
    chain = Chain("vector-chain")
    out = VectorFile("chain", "SPEC §5: a grant several epochs after the pin", office=office_of(chain.case, **TWO))
    good: dict[str, tuple[Link, Json]] = {
        "the pinned grant": (chain.first, {}),
        "the next epoch, which check_proof looks at": (chain.one, {"items": chain.first.items}),
        "two epochs further on": (chain.two, {}),
        "three epochs further on, with somebody who joined": (chain.three, {}),
        "from a later pin": (chain.three, {"before": b64encode(chain.one.packet)}),
        "the move between told again behind items of its epoch": (chain.move(chain.told_again(), STAY, STAY), {}),
    }
    for name, (link, changes) in good.items():
        out.good("check_chain", name, **chain.given(link, **changes))
    for name, (link, changes) in _led_astray(chain).items():
        out.bad("check_chain", name, "successor", **chain.given(link, **changes))
    return out


def _led_astray(chain: Chain) -> dict[str, tuple[Link, Json]]:
    """What those who were removed, or the maker of the newest grant, may do with the server."""
    plotted, [report, first, second] = chain.plotted(), chain.two.items
    barred = chain.move(chain.first, [*STAY, "zhao-min"], STAY)
    stranger = chain.move(chain.first, [*STAY, "bao-guan-1"], STAY)
    early = chain.move(chain.one, STAY, STAY, day="2026-11-01")
    return {
        "a grant before it that nobody knows": (plotted, {"items": [report]}),
        "a move between that a holder and a stranger signed": (plotted, {}),
        "a move between that one holder alone signed": (chain.plotted(PLOT[:1]), {}),
        "a move between that nobody signed": (chain.plotted(()), {}),
        "other holders before than were signed": (chain.move(chain.one, [*PLOT, AWAY], PLOT, previous_holders=PLOT), {}),
        "another grant before than was signed": (chain.move(chain.one, STAY, STAY, previous=bytes(32)), {}),
        "a move between that does not follow the pin": (chain.move(chain.move(chain.first, STAY, STAY, previous=bytes(32)), STAY, STAY), {}),
        "the move between is withheld": (chain.two, {"items": [report, second]}),
        "the first of two moves between is withheld": (chain.three, {"items": [report, *chain.three.items[2:]]}),
        "the last of two moves between is withheld": (chain.three, {"items": [report, first, chain.three.items[3]]}),
        "the history is withheld": (chain.two, {"history": None}),
        "dated before the move between": (early, {}),
        "a move between dated before the one before": (chain.move(early, STAY, STAY), {}),
        "somebody excluded joined between": (chain.move(barred, STAY, STAY), {}),
        "somebody who may hold no case joined between": (chain.move(stranger, STAY, STAY), {}),
        "another entity": (chain.move(chain.one, STAY, STAY, entity="branch"), {}),
    }  # fmt: skip
