"""Words for the kinds of this room."""

from django.utils.translation import gettext_lazy as _

from baroalgi.guardianship.models import ChildLink, Restriction

RELATIONSHIPS = {
    ChildLink.Relationship.FATHER: _("부"),
    ChildLink.Relationship.MOTHER: _("모"),
    ChildLink.Relationship.GRANDFATHER: _("조부"),
    ChildLink.Relationship.GRANDMOTHER: _("조모"),
    ChildLink.Relationship.LEGAL_GUARDIAN: _("법정대리인"),
    ChildLink.Relationship.OTHER: _("기타"),
}

RESTRICTIONS = {
    Restriction.Kind.NO_VIEW: _("열람 불가"),
    Restriction.Kind.NO_CONTACT_DATA: _("연락처 비공개"),
}


def relationship(code: str, text: str = "") -> str:
    """Return the word for a relationship: 「모」, 「기타(고모)」."""
    word = str(RELATIONSHIPS[ChildLink.Relationship(code)])
    return f"{word}({text})" if text else word
