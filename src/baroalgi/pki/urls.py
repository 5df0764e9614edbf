"""Addresses of what authorities publish; they stand in certificates, so they never change."""

from django.urls import path

from baroalgi.pki import views

app_name = "pki"
urlpatterns = [
    path("pki/cps/", views.practice, name="practice"),
    path("pki/<slug:name>/ca.cer", views.certificate, name="certificate"),
    path("pki/<slug:name>/root.cer", views.root, name="root"),
    path("pki/<slug:name>/crl", views.revocation_list, name="crl"),
    path("pki/<slug:name>/root.crl", views.root_list, name="root_crl"),
]
