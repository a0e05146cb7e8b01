"""`yanlu desk publication`: what a policy publishes of a case, without what points to somebody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from casework.engine.case import Event
from casework.engine.sealed_steps import SealedCase
from casework.event_store.step_check import Ruling
from casework.ids import MemberId
from casework.protection.blanking import pointing, without_names
from casework.protection.publicity import Account
from casework.protection.unnamed import names_in
from casework.rules.acts import Act
from casework.rules.clauses import Audience, Published
from casework.rules.roles import RoleId
from portal.cli.desk.acting import ActionRequest
from portal.cli.desk.case_state import RuledCase
from portal.cli.desk.publication_command import public_text, read_account, save_and_sign, to_blank
from portal.cli.desk.publishing import as_published, publishing, rule_lines
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue
from tests.casework.marks import p01, p05_life, p19
from tests.casework.marks.life import OFFICE, Life, moment
from tests.portal.cli.test_command_journey import file_report, wait_for_case
from tests.support.commands.yanlu_process import live_office, yanlu
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

ACCOUNT = Account({"result": "Li Si apologised to Wang Wu", "reporter": "Wang Wu"}, ("Li Si", "Wang Wu"))
ENGLISH = Catalogue("en")


def ruled(life: Life) -> RuledCase:
    """The case of a life, as a member's client judges it."""
    return RuledCase(Ruling(life.policy, OFFICE, moment("2026-09-01"), lambda _: None), [], life.case, SealedCase())


def test_a_result_is_printed_without_names_and_says_what_was_left_out() -> None:
    """P19: the company reads the result; listed names are blanked, and the part about the reporter is left out."""
    document, lines = public_text(ruled(p19.told()), ENGLISH, Published.RESULT, Audience.COMPANY, ACCOUNT)
    assert document["parts"] == {"result": "××× apologised to ×××"}
    assert document["left_out"] == ["reporter"]
    assert "result: ××× apologised to ×××" in lines
    assert "Left out, since they point to somebody: reporter." in lines
    text = "Published result\nFor: the company\n\nResult\n××× apologised to ×××"
    assert (document["text"], document["sha256"]) == (text, sha256(text.encode()).hexdigest())
    assert "the same command with --record" in lines[-1]


def test_what_was_blanked_is_said_and_a_word_of_the_case_can_be_kept() -> None:
    """Only what is in a part that is shown; an unknown word to keep is named."""
    account = Account({"result": "Li Si met the clerk.", "reporter": "Wang Wu"}, ("Li Si", "Wang Wu", "clerk"))
    document, lines = public_text(ruled(p19.told()), ENGLISH, Published.RESULT, Audience.COMPANY, account)
    assert document["blanked"] == ["Li Si", "clerk"]
    assert "Blanked in this text: Li Si, clerk. What is no name stays with --keep WORD." in lines
    assert to_blank(("Li Si", "Clerk", "王芳"), ("ｃlerk",)) == ("Li Si", "王芳")
    with pytest.raises(CommandError) as refused:
        to_blank(("Li Si",), ("Li", "li si"))
    assert refused.value.code is Exit.USAGE
    assert refused.value.text(ENGLISH) == "Not among the names known on the case: Li."


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ("经理、不知道", ()),
        ("the manager and HR", ()),
        ("我的领导，李四/Zhao Liu", ("李四", "Zhao Liu")),
        ("王经理; An", ("王经理", "An")),
        ("n/a", ()),
        ("I don’t know.", ()),
    ],
)
def test_words_that_name_nobody_are_not_blanked_by_themselves(answer: str, names: tuple[str, ...]) -> None:
    """Of an answer in free words only what may be a name; the desk's form begins with the same."""
    assert names_in(answer) == names


def test_what_still_points_to_somebody_is_said() -> None:
    """P01: a number, and a word of a listed name."""
    account = Account({"result": "Call 138 0000 1111, or MÜLLER."}, ("Anna Müller",))
    _, lines = public_text(ruled(p01.told()), ENGLISH, Published.RESULT, Audience.POSTS, account)
    assert "Still in the text, and perhaps pointing to somebody: 138 0000 1111, MÜLLER" in lines


@pytest.mark.parametrize("parts", [{"原因": "Done.", "who": "Wang Wu"}, {"result": "\u200b"}])
def test_a_text_without_words_in_a_known_part_is_refused(parts: dict[str, str]) -> None:
    """A publication of a title and its readers alone says nothing; the known parts are named."""
    with pytest.raises(CommandError) as refused:
        public_text(ruled(p19.told()), ENGLISH, Published.RESULT, Audience.COMPANY, Account(parts))
    assert refused.value.code is Exit.USAGE
    assert refused.value.text(ENGLISH) == "Please write at least one part: matter, finding, result, measures."


