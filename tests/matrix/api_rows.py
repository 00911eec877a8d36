"""The rows of `test_urls` for the API, Open311 and the pages on line systems."""

from portal.api import flow
from portal.api.models import Scope
from portal.outbox.models import Channel, Delivery, Message, State, Subscription
from tests.requests.factories import LONG_AGO


def rows(everybody, signed_in, read_firms, read_own, read_foreign, read_internal, writes_own):
    """(address, its arguments in `world`, method): {status: who}; strangers are asked for a token (401)."""
    stranger = {401: "anonymous"}
    all_of_them = {200: signed_in} | stranger
    administrator = {200: "administrator"}
    return {
        ("api:schema", "", "GET"): {200: everybody},
        ("api:docs", "", "GET"): {200: everybody},
        ("api-missing", "nowhere", "GET"): {404: everybody},
        ("api-missing", "nowhere", "POST"): {404: everybody},
        ("firms-api:firms", "", "GET"): all_of_them,  # who may see none gets an empty list
        ("firms-api:firm", "firm", "GET"): {200: f"{read_firms} enterprise_member"} | stranger,
        ("firms-api:firm", "foreign firm", "GET"): {200: f"{read_firms} other_member"} | stranger,
        ("firms-api:places", "", "GET"): all_of_them,
        ("firms-api:industries", "", "GET"): all_of_them,
        ("tickets-api:tickets", "", "GET"): all_of_them,
        ("tickets-api:tickets", "", "POST"): {422: signed_in} | stranger,
        ("tickets-api:ticket", "own", "GET"): {200: read_own} | stranger,
        ("tickets-api:ticket", "foreign", "GET"): {200: read_foreign} | stranger,
        ("tickets-api:timeline", "own", "GET"): {200: read_own} | stranger,
        ("tickets-api:timeline", "foreign", "GET"): {200: read_foreign} | stranger,
        ("tickets-api:attachments", "own", "GET"): {200: read_own} | stranger,
        ("tickets-api:attachments", "own", "POST"): {422: writes_own} | stranger,
        ("tickets-api:attachments", "foreign", "GET"): {200: read_foreign} | stranger,
        ("tickets-api:attachment", "own file", "GET"): {200: read_own} | stranger,
        ("tickets-api:attachment", "own internal file", "GET"): {200: read_internal} | stranger,
        ("tickets-api:categories", "", "GET"): all_of_them,
        ("tickets-api:list-items", "", "GET"): all_of_them,
        ("tickets-api:departments", "", "GET"): all_of_them,
        ("tickets-api:channels", "", "GET"): all_of_them,
        ("tickets-api:kinds", "", "GET"): all_of_them,
        ("open311:discovery", "json", "GET"): {200: everybody},
        ("open311:services", "json", "GET"): {200: everybody},
        ("open311:service", "service", "GET"): {200: everybody},
        ("open311:requests", "json", "GET"): {200: everybody},
        ("open311:requests", "json", "POST"): {403: everybody},  # without a key, whoever is signed in
        ("open311:request", "own in json", "GET"): {404: everybody},  # not published, whoever is signed in
        ("open311:token", "own in json", "GET"): {404: everybody},
        ("lines:lines", "", "GET"): administrator,
        ("lines:connect", "", "GET"): administrator,
        ("lines:connect", "", "POST"): administrator,
        ("lines:line", "line", "GET"): administrator,
        ("lines:edit", "line", "GET"): administrator,
        ("lines:edit", "line", "POST"): administrator,
        ("lines:rotate", "line", "GET"): administrator,
        ("lines:rotate", "line", "POST"): administrator,
        ("lines:revoke", "line", "GET"): administrator,
        ("lines:revoke", "line", "POST"): {302: "administrator"},
        ("lines:subscribe", "line", "GET"): administrator,
        ("lines:subscribe", "line", "POST"): administrator,
        ("lines:subscription", "subscription", "GET"): administrator,
        ("lines:subscription", "subscription", "POST"): administrator,
        ("lines:renew-secret", "subscription", "POST"): administrator,
        ("lines:stop", "subscription", "POST"): {302: "administrator"},
        ("lines:replay", "push", "POST"): {302: "administrator"},
    }


def world(town, own):
    """What they are asked for: a line system with a push that was sent."""
    line, _token = flow.connect(
        by=town.administrator, name="微信小程序", channel="wechat", scopes=Scope.values, rate=10, at=LONG_AGO
    )
    subscription = Subscription.objects.create(
        owner=line.user, url="https://hook.example.org/", events=["ticket.closed"]
    )
    push = Delivery.objects.create(
        message=Message.objects.filter(subject_id=own.pk, kind="ticket.taken").get(),
        recipient=line.user,
        subscription=subscription,
        key="c",
        channel=Channel.HOOK,
        title="ticket.taken",
        state=State.SENT,
        sent_at=own.moved_at,
    )
    return {
        "nowhere": ("v1/nowhere/",),
        "json": ("json",),
        "service": ("talent", "json"),
        "own in json": (own.number, "json"),
        "line": (line.pk,),
        "subscription": (subscription.pk,),
        "push": (line.pk, push.pk),
    }
