"""공개 API 인증키: one's own, and those of everybody for the administrator of the office."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from baroalgi.exchange import actions, forms, queries
from baroalgi.platform import audit
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.platform.refusal import Refused
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
    if not form.is_valid():
        messages.error(request, _("이름은 1자에서 40자까지 적어 주세요."))
        return redirect("exchange:keys")
    try:
        actions.rename_key(by=request.actor, key_id=key_id, **form.cleaned_data)
        messages.success(request, _("인증키의 이름을 바꾸었습니다."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("exchange:keys")


@needs(Act.API_KEYS_OWN)
@require_POST
def delete(request: Request, key_id: int) -> HttpResponse:
    """The end of an own key."""
    try:
        actions.delete_key(by=request.actor, key_id=key_id)
        messages.success(request, _("인증키를 지웠습니다. 이 인증키로는 더 부를 수 없습니다."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("exchange:keys")


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
    form = forms.Blocking(request.POST)
    if not form.is_valid():
        messages.error(request, _("막는 이유는 200자까지 적어 주세요."))
        return redirect("exchange:all_keys")
    try:
        actions.block_key(by=request.actor, key_id=key_id, **form.cleaned_data)
        messages.success(request, _("인증키를 막았습니다. 이유가 주인에게 보입니다."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("exchange:all_keys")


@needs(Act.API_KEYS_BLOCK)
@require_POST
def unblock(request: Request, key_id: int) -> HttpResponse:
    """Let a key in again."""
    try:
        actions.unblock_key(by=request.actor, key_id=key_id)
        messages.success(request, _("인증키를 다시 열었습니다."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("exchange:all_keys")
