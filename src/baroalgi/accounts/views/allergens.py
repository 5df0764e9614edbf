"""The allergens that a guardian wants to be told of, for the script of the pages of meals."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from baroalgi.accounts import allergens
from baroalgi.accounts.forms.allergens import Allergens
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act


@needs(Act.ALLERGENS_OWN)
@require_http_methods(["GET", "POST"])
def own(request: Request) -> HttpResponse:
    """The numbers that are kept, null if none are; or keep others, none to forget them."""
    if request.method == "POST":
        form = Allergens(request.POST)
        if not form.is_valid():
            return JsonResponse({"message": form.errors["numbers"][0]}, status=422)
        allergens.keep(by=request.actor, now=request.now, **form.cleaned_data)
    return JsonResponse({"numbers": allergens.own(request.actor.me)})
