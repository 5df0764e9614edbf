"""Words of slips."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WAYS = {
    "name": gettext_lazy("이름 적음"),
    "certificate": gettext_lazy("인증서 서명"),
    "paper": gettext_lazy("종이"),
}
"""Ways to answer."""

PARTS = {
    "missing": gettext_lazy("회신 없음"),
    "answered": gettext_lazy("회신함"),
    "all": gettext_lazy("모두"),
}
"""Parts of the list of a class."""

YES_NO = (gettext_lazy("예"), gettext_lazy("아니오"))
CONFIRMED = gettext_lazy("확인함")


def child(name: str, grade: int | None, class_no: int | None, number: int | None) -> str:
    """Write who it is about: 「김하늘 · 4학년 2반 7번」."""
    place = [
        _("%(n)s학년") % {"n": grade} if grade else "",
        _("%(n)s반") % {"n": class_no} if class_no else "",
        _("%(n)s번") % {"n": number} if number else "",
    ]
    return f"{name} · {' '.join(part for part in place if part)}"
