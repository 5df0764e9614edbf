from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "baroalgi.organisation"
    label = "organisation"
