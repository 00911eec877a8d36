import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import BtreeGinExtension, BtreeGistExtension, TrigramExtension
from django.db import migrations, models

import enterprises.phones
import enterprises.search
import enterprises.uscc
import portal.people.spans

# The pairs of neighbouring characters of a text: what the search index holds (enterprises/search.py).
BIGRAMS = """
create function bigrams(words text) returns text[] language sql immutable strict parallel safe as $$
    select coalesce(array_agg(distinct substr(words, i, 2)), '{}') from generate_series(1, length(words) - 1) as i
$$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        BtreeGinExtension(),
        TrigramExtension(),
        migrations.RunSQL(BIGRAMS, "drop function bigrams(text)"),
        migrations.CreateModel(
            name="Industry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=4, unique=True, verbose_name="代码")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "门类"), (2, "大类"), (3, "中类"), (4, "小类")], verbose_name="层级"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("section", models.CharField(max_length=1, verbose_name="门类")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="enterprises.industry",
                        verbose_name="上级",
                    ),
                ),
            ],
            options={
                "verbose_name": "行业",
                "verbose_name_plural": "行业",
                "ordering": ["section", "code"],
            },
        ),
        migrations.CreateModel(
            name="Enterprise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uscc",
                    models.CharField(
                        max_length=18,
                        unique=True,
                        validators=[enterprises.uscc.validate_uscc],
                        verbose_name="统一社会信用代码",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("short_name", models.CharField(blank=True, max_length=40, verbose_name="简称")),
                ("legal_representative", models.CharField(blank=True, max_length=60, verbose_name="法定代表人")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("limited", "有限责任公司"),
                            ("joint_stock", "股份有限公司"),
                            ("foreign", "外商投资企业"),
                            ("state", "国有企业"),
                            ("collective", "集体所有制企业"),
                            ("sole", "个人独资企业"),
                            ("partnership", "合伙企业"),
                            ("cooperative", "农民专业合作社"),
                            ("individual", "个体工商户"),
                            ("branch", "分支机构"),
                            ("other", "其他"),
                        ],
                        default="limited",
                        max_length=20,
                        verbose_name="类型",
                    ),
                ),
                (
                    "registered_capital",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=16, null=True, verbose_name="注册资本(万元)"
                    ),
                ),
                ("established_on", models.DateField(blank=True, null=True, verbose_name="成立日期")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="住所")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "存续"), ("revoked", "吊销"), ("cancelled", "注销"), ("moved", "迁出")],
                        default="active",
                        max_length=10,
                        verbose_name="登记状态",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="电话")),
                (
                    "search_text",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Lower(
                            enterprises.search.Normal(
                                django.db.models.functions.text.Concat(
                                    "name", models.Value("\n"), "short_name", models.Value("\n"), "legal_representative"
                                )
                            )
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "industry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enterprises",
                        to="enterprises.industry",
                        verbose_name="行业",
                    ),
                ),
            ],
            options={
                "verbose_name": "企业",
                "verbose_name_plural": "企业",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="起")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="止")),
                ("title", models.CharField(blank=True, max_length=30, verbose_name="职务")),
                ("is_primary", models.BooleanField(default=False, verbose_name="主要联系人")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="enterprises.enterprise",
                        verbose_name="企业",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "企业人员",
                "verbose_name_plural": "企业人员",
                "ordering": ["-is_primary", "since", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="编码")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "镇"), (2, "服务片区"), (3, "重点村(社区)"), (4, "重点产业载体")],
                        verbose_name="层级",
                    ),
                ),
                ("path", models.CharField(editable=False, max_length=100, unique=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="enterprises.place",
                        verbose_name="上级",
                    ),
                ),
            ],
            options={
                "verbose_name": "网格",
                "verbose_name_plural": "网格",
                "ordering": ["path"],
            },
        ),
        migrations.AddField(
            model_name="enterprise",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enterprises",
                to="enterprises.place",
                verbose_name="网格",
            ),
        ),
        migrations.CreateModel(
            name="PlaceMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="起")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="止")),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="enterprises.place",
                        verbose_name="网格",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="网格员",
                    ),
                ),
            ],
            options={
                "verbose_name": "网格员",
                "verbose_name_plural": "网格员",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Stewardship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="起")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="止")),
                (
                    "kind",
                    models.CharField(
                        choices=[("steward", "服务管家"), ("project_assistant", "助企员")],
                        default="steward",
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("project", models.CharField(blank=True, max_length=60, verbose_name="项目")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stewardships",
                        to="enterprises.enterprise",
                        verbose_name="企业",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "服务管家",
                "verbose_name_plural": "服务管家",
                "ordering": ["-kind", "since", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EnterpriseName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("since", models.DateField(blank=True, null=True, verbose_name="起")),
                ("until", models.DateField(verbose_name="止")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_names",
                        to="enterprises.enterprise",
                        verbose_name="企业",
                    ),
                ),
            ],
            options={
                "verbose_name": "曾用名",
                "verbose_name_plural": "曾用名",
                "ordering": ["-until", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("since__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="enterprises_former_name_ends_after_start",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="industry",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 4)), name="enterprises_industry_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="industry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", 1), ("parent__isnull", True)),
                    models.Q(("level__gt", 1), ("parent__isnull", False)),
                    _connector="OR",
                ),
                name="enterprises_industry_only_section_is_root",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                name="enterprises_member_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("enterprise", "="),
                    ("user", "="),
                    (
                        portal.people.spans.Span(
                            "since", "until", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="enterprises_member_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("is_primary", True)),
                expressions=[
                    ("enterprise", "="),
                    (
                        portal.people.spans.Span(
                            "since", "until", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="enterprises_member_one_primary",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", [1, 2, 3, 4])), name="enterprises_place_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", 1), ("parent__isnull", True)),
                    models.Q(("level__gt", 1), ("parent__isnull", False)),
                    _connector="OR",
                ),
                name="enterprises_place_only_town_is_root",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("path__endswith", django.db.models.functions.text.Concat(models.F("code"), models.Value("/")))
                ),
                name="enterprises_place_path_ends_in_code",
            ),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=django.contrib.postgres.indexes.GinIndex(
                enterprises.search.Bigrams("search_text"), name="enterprises_bigrams"
            ),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(enterprises.phones.Digits("phone"), name="enterprises_phone_digits"),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(fields=["name"], name="enterprises_name"),
        ),
        migrations.AddConstraint(
            model_name="enterprise",
            constraint=models.CheckConstraint(
                condition=models.Q(("uscc__regex", "^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$")),
                name="enterprises_uscc_shape",
            ),
        ),
        migrations.AddConstraint(
            model_name="enterprise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("registered_capital__isnull", True), ("registered_capital__gte", 0), _connector="OR"
                ),
                name="enterprises_capital_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="placemember",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                name="enterprises_placemember_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="placemember",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("place", "="),
                    ("user", "="),
                    (
                        portal.people.spans.Span(
                            "since", "until", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="enterprises_placemember_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="stewardship",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                name="enterprises_stewardship_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="stewardship",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind", "steward")),
                expressions=[
                    ("enterprise", "="),
                    (
                        portal.people.spans.Span(
                            "since", "until", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="enterprises_stewardship_one_steward",
            ),
        ),
        migrations.AddConstraint(
            model_name="stewardship",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind", "project_assistant")),
                expressions=[
                    ("enterprise", "="),
                    ("project", "="),
                    (
                        portal.people.spans.Span(
                            "since", "until", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="enterprises_stewardship_one_assistant",
            ),
        ),
        migrations.AddConstraint(
            model_name="stewardship",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "steward"), _negated=True), ("project", ""), _connector="OR"),
                name="enterprises_stewardship_project_is_assistants",
            ),
        ),
    ]
