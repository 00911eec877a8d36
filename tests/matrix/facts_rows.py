"""The rows of `test_urls` for facts, conflicts, corrections and their imports."""

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from enterprises.facts import correcting, delivering
from enterprises.facts.describing import load
from enterprises.facts.work import FactImporting
from enterprises.models import Conflict, Fact, Line, Resource

READ_FIRMS = "intake_clerk triager handler deputy_head department_head stand_in police_handler economy_handler"
READ_FIRMS += " member_official steward project_assistant supervisor leader data_officer policy_officer inspector"
READ_FIRMS += " grid_member revisitor congress_observer"
DELIVERS = "data_officer supervisor"
FIRM = "enterprise_member member_official"
ON_BEHALF = "steward project_assistant"
SEE_ALL = "supervisor leader"


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    officer = {200: "data_officer"}
    return {
        ("enterprises:data", "", "GET"): {200: DELIVERS},
        ("enterprises:resources", "", "GET"): {200: READ_FIRMS},
        ("enterprises:resource", "resource", "GET"): {200: READ_FIRMS},
        ("enterprises:resource-template", "resource", "GET"): {200: READ_FIRMS},
        ("enterprises:resource-edit", "resource", "POST"): {422: "supervisor"},  # his line is not the centre's
        ("enterprises:resource-column", "resource", "POST"): {422: "supervisor"},
        ("enterprises:resource-retire", "resource", "POST"): {302: "supervisor"},
        ("enterprises:delivery-undo", "pushed", "POST"): {302: "data_officer"},
        ("enterprises:conflicts", "", "GET"): {200: DELIVERS},
        ("enterprises:conflict", "conflict", "POST"): {302: DELIVERS},
        ("enterprises:conflict", "foreign conflict", "POST"): {302: "supervisor"},
        ("enterprises:conflict-batch", "conflict's batch", "POST"): {302: DELIVERS},
        ("enterprises:corrections", "", "GET"): {200: DELIVERS},
        ("enterprises:correction", "correction", "GET"): {200: f"{DELIVERS} steward {FIRM}"},
        ("enterprises:correction-answer", "correction", "POST"): {422: DELIVERS},
        ("enterprises:facts", "firm", "GET"): {200: f"{READ_FIRMS} enterprise_member"},
        ("enterprises:facts", "foreign firm", "GET"): {200: f"{READ_FIRMS} other_member"},
        ("enterprises:fact", "line's fact", "GET"): {200: f"data_officer {SEE_ALL} {ON_BEHALF} {FIRM}"},
        ("enterprises:fact", "closed fact", "GET"): {200: FIRM},  # the officer's line is not the tax office's
        ("enterprises:fact-correct", "line's column", "GET"): {200: f"{SEE_ALL} {ON_BEHALF} {FIRM}"},
        ("enterprises:fact-correct", "line's column", "POST"): {422: f"{SEE_ALL} {ON_BEHALF} {FIRM}"},
        ("enterprises:fact-imports", "", "GET"): officer,
        ("enterprises:fact-imports", "", "POST"): {422: "data_officer"},
        ("enterprises:fact-import", "facts' import", "GET"): officer,
        ("enterprises:fact-import-columns", "facts' import", "POST"): {422: "data_officer"},
        ("enterprises:fact-import-apply", "facts' import", "POST"): {302: "data_officer"},
        ("enterprises:fact-import-undo", "facts' import", "POST"): {302: "data_officer"},
        ("enterprises:fact-import-drop", "facts' import", "POST"): {302: "data_officer"},
        ("enterprises:fact-import-progress", "facts' import", "GET"): {204: "data_officer"},
        ("enterprises:fact-import-export", "facts' import", "GET"): {404: "data_officer"},  # no rows yet
    }


def world(town):
    """The data officer's line is statistics; tax and labour are other departments'."""
    from datetime import date

    load()
    for code, department in (("statistics", town.housing), ("tax", town.economy), ("labour", town.police)):
        Line.objects.filter(code=code).update(department=department)
    operation, tax = Resource.objects.get(code="monthly_operation"), Resource.objects.get(code="tax_paid")
    insured = Resource.objects.get(code="social_insurance")
    september = date(2026, 9, 1)

    def deliver(resource, value, line=None, way="file", month=september):
        column = resource.columns.get(place=1).code
        row = (town.firm.pk, month, "", {column: Decimal(value)})
        return delivering.deliver(resource, [row], line=line or resource.line, way=way, by=town.data_officer).delivery

    for resource in (operation, tax, insured):
        deliver(resource, 5)
    deliver(operation, 7, tax.line)
    deliver(insured, 7, tax.line)
    pushed = deliver(operation, 6, way="api", month=date(2026, 8, 1))
    facts = {fact.resource_id: fact.pk for fact in Fact.objects.filter(period=september)}
    conflicts = {conflict.fact.resource_id: conflict for conflict in Conflict.objects.select_related("fact")}
    revenue = operation.columns.get(place=1)
    given = {"period": september, "reason": "看了账本", "by": town.steward}
    file = SimpleUploadedFile("月报.csv", f"统一社会信用代码,营业收入\n{town.firm.uscc},5".encode())
    return {
        "resource": (operation.code,),
        "pushed": (operation.code, pushed.pk),
        "conflict": (conflicts[operation.pk].pk,),
        "foreign conflict": (conflicts[insured.pk].pk,),
        "conflict's batch": (conflicts[operation.pk].delivery_id,),
        "correction": (correcting.propose(town.firm, revenue, Decimal(8), **given).pk,),
        "line's fact": (town.firm.uscc, facts[operation.pk]),
        "closed fact": (town.firm.uscc, facts[tax.pk]),
        "line's column": (town.firm.uscc, revenue.pk),
        "facts' import": (FactImporting(operation, operation.line).upload(file, by=town.data_officer).pk,),
    }
