"""`office.toml`: its reference names every field, its errors say what is needed, and no sample founds an office."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.office import read_config, sample_config_text
from portal.office.config import TABLES, OfficeConfig, Words
from portal.office.errors import ConfigRefused
from portal.office.sampled import TOPICS, still_sample
from portal.settings import read_settings
from tests.support.inside import inside

ROOT = Path(__file__).resolve().parents[3]
ROW = re.compile(r"^\| `([\w.]+)` \| (yes|是)? ?\| ([^|]*) \| [^|]+ \|$", re.MULTILINE)
# Said in words, not as a value.
IN_WORDS = {"recovery", "entities.emergency"}
OWN = {
    "示例集团": "青禾水务", "Sample Group": "Greenfield Water", '"board"': '"aufsicht"', '"union"': '"rat"',
    '"audit"': '"pruefung"', "12333": "1", "12350": "2", "12388": "3", "12345": "4", "https://www.opdc.ie/": "5",
    "本页面的服务器": "这里的服务器", "This page's server": "Our server",
    "也可以来信": "请来信", "You can also": "Please",
    "company-whistleblowing": "own-policy", "investigator-": "handler-", "registrar-a": "clerk", "approver-a": "head",
    "custodian-": "keeper-", "outside-a": "counsel", "-share": "-paper",
}  # fmt: skip


def fields(model: type[OfficeConfig], before: str = "") -> Iterator[tuple[str, bool, object]]:
    """Every field that the reader knows: its whole name, whether it is needed, and what it is else."""
    for name, field in model.model_fields.items():
        yield before + name, field.is_required(), field.default
        inner = TABLES.get(name)
        if inner is not None and inner is not Words and not (before == "policies." and name == "entities"):
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
    with pytest.raises(ConfigRefused, match=r"entities\.1\.edge: Field required; .*entities needs id, name, country, "
                       r"edge, roads; other fields may be left out \(docs/office\.md\)"):  # fmt: skip
        read_config(text.replace("edge = ", "emergency = ", 2).replace("emergency = ", "edge = ", 1)
                    .replace('emergency = { zh = "现在', 'ignored = { zh = "现在'))  # fmt: skip
    with pytest.raises(ConfigRefused, match=r"edge needs zh, en"):
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
    all_but_one = [word for topic in list(TOPICS)[1:] for word in ("--confirm", topic)]
    code, words = office("init", "--config", file, *all_but_one)
    assert (code, "As in the sample: name." in words) == (Exit.REFUSED, True)
    assert not settings.office.exists()
    assert office("check", file, *all_but_one, "--confirm", "name")[0] == Exit.DONE
    assert office("init", "--config", file, *all_but_one, "--confirm", "name")[0] == Exit.DONE
    lacking = sample_config_text().replace('outside = ["outside-a"]\n', "")
    (settings.office / "office.toml").write_text(lacking, "utf-8")
    assert "outside holder" in office("check")[1]
