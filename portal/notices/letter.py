"""The words of a notice: fixed, in one language, of one size whatever happened."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path

from portal.notices.config import Language, Mail, Smtp

WORDS = Path(__file__).resolve().parents[2] / "templates/notices"


@cache
def words(language: Language) -> tuple[str, str]:
    """Subject and text."""
    subject, _, text = (WORDS / f"{language}.txt").read_text("utf-8").partition("\n\n")
    return subject, text.strip() + "\n"


def letter(smtp: Smtp, to: Mail, moment: datetime, mark: bytes) -> EmailMessage:
    """The mail of a moment; the same again has the same name (`mark`), by which mailboxes know a second copy.

    Its date is the moment at which it was to go out, so that not even a delay is told.
    """
    subject, text = words(to.language)
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = smtp.sender, to.to, subject
    made["Date"] = format_datetime(moment)
    made["Message-ID"] = f"<{mark.hex()}@{smtp.sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = {Language.ZH: "zh-CN", Language.EN: "en"}[to.language]
    made.set_content(text, charset="utf-8", cte="base64")
    return made
