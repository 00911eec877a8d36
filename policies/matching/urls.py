"""Addresses of `policies.matching`; a clause is named by its policy's code and its number."""

from django.urls import path, re_path

from .views import firm, oversight

app_name = "matching"

OF = r"^of/(?P<uscc>[0-9A-Z]{18})/"

urlpatterns = [
    path("", firm.mine, name="mine"),
    path("declare/", firm.declare, name="declare"),
    path("muted/", firm.muted, name="muted"),
    path("why/<slug:code>/<int:number>/", firm.why, name="why"),
    re_path(OF + r"$", firm.of, name="of"),
    re_path(OF + r"(?P<code>[-\w]+)/(?P<number>\d{1,5})/$", firm.of_why, name="of-why"),
    path("coverage/", oversight.coverage, name="coverage"),
    path("coverage/export/", oversight.coverage_export, name="coverage-export"),
    path("coverage/of/<slug:code>/", oversight.coverage_policy, name="coverage-policy"),
    path("coverage/of/<slug:code>/export/", oversight.coverage_policy_export, name="coverage-policy-export"),
    path("firms/<slug:code>/<int:number>/", oversight.firms, name="firms"),
    path("firms/<slug:code>/<int:number>/export/", oversight.firms_export, name="firms-export"),
]
