"""Where a firm is and what it does: the five-level tree of places (ORG-3) and GB/T 4754-2017 (ENT-1)."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.people.models import User

from .periods import Period, one_at_a_time


class Level(models.IntegerChoices):
    """ORG-3. The fifth level is the enterprise itself, which hangs on a place of any of these."""

    TOWN = 1, _("镇")
    DISTRICT = 2, _("服务片区")
    VILLAGE = 3, _("重点村(社区)")
    CARRIER = 4, _("重点产业载体")


class PlaceQuerySet(models.QuerySet):
    def below(self, place: "Place") -> Self:
        """The place and everything under it."""
        return self.filter(path__startswith=place.path)

    def called(self, word: str) -> Self:
        """Places below the town of which the name has the word, and what lies under them."""
        above = Place.objects.filter(level__gt=Level.TOWN, name__icontains=word)
        path = ExpressionWrapper(OuterRef("path"), output_field=models.CharField())
        return self.filter(Exists(above.alias(below=path).filter(below__startswith=F("path"))))

    def held_by(self, user: User, at: datetime | None = None) -> Self:
        """Places that the user looks after as grid member 网格员; not what lies under them."""
        return self.filter(pk__in=PlaceMember.objects.current(at).filter(user=user).values("place"))


class Place(models.Model):
    """One node of the tree (ORG-3); `path` is the codes from the root down, each ended by a slash."""

    code = models.CharField(_("编码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.PositiveSmallIntegerField(_("层级"), choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    path = models.CharField(max_length=100, unique=True, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("网格")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="enterprises_place_level"),
            models.CheckConstraint(
                condition=Q(level=Level.TOWN, parent__isnull=True) | Q(level__gt=Level.TOWN, parent__isnull=False),
                name="enterprises_place_only_town_is_root",
            ),
            models.CheckConstraint(
                condition=Q(path__endswith=models.functions.Concat(models.F("code"), models.Value("/"))),
                name="enterprises_place_path_ends_in_code",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = self.path_below(self.parent)
        super().save(*args, **kwargs)

    def path_below(self, parent: "Place | None") -> str:
        return f"{parent.path if parent else ''}{self.code}/"

    @property
    def paths(self) -> list[str]:
        """Those of the town, of what lies between, and its own."""
        codes = self.path.rstrip("/").split("/")
        return ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]

    def lineage(self) -> PlaceQuerySet:
        """From the district down to this place; the town itself goes without saying."""
        return Place.objects.filter(path__in=self.paths, level__gt=Level.TOWN)


class PlaceMember(Period):
    """A grid member of a place (ORG-3: each level has them)."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="members", verbose_name=_("网格"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("网格员"))

    class Meta(Period.Meta):
        verbose_name = verbose_name_plural = _("网格员")
        constraints = [
            *Period.Meta.constraints,
            one_at_a_time("place", "user", name="enterprises_placemember_once"),
        ]


SECTIONS = {  # of GB/T 4754, for the English page; what lies below them has no English names
    "A": pgettext_lazy("行业", "农、林、牧、渔业"),
    "B": pgettext_lazy("行业", "采矿业"),
    "C": pgettext_lazy("行业", "制造业"),
    "D": pgettext_lazy("行业", "电力、热力、燃气及水生产和供应业"),
    "E": pgettext_lazy("行业", "建筑业"),
    "F": pgettext_lazy("行业", "批发和零售业"),
    "G": pgettext_lazy("行业", "交通运输、仓储和邮政业"),
    "H": pgettext_lazy("行业", "住宿和餐饮业"),
    "I": pgettext_lazy("行业", "信息传输、软件和信息技术服务业"),
    "J": pgettext_lazy("行业", "金融业"),
    "K": pgettext_lazy("行业", "房地产业"),
    "L": pgettext_lazy("行业", "租赁和商务服务业"),
    "M": pgettext_lazy("行业", "科学研究和技术服务业"),
    "N": pgettext_lazy("行业", "水利、环境和公共设施管理业"),
    "O": pgettext_lazy("行业", "居民服务、修理和其他服务业"),
    "P": pgettext_lazy("行业", "教育"),
    "Q": pgettext_lazy("行业", "卫生和社会工作"),
    "R": pgettext_lazy("行业", "文化、体育和娱乐业"),
    "S": pgettext_lazy("行业", "公共管理、社会保障和社会组织"),
    "T": pgettext_lazy("行业", "国际组织"),
}


def industry_name(code: str, name: str) -> str:
    """What an industry is called in the reader's language: a section by its translation, all else as in the table."""
    return str(SECTIONS.get(code, name))


class Industry(models.Model):
    """A row of GB/T 4754-2017 国民经济行业分类: 20 sections, 97 divisions, 473 groups, 1,380 classes."""

    code = models.CharField(_("代码"), max_length=4, unique=True)
    level = models.PositiveSmallIntegerField(
        _("层级"), choices=[(1, _("门类")), (2, _("大类")), (3, _("中类")), (4, _("小类"))]
    )
    name = models.CharField(_("名称"), max_length=60)
    section = models.CharField(_("门类"), max_length=1)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("行业")
        ordering = ["section", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="enterprises_industry_level"),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__gt=1, parent__isnull=False),
                name="enterprises_industry_only_section_is_root",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def full_code(self) -> str:
        """As printed on forms: the section's letter before the digits, C3421."""
        return self.code if self.level == 1 else f"{self.section}{self.code}"
