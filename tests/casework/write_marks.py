"""Puts the matrix of the last run into both pages: python -m tests.casework.write_marks."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from casework.policy_check.coverage import (
    COVERAGE_FILE,
    Coverage,
    MarkResult,
    code_digests,
    is_stale,
    matrix_page,
    read_coverage,
)
from tests.casework.marks.book import declared
from tests.casework.marks.reached import needs_a_command, without_a_case

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = {"en": ROOT / "docs/marks.md", "zh": ROOT / "docs/marks.zh-CN.md"}
BLOCK: Final = re.compile(r"(<!-- marks -->\n).*?(<!-- end of marks -->)", re.DOTALL)
SAID: Final = {
    "en": (
        "**{held} of {of}** marks can be done by somebody (●), **{half}** are modelled only (◐): {none} of these rest"
        " on code that nothing but tests calls, {partly} partly. {lives} of the tests live a case, {others} build none."
        " Run on commit `{commit}`; ○ is not shown yet."
    ),
    "zh": (
        "**{of} 项中 {held} 项**有人能做到（●），**{half} 项**只有模型（◐）：其中 {none} 项所依据的代码只有测试调用，"
        "{partly} 项部分如此。{lives} 项测试走一遍案件，{others} 项不建案件。运行于提交 `{commit}`；○ 尚未证明。"
    ),
}
COMMANDS: Final = {
    "en": (
        "Command: **{count}** of these marks are done, wholly or in part, by the command line alone (`yanlu policy`,"
        " `yanlu stats`, `yanlu desk act`); no page runs that code. By capability: {list}."
    ),
    "zh": (
        "命令：其中 **{count} 项**全部或部分只能用命令行完成（`yanlu policy`、`yanlu stats`、`yanlu desk act`），"
        "页面不运行那部分代码。按能力列出：{list}。"
    ),
}
HALF: Final = (MarkResult.PARTLY, MarkResult.MODELLED)
FOLDED: Final = {
    "en": "{rows} capabilities × {columns} policies",
    "zh": "{rows} 项能力 × {columns} 份制度",
}


def by_command(coverage: Coverage, language: str) -> str:
    """The marks of which the command line alone does a part, by capability."""
    found = [one for name, one in declared().items() if name in coverage.marks and needs_a_command(one)]
    order = [row.id for row in coverage.capabilities]
    rows = {row: [one.policy for one in found if one.capability == row] for row in order}
    between = "；" if language == "zh" else "; "
    said = between.join(f"{row} {' '.join(policies)}" for row, policies in rows.items() if policies)
    return COMMANDS[language].format(count=len(found), list=said)


def block(coverage: Coverage, language: str) -> str:
    """What stands between the two marks of a page."""
    counts = {"held": coverage.count(MarkResult.HOLDS), "of": len(coverage.marks), "half": coverage.count(*HALF)}
    counts |= {"none": coverage.count(MarkResult.MODELLED), "partly": coverage.count(MarkResult.PARTLY)}
    counts |= {"others": len(without_a_case()), "lives": len(declared()) - len(without_a_case())}
    said = SAID[language].format(**counts, commit=coverage.commit[:12])
    folded = FOLDED[language].format(rows=len(coverage.capabilities), columns=len(coverage.policies))
    columns = " · ".join(f"{one.number} `{one.policy}`" for one in coverage.policies)
    table = "\n".join(matrix_page(coverage, language))
    said += f"\n\n{by_command(coverage, language)}"
    return f"{said}\n\n<details><summary>{folded}</summary>\n\n{columns}\n\n{table}\n\n</details>\n"


def put_in(page: str, made: str) -> str:
    """The page with another block between its two marks."""
    return BLOCK.sub(lambda found: found[1] + made + found[2], page)


def main() -> None:
    """Writes both pages; refuses a run that is not of this very code as committed, or in which a mark failed."""
    coverage = read_coverage(COVERAGE_FILE.read_bytes())
    if not coverage.clean or is_stale(coverage, code_digests()) or coverage.count(MarkResult.FAILS):
        sys.exit("commit, then run pytest tests/casework/test_seed_matrix.py, and let no mark fail")
    for language, page in PAGES.items():
        page.write_text(put_in(page.read_text("utf-8"), block(coverage, language)), "utf-8")


if __name__ == "__main__":
    main()
