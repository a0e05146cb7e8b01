"""The roads that a notice takes: a mail server, or the robot of a group."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
from datetime import datetime
from typing import Final, cast
from urllib.parse import quote_plus

import httpx

from portal.notices.config import Hook, HookKind, Mail, Security, Smtp
from portal.notices.letter import letter, words

SECONDS: Final = 10
ANSWER_LIMIT: Final = 8192
ACCEPTED: Final = {HookKind.WECOM: "errcode", HookKind.DINGTALK: "errcode", HookKind.FEISHU: "code"}
"""Which field of the answer is 0 when the robot took it; the status is 200 even where it did not."""


class NoticeNotTaken(Exception):
    """The other side did not take a notice; it is sent again."""


def send_mail(smtp: Smtp, to: Mail, moment: datetime, mark: bytes) -> None:
    """Hands a notice to the mail server; raises `NoticeNotTaken`.

    It counts as sent with the server's answer to its content: how the line ends changes nothing.
    """
    try:
        line = _line(smtp)
    except (smtplib.SMTPException, OSError) as error:
        raise NoticeNotTaken from error
    try:
        line.send_message(letter(smtp, to, moment, mark), smtp.sender, [to.to])
    except (smtplib.SMTPException, OSError) as error:
        raise NoticeNotTaken from error
    finally:
        line.close()


def _line(smtp: Smtp) -> smtplib.SMTP:
    own = smtp.sender.rpartition("@")[2]
    if smtp.security is Security.TLS:
        line: smtplib.SMTP = smtplib.SMTP_SSL(smtp.host, smtp.port, own, timeout=SECONDS, context=_trust())
    else:
        line = smtplib.SMTP(smtp.host, smtp.port, own, timeout=SECONDS)
    try:
        if smtp.security is Security.STARTTLS:
            line.starttls(context=_trust())
        if smtp.user is not None and smtp.password is not None:
            line.login(smtp.user, smtp.password.get_secret_value())
    except BaseException:
        line.close()
        raise
    return line


def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def send_hook(hook: Hook, now: datetime) -> None:
    """Hands a notice to a group's robot; raises `NoticeNotTaken`. No redirection is followed."""
    url, body = signed(hook, now)
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "yanlu"}
    try:
        with httpx.stream("POST", url, content=content, headers=headers, timeout=SECONDS) as answer:
            taken = answer.status_code == 200 and _taken(hook.kind, _beginning(answer))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # The error would name the address, which is a secret.
        raise NoticeNotTaken from _nameless(error)
    if not taken:
        raise NoticeNotTaken


def _nameless(error: Exception) -> Exception:
    return OSError(type(error).__qualname__)


def _beginning(answer: httpx.Response) -> bytes:
    found = b""
    for part in answer.iter_bytes():
        found += part
        if len(found) > ANSWER_LIMIT:
            break
    return found


def _taken(kind: HookKind, answer: bytes) -> bool:
    try:
        found: object = json.loads(answer)
    except ValueError:
        return False
    return isinstance(found, dict) and cast("dict[str, object]", found).get(ACCEPTED[kind]) == 0


def signed(hook: Hook, now: datetime) -> tuple[str, dict[str, object]]:
    """Address and body, signed where the robot asks for it (钉钉: in the address; 飞书: in the body)."""
    _, text = words(hook.language)
    url = hook.url.get_secret_value()
    match hook.kind:
        case HookKind.WECOM:
            return url, {"msgtype": "text", "text": {"content": text}}
        case HookKind.DINGTALK:
            body: dict[str, object] = {"msgtype": "text", "text": {"content": text}}
            return url + _dingtalk_signature(hook, now), body
        case HookKind.FEISHU:
            return url, _feishu_signature(hook, now) | {"msg_type": "text", "content": {"text": text}}


def _hmac(key: str, message: bytes) -> str:
    return base64.b64encode(hmac.new(key.encode(), message, hashlib.sha256).digest()).decode()


def _dingtalk_signature(hook: Hook, now: datetime) -> str:
    """HMAC under the secret, over time in milliseconds and secret."""
    if hook.secret is None:
        return ""
    moment, secret = str(int(now.timestamp() * 1000)), hook.secret.get_secret_value()
    sign = _hmac(secret, f"{moment}\n{secret}".encode())
    return f"&timestamp={moment}&sign={quote_plus(sign)}"


def _feishu_signature(hook: Hook, now: datetime) -> dict[str, object]:
    """HMAC under time in seconds and secret, over nothing."""
    if hook.secret is None:
        return {}
    moment = str(int(now.timestamp()))
    return {"timestamp": moment, "sign": _hmac(f"{moment}\n{hook.secret.get_secret_value()}", b"")}
