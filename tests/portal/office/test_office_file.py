"""`office.toml`: its reference names every field, its errors say what is needed, and no sample founds an office."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.cli.errors import Exit, in_words
from portal.cli.words import Catalogue
from portal.office import load_config, read_config, sample_config_text
from portal.office.config import TABLES, OfficeConfig
from portal.office.errors import ConfigRefused
from portal.office.sample_check import TOPICS, still_sample
from portal.settings import read_settings
from tests.support.commands.confirm_options import CONFIRMED
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.sample_office import one_signature

ROOT = Path(__file__).resolve().parents[3]
ROW = re.compile(r"^\| `([\w.]+)` \| (yes|是)? ?\| ([^|]*) \| [^|]+ \|$", re.MULTILINE)
# Said in words, not as a value.
IN_WORDS = {"recovery", "entities.emergency"}
OWN = {
    "示例集团": "青禾水务", "Sample Group": "Greenfield Water", '"board"': '"aufsicht"', '"union"': '"rat"',
    '"audit"': '"pruefung"', "12333": "1", "12350": "2", "12388": "3", "12345": "4", "https://www.opdc.ie/": "5",
    "本页面的服务器": "这里的服务器", "This page's server": "Our server",
    "也可以来信": "请来信", "You can also": "Please",
    "现在有人有危险？": "有危险吗？", "Is someone in danger now?": "In danger?",
    "company-whistleblowing": "own-policy", "investigator-": "handler-", "registrar-a": "clerk", "approver-a": "head",
    "custodian-": "keeper-", "outside-a": "counsel", "-share": "-paper",
}  # fmt: skip


def fields(model: type[OfficeConfig], before: str = "") -> Iterator[tuple[str, bool, object]]:
    """Every field that the reader knows: its whole name, whether it is needed, and what it is else."""
    for name, field in model.model_fields.items():
        yield before + name, field.is_required(), field.default
        inner = TABLES.get(name)
        if inner is not None and not (before == "policies." and name == "entities"):
            yield from fields(inner, f"{before}{name}.")  # type: ignore[arg-type]


def said(default: object) -> set[str]:
    """How a default may stand in the reference."""
    match default:
        case None:
            return {"none", "nobody", "none: the watch stays off", "无", "无人", "无，监测不开启"}
        case []:
            return {"none", "nobody", "无", "无人"}
        case bool():
            return {str(default).lower()}
        case list():
            return {", ".join(default)}
        case _:
            return {str(default), f"`{default}`"}


@pytest.mark.parametrize("page", ["docs/office.md", "docs/office.zh-CN.md"])
def test_the_reference_names_every_field_and_no_other(page: str) -> None:
    """Name, whether it is needed, and what stands where it is left out."""
    rows = {name: (bool(needed), default) for name, needed, default in ROW.findall((ROOT / page).read_text("utf-8"))}
    known = {name: (needed, default) for name, needed, default in fields(OfficeConfig)}
    assert rows.keys() == known.keys()
    for name, (needed, default) in known.items():
        assert rows[name][0] is needed, name
        assert needed or name in IN_WORDS or rows[name][1] in said(default), (name, rows[name][1])


def test_an_error_says_which_fields_are_needed() -> None:
    """One that is missing is named with all that its table must have; one that is unknown is not followed by that."""
    text = sample_config_text()
    with pytest.raises(ConfigRefused, match=r"entities\.1\.edge is missing\.; .*entities needs id, name, country, "
                       r"edge, roads; other fields may be left out \(docs/office\.md\)"):  # fmt: skip
        read_config(text.replace("edge = ", "emergency = ", 2).replace("emergency = ", "edge = ", 1)
                    .replace('emergency = { zh = "现在', 'ignored = { zh = "现在'))  # fmt: skip
    with pytest.raises(ConfigRefused, match=r"language: these have no text in zh: entities\.group\.edge"):
        read_config(re.sub(r'edge = \{ zh = "[^"]*", ', "edge = { ", text, count=1))
    with pytest.raises(ConfigRefused) as unknown:
        read_config(f"hotline = 1\n{text}")
    assert "needs" not in str(unknown.value)


def test_what_stands_as_in_the_sample_is_found_topic_by_topic() -> None:
    """The sample itself stands in every topic, an office with everything of its own in none."""
    text = sample_config_text()
    assert list(still_sample(read_config(text))) == list(TOPICS)
    own = text
    for old, new in OWN.items():
        assert old in own, old
        own = own.replace(old, new)
    assert still_sample(read_config(own)) == {}
    assert still_sample(read_config(own.replace("aufsicht", "board"))) == {"keepers": ["board"]}
    assert still_sample(read_config(own.replace('contact = "2"', 'contact = "12350"'))) == {"authorities": ["12350"]}
    without_recovery = "\n".join(line for line in own.splitlines() if not line.startswith("recovery = "))
    assert list(still_sample(read_config(without_recovery))) == ["recovery"]


def test_no_office_is_founded_on_a_sample_unless_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is made without a file, or while a topic stands unconfirmed; `office check` names what stands."""
    settings, file = read_settings({"YANLU_DATA": str(tmp_path / "data")}), tmp_path / "office.toml"

    def office(*told: object) -> tuple[int, str]:
        ran = inside(capsys, monkeypatch, settings, "office", *told)
        return ran.code, ran.out + ran.err

    file.write_text(sample_config_text(), "utf-8")
    assert office("init")[0] == Exit.USAGE
    code, words = office("check", file)
    assert (code, [topic for topic in TOPICS if f": {topic} (" in words]) == (Exit.FAILED, list(TOPICS))
    assert "authorities (12333" in words
    assert "Change it, or say --confirm authorities where the sample's value is right." in words
    assert "authorities (" not in office("check", file, "--confirm", "authorities")[1]
    # Nothing is there yet: named is the folder that is read once somebody made it.
    assert f"--out {tmp_path / 'texts'}`" in words
    (tmp_path / "texts").mkdir()
    assert f"--out {tmp_path / 'texts'}`" in office("check", file)[1]
    all_but_one = [*CONFIRMED[2:]]
    assert CONFIRMED[:2] == ["--confirm", "name"]
    code, words = office("init", "--config", file, *all_but_one)
    assert (code, "As in the sample: name (" in words, "--confirm name." in words) == (Exit.REFUSED, True, True)
    assert not settings.office.exists()
    assert office("check", file, *all_but_one, "--confirm", "name")[0] == Exit.DONE
    assert office("init", "--config", file, *all_but_one, "--confirm", "name")[0] == Exit.DONE
    lacking = sample_config_text().replace('outside = ["outside-a"]\n', "")
    (settings.office / "office.toml").write_text(lacking, "utf-8")
    assert "outside holder" in office("check")[1]
    # Who founded the office confirmed it then.
    assert "As in the sample" not in office("check")[1]


