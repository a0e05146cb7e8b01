"""Letters and forms: whole in both languages, nothing of the reporter in what leaves the office, the same on paper."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from casework import fonts
from casework.errors import FontMissing, LetterIncomplete, LetterUnfit
from casework.letters.composing import Facts, Paper, as_text, compose, say_day
from casework.letters.paper import paper_document, pdf
from casework.letters.templates import Addressee, BlockKind, FieldKind, Form, Letter, Template, letter_templates
from tests.casework.vector_letters import facts, value

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}")
LANGUAGES = ("zh", "en")
CATALOGUE = Path(__file__).resolve().parents[2] / "templates/locale/zh/LC_MESSAGES/shared.po"
LEAVING = (Addressee.DEPARTMENT, Addressee.AUTHORITY, Addressee.CONCERNED)
SECRETS = {
    "account": "夜莺矿洞",
    "answers": (("问", "白鹭码头"),),
    "attachments": "蓝鲸.jpg",
    "category": "灰鹤",
    "level": "黑鹳",
}


def template(letter: Letter) -> Template:
    """A template."""
    return letter_templates().templates[letter]


def stating(letter: Letter, language: str = "zh") -> Facts:
    """What a case tells under a policy that asks the letter to state all that a policy can."""
    return replace(facts(language), states=tuple(one.id for one in template(letter).fields if one.stated))


def written(letter: Letter, language: str, *, full: bool = True) -> Paper:
    """A letter with all its fields, or with those that it needs."""
    fields = [one for one in template(letter).fields if full or one.needed]
    return compose(letter, language, stating(letter, language), {one.id: value(one, language) for one in fields})


@pytest.mark.parametrize("letter", Letter)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("full", [True, False])
def test_a_letter_is_whole_in_its_language(letter: Letter, language: str, *, full: bool) -> None:
    """Title, number, body, and either a date with the office's name or lines to sign; no name in braces is left."""
    paper = written(letter, language, full=full)
    text = as_text(paper)
    assert paper.title
    assert facts(language).ticket in paper.number
    assert paper.parts
    assert paper.sign or (paper.office in text and say_day("2026-11-25", language) in text)
    assert not re.search(r"\{[a-z]+\}", text.replace("{today}", ""))
    assert all(part.text for part in paper.parts if part.kind is not BlockKind.BLANK)


@pytest.mark.parametrize("letter", Letter)
def test_words_that_ship_are_in_their_own_language(letter: Letter) -> None:
    """Not a Latin word in the Chinese half, not a Chinese character in the English one."""
    one = template(letter)
    words = [one.title, one.salute, one.close, *one.sign, *(field.label for field in one.fields)]
    words += [half for block in one.body for half in (block.text, block.label)]
    for both in filter(None, words):
        assert not LATIN.search(re.sub(r"\{[a-z]+\}", "", both.zh)), both.zh
        assert not CHINESE.search(both.en), both.en


def test_chinese_letters_are_laid_out_as_offices_write() -> None:
    """Salutation with its colon, indented paragraphs, 特此告知, then the office and a Chinese date."""
    lines = as_text(written(Letter.ACCEPTANCE, "zh", full=False)).split("\n")
    assert lines[0] == "受理告知书"
    assert "举报人：" in lines
    assert "　　特此告知。" in lines
    assert lines[-2:] == ["示例集团有限公司", "2026年11月25日"]
    assert all(line.startswith("　　") for line in lines if line.endswith("。"))


def test_a_policy_s_result_letter_states_what_its_text_asks_for() -> None:
    """Under P03 no result goes without reasons, demands and needs; under any other the letter has no such fields."""
    states = ("handling", "reason", "demands", "needs")
    told = replace(facts("zh"), states=states)
    with pytest.raises(LetterIncomplete) as refused:
        compose(Letter.RESULT, "zh", told, {"outcome": "属实", "handling": "已更换", "reason": "错件"})
    assert refused.value.missing == ("demands", "needs")
    text = as_text(compose(Letter.RESULT, "zh", told, {"outcome": "属实", **dict.fromkeys(states, "有")}))
    assert [line for line in text.split("\n") if line.endswith("：有")] == [
        "　　处理的内容：有", "　　原因：有", "　　要求：有", "　　需求：有",
    ]  # fmt: skip
    with pytest.raises(LetterUnfit):
        compose(Letter.RESULT, "zh", facts("zh"), {"outcome": "属实", "demands": "有"})


@pytest.mark.parametrize("letter", [one for one in Letter if template(one).to in LEAVING])
def test_what_leaves_the_office_holds_nothing_of_the_report_that_nobody_typed(letter: Letter) -> None:
    """Orders, hand-overs and clearings never carry account, answers, files, category or how somebody reported."""
    known = replace(facts("zh"), **SECRETS)
    given = {one.id: value(one, "zh") for one in template(letter).fields}
    text = as_text(compose(letter, "zh", known, given))
    assert not [word for word in ("夜莺矿洞", "白鹭码头", "蓝鲸", "灰鹤", "黑鹳") if word in text]
    assert "夜莺矿洞" in as_text(compose(Letter.REGISTRATION, "zh", known, {"registrar": "甲"}))


