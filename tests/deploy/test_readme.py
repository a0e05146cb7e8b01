"""The commands of deploy/README.md, held against the files that they are about."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PAGES = {"README.md": "## Update", "README.zh-CN.md": "## 升级"}
SERVICES = {file.stem for file in (DEPLOY / "systemd").glob("yanlu-*.service")}
WATCH_HOST = {"yanlu-watch", "yanlu-hr-upload", "yanlu-watch-weekly-run", "yanlu-watch-office"}
WITNESSED = {"yanlu-cosigned"}
STARTED_BY_OTHERS = {"yanlu-doctor@", "yanlu-alarm"}
"""They run for a moment and change nothing: the doctor by its timer, the alarm after one that failed."""
BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: str, heading: str = "") -> list[str]:
    """The lines of all blocks after a heading, as somebody types them."""
    text = (DEPLOY / page).read_text("utf-8")
    lines = [line for block in BLOCK.findall(text[text.index(heading) :]) for line in block.splitlines()]
    return [re.split(r"\s{3,}#", line)[0] for line in lines]


def names_after(word: str, text: str) -> list[list[str]]:
    """The unit names that follow `word` wherever it stands."""
    found = re.findall(rf"{word} ((?:yanlu-[a-z.@{{}},-]+ ?)+)", text)
    return [[re.sub(r"\{.*\}|\.service$", "", name) for name in shlex.split(one)] for one in found]


def triggers(service: str) -> list[str]:
    """What starts a service by itself: its socket and its timer, where it has them."""
    found = [DEPLOY / f"systemd/{service}.{kind}" for kind in ("socket", "timer")]
    return [file.name for file in found if file.is_file()]


@pytest.mark.parametrize("page", PAGES)
def test_an_update_stops_whatever_could_start_a_process_meanwhile(page: str) -> None:
    """All services stop, each after its socket or timer; tables change between that and the start; all start again."""
    lines = commands(page, PAGES[page])
    places = [next(at for at, line in enumerate(lines) if word in line) for word in ("stop", "roles apply", "start y")]
    # The backup before it all is a start as well.
    places[2] = max(at for at, line in enumerate(lines) if "systemctl start" in line)
    assert places == sorted(places)
    (stopped,) = names_after("systemctl stop", "\n".join(lines))
    here = SERVICES - WATCH_HOST - WITNESSED - STARTED_BY_OTHERS
    assert {name for name in stopped if "." not in name} == here
    assert "yanlu-doctor@.timer" in stopped
    for service in here:
        for trigger in triggers(service):
            assert stopped.index(trigger) < stopped.index(service), trigger
    started = names_after("systemctl start", "\n".join(lines))[-1]
    # A backup runs by its timer alone.
    assert [*started, "yanlu-backup"] == stopped
    text = (DEPLOY / page).read_text("utf-8")
    watch, witnessed = names_after("`", text[text.index(PAGES[page]) :].replace("`yanlu", "` yanlu"))
    for services, named in ((WATCH_HOST, watch), (WITNESSED, witnessed)):
        for service in services:
            for trigger in triggers(service):
                assert named.index(trigger) < named.index(service), trigger


@pytest.mark.parametrize("page", PAGES)
def test_set_up_and_update_bring_every_file(page: str) -> None:
    """Each unit, drop-in and nginx file is copied when a site is put up, and again by an update."""
    heading = PAGES[page]
    update = "\n".join(commands(page, heading))
    before = "\n".join(commands(page)).removesuffix(update)
    files = [file for folder in ("nginx", "systemd") for file in (DEPLOY / folder).rglob("*") if file.is_file()]
    for text, but in ((before, set[str]()), (update, {"renewed", "notices.conf", "network.conf"})):
        brought = {name for word in re.split(r"[\s;]+", text) for name in expanded(word)}
        missing = {str(file.relative_to(DEPLOY)) for file in files if file.name not in but} - brought
        assert missing == set()


def expanded(word: str) -> set[str]:
    """The files under deploy/ that a word of a command means, braces and stars as the shell reads them."""
    if not word.startswith("deploy/"):
        return set()
    several = re.fullmatch(r"(.*)\{(.*)\}(.*)", word)
    words = [f"{several[1]}{one}{several[3]}" for one in several[2].split(",")] if several else [word]
    found = [file for one in words for file in DEPLOY.parent.glob(one)]
    assert found, word
    return {str(file.relative_to(DEPLOY)) for file in found}


def test_both_languages_type_the_same() -> None:
    """But for the names that are one's own, the commands are the same word for word."""
    own = {
        "举报端域名": "YOUR-INTAKE",
        "工作台域名": "YOUR-DESK",
        "<您取得本软件的地方>": "<where you got it>",
        "您自己的地址": "YOUR-OWN-ADDRESS",
    }
    chinese = "\n".join(commands("README.zh-CN.md"))
    for ours, theirs in own.items():
        chinese = chinese.replace(ours, theirs)
    assert chinese.splitlines() == commands("README.md")
