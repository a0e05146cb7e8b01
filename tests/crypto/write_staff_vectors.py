# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of holders and of staff keys."""

from typing import Any

import crypto
from crypto.framing import b64encode as b64
from tests.crypto.sample import MEMBERS, TODAY, Drawn, Office
from tests.crypto.vector_file import VectorFile


def holders() -> VectorFile:
    """Who gets a report."""
    office = Office(Drawn("holders"))
    shared = {"code": office.code, "roots": [office.roots[0].decode()], "note": office.note().decode(), "today": TODAY}
    out = VectorFile("holders", "SPEC §5: choose_holders", office=shared)
    base = {"office": {"$": "office"}, "policy": "company-whistleblowing"}
    for entity, category, excluded in (
        ("works", "fraud", []), ("works", "safety", []), ("works", "fraud", ["li-wei"]), ("works", "safety", ["li-wei"]),
        ("works", "fraud", ["li-wei", "sun-fang", "zhao-min", "qian-yu"]), ("branch", "fraud", []), ("branch", "fraud", ["sun-fang"]),
        ("works", "safety", ["li-wei", "wai-bu"]), ("works", "safety", ["qian-yu"]), ("works", "fraud", ["nobody"]),
    ):  # fmt: skip
        out.good(
            "choose_holders",
            f"{entity}, {category}, without {excluded}",
            entity=entity,
            category=category,
            excluded=excluded,
            **base,
        )
    out.bad(
        "choose_holders",
        "nobody left",
        "excluded",
        entity="branch",
        category="x",
        excluded=["sun-fang", "shang-ji"],
        **base,
    )
    out.bad("choose_holders", "an entity without holders", "schema", entity="group", category="x", excluded=[], **base)
    lapsed = base | {"office": shared | {"today": "2026-12-20", "also_lapsed": True}}
    out.bad("choose_holders", "a lapsed directory", "expired", entity="works", category="x", excluded=[], **lapsed)
    wide = base | {"office": shared | {"note": _wide(office)}}
    for category, excluded in (("fraud", []), ("safety", []), ("safety", ["li-wei"])):
        name = f"one bucket, {category}, without {excluded}"
        out.good("choose_holders", name, entity="works", category=category, excluded=excluded, **wide)
    return out


def _wide(office: Office) -> str:
    """A directory with one large row and one small one: seven could open, two may join, so all grants have bucket 16."""
    large, small, branch = office.directory_document()["holders"]
    works = office.entity("works", superior="group", outside=["wai-bu", "shang-ji"])
    entities = [office.entity("group"), works, office.entity("branch", superior="group")]
    return office.note(
        holders=[large, small | {"members": ["li-wei"], "left_out": []}, branch], entities=entities
    ).decode()


def staff() -> VectorFile:
    """Staff keys, wrapped and proven."""
    rng, office = Drawn("staff"), b64(bytes(range(16)))
    seed, secret, phrase = rng(32), rng(16), "alpha bravo charlie delta echo foxtrot"
    wrapped = crypto.wrap_staff_seed(seed, phrase, secret, bytes(range(16)), "li-wei", rng)
    base: dict[str, Any] = {
        "wrapped": wrapped,
        "passphrase": phrase,
        "device_secret": b64(secret),
        "office": office,
        "member": "li-wei",
    }
    out = VectorFile("staff", "SPEC §8: staff keys")
    out.good("unwrap_staff_seed", "as wrapped", **base)
    out.good(
        "unwrap_staff_seed",
        "as typed",
        **base | {"passphrase": "  ALPHA\u3000bravo  charlie\tdelta ｅｃｈｏ foxtrot\n"},
    )
    for name, change in {
        "another passphrase": {"passphrase": phrase + "s"}, "another device secret": {"device_secret": b64(bytes(16))},
        "another member": {"member": "sun-fang"}, "another office": {"office": b64(bytes(16))},
    }.items():  # fmt: skip
        out.bad("unwrap_staff_seed", name, "wrapped-key", **base | change)
    _public(out, seed, base, rng)
    _passkeys(out, seed, phrase)
    return out


