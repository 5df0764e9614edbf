"""The demo's mail server."""

import smtplib
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlsplit

from baroalgi.operations.mail_catcher import catching


def send(url: str, subject: str, number: str = "") -> None:
    message = EmailMessage()
    if number:
        message["Message-ID"] = number
    message["From"], message["To"], message["Subject"] = "학교 <a@example.org>", "b@example.org", subject
    message.set_content("승인되었습니다.")
    parts = urlsplit(url)
    with smtplib.SMTP(parts.hostname, parts.port) as smtp:
        smtp.send_message(message)


def test_messages_are_kept_in_the_order_of_arrival(tmp_path):
    with catching(tmp_path / "mail") as url:
        send(url, "첫째")
        send(url, "둘째")
    kept = [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(tmp_path.glob("mail/*"))]
    assert [message["Subject"] for message in kept] == ["첫째", "둘째"]
    assert kept[0].get_content().strip() == "승인되었습니다."


def test_a_message_that_comes_twice_is_kept_once(tmp_path):
    for _start in range(2):  # also by another one, after a crash
        with catching(tmp_path) as url:
            send(url, "첫째", "<1@localhost>")
            send(url, "첫째", "<1@localhost>")
    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_it_ends_while_somebody_is_still_connected(tmp_path):
    with catching(tmp_path) as url:
        parts = urlsplit(url)
        smtp = smtplib.SMTP(parts.hostname, parts.port)
        smtp.noop()
    smtp.close()