def test_a_statement_says_one_thing_or_the_other() -> None:
    """Anyone who names an interest steps back; anyone who names none says that there is none."""
    needed = {"name": "甲", "post": "审计部"}
    none = as_text(compose(Letter.RECUSAL, "zh", facts("zh"), needed))
    some = as_text(compose(Letter.RECUSAL, "zh", facts("zh"), needed | {"relation": "同学"}))
    assert ("没有利害关系" in none, "申请回避，不参与" in none) == (True, False)
    assert ("没有利害关系" in some, "申请回避，不参与" in some) == (False, True)


def test_what_is_typed_is_neither_markup_nor_a_name_to_fill_in() -> None:
    """Braces, hashes and dollar signs stand in the letter as they were typed, on paper too."""
    typed = "#panic() {today} $x$ *b* @a <b> \\"
    paper = compose(Letter.REFUSAL, "en", facts("en"), {"reason": typed})
    assert typed in as_text(paper)
    assert pdf(paper).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ({"colour": "red"}, "colour", "no-such-field"),
        ({"due": "2026-02-30"}, "due", "no-day"),
        ({"due": "20260203"}, "due", "no-day"),
        ({"matter": "x" * 16_385}, "matter", "too-long"),
        ({"matter": "a\x00"}, "matter", "too-long"),
        ({"addressee": "a\nb"}, "addressee", "too-long"),
    ],
)
def test_what_cannot_stand_in_a_field_is_refused(given: dict[str, str], field: str, reason: str) -> None:
    """An unknown field, a day that is none, a text too long or with characters that nobody sees."""
    with pytest.raises(LetterUnfit) as refused:
        compose(Letter.ACCEPTANCE, "zh", facts("zh"), given)
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_a_letter_names_what_it_still_needs() -> None:
    """White space is nothing."""
    with pytest.raises(LetterIncomplete) as refused:
        compose(Letter.EXTENSION, "zh", facts("zh"), {"reason": " \u3000\n", "due": "2026-12-08"})
    assert refused.value.missing == ("before", "reason")


@pytest.mark.parametrize(
    ("letter", "language"), [(Letter.RESULT, "zh"), (Letter.MINUTES, "zh"), (Letter.CLOSING, "en")]
)
def test_a_letter_becomes_the_same_pdf_each_time(letter: Letter, language: str) -> None:
    """A4 by Typst, with no time in it, and a table where the form is one."""
    paper = written(letter, language)
    once = pdf(paper)
    assert once == pdf(paper)
    assert once.startswith(b"%PDF")
    assert (paper_document(paper)["form"] != "letter") == (paper.form is not Form.LETTER)


def test_without_a_chinese_font_there_is_an_error_and_no_paper_with_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typst would only warn."""
    monkeypatch.setattr(fonts, "installed_fonts", lambda: frozenset({"Libertinus Serif"}))
    with pytest.raises(FontMissing):
        pdf(written(Letter.RESULT, "zh"))


def test_every_field_of_a_letter_is_used() -> None:
    """What somebody is asked to type stands in the letter."""
    for letter in Letter:
        for field in template(letter).fields:
            if field.kind is FieldKind.DAY or field.id == "final":
                continue
            full = {one.id: value(one, "zh") for one in template(letter).fields}
            text = as_text(compose(letter, "zh", stating(letter), full | {field.id: "夜莺"}))
            assert "夜莺" in text, (letter, field.id)


def test_letters_speak_as_the_pages_do() -> None:
    """The words of each voice are those of the pages' catalogue, and English has none."""
    words, catalogue = letter_templates().words, CATALOGUE.read_text("utf-8")
    for name, sentence in (("voice-appeal", "Words of an appeal"), ("voice-complaint", "Words of a complaint")):
        assert f'msgid "{sentence}"\nmsgstr "{words[name].text_in("zh")}"\n' in catalogue
        assert words[name].text_in("en") == ""


@pytest.mark.parametrize("letter", Letter)
def test_a_letter_about_a_complaint_calls_it_one(letter: Letter) -> None:
    """No word of the letter itself says 举报; what the case tells and what was typed stay as they are."""
    told = replace(stating(letter), called=("投诉",), policy="客户投诉管理制度", account="举报的原文")
    given = {one.id: value(one, "zh") for one in template(letter).fields}
    complaint, report = (as_text(compose(letter, "zh", one, given)) for one in (told, replace(told, called=())))
    assert "举报" not in complaint.replace("举报的原文", "")
    assert complaint == "举报的原文".join(one.replace("举报", "投诉") for one in report.split("举报的原文"))
