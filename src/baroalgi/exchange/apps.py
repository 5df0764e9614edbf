from django.apps import AppConfig


class Exchange(AppConfig):
    name = "baroalgi.exchange"
    label = "exchange"