def test_an_office_in_which_one_signature_changes_the_readers_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample wants two; a file that says one lacks something, in both languages."""
    settings, file = read_settings({"YANLU_DATA": str(tmp_path / "data")}), tmp_path / "office.toml"
    confirmed = CONFIRMED
    for text, lang, code, words in (
        (sample_config_text(), "en", Exit.DONE, "lacks nothing"),
        (one_signature(sample_config_text()), "en", Exit.FAILED, "One holder alone may change who reads a case"),
        (one_signature(sample_config_text()), "en", Exit.FAILED, "signed until then go on holding"),
        (one_signature(sample_config_text()), "zh", Exit.FAILED, "一位查看人员独自就能更换"),
        (one_signature(sample_config_text()), "zh", Exit.FAILED, "此前只由一人签名的变更仍然有效"),
    ):
        file.write_text(text, "utf-8")
        ran = inside(capsys, monkeypatch, settings, "--lang", lang, "office", "check", file, *confirmed)
        assert (ran.code, words in ran.out + ran.err) == (code, True)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "company-whistleblowing"\nentities', 'id = "own"\nentities', "there is no text for own"),
        ('calendar = "CN"', 'calendar = "XX"', "there is no calendar XX"),
        ("Europe/Dublin", "Europe/Berlinn", "Europe/Berlinn is no time zone"),
        ('country = "IE"', 'country = "ZZ"', "ireland: there is no country ZZ"),
        ('"investigator-c"]', '"custodian-c"]', "custodian-c also open reports"),
        ('["outside-a"]', '["custodian-a"]', "custodian-a also open reports"),
    ],
)
def test_check_finds_what_founding_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, old: str, new: str, words: str
) -> None:
    """Both say it, in both languages, and founding has made nothing by then."""
    settings, file = read_settings({"YANLU_DATA": str(tmp_path / "data")}), tmp_path / "office.toml"
    text = sample_config_text()
    assert old in text
    changed = text.replace(old, new, 1)
    if new.startswith("id = "):
        changed = changed.replace('policy = "company-whistleblowing"', 'policy = "own"')
    file.write_text(changed, "utf-8")
    confirmed = CONFIRMED
    for told in (("check", file), ("init", "--config", file)):
        ran = inside(capsys, monkeypatch, settings, "office", *told, *confirmed)
        assert (ran.code != Exit.DONE, words in ran.out + ran.err) == (True, True)
        monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
        ran = inside(capsys, monkeypatch, settings, "--lang", "zh", "office", *told, *confirmed)
        assert re.search("没有|身份信息保管人", ran.out + ran.err)
        assert words not in ran.out + ran.err
        monkeypatch.delenv("LC_ALL")
    assert not settings.office.exists()


@pytest.mark.parametrize(
    ("old", "new", "words", "chinese"),
    [
        (
            "threshold = 2",
            "threshold = 4",
            "threshold: 4 signatures of 3 keepers: fewer than all must do",
            "threshold：要求 4 个签名，共 3 位签署人",
        ),
        ("v = 1", "v = 1\nsurprise = 1", "surprise: there is no such field here.", "surprise：这里没有这个字段"),
        ('country = "IE"', 'country = "ie"', "country: 'ie' is not written as docs/office.md says.", "country："),
        ("valid_days = 92", "valid_days = 0", "valid_days: 0 is too small.", "valid_days：0 太小"),
        ("valid_days = 92", 'valid_days = "x"', "valid_days: this is not the kind of value", "valid_days：值的类型"),
        ('name = { zh = "示例集团举报受理单位"', 'name = { zh = ""', "name.zh is empty.", "name.zh 不能为空"),
        ("inside_needed = 2", "inside_needed = 1", "recovery: a group is 1 of 1", "recovery：每组"),
        ("v = 1", "v = ", "office.toml is not written as TOML", "office.toml 不是有效的 TOML"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words_with_its_field(old: str, new: str, words: str, chinese: str) -> None:
    """In both languages, and without the words of the library that reads it."""
    with pytest.raises(ConfigRefused) as refused:
        read_config(sample_config_text().replace(old, new, 1))
    assert words in in_words(refused.value, Catalogue("en"))
    assert chinese in in_words(refused.value, Catalogue("zh"))
    assert not re.search(r"Value error|Extra inputs|should", in_words(refused.value, Catalogue("en")))


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    """No number of the system's."""
    with pytest.raises(ConfigRefused) as refused:
        load_config(tmp_path / "nix.toml")
    assert str(refused.value) == f"{tmp_path / 'nix.toml'} does not exist."
    assert in_words(refused.value, Catalogue("zh")) == f"{tmp_path / 'nix.toml'} 不存在。"
