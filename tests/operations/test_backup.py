"""`baroalgi backup` and `restore`: what was there is there again, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from django.utils import timezone

from baroalgi.operations import archive, backup, cli
from baroalgi.operations.place import Place, of_environment
from baroalgi.operations.trouble import CannotRun
from baroalgi.platform import crypto, filestore
from tests import rows
from tests.accounts.test_certificate_sign_in import Door, receive
from tests.conftest import DATABASE, HOME, ROOT, _connect

PASSPHRASE = "correct horse battery staple"
CHUNK = 65_552  # bytes of an age chunk with its tag
KEYS = ("secret", "identity", "master")


@dataclass
class Done:
    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def baroalgi(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command with an environment; the passphrase lies in a file."""

    def run(*arguments: str | Path, environ: dict[str, str], passphrase: str = PASSPHRASE) -> Done:
        word = tmp_path / "passphrase"
        word.write_text(passphrase + "\n")
        with monkeypatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            status = cli.main([*map(str, arguments), "--passphrase-file", str(word)])
        word.unlink()
        printed = capsys.readouterr()
        return Done(status, printed.out, printed.err)

    return run


class Elsewhere:
    """An empty database and a folder in which nothing is yet."""

    def __init__(self, server: Any, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.environ = {
            "DATABASE_URL": server.url("owner", "elsewhere"),
            "BAROALGI_OFFICE": "M10",
            "BAROALGI_URL": "http://localhost:8000",
            "BAROALGI_CA_DIR": str(folder / "ca"),
            "BAROALGI_FILES_DIR": str(folder / "files"),
            "BAROALGI_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "baroalgi.config.settings",
            "PYTHONPATH": str(ROOT / "src"),
        } | {f"BAROALGI_{name.upper()}_KEY_FILE": str(folder / "keys" / name) for name in KEYS}

    @property
    def place(self) -> Place:
        return of_environment(self.environ, without_ca=False)

    def is_empty(self) -> bool:
        with psycopg.connect(self.environ["DATABASE_URL"]) as owner:
            tables = owner.execute(
                "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            ).fetchone()
        return tables == (0,) and not [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.fixture
def elsewhere(server: Any, tmp_path: Path) -> Iterator[Elsewhere]:
    server.create_database("elsewhere")
    yield Elsewhere(server, tmp_path / "elsewhere")
    server.drop_database("elsewhere")


@pytest.fixture
def here(server: Any, database: str, authority: Any, ca_dir: Path) -> dict[str, str]:
    """The environment of the owner of the cast's database, its authority and a stored file included."""
    files = HOME / "files" / "ab"
    files.mkdir(parents=True, exist_ok=True)
    (files / "letter.pdf").write_bytes(os.urandom(100_000))
    (files / "unfinished.half").write_bytes(b"?")
    return {name: value for name, value in os.environ.items() if name.startswith("BAROALGI_")} | {
        "DATABASE_URL": server.url("owner", database),
        "BAROALGI_CA_DIR": str(ca_dir),
    }


@dataclass
class Taken:
    """An archive of the cast, with its passphrase already tried: that takes a second each time."""

    file: Path
    opened: archive.Archive
    told: backup.Told


@pytest.fixture(scope="module")
def shelf() -> dict[str, Taken]:
    return {}


@pytest.fixture
def taken(here: dict[str, str], shelf: dict[str, Taken]) -> Taken:
    if not shelf:
        file = backup.take(HOME / "cast", of_environment(here, without_ca=False), PASSPHRASE)
        shelf["cast"] = Taken(file, *backup.look(file, PASSPHRASE))
    return shelf["cast"]


def test_a_parent_signs_in_after_a_restore_with_the_certificate_of_before(
    world, sign, here, elsewhere, baroalgi, tmp_path, settings_environment
):
    parent = receive(world, world.seoyeon, sign)
    door = Door(parent)
    assert door.send(door.answer()).status_code == 200
    mac = crypto.identity_mac(parent.rrn)
    attached = rows.attachment(rows.letter(world.hwanggan, 1, "안내"))
    sha256 = attached.file.sha256
    done = baroalgi("backup", tmp_path, environ=here)
    assert done.status == 0, done.err
    [file] = tmp_path.glob("baroalgi-M10-*.backup")
    assert file.stat().st_mode & 0o777 == 0o600
    assert done.out.startswith(f"{file}: ")
    done = baroalgi("restore", file, environ=elsewhere.environ)
    assert done.status == 0, done.err
    assert done.out.startswith("Back: office M10 of a demo, ")

    # Every file is back as it was, for its owner alone.
    folder = elsewhere.folder
    for name in KEYS:
        assert (folder / "keys" / name).read_bytes() == (HOME / "keys" / name).read_bytes()
    for path in (HOME / "ca").iterdir():
        assert (folder / "ca" / path.name).read_bytes() == path.read_bytes()
    assert [path.name for path in (folder / "files" / "ab").iterdir()] == ["letter.pdf"]
    assert filestore.path_of(sha256).read_bytes() == (folder / "files" / sha256[:2] / sha256).read_bytes()
    assert {path.stat().st_mode & 0o77 for path in folder.rglob("*")} == {0}
    with psycopg.connect(elsewhere.environ["DATABASE_URL"]) as owner:
        assert owner.execute(
            "SELECT name, sha256 FROM letters_attachment a JOIN platform_storedfile f ON f.id = a.file_id"
        ).fetchall() == [("안내.hwp", sha256)]

    settings_environment(
        identity_key_file=str(folder / "keys" / "identity"),
        secret_key_file=str(folder / "keys" / "secret"),
        master_key_file=str(folder / "keys" / "master"),
    )
    _connect(elsewhere.server, "default", "app", "elsewhere")
    try:
        assert not door.is_open(), "sessions end with a restore"
        again = Door(parent)
        assert again.send(again.answer()).status_code == 200
        assert again.is_open()
        assert crypto.identity_mac(parent.rrn) == mac

        from baroalgi.pki import queries
        from baroalgi.pki.signer import Signer

        _connect(elsewhere.server, "default", "signer", "elsewhere")
        number = Signer(folder / "ca").publish_list(timezone.now())
        newest = queries.newest_list(queries.authorities()[0].id)
        issuer = x509.load_der_x509_certificate(queries.authorities()[0].certificate)
        assert newest.number == number
        assert x509.load_der_x509_crl(newest.der).is_signature_valid(issuer.public_key())
        assert backup_age(elsewhere) is not None, "the restored installation knows its last backup"
    finally:
        _connect(elsewhere.server, "default", "app", DATABASE)


def backup_age(elsewhere: Elsewhere) -> Any:
    """Return the row of the last backup's moment."""
    with psycopg.connect(elsewhere.environ["DATABASE_URL"]) as owner:
        return owner.execute("SELECT at FROM platform_heartbeat WHERE name = 'backup'").fetchone()


def test_what_is_not_whole_is_not_believed(taken, elsewhere, tmp_path):
    whole, start = taken.file.read_bytes(), taken.opened._start
    damaged = tmp_path / "damaged"
    wrong = replace(taken.opened, path=damaged)

    def spoil(content: bytes) -> None:
        damaged.write_bytes(content)
        with pytest.raises(archive.Damaged, match="damaged or cut off"):
            wrong.check()

    for cut in (len(whole) - 1, len(whole) - 65552, (start + len(whole)) // 2, start + 300, start):
        spoil(whole[:cut])
    for place in range(start, len(whole), len(whole) // 20):
        spoil(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    spoil(whole + b"more")
    # Two chunks in each other's place.
    one = start + len(header(whole[start:])) + 16
    two, three = one + CHUNK, one + 2 * CHUNK
    spoil(whole[:one] + whole[two:three] + whole[one:two] + whole[three:])
    # It may also get damaged after it was looked at: then nothing is brought back either, be it the end,
    # when the database has long had all its rows.
    for cut in (1, 1000, 100_000):
        damaged.write_bytes(whole[:-cut])
        with pytest.raises(archive.Damaged):
            backup.restore(wrong, taken.told, elsewhere.place, elsewhere.environ)
        assert elsewhere.is_empty()


def header(stream: bytes) -> bytes:
    """Return the age header: the lines up to the one with the header's own seal."""
    return stream[: stream.index(b"\n", stream.index(b"\n--- ") + 1) + 1]


def test_the_command_brings_nothing_back_of_what_it_can_not_open(taken, elsewhere, baroalgi, tmp_path):
    wrong = baroalgi("restore", taken.file, environ=elsewhere.environ, passphrase=PASSPHRASE + "r")
    assert (wrong.status, len(wrong.err.splitlines())) == (1, 1)
    assert f"The passphrase does not open {taken.file}" in wrong.err

    cut = tmp_path / "cut"
    cut.write_bytes(taken.file.read_bytes()[:-1000])
    damaged = baroalgi("restore", cut, environ=elsewhere.environ)
    assert (damaged.status, len(damaged.err.splitlines())) == (1, 1)
    assert f"{cut} is damaged or cut off" in damaged.err

    cut.write_bytes(b"PK\x03\x04" + bytes(5000))
    other = baroalgi("restore", cut, environ=elsewhere.environ)
    assert other.err == f"baroalgi: {cut} is no backup of baroalgi.\n"
    assert elsewhere.is_empty()


def test_verify_reads_to_the_end_and_writes_nothing(taken, baroalgi, tmp_path):
    done = baroalgi("backup", "--verify", taken.file, environ={})
    assert done.out.startswith(f"{taken.file} is whole: office M10 of a demo, ")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_of_a_later_version_is_refused(taken, elsewhere):
    later = replace(taken.told, migrations=(*taken.told.migrations, ("platform", "9999_later")))
    with pytest.raises(
        CannotRun, match=r"was taken by a later version, .* \(it knows platform\.9999_later\)"
    ):
        backup.restore(taken.opened, later, elsewhere.place, elsewhere.environ)
    assert elsewhere.is_empty()


def test_only_an_empty_place_takes_a_backup(taken, here, elsewhere, server):
    def refuses(place: Place, sentence: str) -> None:
        with pytest.raises(CannotRun, match=sentence):
            backup.restore(taken.opened, taken.told, place, {})

    refuses(of_environment(here, without_ca=False), "is there already; a backup is only brought back")
    refuses(replace(elsewhere.place, ca_dir=HOME / "ca"), "ca is not empty; a backup is only brought back")
    # What a restore that was killed has left is no hindrance.
    (elsewhere.folder / "files" / "ab").mkdir(parents=True)
    (elsewhere.folder / "files" / "ab" / "letter.pdf.restoring").write_bytes(b"half")
    refuses(replace(elsewhere.place, files_dir=None), "BAROALGI_FILES_DIR is not set, and the backup holds")
    with server.admin("elsewhere") as admin:
        admin.execute("CREATE TABLE public.thesis (id bigint)")
        refuses(elsewhere.place, "The database has tables already")
        admin.execute("DROP TABLE public.thesis")
        refuses(replace(elsewhere.place, url=server.url("app", "elsewhere")), "would own the tables")
        # Half-way in: what pg_restore has made goes with its transaction, and no key takes its place.
        admin.execute("CREATE SCHEMA policy")
        refuses(elsewhere.place, 'pg_restore failed: .* schema "policy" already exists')
        admin.execute("DROP SCHEMA policy")
    assert elsewhere.is_empty()


def test_a_table_that_would_be_dumped_in_part_stops_the_backup(server, database, here, baroalgi, tmp_path):
    with server.admin(database) as admin:
        admin.execute("DROP POLICY records_score_owner ON records_score")
        try:
            done = baroalgi("backup", tmp_path / "file", environ=here)
        finally:
            admin.execute(
                "CREATE POLICY records_score_owner ON records_score TO baroalgi_owner"
                " USING (true) WITH CHECK (true)"
            )
    assert done.status == 1
    assert "records_score would not show all its rows to this role" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"BAROALGI_CA_DIR": ""}, "BAROALGI_CA_DIR is not set, and without it a backup is not whole"),
        ({"BAROALGI_CA_DIR": "/nowhere"}, "holds no issuing key"),
        ({"DATABASE_URL": "postgresql://x:sesame@/x?host=/nowhere"}, "does not answer"),
    ],
)
def test_a_backup_that_would_not_be_whole_is_not_begun(here, baroalgi, tmp_path, change, sentence):
    done = baroalgi("backup", tmp_path / "file", environ=here | change)
    assert (done.status, len(done.err.splitlines())) == (1, 1)
    assert sentence in done.err
    assert "sesame" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_short_passphrase_and_a_taken_name_are_refused(taken, here, baroalgi):
    short = baroalgi("backup", "file", environ=here, passphrase="sesame")
    assert short.err.startswith("baroalgi: The passphrase is shorter than 12 characters")
    before = taken.file.read_bytes()
    assert "is there already; name another file" in baroalgi("backup", taken.file, environ=here).err
    assert taken.file.read_bytes() == before
