"""The rows of `test_urls` for needs, their API and agencies, and what they are asked for (INS-2, INS-3)."""

from datetime import timedelta

from inspections.models import Away, Closure, Need
from inspections.needs.imports.work import IMPORTING
from portal.files.models import StoredFile
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.inspections import factories as make
from tests.requests.factories import LONG_AGO

KEEPER = "keeper_inspector police_head"
FIRE = "fire_inspector fire_head"
HEADS = "deputy_head department_head stand_in"  # of housing
HOUSING = f"inspector {HEADS}"
AGENCIES = f"{KEEPER} {FIRE} {HOUSING}"
OVERSEES = "supervisor leader"
READS = f"{AGENCIES} {OVERSEES}"
OWN = f"{KEEPER} {HOUSING} {OVERSEES}"  # who reads housing's need
FIRM = "enterprise_member member_official"


def rows():
    """(address, its arguments in `world`, method): {status: who}."""
    return _needs() | _imports() | _api() | _agencies() | _subjects() | _closures()


def _needs():
    return {
        ("needs:needs", "", "GET"): {200: READS},
        ("needs:export", "", "GET"): {200: READS},
        ("needs:new", "", "GET"): {200: AGENCIES},
        ("needs:new", "", "POST"): {422: AGENCIES},
        ("needs:generate", "", "GET"): {200: AGENCIES},
        ("needs:generate", "", "POST"): {422: AGENCIES},
        ("needs:blocked", "", "GET"): {200: READS},
        ("needs:blocked-export", "", "GET"): {200: READS},
        ("needs:need", "need", "GET"): {200: OWN},
        ("needs:need", "foreign need", "GET"): {200: f"{FIRE} {KEEPER} {OVERSEES}"},
        ("needs:edit", "need", "GET"): {200: HOUSING},
        ("needs:edit", "need", "POST"): {422: HOUSING},
        ("needs:edit", "foreign need", "GET"): {200: FIRE},
        ("needs:edit", "need ended", "GET"): {409: HOUSING},
        ("needs:withdraw", "need", "GET"): {200: HOUSING},
        ("needs:withdraw", "need", "POST"): {422: HOUSING},
        ("needs:join", "need", "GET"): {200: HOUSING},
        ("needs:join", "need", "POST"): {},  # names no visit that could be joined
        ("needs:join", "foreign need", "GET"): {200: FIRE},
        ("needs:join", "need ended", "GET"): {409: HOUSING},
        ("needs:withdraw", "need ended", "POST"): {302: f"{HOUSING} anonymous"},
    }


def _imports():
    acts = {("needs:import-columns", "need import", "POST"): {422: HOUSING}}
    acts |= {
        (f"needs:import-{act}", "need import", "POST"): {302: f"{HOUSING} anonymous"}
        for act in ("apply", "undo", "drop")
    }
    return acts | {
        ("needs:imports", "", "GET"): {200: AGENCIES},
        ("needs:imports", "", "POST"): {422: AGENCIES},
        ("needs:import", "need import", "GET"): {200: HOUSING},
        ("needs:import-progress", "need import", "GET"): {204: HOUSING},
        ("needs:import-export", "need import", "GET"): {},  # its columns are not named yet
    }


def _api():
    return {
        ("needs-api:needs", "", "GET"): {200: READS, 401: "anonymous"},
        ("needs-api:needs", "", "POST"): {403: "", 401: "anonymous", 422: AGENCIES},
        ("needs-api:need", "need", "GET"): {200: OWN, 401: "anonymous"},
        ("needs-api:need", "foreign need", "GET"): {200: f"{FIRE} {KEEPER} {OVERSEES}", 401: "anonymous"},
        ("needs-api:withdraw", "need", "POST"): {401: "anonymous", 422: HOUSING},
        ("needs-api:withdraw", "foreign need", "POST"): {401: "anonymous", 422: FIRE},
    }


