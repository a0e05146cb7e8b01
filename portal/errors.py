"""One table from what was refused to status, type and words (RFC 9457)."""

from __future__ import annotations

import errno
import json
from functools import cache

from flask import Flask, Response, request
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoLineFree
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

from casework.engine.refusal_words import allowed_words
from casework.engine.refusals import StepUnfit
from casework.errors import CaseUnknown, EpochPassed, EventRefused, HeadMoved, ItemOutOfOrder, ProposalOpen
from casework.rules.acts import TRAITS
from crypto.errors import CheckStage, CryptoError, MalformedJson
from portal.languages import DEFAULT, LOCALE, in_language, languages
from portal.logs import log
from portal.problems import PROBLEMS, ProblemCode
from portal.site_build.strings import FaceCatalogue, read_catalogue
from retaliation_watch.errors import (
    AlertUnknown,
    FormChanged,
    FormRefused,
    ManifestRefused,
    NoAgreement,
    ReviewUnknown,
    SequenceUsed,
    SourceUnknown,
    TooManyNames,
    TooManyRequests,
)

TYPE_PREFIX = "urn:yanlu:error:"


class ProblemRefusal(Exception):
    """Base of what the edge refuses; each subclass is named after the fact, and it or the instance has a code."""

    code: ProblemCode


class Malformed(ProblemRefusal):
    """A body or header that is not of the written shape."""

    code = ProblemCode.MALFORMED


class OfficeNotReady(ProblemRefusal):
    """No signed directory lies in the office folder."""

    code = ProblemCode.OFFICE_NOT_READY


# Refusals of packages that know nothing of HTTP.
FOREIGN: tuple[tuple[type[Exception], ProblemCode], ...] = (
    (CaseUnknown, ProblemCode.NO_SUCH_CASE),
    (HeadMoved, ProblemCode.HEAD_MOVED),
    (ProposalOpen, ProblemCode.PROPOSAL_OPEN),
    (EventRefused, ProblemCode.STEP_REFUSED),
    (StepUnfit, ProblemCode.STEP_REFUSED),
    (EpochPassed, ProblemCode.STEP_REFUSED),
    (ItemOutOfOrder, ProblemCode.STEP_REFUSED),
    (MalformedJson, ProblemCode.MALFORMED),
    (NoAgreement, ProblemCode.NOT_AGREED),
    (ManifestRefused, ProblemCode.MANIFEST_REFUSED),
    (SequenceUsed, ProblemCode.SEQUENCE_USED),
    (FormChanged, ProblemCode.FORM_CHANGED),
    (FormRefused, ProblemCode.FORM_REFUSED),
    (SourceUnknown, ProblemCode.NOT_FOUND),
    (ReviewUnknown, ProblemCode.NOT_FOUND),
    (AlertUnknown, ProblemCode.NOT_FOUND),
    (TooManyNames, ProblemCode.TOO_MANY_ATTEMPTS),
    (TooManyRequests, ProblemCode.TOO_MANY_REQUESTS),
)
SEALING_STAGES = {CheckStage.HEADER, CheckStage.STANZAS, CheckStage.PADDING, CheckStage.PAYLOAD}
HTTP_CODES = {
    404: ProblemCode.NOT_FOUND,
    405: ProblemCode.WRONG_METHOD,
    413: ProblemCode.TOO_LARGE,
    429: ProblemCode.TOO_MANY_ATTEMPTS,
}
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
UNWRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}


def code_of(error: BaseException) -> ProblemCode:
    """The code of whatever was raised; what nobody foresaw is a `fault`."""
    if isinstance(error, ProblemRefusal):
        return error.code
    for kind, code in FOREIGN:
        if isinstance(error, kind):
            return code
    match error:
        case CryptoError():
            return ProblemCode.NOT_SEALED if error.stage in SEALING_STAGES else ProblemCode.MALFORMED
        case HTTPException():
            return HTTP_CODES.get(
                error.code or 500, ProblemCode.MALFORMED if (error.code or 500) < 500 else ProblemCode.FAULT
            )
        case DBAPIError() | NoLineFree():
            return _code_of_store(error)
        case OSError():
            return _code_of_disk(error)
        case _:
            return ProblemCode.FAULT


def _code_of_disk(error: OSError) -> ProblemCode:
    if error.errno in FULL:
        return ProblemCode.STORE_FULL
    return ProblemCode.STORE_UNAVAILABLE if error.errno in UNWRITABLE else ProblemCode.FAULT


def _code_of_store(error: DBAPIError | NoLineFree) -> ProblemCode:
    if isinstance(error, NoLineFree) or error.connection_invalidated:
        return ProblemCode.STORE_UNAVAILABLE
    if not isinstance(error, OperationalError):
        return ProblemCode.FAULT
    full, said = ("is full", "No space left", "could not extend file"), str(error.orig)
    return ProblemCode.STORE_FULL if any(words in said for words in full) else ProblemCode.STORE_UNAVAILABLE


@cache
def catalogue(language: str) -> FaceCatalogue:
    """The words of domain `errors` in one language."""
    return read_catalogue(LOCALE, language, ("errors",))


def wanted_language() -> str:
    """Of the languages that there are the one that the request's `Accept-Language` puts first; else the default."""
    return _best(request.accept_languages)


def language_of(accepted: str) -> str:
    """The same for the header itself, where there is no request yet."""
    return _best(parse_accept_header(accepted, LanguageAccept))


def _best(accepted: LanguageAccept) -> str:
    return accepted.best_match(list(languages())) or DEFAULT


def problem(code: ProblemCode, language: str, **more: object) -> Response:
    """The answer to a refusal, with `more` members; it never repeats anything of the request."""
    row = PROBLEMS[code]
    words = catalogue(language)
    body = {
        "type": f"{TYPE_PREFIX}{code}",
        "title": words.say(row.title),
        "detail": words.say(row.detail),
        "status": row.status,
        **more,
    }
    answer = Response(json.dumps(body, ensure_ascii=False), row.status, mimetype="application/problem+json")
    answer.headers["Content-Language"] = languages()[language].lang
    return answer


def answer_errors(app: Flask) -> None:
    """Answers every exception from the table; only its kind is written down, never its words."""

    def answer(error: Exception) -> Response:
        code = code_of(error)
        if code is ProblemCode.FAULT:
            # A traceback or a message could carry what somebody sent.
            log.error("fault", error=type(error).__qualname__, place=_place(error))
        response = problem(code, wanted_language(), **_details(error))
        if isinstance(error, HTTPException) and error.code == 405:
            response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return response

    app.register_error_handler(Exception, answer)


def _details(error: Exception) -> dict[str, object]:
    """What a policy refuses is told in its words, with what would be allowed; a step's other faults by their code."""
    if isinstance(error, EventRefused):
        return {"reason": error.reason}
    if not isinstance(error, StepUnfit):
        return {}
    refusal, language = error.refusal, wanted_language()
    # What of the masked steps would pass only members can say, who open what is sealed.
    clear = [(act, words) for act, words in allowed_words(refusal) if not TRAITS[act].masked]
    allowed = [{"act": act, "name": in_language(words, language)} for act, words in clear]
    detail = in_language(error.words, language)
    return {"detail": detail, "reason": refusal.reason, "names": list(refusal.names), "allowed": allowed}


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    if trace is None:
        return "?"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
