from django.apps import AppConfig


class SchoolinfoConfig(AppConfig):
    name = "baroalgi.schoolinfo"
    label = "schoolinfo"
