"""What a person is told of his own account, so that a change he did not make is noticed (SEC-4)."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox import Letter, notice
from portal.people.models import User


def _letter(user: User, title: str, body: str) -> list[Letter]:
    return [Letter(to=user, title=title, body=body, url=reverse("accounts:own"))]


@notice("user.password_changed", subject=User)
def password_changed(user: User, params: Mapping[str, Any]) -> list[Letter]:
    return _letter(user, _("登录密码已改"), _("不是您改的，请马上联系系统管理员。"))


@notice("user.contact_changed", subject=User)
def contact_changed(user: User, params: Mapping[str, Any]) -> list[Letter]:
    return _letter(user, _("手机号或邮箱已改"), _("不是您改的，请马上联系系统管理员。"))


@notice("user.second_factor_set", subject=User)
def second_factor_set(user: User, params: Mapping[str, Any]) -> list[Letter]:
    return _letter(user, _("两步验证已设好"), _("以后登录要填手机上的验证码。不是您设的，请马上联系系统管理员。"))


@notice("user.recovery_codes_renewed", subject=User)
def recovery_codes_renewed(user: User, params: Mapping[str, Any]) -> list[Letter]:
    return _letter(user, _("恢复码已换"), _("以前的恢复码全部作废。不是您换的，请马上联系系统管理员。"))


@notice("user.second_factor_reset", subject=User)
def second_factor_reset(user: User, params: Mapping[str, Any]) -> list[Letter]:
    body = _("系统管理员重置了您的两步验证，下次登录时重新设置。不是您请他办的，请马上联系系统管理员。")
    return _letter(user, _("两步验证已重置"), body)
