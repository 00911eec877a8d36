"""Tickets through the API: what is listed, brought in and done is what the same person may see and do on the pages."""

from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.trail.models import Event
from requests.models import Ticket
from requests.models.conversation import Audience
from tests.api.factories import MATTER, SAID, line, relayed
from tests.requests import factories as make

LIST = "/api/v1/tickets/"


def numbers(answer) -> set[str]:
    return {row["number"] for row in answer.json()["results"]}


# Lists -----------------------------------------------------------------------------------------------------------


def test_each_lists_what_he_may_see(town, as_, by):
    own, foreign = make.filed(town), make.filed(town, enterprise=town.foreign_firm, by=town.other_member)
    assert numbers(as_(town.enterprise_member).get(LIST)) == {own.number}
    assert numbers(as_(town.other_member).get(LIST)) == {foreign.number}
    assert numbers(as_(town.supervisor).get(LIST)) == {own.number, foreign.number}
    assert numbers(as_(town.administrator).get(LIST)) == set()
    _line, token = line(town)
    assert numbers(by(token).get(LIST)) == set()
    assert numbers(by(token).get(LIST)) == set()


def test_the_filters_and_the_search_are_those_of_the_page(town, as_):
    flooded = make.filed(town, title="车间进水")
    assessed = make.closed(town, title="办理环评")
    clerk = as_(town.intake_clerk)
    assert numbers(clerk.get(LIST, {"q": "环评"})) == {assessed.number}
    assert numbers(clerk.get(LIST, {"status": "received"})) == {flooded.number}
    wrong = clerk.get(LIST, {"status": "nonsense"})
    assert wrong.status_code == 400
    assert list(wrong.json()["errors"]) == ["status"]


@pytest.mark.parametrize("sort", ["", "due", "moved", "closed", "old"])
def test_a_page_is_followed_to_the_end(town, as_, sort):
    made = {make.filed(town).number for _n in range(5)}
    clerk, url, seen, pages = as_(town.intake_clerk), f"{LIST}?page_size=2&sort={sort}", [], 0
    while url:
        answer = clerk.get(url).json()
        seen += [row["number"] for row in answer["results"]]
        url, pages = answer["next"], pages + 1
    assert (sorted(seen), pages) == (sorted(made), 3)
    assert "count" not in answer
    assert clerk.get(LIST, {"count": "1"}).json()["count"] == 5


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999", "page_size=101", "page=１", "page=-1"])
def test_a_page_that_cannot_be_is_a_problem(town, as_, query):
    answer = as_(town.intake_clerk).get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_list_costs_the_same_for_one_row_and_three(town, as_, django_assert_max_num_queries):
    clerk = as_(town.intake_clerk)
    make.handling(town)
    clerk.get(LIST)
    for _more in range(2):
        with django_assert_max_num_queries(6):  # user, rights, rows, deadlines, the time, the calendar
            clerk.get(LIST)
        make.handling(town)
        make.handling(town)


# One ticket ------------------------------------------------------------------------------------------------------


def test_a_ticket_shows_what_its_page_shows_to_the_same_person(town, as_):
    ticket = make.handling(town, co=[town.police], contact_phone="13800001111")
    told = as_(town.handler).get(f"{LIST}{ticket.number}/").json()
    assert told["contact_phone"] == "13800001111"
    assert told["lead_department"] == {"id": town.housing.pk, "name": "住建局"}
    may = {"log_contact", "report", "write", "ask_return", "ask_extension", "ask_suspension", "add_part", "end_part"}
    assert {verb["verb"] for verb in told["verbs"]} == may
    assert as_(town.leader).get(f"{LIST}{ticket.number}/").json()["contact_phone"] == "138 **** 1111"
    assert as_(town.other_member).get(f"{LIST}{ticket.number}/").status_code == 404


