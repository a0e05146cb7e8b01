"""Vectors of texts by language: what a document may hold, and what a page shows of it (SPEC §1)."""

from collections.abc import Callable

import crypto
from crypto.framing import b64encode
from tests.crypto.sample import Office
from tests.crypto.vector_file import VectorFile

FRENCH = {"fr": "Ligne d'alerte"}
MANY = {"en": "Line", "en-IE": "Irish line", "fr": "Ligne", "zh-Hans": "言路", "zh-Hant": "言路（繁）"}
TAGS = [f"a{chr(letter)}" for letter in range(ord("a"), ord("z"))]
REFUSED: dict[str, object] = {
    "a tag in capitals": {"FR": "a", "fr": "a"},
    "two tags that differ in case": {"en-GB": "a", "en-gb": "b", "fr": "a"},
    "a script in small letters": {"fr": "a", "zh-hans": "a"},
    "a language of one letter": {"f": "a", "fr": "a"},
    "a language of four letters": {"fr": "a", "fran": "a"},
    "a tag with a variant": {"de-CH-1901": "a", "fr": "a"},
    "a private tag": {"fr": "a", "x-ours": "a"},
    "a tag with an underline": {"fr": "a", "zh_CN": "a"},
    "an empty tag": {"": "a", "fr": "a"},
    "without the document's language": {"en": "a", "zh": "b"},
    "a region of the document's language alone": {"fr-FR": "a"},
    "no language": {},
    "seventeen languages": dict.fromkeys(sorted(["fr", *TAGS[:16]]), "a"),
    "tags out of byte order": {"zh": "a", "fr": "a"},
    "an empty text": {"en": "", "fr": "a"},
    "a text of spaces": {"fr": "   "},
    "a text that is a number": {"fr": 7},
    "no map": "Ligne d'alerte",
    "a list": ["fr", "a"],
    "null": None,
}


def localized_texts(out: VectorFile, office: Office, given: Callable[..., dict[str, object]]) -> None:
    """Names of one language and of several, in the directory and by themselves."""
    wanted = ["fr", "en", "zh", "zh-Hant-HK", "zh-Hans-CN", "en-IE", "en-US", "de"]
    sixteen = {tag: tag for tag in sorted(["fr", *TAGS[:15]])}
    for name, texts in (("one language", FRENCH), ("several languages", MANY), ("sixteen languages", sixteen)):
        out.good("localized_text", name, texts=texts, language="fr", wanted=wanted)
    forms = {"es-419": "a", "fr": "a", "yue-Hant-HK": "a"}
    out.good("localized_text", "a region by number, a language of three letters", texts=forms, language="fr", wanted=[])
    blank = {"fr": "\u3000"}
    out.good("localized_text", "a wide space is a letter like any other", texts=blank, language="fr", wanted=["fr"])
    for name, texts in REFUSED.items():
        out.bad("localized_text", name, "schema", texts=texts, language="fr", wanted=[])
    for language in ("FR", "fr_FR", "", 7, None):
        out.bad("localized_text", f"no language: {language!r}", "schema", texts=FRENCH, language=language, wanted=[])
    document = office.directory_document()
    changes: dict[str, tuple[dict[str, object], str | None]] = {
        "a name in one more language": ({"name": {"en": "a", "fr": "b", "zh": "c"}}, None),
        "a name in the document's language alone": ({"name": {"zh": "c"}}, None),
        "a directory in English": ({"language": "en"}, None),
        "a name that lacks the document's language": ({"name": {"en": "a", "fr": "b"}}, "schema"),
        "a language in which nothing is written": ({"language": "fr"}, "schema"),
        "a language that is no tag": ({"language": "Chinese"}, "schema"),
        "a language that is null": ({"language": None}, "schema"),
    }
    for name, (change, stage) in changes.items():
        content = crypto.write_json(document | change)
        head = b"\n".join((b"yanlu/v1/directory", b64encode(office.office).encode(), b"7", content, b""))
        note = crypto.sign_note(head, office.keepers).decode()
        if stage is None:
            out.good("verify_directory", name, **given(note=note))
        else:
            out.bad("verify_directory", name, stage, **given(note=note))
