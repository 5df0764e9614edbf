"""What readers of a board may ask for, and what writers enter."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import Form, TextField

MOST_WORDS = 5


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

    def _found(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data

    @property
    def status(self) -> int:
        """A place that cannot be read is the beginning; words that cannot be read are an error."""
        self.is_valid()
        return 422 if self.errors.get("q") else 200

    @property
    def words(self) -> list[str]:
        return str(self._found().get("q", "")).split()[:MOST_WORDS]

    @property
    def shown_before(self) -> int | None:
        before: int | None = self._found().get("before")
        return before

    def older(self, before: int) -> str:
        """Return the address of the older ones, with the words kept."""
        return "?" + urlencode({**({"q": self.cleaned_data["q"]} if self.words else {}), "before": before})


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
