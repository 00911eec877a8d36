"""The API keeps what its description promises: Schemathesis, with a fixed seed, against the running server."""

import pytest
from django.conf import settings
from django.test import Client

from portal.api.tokens import line_of
from requests.models import Ticket
from running import contract
from tests.api.factories import line
from tests.requests import factories as make

# It may refuse more than the description says (a rule of the field is no type), and may take what it can read.
LENIENT = "negative_data_rejection,positive_data_acceptance"
SEED = 20261122


@pytest.fixture
def server(transactional_db, live_server, tmp_path, settings):
    settings.API_STRANGERS_PER_MINUTE = 1_000_000
    return live_server


def token(town) -> tuple[dict[str, str], Ticket]:
    """A line system with a ticket that waits for the firm's answer."""
    system, secret = line(town, rate=1_000_000)
    ticket = make.confirming(town)
    Ticket.objects.filter(pk=ticket.pk).update(line_system=system)
    assert line_of(system.user) == system
    return {"Authorization": f"Bearer {secret}"}, ticket


def session(town, name: str, ticket: Ticket) -> tuple[dict[str, str], Ticket]:
    client = Client()
    client.force_login(town.people[name])
    client.get("/sign-in/")
    csrf = "a" * 32
    cookies = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}; csrftoken={csrf}"
    return {"Cookie": cookies, "X-CSRFToken": csrf}, ticket


WHO = {
    "a line system": token,
    "a clerk": lambda town: session(town, "intake_clerk", make.filed(town)),
    "a handler": lambda town: session(town, "handler", make.handling(town)),
}


@pytest.mark.parametrize("who", WHO)
def test_every_answer_is_one_that_is_described(server, tmp_path, who):
    headers, ticket = WHO[who](make.build())
    config = tmp_path / "schemathesis.toml"
    config.write_text(f'[parameters]\n"path.number" = "{ticket.number}"\n')
    by_token = who == "a line system"
    phases, seconds = ("coverage,fuzzing", "40") if by_token else ("fuzzing", "10")
    # With a session beside it a wrong token is no matter: the session counts.
    left_out = LENIENT if by_token else f"{LENIENT},ignored_auth"
    arguments = ["--phases", phases, "--max-time", seconds, "--max-examples", "2", "--workers", "1"]
    arguments += ["--exclude-checks", left_out]
    kept, report = contract.check(
        f"{server.url}/api/v1/schema/",
        seed=SEED,
        headers=headers,
        config=config,
        arguments=[*arguments, "--suppress-health-check", "all", "--warnings", "off", "--no-shrink"],
    )
    assert kept, report
    assert "90 selected / 90 total" in report, report
