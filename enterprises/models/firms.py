"""The enterprise, known by its unified social credit code (ENT-1). Facts and portraits hang on it from elsewhere."""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from portal.people.models import User
from portal.people.rights import rights_of, standing_in
from portal.people.roles import Role

from .. import phones, sounds, uscc
from ..search import Bigrams, Normal, normal, pairs, words
from .places import Industry, Place
from .ties import Member, firms_of

# SEC-1: a firm's identity is open to every official, but not to who runs accounts, audits or rates from outside.
READS_EVERY_FIRM = tuple(
    role for role in Role if role not in {Role.ENTERPRISE_MEMBER, Role.ADMINISTRATOR, Role.AUDITOR, Role.EVALUATOR}
)


# Written by hand, as `ties.ACTS_FOR` is: half of what says who reads what asks them, several times in one page, and to
# build them took longer than to run them. With the end of the role a tie is for ends what the tie opened (SEC-2).
HOLDS = """tie.user_id = ANY(%s) AND tie.since <= {at} AND (tie.until IS NULL OR tie.until > {at}) AND EXISTS (
    SELECT FROM people_membership held WHERE held.user_id = tie.user_id AND held.role = {role}
    AND held.since <= {at} AND (held.until IS NULL OR held.until > {at}))"""
STEWARDED = "SELECT tie.enterprise_id FROM enterprises_stewardship tie WHERE " + HOLDS.replace("{role}", "tie.kind")
PLACED = """SELECT below.id FROM enterprises_placemember tie JOIN enterprises_place own ON own.id = tie.place_id
    JOIN enterprises_place below ON starts_with(below.path, own.path)
    WHERE """ + HOLDS.replace("{role}", f"'{Role.GRID_MEMBER}'")


def _tied(asked: str, user: User, at: datetime | None) -> RawSQL:
    """What `asked` finds by the ties of the person and of those he stands in for."""
    people, times = [one.pk for one in standing_in(user, at)], asked.count("{at}")
    sql = asked.replace("{at}", "CURRENT_TIMESTAMP" if at is None else "%s")
    return RawSQL(sql, [people] if at is None else [people, *[at] * times])


class EnterpriseQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser, at: datetime | None = None) -> Self:
        """SEC-1: officials see the identity of every firm, members that of their own, everybody else none."""
        if not user.is_authenticated:
            return self.none()
        rights = rights_of(user, at)
        if rights.has(*READS_EVERY_FIRM) and not rights.is_outside:  # a third party has its tickets, no firms (APP-7)
            return self.all()
        return self.filter(pk__in=firms_of(user, at))

    def stewarded_by(self, user: User, at: datetime | None = None) -> Self:
        """Firms of which the user, or somebody he stands in for, is steward or project assistant.

        The tie alone opens nothing: with the end of the role ends what it opened (SEC-2), handed over or not.
        """
        return self.filter(pk__in=_tied(STEWARDED, user, at))

    def placed_under(self, user: User, at: datetime | None = None) -> Self:
        """Firms in the places, and below them, that the user, or whom he stands in for, has as grid member (ORG-3)."""
        return self.filter(place__in=_tied(PLACED, user, at))

    def in_place(self, place: Place) -> Self:
        return self.filter(place__path__startswith=place.path)

    def in_industry(self, industry: Industry) -> Self:
        """Firms of a section, division, group or class of GB/T 4754 and of everything under it."""
        if industry.level == 1:
            return self.filter(industry__section=industry.code)
        return self.filter(industry__code__startswith=industry.code)

    def search(self, query: str, *, broad: bool = True) -> Self:
        """Firms that fit every word: part of a name (now or once) or legal representative, head of code, telephone.

        `broad`: what sounds like the word (pinyin, whole or initials) and firms in places of that name count as well.
        """
        found = self
        for word in words(query):
            found = found.filter(pk__in=self._finding(word, broad))
        return found

    def best_first(self, query: str) -> Self:
        """In the order in which one looks for a firm: named or coded just so, beginning so, containing it, the rest."""
        word = (words(query) or [""])[0]
        if not word:
            return self.order_by("name", "pk")
        lines = Concat(Value("\n"), "search_text", output_field=models.TextField())
        steps = [
            When(Q(lines__contains=f"\n{word}\n") | Q(uscc=word.upper()), Value(0)),
            When(lines__contains=f"\n{word}", then=Value(1)),
            When(search_text__contains=word, then=Value(3)),
        ]
        if sounds.has_sound(word):
            steps.insert(2, When(sound__regex=sounds.pattern(word, start=True), then=Value(2)))
        found = self.alias(lines=lines, fit=Case(*steps, default=Value(4))).order_by("fit", "name", "pk")
        return found.defer("sound", "sound_pairs")  # wide, and only to be searched

    def _finding(self, word: str, broad: bool) -> models.QuerySet:
        firms = Enterprise.objects.order_by().values("pk")
        hits: list[Any] = [firms.filter(search_text__contains=word)]
        if len(word) > 1:  # the index narrows down to firms that have all pairs, the comparison decides
            hits[0] = hits[0].alias(pairs=Bigrams("search_text")).filter(pairs__contains=pairs(word))
        former = EnterpriseName.objects.alias(normal=Lower(Normal("name"))).filter(normal__contains=word)
        hits.append(former.order_by().values("enterprise"))
        if re.fullmatch(r"[0-9a-z]{2,18}", word):
            hits.append(firms.filter(uscc__startswith=word.upper()))
        if len(phones.digits(word)) >= 5 and not re.search(r"[^\d+()\-]", word):
            hits.append(firms.filter(phones.matching("phone", word)))
            people = Member.objects.current().filter(
                phones.matching("user__mobile", word) | phones.matching("user__phone", word)
            )
            hits.append(people.order_by().values("enterprise"))
        if broad and sounds.has_sound(word):
            asked = sounds.pairs_asked(word)
            hits.append(firms.filter(sound_pairs__contains=asked, sound__regex=sounds.pattern(word)))
        if broad and len(word) > 1:
            hits.append(firms.filter(place__in=Place.objects.called(word)))
        return hits[0].union(*hits[1:])