@pytest.mark.parametrize("number", ["SX-1", "%00", "a b", "x" * 300, "SX-20261109-0001.json", "..%2f"])
def test_what_is_no_ticket_is_not_found(town, as_, number):
    answer = as_(town.supervisor).get(f"{LIST}{number}/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_the_story_for_the_firm_has_nothing_internal(town, as_):
    ticket = make.handling(town, co=[town.police], opinions=True)
    office = as_(town.handler).get(f"{LIST}{ticket.number}/timeline/").json()
    firm = as_(town.enterprise_member).get(f"{LIST}{ticket.number}/timeline/").json()
    assert "ticket.opinion_given" in {entry["kind"] for entry in office}
    assert "ticket.opinion_given" not in {entry["kind"] for entry in firm}
    assert not any(entry["internal"] for entry in firm)
    assert office[-1]["text"] == ticket.description


# Verbs -----------------------------------------------------------------------------------------------------------


def test_a_matter_goes_round_the_loop_by_the_api_alone(town, as_):
    def done(user, verb, **fields):
        answer = as_(user).post(f"{LIST}{number}/{verb}/", fields, format="json")
        assert answer.status_code in (200, 204), answer.json()

    filing = {
        "enterprise": town.firm.uscc,
        "contact_name": "钟离春",
        "contact_phone": "13800001111",
        "description": SAID,
    }
    answer = as_(town.enterprise_member).post(LIST, filing, format="json")
    number = answer.json()["number"]
    assert (answer.status_code, answer["Location"]) == (201, f"{LIST}{number}/")
    done(town.intake_clerk, "accept")
    department = {"lead": town.housing.pk, "co": [], "category": town.category.pk}
    done(town.triager, "dispatch", kind="coordination", complexity="ordinary", urgency="urgent", **department)
    done(town.handler, "take")
    done(town.handler, "log_contact", text="已电话联系")
    done(town.handler, "report", kind="solved", text="已疏通")
    done(town.deputy_head, "sign_off")
    done(town.enterprise_member, "confirm", overall=5, attitude=None, timeliness=4, text="快")
    done(town.revisitor, "record_revisit", reached="yes", real="yes", overall=5)
    ticket = Ticket.objects.get(number=number)
    assert (ticket.status, ticket.urgency) == ("closed", "urgent")
    assert ticket.results.get().by_telephone is False
    assert ticket.ratings.get().timeliness == 4


def test_what_the_form_refuses_is_told_by_field(town, as_):
    ticket = make.handling(town)
    answer = as_(town.handler).post(f"{LIST}{ticket.number}/report/", {"kind": "cannot", "text": ""}, format="json")
    told = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert told["errors"] == {"text": ["请写办理结果，企业会看到这段话。"]}
    assert told["type"] == "urn:problem-type:shaxi:invalid"
    wrong = as_(town.handler).post(f"{LIST}{ticket.number}/report/", {"kind": "great", "text": {}}, format="json")
    assert set(wrong.json()["errors"]) == {"kind", "text"}
    refused = as_(town.handler).post(f"{LIST}{ticket.number}/report/", {"kind": "cannot", "text": "不"}, format="json")
    assert list(refused.json()["errors"]) == ["written_reply"]


def test_the_story_tells_the_written_reply_that_went_with_the_result(town, as_):
    ticket = make.confirming(town, result="cannot")
    written = ticket.results.get().written_reply
    told = as_(town.enterprise_member).get(f"{LIST}{ticket.number}/timeline/").json()
    assert written
    assert [line["written_reply"] for line in told if line["kind"] == "ticket.answered"] == [written]


def test_somebody_was_faster_is_a_conflict_and_a_stranger_finds_nothing(town, as_):
    ticket = make.accepted(town)
    late = as_(town.intake_clerk).post(f"{LIST}{ticket.number}/accept/")
    assert (late.status_code, late.json()["type"]) == (409, "urn:problem-type:shaxi:moved-on")
    assert "待研判" in late.json()["detail"]
    assert as_(town.enterprise_member).post(f"{LIST}{ticket.number}/accept/").status_code == 404
    assert as_(town.other_member).post(f"{LIST}{ticket.number}/withdraw/").status_code == 404
    assert as_(town.supervisor).post(f"{LIST}{ticket.number}/lapse_confirmation/").status_code == 404


def test_whoever_loses_sight_of_it_by_his_own_act_is_answered_without_it(town, as_):
    ticket = make.handling(town, co=[town.police])
    answer = as_(town.police_handler).post(f"{LIST}{ticket.number}/give_opinion/", {"text": "已查"}, format="json")
    assert answer.status_code == 200  # co-handling goes on until the signature
    ticket.assignments.filter(part="co").update(ended_at=ticket.moved_at)
    assert as_(town.police_handler).get(f"{LIST}{ticket.number}/").status_code == 404


def test_english_is_spoken_to_who_asks_for_it(town, by):
    _line, token = line(town)
    answer = by(token).get(f"{LIST}?page=0", HTTP_ACCEPT_LANGUAGE="en")
    assert answer["Content-Language"] == "en"


# Files -----------------------------------------------------------------------------------------------------------


def test_files_come_with_words_and_are_fetched_by_who_may_see_them(town, as_):
    ticket = make.handling(town)
    url = f"{LIST}{ticket.number}/attachments/"
    photo = SimpleUploadedFile("进水.txt", "3 号车间".encode())
    sent = as_(town.enterprise_member).post(url, {"file": photo}, format="multipart")
    assert sent.status_code == 201, sent.json()
    (kept,) = sent.json()
    assert (kept["name"], ticket.comments.latest("id").from_firm) == ("进水.txt", True)
    assert b"".join(as_(town.handler).get(kept["url"]).streaming_content).decode() == "3 号车间"
    assert as_(town.other_member).get(kept["url"]).status_code == 404
    ticket.attachments.update(audience=Audience.OFFICE)
    assert as_(town.enterprise_member).get(kept["url"]).status_code == 404
    assert as_(town.enterprise_member).get(url).json() == []
    hostile = SimpleUploadedFile("x.exe", b"MZ\x90\x00")
    refused = as_(town.handler).post(url, {"file": hostile}, format="multipart")
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["files"]


# Bringing in -----------------------------------------------------------------------------------------------------


def test_a_clerk_registers_and_names_the_channel(town, as_):
    clerk = as_(town.intake_clerk)
    missing = clerk.post(LIST, MATTER, format="json")
    assert (missing.status_code, list(missing.json()["errors"])) == (422, ["channel"])
    hotline = clerk.post(LIST, MATTER | {"channel": "hotline"}, format="json")
    assert set(hotline.json()["errors"]) == {"hotline_number", "outer_due_at"}
    given = MATTER | {"channel": "phone", "category": "safety-environment", "place": town.place.code, "public": True}
    ticket = Ticket.objects.get(number=clerk.post(LIST, given, format="json").json()["number"])
    assert (ticket.status, ticket.registered_by, ticket.public) == ("triaging", town.intake_clerk, True)
    assert (ticket.category, ticket.place, ticket.channel) == (town.category, town.place, "phone")


def test_a_firm_files_for_itself_only(town, as_):
    given = {"contact_name": "亡是公", "contact_phone": "13800001111", "description": SAID, "channel": "hotline"}
    own = as_(town.other_member).post(LIST, given | {"enterprise": town.foreign_firm.uscc}, format="json")
    ticket = Ticket.objects.get(number=own.json()["number"])
    assert (ticket.channel, ticket.public) == ("online", False)
    for enterprise in (town.firm.uscc, "nonsense", ""):
        foreign = as_(town.other_member).post(LIST, given | {"enterprise": enterprise}, format="json")
        assert foreign.status_code == 422
    assert as_(town.leader).post(LIST, MATTER, format="json").status_code == 422
    assert Ticket.objects.count() == 1


def test_a_line_system_brings_in_what_a_firm_said_there(town, by):
    system, token = line(town)
    ticket = relayed(by(token), channel="phone")
    assert (ticket.status, ticket.channel, ticket.line_system) == ("received", "wechat", system)
    assert (ticket.firm_name, ticket.contact_name, ticket.filed_by) == ("太仓乌有五金店", "墨翟", system.user)
    assert ticket.first_responder == town.intake_clerk
    assert Event.objects.about(ticket).get(kind="ticket.filed").actor == system.user
    known = relayed(by(token), business_name="", enterprise=town.firm.uscc)
    assert (known.enterprise, known.first_responder) == (town.firm, town.steward)
    unknown = by(token).post(LIST, MATTER | {"enterprise": "91320585MA00000000"}, format="json")
    assert (unknown.status_code, list(unknown.json()["errors"])) == (422, ["enterprise"])


def test_a_line_system_sees_and_follows_what_it_brought_in_and_nothing_else(town, by):
    _line, token = line(town)
    _other, foreign_token = line(town, "另一个小程序")
    client, other = by(token), by(foreign_token)
    ticket, foreign = relayed(client), relayed(other)
    make.filed(town, channel="wechat")
    assert numbers(client.get(LIST)) == {ticket.number}
    url = f"{LIST}{ticket.number}/"
    told = client.get(url).json()
    assert {verb["verb"] for verb in told["verbs"]} == {"withdraw", "urge", "write"}
    assert told["contact_phone"] == "13800009999"
    assert client.post(f"{url}urge/", {"text": "请快"}, format="json").status_code == 200
    for verb in ("accept", "dispatch", "reject", "sign_off", "report"):
        assert client.post(f"{url}{verb}/", {}, format="json").status_code == 404
    assert other.get(url).status_code == 404
    assert client.post(f"{LIST}{foreign.number}/urge/", {}, format="json").status_code == 404
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    assert client.get(url).status_code == 404


def test_a_line_system_speaks_for_the_firm_to_the_end(town, by):
    """Its words are the firm's: never an official's, never recorded as a call unless a hotline passes them on."""
    for channel, spoken in (("wechat", False), ("hotline", True)):
        system, token = line(town, channel, channel=channel)
        ticket = make.confirming(town)
        Ticket.objects.filter(pk=ticket.pk).update(line_system=system, channel=channel)
        url = f"{LIST}{ticket.number}/"
        timeline = by(token).get(f"{url}timeline/").json()
        assert not any(entry["internal"] for entry in timeline)
        assert by(token).post(f"{url}confirm/", {"overall": 5}, format="json").status_code == 200
        assert ticket.results.get().by_telephone is spoken
        assert by(token).post(f"{url}write/", {"text": "谢谢", "audience": "office"}, format="json").status_code == 200
        assert ticket.comments.get(text="谢谢").from_firm


# What each status lets the line system do, written out by hand (APP-12, APP-20).
LINE_MAY = {
    "received": {"withdraw", "urge", "write"},
    "incomplete": {"supplement", "withdraw", "write"},
    "triaging": {"withdraw", "urge", "write"},
    "assigned": {"withdraw", "urge", "write"},
    "handling": {"withdraw", "urge", "write"},
    "signoff": {"withdraw", "urge", "write"},
    "confirming": {"confirm", "dispute", "write"},
    "revisiting": {"urge", "write"},
    "closed": set(),
    "rejected": {"ask_review"},
    "withdrawn": set(),
}


@pytest.mark.parametrize("status", LINE_MAY)
def test_what_a_line_system_may_do_in_each_status(town, by, status):
    system, token = line(town)
    ticket = make.AT[status](town)
    Ticket.objects.filter(pk=ticket.pk).update(line_system=system)
    told = by(token).get(f"{LIST}{ticket.number}/").json()
    assert {verb["verb"] for verb in told["verbs"]} == LINE_MAY[status]


CLOCK = ("next_due_at", "light", "remaining")

# The clock --------------------------------------------------------------------------------------------------------


def test_each_row_says_until_when_its_light_and_what_is_left_in_working_minutes(town, as_, monkeypatch):
    ticket = make.accepted(town)  # to be dispatched by Tuesday 10 November, 17:00
    reader, url = as_(town.supervisor), f"{LIST}{ticket.number}/"
    seen = {}
    for when in ("2026-11-09 14:00", "2026-11-10 16:00", "2026-11-11 09:30"):
        monkeypatch.setattr("portal.worktime.clock.now", partial(make.moment, when))
        (row,) = reader.get(LIST).json()["results"]
        assert {key: row[key] for key in CLOCK} == {key: reader.get(url).json()[key] for key in CLOCK}
        assert row["due"]["due_at"] == row["next_due_at"] == "2026-11-10T17:00:00+08:00"
        seen[when] = row["light"], row["remaining"]
    assert seen == {
        "2026-11-09 14:00": ("green", 180 + 420),
        "2026-11-10 16:00": ("yellow", 60),
        "2026-11-11 09:30": ("red", -60),
    }


def test_nothing_is_left_where_the_clock_stands_or_nothing_is_owed(town, as_):
    closed = make.closed(town)
    found = as_(town.supervisor).get(f"{LIST}{closed.number}/").json()
    assert [found[key] for key in CLOCK] == [None, None, None]
