"""Vectors of the proof of work: seeds, trials, proofs that hold and proofs of something else."""

import crypto
from crypto.framing import b64encode, sha256
from tests.crypto.sample import Drawn
from tests.crypto.vector_file import VectorFile

ROUTE = "POST /api/submissions"
WINDOW = 5978880


def work() -> VectorFile:
    """Proofs of work."""
    out = VectorFile("work", "SPEC §10: proof of work")
    subject = sha256(b"{}")
    seed = out.good("work_seed", "a seed", route=ROUTE, window=WINDOW, subject=b64encode(subject))["seed"]
    out.good("work_seed", "of a part", route="PUT /api/blobs/AAAAAAAAAAAAAAAAAAAAAA/parts/0", window=0, subject=seed)
    for search, number in ((0, 0), (3, 0), (0, 3), (3, 2**32 - 1)):
        out.good("work_trial", f"search {search}, number {number}", seed=seed, search=search, number=number)
    proof = crypto.do_work(crypto.WorkAsked(8, WINDOW), ROUTE, subject, Drawn("work"))
    given = {"proof": proof.text, "route": ROUTE, "subject": b64encode(subject)}
    out.good("check_work", "as done", **given)
    out.good("check_work", "a number with leading zeros is the same proof", **given | {"proof": _padded(proof)})
    for name, change in {
        "another route": {"route": "POST /api/posts"},
        "another content": {"subject": b64encode(sha256(b"{} "))},
        "another window": {"proof": _text(proof, window=WINDOW + 1)},
        "more bits than were done": {"proof": _text(proof, bits=14)},
        "two searches swapped": {"proof": _text(proof, numbers=(*reversed(proof.numbers[:2]), *proof.numbers[2:]))},
        "fewer bits than may be asked": {"proof": _text(proof, bits=7)},
        "more bits than may be asked": {"proof": _text(proof, bits=15)},
        "a search missing": {"proof": _text(proof, numbers=proof.numbers[:3])},
        "a search too many": {"proof": _text(proof, numbers=(*proof.numbers, 0))},
        "a number of 33 bits": {"proof": _text(proof, numbers=(*proof.numbers[:3], 2**32))},
        "another version": {"proof": "2" + proof.text[1:]},
        "a sign": {"proof": proof.text.replace("1.", "1.+", 1)},
        "a space": {"proof": proof.text + " "},
        "a line end": {"proof": proof.text + "\n"},
        "nothing": {"proof": ""},
    }.items():
        out.bad("check_work", name, "work", **given | change)
    return out


def _text(proof: crypto.Work, **change: int | tuple[int, ...]) -> str:
    window, bits = change.get("window", proof.window), change.get("bits", proof.bits)
    numbers = change.get("numbers", proof.numbers)
    return crypto.Work(window, bits, numbers).text  # type: ignore[arg-type]


def _padded(proof: crypto.Work) -> str:
    return proof.text.replace(f".{proof.numbers[0]}.", f".{str(proof.numbers[0]).zfill(10)}.")
