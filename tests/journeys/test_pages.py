"""Every page of every role in a real browser: it opens, fits both widths, and axe finds nothing serious.

Each page is looked at in daylight on the desktop and in the dark on the phone; the parts it is made of are looked at in
all four (tests/desk/test_frame.py). A policy violation or a script error anywhere fails the test (tests/browser.py).
"""

from string import Formatter
from types import SimpleNamespace

import pytest
from django.urls import resolve, reverse

from requests.models import Ticket
from tests.browser import AXE_RUN, VIEWPORTS, in_words
from tests.journeys import inspection_pages
from tests.matrix import world
from tests.matrix.rows import ROWS
from tests.requests import factories as make

pytestmark = pytest.mark.browser

# Who, and the addresses he comes by; `{handling}` and the like are numbers of tickets in that status.
PAGES = {
    "anonymous": "/ /sign-in/ /track/ /password/forgotten/ /password/forgotten/sent/ /password/set/MQ/set-password/"
    " /register/ /register/notice/ /join/{invitation}/ /r/{link}/ /demo/sent/ /worktime/"
    " /worktime/?start=2026-12-11T09:00&kind=working_days&n=15&pauses=1 /scope/ /guide/",
    "enterprise_member": "/firm/ /matters/ /matters/?ended=1 /matters/new/?new=1 /tickets/{handling}/"
    " /tickets/{confirming}/ /tickets/{confirming}/confirm/ /tickets/{confirming}/dispute/ /tickets/{closed}/"
    " /tickets/{incomplete}/supplement/ /tickets/{handling}/urge/ /tickets/{handling}/withdraw/"
    " /tickets/{received}/receipt/ /enterprises/mine/ /inbox/ /inbox/choices/ /account/ /password/"
    " /lists/tickets/ /enterprises/{firm}/invitations/ /deadlines/ /complaints/new/",
    "intake_clerk": "/queues/intake/ /queues/followed/ /tickets/register/ /tickets/{received}/"
    " /tickets/{received}/reject/ /tickets/{received}/ask_supplement/ /tickets/{confirming}/confirm/"
    " /tickets/ /tickets/?q=无此事 /enterprises/ /enterprises/{firm}/ /search/?q=进水 /search/?q=无此事"
    " /registrations/ /registrations/{join}/ /complaints/register/ /old-cases/",
    "triager": "/queues/triage/ /queues/triage/?part=waiting /tickets/{triaging}/ /tickets/{triaging}/dispatch/"
    " /triage/accuracy/ /problems/ /problems/suggested/ /figures/classes/ /articles/ /articles/new/",
    "handler": "/deadlines/ /deadlines/month/ /tickets/{own}/deadlines/{deadline}/ /department/"
    " /queues/handling/ /tickets/{assigned}/ /tickets/{assigned}/take/ /tickets/{handling}/"
    " /tickets/{handling}/?tab=trail /tickets/{handling}/report/ /tickets/{handling}/log_contact/ /templates/",
    "police_handler": "/queues/handling/ /tickets/{shared}/ /tickets/{shared}/give_opinion/ /parts/",
    "department_head": "/department/ /tickets/{signoff}/ /tickets/{signoff}/send_back/"
    " /tickets/{assigned}/name_handler/ /tickets/{again}/ /account/deputy/ /account/second-factor/ /unit-questions/",
    "revisitor": "/queues/revisit/ /tickets/{revisiting}/ /tickets/{revisiting}/record_revisit/",
    "steward": "/queues/followed/ /matters/new/ /tickets/{handling}/",
    "leader": "/leader/ /leader/?mine=1 /figures/ /figures/?period=year /figures/overdue/ /tickets/{closed}/"
    " /figures/overdue/others/ /figures/overdue/others/list/"
    " /agenda/ /instructions/ /tickets/{handling}/instruct/",
    "supervisor": "/queues/supervision/ /agenda/ /agenda/{item}/ /leader/"
    " /tickets/?overdue=1 /tickets/{rejected}/ /tickets/{withdrawn}/ /orders/",
    "congress_observer": "/verify/",
    "auditor": "/complaints/reads/ /readings/ /readings/?firm=无此企业",
    "administrator": "/admin/users/ /admin/users/new/ /admin/users/{user}/ /admin/users/{user}/edit/"
    " /admin/users/{user}/password/ /admin/users/{user}/hand-over/ /admin/users/{user}/deactivate/"
    " /admin/departments/ /admin/departments/new/ /admin/departments/{department}/"
    " /admin/departments/{department}/edit/ /admin/groups/ /admin/groups/new/ /admin/groups/{group}/"
    " /admin/groups/{group}/edit/ /admin/roles/{role}/end/ /account/deputy/{delegation}/end/ /outbox/dead/"
    " /admin/put-aside/"
    " /admin/users/{user}/second-factor/ /admin/lines/ /admin/lines/new/ /admin/lines/{line}/"
    " /admin/lines/{line}/edit/ /admin/lines/{line}/token/ /admin/lines/{line}/revoke/ /admin/lines/{line}/push/"
    " /admin/push/{subscription}/ /admin/displays/ /admin/calendar/ /admin/calendar/?year=2049 /admin/calendar/notice/"
    " /admin/calendar/days/?day=2026-11-25 /admin/calendar/days/2049-01-04/lift/ /admin/calendar/hours/"
    " /admin/following/ /admin/following/{following}/ /admin/limits/ /admin/limits/?table=1-3-5"
    " /admin/limits/rules/{rule}/ /admin/limits/tables/2-10/new/ /admin/limits/apply/handle/"
    " /admin/limits/choices/new/ /admin/ladders/ /admin/ladders/department/"
    " /admin/scope/ /admin/scope/new/ /admin/retention/",
    "data_officer": "/enterprises/imports/ /enterprises/imports/{imported}/"
    " /enterprises/criteria/ /enterprises/criteria/new/",
    "nobody": "/home/ /firm/ /matters/ /matters/new/ /register/firm/ /register/mine/",
}
# The same by name, for what the matrix of addresses makes: the view, and its arguments in `matrix.world`.
NAMED = {
    "anonymous": [
        ("desk:code", "code"),
        ("calculator:start", ""),
        ("calculator:results", ""),
        ("calculator:exclusions", ""),
        ("policies:catalogue", ""),
        ("policies:policy", "policy"),
        ("policies:version", "policy version"),
        ("services:catalogue", ""),
        ("services:provider", "provider"),
        ("questions:answers", ""),
        ("questions:ask", "asked policy"),
        ("claims:publicity", ""),
        ("claims:notice", "notice"),
        ("claims:object", "notice"),
        ("claims:objected", "notice"),
    ],
    "enterprise_member": [
        ("enterprises:code", "firm"),
        ("visits:firm", "firm"),
        ("enterprises:fact-correct", "line's column"),
        ("calculator:mine", ""),
        ("matching:mine", ""),
        ("matching:muted", ""),
        ("matching:why", "matched clause"),
        ("services:order-new", "provider"),
        ("services:orders", ""),
        ("services:order", "service order"),
        ("mine:clock", "service order's deadline"),
        ("services:act", "service order cancelled"),
        ("services:package-of", "firm"),
        ("claims:mine", ""),
        ("claims:new", "claim round"),
        ("claims:claim", "claim"),
        ("claims:paper", "claim paper"),
    ],
    "handler": [("enterprises:firm-tag", "firm's tag"), ("structure:picture", ""), ("enterprises:resources", "")],
    "triager": [
        ("enterprises:tags", ""),
        ("enterprises:key-list-propose", "list in the making"),
        ("enterprises:key-list-suggest", "list in the making"),
    ],
    "policy_officer": [
        ("enterprises:attributes", ""),
        ("enterprises:attribute", "attribute"),
        ("calculator:of", "firm"),
        ("money:coverage", "keeping unit"),
        ("money:departments", ""),
        ("money:money", ""),
        ("policies:desk", ""),
        ("policies:new", ""),
        ("policies:desk-policy", "policy"),
        ("policies:write", "unpublished policy"),
        ("policies:write-clauses", "unpublished policy"),
        ("policies:write-clause-new", "unpublished policy"),
        ("policies:write-clause", "unpublished version"),
        ("policies:write-files", "unpublished policy"),
        ("policies:preview", "unpublished policy"),
        ("policies:act", "submitting a policy"),
        ("policies:imports", ""),
        ("policies:import", "policy import"),
        ("matching:of", "firm"),
        ("matching:of-why", "matched firm and clause"),
        ("matching:coverage", ""),
        ("matching:coverage-policy", "matched policy"),
        ("matching:firms", "matched clause"),
        ("enterprises:declarations", ""),
        ("questions:work", ""),
        ("questions:write", "policy question"),
        ("questions:new", "asked policy"),
        ("questions:edit", "policy answer"),
        ("claims:desk", ""),
        ("claims:reviewed", ""),
        ("claims:all", ""),
        ("claims:rounds", ""),
        ("claims:round-new", ""),
        ("claims:round", "claim round"),
        ("claims:round-list", "claim-free round"),
        ("claims:act", "claim accepting"),
    ],
    "data_officer": [
        ("enterprises:data", ""),
        ("enterprises:conflicts", ""),
        ("enterprises:corrections", ""),
        ("enterprises:correction", "correction"),
        ("enterprises:fact-imports", ""),
        ("enterprises:fact-import", "facts' import"),
        ("enterprises:facts", "firm"),
        ("enterprises:fact", "line's fact"),
        ("enterprises:resource", "resource"),
    ],
    "steward": [
        ("visits:mine", ""),
        ("visits:new", ""),
        ("visits:visit", "visit"),
        ("visits:record", "visit"),
        ("visits:act", "visit in vain"),
    ],
    "supervisor": [
        ("enterprises:firm-key-lists", "firm"),
        ("enterprises:key-list", "list"),
        ("enterprises:key-list-act", "list to submit"),
        ("enterprises:key-list-compare", "list in the making"),
        ("enterprises:key-list-new", ""),
        ("enterprises:key-entry-act", "entry to accept"),
        ("visits:all", ""),
        ("visits:coverage", ""),
        ("visits:plan", "plan"),
        ("visits:plan-new", ""),
        ("visits:unvisited", ""),
    ],
    "leader": [
        ("desk:timeline", "firm"),
        ("structure:picture", ""),
        ("structure:firms", ""),
        ("structure:compare", ""),
    ],
    "intake_clerk": [
        ("services:provider-add", ""),
        ("services:provider-edit", "provider"),
        ("services:provider-end", "provider"),
    ],
}
FIELDS = {field for addresses in PAGES.values() for _text, field, _spec, _how in Formatter().parse(addresses) if field}
# What answers by GET and is no page of its own; the draft's page is where /matters/new/ leads.
NO_PAGES = {
    "requests:draft",
    "upkeep:healthz",
    "enterprises:export",
    "enterprises:criterion-export",
    "requests:download",
    "requests:export",
    "desk:figures-export",
    "desk:readings-export",
    "desk:agenda-export",
    "desk:overdue-export",
    "desk:dead-export",
    "desk:search-proposed",
    "accounts:users-export",
    "accounts:departments-export",
    "accounts:groups-export",
    "enterprises:import-export",
    "joining:look",
    "joining:paper",
    "requests:queue-export",
    "requests:fresh",
    "requests:panel",
    "calendar:following-progress",
    "desk:classes-export",
    "desk:beside-export",
    "requests:articles-export",
    "requests:guide-answer",
    "requests:old-case-export",
    "requests:orders-export",
    "requests:paper-word",
    "requests:problems-export",
    "requests:template-filled",
    "mine:feed",
    "enterprises:key-list-export",
    "enterprises:resource-template",
    "structure:compare-export",
    "structure:export",
    "structure:firms-export",
    "visits:export",
    "visits:photo",
    "claims:download",
    "claims:export",
    "claims:paper-word",
    "matching:coverage-export",
    "matching:coverage-policy-export",
    "matching:firms-export",
    "money:departments-export",
    "money:export",
    "policies:desk-export",
    "policies:file",
    "policies:import-export",
    "services:booklet",
    "services:orders-export",
    "visits:unvisited-export",
}
for _who, _pages in inspection_pages.NAMED.items():
    NAMED[_who] = NAMED.get(_who, []) + _pages
