"""What one client, or many, can take of nginx and its faces with calls that they begin and do not end."""

from __future__ import annotations

import re
import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from portal.edge.serving import HELD, THREADS
from portal.edge.turnstile import MOST_LASTING
from portal.roles.rights import StoreRole
from tests.support.half_sent import Call, one_of_each_lane, resident, slow_callers
from tests.support.ports import LOOPBACK
from tests.support.site import ROOT, Site, command_of, running_site
from tests.support.stores import prepared_files, ready_embedded_stores

MIB = 1024 * 1024
MOST = 200_000_000
PART = f"/api/blobs/{'A' * 22}/parts/1"
HELD_POLL = Call("/api/poll", 40, 1)
LARGE_POLL = Call("/api/poll", 8 * MIB, 8 * MIB - 1)
TEXT = Call("/api/submissions", MIB, MIB - 1)
UPLOAD = Call(PART, 8 * MIB, 8 * MIB - 1, "PUT")
UPLOAD_AS_READING = Call(PART, 8 * MIB, 8 * MIB - 1, "GET")
BUNDLE = Call("/api/bundles", MIB, 8)
DESK_CALLS = (Call("/api/cases", MIB, MIB - 1), Call("/api/session", 64 * 1024, 65_000), UPLOAD)
ELSEWHERE = "127.0.0.77"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The shipped site on SQLite: its processes are as many as the units say."""
    folder = tmp_path_factory.mktemp("bounds")
    (folder / "prepared").mkdir()
    stores = ready_embedded_stores(folder, prepared_files(folder / "prepared"))
    with running_site(stores) as site:
        yield site


@contextmanager
def caller(site: Site, address: str = LOOPBACK, *, onion: bool = False) -> Generator[httpx.Client]:
    """Somebody else, from an address of their own or through tor."""
    if onion:
        transport, base = httpx.HTTPTransport(uds=str(site.onion_socket)), "http://of.onion"
    else:
        trusted = ssl.create_default_context(cafile=site.certificate)
        transport, base = httpx.HTTPTransport(verify=trusted, local_address=address), site.intake
    with httpx.Client(transport=transport, base_url=base, timeout=60) as client:
        yield client


def threads_of_intake() -> int:
    """How many calls intake can work on at once, all of its processes together."""
    words = command_of(StoreRole.INTAKE, Path("/"))
    return (THREADS + HELD + MOST_LASTING) * int(words[words.index("--processes") + 1])


def test_one_client_that_sends_halves_takes_no_memory_and_no_door(site: Site) -> None:
    """Of hundreds of calls of up to 8 MiB that end a byte short nginx holds few, and everybody else goes on."""
    with slow_callers(site) as slow:
        for face in ("report", "onion"):
            for call in (LARGE_POLL, TEXT, UPLOAD, UPLOAD_AS_READING):
                slow.begin(call, 45, face=face)
        for call in DESK_CALLS:
            slow.begin(call, 45, face="desk")
        assert resident(site.nginx) < MOST
        answered = slow.answers()
        assert {413, 503} <= set(answered)
        with caller(site, ELSEWHERE) as other:
            _everything_goes_on(other)


def _everything_goes_on(other: httpx.Client) -> None:
    """Each of these is judged by intake itself; 422 is its own answer to what is no report."""
    assert other.get("/zh/").status_code == 200
    assert other.post("/api/poll", content=b"{}").status_code == 422
    assert other.post("/api/submissions", content=b"{}").status_code == 422
    assert other.put(PART, content=b"x").status_code == 422
    assert other.get(PART.rpartition("/parts")[0]).status_code == 200
    assert other.post("/api/bundles", content=bytes(100)).status_code == 422


def test_all_places_together_stay_below_what_nginx_may_take(site: Site) -> None:
    """With callers of every lane, every place of every kind is taken by as many bytes as it holds."""
    with slow_callers(site) as slow:
        for address in one_of_each_lane():
            for call in (UPLOAD, TEXT):
                slow.begin(call, 1, address=address)
            for call in DESK_CALLS:
                slow.begin(call, 1, face="desk", address=address)
        slow.begin(UPLOAD, 6, face="onion")
        slow.begin(TEXT, 6, face="onion")
        assert slow.held() >= sum(most_of(kind) for kind in ("parts", "texts", "doors"))
        assert resident(site.nginx) < MOST


def most_of(kind: str) -> int:
    """The places of a kind in the shipped file, the last location of each server counted."""
    text = (ROOT / "deploy/nginx/nginx.conf").read_text("utf-8")
    servers = text.split("server_name ")[1:]
    found = [re.findall(rf"limit_conn {kind} (\d+);", server) for server in servers]
    return sum(int(numbers[-1]) for numbers in found if numbers)


@pytest.mark.parametrize("onion", [False, True])
def test_slow_bundles_leave_places_for_the_ninth_and_the_twenty_first(site: Site, onion: bool) -> None:
    """While eight slow lines hold, and then twenty, another bundle is served, on the web and through tor."""
    face = "onion" if onion else "report"
    with slow_callers(site) as slow:
        for more, address in ((8, "127.0.0.31"), (12, "127.0.0.32")):
            slow.begin(BUNDLE, more, face=face, address=address)
            with caller(site, ELSEWHERE, onion=onion) as other:
                assert other.post("/api/bundles", content=bytes(100)).status_code == 422
        assert slow.answers() == []


def test_no_address_fills_more_than_its_lane(site: Site) -> None:
    """Of bundles from one address twelve are held, and the rest are asked to wait in so many words."""
    with slow_callers(site) as slow:
        slow.begin(BUNDLE, 40, address="127.0.0.33")
        assert slow.answers() == [503] * 28
        with caller(site, "127.0.0.33") as same:
            same.headers["Accept-Language"] = "en"
            said = same.post("/api/bundles", content=bytes(100))
        assert (said.status_code, said.json()["type"]) == (503, "urn:yanlu:error:busy")
        assert said.headers["Cache-Control"] == "no-store"


def test_slow_callers_wait_at_nginx_and_hold_up_nobody(site: Site) -> None:
    """With more half-sent calls than intake has threads one that takes a place is answered, and a half one goes on."""
    wanted = threads_of_intake() + 16
    with slow_callers(site) as slow:
        slow.begin(HELD_POLL, 96, face="onion")
        for address in one_of_each_lane():
            if len(slow.lines) < wanted:
                slow.begin(HELD_POLL, 8, address=address)
        assert slow.held() > threads_of_intake()
        with caller(site, ELSEWHERE) as other:
            # One of the sixteen places of a process is what this needs.
            assert other.post("/api/submissions", content=b"{}").status_code == 422
        first = slow.lines[0]
        first.settimeout(30)
        first.sendall(b" " * 39)
        assert first.recv(12) == b"HTTP/1.1 422"


def test_what_comes_in_pieces_without_a_length_leaves_no_file(site: Site) -> None:
    """A body in chunks is refused where bodies are kept until they are whole, and taken where they stream."""

    def pieces() -> Iterator[bytes]:
        yield from (b"x" for _ in range(100))

    with caller(site) as other:
        for path in ("/api/poll", "/api/submissions", "/api/drafts", PART):
            assert other.request("PUT" if "blobs" in path else "POST", path, content=pieces()).status_code == 422
            assert other.request("PUT", path, content=pieces()).json()["type"] == "urn:yanlu:error:malformed"
        assert other.post("/api/bundles", content=pieces()).status_code == 422


def test_an_issuer_of_certificates_finds_what_it_asks_for(site: Site) -> None:
    """A file of ACME's http-01 is served on port 80 under both names, nothing else is, and the rest is sent on."""
    folder = site.folder / "acme/.well-known/acme-challenge"
    folder.mkdir(parents=True)
    (folder / "token-1").write_text("token-1.thumbprint")
    with httpx.Client(timeout=30) as client:
        for name in ("report.localhost", "desk.localhost"):
            plain = f"http://{name}:{site.plain_port}"
            found = client.get(f"{plain}/.well-known/acme-challenge/token-1")
            assert (found.status_code, found.text) == (200, "token-1.thumbprint")
            missing = client.get(f"{plain}/.well-known/acme-challenge/token-2")
            assert (missing.status_code, missing.json()["type"]) == (422, "urn:yanlu:error:malformed")
            up = client.get(f"{plain}/.well-known/acme-challenge/..%2f..%2f..%2fnginx.pid")
            assert up.status_code in (308, 400, 422)
            assert client.get(f"{plain}/x").headers["Location"] == f"https://{name}/x"


def test_pages_come_packed_through_nginx(site: Site) -> None:
    """Whoever takes gzip gets pages, scripts and the office's documents packed; of other packings nobody hears."""
    with caller(site) as other:
        for path in ("/zh/", "/office/roots.json", "/office/en/yanlu-report.html"):
            packed = other.get(path, headers={"Accept-Encoding": "br;q=1, x-own, gzip;q=0.5"})
            plain = other.get(path, headers={"Accept-Encoding": "br"})
            assert (packed.headers["Content-Encoding"], packed.content) == ("gzip", plain.content)
            assert "Content-Encoding" not in plain.headers
