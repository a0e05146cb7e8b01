"""Policies: what ships is whole and quotes its text, and every wrong file is refused by file, key, reason."""

from __future__ import annotations

import ast
import json
import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from casework.engine.case import fold, opening
from casework.engine.codes import wrong_code
from casework.errors import PolicyError, PolicyUnbound
from casework.intake.on_behalf import WHO_REPORTS
from casework.legal_sources import Source
from casework.policy.binding import bind_policy
from casework.policy.document import read_rules, rules_document
from casework.policy.policy import Policy, policy_document
from casework.policy.quotations import misquoted
from casework.policy.reader import (
    read_policy,
    shipped_bindings,
    shipped_policies,
    shipped_policy,
)
from casework.rules.acts import Act, Attribute

NAME = "company-whistleblowing"
ROOT = Path(__file__).resolve().parents[2]
CONTENT = (ROOT / f"casework/policies/{NAME}.toml").read_text("utf-8")
P18: Final = "employee-complaint-resolution-sla"
NAMED: Final = '[[departments]]\nname = { zh = "薪酬科", en = "Payroll" }'
SMALL = "# 第一行\n违法违规行为、腐败行为等\n"


def bound(name: str = NAME) -> Policy:
    """A shipped policy with the bindings that ship with it."""
    return bind_policy(shipped_policy(name), shipped_bindings(name), "bindings.toml")


@pytest.mark.parametrize("name", shipped_policies())
def test_every_shipped_policy_reads_and_has_bindings(name: str) -> None:
    """Nothing that ships is half: with its bindings every policy gives a document of its own id."""
    assert json.loads(policy_document(bound(name)))["id"] == name


def test_the_document_is_what_pages_are_written_against() -> None:
    """The document that pages read is, key by key, the one written down beside this test."""
    published = json.loads((ROOT / f"tests/casework/{NAME}.json").read_text("utf-8"))
    assert json.loads(policy_document(bound())) == published


def test_a_page_names_its_kinds_only_where_there_are_several() -> None:
    """Under P17 each kind has the categories of its own; a policy with one kind publishes none, as before."""
    kinds = json.loads(policy_document(bound("grievance-and-whistleblowing-scope")))["kinds"]
    assert [(one["id"], one["name"]["zh"]) for one in kinds] == [("complaint", "投诉"), ("report", "举报")]
    assert [("wages" in one["categories"], "hacking" in one["categories"]) for one in kinds] == [
        (True, False),
        (False, True),
    ]
    assert "kinds" not in json.loads(policy_document(bound("airline-complaint")))


def test_the_document_is_canonical() -> None:
    """The same policy gives the same bytes, keys sorted, no spaces: the directory names their hash."""
    document = policy_document(bound())
    again = json.dumps(json.loads(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert document == again.encode()


def test_only_the_account_must_be_answered_and_branches_go_forward() -> None:
    """Every question may be left open; each branch asks for an answer given before it."""
    policy = bound()
    known = {"category": {str(category.id) for category in policy.categories}}
    branching = [question for question in policy.questions if question.when]
    for question in policy.questions:
        if question.when:
            assert set(question.when.answers) <= known[question.when.question]
        known[question.id] = {choice.id for choice in question.choices}
    assert len(branching) >= 2
    assert policy.account.label.zh


def test_an_open_promise_is_not_published() -> None:
    """Where the text gives no number and the operator has bound none, the missing keys are named."""
    with pytest.raises(PolicyUnbound) as refused:
        policy_document(shipped_policy(NAME))
    assert refused.value.missing == ("days.acknowledge", "days.first-answer", "days.result")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('version = "1"', 'version = "1"\ncolour = "red"', "colour"),
        ('zh = "公司投诉举报管理制度"\n', "", "title.zh"),
        ('en = "Company whistleblowing policy"', 'en = " "', "title.en"),
        ('kind = "long-text"', 'kind = "essay"', "questions[persons].kind"),
        ('id = "retaliation"', 'id = "other"', "categories[other]"),
        ('id = "embezzlement"', 'id = "Embezzlement"', "categories[Embezzlement].id"),
        ('question = "known"', 'question = "ongoing"', "questions[told-by-many].when"),
        ('is = ["saw", "told"]', 'is = ["saw", "dreamt"]', "questions[told-by-many].when"),
        ('id = "acknowledge"', 'id = "applause"', "promises[applause].id"),
        ("line = 55", "line = 0", "title.source.line"),
        ('id = "known"', 'id = "category"', "questions[category].id"),
    ],
)
def test_a_wrong_policy_file_is_refused_by_file_key_and_reason(old: str, new: str, key: str) -> None:
    """Unknown, missing, empty, double and impossible entries are each named."""
    assert old in CONTENT
    with pytest.raises(PolicyError) as refused:
        read_policy(CONTENT.replace(old, new, 1).encode(), "mine.toml")
    assert (refused.value.file, refused.value.key) == ("mine.toml", key)
    assert refused.value.reason


