"""A server behind TLS that only a company's own authority vouches for."""

from __future__ import annotations

import http.server
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.servers.ports import LOOPBACK


@dataclass
class Behind:
    """The server, its authority, and which paths were asked for by those who believed it."""

    port: int
    authority: Path
    seen: list[str] = field(default_factory=list[str])

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://{LOOPBACK}:{self.port}"


def make_authority(folder: Path) -> tuple[Path, Path]:
    """A company's authority, and a chain with its key for this machine that only that authority vouches for."""
    now = datetime.now(UTC)
    root, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    company, here = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("company", "proxy"))

    def certificate(of: x509.Name, public: ec.EllipticCurvePublicKey, *, ca: bool) -> bytes:
        address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))])
        made = (
            x509.CertificateBuilder()
            .subject_name(of)
            .issuer_name(company)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(address, critical=False)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        )
        return made.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority, chain = folder / "ca.pem", folder / "chain.pem"
    authority.write_bytes(certificate(company, root.public_key(), ca=True))
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, form, none)
    chain.write_bytes(secret + certificate(here, key.public_key(), ca=False))
    return authority, chain


@contextmanager
def behind_authority(folder: Path) -> Iterator[Behind]:
    """A server that answers 404 to anyone who believes it."""
    authority, chain = make_authority(folder)

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the base names it
            made.seen.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = http.server.ThreadingHTTPServer((LOOPBACK, 0), Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    made = Behind(server.server_address[1], authority)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()
