"""From a new key to an accepted signature, as the browser, the web process and the signer do it in turn."""

from datetime import timedelta

import pytest

from baroalgi import certs
from baroalgi.certs import client
from tests.certs import cast


@pytest.mark.parametrize("authority_key", [cast.ec_key(31), cast.rsa_key()], ids=["p256", "rsa"])
def test_a_parent_gets_a_certificate_and_signs_in(authority_key):
    root_key, sealing_key = cast.ec_key(30), cast.rsa_key(3072)
    root = cast.make_root(root_key)
    authority = cast.make_authority(root_key, root, authority_key)

    # The browser.
    key, r = client.generate_key(), client.new_r()
    csr = client.make_csr(key)
    blob = certs.seal(sealing_key.public_key(), cast.NUMBER, r, certs.read_csr(csr).sha256)

    # The signer.
    request, opened = certs.read_csr(csr), certs.open_sealed(sealing_key, blob)
    assert opened.csr_hash == request.sha256
    tbs = cast.prepare(request.public_key, authority=authority, r=opened.r)
    certificate = certs.sign_tbs(tbs, authority_key, authority=authority)
    assert certs.lint(certificate, authority=authority, profile=cast.PROFILE) == ()

    # The browser again: keeps all in a file, opens it, signs the challenge.
    file = client.write_p12(key, r, certificate, [authority], "이서연", cast.PASSWORD, 10)
    mine = client.read_p12(file, cast.PASSWORD)
    h1 = certs.vid.h1(cast.NUMBER, mine.r)
    content = certs.challenge_content(cast.CHALLENGE, h1)
    message = client.sign(mine.key, mine.certificate, content, at=cast.NOW)

    # The web process.
    anchors = [certs.Anchor(authority, frozenset({cast.POLICY}))]
    verified = certs.verify(message, content, h1, anchors, cast.NOW + timedelta(seconds=1))
    assert (verified.name, verified.serial) == ("이서연", cast.serial(3))
    assert (verified.certificate, verified.spki_hash) == (certificate, request.spki_hash)
    assert verified.path == (certificate, authority)


def test_signing_the_stored_bytes_again_gives_the_same_certificate():
    for key in (cast.ec_key(12), cast.rsa_key()):
        root = cast.make_root(cast.ec_key(11))
        authority = cast.make_authority(cast.ec_key(11), root, key)
        tbs = cast.prepare(cast.ec_key(21).public_key(), authority=authority)

        assert certs.sign_tbs(tbs, key, authority=authority) == certs.sign_tbs(tbs, key, authority=authority)