def _passkeys(out: VectorFile, seed: bytes, phrase: str) -> None:
    rng, office = Drawn("passkeys"), bytes(range(16))
    secret = crypto.PasskeySecret(rng(32), rng(32))
    whose = {"office": b64(office), "member": "li-wei"}
    given = {"passphrase": phrase, "credential": b64(secret.credential), "output": b64(secret.output), **whose}
    wrapped = crypto.wrap_for_passkey(seed, phrase, secret, office, "li-wei", rng)
    out.good("unwrap_with_passkey", "as wrapped", wrapped=wrapped, **given)
    under_device = crypto.wrap_staff_seed(seed, phrase, secret.output[:16], office, "li-wei", rng)
    for name, change in {
        "another passphrase": {"passphrase": phrase + "s"}, "another passkey": {"credential": b64(rng(32))},
        "another output": {"output": b64(rng(32))}, "another member": {"member": "sun-fang"},
        "another office": {"office": b64(bytes(16))}, "a key that is wrapped under a device secret": {"wrapped": under_device},
    }.items():  # fmt: skip
        out.bad("unwrap_with_passkey", name, "wrapped-key", **{"wrapped": wrapped, **given, **change})
    for name, change in {
        "a shorter output": {"output": b64(bytes(31))},
        "a short id": {"credential": b64(bytes(15))},
    }.items():
        out.bad("unwrap_with_passkey", name, "schema", **{"wrapped": wrapped, **given, **change})
    out.good("passkey_signin_secret", "a sign-in secret of a passkey", **given)
    out.good("passkey_names", "what an authenticator is told", **whose)


def _public(out: VectorFile, seed: bytes, base: dict[str, Any], rng: Drawn) -> None:
    office = base["office"]
    given = {key: base[key] for key in ("passphrase", "device_secret", "office", "member")}
    out.good("signin_secret", "a sign-in secret", **given)
    keys = crypto.staff_keys(seed, bytes(range(16)), "li-wei")
    public = out.good("staff_keys", "public keys", seed=b64(seed), office=office, member="li-wei")
    proof = {
        "office": office,
        "member": "li-wei",
        **public,
        "code": "ABCD-EFGH",
        "proof": b64(crypto.prove_keys(keys, "ABCD-EFGH")),
    }
    out.good("check_proof_of_keys", "a proof", **proof)
    out.bad("check_proof_of_keys", "another invitation", "signature", **proof | {"code": "ABCD-EFGJ"})
    out.bad("check_proof_of_keys", "another member", "signature", **proof | {"member": "sun-fang"})
    trial = crypto.seal_trial(bytes(range(16)), "li-wei", keys.recipient, "海棠", rng)
    out.good(
        "open_trial",
        "a trial",
        seed=b64(seed),
        office=office,
        member="li-wei",
        packet=b64(trial.packet),
        items=trial.items,
    )


def wrong_places(office: Office) -> dict[str, dict[str, object]]:
    """Directories that put somebody whose role opens nothing into a holder's place."""
    document = office.directory_document()
    free = document["holders"][2:]
    others = [role for role in crypto.Role if role not in crypto.HOLDER_ROLES and role != "custodian"]

    def told(role: str) -> list[dict[str, object]]:
        return [office.member(one, **({"role": role} if one == "zhao-min" else {})) for one in MEMBERS]

    return {
        **{f"a holder who is {role}": {"members": told(role)} for role in others},
        "an auditor outside": {
            "members": told("auditor"),
            "holders": free,
            "entities": [office.entity("group", outside=["zhao-min"]), *document["entities"][1:]],
        },
        "an administrator who oversees": {
            "members": told("administrator"),
            "holders": free,
            "oversight": ["zhao-min"],
        },
    }
