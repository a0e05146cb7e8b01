"""What nginx refuses by itself, in the words and with the headers of the faces: `python -m tests.deploy.refusals`."""

from __future__ import annotations

from pathlib import Path

from portal.edge.headers import strict_headers
from portal.errors import ProblemCode, problem

NGINX = Path(__file__).resolve().parents[2] / "deploy/nginx"
# nginx's own refusals, and the one of ours that says the same.
REFUSALS = {
    "malformed": (ProblemCode.MALFORMED, "400 403 404 405 408 411 412 414 415 416 431 494 495 496 497"),
    "too_large": (ProblemCode.TOO_LARGE, "413"),
    "busy": (ProblemCode.BUSY, "429"),
    "unavailable": (ProblemCode.STORE_UNAVAILABLE, "500 501 502 503 504"),
}


def words() -> str:
    """`words.conf`: each refusal in both languages."""
    lines = ["# What nginx says when it refuses by itself: the sentences of `portal/errors.py`."]
    for name, (code, _) in REFUSALS.items():
        lines.append(f"map $language ${name} {{")
        for language in ("zh", "en"):
            said = problem(code, language).get_data(as_text=True).replace("'", "\\\\u0027")
            lines.append(f"    {language} '{said}';")
        lines.append("}")
    return "\n".join([*lines, ""])


def locations() -> str:
    """`refusals.conf`: which status is answered how, with the headers that every answer carries."""
    lines = ["# How nginx refuses by itself: with the headers of `portal/edge/headers.py`."]
    lines += [f"error_page {statuses} = /-{name};" for name, (_, statuses) in REFUSALS.items()]
    for name, (code, _) in REFUSALS.items():
        headers = [f'    add_header {key} "{value}" always;' for key, value in strict_headers(behind_tls=True).items()]
        answer = f"    return {problem(code, 'en').status_code} ${name};"
        # What cannot be read at all has no address yet, and would not reach a named location.
        kind = "    default_type application/problem+json;"
        # What is refused may be as large as it likes: it is not read, and not refused a second time.
        size = "    client_max_body_size 0;"
        lines += [f"location = /-{name} {{", "    internal;", kind, size, *headers, answer, "}"]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    (NGINX / "words.conf").write_text(words(), "utf-8")
    (NGINX / "refusals.conf").write_text(locations(), "utf-8")