FAULTS = (
    ('version = "1"\n', "", "version", "is missing"),
    ('kind = "department"\n', "", "roles[company].kind", "is missing"),
    ('en = "Company whistleblowing policy"', 'en = " "', "title.en", "must be a text that is not empty"),
    ('id = "embezzlement"', 'id = "E"', "categories[E].id", "must be lower-case letters, digits and hyphens"),
    ("line = 55", "line = 0", "title.source.line", "must be a whole number from 1 to"),
    ('kind = "long-text"', 'kind = "essay"', "questions[persons].kind", "must be one of"),
    ('is = ["saw", "told"]', 'is = "saw"', "questions[told-by-many].when.is", "must be a list of ids"),
    ('[title.source]\nline = 55\nquote = "公司投诉举报管理制度"', "source = 1", "title.source", "must be a table"),
    ('state = "whole"', 'state = "whole"\ngrades = 5', "grades", "must be a list of tables"),
    ('name = { zh = "归档", en = "Archived" }', 'name = { en = "Archived" }', "stages[archived].name.zh", "is missing"),
    (
        'name = { zh = "归档", en = "Archived" }',
        "name = { " + ", ".join(f'{tag} = "x"' for tag in ("zh", *(f"a{one}" for one in "abcdefghijklmnop"))) + " }",
        "stages[archived].name.zh",
        "must be in at most 16 languages",
    ),
    (
        'name = { zh = "归档", en = "Archived" }',
        'name = { zh = "归档", EN = "x" }',
        "stages[archived].name.EN",
        "must be a language tag, like fr or zh-Hant",
    ),
    (
        'name = { zh = "归档", en = "Archived" }',
        'name = { zh = "归档", en = " " }',
        "stages[archived].name.en",
        "must be a text that is not empty",
    ),
    ('language = "zh"', 'language = "Chinese"', "language", "must be a language tag, like fr or zh-Hant"),
    ('language = "zh"', 'language = "fr"', "title.fr", "is missing"),
    ("end = true", 'end = "yes"', "stages[archived].end", "must be true or false"),
    ('word = "及时"', 'limit = "soon"', "clocks[register].limit", "must be a limit such as"),
    ('start = ["received"]', 'start = ["arrived"]', "clocks[register].start", "is none of"),
    ('id = "result"\n', 'id = "result"\nkept_by = ["sung"]\n', "promises[result].kept_by", "must be names of acts"),
    ('id = "retaliation"', 'id = "other"', "categories[other]", "stands twice"),
    ('id = "acknowledge"', 'id = "result"', "promises[result]", "stands twice"),
    ('id = "persons"', 'id = "taken-down"', "questions[taken-down].id", "is kept for what every report says"),
    ('is = ["saw", "told"]', 'is = ["x"]', "questions[told-by-many].when", "asks for an answer that nobody can have"),
    ('kind = "long-text"', 'kind = "choice"', "questions[persons].choices", "must be two or more for a choice"),
    ('state = "whole"', 'state = "whole"\ncolour = "red"', "colour", "is not known here"),
)
"""One of each kind: what is changed in the whistleblowing policy, the key, and the reason."""
ELSEWHERE = {
    "must have at least one entry",
    "lacks ",
    "must be a day, like 2026-01-31",
    "no policy of this name is there",
}
"""Reasons that a change of one place cannot give, or that no policy file but bindings or a name can."""


@pytest.mark.parametrize(("old", "new", "key", "reason"), FAULTS)
def test_each_kind_of_fault_names_file_key_and_reason(old: str, new: str, key: str, reason: str) -> None:
    """The very first thing that is wrong is told with its place and its reason."""
    assert old in CONTENT
    with pytest.raises(PolicyError) as refused:
        read_policy(CONTENT.replace(old, new, 1).encode(), "mine.toml")
    assert (refused.value.file, refused.value.key) == ("mine.toml", key)
    assert refused.value.reason.find(reason) in (0, len("arrived "))


