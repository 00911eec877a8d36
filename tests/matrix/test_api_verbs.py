"""The API's addresses of the verbs answer as those of the pages do."""

from django.urls import reverse

from tests.matrix.test_urls import EVERYBODY, MAY, people, signed_in, verb_status

__all__ = ["people", "signed_in"]


def test_the_api_offers_the_same_verbs(people, where):
    """404 and 409 as on the page; what is done is answered with the ticket, or with nothing once it is out of sight."""
    (number,) = where["own"]
    wrong = {}
    for verb in {verb for may in MAY.values() for verb in may} - set(MAY["clock"]):
        url = reverse("tickets-api:verb", kwargs={"number": number, "verb": verb})
        for name in EVERYBODY.split():
            expected = {302: 401, 303: 200}.get(status := verb_status(name, verb, "POST"), status)
            answered = people.asks(name, "POST", url)
            if answered != expected:
                wrong[verb, name] = (answered, expected)
    assert wrong == {}