NO_PAGES |= inspection_pages.NO_PAGES

# Pages of one thing each, opened by tests of their own; to be opened here as well, with axe and at both widths.
ELSEWHERE = {
    "confidential:receipt",
    "confidential:unit-question",
    "enterprises:criterion",
    "enterprises:criterion-edit",
    "enterprises:criterion-firm",
    "enterprises:criterion-firms",
    "requests:article",
    "requests:article-act",
    "requests:caller-link",
    "requests:old-case",
    "requests:paper",
    "requests:problem",
    "requests:problem-act",
    "requests:scope-item",
    "requests:template",
}

# For programs, and the description of the API, which is another's page (tests/api).
MACHINES = ("api:", "firms-api:", "tickets-api:", "policies-api:", "claims-api:", "needs-api:", "open311:")

OVERFLOW = "() => document.scrollingElement.scrollWidth - window.innerWidth"
DOUBLE_IDS = """() => {
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    return ids.filter((id, index) => ids.indexOf(id) !== index);
}"""
SETTLED = "() => !document.querySelector('.htmx-request') && document.readyState === 'complete'"
IN_THE_DARK = {"runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"], "preload": False}


@pytest.fixture(scope="module")
def laid_out(django_db_setup, django_db_blocker, module_files):
    """The town, and by their name the places of its pages: committed once for all tests of this module."""
    with django_db_blocker.unblock(), django_db_setup.kept(lay_out) as made:
        yield made


