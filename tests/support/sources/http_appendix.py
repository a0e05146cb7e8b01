"""The rows of SPEC's table of calls, as the description of each interface gives them; the same in every language.

`python -m tests.support.sources.http_appendix` writes those of intake and desk into both languages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
FACES = ("intake", "desk", "officer", "hr-upload")
HEADS = {
    "SPEC.md": ("## Appendix A.", ("### Intake", "### Desk", "### Officer", "### HR's upload")),
    "SPEC.zh-CN.md": ("## 附录甲", ("### 举报端", "### 工作台", "### 专员端", "### 投递口")),
}
DEEPEST = 3
_B64 = re.compile(r"\^\[A-Za-z0-9_-\]\{(\d+)\}\$")
Json = dict[str, Any]


def description(face: str) -> Json:
    """The OpenAPI document of a face."""
    return json.loads((ROOT / f"portal/openapi/{face}.json").read_text("utf-8"))


class Described:
    """One interface, written as rows."""

    def __init__(self, document: Json) -> None:
        self._document = document

    def rows(self) -> Iterator[str]:
        """A row for each call, in the document's order."""
        for path, calls in self._document["paths"].items():
            for method, call in calls.items():
                cells = (f"`{method.upper()} {path}`", self._body(call), self._answers(call))
                yield f"| {' | '.join(cells)} |"

    def _body(self, call: Json) -> str:
        content = call.get("requestBody", {}).get("content", {})
        return ", ".join(self._content(media, one) for media, one in content.items()) or "–"

    def _answers(self, call: Json) -> str:
        found, refused = list[str](), list[str]()
        for status, answer in call["responses"].items():
            if int(status) >= 300:
                refused.append(f"`{status}`")
                continue
            content = self._resolved(answer).get("content", {})
            said = " ".join(self._content(media, one) for media, one in content.items())
            found.append(f"`{status}` {said}".strip())
        return "; ".join((", ".join(found), *([" ".join(refused)] if refused else [])))

    def _content(self, media: str, content: Json) -> str:
        if media != "application/json":
            return f"`{media}`"
        return f"`{self._written(content['schema'], 0)}`".replace("|", "\\|")

    def _resolved(self, schema: Json) -> Json:
        if "$ref" not in schema:
            return schema
        found: Json = self._document
        for step in schema["$ref"].split("/")[1:]:
            found = found[step]
        return found

    def _written(self, schema: Json, depth: int) -> str:
        schema = self._resolved(schema)
        if "const" in schema:
            return json.dumps(schema["const"], ensure_ascii=False)
        if "enum" in schema:
            return "|".join(json.dumps(one, ensure_ascii=False) for one in schema["enum"])
        if several := schema.get("anyOf", schema.get("oneOf")):
            return "|".join(self._written(one, depth) for one in several)
        kinds = schema.get("type", "any")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        return "|".join(self._of(str(kind), schema, depth) for kind in kinds)

    def _of(self, kind: str, schema: Json, depth: int) -> str:
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                most = f" ≤ {schema['maxItems']}" if "maxItems" in schema else ""
                return f"[{self._written(schema.get('items', {}), depth + 1)}{most}]"
            case "string":
                return _text(schema)
            case "integer":
                return _number(schema)
            case "boolean":
                return "bool"
            case _:
                return kind

    def _object(self, schema: Json, depth: int) -> str:
        members = schema.get("properties", {})
        if not members or depth >= DEEPEST:
            return "{…}"
        needed = set(schema.get("required", []))
        written = (
            f'"{name}"{"" if name in needed else "?"}:{self._written(one, depth + 1)}' for name, one in members.items()
        )
        return "{" + ",".join(written) + "}"


def _text(schema: Json) -> str:
    pattern = schema.get("pattern", "")
    if found := _B64.fullmatch(pattern):
        return f"b64 {int(found[1]) * 3 // 4}"
    if pattern.startswith("^[a-z0-9][a-z0-9-]"):
        return "id"
    if schema.get("format") == "date":
        return "day"
    kind = "b64" if pattern == "^[A-Za-z0-9_-]*$" else "text"
    return f"{kind} ≤ {schema['maxLength']}" if "maxLength" in schema else kind


def _number(schema: Json) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None and high is None:
        return "int"
    return f"≥ {low}" if high is None else f"{low}–{high}"


def table(name: str, face: str) -> list[str]:
    """The rows of one table of the appendix as it stands; `name` is that of a SPEC."""
    start, heads = HEADS[name]
    _, found, text = (ROOT / "crypto" / name).read_text("utf-8").partition(f"\n{start}")
    _, below, text = text.partition(f"\n{heads[FACES.index(face)]}\n")
    assert found, name
    assert below, face
    return [row for row in re.split(r"\n#+ ", text)[0].split("\n") if row.startswith("| `")]


def main() -> None:
    """Writes both described tables in each language."""
    for name in HEADS:
        path = ROOT / "crypto" / name
        for face in ("intake", "desk"):
            old, new = table(name, face), list(Described(description(face)).rows())
            path.write_text(path.read_text("utf-8").replace("\n".join(old), "\n".join(new), 1), "utf-8")


if __name__ == "__main__":
    main()
