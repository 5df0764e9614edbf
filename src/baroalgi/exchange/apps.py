from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "baroalgi.exchange"
    label = "exchange"
