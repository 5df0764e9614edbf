from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "baroalgi.records"
    label = "records"