@pytest.fixture
def _own_files(module_files):
    """Where the files of those places lie."""


@pytest.fixture
def town(laid_out, live_server):
    laid_out.town.forget()
    return laid_out.town


def lay_out():
    town = make.build()
    return SimpleNamespace(town=town, places=places(town))


def places(town):
    """What stands between braces in the addresses."""
    numbers = {status: bring(town).number for status, bring in make.AT.items()}
    numbers["shared"] = make.handling(town, co=[town.police]).number
    numbers["again"] = make.revisiting(town, stars=1).number
    objects = {
        "user": town.handler,
        "department": town.housing,
        "role": town.handler.memberships.get(),
        "delegation": town.stand_in.delegations_held.get(),
    }
    there = world.build(town)
    single = {name: there[name][0] for name in ("group", "line", "subscription", "join", "invitation", "link")}
    single["item"] = there["agenda item"][0]
    single |= {"imported": there["import"][0], "firm": town.firm.uscc, "following": there["following"][0]}
    single |= {"rule": there["rule"][0], **dict(zip(("own", "deadline"), there["own deadline"], strict=True))}
    single["there"] = there
    return numbers | single | {name: thing.pk for name, thing in objects.items()}


def test_no_page_is_left_out():
    """Whatever the matrix of addresses says somebody can open is opened here."""
    known = {name for (name, _args, method), answers in ROWS.items() if method == "GET" and 200 in answers}
    some = dict.fromkeys(FIELDS, "1") | {"firm": "91320585MA00000014", "invitation": "x" * 24, "link": "x" * 24}
    addresses = [address.partition("?")[0] for address in " ".join(PAGES.values()).format(**some).split()]
    pages = {name for name in known if not name.startswith(MACHINES)}
    opened = {resolve(address).view_name for address in addresses}
    opened |= {name for views in NAMED.values() for name, _args in views}
    assert pages - opened == NO_PAGES | ELSEWHERE


