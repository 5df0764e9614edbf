"""What readers of a board may ask for, and what writers enter."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.letters import markup
from baroalgi.letters.types import Board, DeskLetter, Entered, Receivers
from baroalgi.letters.workflow import State
from baroalgi.platform.forms import Form, MomentField, PhoneField, TextField, fold

MOST_WORDS = 5
LONGEST = 100_000  # characters of a letter's HTML: some thirty pages


class Search(Form):
    """Which letters of a board to show: those with these words, older than number `before`."""

    q = TextField(
        label=_("글 찾기"),
        required=False,
        max_length=60,
        error_messages={"max_length": _("찾을 말은 60자까지 적어 주세요.")},
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2_147_483_647)

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        # The index of letters knows pairs: a single syllable would mean to read every letter.
        if text and max(map(len, text.split())) < 2:
            raise ValidationError(_("두 글자 이상 적어 주세요."), code="short")
        return text

    @property
    def status(self) -> int:
        """A place that cannot be read is the beginning; words that cannot be read are an error."""
        return 422 if self.errors.get("q") else 200

    @property
    def words(self) -> list[str]:
        return str(self.readable.get("q", "")).split()[:MOST_WORDS]

    @property
    def shown_before(self) -> int | None:
        before: int | None = self.readable.get("before")
        return before

    def older(self, before: int) -> str:
        """Return the address of the older ones, with the words kept."""
        return "?" + urlencode({**({"q": self.cleaned_data["q"]} if self.words else {}), "before": before})


class Writing(Form):
    """A letter as its writer enters it. What is only saved may be half done; what is sent may not."""

    board = forms.TypedChoiceField(
        label=_("게시판"), coerce=int, error_messages={"invalid_choice": _("게시판을 골라 주세요.")}
    )
    title = TextField(
        label=_("제목"),
        max_length=200,
        required=False,
        error_messages={"max_length": _("제목은 200자까지 적어 주세요.")},
    )
    receivers = forms.ChoiceField(
        label=_("받는 분"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("받는 분을 골라 주세요."),
            "invalid_choice": _("받는 분을 골라 주세요."),
        },
    )
    when = forms.ChoiceField(
        label=_("보내는 때"),
        widget=forms.RadioSelect,
        required=False,
        choices=[("now", _("지금")), ("later", _("정한 때"))],
    )
    publish_at = MomentField(label=_("보낼 날짜와 시간"), required=False)
    text = forms.CharField(label=_("내용"), widget=forms.Textarea, required=False, strip=False)
    html = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    author = TextField(
        label=_("보내는 부서나 이름"),
        max_length=40,
        required=False,
        error_messages={"max_length": _("40자까지 적어 주세요.")},
    )
    document_no = TextField(
        label=_("문서 번호"),
        max_length=40,
        required=False,
        error_messages={"max_length": _("40자까지 적어 주세요.")},
    )
    phone = PhoneField(label=_("물어볼 전화"), required=False)
    pinned = forms.BooleanField(label=_("목록에서 늘 위에 둡니다"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    act = forms.ChoiceField(
        choices=[("save", ""), ("files", ""), ("send", ""), ("unschedule", "")], required=False
    )

    def __init__(
        self,
        *args: Any,
        boards: Sequence[Board],
        receivers: Sequence[Receivers],
        now: datetime,
        before: DeskLetter | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._receivers = {to.key: to for to in receivers}
        self._before, self._now = before, now
        self.fields["board"].choices = [(row.id, row.name) for row in boards]  # type: ignore[attr-defined]
        self.fields["receivers"].choices = [(to.key, to.words) for to in receivers]  # type: ignore[attr-defined]

    @property
    def act_name(self) -> str:
        return self.cleaned_data.get("act") or "save"

    @property
    def shown_html(self) -> str:
        """Return what stands in the editor: what was typed, sanitised, or what was saved."""
        # Also what was kept when a session ended comes back as it was typed: none of it is trusted.
        return self._html(str(self["html"].value() or ""), str(self["text"].value() or ""))

    @property
    def shown_text(self) -> str:
        """Return what stands in the plain box of those without script."""
        return markup.text_of(self.shown_html)

    @property
    def chosen(self) -> Receivers:
        """Return the receivers that are chosen now."""
        return self._receivers.get(str(self["receivers"].value()), next(iter(self._receivers.values())))

    def clean_title(self) -> str:
        # One line, whatever was sent: it stands in names of files and in feeds.
        return " ".join(markup.CONTROLS.sub("", self.cleaned_data["title"]).split())

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if "html" in cleaned and "text" in cleaned:
            cleaned["html"] = self._html(cleaned["html"], cleaned["text"])
            if len(cleaned["html"]) > LONGEST:
                self.add_error("text", _("글이 너무 깁니다. 긴 내용은 파일로 붙여 주세요."))
        sent_before = self._before is not None and not self._before.is_open
        if cleaned.get("act") == "send" or sent_before:
            if not cleaned.get("title") and "title" not in self.errors:
                self.add_error("title", _("제목을 적어 주세요."))
            if not markup.text_of(cleaned.get("html", "")) and "text" not in self.errors:
                self.add_error("text", _("내용을 적어 주세요."))
            if not cleaned.get("author") and "author" not in self.errors:
                self.add_error("author", _("보내는 부서나 이름을 적어 주세요."))
        later = cleaned.get("act") == "send" and cleaned.get("when") == "later"
        if later and not cleaned.get("publish_at") and "publish_at" not in self.errors:
            self.add_error("publish_at", _("보낼 날짜와 시간을 적어 주세요."))
        if later and (cleaned.get("publish_at") or self._now) < self._now:
            self.add_error("publish_at", _("지난 때입니다. 지금보다 뒤의 때를 골라 주세요."))
        return cleaned

    def entered(self) -> Entered:
        """Return what was entered."""
        names = ("title", "html", "author", "document_no", "phone", "pinned")
        return Entered(
            board_id=self.cleaned_data["board"],
            receivers=self._receivers[self.cleaned_data["receivers"]],
            **{name: self.cleaned_data[name] for name in names},
        )

    def _html(self, html: str, text: str) -> str:
        """Return the letter's HTML. Without script only the plain text comes: if nobody touched it, the
        marks that it had stay.
        """
        if html.strip():
            return markup.clean(html)
        plain = markup.CONTROLS.sub("", fold(text.replace("\r\n", "\n")))
        if self._before and plain == markup.text_of(self._before.html):
            return self._before.html
        return markup.of_text(plain)


class Withdrawal(Form):
    """Why a letter is taken back."""

    reason = TextField(
        label=_("거두는 이유"),
        max_length=200,
        required=False,
        error_messages={"max_length": _("이유는 200자까지 적어 주세요.")},
    )


class DeskList(Form):
    """Which letters of the desk to show."""

    state = forms.TypedChoiceField(
        required=False, choices=[(state.value, state.name) for state in State], coerce=State, empty_value=None
    )

    @property
    def shown(self) -> State | None:
        return self.readable.get("state")


class _SeveralFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Uploaded files, judged elsewhere; a box left empty is refused, an empty file is not its matter."""

    widget = _SeveralFiles(attrs={"multiple": True})

    default_error_messages = {"required": _("올릴 파일을 골라 주세요.")}


class Files(Form):
    """Files to attach to a letter."""

    uploads = FilesField(label=_("파일"))
