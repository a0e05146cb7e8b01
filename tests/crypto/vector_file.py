"""Collecting cases into a vector file, each run through the Python twin as it is added."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from crypto import CryptoError
from tests.crypto.vector_ops import OPS, resolve

LONG = 300
FOLDER = Path(__file__).resolve().parents[2] / "crypto/vectors"


class VectorFile:
    """One file of vectors in the making."""

    def __init__(self, name: str, about: str, **shared: Any) -> None:
        self.name = name
        self.about = about
        self.shared = shared
        self.cases: list[dict[str, Any]] = []

    def good(self, op: str, name: str, **given: Any) -> Any:
        """Add a case that succeeds; gives its output."""
        output = OPS[op](resolve(given, self.shared))
        self.cases.append({"name": name, "op": op, "input": given, "output": output})
        return output

    def bad(self, op: str, name: str, stage: str, **given: Any) -> None:
        """Add a case that must fail at `stage`."""
        try:
            OPS[op](resolve(given, self.shared))
        except CryptoError as error:
            if error.stage != stage:
                raise AssertionError(f"{self.name}: {name}: {error.stage}, not {stage}") from error
        else:
            raise AssertionError(f"{self.name}: {name}: not refused")
        self.cases.append({"name": name, "op": op, "input": given, "fails": stage})

    def share(self) -> None:
        """Puts long strings that stand in several places into `shared`."""
        seen: Counter[str] = Counter()

        def count(value: Any) -> None:
            if isinstance(value, str) and len(value) > LONG:
                seen[value] += 1
            for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
                count(member)

        count([self.shared, [case["input"] for case in self.cases]])
        names = {text: f"text-{at}" for at, (text, times) in enumerate(seen.items()) if times > 1}

        def replaced(value: Any) -> Any:
            if isinstance(value, str):
                return {"$": names[value]} if value in names else value
            if isinstance(value, list):
                return [replaced(member) for member in value]
            return {key: replaced(member) for key, member in value.items()} if isinstance(value, dict) else value

        # Edited bytes are read without resolving, so a string of `shared` itself stays where it is.
        self.shared = {k: v if isinstance(v, str) else replaced(v) for k, v in self.shared.items()}
        self.shared |= {name: text for text, name in names.items()}
        self.cases = [case | {"input": replaced(case["input"])} for case in self.cases]

    def write(self) -> None:
        """Write the file, one case a line."""
        self.share()
        head = json.dumps({"format": 1, "about": self.about, "shared": self.shared}, ensure_ascii=False)
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in self.cases)
        (FOLDER / f"{self.name}.json").write_text(f'{head[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