NAMED = {"name", "short_name", "legal_representative"}  # what has a sound


class Enterprise(models.Model):
    """A registered business. `registered_capital` is in 万元 of RMB; former names are EnterpriseName."""

    class Kind(models.TextChoices):
        LIMITED = "limited", _("有限责任公司")
        JOINT_STOCK = "joint_stock", _("股份有限公司")
        FOREIGN = "foreign", _("外商投资企业")
        STATE = "state", _("国有企业")
        COLLECTIVE = "collective", _("集体所有制企业")
        SOLE = "sole", _("个人独资企业")
        PARTNERSHIP = "partnership", _("合伙企业")
        COOPERATIVE = "cooperative", _("农民专业合作社")
        INDIVIDUAL = "individual", _("个体工商户")
        BRANCH = "branch", _("分支机构")
        OTHER = "other", _("其他")

    class Status(models.TextChoices):
        ACTIVE = "active", _("存续")
        REVOKED = "revoked", _("吊销")
        CANCELLED = "cancelled", _("注销")
        MOVED = "moved", _("迁出")

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True, validators=[uscc.validate_uscc])
    name = models.CharField(_("名称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    legal_representative = models.CharField(_("法定代表人"), max_length=60, blank=True)
    kind = models.CharField(_("类型"), max_length=20, choices=Kind.choices, default=Kind.LIMITED)
    registered_capital = models.DecimalField(
        _("注册资本(万元)"), max_digits=16, decimal_places=6, null=True, blank=True
    )
    established_on = models.DateField(_("成立日期"), null=True, blank=True)
    address = models.CharField(_("住所"), max_length=200, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="enterprises", verbose_name=_("网格"))
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="enterprises", verbose_name=_("行业")
    )
    status = models.CharField(_("登记状态"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    search_text = models.GeneratedField(
        expression=Lower(Normal(Concat("name", Value("\n"), "short_name", Value("\n"), "legal_representative"))),
        output_field=models.TextField(),
        db_persist=True,
    )
    sound = models.TextField(
        blank=True, editable=False, db_default=""
    )  # `sounds`; a trigger empties it with a new name
    sound_pairs = ArrayField(models.CharField(max_length=2), blank=True, editable=False, db_default=[])

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("企业")
        ordering = ["pk"]
        indexes = [
            GinIndex(Bigrams("search_text"), name="enterprises_bigrams"),
            models.Index(phones.Digits("phone"), name="enterprises_phone_digits"),
            models.Index(fields=["name"], name="enterprises_name"),
            GinIndex(fields=["sound_pairs"], name="enterprises_sound_pairs"),
            models.Index(fields=["id"], name="enterprises_without_sound", condition=Q(sound="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(uscc__regex=uscc.SHAPE), name="enterprises_uscc_shape"),
            models.CheckConstraint(
                condition=Q(registered_capital__isnull=True) | Q(registered_capital__gte=0),
                name="enterprises_capital_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """With its sound. Who writes names otherwise calls `sounds.fill`; what nobody filled the beat fills."""
        if update_fields is None or NAMED & set(update_fields):
            texts = [normal(text) for text in (self.name, self.short_name, self.legal_representative)]
            self.sound = sounds.sound_of(texts)
            self.sound_pairs = sounds.pairs_of(self.sound)
            update_fields = None if update_fields is None else {*update_fields, "sound", "sound_pairs"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def is_association(self) -> bool:
        """A chamber or association: registered as a social organisation, as its code says (GB 32100: 51)."""
        return self.uscc.startswith(uscc.ASSOCIATION)

    @property
    def called(self) -> str:
        """The name for rows and messages."""
        return self.short_name or self.name

    @property
    def capital_shown(self) -> str:
        """The registered capital without idle zeros, `1,000` or `123.45` (万元); empty where it is not known."""
        return "" if self.registered_capital is None else f"{Decimal(self.registered_capital).normalize():,f}"

    def first_contact(self, at: datetime | None = None) -> User | None:
        """The one named official (APP-8): the steward, else a project assistant, else None; accounts in use only."""
        ties = self.stewardships.current(at).filter(user__is_active=True).select_related("user")
        tie = ties.first()
        return tie.user if tie else None


class EnterpriseName(models.Model):
    """A name the firm bore before, from day to day; `since` is null where nobody knows it any more."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="former_names", verbose_name=_("企业"))
    name = models.CharField(_("名称"), max_length=120)
    since = models.DateField(_("起"), null=True, blank=True)
    until = models.DateField(_("止"))

    class Meta:
        verbose_name = verbose_name_plural = _("曾用名")
        ordering = ["-until", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__gte=F("since")),
                name="enterprises_former_name_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.name
