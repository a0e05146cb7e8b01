"""One Chinese word for one thing, on pages, in commands and in the pages of documentation."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
LOCALE = ROOT / "templates/locale/zh/LC_MESSAGES"
# What is not said, and what is.
STRAY = {
    "备注": "内部记录",
    "打开关联": "打开连结",
    "打开的关联": "打开的连结",
    "接触本案": "永久回避",
    "有权查看人员": "查看人员",
    "查看授权变更": "查看人员变更",
    "案件记号": "案件核对码",
    "案件标记": "案件核对码",
    "代理人编号": "代理经办人编号",
    "公布文字": "公示稿",
    "公布稿": "公示稿",
    "加密封装": "加密",
    "绑定文件": "补定文件",
}


def said() -> dict[str, list[str]]:
    """Every Chinese text by the file that holds it: catalogues, the table of roles, documentation."""
    texts: dict[str, list[str]] = {}
    for path in LOCALE.glob("*.po"):
        with path.open("rb") as file:
            texts[path.name] = [str(one.string) for one in read_po(file, locale="zh")]
    pages = [
        ROOT / "portal/permissions/permissions.toml",
        *ROOT.glob("*.zh-CN.md"),
        *ROOT.glob("crypto/*.zh-CN.md"),
        *ROOT.glob("docs/**/*.zh-CN.md"),
    ]
    return texts | {str(path.relative_to(ROOT)): path.read_text("utf-8").splitlines() for path in pages}


@pytest.mark.parametrize(("stray", "word"), STRAY.items())
def test_one_thing_has_one_chinese_word(stray: str, word: str) -> None:
    """No text says the other word, and some do say the one that stands for it."""
    texts = said()
    assert {name: one for name, lines in texts.items() for one in lines if stray in one} == {}
    assert any(word in one for lines in texts.values() for one in lines)
