"""Addresses of formats in and out."""

from django.urls import path

from baroalgi.exchange import views
from baroalgi.exchange.sheets import views as sheets

app_name = "exchange"

urlpatterns = [
    path("hub/<path:path>", views.service, name="service"),
    path("desk/import/", sheets.choose, name="sheets"),
    path("desk/import/<slug:sheet>/", sheets.upload, name="sheet"),
    path("desk/import/<slug:sheet>/save/", sheets.save, name="sheet_save"),
    path("desk/import/<slug:sheet>/marked/", sheets.marked, name="sheet_marked"),
    path("desk/import/<slug:sheet>/empty.xlsx", sheets.empty, name="sheet_empty"),
    path("desk/import/<slug:sheet>/filled.xlsx", sheets.filled, name="sheet_filled"),
]
