"""An office whose documents are in a language that its pages do not have, or in more than they have."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.office import OfficeFolder, init_office, read_config, sample_config_text
from portal.office.current_directory import CurrentDirectory
from portal.office.errors import ConfigRefused
from portal.office.published import jurisdiction_text
from portal.settings import read_settings
from tests.support.commands.confirm_options import CONFIRMED
from tests.support.commands.yanlu_in_process import inside

TODAY = date(2026, 11, 24)
TEXT = re.compile(r'\{ zh = "([^"]*)", en = "([^"]*)" \}')


def french(text: str) -> str:
    """The sample with each text in French alone."""
    return TEXT.sub(r'{ fr = "fr: \2" }', text).replace('language = "zh"', 'language = "fr"', 1)


def with_emergency(text: str) -> str:
    """The sample, whose group has its own words for those in danger."""
    return text.replace("edge = { zh", 'emergency = { zh = "110", en = "110" }\nedge = { zh', 1)


def test_an_office_in_french_alone_is_founded_and_its_directory_names_everything_in_french(tmp_path: Path) -> None:
    """Pages in both languages show the French text, and know that it is French."""
    founded = init_office(tmp_path / "office", read_config(french(with_emergency(sample_config_text()))), TODAY)
    directory = CurrentDirectory(founded.folder).in_force(TODAY).content
    group = directory.entities[0]
    texts = [directory.name, group.name, group.edge, group.other_channels, group.emergency, group.authorities[0].name]
    assert [text.language for text in texts] == ["fr"] * len(texts)
    assert [(text.zh, text.tag_for("zh"), text.tag_for("en")) for text in texts] == [(t.en, "fr", "fr") for t in texts]
    assert directory.name.document() == {"fr": "fr: Sample Group reporting office"}
    assert founded.folder.root().keepers[0].seat.document() == {"fr": "fr: Board"}
    assert "fr: Sample Group" in (tmp_path / "office/poster.txt").read_text("utf-8")


def test_what_ships_for_a_country_is_asked_for_where_it_is_not_in_the_office_s_language(tmp_path: Path) -> None:
    """Nobody in danger reads a sentence that is not there."""
    with pytest.raises(ConfigRefused, match=r"group.*emergency.*write it in fr; what ships is in en, zh"):
        init_office(tmp_path / "office", read_config(french(sample_config_text())), TODAY)
    assert not OfficeFolder(tmp_path / "office").exists()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('language = "zh"', "", "language is missing"),
        ('language = "zh"', 'language = "ZH"', "is not written as docs/office.md says"),
        ('language = "zh"', 'language = "fr"', "language: these have no text in fr: entities.group.authorities.12333"),
        ('en = "Board"', 'EN = "Board"', "is not written as docs/office.md says"),
        ('en = "Board"', 'en = "  "', "is not written as docs/office.md says"),
        ('en = "Board"', 'en = ""', "is empty"),
        ('zh = "董事会", ', "", "language: these have no text in zh: keepers.board.seat"),
        ('en = "Board"', ", ".join(f'a{letter} = "x"' for letter in "abcdefghijklmnop"), "too many"),
    ],
)
def test_a_text_that_no_document_could_hold_is_named(old: str, new: str, words: str) -> None:
    """Form of a tag, the office's language, an empty text, too many languages."""
    text = sample_config_text()
    assert old in text
    with pytest.raises(ConfigRefused, match=re.escape(words)):
        read_config(text.replace(old, new, 1))


def test_check_names_what_pages_show_in_another_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warning with the place for each language of the pages; nothing where every text is in both."""
    settings, file = read_settings({"YANLU_DATA": str(tmp_path / "data")}), tmp_path / "office.toml"

    def check(text: str) -> str:
        file.write_text(text, "utf-8")
        ran = inside(capsys, monkeypatch, settings, "office", "check", file, *CONFIRMED)
        assert ran.code == Exit.DONE, ran.err
        return ran.out + ran.err

    sample = with_emergency(sample_config_text())
    assert "Pages in" not in check(sample)
    assert "Pages in" not in check(sample.replace('en = "Board"', 'en-IE = "Board", fr = "Conseil"'))
    assert "Pages in English show these in zh, since office.toml has no `en` for them: keepers.board.seat." in check(
        sample.replace(', en = "Board"', "")
    )
    said = check(french(sample))
    assert all(f"Pages in {page} show these in fr" in said for page in ("Chinese", "English"))


def test_a_member_is_invited_with_a_name_in_each_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office's own language is asked for at the invitation, before anybody makes keys."""
    settings = read_settings({"YANLU_DATA": str(tmp_path / "data")})
    init_office(settings.office, read_config(french(with_emergency(sample_config_text()))), TODAY)

    def invite(member: str, *names: str) -> tuple[int, str]:
        told = [word for name in names for word in ("--name", name)]
        ran = inside(capsys, monkeypatch, settings, "staff", "invite", member, "--role", "investigator", *told)
        return ran.code, ran.out + ran.err

    for names, words in (
        (["zh=甲", "en=A"], "the office's documents are in fr"),
        (["fr=A", "fr=B"], "each language once"),
        (["A"], "write a language tag"),
        (["FR=A"], "write a language tag"),
        (["fr="], "write a language tag"),
    ):
        code, said = invite("investigator-a", *names)
        assert (code, words in said) == (Exit.USAGE, True), said
    assert invite("investigator-a", "fr=Enquêtrice A", "zh=调查人员甲")[0] == Exit.DONE
    listed = inside(capsys, monkeypatch, settings, "staff", "list", "--json")
    assert '"fr": "Enquêtrice A"' in listed.out.replace('":"', '": "')


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"language": "zh",', ""),
        ('"language": "zh"', '"language": "fr"'),
        ('"contact"', '"number"'),
        ('"danger"', '"peril"'),
    ],
)
def test_texts_of_jurisdictions_that_no_page_would_read_are_not_signed(tmp_path: Path, old: str, new: str) -> None:
    """What ships holds; a file of the office's own is read as strictly as pages read it."""
    shipped = jurisdiction_text(tmp_path).content.decode()
    (tmp_path / "jurisdictions.json").write_text(shipped, "utf-8")
    assert jurisdiction_text(tmp_path).content.decode() == shipped
    assert old in shipped
    (tmp_path / "jurisdictions.json").write_text(shipped.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigRefused, match=r"jurisdictions\.json"):
        jurisdiction_text(tmp_path)
