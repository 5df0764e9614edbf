"""The mails of an application. None holds a resident number or a password.

Sentences, and the one way out; who gets them and when is the matter of the actions.
"""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from baroalgi.platform import outbox
from baroalgi.platform.mail import Mail
from baroalgi.platform.templates import day, long_day
from baroalgi.registration.number import groups
from baroalgi.registration.types import FiledApplication


def post(mail: Mail, *, key: str, person_id: int | None = None) -> None:
    """Write a mail to the outbox, unless the applicant has no e-mail: the status page says the same."""
    if mail.to:
        outbox.put(mail, key=key, person_id=person_id)


def submitted(application: FiledApplication) -> Mail:
    """What was typed, the certificate number, and what to do next (domain.md §1.6, §1.7)."""
    return Mail(
        _("[바로알기] 인증서 신청이 저장되었습니다"),
        _paragraphs(
            _("%(name)s 님의 학부모서비스용 인증서 신청이 저장되었습니다.") % {"name": application.name},
            *_typed(application),
        ),
        to=application.email,
    )


def corrected(application: FiledApplication) -> Mail:
    """The same after a correction: the paper that was printed before is void."""
    return Mail(
        _("[바로알기] 인증서 신청을 고쳤습니다"),
        _paragraphs(
            _(
                "%(name)s 님이 고치신 인증서 신청이 저장되었습니다. 전에 인쇄한 신청서는 쓰지 마시고 "
                "새로 인쇄해 주세요."
            )
            % {"name": application.name},
            *_typed(application),
        ),
        to=application.email,
    )


def readdressed(before: FiledApplication) -> Mail:
    """To the address that stands there no more; whoever did not do this must be able to say so."""
    return Mail(
        _("[바로알기] 인증서 신청의 이메일이 바뀌었습니다"),
        _paragraphs(
            _("인증번호 %(number)s 신청의 이메일이 바뀌어, 이 주소로는 더 보내지 않습니다.")
            % {"number": before.grouped_number},
            _("본인이 고치지 않으셨다면 등록기관에 알려 주세요: %(place)s") % {"place": _place(before)},
        ),
        to=before.email,
    )


def _typed(application: FiledApplication) -> tuple[str, ...]:
    """Return what was typed and what to do with it, in paragraphs."""
    rows = [
        (_("인증번호"), application.grouped_number),
        (_("인증서 종류"), _("개인인증서(학부모서비스용)")),
        (_("이름"), application.name),
        (_("휴대전화"), application.mobile),
        (_("집·직장 전화"), application.phone_home),
        (_("이메일"), application.email),
        (_("주소"), application.address),
        (_("서류를 낼 곳"), _place(application)),
    ]
    return (
        "\n".join(f"{label}: {value}" for label, value in rows if value),
        _(
            "아직 끝이 아닙니다. 신청서를 인쇄해 서명하고, 신분증 앞/뒤 사본 1부와 함께 %(place)s에 "
            "%(day)s까지 직접 내 주세요."
        )
        % {"place": application.place_name, "day": day(application.hand_in_by)},
        _("신청서 출력과 진행 조회: %(address)s") % {"address": _address("certificate/status/")},
        _("주민등록번호와 발급용 비밀번호는 메일로 보내지 않습니다."),
    )


def approved(application: FiledApplication, *, token: str, until: datetime) -> Mail:
    """The one-time address of issuing (domain.md §1.10). The token is nowhere else."""
    return Mail(
        _("[바로알기] 인증서를 받으실 차례입니다"),
        _paragraphs(
            _("%(name)s 님의 인증서 발급이 승인되었습니다. 아래 주소를 열어 인증서를 받아 주세요.")
            % {"name": application.name},
            _address(f"certificate/issue/{token}/"),
            _("이 주소는 %(day)s까지 한 번만 쓸 수 있습니다.") % {"day": long_day(until)},
            _(
                "인증번호, 발급용 비밀번호, 주민등록번호를 준비해 주세요. "
                "받으실 때 인증서 암호를 새로 정합니다."
            ),
            _("신청하신 적이 없다면 이 메일을 지우고 교육청에 알려 주세요."),
        ),
        to=application.email,
    )


