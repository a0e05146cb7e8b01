"""A site is put up by the commands of `deploy/README.md` on a bare Debian with real systemd, and does its work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from portal.settings import StoreName
from tests.support.commands import confirm_options
from tests.support.servers.debian_container import ROOT, Machine, blocks_of, booted, install, make_root

CONFIRMED = " ".join(confirm_options.CONFIRMED)
# What the page leaves to anyone who follows it.
ANSWERS = {
    # The sample is what is founded here: it is said so, topic by topic.
    "owner office check": f"owner office check {CONFIRMED}",
    "owner office init --config": f"owner office init {CONFIRMED} --address https://report.example.org --config",
    # It says that there is no office yet, and is asked again once there is one.
    "doctor --as $who;": "doctor --as $who || true;",
    "YOUR-INTAKE": "report.example.org",
    "YOUR-DESK": "desk.example.org",
}
CERTIFICATE = """
mkdir /etc/yanlu/tls
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=report.example.org \
  -addext subjectAltName=DNS:report.example.org,DNS:desk.example.org \
  -keyout /etc/yanlu/tls/privkey.pem -out /etc/yanlu/tls/fullchain.pem 2>/dev/null
echo "127.0.0.1 report.example.org desk.example.org" >> /etc/hosts
"""
YANLU = """
yanlu_as() { who=$1; shift; runuser -u yanlu-$who -- env $(grep -v '^#' /etc/yanlu/$who.env) .venv/bin/yanlu "$@"; }
export SSL_CERT_FILE=/etc/yanlu/tls/fullchain.pem
CODE=$(sed -n 's/^Office code: //p' /var/lib/yanlu/office/poster.txt)
SITE="--office https://report.example.org --office-key $CODE"
ME="--profile $HOME/m/profile --passphrase-file $HOME/m/a/passphrase --device-secret-file $HOME/m/a/device-secret"
ME="$ME --totp-file $HOME/m/a/totp"
"""
MEMBERS = """
mkdir -m 0700 $HOME/m
for who in a b; do
  yanlu_as owner staff invite investigator-$who --name zh=调查员 --name en=Investigator --role investigator \
    --entity group --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["code"])' > $HOME/m/$who.code
  .venv/bin/yanlu desk enrol --desk https://desk.example.org --invite-file $HOME/m/$who.code --out $HOME/m/$who
done
cd /var/lib/yanlu/office/keepers
runuser -u yanlu-owner -- env $(grep -v '^#' /etc/yanlu/owner.env) /opt/yanlu/.venv/bin/yanlu \
  office sign --keeper board.key --keeper union.key --yes
cd /opt/yanlu
for who in intake desk worker backup; do yanlu_as $who doctor --as $who; done
"""
REPORT = """
head -c 20000000 /dev/urandom > $HOME/m/film.bin
echo 仓库盘点数字是假的。 > $HOME/m/text
.venv/bin/yanlu report $SITE --entity group --policy company-whistleblowing --text-file $HOME/m/text \
  --attach $HOME/m/film.bin --receipt-out $HOME/m/receipt
until .venv/bin/yanlu desk pull --desk https://desk.example.org --office-key $CODE --member investigator-a $ME \
  | grep -q '[1-9] case.* yours'; do sleep 31; done
CASE=$(ls $HOME/m/profile/cases | head -1 | sed 's/[.].*//'); sleep 31
.venv/bin/yanlu desk open $ME --save $HOME/m/saved -- $CASE
cmp $HOME/m/saved/film.bin $HOME/m/film.bin
echo 收到了。 > $HOME/m/reply; sleep 31
.venv/bin/yanlu desk reply $ME --text-file $HOME/m/reply --attach $HOME/m/film.bin -- $CASE
until .venv/bin/yanlu inbox $SITE --receipt-file $HOME/m/receipt --save $HOME/m/got | grep 收到了; do sleep 2; done
cmp $HOME/m/got/film.bin $HOME/m/film.bin
"""
BACKUP = """
mkdir -m 0755 /etc/yanlu/backup; mkdir -m 0700 $HOME/keys
for store in STORES; do
  .venv/bin/yanlu backup-key --out $HOME/keys/$store.key --recipient-out /etc/yanlu/backup/$store.pub
done
systemctl start yanlu-backup
ls /var/backups/yanlu/*/*.yanlu | wc -l
CASE=$(ls $HOME/m/profile/cases | head -1 | sed 's/[.].*//')
YOU=$(echo "$ME" | sed 's#/m/a/#/m/b/#g; s#/m/profile#/m/profile-b#')
echo 虚构的举报。 > $HOME/m/why; sleep 31
.venv/bin/yanlu desk act $ME --text-file $HOME/m/why -- $CASE deletion-asked
.venv/bin/yanlu desk pull --desk https://desk.example.org --office-key $CODE --member investigator-b $YOU; sleep 31
.venv/bin/yanlu desk act $YOU --text-file $HOME/m/why -- $CASE deletion-approved
yanlu_as worker case delete --yes -- $CASE
"""


# An issuer of certificates, a fault, notices, an update: what the page has beside the set-up of this site.
LATER_OR_ELSEWHERE = ("certbot ", "#trace", "EDITOR", "git diff HEAD", "systemctl stop yanlu-intake.socket")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which every command of the page was run, in its order."""
    install()
    root = tmp_path_factory.mktemp("machine") / "root"
    packages, *rest = blocks_of(ROOT / "deploy/README.md")
    make_root(root, packages)
    script = []
    for block in (one for one in rest if not any(word in one for word in LATER_OR_ELSEWHERE)):
        script += [CERTIFICATE] if "nginx -t" in block else []
        script.append(block)
    text = "\n".join(script)
    for asked, answer in ANSWERS.items():
        assert asked in text
        text = text.replace(asked, answer)
    with booted(root) as machine:
        machine.run(text)
        yield machine
    shutil.rmtree(root)


def test_a_report_goes_its_way_on_a_site_put_up_by_the_page(site: Machine) -> None:
    """Members enrol, a report with 20 MB comes in, is read and answered; nothing fails, nobody is logged."""
    site.run(YANLU + MEMBERS)
    assert "收到了" in site.run(YANLU + REPORT)
    assert site.run("systemctl list-units --failed --no-legend --plain").strip() == ""
    said = site.run("journalctl --no-pager -o cat -u yanlu-intake -u yanlu-desk -u yanlu-worker")
    assert "The worker runs." in said
    assert [line for line in said.splitlines() if '"level": "error"' in line] == []
    assert "127.0.0.1" not in said
    assert "Server:" not in site.run("curl -skI https://report.example.org/zh/")
    assert ".onion" in site.run("cat /var/lib/tor/yanlu/hostname")


def test_the_nightly_backup_and_a_deletion_work_there(site: Machine) -> None:
    """The unit writes an archive of each store with keys as they come, and the worker's user may delete a case."""
    said = site.run(YANLU + BACKUP.replace("STORES", " ".join(StoreName)))
    assert f"\n{len(StoreName)}\n" in said
    assert "deleted" in said


def test_each_process_is_held_as_tightly_as_systemd_can(site: Machine) -> None:
    """`systemd-analyze security` finds an exposure under 1 of 10 for each unit that serves."""
    for unit in ("intake", "desk", "worker"):
        said = site.run(f"systemd-analyze security --no-pager --threshold=10 yanlu-{unit}")
        assert "SAFE" in said, said[-300:]