@pytest.mark.parametrize("who", sorted(PAGES.keys() | NAMED))
def test_the_pages_of(who, town, laid_out, page, sign_in, axe):
    where = laid_out.places
    if who != "anonymous":
        sign_in(town.people[who])
    named = [reverse(name, args=where["there"][args]) for name, args in NAMED.get(who, [])]
    for address in [*PAGES.get(who, "").format(**where).split(), *named]:
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(VIEWPORTS["desktop"])
        answer = page.goto(address)
        assert answer.ok, f"{address}: {answer.status}"
        page.wait_for_function(SETTLED)
        assert page.title(), address
        assert page.locator("h1").count() == 1, address
        assert page.evaluate(DOUBLE_IDS) == [], address
        assert page.evaluate(OVERFLOW) <= 0, f"{address} is wider than the desktop"
        axe(page)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(VIEWPORTS["phone"])
        assert page.evaluate(OVERFLOW) <= 0, f"{address} is wider than the phone"
        # As high as the page: the bar at the bottom of the screen would lie across whatever happens to be there.
        page.set_viewport_size(VIEWPORTS["phone"] | {"height": page.evaluate("document.documentElement.scrollHeight")})
        found = page.evaluate(AXE_RUN, IN_THE_DARK)
        assert not found, f"{address} in the dark on the phone\n{in_words(found)}"


@pytest.mark.expects_console("404|403")
@pytest.mark.parametrize("address", ["/no-such-page/", "/tickets/SX-20261109-9999/"])
def test_what_is_not_there_is_said_in_a_page_that_can_be_read(address, town, page, sign_in, axe):
    sign_in(town.handler)
    assert page.goto(address).status == 404
    assert page.locator("h1").count() == 1
    axe(page)


def test_the_ticket_that_moved_on_meanwhile_is_said(town, page, sign_in, browser_trouble, axe):
    ticket = make.handling(town)
    sign_in(town.triager)
    assert page.goto(f"/tickets/{ticket.number}/dispatch/").status == 409
    assert "办理中" in page.inner_text("main")
    axe(page)
    browser_trouble.clear()  # the browser calls every 4xx an error
    assert Ticket.objects.get(pk=ticket.pk).status == "handling"
