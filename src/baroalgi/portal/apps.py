from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "baroalgi.portal"
    label = "portal"