def test_what_may_point_to_somebody_is_confirmed_and_the_text_saved_before_it_is_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody to ask: nothing is signed or saved without --yes; where the file cannot be written, nothing is signed."""
    account = Account({"result": "Call 138 0000 1111."})
    terminal, signed, save = Terminal(ENGLISH, as_json=True), list[tuple[str, bool]](), tmp_path / "text"

    def record(text: str) -> None:
        signed.append((text, save.exists()))

    document, _ = public_text(ruled(p19.told()), ENGLISH, Published.RESULT, Audience.COMPANY, account)
    with pytest.raises(CommandError) as refused:
        save_and_sign(terminal, document, save, record, yes=False)
    assert (refused.value.code, signed, save.exists()) == (Exit.USAGE, [], False)
    assert "perhaps pointing to somebody: 138 0000 1111" in capsys.readouterr().err
    save_and_sign(terminal, document, save, record, yes=True)
    assert signed == [(document["text"], True)]
    with pytest.raises(CommandError):
        save_and_sign(terminal, document, save / "under-a-file", record, yes=True)
    assert len(signed) == 1


HEAD = "Published result\nFor: the company\n\nResult\nDone."
RESULT = (Published.RESULT, Audience.COMPANY)


def request(act: Act = Act.PUBLISHED, text: str = HEAD, audience: str = "office") -> ActionRequest:
    """A step with words."""
    return ActionRequest(act, text=text, audience=audience)


def bound(life: Life, roles: dict[str, str]) -> RuledCase:
    """The case of a life whose roles these members hold."""
    found = ruled(life)
    holders = {RoleId(role): (MemberId(member),) for role, member in roles.items()}
    policy = replace(found.policy, bound=replace(found.policy.bound, holders=holders))
    return replace(found, ruling=replace(found.ruling, policy=policy))


def test_the_step_published_signs_a_text_that_the_policy_publishes_and_no_other_words() -> None:
    """P19: by the owning department, after the notice, as what a publication is sealed as; a bare step is refused."""
    told = bound(p19.told(), {"owning-department": "li", "hr": "wang"})
    assert as_published(told, "li", request(), ENGLISH).publication
    early = bound(p19.decided(), {"owning-department": "li"})
    for case, member, asked, said in (
        (told, "li", request(text="李四 was dismissed."), "no other words"),
        (told, "li", request(text=""), "no other words"),
        (told, "li", request(audience="reporter"), "no other words"),
        (told, "wang", request(), "published by"),
        (early, "li", request(), "The reporter is told the result first"),
        (told, "li", request(text=HEAD.replace("the company", "everybody whom the policy serves")), "does not publish"),
    ):
        with pytest.raises(CommandError) as refused:
            as_published(case, member, asked, ENGLISH)
        assert said in refused.value.text(ENGLISH)


def test_a_note_that_begins_like_a_publication_stays_a_note() -> None:
    """Only the command of publication seals one where the policy has no step for it."""
    told = bound(p19.told(), {"owning-department": "li"})
    assert not as_published(told, "li", request(Act.NOTED), ENGLISH).publication
    with pytest.raises(CommandError):
        publishing(told, "li", request(Act.NOTED), RESULT, ENGLISH)


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("An", "Ann met An, and AN wrote.", "Ann met ×××, and ××× wrote."),
        ("Li", "Listed; Li's list", "Listed; ×××'s list"),
        ("王芳", "王 芳说；王芳\n说", "×××说；×××\n说"),
        ("Wang Wu", "Ｗang\nWu and WANG-WU", "××× and ×××"),
        ("Li Si", "李Li Si说", "李×××说"),
        ("Li Si", "×Li Si×, Li\u00ad Si", "×××××, ×××"),
        ("王芳", "王\u200b芳、王\u3000芳", "×××、×××"),
        ("José", "JOSE\u0301 and Jose", "××× and ×××"),
        ("İpek", "ipek, IPEK", "×××, ×××"),
        ("王小明", "王\u200e小明、王、小明", "×××、×××"),
        ("Anna Müller", "Müller, Anna; Anna Müllers Bericht", "×××; ×××s Bericht"),
        ("O’Brien", "O'Brien", "×××"),
        ("Zhang Wei", "Zhang.Wei", "×××"),
        ("wang", "写给wang88@qq.com，wang@x.example.", "写给×××，×××."),
    ],
)
def test_a_name_is_blanked_however_it_is_written_and_no_other_word(name: str, text: str, shown: str) -> None:
    """In any case and width, over a line's end, between spaces; a longer word that contains it stays as it is."""
    assert without_names(text, (name, name[:2])) == shown


