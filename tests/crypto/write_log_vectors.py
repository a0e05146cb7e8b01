"""Vectors of the log: trees and proofs in them, checkpoints, the keepers' note, proofs of filing."""

import base64
from dataclasses import replace
from typing import Any

import crypto
from crypto.framing import b64encode, sha256, verify_key
from crypto.office.witnesses import cosign
from crypto.transparency_log.checkpoint import LogKey
from crypto.transparency_log.filing import FILING_SIZE, Fact, log_entry, office_log_key, read_proof, seal_filing
from crypto.transparency_log.tlog import consistency_path, inclusion_path, root_hash
from tests.crypto.log_sample import SampleLog, entries_of, tiles_for
from tests.crypto.sample import Drawn
from tests.crypto.vector_file import VectorFile

SIZES = (1, 2, 3, 4, 7, 8, 13)


def log() -> VectorFile:
    """The log."""
    out = VectorFile("log", "SPEC §12: the log and the proof of filing")
    _trees(out)
    _tile_paths(out)
    _entries(out)
    _keepers_note(out)
    _checkpoints(out)
    _filings(out)
    _answers(out)
    return out


def _trees(out: VectorFile) -> None:
    entries = entries_of(SIZES[-1])
    load = tiles_for(entries)
    out.good("tree_hash", "no entry", entries=[])
    for size in SIZES:
        out.good("tree_hash", f"{size} entries", entries=[b64encode(one) for one in entries[:size]])
    roots = {size: b64encode(root_hash(load, size)) for size in SIZES}
    for index, size in ((0, 1), (0, 2), (1, 3), (2, 3), (6, 7), (3, 8), (12, 13), (7, 13)):
        path = [b64encode(one) for one in inclusion_path(load, index, size)]
        given = {"entry": b64encode(entries[index]), "index": index, "size": size, "path": path, "root": roots[size]}
        out.good("check_inclusion", f"{index} of {size}", **given)
        out.bad("check_inclusion", f"{index} of {size}, one hash more", "log", **given | {"path": [*path, roots[1]]})
        if path:
            out.bad("check_inclusion", f"{index} of {size}, one hash less", "log", **given | {"path": path[:-1]})
            out.bad(
                "check_inclusion", f"{index} of {size}, at its neighbour's place", "log", **given | {"index": index ^ 1}
            )
    out.bad("check_inclusion", "beyond the tree", "log", **given | {"index": 13})
    for old, new in ((1, 2), (2, 3), (3, 7), (4, 8), (7, 13), (8, 13), (13, 13)):
        path = [b64encode(one) for one in consistency_path(load, old, new)]
        given = {"old": old, "new": new, "old_root": roots[old], "new_root": roots[new], "path": path}
        out.good("check_consistency", f"{old} to {new}", **given)
        out.bad(
            "check_consistency", f"{old} to {new}, another past", "log", **given | {"old_root": b64encode(bytes(32))}
        )
        out.bad("check_consistency", f"{old} to {new}, one hash more", "log", **given | {"path": [*path, roots[1]]})
        if path:
            out.bad("check_consistency", f"{old} to {new}, one hash less", "log", **given | {"path": path[:-1]})
    empty = b64encode(sha256())
    out.good("check_consistency", "from nothing", old=0, new=3, old_root=empty, new_root=roots[3], path=[])
    out.bad("check_consistency", "shorter", "log", old=3, new=2, old_root=roots[3], new_root=roots[2], path=[])


def _tile_paths(out: VectorFile) -> None:
    for path in (
        "tile/0/000",
        "tile/entries/000.p/64",
        "tile/1/x001/x234/067",
        "tile/5/000.p/255",
        "tile/0/x001/000.p/1",
    ):
        out.good("read_tile_path", path, path=path)
    for path in (
        "tile/0/0", "tile/6/000", "tile/00/000", "tile/0/x000/001", "tile/0/001/x234", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/064",
        "tile/0/000/", "/tile/0/000", "tile/0/../000", "tile/entries/x1/000", "tile/0/000\n", "",
    ):  # fmt: skip
        out.bad("read_tile_path", f"not a path: {path!r}", "schema", path=path)


def _entries(out: VectorFile) -> None:
    erasure = b64encode(Drawn("log/erasure")(32))
    for fact in (
        "submission",
        "event",
        "deletion",
        "root",
        "directory",
        "unseal-request",
        "unseal-vote",
        "state",
        "unseal-review",
    ):
        out.good("log_entry", fact, erasure_key=erasure, fact=fact, content=b64encode(sha256(b"content")))
    out.good("office_log_key", "of the sample", office=b64encode(SampleLog().office.office))


