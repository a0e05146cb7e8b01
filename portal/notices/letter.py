"""The words of a notice: fixed, in one language, of one size whatever happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from functools import cache

from portal.languages import languages
from portal.notices.config import TEXTS, Mail, Smtp


class Text(StrEnum):
    """The texts there are: at fixed hours, when an urgent report came in, when a machine needs care, to try a road."""

    REMINDER = "reminder"
    ON_CALL = "on-call"
    OPERATOR = "operator"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Notice:
    """One text of one moment; the same again has the same `mark`, by which a second copy is known."""

    text: Text
    moment: datetime
    mark: bytes


@cache
def words(language: str, text: Text = Text.REMINDER) -> tuple[str, str]:
    """Subject and text."""
    file = f"{language}.txt" if text is Text.REMINDER else f"{text}.{language}.txt"
    subject, _, body = (TEXTS / file).read_text("utf-8").partition("\n\n")
    return subject, body.strip() + "\n"


def letter(smtp: Smtp, to: Mail, notice: Notice) -> EmailMessage:
    """The mail of a notice. Its date is the moment at which it was to go out, so that not even a delay is told."""
    subject, text = words(to.language, notice.text)
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = smtp.sender, to.to, subject
    made["Date"] = format_datetime(notice.moment)
    made["Message-ID"] = f"<{notice.mark.hex()}@{smtp.sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = languages()[to.language].lang
    made.set_content(text, charset="utf-8", cte="base64")
    return made
