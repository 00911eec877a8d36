"""Sign-in by user name (in any case) or mobile number."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from portal.people.demo import DEMO_PASSWORD
from portal.people.models import User


class NameOrMobileBackend(BaseBackend):
    """The demo's password, which everybody knows, opens nothing once the demo is over on the same database."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or password is None:
            return None
        user = User.objects.signing_in_as(username).first()
        if user is None:
            User().set_password(password)  # costs the same time, so that it does not tell whether the account exists
            return None
        right = user.check_password(password) and user.is_active
        return user if right and (settings.DEMO or password != DEMO_PASSWORD) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.active().filter(pk=user_id).first()