def _keepers_note(out: VectorFile) -> None:
    sample = SampleLog()
    roots = [root.decode() for root in sample.office.roots]
    given: dict[str, Any] = {"code": sample.office.code, "roots": roots, "note": sample.note.decode()}
    out.good("verify_log", "as signed", **given)
    out.good("verify_log", "a later log", **given | {"note": sample.signed(number=2).decode()})
    for name, stage, note in (
        ("one keeper of two", "log", sample.signed(keepers=1)),
        ("another office", "foreign", sample.signed(office=bytes(16))),
        ("under another root", "log", sample.signed(root=2)),
        ("a root in its place", "schema", sample.office.roots[0]),
        (
            "another key than was signed",
            "log",
            sample.note.replace(b64encode(sample.key.key)[:8].encode(), b"AAAAAAAA"),
        ),
    ):
        out.bad("verify_log", name, stage, **given | {"note": note.decode()})
    out.bad("verify_log", "another code", "foreign", **given | {"code": crypto.write_checked_code(bytes(12))})


def _checkpoints(out: VectorFile) -> None:
    sample = SampleLog(entries_of(7))
    note = sample.checkpoint()
    witness = Drawn("log/witness")(32)
    both = cosign(note, "union.example/mirror", witness, 1795500000)
    key = b64encode(sample.key.key)
    given: dict[str, Any] = {
        "office": b64encode(sample.office.office), "number": 1, "key": key, "note": note.decode(),
        "cosigners": {"union.example/mirror": b64encode(verify_key(witness))},
    }  # fmt: skip
    out.good("read_checkpoint", "as signed", **given)
    out.good("read_checkpoint", "cosigned", **given | {"note": both.decode()})
    unknown = both + b"\xe2\x80\x94 elsewhere.example " + base64.b64encode(bytes(2432)) + b"\n"
    out.good("read_checkpoint", "a signature of another kind", **given | {"note": unknown.decode()})
    foreign = cosign(note, "union.example/mirror", bytes(32), 1795500000)
    out.good("read_checkpoint", "cosigned by another key", **given | {"note": foreign.decode()})
    later = both.replace(b"union.example/mirror", b"works.example/mirror")
    out.good("read_checkpoint", "cosigned under another name", **given | {"note": later.decode()})
    _office_lines(out, sample, given)
    origin = sample.name.origin
    for name, stage, changed in (
        ("another size", "log", note.replace(b"\n7\n", b"\n8\n", 1)),
        ("another hour", "log", note.replace(b"T06:", b"T12:")),
        ("no hour", "schema", note.replace(b"at 2026-11-24T06:00:00Z\n", b"")),
        ("half an hour", "schema", note.replace(b"T06:00", b"T06:30")),
        ("an hour that is none", "schema", note.replace(b"T06:", b"T24:")),
        ("a day that is none", "schema", note.replace(b"-24T", b"-31T")),
        ("a size with a zero before it", "schema", note.replace(b"\n7\n", b"\n07\n", 1)),
        ("a size beyond any log", "schema", note.replace(b"\n7\n", b"\n1099511627777\n", 1)),
        ("another line", "schema", note.replace(b"\nat ", b"\nx\nat ", 1)),
        ("another log", "foreign", note.replace(f"{origin}\n".encode(), f"{origin}1\n".encode(), 1)),
        ("no signature of its own", "log", note.replace(f"— {origin}".encode(), b"\xe2\x80\x94 elsewhere")),
        ("not a note", "schema", note[:-1]),
    ):
        out.bad("read_checkpoint", name, stage, **given | {"note": changed.decode()})
    out.bad("read_checkpoint", "another key", "log", **given | {"key": b64encode(LogKey(bytes(32)).key)})


def _office_lines(out: VectorFile, sample: SampleLog, given: dict[str, Any]) -> None:
    note, published = sample.checkpoint(), sample.published
    office, directory = f"{published.line}\n".encode(), b64encode(published.directory_hash).encode()
    for name, stage, changed in (
        ("another root", "log", note.replace(b"\noffice 1 ", b"\noffice 2 ")),
        ("another directory of that sequence", "log", note.replace(directory, b64encode(bytes(32)).encode())),
        ("nothing of the office", "schema", note.replace(office, b"")),
        ("the office twice", "schema", note.replace(office, office * 2)),
        ("the office before the hour", "schema", note.replace(office, b"").replace(b"at ", office + b"at ")),
        ("no directory", "schema", note.replace(b" " + directory, b"")),
        ("a word behind the directory", "schema", note.replace(directory, directory + b" new")),
        ("a root with a zero before it", "schema", note.replace(b"\noffice 1 ", b"\noffice 01 ")),
        ("root 0", "schema", note.replace(b"\noffice 1 ", b"\noffice 0 ")),
        ("a sequence beyond any", "schema", note.replace(b" 7 ", b" 1000000000000000 ")),
        ("a hash that is too short", "schema", note.replace(directory, directory[:-1])),
        ("a hash written otherwise", "schema", note.replace(directory, directory[:-1] + b"_")),
    ):
        out.bad("read_checkpoint", name, stage, **given | {"note": changed.decode()})


