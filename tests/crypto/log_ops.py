"""The operations of the log that a vector may name, as the Python twin does them."""

from collections.abc import Callable
from typing import Any

from crypto.framing import b64decode, b64encode, sha256
from crypto.office.witnesses import cosigners
from crypto.transparency_log import checkpoint as log_checkpoint
from crypto.transparency_log import filing, tlog

Json = dict[str, Any]


def verify_log(given: Json) -> Json:
    """The log that an office's keepers name."""
    log = log_checkpoint.verify_log(given["code"], [root.encode() for root in given["roots"]], given["note"].encode())
    return {"origin": log.origin, "key": b64encode(log.key)}


def read_checkpoint(given: Json) -> Json:
    """What a checkpoint says, and who cosigned it."""
    log = log_checkpoint.LogName(b64decode(given["office"], 16), given["number"], b64decode(given["key"], 32))
    note = given["note"].encode()
    found = log_checkpoint.read_checkpoint(log, note)
    keys = {name: b64decode(key) for name, key in given["cosigners"].items()}
    hour = found.hour.strftime("%Y-%m-%dT%H:00:00Z")
    size, root, office, cosigned = found.size, b64encode(found.root), found.office.line, cosigners(note, keys)
    return {"size": size, "root": root, "hour": hour, "office": office, "cosigned": cosigned}


def check_inclusion(given: Json) -> Json:
    """That an entry stands in a tree."""
    path = [b64decode(one) for one in given["path"]]
    leaf, root = tlog.leaf_hash(b64decode(given["entry"])), b64decode(given["root"])
    tlog.check_inclusion(leaf, given["index"], given["size"], path, root)
    return {}


def check_consistency(given: Json) -> Json:
    """That a tree only adds to an older one."""
    roots = b64decode(given["old_root"]), b64decode(given["new_root"])
    tlog.check_consistency(given["old"], given["new"], roots, [b64decode(one) for one in given["path"]])
    return {}


def read_tile_path(given: Json) -> Json:
    """The tile that a path names."""
    tile = tlog.read_tile_path(given["path"])
    return {"level": tile.level, "number": tile.number, "width": tile.width}


def log_entry(given: Json) -> Json:
    """An entry, and the key of a case's entries."""
    key = filing.case_log_key(b64decode(given["erasure_key"], 32))
    content = b64decode(given["content"])
    return {"key": b64encode(key), "entry": b64encode(filing.log_entry(key, filing.Fact(given["fact"]), content))}


def verify_filing(given: Json) -> Json:
    """What a proof of filing proves."""
    found = filing.verify_filing(given["code"], b64decode(given["proof"]))
    hour = found.checkpoint.hour.strftime("%Y-%m-%dT%H:00:00Z")
    return {"origin": found.log.origin, "size": found.checkpoint.size, "hour": hour, "item": b64encode(found.item)}


def keep_filing(given: Json) -> Json:
    """What a reporter keeps of intake's answer: the file, by its hash."""
    opened = filing.open_filing(b64decode(given["token"], 32), b64decode(given["answer"]))
    if opened is None:
        return {"proof": None}
    roots = [root.encode() for root in given["roots"]]
    kept = filing.Filing("", roots, given["log"].encode(), *opened[0])
    return {"proof": b64encode(sha256(filing.write_proof(kept, opened[1])))}


LOG_OPS: dict[str, Callable[[Json], Json]] = {
    "tree_hash": lambda g: {
        "root": b64encode(tlog.tree_hash([tlog.leaf_hash(b64decode(one)) for one in g["entries"]]))
    },
    "check_inclusion": check_inclusion,
    "check_consistency": check_consistency,
    "read_tile_path": read_tile_path,
    "log_entry": log_entry,
    "office_log_key": lambda g: {"key": b64encode(filing.office_log_key(b64decode(g["office"], 16)))},
    "verify_log": verify_log,
    "read_checkpoint": read_checkpoint,
    "verify_filing": verify_filing,
    "keep_filing": keep_filing,
}
