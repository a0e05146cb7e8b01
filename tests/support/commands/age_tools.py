"""Two independent implementations of age to test ours against: the stock tool, and the one inside sops."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ROOT = Path(__file__).resolve().parents[3]
LABEL = "AGE ENCRYPTED FILE"
CHANGED = "2026-01-01T00:00:00Z"


def stock_tool(name: str = "age") -> Path:
    """Returns the stock tool `age` or `age-keygen`; a test without it fails, it is never skipped."""
    tool = ROOT / ".tools" / "age" / name
    if not tool.exists():
        raise FileNotFoundError(f"no stock {name}; run: python -m tools.get_age .tools/age")
    return tool


def stock_keys() -> tuple[str, str]:
    """Makes a post-quantum key; returns the identity and its recipient."""
    made = subprocess.run([stock_tool("age-keygen"), "-pq"], capture_output=True, text=True, check=True)
    identity = made.stdout.strip().splitlines()[-1]
    shown = subprocess.run(
        [stock_tool("age-keygen"), "-y"], input=made.stdout, capture_output=True, text=True, check=True
    )
    return identity, shown.stdout.strip()


def stock_seal(plain: bytes, *recipients: str) -> bytes:
    """Seals bytes for recipients with the stock tool."""
    named = [word for recipient in recipients for word in ("-r", recipient)]
    return subprocess.run([stock_tool(), *named], input=plain, capture_output=True, check=True).stdout


def stock_open(sealed: bytes, identity: str) -> bytes:
    """Opens an age file with the stock tool; raises CalledProcessError when it refuses."""
    with tempfile.NamedTemporaryFile("w", suffix=".key") as key:
        key.write(identity + "\n")
        key.flush()
        command = [stock_tool(), "--decrypt", "-i", key.name]
        return subprocess.run(command, input=sealed, capture_output=True, check=True).stdout


def armored(sealed: bytes) -> str:
    """Wraps an age file in the text form that sops wants."""
    text = base64.b64encode(sealed).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {LABEL}-----", *lines, f"-----END {LABEL}-----", ""])


def sops_value(plain: str, key: bytes, bound_to: str) -> str:
    """Encrypts one value the way sops does."""
    iv = os.urandom(32)
    whole = AESGCM(key).encrypt(iv, plain.encode(), bound_to.encode())
    parts = {"data": whole[:-16], "iv": iv, "tag": whole[-16:]}
    fields = ",".join(f"{name}:{base64.b64encode(part).decode()}" for name, part in parts.items())
    return f"ENC[AES256_GCM,{fields},type:str]"


def sops_opens(sealed_key: bytes, key: bytes, identity: str, recipient: str) -> bool:
    """Tells whether sops opens an age file that should hold these 32 bytes.

    The age file plays the data key of a document; sops shows the document only if it opened the key.
    """
    word = "言路"
    proof = hashlib.sha512(word.encode()).hexdigest().upper()
    sealed = [{"recipient": recipient, "enc": armored(sealed_key)}]
    head = {"age": sealed, "lastmodified": CHANGED, "mac": sops_value(proof, key, CHANGED), "version": "3.11.0"}
    document = {"word": sops_value(word, key, "word:"), "sops": head}
    command = [Path(sys.executable).with_name("sops"), "decrypt", "--input-type=json", "--output-type=json"]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        allowed = {"SOPS_AGE_KEY": identity, "HOME": "/nonexistent"}
        done = subprocess.run([*command, file.name], capture_output=True, text=True, env=allowed, check=False)
    return done.returncode == 0 and json.loads(done.stdout) == {"word": word}
