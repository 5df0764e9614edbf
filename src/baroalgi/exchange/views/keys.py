"""공개 API 인증키: one's own, and those of everybody for the administrator of the office."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from baroalgi.exchange import actions, forms, queries
from baroalgi.platform import audit
from baroalgi.platform.audit import Audit
from baroalgi.platform.forms import Form
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act


@needs(Act.API_KEYS_OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: Request) -> HttpResponse:
    """The own keys, and the form for another one, which is shown this once."""
    form = forms.NewKey(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            key = actions.give_key(by=request.actor, **form.cleaned_data)
            example = f"{settings.ENVIRONMENT.url}/hub/schoolInfo?KEY={key}&Type=json"
            return render(request, "exchange/new_key.html", {"key": key, "example": example})
    context = {"keys": queries.own_keys(), "form": form, "quota": settings.ENVIRONMENT.hub_calls}
    return render(request, "exchange/keys.html", context, status=form.status)


@needs(Act.API_KEYS_OWN)
@require_POST
def rename(request: Request, key_id: int) -> HttpResponse:
    """Another name for an own key."""
    form = forms.KeyName(request.POST)
    return _change(request, "keys", form, actions.rename_key, key_id, _("인증키의 이름을 바꾸었습니다."))


@needs(Act.API_KEYS_OWN)
@require_POST
def delete(request: Request, key_id: int) -> HttpResponse:
    """The end of an own key."""
    said = _("인증키를 지웠습니다. 이 인증키로는 더 부를 수 없습니다.")
    return _change(request, "keys", Form(request.POST), actions.delete_key, key_id, said)


@needs(Act.API_KEYS_BLOCK)
@require_safe
def all_keys(request: Request) -> HttpResponse:
    """Everybody's keys: who reads how much, and which one must be stopped."""
    found = queries.keys_of_all()
    audit.record(request.actor, Audit.API_KEYS_VIEWED, keys=len(found or ()))
    return render(request, "exchange/all_keys.html", {"keys": found, "quota": settings.ENVIRONMENT.hub_calls})


@needs(Act.API_KEYS_BLOCK)
@require_POST
def block(request: Request, key_id: int) -> HttpResponse:
    """Stop a key, with a reason that its owner reads."""
    said = _("인증키를 막았습니다. 이유가 주인에게 보입니다.")
    return _change(request, "all_keys", forms.Blocking(request.POST), actions.block_key, key_id, said)


@needs(Act.API_KEYS_BLOCK)
@require_POST
def unblock(request: Request, key_id: int) -> HttpResponse:
    """Let a key in again."""
    said = _("인증키를 다시 열었습니다.")
    return _change(request, "all_keys", Form(request.POST), actions.unblock_key, key_id, said)


def _change(
    request: Request, back: str, form: Form, act: Callable[..., None], key_id: int, said: str
) -> HttpResponse:
    """Do an act on a key, and tell on the list `back` what came of it."""
    if form.is_valid():
        with form.refusals():
            act(by=request.actor, key_id=key_id, **form.cleaned_data)
            messages.success(request, said)
    for sentences in form.errors.values():
        messages.error(request, str(sentences[0]))
    return redirect(f"exchange:{back}")
