from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "baroalgi.demo"
    label = "demo"
