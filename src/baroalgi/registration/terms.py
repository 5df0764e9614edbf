"""The terms an applicant agrees to, by version (domain.md §1.8, §9.4).

An application keeps its version, so an old paper is printed with the words that were agreed to. A changed
sentence is a new version, never an edited one.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CURRENT = "2026-1"


@dataclass(frozen=True, slots=True)
class Terms:
    """One version: the clause, what must be agreed to, and what may be."""

    version: str
    clause: str | Promise
    required: str | Promise
    optional: str | Promise


VERSIONS: dict[str, Terms] = {
    terms.version: terms
    for terms in (
        # As printed in the notice of 2009, with the article it meant.
        Terms(
            "2009-1",
            _(
                "전자서명법 제15조 및 한국정보인증의 이용약관에 따라 "
                "상기와 같이 공인인증 서비스를 신청합니다."
            ),
            _("본 신청서의 신청내용을 공인인증서비스 관련업무(신청/발급/재발급/갱신)에 활용함을 동의합니다."),
            _("본 신청서의 신청내용을 패널/이벤트 안내에 활용함을 동의합니다."),
        ),
        Terms(
            "2026-1",
            _(
                "전자서명법 및 이 사이트의 전자서명인증업무준칙(CPS)에 따라 "
                "위와 같이 인증서비스를 신청합니다."
            ),
            _("신청 내용을 인증서 발급, 재발급, 갱신에 쓰는 데 동의합니다."),
            _("신청 내용을 설문과 행사 안내에 쓰는 데 동의합니다."),
        ),
    )
}


def agreed(version: str) -> Terms:
    """Return the terms of a version; the current ones for a version this release does not know."""
    return VERSIONS.get(version, VERSIONS[CURRENT])