def _filings(out: VectorFile) -> None:
    sample = SampleLog()
    filing = sample.filing(Drawn("log/case")(32))
    sample = SampleLog([*entries_of(4), filing.entry, *entries_of(300, "after")])
    proof = sample.proof(filing)
    given = {"code": sample.office.code, "proof": b64encode(proof)}
    out.good("verify_filing", "as written", **given)
    another = crypto.write_checked_code(bytes(12))
    out.bad("verify_filing", "another office's code", "foreign", **given | {"code": another})
    lines = proof.split(b"\n")
    for name, stage, changed in (
        ("another report", "log", _with(replace(filing, item=bytes(32)), proof)),
        ("another key of the case", "log", _with(replace(filing, key=bytes(32)), proof)),
        ("another submission", "log", _with(replace(filing, submission=bytes(32)), proof)),
        ("no keeper's word for the log", "schema", _with(replace(filing, log=b""), proof)),
        ("another index", "log", proof.replace(b"\nindex 4\n", b"\nindex 5\n")),
        ("an index with a zero before it", "schema", proof.replace(b"\nindex 4\n", b"\nindex 04\n")),
        ("a hash less", "log", b"\n".join([*lines[:3], *lines[4:]])),
        ("a hash that is none", "schema", b"\n".join([*lines[:3], b"AAAA", *lines[4:]])),
        ("another head", "schema", proof.replace(b"@v1", b"@v2", 1)),
        ("no extra line", "schema", b"\n".join([lines[0], *lines[2:]])),
        ("cut before the checkpoint", "schema", proof[: proof.index(b"\n\n")]),
        ("another hour", "log", proof.replace(b"T06:00:00Z", b"T00:00:00Z")),
    ):
        out.bad("verify_filing", name, stage, **given | {"proof": b64encode(changed)})
    known = log_entry(office_log_key(sample.office.office), Fact.ROOT, sha256(b"root"))
    out.bad(
        "verify_filing",
        "an entry of another kind",
        "log",
        **given | {"proof": b64encode(_renamed(sample, filing, known))},
    )


def _answers(out: VectorFile) -> None:
    sample, token = SampleLog(), Drawn("log/token")(32)
    filing = sample.filing(Drawn("log/case")(32))
    sample = SampleLog([*entries_of(4), filing.entry, *entries_of(300, "after")])
    placed = read_proof(sample.office.code, sample.proof(filing))[1]
    report = (filing.key, filing.item, filing.submission)

    def sealed(**changed: Any) -> bytes:
        return seal_filing(token, report, replace(placed, **changed), Drawn("log/nonce"))

    answer = sealed()
    roots = [root.decode() for root in filing.roots]
    given: dict[str, Any] = {
        "token": b64encode(token), "answer": b64encode(answer), "roots": roots, "log": filing.log.decode()
    }  # fmt: skip
    out.good("keep_filing", "as answered", **given)
    out.good("keep_filing", "to another mailbox", **given | {"token": b64encode(bytes(32))})
    out.good("keep_filing", "random bytes", **given | {"answer": b64encode(Drawn("log/random")(FILING_SIZE))})
    out.good(
        "keep_filing", "one bit of it turned", **given | {"answer": b64encode(answer[:-1] + bytes([answer[-1] ^ 1]))}
    )
    for name, changed in (
        ("a byte less", answer[:-1]),
        ("nothing", b""),
        ("an index beyond any log", sealed(index=2**40 + 1)),
        ("a hash too short", sealed(path=[bytes(31)])),
        ("a path too long", sealed(path=[bytes(32)] * 65)),
    ):
        out.bad("keep_filing", name, "schema", **given | {"answer": b64encode(changed)})


def _with(filing: Any, proof: bytes) -> bytes:
    """The proof with another extra line."""
    other = SampleLog([filing.entry])
    extra = other.proof(filing).split(b"\n")[1]
    return proof.replace(proof.split(b"\n")[1], extra, 1)


def _renamed(sample: SampleLog, filing: Any, entry: bytes) -> bytes:
    """A proof over a tree in which something else stands at the report's place."""
    other = SampleLog([entry if one == filing.entry else one for one in sample.entries])
    proof = sample.proof(filing)
    return proof.replace(sample.checkpoint(), other.checkpoint())
