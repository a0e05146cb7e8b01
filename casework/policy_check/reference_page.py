"""The reference of a policy file as a page, in one language: every key, then every act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from casework.policy_check.act_reference import ActEntry, act_entries
from casework.policy_check.key_examples import with_example
from casework.policy_check.key_reference import Key, bindings_keys, policy_keys
from casework.policy_check.policy_words import Say, in_chinese, in_english
from casework.words import Words

TITLE: Final = Words("制度文件参考", "Policy files: a reference")
OTHER: Final = Words("[English](policy.md)", "[中文](policy.zh-CN.md)")
INTRO: Final = Words(
    "制度文件、补定文件的每个键，以及案件中的每个步骤。本页由程序生成（`python -m tests.casework.write_policy_page`），"
    "与程序保持一致；在命令行里用 `yanlu policy keys [键]`、`yanlu policy acts [步骤]` 也能查到。"
    "怎样从制度原文走到开始运行，见 `docs/office.zh-CN.md`；完整的例子见 `casework/README.zh-CN.md`。",
    "Every key of a policy file and of its bindings, and every act that a case can know. This page is generated "
    "(`python -m tests.casework.write_policy_page`) and held to the code; `yanlu policy keys [KEY]` and `yanlu policy "
    "acts [ACT]` print the same. How to get from a written text to an office at work: `docs/office.md`. A whole file: "
    "`casework/README.md`.",
)
HEADS: Final = {
    "policy": Words("制度文件的键", "Keys of a policy file"),
    "bindings": Words("补定文件的键", "Keys of a bindings file"),
    "acts": Words("步骤", "Acts"),
}
NOTES: Final = {
    "policy": Words(
        "“必填”是指所在的表写了就必须有。`a.b` 表示表 `a` 里的 `b`。例子取自随产品提供的制度。没有列出的键一律不接受。",
        "“Needed” means: wherever its table stands. `a.b` is `b` in the table `a`. Examples are from the policies that "
        "ship. Any other key is refused.",
    ),
    "bindings": Words(
        "大写的是要换成本制度自己的名称：`CLOCK` 是时限编号，`ROLE` 是角色编号，等等。",
        "What is in capitals stands for a name of your policy: `CLOCK` for a clock's id, `ROLE` for a role's.",
    ),
    "acts": Words(
        "阶段里只能办它列出的步骤和通用规则。`yanlu desk act 案件 步骤` 办理一步；表中写出它要求什么。"
        "加密的结论、措施等只有查看人员打得开。一份制度中何时可以办哪一步，见 `yanlu policy show`。",
        "In a stage only what it lists can be done, and the common rules. `yanlu desk act CASE ACT` does an act; the "
        "table says what it asks. What is sealed is opened by the readers of the case alone. When an act may be "
        "done under a policy: `yanlu policy show`.",
    ),
}
KEY_COLUMNS: Final = Words(
    "键 | 类型 | 必填 | 不写则为 | 作用 | 例子", "key | kind | needed | else | what it does | example"
)
ACT_COLUMNS: Final = Words(
    "步骤 | 名称 | 作用 | 谁可以办 | 举报人得到什么 | 要求什么",
    "act | name | what it does | who may do it | what the reporter gets | what it asks",
)
NEEDED: Final = Words("是", "yes")


def policy_page(language: str) -> str:
    """The page in Markdown, `en` or `zh`."""
    say = in_chinese if language == "zh" else in_english
    return "\n".join(_lines(say)) + "\n"


def _lines(say: Say) -> Iterator[str]:
    yield from (f"# {say(TITLE)}", "", say(OTHER), "", say(INTRO), "")
    for part, keys in (("policy", policy_keys()), ("bindings", bindings_keys())):
        yield from (f"## {say(HEADS[part])}", "", say(NOTES[part]), "")
        yield from _table(say(KEY_COLUMNS), (_key_row(key, say, bindings=part == "bindings") for key in keys))
    yield from (f"## {say(HEADS['acts'])}", "", say(NOTES["acts"]), "")
    yield from _table(say(ACT_COLUMNS), (_act_row(one, say) for one in act_entries()))


def _table(columns: str, rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {columns} |"
    yield "|---" * (columns.count("|") + 1) + "|"
    yield from ("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)
    yield ""


def _key_row(key: Key, say: Say, *, bindings: bool) -> list[str]:
    example = with_example(key, bindings=bindings).example
    needed, shown = say(NEEDED) if key.needed else "", f"`{example}`" if example else ""
    return [f"`{key.path}`", say(key.kind), needed, f"`{key.default}`" if key.default else "", say(key.what), shown]


def _act_row(one: ActEntry, say: Say) -> list[str]:
    asks = ("；" if say is in_chinese else "; ").join(map(say, one.asks))
    return [f"`{one.act}`", say(one.name), say(one.what), say(one.who), say(one.reporter), asks]
