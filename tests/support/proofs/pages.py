"""The list of proofs as pages, and what a release refuses: python -m tests.support.proofs.pages [--refuse]."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support.proofs.promises import Proof, is_left_to_soak, left_to_soak, old_proofs, proof_of, read_proofs
from tests.support.suite.distribution import in_slow_place

ROOT: Final = Path(__file__).resolve().parents[3]
PROPERTY: Final = re.compile(r"^\| (\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
CITED: Final = re.compile(r"`(tests/[\w/.]+)`")
ENDINGS: Final = {"en": ".md", "zh": ".zh-CN.md"}
RUNS: Final = {
    "en": {"unit": "`make test-unit`", "suite": "`make test`", "soak": "`make soak`"},
    "zh": {"unit": "`make test-unit`", "suite": "`make test`", "soak": "`make soak`"},
}
PAGE: Final = {
    "en": """# Proofs

[中文](proofs.zh-CN.md)

Every promise of [SECURITY](../SECURITY.md) with the tests that hold it and the command that runs them: `make \
test-unit` (no browser, no database), `make test` (both stores, real browsers, each landing), `make soak` \
(long runs, and whatever `make test` did not draw). Of tests that say nearly the same in another browser, language \
or store, and of long journeys along one road, `make test` runs one, drawn by the state of the code \
([ADR 21](adr/0021-journeys-are-drawn.md)). Written by `python -m \
tests.support.proofs.pages`. The models of the protocol are in [proofs/](proofs/README.md).

## The 25 properties
| | property | test | run by |
|---|---|---|---|
{properties}

## Also cited
| test | run by |
|---|---|
{others}

## Only `make soak` runs these
`make soak` notes each pass in `proofs.json` with a digest of the code that the test reaches. `make test` \
says how many of these proofs are older than their code; `make release` refuses them.

| test | last passed |
|---|---|
{soaks}
""",
    "zh": """# 证明清单

[English](proofs.md)

[SECURITY](../SECURITY.zh-CN.md) 的每一项承诺、守住它的测试、运行测试的命令：`make \
test-unit`（不用浏览器和数据库）、`make test`（两种存储、真实浏览器，每次合入都运行）、`make \
soak`（长时间运行，以及 `make test` 没有抽到的）。在不同浏览器、语言、存储里内容几乎相同的测试，以及走同一条路的\
长旅程，`make test` 每组抽一个运行，由代码的状态抽定（[ADR 21](adr/0021-journeys-are-drawn.md)）。由 `python -m \
tests.support.proofs.pages` 写成。协议的形式模型见 [proofs/](proofs/README.zh-CN.md)。

## 二十五项性质
| | 性质 | 测试 | 由何运行 |
|---|---|---|---|
{properties}

## 另外引用的
| 测试 | 由何运行 |
|---|---|
{others}

## 只由 `make soak` 运行的
`make soak` 把每次通过记入 `proofs.json`，连同测试所及代码的摘要。`make test` \
报告其中多少项证明早于现在的代码；`make release` 拒绝发布这样的版本。

| 测试 | 最近通过 |
|---|---|
{soaks}
""",
}
NEVER: Final = {"en": "not yet", "zh": "尚未记录"}


def tier(test: str) -> str:
    """Which command runs a test file first."""
    if is_left_to_soak(test):
        return "soak"
    return "suite" if in_slow_place(ROOT / test) else "unit"


def page(language: str, security: str, proofs: Mapping[str, Proof]) -> str:
    """The list in one language, from that language's SECURITY page."""
    runs = RUNS[language]
    properties: list[str] = []
    listed: set[str] = set()
    for number, words, held in PROPERTY.findall(security):
        tests = CITED.findall(held)
        listed.update(tests)
        properties += [f"| {number} | {words} | `{one}` | {runs[tier(one)]} |" for one in tests]
    others = sorted(set(CITED.findall(security)) - listed)
    return PAGE[language].format(
        properties="\n".join(properties),
        others="\n".join(f"| `{one}` | {runs[tier(one)]} |" for one in others),
        soaks="\n".join(f"| `{one}` | {_day(proof_of(one, proofs), language)} |" for one in left_to_soak()),
    )


def _day(proof: Proof | None, language: str) -> str:
    return NEVER[language] if proof is None else proof.day.isoformat()


def pages() -> dict[Path, str]:
    """Both pages as they should be now."""
    proofs = read_proofs()
    return {
        ROOT / f"docs/proofs{ending}": page(language, (ROOT / f"SECURITY{ending}").read_text("utf-8"), proofs)
        for language, ending in ENDINGS.items()
    }


def main() -> int:
    """Writes the pages; with `--refuse` writes nothing and lists the proofs that are older than their code."""
    if sys.argv[1:] == ["--refuse"]:
        old = old_proofs(left_to_soak(), read_proofs())
        for test in old:
            print(f"older than its code: {test}")  # noqa: T201  # a command
        return int(bool(old))
    for file, text in pages().items():
        file.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