def test_no_kind_of_fault_is_forgotten() -> None:
    """Every reason that the readers of a policy file can give is shown above, or said to come from elsewhere."""
    given: set[str] = set()
    for name in ("policy/reader.py", "policy/shape.py", "strict_file.py"):
        for node in ast.walk(ast.parse((ROOT / "casework" / name).read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "refuse":
                texts = [one.value for one in ast.walk(node.args[1]) if isinstance(one, ast.Constant)]
                given.add(max((text for text in texts if isinstance(text, str)), key=len).strip(", "))
    shown = [reason for *_, reason in FAULTS] + sorted(ELSEWHERE)
    assert len(given) >= 15
    assert [one for one in sorted(given) if not any(one.strip() in told or told in one for told in shown)] == []


def test_what_is_missing_as_a_whole_is_named() -> None:
    """A list that must have an entry, and a promise that no policy may leave out."""
    none = re.sub(r"(?s)\[\[readers\]\].*?(?=\[\[promises\]\])", "", CONTENT)
    lacking = re.sub(r'(?s)\[\[promises\]\]\nid = "acknowledge".*?(?=\[\[promises\]\])', "", CONTENT)
    for content, key, reason in ((none, "readers", "at least one"), (lacking, "promises", "lacks acknowledge")):
        with pytest.raises(PolicyError, match=reason) as refused:
            read_policy(content.encode(), "mine.toml")
        assert refused.value.key == key


def test_what_is_no_toml_is_refused() -> None:
    """A file that does not parse, or is not UTF-8, is refused as a file."""
    for content in (b"id = ", b"\xff"):
        with pytest.raises(PolicyError) as refused:
            read_policy(content, "mine.toml")
        assert refused.value.key == "(file)"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (f'policy = "{NAME}"', 'policy = "another"', "policy"),
        ("acknowledge = 7", "acknowledge = 0", "days.acknowledge"),
        ("acknowledge = 7", "acknowledge = true", "days.acknowledge"),
        ("acknowledge = 7", "applaud = 7", "days.applaud"),
    ],
)
def test_wrong_bindings_are_refused(old: str, new: str, key: str) -> None:
    """Bindings of another policy, impossible numbers and unknown keys are named."""
    content = shipped_bindings(NAME).decode().replace(old, new, 1)
    with pytest.raises(PolicyError) as refused:
        bind_policy(shipped_policy(NAME), content.encode(), "bindings.toml")
    assert refused.value.key == key


def test_a_binding_fills_a_gap_and_never_changes_the_text() -> None:
    """Where the policy's own text gives a number, the operator cannot give another."""
    fixed = CONTENT.replace('id = "acknowledge"\n', 'id = "acknowledge"\ndays = 3\n', 1)
    policy = read_policy(fixed.encode(), "mine.toml")
    with pytest.raises(PolicyError, match="fixed by the policy text"):
        bind_policy(policy, shipped_bindings(NAME), "bindings.toml")


@pytest.mark.parametrize(
    ("department", "key"),
    [
        ('id = "payroll"\nmembers = ["somebody-else"]', "departments[payroll].members"),
        ('id = "payroll"\nmembers = []', "departments[payroll].members"),
        ('id = "hr"\nmembers = ["li"]', "departments[hr]"),
    ],
)
def test_a_department_is_of_people_who_hold_a_department_role(department: str, key: str) -> None:
    """Its people are bound to a role that is a department, and its id is no role's."""
    content = shipped_bindings(P18).decode() + f'\n[holders]\nhr = ["li"]\noversight = ["somebody-else"]\n{NAMED}\n'
    with pytest.raises(PolicyError) as refused:
        bind_policy(shipped_policy(P18), (content + department).encode(), "bindings.toml")
    assert refused.value.key == key


