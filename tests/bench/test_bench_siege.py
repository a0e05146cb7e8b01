"""What others meet while one client attacks the shipped site for two minutes, and what that costs in memory."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from tests.support.attacks.honest_traffic import attack_site
from tests.support.measuring.bench_table import Figures, Part, Row, Words, number
from tests.support.servers.nginx_site import running_site
from tests.support.stores.backends import ready_embedded_stores

SECONDS = 120
DEEDS = {
    "page": Words("first page and directory", "首页与名录"),
    "file": Words("a report with 10 MB", "附 10 MB 文件的举报"),
    "poll": Words("looking into a mailbox", "查看信箱"),
    "bundle": Words("handing a sealed bundle in", "提交密封包"),
    "sign-in": Words("signing in at the desk", "登录工作台"),
}
MOST_MB = {
    "nginx": (150, Words("nginx, all processes", "nginx，全部进程")),
    "intake": (200, Words("an intake process", "举报端的一个进程")),
    "desk": (1300, Words("a desk process", "工作台的一个进程")),
    "worker": (200, Words("the worker", "后台")),
}
PATIENCE_SECONDS = 30


@pytest.mark.timeout(1200)
def test_others_go_on_under_attack(figures: Figures, tmp_path: Path, prepared: Path) -> None:
    """The slowest of each deed, beside its median at ease; the most memory of each process; refusals of others."""
    with running_site(ready_embedded_stores(tmp_path, prepared)) as site:
        met = attack_site(site, tmp_path, SECONDS)
    for name, words in DEEDS.items():
        ease = f"{median(met.before[name]):.2f} s"
        beside = Words(
            f"at ease {ease}; {len(met.during[name])} times", f"空闲时 {ease}；共 {len(met.during[name])} 次"
        )
        what = Words(f"{words.en}, slowest", f"{words.zh}，最慢")
        figures.at_most(Part.SIEGE, what, max(met.during[name]), PATIENCE_SECONDS, "s", beside)
    for name, (most, words) in MOST_MB.items():
        figures.at_most(
            Part.SIEGE, Words(f"{words.en}, most memory", f"{words.zh}，内存峰值"), met.most[name], most, "MB"
        )
    refused = sum(count for code, count in met.said.items() if code >= 500)
    words = Words("others told to wait or that something failed", "其他人被告知等待或失败")
    figures.add(Row(Part.SIEGE, words, f"{refused} / {number(met.said.total())}", "0", refused == 0))
    asked = sum(met.attacker.values())
    figures.add(
        Row(Part.SIEGE, Words("whole calls of the attacker answered", "攻击者得到答复的完整调用"), number(asked))
    )
    assert refused == 0