def test_what_may_still_point_to_somebody_is_found() -> None:
    """An address, a telephone, an identity card, a surname with a title, two capitalised words; no blank, no sum."""
    text = "陈经理（13800001111、110105 19491231 002X、a@b.example）wrote to Mary Jones: ×××, 500 元"
    assert pointing(text) == ("陈经理", "13800001111", "110105 19491231 002X", "a@b.example", "Mary Jones")


def test_parts_that_nobody_listed_as_public_are_left_out() -> None:
    """Whatever a part is called, in whatever language: only four are ever shown."""
    account = Account({"result": "Done.", "举报人": "Wang Wu", "Reporter": "Wang Wu", "Wang Wu said": "x"})
    document, _ = public_text(ruled(p19.told()), ENGLISH, Published.RESULT, Audience.COMPANY, account)
    assert document["parts"] == {"result": "Done."}
    assert document["left_out"] == ["Reporter", "Wang Wu said", "举报人"]


def test_after_a_new_decision_the_reporter_hears_first_again() -> None:
    """P19: the notice of the first decision is none of the second; a case with an authority shows nothing."""
    life = p19.told()
    case = life.case
    later = Event(len(case.events), Act.APPEAL_DECIDED, date(2026, 9, 1))
    once_more = replace(ruled(life), case=replace(case, events=(*case.events, later)))
    for found, said in (
        (once_more, "The reporter is told the result first"),
        (replace(ruled(life), case=replace(case, frozen=True)), "The case is with an authority"),
    ):
        with pytest.raises(CommandError) as refused:
            public_text(found, ENGLISH, Published.RESULT, Audience.COMPANY, ACCOUNT)
        assert said in refused.value.text(ENGLISH)


@pytest.mark.parametrize(
    ("life", "what", "audience", "said"),
    [
        (p19.decided, Published.RESULT, Audience.COMPANY, "The reporter is told the result first"),
        (p19.told, Published.RESULT, Audience.CONSTITUENCY, "The policy does not publish this to these readers"),
        (p01.told, Published.CASES, Audience.COMPANY, "only after it has ended"),
        (p05_life.fed_back, Published.CASES, Audience.CONSTITUENCY, "figures to everybody whom the policy serves"),
    ],
)
def test_what_the_policy_withholds_is_refused_with_the_reason(
    life: object, what: Published, audience: Audience, said: str
) -> None:
    """Too early, to other readers, or a case where the text publishes figures alone."""
    assert callable(life)
    with pytest.raises(CommandError) as refused:
        public_text(ruled(life()), ENGLISH, what, audience, ACCOUNT)
    assert refused.value.code is Exit.REFUSED
    assert said in refused.value.text(ENGLISH)


def test_what_a_policy_publishes_is_listed_in_its_words() -> None:
    """P05 publishes figures to the owners, in the words of the text."""
    (line,) = rule_lines(ruled(p05_life.fed_back()), Catalogue("zh"))
    assert line == "统计数据（公布对象：制度面向的所有人）：定期公布投诉数量、类型、处理效率"


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"parts": []}', '{"parts": {}}', '{"parts": {"a": 1}}', '{"parts": {"a": "b"}, "x": 1}',
     '{"parts": {"a": "b"}, "names": [1]}', '{"parts": {"a": "b"}, "names": "c"}',
     '{"parts": {"a": "b"}, "names": [" "]}'],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused_with_the_shape(tmp_path: Path, content: str) -> None:
    """Whatever is not parts and names is named, with an example."""
    (tmp_path / "account").write_text(content, "utf-8")
    with pytest.raises(CommandError) as refused:
        read_account(tmp_path / "account")
    assert '{"parts": {"result": "…"}, "names": ["…"]}' in refused.value.text(ENGLISH)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_member_asks_what_may_be_published_of_a_case(tmp_path: Path) -> None:
    """At a live desk: this policy publishes nothing, and a text is refused with that."""
    member, account = "investigator-a", tmp_path / "account"
    account.write_text('{"parts": {"result": "Done."}}', "utf-8")
    with lightly(), live_office(embedded_stores(tmp_path), tmp_path, (member,)) as house:
        file_report(house)
        wait_for_case(house)
        pulled = yanlu("desk", "pull", *house.first_pull(member), *house.secrets(member), "--json")
        (case,) = pulled.document["cases"]
        listed = yanlu("desk", "publication", *house.secrets(member), "--json", "--", case)
        assert listed.document == {"case": case, "publications": []}
        refused = yanlu("desk", "publication", *house.secrets(member), "--json", "--", case, account)
        assert refused.code == Exit.REFUSED
        assert "does not publish this" in refused.err
