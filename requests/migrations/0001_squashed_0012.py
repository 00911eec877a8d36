"""All of `0001` to `0012` in one, for a new database: a fraction of the work. One that has them already keeps them."""

import uuid
from importlib import import_module

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import enterprises.search
import portal.outbox.onetime
import portal.trail.aside
from portal.migrating import Together

accused, merged, cost = (
    import_module(f"requests.migrations.{name}")
    for name in ("0010_not_the_accused", "0011_merged_no_chains", "0012_bigrams_cost")
)


class Migration(migrations.Migration):
    replaces = [
        ("requests", "0001_initial"),
        ("requests", "0002_places"),
        ("requests", "0003_line_and_consent"),
        ("requests", "0004_figures"),
        ("requests", "0005_result_link"),
        ("requests", "0006_supervision"),
        ("requests", "0007_clock_lapse"),
        ("requests", "0008_sweep_indexes"),
        ("requests", "0009_the_loop_in_full"),
        ("requests", "0010_not_the_accused"),
        ("requests", "0011_merged_no_chains"),
        ("requests", "0012_bigrams_cost"),
    ]

    initial = True

    dependencies = [
        ("api", "0001_first"),
        ("deadlines", "0005_tables_times"),
        ("enterprises", "0004_attributes_and_criteria"),
        ("files", "0002_shelf"),
        ("people", "0003_chiefs"),
        ("people", "__first__"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Category",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True)),
                        ("name", models.CharField(max_length=40, unique=True)),
                        ("name_en", models.CharField(blank=True, max_length=60)),
                        ("words", models.JSONField(blank=True, default=list)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("active", models.BooleanField(default=True)),
                    ],
                    options={
                        "ordering": ["position", "name"],
                    },
                ),
                migrations.CreateModel(
                    name="DayNumber",
                    fields=[
                        ("day", models.DateField(primary_key=True, serialize=False)),
                        ("last", models.PositiveIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="SerialNumber",
                    fields=[
                        ("series", models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ("last", models.PositiveIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Article",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("review_at", models.DateTimeField(null=True)),
                        ("reminded_at", models.DateTimeField(null=True)),
                        (
                            "department",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="articles",
                                to="people.department",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="articles",
                                to="requests.category",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="articles",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-opened_at", "-id"],
                        "indexes": [models.Index(fields=["review_at"], name="article_review")],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("part", models.CharField(choices=[("lead", "主办"), ("co", "协办")], max_length=4)),
                        ("instruction", models.TextField(blank=True, max_length=1000)),
                        ("assigned_at", models.DateTimeField()),
                        ("taken_at", models.DateTimeField(null=True)),
                        ("opinion", models.TextField(blank=True, max_length=4000)),
                        ("opinion_at", models.DateTimeField(null=True)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("done", "本部门部分已办好"),
                                    ("advice", "提供意见"),
                                    ("cannot", "本部门办不了"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("by_chiefs", models.BooleanField(default=False)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_reason", models.TextField(blank=True, max_length=1000)),
                        (
                            "assigned_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="people.department",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "opinion_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "taken_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None), ("part", "lead")),
                                fields=("ticket",),
                                name="one_lead_department",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("ticket", "department"),
                                name="one_part_per_department",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("mapping", "待对列"),
                                    ("checking", "正在核对"),
                                    ("ready", "待导入"),
                                    ("applying", "正在导入"),
                                    ("applied", "已导入"),
                                    ("undoing", "正在撤销"),
                                    ("undone", "已撤销"),
                                    ("failed", "读不了"),
                                    ("dropped", "已放弃"),
                                ],
                                default="mapping",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("problem", models.TextField(blank=True)),
                        ("sheet", models.CharField(blank=True, max_length=100, verbose_name="工作表")),
                        ("heading_row", models.PositiveIntegerField()),
                        ("headings", models.JSONField(default=list)),
                        ("headings_key", models.CharField(db_index=True, max_length=64)),
                        ("samples", models.JSONField(default=list)),
                        ("columns", models.JSONField(default=dict)),
                        ("new", models.PositiveIntegerField(default=0)),
                        ("changed", models.PositiveIntegerField(default=0)),
                        ("unchanged", models.PositiveIntegerField(default=0)),
                        ("rejected", models.PositiveIntegerField(default=0)),
                        ("kept", models.PositiveIntegerField(default=0)),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="上传时间"
                            ),
                        ),
                        ("moved_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="导入时间")),
                        ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                        (
                            "acting",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="导入人",
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="files.storedfile",
                                verbose_name="文件",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "旧件导入",
                        "verbose_name_plural": "旧件导入",
                        "ordering": ["-pk"],
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["checking", "applying", "undoing"])),
                                fields=["moved_at"],
                                name="requests_import_waiting",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CommonProblem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=80)),
                        ("statement", models.TextField(max_length=2000)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("gathering", "待定措施"),
                                    ("decided", "措施已定"),
                                    ("closed", "已告知办结"),
                                    ("dropped", "已撤销"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        ("reminded_at", models.DateTimeField(null=True)),
                        (
                            "measure_kind",
                            models.CharField(
                                blank=True,
                                choices=[("policy", "出台政策"), ("guide", "编办事指南"), ("process", "改办理流程")],
                                max_length=8,
                            ),
                        ),
                        ("measure", models.TextField(blank=True, max_length=4000)),
                        ("public_words", models.TextField(blank=True, max_length=1000)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("end_reason", models.CharField(blank=True, max_length=500)),
                        ("opened_at", models.DateTimeField()),
                        (
                            "category",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="problems",
                                to="requests.category",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="problems",
                                to="people.department",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-opened_at", "-id"],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                enterprises.search.Bigrams(
                                    django.db.models.functions.text.Lower(
                                        enterprises.search.Normal(
                                            django.db.models.functions.text.Concat(
                                                "title",
                                                models.Value("\n"),
                                                "statement",
                                                models.Value("\n"),
                                                "measure",
                                                output_field=models.TextField(),
                                            )
                                        )
                                    )
                                ),
                                name="problem_bigrams",
                            ),
                            models.Index(
                                condition=models.Q(("reminded_at", None), ("status", "gathering")),
                                fields=["due_at"],
                                name="problem_due",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("status__in", ["gathering", "decided", "closed", "dropped"])),
                                name="problem_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["decided", "closed"]), _negated=True),
                                    models.Q(
                                        models.Q(("measure_kind", ""), _negated=True),
                                        models.Q(("measure", ""), _negated=True),
                                        models.Q(("public_words", ""), _negated=True),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="problem_decided_has_a_measure",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at", None),
                                    models.Q(("status__in", ("gathering", "decided")), _negated=True),
                                    _connector="XOR",
                                ),
                                name="problem_ended_has_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("data", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("saved_at", models.DateTimeField(auto_now=True)),
                        (
                            "enterprise",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="drafts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-saved_at"],
                    },
                ),
                migrations.CreateModel(
                    name="ListItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("accepted", models.BooleanField(default=False)),
                        ("code", models.CharField(max_length=10, unique=True)),
                        ("text", models.CharField(max_length=200)),
                        ("text_en", models.CharField(blank=True, max_length=300)),
                        ("go_to", models.CharField(blank=True, max_length=200)),
                        ("go_to_en", models.CharField(blank=True, max_length=300)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("active", models.BooleanField(default=True)),
                        (
                            "replaced_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaces",
                                to="requests.listitem",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["accepted", "position", "code"],
                    },
                ),
                migrations.CreateModel(
                    name="Referral",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.TextField(max_length=1000)),
                        ("referred_at", models.DateTimeField()),
                        ("decision", models.TextField(blank=True, max_length=1000)),
                        ("decided_without", models.CharField(blank=True, max_length=200)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "referred_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "taker",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.department",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="referrals",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)), fields=("ticket",), name="one_open_referral"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChiefView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(blank=True, max_length=1000)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "chief",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "taker",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.department"
                            ),
                        ),
                        (
                            "referral",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="views",
                                to="requests.referral",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="ReplyTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=20, verbose_name="名称")),
                        ("text", models.TextField(max_length=4000, verbose_name="内容")),
                        ("changed_at", models.DateTimeField()),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.department",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["department", "name", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("department__isnull", True)),
                                fields=("owner", "name"),
                                name="own_template_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("department__isnull", False)),
                                fields=("department", "name"),
                                name="shared_template_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Result",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "round",
                            models.CharField(
                                choices=[
                                    ("first", "首次办理"),
                                    ("rework", "返工"),
                                    ("second", "二次交办"),
                                    ("order", "督查督办"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("solved", "已解决"),
                                    ("partly", "部分解决"),
                                    ("explained", "解释说明"),
                                    ("cannot", "不能办理"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("written_reply", models.TextField(blank=True, max_length=8000)),
                        ("reported_at", models.DateTimeField()),
                        ("signed_at", models.DateTimeField(null=True)),
                        ("sent_back_at", models.DateTimeField(null=True)),
                        ("sent_back_reason", models.TextField(blank=True, max_length=1000)),
                        (
                            "answer",
                            models.CharField(
                                blank=True,
                                choices=[("confirmed", "已确认"), ("disputed", "有异议"), ("unanswered", "未回应")],
                                max_length=10,
                            ),
                        ),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("by_telephone", models.BooleanField(default=False)),
                        ("answer_text", models.TextField(blank=True, max_length=2000)),
                        ("dissatisfied", models.BooleanField(default=False)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.department"
                            ),
                        ),
                        (
                            "reported_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "signed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="results",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("sent_back_at", None), ("signed_at", None)),
                                fields=("ticket",),
                                name="one_result_to_sign",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Ticket",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=24, unique=True)),
                        ("filed_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("received", "待受理"),
                                    ("incomplete", "待补正"),
                                    ("triaging", "待研判"),
                                    ("assigned", "待签收"),
                                    ("handling", "办理中"),
                                    ("suspended", "已挂起"),
                                    ("signoff", "待签批"),
                                    ("confirming", "待企业确认"),
                                    ("revisiting", "待回访"),
                                    ("closed", "已办结"),
                                    ("rejected", "不予受理"),
                                    ("withdrawn", "已撤回"),
                                    ("merged", "已并案"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "round",
                            models.CharField(
                                choices=[
                                    ("first", "首次办理"),
                                    ("rework", "返工"),
                                    ("second", "二次交办"),
                                    ("order", "督查督办"),
                                ],
                                default="first",
                                max_length=8,
                            ),
                        ),
                        ("business_name", models.CharField(blank=True, max_length=100)),
                        ("contact_name", models.CharField(max_length=40)),
                        ("contact_phone", models.CharField(max_length=20)),
                        ("title", models.CharField(max_length=60)),
                        ("description", models.TextField(max_length=4000)),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("online", "网上"),
                                    ("phone", "电话"),
                                    ("hotline", "12345 热线"),
                                    ("counter", "柜台"),
                                    ("visit", "走访"),
                                    ("wechat", "微信"),
                                    ("meeting", "座谈"),
                                    ("congress", "人大联络"),
                                    ("station", "驿站"),
                                    ("import", "邮件导入"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "urgency",
                            models.CharField(
                                choices=[("ordinary", "普通"), ("urgent", "紧急"), ("critical", "特急")],
                                default="ordinary",
                                max_length=10,
                            ),
                        ),
                        ("confidential", models.BooleanField(default=False)),
                        ("public", models.BooleanField(default=False)),
                        ("proxy_for", models.CharField(blank=True, max_length=100)),
                        ("hotline_number", models.CharField(blank=True, max_length=40)),
                        ("outer_due_at", models.DateTimeField(blank=True, null=True)),
                        ("old_number", models.CharField(blank=True, max_length=40)),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("consultation", "咨询"),
                                    ("coordination", "协调"),
                                    ("approval", "审批"),
                                    ("complaint", "投诉"),
                                    ("suggestion", "建议"),
                                ],
                                max_length=14,
                            ),
                        ),
                        (
                            "complexity",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("ordinary", "一般"),
                                    ("cross", "多跨"),
                                    ("difficult", "疑难"),
                                    ("major", "重大"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("filed_at", models.DateTimeField()),
                        ("first_response_at", models.DateTimeField(blank=True, null=True)),
                        ("dispatched_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("moved_at", models.DateTimeField()),
                        ("end_reason", models.TextField(blank=True, max_length=1000)),
                        ("urges", models.PositiveSmallIntegerField(default=0)),
                        ("disputes", models.PositiveSmallIntegerField(default=0)),
                        ("dissatisfied", models.PositiveSmallIntegerField(default=0)),
                        ("response_minutes", models.PositiveIntegerField(blank=True, null=True)),
                        ("worked_days", models.PositiveIntegerField(blank=True, null=True)),
                        ("worked_late", models.BooleanField(blank=True, null=True)),
                        ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("outcome", models.CharField(blank=True, default="", max_length=10)),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tickets",
                                to="requests.category",
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tickets",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "filed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="filed_tickets",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "first_responder",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followed_tickets",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "handler",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handled_tickets",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "lead_department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="led_tickets",
                                to="people.department",
                            ),
                        ),
                        (
                            "line_system",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tickets",
                                to="api.linesystem",
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="requests.ticket",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tickets",
                                to="enterprises.place",
                            ),
                        ),
                        (
                            "proxy",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proxied",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "registered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="registered",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "rejected_item",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="requests.listitem",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-filed_at", "-id"],
                        "indexes": [
                            models.Index(fields=["enterprise", "-filed_at"], name="requests_ti_enterpr_fc924c_idx"),
                            models.Index(fields=["-filed_at", "-id"], name="requests_ti_filed_a_d52dd1_idx"),
                            models.Index(
                                condition=models.Q(
                                    ("status__in", ("closed", "rejected", "withdrawn", "merged")), _negated=True
                                ),
                                fields=["status", "lead_department"],
                                name="ticket_open",
                            ),
                            models.Index(
                                fields=["closed_at"],
                                include=(
                                    "id",
                                    "status",
                                    "confidential",
                                    "handler",
                                    "filed_by",
                                    "enterprise",
                                    "lead_department",
                                    "category",
                                    "place",
                                    "channel",
                                    "worked_days",
                                    "worked_late",
                                    "score",
                                    "outcome",
                                ),
                                name="ticket_closed",
                            ),
                            models.Index(
                                fields=["filed_at"],
                                include=(
                                    "id",
                                    "status",
                                    "confidential",
                                    "handler",
                                    "filed_by",
                                    "enterprise",
                                    "lead_department",
                                    "category",
                                    "place",
                                    "channel",
                                    "response_minutes",
                                ),
                                name="ticket_filed",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                enterprises.search.Bigrams(
                                    django.db.models.functions.text.Lower(
                                        enterprises.search.Normal(
                                            django.db.models.functions.text.Concat(
                                                "number",
                                                models.Value("\n"),
                                                "title",
                                                models.Value("\n"),
                                                "business_name",
                                                models.Value("\n"),
                                                "description",
                                                output_field=models.TextField(),
                                            )
                                        )
                                    )
                                ),
                                name="ticket_bigrams",
                            ),
                            models.Index(
                                condition=models.Q(("merged_into__isnull", False)),
                                fields=["merged_into"],
                                name="ticket_merged",
                            ),
                            models.Index(
                                django.db.models.functions.text.Upper("hotline_number"), name="ticket_hotline"
                            ),
                            models.Index(django.db.models.functions.text.Upper("old_number"), name="ticket_old"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("old_number", ""), _negated=True),
                                fields=("old_number",),
                                name="ticket_old_number",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        [
                                            "received",
                                            "incomplete",
                                            "triaging",
                                            "assigned",
                                            "handling",
                                            "suspended",
                                            "signoff",
                                            "confirming",
                                            "revisiting",
                                            "closed",
                                            "rejected",
                                            "withdrawn",
                                            "merged",
                                        ],
                                    )
                                ),
                                name="ticket_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closed_at", None),
                                    ("status__in", ("closed", "rejected", "withdrawn", "merged")),
                                    _connector="XOR",
                                ),
                                name="ticket_ended_has_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("enterprise__isnull", False),
                                    models.Q(("business_name", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="ticket_of_someone",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("merged_into", None), ("status", "merged"), _connector="XOR"),
                                name="ticket_merged_names_its_main",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into", None),
                                    models.Q(
                                        models.Q(("merged_into", models.F("id")), _negated=True),
                                        ("confidential", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="ticket_merged_into_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "status__in",
                                            [
                                                "assigned",
                                                "handling",
                                                "suspended",
                                                "signoff",
                                                "confirming",
                                                "revisiting",
                                            ],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("lead_department__isnull", False),
                                        models.Q(("kind", ""), _negated=True),
                                        models.Q(("complexity", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="ticket_in_department_is_triaged",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Supplement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("items", models.TextField(max_length=1000)),
                        ("asked_from", models.CharField(max_length=12)),
                        ("asked_at", models.DateTimeField()),
                        ("answer", models.TextField(blank=True, max_length=4000)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("lapsed_at", models.DateTimeField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supplement",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Suggestion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("category_votes", models.PositiveSmallIntegerField(default=0)),
                        ("department_votes", models.PositiveSmallIntegerField(default=0)),
                        (
                            "near",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), default=list, size=None
                            ),
                        ),
                        ("shown_at", models.DateTimeField()),
                        ("chosen_at", models.DateTimeField(null=True)),
                        (
                            "category",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="requests.category",
                            ),
                        ),
                        (
                            "chosen_category",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="requests.category",
                            ),
                        ),
                        (
                            "chosen_department",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.department",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.department",
                            ),
                        ),
                        (
                            "shown_to",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suggestion",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["shown_at"], name="suggestion_shown")],
                    },
                ),
                migrations.CreateModel(
                    name="SuggestedCluster",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "shared",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), default=list, size=None
                            ),
                        ),
                        ("found_at", models.DateTimeField()),
                        ("dismissed_at", models.DateTimeField(null=True)),
                        (
                            "dismissed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "problem",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clusters",
                                to="requests.commonproblem",
                            ),
                        ),
                        ("tickets", models.ManyToManyField(related_name="+", to="requests.ticket")),
                    ],
                    options={
                        "ordering": ["-found_at", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="SecondLook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("due_at", models.DateTimeField()),
                        ("came_up_at", models.DateTimeField(null=True)),
                        (
                            "found",
                            models.CharField(
                                blank=True,
                                choices=[("unchanged", "条件没有变化"), ("changed", "条件有变化，可以办")],
                                max_length=10,
                            ),
                        ),
                        ("text", models.TextField(blank=True, max_length=1000)),
                        ("looked_at", models.DateTimeField(null=True)),
                        ("dropped_at", models.DateTimeField(null=True)),
                        (
                            "looked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "follow_up",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="came_of",
                                to="requests.ticket",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="looks", to="requests.ticket"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("dropped_at__isnull", True), ("looked_at__isnull", True)),
                                fields=["due_at"],
                                name="look_planned",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("dropped_at__isnull", True), ("looked_at__isnull", True)),
                                fields=("ticket",),
                                name="one_look_planned",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("found", ""), ("looked_at__isnull", True)),
                                    models.Q(("looked_at__isnull", False), models.Q(("found", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="look_has_a_finding",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Revisit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("attempt", models.PositiveSmallIntegerField()),
                        ("reached", models.BooleanField()),
                        ("real", models.BooleanField(null=True)),
                        (
                            "attitude",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                            ),
                        ),
                        (
                            "timeliness",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                            ),
                        ),
                        (
                            "overall",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                            ),
                        ),
                        ("text", models.TextField(blank=True, max_length=2000)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "result",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisits",
                                to="requests.result",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisits",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("result", "attempt"), name="one_row_per_attempt"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("overall__isnull", False), ("reached", True), ("real__isnull", False)),
                                    models.Q(("overall__isnull", True), ("reached", False), ("real__isnull", True)),
                                    _connector="OR",
                                ),
                                name="revisit_reached_has_scores",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("overall__isnull", True), ("overall__range", (1, 5)), _connector="OR"
                                ),
                                name="revisit_overall_1_to_5",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Review",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("go_to", models.TextField(max_length=1000)),
                        ("reasons", models.TextField(max_length=2000)),
                        ("asked_at", models.DateTimeField()),
                        ("upheld", models.BooleanField(null=True)),
                        ("ruling", models.TextField(blank=True, max_length=2000)),
                        ("ruled_at", models.DateTimeField(null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="requests.listitem"
                            ),
                        ),
                        (
                            "ruled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="review", to="requests.ticket"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ruled_at__isnull", True), ("upheld__isnull", True)),
                                    models.Q(
                                        ("ruled_at__isnull", False),
                                        ("upheld__isnull", False),
                                        models.Q(("ruling", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="review_ruled_with_reasons",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReturnRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("reason", models.TextField(max_length=1000)),
                        ("asked_at", models.DateTimeField()),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("refused", "不同意退回"),
                                    ("granted", "同意退回"),
                                    ("referred", "由总召集人定"),
                                    ("dropped", "已撤销"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ruling", models.TextField(blank=True, max_length=1000)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="returns",
                                to="requests.assignment",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "proposed",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.department",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="returns",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)), fields=("ticket",), name="one_open_return"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("outcome", "")),
                                    models.Q(("ended_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="return_ended_has_an_outcome",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ResultLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "nonce",
                            models.CharField(default=portal.outbox.onetime.fresh_nonce, editable=False, max_length=32),
                        ),
                        ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                        ("phone", models.CharField(max_length=20)),
                        ("sent_at", models.DateTimeField()),
                        ("times", models.PositiveSmallIntegerField(default=1)),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "result",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="link", to="requests.result"
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="links", to="requests.ticket"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Rating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "overall",
                            models.PositiveSmallIntegerField(
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ]
                            ),
                        ),
                        (
                            "attitude",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                            ),
                        ),
                        (
                            "timeliness",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                            ),
                        ),
                        ("text", models.TextField(blank=True, max_length=2000)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "result",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="rating", to="requests.result"
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ratings",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("overall__range", (1, 5))), name="rating_overall_1_to_5"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("attitude__isnull", True), ("attitude__range", (1, 5)), _connector="OR"
                                ),
                                name="rating_attitude_1_to_5",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("timeliness__isnull", True), ("timeliness__range", (1, 5)), _connector="OR"
                                ),
                                name="rating_timeliness_1_to_5",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProblemTicket",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("active", models.BooleanField(default=True)),
                        ("added_at", models.DateTimeField()),
                        ("removed_at", models.DateTimeField(null=True)),
                        ("removed_for", models.CharField(blank=True, max_length=200)),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "problem",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="requests.commonproblem",
                            ),
                        ),
                        (
                            "removed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="problems",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["added_at", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("active", True)),
                                fields=("ticket",),
                                name="one_open_problem_per_ticket",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("removed_at__isnull", True), ("active", False), _connector="OR"),
                                name="problem_ticket_removed_is_over",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NamedHandler",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("named_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "named_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="named_handlers",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("ticket", "user"),
                                name="named_handler_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LevelRaise",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "before",
                            models.CharField(
                                choices=[
                                    ("ordinary", "一般"),
                                    ("cross", "多跨"),
                                    ("difficult", "疑难"),
                                    ("major", "重大"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "after",
                            models.CharField(
                                choices=[
                                    ("ordinary", "一般"),
                                    ("cross", "多跨"),
                                    ("difficult", "疑难"),
                                    ("major", "重大"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("reason", models.TextField(blank=True, max_length=1000)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="raises", to="requests.ticket"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Finding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[("founded", "属实"), ("partly", "部分属实"), ("unfounded", "不属实")],
                                max_length=10,
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Confirmation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("complainant", "听取投诉人"),
                                    ("unit", "听取被投诉单位"),
                                    ("site", "现场核实"),
                                    ("expert", "专家意见"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("waived", models.BooleanField(default=False)),
                        ("text", models.TextField(max_length=2000)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="confirmations",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("waived", False), ("what", "expert"), _connector="OR"),
                                name="confirmation_only_expert_is_waived",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ComplaintSubject",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("named_at", models.DateTimeField()),
                        (
                            "named_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complained_about",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("ticket", "user"), name="complaint_subject_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ComplaintLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "nonce",
                            models.CharField(default=portal.outbox.onetime.fresh_nonce, editable=False, max_length=32),
                        ),
                        ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                        ("phone", models.CharField(max_length=20)),
                        ("sent_at", models.DateTimeField()),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="requests.ticket"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Complaint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "about",
                            models.CharField(
                                choices=[("department", "部门办事"), ("inspection", "检查、执法")], max_length=10
                            ),
                        ),
                        ("unit_name", models.CharField(blank=True, max_length=80)),
                        ("persons", models.CharField(blank=True, max_length=200)),
                        (
                            "accused",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.department",
                            ),
                        ),
                        (
                            "keeper",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaint",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("accused__isnull", False),
                                    models.Q(("unit_name", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="complaint_against_somebody",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Comment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "audience",
                            models.CharField(choices=[("firm", "企业可见"), ("office", "企业看不到")], max_length=8),
                        ),
                        ("from_firm", models.BooleanField(default=False)),
                        ("text", models.TextField(max_length=4000)),
                        (
                            "way",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("telephone", "电话"),
                                    ("visit", "上门"),
                                    ("wechat", "微信"),
                                    ("meeting", "面谈"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="comments",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
                        "indexes": [models.Index(fields=["ticket", "at"], name="requests_co_ticket__2aa218_idx")],
                    },
                ),
                migrations.CreateModel(
                    name="CaseImportRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="行号")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("new", "新增"),
                                    ("changed", "变更"),
                                    ("unchanged", "不变"),
                                    ("rejected", "不收"),
                                ],
                                max_length=10,
                                verbose_name="结果",
                            ),
                        ),
                        ("values", models.JSONField(default=dict)),
                        ("problems", models.JSONField(default=list)),
                        ("raw", models.JSONField(default=list)),
                        ("kept", models.JSONField(default=list)),
                        ("old_number", models.CharField(blank=True, max_length=40)),
                        ("title", models.CharField(blank=True, max_length=60)),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="requests.caseimport",
                            ),
                        ),
                        (
                            "firm",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["number"],
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["batch", "outcome", "number"], name="requests_import_outcome")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("batch", "number"), name="requests_import_row_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallerLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "nonce",
                            models.CharField(default=portal.outbox.onetime.fresh_nonce, editable=False, max_length=32),
                        ),
                        ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                        (
                            "verb",
                            models.CharField(
                                choices=[("supplement", "补正"), ("ask_review", "申请复核")], max_length=12
                            ),
                        ),
                        ("phone", models.CharField(max_length=20)),
                        ("sent_at", models.DateTimeField()),
                        ("times", models.PositiveSmallIntegerField(default=1)),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="caller_links",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("ticket", "verb"), name="one_link_for_each_answer")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("data", models.JSONField(default=dict)),
                        ("saved_at", models.DateTimeField(auto_now=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="requests.ticket"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("ticket", "user"), name="one_draft_of_a_call")],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "audience",
                            models.CharField(
                                choices=[("firm", "企业可见"), ("office", "企业看不到")], default="firm", max_length=8
                            ),
                        ),
                        (
                            "assignment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="requests.assignment",
                            ),
                        ),
                        (
                            "file",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                            ),
                        ),
                        (
                            "comment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="requests.comment",
                            ),
                        ),
                        (
                            "draft",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="requests.draft",
                            ),
                        ),
                        (
                            "result",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="requests.result",
                            ),
                        ),
                        (
                            "supplement",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="requests.supplement",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("draft__isnull", True), ("ticket__isnull", True), _connector="XOR"),
                                name="attachment_of_draft_or_ticket",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleUse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("cited", "引用到答复"),
                                    ("spared", "解决了，没有提交"),
                                    ("helped", "有用"),
                                    ("useless", "没用"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("draft_key", models.UUIDField(default=None, null=True)),
                        ("session", models.UUIDField(default=uuid.uuid4)),
                        ("at", models.DateTimeField()),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="requests.article"
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("draft_key__isnull", False)),
                                fields=["draft_key"],
                                name="article_use_draft",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "kind", "ticket"), name="article_cited_once_per_ticket"
                            ),
                            models.UniqueConstraint(
                                fields=("article", "draft_key"), name="article_spares_a_draft_once"
                            ),
                            models.UniqueConstraint(
                                fields=("article", "session"), name="article_one_vote_of_a_visitor"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TicketDeadline",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("obligation", models.CharField(max_length=30, verbose_name="事项")),
                        (
                            "obligor_kind",
                            models.CharField(
                                choices=[("department", "责任单位"), ("centre", "服务中心"), ("enterprise", "企业")],
                                max_length=12,
                                verbose_name="责任方",
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="起算时间")),
                        (
                            "limit_kind",
                            models.CharField(
                                choices=[
                                    ("working_days", "工作日"),
                                    ("working_minutes", "工作分钟"),
                                    ("calendar_days", "自然日"),
                                    ("until", "固定时间"),
                                ],
                                max_length=20,
                                verbose_name="计算方式",
                            ),
                        ),
                        ("limit_amount", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="数值")),
                        ("limit_until", models.DateTimeField(blank=True, null=True, verbose_name="固定时间")),
                        ("hastened", models.PositiveSmallIntegerField(default=1, verbose_name="紧急除数")),
                        ("extended_at", models.DateTimeField(blank=True, null=True, verbose_name="延期批准时间")),
                        ("extended_to", models.DateTimeField(blank=True, null=True, verbose_name="延期至")),
                        ("due_at", models.DateTimeField(verbose_name="到期时间")),
                        ("provisional", models.BooleanField(default=False, verbose_name="暂定")),
                        ("near_at", models.DateTimeField(verbose_name="转黄时间")),
                        ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="暂停时间")),
                        ("met_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                        ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="取消时间")),
                        ("cycle", models.PositiveSmallIntegerField(default=0, verbose_name="轮次")),
                        (
                            "rung_times",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateTimeField(), default=list, size=None, verbose_name="各级时间"
                            ),
                        ),
                        ("next_rung", models.PositiveSmallIntegerField(default=1, verbose_name="下一级")),
                        ("next_rung_at", models.DateTimeField(blank=True, null=True, verbose_name="下一级时间")),
                        ("lapsed_at", models.DateTimeField(blank=True, null=True, verbose_name="到期处置时间")),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="people.department",
                                verbose_name="责任单位",
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="deadlines.slarule",
                                verbose_name="依据",
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="requests.ticket",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="责任人",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_rung_at__isnull", False)),
                                fields=["next_rung_at"],
                                name="ticketdeadline_rung",
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                fields=["due_at"],
                                name="ticketdeadline_open",
                            ),
                            models.Index(
                                condition=models.Q(("user__isnull", False)), fields=["user"], name="ticketdeadline_user"
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    ("lapsed_at__isnull", True),
                                ),
                                fields=["obligation", "due_at"],
                                name="ticketdeadline_lapsing",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    models.Q(("obligation__in", ("instruction",)), _negated=True),
                                ),
                                fields=("subject", "obligation", "department"),
                                name="ticketdeadline_one_open",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("limit_amount__isnull", True),
                                        ("limit_kind", "until"),
                                        ("limit_until__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(("limit_kind", "until"), _negated=True),
                                        ("limit_amount__gte", 1),
                                        ("limit_amount__isnull", False),
                                        ("limit_until__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="ticketdeadline_limit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                                ),
                                name="ticketdeadline_met_or_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extended_at__isnull", True), ("extended_to__isnull", True)),
                                    models.Q(("extended_at__isnull", False), ("extended_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="ticketdeadline_extension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("obligor_kind", "department"), _negated=True),
                                    ("department__isnull", False),
                                    _connector="OR",
                                ),
                                name="ticketdeadline_department_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("next_rung_at__isnull", True),
                                    models.Q(
                                        ("cancelled_at__isnull", True),
                                        ("met_at__isnull", True),
                                        ("paused_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="ticketdeadline_climbs_while_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paused_at__isnull", True),
                                    models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="ticketdeadline_paused_while_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SupervisionOrder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField()),
                        ("serial", models.PositiveIntegerField(null=True)),
                        (
                            "cause",
                            models.CharField(
                                choices=[("dissatisfied", "企业两次不满意"), ("overdue", "超期未办结")], max_length=12
                            ),
                        ),
                        ("demand", models.TextField(max_length=2000)),
                        ("issued_at", models.DateTimeField()),
                        ("answer", models.TextField(blank=True, max_length=4000)),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "judgement",
                            models.CharField(
                                blank=True, choices=[("met", "整改到位"), ("unmet", "整改不到位")], max_length=8
                            ),
                        ),
                        ("judgement_text", models.TextField(blank=True, max_length=1000)),
                        ("judged_at", models.DateTimeField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.department"
                            ),
                        ),
                        (
                            "issued_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "judged_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "result",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="requests.result",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="requests.ticket"
                            ),
                        ),
                        (
                            "deadline",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supervision_order",
                                to="requests.ticketdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-issued_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("year", "serial"), name="order_number_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("judged_at__isnull", True), ("judgement", "")),
                                    models.Q(("judged_at__isnull", False), models.Q(("judgement", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="order_judged_with_words",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("judged_at__isnull", True), ("answered_at__isnull", False), _connector="OR"
                                ),
                                name="order_answered_before_judged",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProgressReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(max_length=2000)),
                        (
                            "audience",
                            models.CharField(
                                choices=[("firm", "企业可见"), ("office", "企业看不到")], default="office", max_length=8
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="progress",
                                to="requests.ticket",
                            ),
                        ),
                        (
                            "deadline",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="progress_report",
                                to="requests.ticketdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="Instruction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(max_length=1000)),
                        ("given_at", models.DateTimeField()),
                        ("answer", models.TextField(blank=True, max_length=2000)),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "given_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instructions",
                                to="requests.ticket",
                            ),
                        ),
                        (
                            "deadline",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instruction",
                                to="requests.ticketdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-given_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                                    models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="instruction_answered",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandlingRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(choices=[("extension", "延期"), ("suspension", "挂起")], max_length=10),
                        ),
                        ("former_due_at", models.DateTimeField()),
                        (
                            "cause",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("enterprise", "等企业"),
                                    ("court", "等法院判决或行政复议"),
                                    ("authority", "等上级部门"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("reason", models.TextField(max_length=1000)),
                        ("until", models.DateTimeField()),
                        ("asked_at", models.DateTimeField()),
                        ("head_at", models.DateTimeField(null=True)),
                        ("centre_at", models.DateTimeField(null=True)),
                        ("refused_at", models.DateTimeField(null=True)),
                        ("refused_for", models.CharField(blank=True, max_length=500)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "ended_how",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("date", "复核日到"),
                                    ("early", "提前恢复"),
                                    ("answered", "企业已回应"),
                                    ("moved", "诉求已转出"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("ended_note", models.CharField(blank=True, max_length=500)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "centre_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "head_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "refused_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handling_requests",
                                to="requests.ticket",
                            ),
                        ),
                        (
                            "deadline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="requests.ticketdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-asked_at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("centre_at__isnull", False), ("ended_at__isnull", True), ("kind", "suspension")
                                ),
                                fields=["until"],
                                name="suspension_ends",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("centre_at__isnull", True),
                                    ("refused_at__isnull", True),
                                    ("withdrawn_at__isnull", True),
                                ),
                                fields=("ticket",),
                                name="one_request_open",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("centre_at__isnull", False), ("ended_at__isnull", True), ("kind", "suspension")
                                ),
                                fields=("ticket",),
                                name="one_suspension_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cause", ""), ("kind", "extension")),
                                    models.Q(("cause", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="request_cause_of_suspension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("centre_at__isnull", True), ("head_at__isnull", False), _connector="OR"
                                ),
                                name="request_head_before_centre",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("refused_at__isnull", True), ("withdrawn_at__isnull", True)),
                                    models.Q(("centre_at__isnull", True), ("refused_at__isnull", True)),
                                    models.Q(("centre_at__isnull", True), ("withdrawn_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="request_one_outcome",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("ended_how", "")),
                                    models.Q(
                                        ("centre_at__isnull", False),
                                        ("ended_at__isnull", False),
                                        ("kind", "suspension"),
                                        models.Q(("ended_how", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="request_ends_after_approval",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeadlinePause",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("paused_at", models.DateTimeField(verbose_name="暂停时间")),
                        ("resumed_at", models.DateTimeField(blank=True, null=True, verbose_name="恢复时间")),
                        ("reason", models.CharField(blank=True, max_length=30, verbose_name="原因")),
                        (
                            "deadline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pauses",
                                to="requests.ticketdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["paused_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("resumed_at__isnull", True)),
                                fields=("deadline",),
                                name="deadlinepause_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resumed_at__isnull", True),
                                    ("resumed_at__gte", models.F("paused_at")),
                                    _connector="OR",
                                ),
                                name="deadlinepause_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeadlineFiring",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("cycle", models.PositiveSmallIntegerField(verbose_name="轮次")),
                        ("rung", models.PositiveSmallIntegerField(verbose_name="级")),
                        ("rung_at", models.DateTimeField(verbose_name="应提醒时间")),
                        ("fired_at", models.DateTimeField(verbose_name="提醒时间")),
                        (
                            "deadline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="firings",
                                to="requests.ticketdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rung_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("deadline", "cycle", "rung"), name="deadlinefiring_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeadlineCommitment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.TextField(max_length=500, verbose_name="未按期原因")),
                        ("measure", models.TextField(max_length=500, verbose_name="措施")),
                        ("until", models.DateTimeField(verbose_name="承诺时间")),
                        ("wording", models.CharField(max_length=200, verbose_name="公开内容")),
                        ("made_at", models.DateTimeField(verbose_name="提出时间")),
                        ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="批准时间")),
                        ("returned_at", models.DateTimeField(blank=True, null=True, verbose_name="退回时间")),
                        ("returned_for", models.CharField(blank=True, max_length=500, verbose_name="退回理由")),
                        ("kept", models.BooleanField(null=True, verbose_name="已兑现")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="判定时间")),
                        ("proposed", models.JSONField(default=dict)),
                        ("raised_to", models.PositiveSmallIntegerField(null=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "leader",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="单位负责人",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "returned_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "deadline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="commitments",
                                to="requests.ticketdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["made_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("kept__isnull", True), ("returned_at__isnull", True)),
                                fields=("deadline",),
                                name="deadlinecommitment_one_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kept__isnull", True), ("returned_at__isnull", True)),
                                    models.Q(
                                        ("approved_at__isnull", True),
                                        ("kept__isnull", True),
                                        ("returned_at__isnull", False),
                                    ),
                                    models.Q(("approved_at__isnull", False), ("returned_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="deadlinecommitment_approved_or_returned",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="deadlinecommitment_approved",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", True), ("kept__isnull", True)),
                                    models.Q(("decided_at__isnull", False), ("kept__isnull", False)),
                                    _connector="OR",
                                ),
                                name="deadlinecommitment_decided",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AgendaNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("remark", "备注"), ("removed", "移出议程"), ("restored", "重新列入议程")],
                                max_length=8,
                            ),
                        ),
                        ("text", models.CharField(max_length=500)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "deadline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agenda_notes",
                                to="requests.ticketdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="TicketGroup",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("made_for_it", models.BooleanField(default=False)),
                        ("reason", models.TextField(max_length=1000)),
                        ("given_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_reason", models.TextField(blank=True, max_length=1000)),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "given_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="works", to="people.taskgroup"
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="group_works",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)), fields=("ticket",), name="one_group_at_work"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contribution",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "work",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contributions",
                                to="requests.ticketgroup",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="UnitQuestion",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                default=portal.trail.aside.aside, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("text", models.TextField(max_length=2000)),
                        ("asked_at", models.DateTimeField()),
                        ("answer", models.TextField(blank=True, max_length=4000)),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.department"
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="unit_questions",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-asked_at"],
                    },
                ),
                migrations.CreateModel(
                    name="Verification",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("real", models.BooleanField()),
                        (
                            "satisfied",
                            models.CharField(
                                choices=[("yes", "满意"), ("no", "不满意"), ("unsaid", "没有表示")], max_length=6
                            ),
                        ),
                        ("text", models.TextField(max_length=2000)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="verifications",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-at", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="WriteBack",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(max_length=4000)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "result",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="requests.result",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="write_backs",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="WrittenReply",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField()),
                        ("serial", models.PositiveIntegerField(null=True)),
                        ("at", models.DateTimeField()),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.department"
                            ),
                        ),
                        (
                            "result",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="reply", to="requests.result"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("department", "year", "serial"), name="reply_number_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReplyScan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("delivered_at", models.DateTimeField()),
                        ("replaced_at", models.DateTimeField(null=True)),
                        (
                            "attachment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scan",
                                to="requests.attachment",
                            ),
                        ),
                        (
                            "delivered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "reply",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scans",
                                to="requests.writtenreply",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("replaced_at", None)), fields=("reply",), name="one_scan_holds"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "草稿"),
                                    ("review", "待审核"),
                                    ("published", "已发布"),
                                    ("withdrawn", "已撤下"),
                                    ("superseded", "旧版"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("question", models.CharField(max_length=120)),
                        ("answer", models.TextField(max_length=8000)),
                        ("basis", models.TextField(blank=True, max_length=1000)),
                        ("keywords", models.CharField(blank=True, max_length=200)),
                        ("public", models.BooleanField(default=False)),
                        ("public_answer", models.TextField(blank=True, max_length=8000)),
                        ("question_en", models.CharField(blank=True, max_length=240)),
                        ("answer_en", models.TextField(blank=True, max_length=8000)),
                        ("written_at", models.DateTimeField()),
                        ("returned_for", models.CharField(blank=True, max_length=500)),
                        ("published_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_for", models.CharField(blank=True, max_length=500)),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="requests.article",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["number"],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                enterprises.search.Bigrams(
                                    django.db.models.functions.text.Lower(
                                        enterprises.search.Normal(
                                            django.db.models.functions.text.Concat(
                                                "question",
                                                models.Value("\n"),
                                                "keywords",
                                                models.Value("\n"),
                                                "answer",
                                                models.Value("\n"),
                                                "basis",
                                                output_field=models.TextField(),
                                            )
                                        )
                                    )
                                ),
                                name="article_bigrams",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("article", "number"), name="article_version_number"),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "published")),
                                fields=("article",),
                                name="article_one_published_version",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ("draft", "review"))),
                                fields=("article",),
                                name="article_one_version_worked_on",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["draft", "review", "published", "withdrawn", "superseded"])
                                ),
                                name="article_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "published"), _negated=True),
                                    models.Q(("published_at__isnull", False), ("reviewed_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="article_published_was_reviewed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reviewed_by", models.F("written_by")), _negated=True),
                                name="article_reviewed_by_somebody_else",
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.RunSQL(accused.TRIGGERS, accused.NO_TRIGGERS),
        migrations.RunSQL(merged.NO_CHAINS, merged.CHAINS),
        migrations.RunSQL(cost.TRUE, cost.FORMER),
    ]
