"""Words of slips."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from baroalgi.platform.templates import moment

# As teachers write them in lists: 고성민(부).
RELATIONSHIPS = {
    "father": _("부"),
    "mother": _("모"),
    "grandfather": _("조부"),
    "grandmother": _("조모"),
    "legal_guardian": _("후견인"),
}


def due_words(due_at: datetime) -> str:
    """Write a due time: 「11월 27일(금) 18시」, minutes only where there are some."""
    return moment(due_at).removesuffix(" 00분")
