"""Forms of applying for a child and of deciding."""

from django import forms
from django.utils.translation import gettext_lazy as _

from baroalgi.guardianship.models import ChildLink
from baroalgi.guardianship.words import RELATIONSHIPS
from baroalgi.organisation.types import School
from baroalgi.platform.forms import (
    Form,
    MailField,
    MobileField,
    NameField,
    PhoneField,
    PostcodeField,
    ResidentNumberField,
    TextField,
)


class SchoolSearch(Form):
    """A part of a school's name, or its initial consonants."""

    q = TextField(
        label=_("학교 이름"),
        max_length=60,
        error_messages={
            "required": _("학교 이름을 적어 주세요."),
            "max_length": _("학교 이름은 60자까지 적을 수 있습니다."),
        },
    )


class Application(Form):
    """학부모서비스 신청 (domain.md §1.11)."""

    grade = forms.TypedChoiceField(
        label=_("학년"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("학년을 골라 주세요."), "invalid_choice": _("학년을 골라 주세요.")},
    )
    class_no = forms.IntegerField(
        label=_("반"),
        required=False,
        min_value=1,
        max_value=99,
        error_messages={
            "invalid": _("반을 숫자로 적어 주세요."),
            "min_value": _("반을 숫자로 적어 주세요."),
            "max_value": _("반을 숫자로 적어 주세요."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    child_name = NameField(label=_("자녀 이름"), error_messages={"required": _("자녀 이름을 입력해 주세요.")})
    relationship = forms.ChoiceField(
        label=_("자녀와의 관계"),
        choices=list(RELATIONSHIPS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("자녀와의 관계를 골라 주세요.")},
    )
    relationship_text = TextField(
        label=_("어떤 관계인지"),
        max_length=40,
        error_messages={
            "required": _("어떤 관계인지 적어 주세요."),
            "max_length": _("관계는 40자까지 적을 수 있습니다."),
        },
    )
    child_rrn = ResidentNumberField(label=_("자녀 주민등록번호"))

    def __init__(self, *args: object, school: School, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["grade"].choices = [(grade, str(grade)) for grade in school.grades]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if cleaned.get("relationship") != ChildLink.Relationship.OTHER:
            # The box is hidden then: what stands in it, or does not, does not count.
            self.errors.pop("relationship_text", None)
            cleaned["relationship_text"] = ""
        return cleaned


class ContactForm(Form):
    """How the applicant can be reached."""

    mobile = MobileField(label=_("휴대전화"))
    phone_home = PhoneField(label=_("집·직장 전화"), required=False)
    email = MailField(label=_("이메일"), required=False)
    postcode = PostcodeField(label=_("우편번호"), max_length=12)
    address1 = TextField(
        label=_("주소"),
        max_length=200,
        error_messages={
            "required": _("주소를 적어 주세요."),
            "max_length": _("주소는 200자까지 적을 수 있습니다."),
        },
    )
    address2 = TextField(
        label=_("상세 주소"),
        required=False,
        max_length=100,
        error_messages={"max_length": _("상세 주소는 100자까지 적을 수 있습니다.")},
    )


class Refusal(Form):
    """Why a request is not approved; the guardian reads it."""

    reason = TextField(
        label=_("승인하지 않는 이유"),
        max_length=200,
        widget=forms.Textarea,
        error_messages={
            "required": _("이유를 적어 주세요. 보호자가 무엇을 고칠지 알 수 있어야 합니다."),
            "max_length": _("이유는 200자까지 적을 수 있습니다."),
        },
    )


class Undo(Form):
    """Why an approval is taken back, in one line."""

    reason = TextField(
        label=_("되돌리는 이유"),
        max_length=200,
        error_messages={
            "required": _("되돌리는 이유를 한 줄로 적어 주세요."),
            "max_length": _("이유는 200자까지 적을 수 있습니다."),
        },
    )
    # How many the page showed: so that who presses learns what had ended meanwhile.
    shown = forms.IntegerField(required=False, min_value=0, max_value=9999, widget=forms.HiddenInput)


class TickedField(forms.Field):
    """Numbers of ticked rows; what is no number is left out."""

    widget = forms.SelectMultiple

    def to_python(self, value: list[str] | None) -> list[int]:
        return [int(text) for text in value or () if text.isascii() and text.isdigit() and len(text) < 19]


class Chosen(Form):
    """The requests ticked on the desk."""

    link = TickedField(label=_("신청"), error_messages={"required": _("승인할 신청을 골라 주세요.")})
