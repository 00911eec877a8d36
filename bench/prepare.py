"""Signs in whom the measuring needs and tells what it asks for, as JSON: `python -m bench.prepare`."""

import json
import sys

import django

ROLES = ("leader", "triager", "enterprise_member")
CSRF = "b" * 32


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.urls import NoReverseMatch, reverse

    from enterprises.models import Member
    from portal.people.models import User
    from requests.models import Ticket

    cookies = {}
    for role in ROLES:
        client = Client()
        client.force_login(User.objects.get(username=role), backend=settings.AUTHENTICATION_BACKENDS[-1])
        cookies[role] = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    try:
        api = reverse("api-v1:ticket-list")
    except NoReverseMatch:
        api = "/api/v1/tickets/"
    member = Member.objects.current().filter(user__username="enterprise_member").select_related("enterprise").first()
    assert member is not None
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    known = {
        "cookies": cookies,
        "csrf": CSRF,
        "api": api,
        "ticket": Ticket.objects.filter(status="handling", confidential=False).order_by("-id")[0].number,
        "firm": member.enterprise.uscc,
        "tickets": Ticket.objects.count(),
        "postgresql": version,
        "django": django.get_version(),
    }
    sys.stdout.write(json.dumps(known))


if __name__ == "__main__":
    main()
