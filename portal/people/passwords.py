"""The password rules in the portal's own words; what they check is Django's."""

from django.contrib.auth import password_validation as rules
from django.utils.translation import gettext as _


class NotOneself(rules.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("密码和%(verbose_name)s太像。")

    def get_help_text(self) -> str:
        return _("不要和姓名、用户名、手机号、邮箱相近。")


class LongEnough(rules.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("密码至少 %(count)s 个字符。") % {"count": self.min_length}

    def get_help_text(self) -> str:
        return _("至少 %(count)s 个字符。") % {"count": self.min_length}


class NotCommon(rules.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("这个密码太常见，容易被猜中。")

    def get_help_text(self) -> str:
        return _("不要用常见的密码。")


class NotOnlyDigits(rules.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return _("密码不能全是数字。")

    def get_help_text(self) -> str:
        return _("不能全是数字。")