def _agencies():
    return {
        ("agencies:agencies", "", "GET"): {200: READS},
        ("agencies:agency", "agency", "GET"): {200: READS},
        ("agencies:rules", "", "GET"): {200: READS},
        ("agencies:rules", "", "POST"): {422: "police_head"},
        ("agencies:inspector-new", "agency", "GET"): {200: HEADS},
        ("agencies:inspector-new", "agency", "POST"): {422: HEADS},
        ("agencies:inspector", "inspector", "GET"): {200: HEADS},
        ("agencies:inspector", "inspector", "POST"): {422: HEADS},
        ("agencies:team-new", "agency", "GET"): {200: HEADS},
        ("agencies:team-new", "agency", "POST"): {422: HEADS},
        ("agencies:team", "team", "GET"): {200: HEADS},
        ("agencies:team", "team", "POST"): {422: HEADS},
        ("agencies:away", "team", "GET"): {200: HOUSING},
        ("agencies:away", "team", "POST"): {422: HOUSING},
        ("agencies:away-remove", "away", "POST"): {302: f"{HOUSING} anonymous"},
    }


def _subjects():
    return {
        ("agencies:subjects", "", "GET"): {200: READS},
        ("agencies:subject", "subject", "GET"): {200: READS},
        ("agencies:subject-new", "agency", "GET"): {200: HEADS},
        ("agencies:subject-new", "agency", "POST"): {422: HEADS},
        ("agencies:subject-edit", "subject", "GET"): {200: HEADS},
        ("agencies:subject-edit", "subject", "POST"): {422: HEADS},
        ("agencies:checklist", "subject", "GET"): {200: HEADS},
        ("agencies:checklist", "subject", "POST"): {422: HEADS},
    }


def _closures():
    return {
        ("agencies:closures", "", "GET"): {200: f"{FIRM} other_member {KEEPER}"},
        ("agencies:closure-new", "firm", "GET"): {200: f"{FIRM} {KEEPER}"},
        ("agencies:closure-new", "firm", "POST"): {422: f"{FIRM} {KEEPER}"},
        ("agencies:closure-new", "foreign firm", "GET"): {200: f"other_member {KEEPER}"},
        ("agencies:closure-remove", "closure", "POST"): {302: f"{FIRM} {KEEPER} anonymous"},
    }


def world(of):
    """Housing's need, open and ended; fire's; an import of housing's; days away and of closure."""
    today = local_day(clock.now())
    window = {"first": today + timedelta(days=200), "last": today + timedelta(days=220)}
    own = make.need(of, of.town.firm, **window)
    foreign = make.need(of, of.town.firm, of.fire, **window)
    ended = make.need(of, of.town.firm, status="dropped", ended_at=LONG_AGO, **window)
    span = {"first": today, "last": today + timedelta(days=1)}
    team = of.team(of.housing)
    assert Need.objects.filter(agency=of.housing).exists()
    return {
        "need": (own.number,),
        "foreign need": (foreign.number,),
        "need ended": (ended.number,),
        "need import": (_import(of).pk,),
        "agency": (of.housing.pk,),
        "inspector": (of.housing.inspectors.order_by("pk").first().pk,),
        "team": (team.pk,),
        "away": (Away.objects.create(team=team, **span).pk,),
        "subject": (of.subject(of.housing).code,),
        "closure": (Closure.objects.create(enterprise=of.town.firm, by=of.enterprise_member, at=LONG_AGO, **span).pk,),
    }


def _import(of):
    """As it stands after the upload, its file not read again."""
    file = StoredFile.objects.create(
        name="需求.csv", size=1, content_type="text/csv", sha256="0" * 64, path="none", uploaded_by=of.inspector
    )
    headings = ["企业", "检查事项", "最早日期", "最晚日期"]
    return IMPORTING.Model.objects.create(
        file=file, agency=of.housing, heading_row=1, headings=headings, headings_key="0" * 64, by=of.inspector
    )
