"""Addresses of formats in and out."""

from django.urls import path, register_converter

from baroalgi.exchange.api import operations as api
from baroalgi.exchange.views import hub, keys, sheets


class SmallNumber:
    """A number of a row: longer ones are none."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(SmallNumber, "row_id")

app_name = "exchange"

urlpatterns = [
    path("desk/import/", sheets.choose, name="sheets"),
    path("desk/import/<slug:sheet>/", sheets.upload, name="sheet"),
    path("desk/import/<slug:sheet>/save/", sheets.save, name="sheet_save"),
    path("desk/import/<slug:sheet>/marked/", sheets.marked, name="sheet_marked"),
    path("desk/import/<slug:sheet>/empty.xlsx", sheets.empty, name="sheet_empty"),
    path("desk/import/<slug:sheet>/filled.xlsx", sheets.filled, name="sheet_filled"),
    path("hub/", hub.catalogue, name="catalogue"),
    path("hub/<path:path>", hub.service, name="service"),
    path("openapi.json", hub.description, name="openapi"),
    *api.urls(),
    path("account/api-keys/", keys.keys, name="keys"),
    path("account/api-keys/<row_id:key_id>/rename/", keys.rename, name="rename_key"),
    path("account/api-keys/<row_id:key_id>/delete/", keys.delete, name="delete_key"),
    path("office/api-keys/", keys.all_keys, name="all_keys"),
    path("office/api-keys/<row_id:key_id>/block/", keys.block, name="block_key"),
    path("office/api-keys/<row_id:key_id>/unblock/", keys.unblock, name="unblock_key"),
]
