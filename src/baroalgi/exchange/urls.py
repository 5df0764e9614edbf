"""Addresses of the open interfaces."""

from django.urls import path

from baroalgi.exchange import views

app_name = "exchange"

urlpatterns = [
    path("hub/<path:path>", views.service, name="service"),
]
