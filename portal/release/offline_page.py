"""The page that makes a sealed file without any server: a release's empty form, filled with an office's documents."""

from __future__ import annotations

import json
import re
from typing import Any, Final, cast

from crypto.errors import CryptoError
from crypto.text import read_json
from crypto.transparency_log.office_document import read_office
from portal.office.draft import note_document
from portal.office.errors import OfficeMissing
from portal.office.folder import OfficeFolder

NAME: Final = "yanlu-report.html"
LIMIT: Final = 8 * 1024 * 1024
_OPEN: Final = b'<script type="application/json" id="documents">'
_CLOSE: Final = b"</script>"
_SLOT: Final = _OPEN + b"null" + _CLOSE
_FILLED: Final = re.compile(re.escape(_OPEN) + rb"([^<]*)" + re.escape(_CLOSE))


class NotAnOfflinePage(Exception):
    """Not a page of this kind: the place for the documents is missing, doubled, or holds something else."""


def shell_path(language: str) -> str:
    """Where the empty form of a language stands among the released files of intake."""
    return f"{language}/offline/{NAME}"


def office_texts(office: OfficeFolder, shown: bytes, *, demo: bool) -> dict[str, str]:
    """What the page asks for, by the path at which intake serves it; `shown` is the office document.

    Raises OfficeMissing where a text that its directory names is gone, MalformedJson, WrongShape.
    """
    document = cast("dict[str, Any]", note_document(read_office(shown).directory.decode()))
    texts = {
        "/office/office.json": shown.decode(),
        "/office/site.json": json.dumps({"v": 1, "demo": demo}),
    }
    named = [("jurisdictions", str(document["jurisdictions"]), office.jurisdictions)]
    named += [("policies", str(policy["hash"]), office.policy) for policy in document["policies"]]
    for kind, digest, read in named:
        content = read(digest)
        if content is None:
            raise OfficeMissing(f"{office.path} lacks the text {kind}/{digest}: run `yanlu office sign`")
        texts[f"/office/{kind}/{digest}.json"] = content.decode("utf-8")
    return texts


def fill_page(shell: bytes, texts: dict[str, str]) -> bytes:
    """The form with these texts inside; the same input gives the same bytes. Raises NotAnOfflinePage."""
    if shell.count(_SLOT) != 1 or shell.count(_OPEN) != 1:
        raise NotAnOfflinePage("no place for the documents")
    content = json.dumps({"v": 1, "files": texts}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    # Nothing in it may end its element; JSON reads the escape back.
    return shell.replace(_SLOT, _OPEN + content.replace("<", "\\u003c").encode("utf-8") + _CLOSE)


def empty_page(page: bytes) -> bytes:
    """The release's form that a page was filled from: all of it but data that no browser runs. Raises NotAnOfflinePage.

    The texts are not looked at: the page itself verifies them, under the office code that its reader types.
    """
    found = list(_FILLED.finditer(page))
    if len(page) > LIMIT or len(found) != 1 or page.count(_OPEN) != 1:
        raise NotAnOfflinePage("no place for the documents")
    try:
        document = read_json(found[0].group(1), LIMIT)
    except CryptoError as error:
        raise NotAnOfflinePage("no documents in their place") from error
    if not isinstance(document, dict) or set(cast("dict[str, object]", document)) != {"v", "files"}:
        raise NotAnOfflinePage("no documents in their place")
    return page[: found[0].start()] + _SLOT + page[found[0].end() :]
