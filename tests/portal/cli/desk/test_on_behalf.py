"""E-mail files and old registers on the member's machine: read within bounds, refused in words, never half."""

from __future__ import annotations

import random  # noqa: TID251  # lots that fall the same way every time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from portal.cli.desk.eml import EmlRefused, read_eml
from portal.cli.desk.old_register import MOST_ROWS, RegisterRefused, read_register
from portal.cli.desk.on_behalf_command import EML_FAULTS, REGISTER_FAULTS
from portal.cli.words import Catalogue

LINES = (
        "Received: from [10.1.2.3] by mail", "From: =?UTF-8?B?5p2O5ZubIDxsaUBleGFtcGxlLm9yZz4=?=",
        "Subject: =?utf-8?Q?a=5Fb_c?=", "Date: Thu, 12 Mar 2026 09:30:00 +0800 (CST)", "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="outer"', "", "--outer",
        "Content-Type: multipart/alternative; boundary=inner", "", "--inner",
        "Content-Type: text/plain; charset=gb18030", "Content-Transfer-Encoding: base64", "", "suK5urvYv9s=", "--inner",
        "Content-Type: text/html", "", "<p>not this</p>", "--inner--", "--outer", "Content-Type: image/jpeg",
        "Content-Disposition: attachment; filename*=UTF-8''..%2F%E5%8F%91%E7%A5%A8.jpg",
        "Content-Transfer-Encoding: base64", "", "/9j/", "--outer--",
)  # fmt: skip
MAIL = "\r\n".join(LINES).encode()


def fault(content: bytes) -> str:
    """Why an e-mail file is not taken."""
    with pytest.raises(EmlRefused) as refused:
        read_eml(content)
    return refused.value.fault


def test_an_email_gives_sender_subject_day_text_and_files() -> None:
    """In its charsets; the plain text before the HTML; no server on its way; a file name leads out of no folder."""
    mail = read_eml(MAIL)
    assert "li@example.org" in mail.sender
    assert (mail.subject, mail.received) == ("a_b c", "2026-03-12")
    assert mail.text == b"\xb2\xe2\xb9\xba\xbb\xd8\xbf\xdb".decode("gb18030")
    assert [(name, len(content)) for name, content in mail.files] == [("_._发票.jpg", 3)]
    assert "10.1.2.3" not in repr(mail)


def test_a_mail_of_html_alone_becomes_words() -> None:
    """No tag, no script, entities as characters."""
    html = b"<style>p{}</style><p>Tom &amp; J&#39;s</p><script>x()</script><div>2</div>"
    mail = read_eml(b"From: a@example.org\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html)
    assert mail.text == "Tom & J's\n2"


def test_what_is_no_email_is_refused_in_both_languages() -> None:
    """Another file, a head without end, parts without end."""
    assert fault(b"%PDF-1.7") == "not-an-email"
    assert fault(b"From: " + b"x" * 70_000 + b"\r\n\r\nx") == "too-large"
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n" for at in range(12))
    assert fault(f"From: a@example.org\r\n{deep}\r\nx".encode()) == "too-deep"
    many = b"--b\r\n\r\nx\r\n" * 100
    assert fault(b"From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + many) == "too-deep"
    for sentence in (*EML_FAULTS.values(), *REGISTER_FAULTS.values()):
        assert Catalogue("zh")(sentence) != sentence


def test_changed_bytes_never_break_the_reader() -> None:
    """Read or refused, and nothing else."""
    lots = random.Random(7)
    refused = 0
    for _ in range(600):
        content = bytearray(MAIL)
        for _ in range(lots.randint(1, 6)):
            content[lots.randrange(len(content))] = lots.randrange(256)
        try:
            assert len(read_eml(bytes(content[: lots.randint(1, len(content))])).text) <= 65_536
        except EmlRefused:
            refused += 1
    assert 5 < refused < 590


def sheet(path: Path, *rows: list[object]) -> Path:
    """A spreadsheet."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def register_fault(path: Path, account: str | None = None) -> tuple[str, str]:
    """Why a register is not taken, and where."""
    with pytest.raises(RegisterRefused) as refused:
        read_register(path, account, None)
    return refused.value.fault, refused.value.where


def test_an_old_register_is_read_row_by_row(tmp_path: Path) -> None:
    """Usual headings are known, days in several spellings; other columns go with the account, blank rows are none."""
    path = sheet(
        tmp_path / "old.xlsx",
        ["序号", "收到日期", "主要内容", "部门"],
        [1, date(2024, 3, 12), "采购回扣", "采购部"],
        [None, None, None, None],
        [2, "2024年5月6日", "加班不付费", ""],
    )
    first, second = read_register(path, None, None)
    assert (first.row, first.received) == (2, date(2024, 3, 12))
    assert first.account.startswith("采购回扣\n\n")
    assert "部门: 采购部" in first.account
    assert (second.row, second.received) == (4, date(2024, 5, 6))


def test_a_register_that_is_not_whole_is_refused_whole(tmp_path: Path) -> None:
    """A row without a day or without a matter, a missing column, too many rows, another file, a bomb."""
    head: list[object] = ["日期", "内容"]
    assert register_fault(sheet(tmp_path / "a.xlsx", head, ["2024-01-01", "x"], ["someday", "y"])) == ("no-day", "3")
    assert register_fault(sheet(tmp_path / "b.xlsx", head, ["2024-01-01", ""])) == ("no-account", "2")
    assert register_fault(sheet(tmp_path / "c.xlsx", ["日期", "别的"], ["2024-01-01", "x"]))[0] == "no-column"
    assert register_fault(sheet(tmp_path / "d.xlsx", head, ["2024-01-01", "x"]), "事由") == ("no-column", "事由")
    long = sheet(tmp_path / "e.xlsx", head, *([["2024-01-01", "x"]] * (MOST_ROWS + 1)))
    assert register_fault(long)[0] == "too-large"
    (tmp_path / "f.xlsx").write_bytes(b"%PDF-1.7")
    assert register_fault(tmp_path / "f.xlsx")[0] == "not-a-spreadsheet"
    with zipfile.ZipFile(tmp_path / "g.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * (130 * 1024 * 1024))
    assert register_fault(tmp_path / "g.xlsx")[0] == "too-large"
