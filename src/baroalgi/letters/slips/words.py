"""Words of slips."""

from django.utils.translation import gettext_lazy as _

# As teachers write them in lists: 고성민(부).
RELATIONSHIPS = {
    "father": _("부"),
    "mother": _("모"),
    "grandfather": _("조부"),
    "grandmother": _("조모"),
    "legal_guardian": _("후견인"),
}