def withdrawn(application: FiledApplication, *, reason: str) -> Mail:
    """The approval was taken back: the address that was sent is dead, and what to do next."""
    return Mail(
        _("[바로알기] 인증서 발급 승인을 거두었습니다"),
        _paragraphs(
            _("%(name)s 님의 인증서 발급 승인을 거두었습니다. 사유: %(reason)s")
            % {"name": application.name, "reason": reason},
            _("보내 드린 발급 주소는 이제 쓸 수 없습니다."),
            _("인증서가 필요하시면 다시 신청해 주세요: %(address)s") % {"address": _address("certificate/")},
            _("물어보실 곳: %(place)s") % {"place": _place(application)},
        ),
        to=application.email,
    )


def returned(application: FiledApplication, *, reason: str) -> Mail:
    """Why the papers were not taken, and what to bring (domain.md §1.16)."""
    return Mail(
        _("[바로알기] 인증서 신청 서류를 보완해 주세요"),
        _paragraphs(
            _("신청이 반려되었습니다. 사유: %(reason)s\n보완하여 다시 방문해 주세요.") % {"reason": reason},
            _("인증번호는 그대로입니다."),
            _("적으신 내용이 틀렸으면 진행 조회에서 고쳐서 다시 내실 수 있습니다."),
            _("내실 곳: %(place)s") % {"place": _place(application)},
            _("진행 조회: %(address)s") % {"address": _address("certificate/status/")},
        ),
        to=application.email,
    )


def issued(*, name: str, number: str, to: str, until: datetime) -> Mail:
    """The certificate is in use; whoever did not do this must be able to say so."""
    return Mail(
        _("[바로알기] 인증서가 발급되었습니다"),
        _paragraphs(
            _("%(name)s 님의 학부모서비스용 인증서가 발급되었습니다.") % {"name": name},
            _("인증번호: %(number)s") % {"number": groups(number)},
            _("%(day)s까지 쓸 수 있습니다.") % {"day": long_day(until)},
            _("이제 인증서로 로그인하여 자녀를 신청해 주세요: %(address)s")
            % {"address": _address("sign-in/")},
            _("본인이 발급받지 않으셨다면 바로 등록기관에 알려 주세요."),
        ),
        to=to,
    )


def blocked(*, name: str, number: str, to: str) -> Mail:
    """Five wrong issuing passwords: perhaps the applicant's, perhaps somebody else's."""
    return Mail(
        _("[바로알기] 인증서 발급이 중지되었습니다"),
        _paragraphs(
            _("발급용 비밀번호를 다섯 번 틀려 %(name)s 님의 인증서 발급이 중지되었습니다.") % {"name": name},
            _("인증번호: %(number)s") % {"number": groups(number)},
            _("인증서가 필요하시면 다시 신청해 주세요: %(address)s") % {"address": _address("certificate/")},
            _(
                "본인이 입력하지 않으셨다면 발급 주소가 다른 사람에게 알려졌을 수 있으니 "
                "등록기관에 알려 주세요."
            ),
        ),
        to=to,
    )


def lapsed(application: FiledApplication) -> Mail:
    """The time is over; a new application is needed."""
    return Mail(
        _("[바로알기] 기간이 지나 인증서 신청이 끝났습니다"),
        _paragraphs(
            _("%(name)s 님이 %(day)s에 하신 인증서 신청이 기간이 지나 끝났습니다.")
            % {"name": application.name, "day": long_day(application.submitted_at)},
            _("인증서가 필요하시면 다시 신청해 주세요: %(address)s") % {"address": _address("certificate/")},
        ),
        to=application.email,
    )


def _place(application: FiledApplication) -> str:
    parts = (application.place_name, application.place_address, application.place_phone)
    return ", ".join(part for part in parts if part)


def _address(path: str) -> str:
    return f"{settings.ENVIRONMENT.url.rstrip('/')}/{path}"


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(texts) + "\n"
