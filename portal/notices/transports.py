"""Transports for notices: a mail server, a chat group's bot, or any program with a webhook."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, cast
from urllib.parse import quote_plus

import httpx

from portal.notices.config import Hook, HookKind, Mail, Security, Smtp, webhook_key
from portal.notices.letter import Notice, letter, words

SECONDS: Final = 10
ANSWER_LIMIT: Final = 8192
ACCEPTED: Final = {HookKind.WECOM: "errcode", HookKind.DINGTALK: "errcode", HookKind.FEISHU: "code"}
"""Which field of a robot's answer is 0 when it took it; the status is 200 even where it did not."""


class NoticeNotDelivered(Exception):
    """The transport did not accept a notice; it is sent again."""


def send_mail(smtp: Smtp, to: Mail, notice: Notice) -> None:
    """Hands a notice to the mail server; raises `NoticeNotDelivered`.

    It counts as sent with the server's answer to its content: how the line ends changes nothing.
    """
    try:
        line = _connect(smtp)
    except (smtplib.SMTPException, OSError) as error:
        raise NoticeNotDelivered from error
    try:
        line.send_message(letter(smtp, to, notice), smtp.sender, [to.to])
    except (smtplib.SMTPException, OSError) as error:
        raise NoticeNotDelivered from error
    finally:
        line.close()


def _connect(smtp: Smtp) -> smtplib.SMTP:
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


def send_hook(hook: Hook, notice: Notice, now: datetime) -> None:
    """Hands a notice to a group's robot or a program; raises `NoticeNotDelivered`. No redirection is followed."""
    call = signed_call(hook, notice, now)
    try:
        with httpx.stream("POST", call.url, content=call.content, headers=call.headers, timeout=SECONDS) as answer:
            accepted = _accepted(hook.kind, answer)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # The error would name the address, which is a secret.
        raise NoticeNotDelivered from _without_address(error)
    if not accepted:
        raise NoticeNotDelivered


def _without_address(error: Exception) -> Exception:
    return OSError(type(error).__qualname__)


def _read_start(answer: httpx.Response) -> bytes:
    found = b""
    for part in answer.iter_bytes():
        found += part
        if len(found) > ANSWER_LIMIT:
            break
    return found


def _accepted(kind: HookKind, answer: httpx.Response) -> bool:
    if kind is HookKind.PLAIN:
        return answer.is_success
    try:
        found: object = json.loads(_read_start(answer)) if answer.status_code == 200 else None
    except ValueError:
        return False
    return isinstance(found, dict) and cast("dict[str, object]", found).get(ACCEPTED[kind]) == 0


@dataclass(frozen=True)
class WebhookCall:
    """What is sent to a robot or program; the address is a secret."""

    url: str = field(repr=False)
    content: bytes
    headers: dict[str, str]


def signed_call(hook: Hook, notice: Notice, now: datetime) -> WebhookCall:
    """Address, body and headers, signed where asked for: 钉钉 in the address, 飞书 in the body, others in a header."""
    _, text = words(hook.language, notice.text)
    url = hook.url.get_secret_value()
    match hook.kind:
        case HookKind.WECOM:
            return _call(url, {"msgtype": "text", "text": {"content": text}})
        case HookKind.DINGTALK:
            return _call(url + _dingtalk_signature(hook, now), {"msgtype": "text", "text": {"content": text}})
        case HookKind.FEISHU:
            return _call(url, _feishu_signature(hook, now) | {"msg_type": "text", "content": {"text": text}})
        case HookKind.PLAIN:
            call = _call(url, {"text": text})
            return replace(call, headers=call.headers | _standard_signature(hook, notice, call.content, now))


def _call(url: str, body: dict[str, object]) -> WebhookCall:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "yanlu"}
    return WebhookCall(url, json.dumps(body, ensure_ascii=False).encode(), headers)


def _standard_signature(hook: Hook, notice: Notice, content: bytes, now: datetime) -> dict[str, str]:
    """Standard Webhooks: HMAC under the key, over id, time in seconds and body; the same again has the same id."""
    name, moment = f"msg_{notice.mark.hex()}", str(int(now.timestamp()))
    headers = {"webhook-id": name, "webhook-timestamp": moment}
    key = None if hook.secret is None else webhook_key(hook.secret)
    if key is None:
        return headers
    made = hmac.new(key, f"{name}.{moment}.".encode() + content, hashlib.sha256).digest()
    return headers | {"webhook-signature": f"v1,{base64.b64encode(made).decode()}"}


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