def test_a_department_by_name_stands_in_the_rules_and_no_other_id_is_one() -> None:
    """The rules name it with its people; a case goes to it or to a role of nobody in it, and to no id besides."""
    held = '\n[holders]\nhr = ["li"]\nrelated-department = ["wang"]\n'
    content = shipped_bindings(P18).decode() + f'{held}{NAMED}\nid = "payroll"\nmembers = ["wang"]\n'
    policy = bind_policy(shipped_policy(P18), content.encode(), "bindings.toml")
    read = read_rules(rules_document(policy))
    assert [(one.id, one.name.text_in("zh"), one.members) for one in read.bound.own_departments] == [
        ("payroll", "薪酬科", ("wang",))
    ]
    case = fold((opening(P18, "1", date(2026, 9, 30)),))
    wrong = [
        one
        for one in ("payroll", "hr", "payroll,superior", "related-department", "workshop", "payroll,payroll")
        if wrong_code(read, case, Act.ROUTED, {Attribute.DEPARTMENTS: one}) is not None
    ]
    assert wrong == ["related-department", "workshop", "payroll,payroll"]
    free = bind_policy(shipped_policy(P18), shipped_bindings(P18), "bindings.toml")
    assert wrong_code(free, case, Act.ROUTED, {Attribute.DEPARTMENTS: "workshop"}) is None
    assert b"own_departments" not in rules_document(free)


def test_a_quotation_that_does_not_stand_in_its_line_is_found() -> None:
    """Line and words are checked together."""
    lines = [""] * 80
    policy = shipped_policy(NAME)
    quoted = {key: source for key, source in policy.sources if isinstance(source, Source)}
    for key, source in quoted.items():
        if key != "title":
            lines[source.line - 1] += source.quote
    assert misquoted(policy, lines) == ["title"]
    assert len(misquoted(policy, [])) == len(quoted) > 20


def test_a_quotation_may_run_on_over_a_line_break_but_begins_in_its_line() -> None:
    """The texts break lines within a sentence: what stands whole in the next line is misquoted all the same."""
    title = next(source for key, source in shipped_policy(NAME).sources if key == "title")
    assert isinstance(title, Source)
    policy = replace(shipped_policy(NAME), sources=(("title", title),))
    half = len(title.quote) // 2
    before = [""] * (title.line - 1)
    assert misquoted(policy, [*before, "…" + title.quote[:half], title.quote[half:] + "…"]) == []
    assert misquoted(policy, [*before, "…", title.quote]) == ["title"]
    assert misquoted(policy, [*before, title.quote[:half], "", title.quote[half:]]) == ["title"]


@pytest.mark.parametrize("name", shipped_policies())
def test_every_quotation_stands_in_the_policy_text(name: str) -> None:
    """Against the text itself, wherever it is at hand (`YANLU_SEEDS`), line by line."""
    folder = os.environ.get("YANLU_SEEDS")
    texts = sorted(Path(folder).glob("000_*.txt")) if folder else []
    for text in texts:
        assert misquoted(shipped_policy(name), text.read_text("utf-8").split("\n")) == []
    assert bool(texts) == bool(folder)


REPORTER_FIELDS: Final = {
    "airline-complaint": {"complainant"},
    "client-complaint-graded-ticket": {"name", "contact"},
    "company-wage-arrears": {"person"},
    "customer-complaint-handling": {"name", "contact"},
    "customer-service-24h-5wd": {"name", "address", "telephone"},
    "employee-complaint-resolution": {"name", "department", "contact"},
    "product-quality-complaint": {"complainant"},
    "property-owner-complaint": {"person"},
    "quality-system-complaint": {"complainant"},
    "telecom-complaint": {"name", "contact"},
}
"""The fields of each register that say who reports, as somebody read them there."""


@pytest.mark.parametrize("name", sorted(shipped_policies()))
def test_a_field_on_who_reports_is_known_as_one_and_none_on_whom_it_is_about(name: str) -> None:
    """The first stay hidden until the caller gives a name; one on the person complained of is asked in any case."""
    fields = shipped_policy(name).rules.fields
    assert {one.id for one in fields} & WHO_REPORTS == REPORTER_FIELDS.get(name, set())
    about = [one.id for one in fields if re.search("被投诉|被举报|被反映|对方|投诉对象|作出处理", one.name.zh)]
    assert not set(about) & WHO_REPORTS
    reporter = "^投诉人|客户|本人|姓名|地址|电话|联系|基本信息|^部门"
    own = {one.id for one in fields if re.search(reporter, one.name.zh) and one.id not in about}
    assert own - {"opinion"} == REPORTER_FIELDS.get(name, set())
