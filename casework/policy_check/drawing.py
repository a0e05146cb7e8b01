"""A policy as a flow chart in SVG: no script, no link, no font from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from casework.policy.policy import Policy
from casework.policy_check.policy_words import Say, role_name, say_act, say_length
from casework.rules.acts import TRAITS, Party
from casework.rules.flow import ActRule, Stage, StageId

WIDTH: Final = 300
HEIGHT: Final = 52
GAP: Final = 46
LEFT: Final = 40
TOP: Final = 64
LANE: Final = 26
FONT: Final = "font-family='Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif'"
HALO: Final = "font-size='12' stroke='#ffffff' stroke-width='4' paint-order='stroke'"
"""Words stay readable where a line crosses them."""
INK, LINE, PAPER, END, MUTED, REPORTER = "#1d2733", "#5b6b7b", "#eef3f8", "#dfe9df", "#556270", "#9a4a00"


def draw(policy: Policy, say: Say) -> str:
    """The chart: stages from top to bottom in the order of the text, arrows with the acts that lead on.

    What the reporter does is drawn in another colour and dashed, so that it is told apart without colour too.
    """
    rules = policy.rules
    rows = {stage.id: number for number, stage in enumerate(rules.stages)}
    arrows = list(_arrows(policy))
    lanes = _lanes(arrows, rows)
    width = LEFT + WIDTH + 60 + LANE * (len(lanes) + 1) + 240
    height = TOP + len(rows) * (HEIGHT + GAP) + 20 * (1 + len(rules.clocks))
    title = escape(f"{say(policy.title)} ({policy.id} {policy.version})")
    size = f"viewBox='0 0 {width} {height}' width='{width}' height='{height}'"
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' role='img' {size} {FONT} font-size='14'>",
        f"<title>{title}</title>",
        f"<rect width='{width}' height='{height}' fill='#ffffff'/>",
        f"<text x='{LEFT}' y='34' font-size='18' fill='{INK}'>{title}</text>",
        *(_stage(policy, stage, rows[stage.id], say) for stage in rules.stages),
        *(_arrow(rows, lanes, number, arrow, say) for number, arrow in enumerate(arrows)),
        *_clocks(policy, TOP + len(rows) * (HEIGHT + GAP), say),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


Arrow = tuple[StageId, StageId, tuple[ActRule, ...]]


def _arrows(policy: Policy) -> Iterator[Arrow]:
    """Every pair of stages that acts connect, with these acts."""
    for stage in policy.rules.stages:
        ahead: dict[StageId, list[ActRule]] = {}
        for rule in policy.rules.acts_in(stage):
            for to in rule.to:
                ahead.setdefault(to, []).append(rule)
        yield from ((stage.id, to, tuple(rules)) for to, rules in ahead.items())


def _lanes(arrows: list[Arrow], rows: dict[StageId, int]) -> dict[int, tuple[int, int]]:
    """A lane to the right for each arrow that does not lead to the very next stage, and its place at its stage."""
    far = [number for number, (start, to, _) in enumerate(arrows) if rows[to] != rows[start] + 1]
    places = {number: sum(arrows[one][0] == arrows[number][0] for one in far if one < number) for number in far}
    return {number: (lane, places[number]) for lane, number in enumerate(far)}


def _y(row: int) -> int:
    return TOP + row * (HEIGHT + GAP)


def _stage(policy: Policy, stage: Stage, row: int, say: Say) -> str:
    y, fill = _y(row), END if stage.end else PAPER
    actors = escape(", ".join(role_name(policy, role, say) for role in stage.actors))
    return (
        f"<rect x='{LEFT}' y='{y}' width='{WIDTH}' height='{HEIGHT}' rx='8' fill='{fill}' stroke='{LINE}'/>"
        f"<text x='{LEFT + 14}' y='{y + 22}' fill='{INK}'>{row + 1}. {escape(say(stage.name))}</text>"
        f"<text x='{LEFT + 14}' y='{y + 41}' font-size='12' fill='{MUTED}'>{actors}</text>"
    )


def _arrow(rows: dict[StageId, int], lanes: dict[int, tuple[int, int]], number: int, arrow: Arrow, say: Say) -> str:
    start, to, rules = arrow
    words = escape(" / ".join(dict.fromkeys(say_act(rule.act, say) for rule in rules)))
    reporters = all(TRAITS[rule.act].party is Party.REPORTER for rule in rules)
    ink = REPORTER if reporters else LINE
    style = f"fill='none' stroke='{ink}'" + (" stroke-dasharray='5 4'" if reporters else "")
    if number not in lanes:
        x, y = LEFT + WIDTH // 2, _y(rows[start]) + HEIGHT
        return (
            f"<path d='M{x} {y}V{y + GAP - 6}' {style}/>{_head(x, y + GAP, 0, 1, ink)}"
            f"<text x='{x + 10}' y='{y + 28}' {HALO} fill='{ink}'>{words}</text>"
        )
    edge, (lane, place) = LEFT + WIDTH, lanes[number]
    x = edge + 40 + LANE * lane
    leave, arrive = _y(rows[start]) + HEIGHT // 2 + 4 + 15 * place, _y(rows[to]) + HEIGHT // 2 - 12
    return (
        f"<path d='M{edge} {leave}H{x}V{arrive}H{edge + 6}' {style}/>{_head(edge, arrive, -1, 0, ink)}"
        f"<text x='{x + 6}' y='{leave + 4}' {HALO} fill='{ink}'>{words}</text>"
    )


def _head(x: int, y: int, dx: int, dy: int, ink: str) -> str:
    """An arrow's head at its point."""
    back, side = (x - 8 * dx, y - 8 * dy), (4 * dy, 4 * dx)
    points = f"{x},{y} {back[0] + side[0]},{back[1] + side[1]} {back[0] - side[0]},{back[1] - side[1]}"
    return f"<polygon points='{points}' fill='{ink}'/>"


def _clocks(policy: Policy, y: int, say: Say) -> Iterator[str]:
    """The clocks, one line each."""
    for number, clock in enumerate(policy.rules.clocks):
        who = role_name(policy, clock.who, say)
        words = escape(f"{say(clock.name)}: {say_length(clock, say)} ({who})")
        yield f"<text x='{LEFT}' y='{y + 20 * number}' font-size='12' fill='{INK}'>{words}</text>"
