import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import enterprises.models.codes
from portal.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_scope_facts"),
        ("enterprises", "0004_attributes_and_criteria"),
        ("files", "0002_shelf"),
        ("people", "0003_chiefs"),
        ("people", "__first__"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Conflict",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place", models.PositiveSmallIntegerField()),
                        ("standing", models.BigIntegerField()),
                        ("offered", models.BigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "待处理"),
                                    ("kept", "维持原值"),
                                    ("taken", "采用新值"),
                                    ("gone", "已消除"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("ruled_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                        (
                            "ruled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conflicts",
                                to="enterprises.delivery",
                                verbose_name="新值批次",
                            ),
                        ),
                        (
                            "fact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="conflicts",
                                to="enterprises.fact",
                                verbose_name="数据",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数据冲突",
                        "verbose_name_plural": "数据冲突",
                        "ordering": ["pk"],
                        "indexes": [models.Index(fields=["state", "id"], name="enterprises_conflict_open")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["open", "kept"])),
                                fields=("fact", "place", "offered"),
                                name="enterprises_conflict_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("offered", models.F("standing")), _negated=True),
                                name="enterprises_conflict_differs",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Correction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("period", models.DateField(blank=True, null=True, verbose_name="所属期")),
                        ("item", models.CharField(blank=True, max_length=80, verbose_name="区分项")),
                        ("was", models.BigIntegerField(null=True)),
                        ("value", models.BigIntegerField(null=True)),
                        ("reason", models.CharField(max_length=200, verbose_name="依据")),
                        ("from_firm", models.BooleanField(default=False, verbose_name="企业提出")),
                        ("at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "state",
                            models.CharField(
                                choices=[("proposed", "待条线确认"), ("confirmed", "已确认"), ("rejected", "不予更正")],
                                default="proposed",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("ruled_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                        ("ruling", models.CharField(blank=True, max_length=200, verbose_name="答复")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="提出人",
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="enterprises.enterprise",
                                verbose_name="企业",
                            ),
                        ),
                        (
                            "ruled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "delivery",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="correction",
                                to="enterprises.delivery",
                            ),
                        ),
                        (
                            "column",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.resourcecolumn",
                                verbose_name="数据项",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数据更正",
                        "verbose_name_plural": "数据更正",
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "proposed")),
                                fields=("enterprise", "column", "period", "item"),
                                name="enterprises_correction_one_proposed",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("delivery__isnull", False), ("state", "confirmed")),
                                    models.Q(models.Q(("state", "confirmed"), _negated=True), ("delivery", None)),
                                    _connector="OR",
                                ),
                                name="enterprises_correction_confirmed_has_delivery",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("file", "文件导入"),
                                    ("api", "接口推送"),
                                    ("visit", "走访更正"),
                                    ("ruling", "冲突裁定"),
                                    ("firm", "企业申报"),
                                ],
                                max_length=10,
                                verbose_name="方式",
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="时间"
                            ),
                        ),
                        ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                        ("new", models.PositiveIntegerField(default=0, verbose_name="新增")),
                        ("changed", models.PositiveIntegerField(default=0, verbose_name="变更")),
                        ("unchanged", models.PositiveIntegerField(default=0, verbose_name="不变")),
                        ("conflicting", models.PositiveIntegerField(default=0, verbose_name="冲突")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="经办人",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="enterprises.line",
                                verbose_name="来源条线",
                            ),
                        ),
                        (
                            "resource",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="enterprises.resource",
                                verbose_name="数据资源",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数据批次",
                        "verbose_name_plural": "数据批次",
                        "ordering": ["-pk"],
                        "indexes": [models.Index(fields=["resource", "-at"], name="enterprises_delivery_latest")],
                    },
                ),
                migrations.CreateModel(
                    name="EnterpriseCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "token",
                            models.CharField(
                                default=enterprises.models.codes.fresh_token, editable=False, max_length=32, unique=True
                            ),
                        ),
                        ("since", models.DateTimeField(verbose_name="起")),
                        ("until", models.DateTimeField(blank=True, null=True, verbose_name="止")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="经办人",
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="codes",
                                to="enterprises.enterprise",
                                verbose_name="企业",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "企业码",
                        "verbose_name_plural": "企业码",
                        "ordering": ["-since", "-pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until", None)),
                                fields=("enterprise",),
                                name="enterprises_code_one_at_a_time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Fact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("delivery", models.BigIntegerField(default=0)),
                        ("period", models.DateField(blank=True, null=True, verbose_name="所属期")),
                        ("item", models.CharField(blank=True, max_length=80, verbose_name="区分项")),
                        (
                            "values",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(null=True), size=None
                            ),
                        ),
                        (
                            "deliveries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(null=True), size=None
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="facts",
                                to="enterprises.enterprise",
                                verbose_name="企业",
                            ),
                        ),
                        (
                            "resource",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="facts",
                                to="enterprises.resource",
                                verbose_name="数据资源",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数据",
                        "verbose_name_plural": "数据",
                        "indexes": [models.Index(fields=["resource", "period"], name="enterprises_fact_of_period")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("enterprise", "resource", "period", "item"),
                                name="enterprises_fact_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FactImport",
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
                        ("period", models.DateField(blank=True, null=True, verbose_name="所属期")),
                        ("units", models.JSONField(default=dict)),
                        ("conflicting", models.PositiveIntegerField(default=0)),
                        ("revision", models.BigIntegerField(default=0)),
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
                            "delivery",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="imported",
                                to="enterprises.delivery",
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
                        (
                            "line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.line",
                                verbose_name="来源条线",
                            ),
                        ),
                        (
                            "resource",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.resource",
                                verbose_name="数据资源",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数据导入",
                        "verbose_name_plural": "数据导入",
                        "ordering": ["-pk"],
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["checking", "applying", "undoing"])),
                                fields=["moved_at"],
                                name="enterprises_facts_waiting",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FactImportRow",
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
                                    ("conflicting", "冲突"),
                                    ("unchanged", "不变"),
                                    ("rejected", "不收"),
                                ],
                                max_length=12,
                                verbose_name="结果",
                            ),
                        ),
                        ("problems", models.JSONField(default=list)),
                        ("raw", models.JSONField(default=list)),
                        ("kept", models.JSONField(default=list)),
                        ("said", models.CharField(blank=True, max_length=120)),
                        ("period", models.DateField(blank=True, null=True)),
                        ("item", models.CharField(blank=True, max_length=80)),
                        (
                            "values",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(null=True), default=list, size=None
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="enterprises.factimport",
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="enterprises.enterprise",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["number"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("batch", "number"), name="enterprises_fact_row_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FirmYear",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField()),
                        ("last", models.PositiveSmallIntegerField()),
                        ("m1", models.BigIntegerField(null=True)),
                        ("m2", models.BigIntegerField(null=True)),
                        ("m3", models.BigIntegerField(null=True)),
                        ("m4", models.BigIntegerField(null=True)),
                        ("m5", models.BigIntegerField(null=True)),
                        ("m6", models.BigIntegerField(null=True)),
                        ("m7", models.BigIntegerField(null=True)),
                        ("m8", models.BigIntegerField(null=True)),
                        ("m9", models.BigIntegerField(null=True)),
                        ("m10", models.BigIntegerField(null=True)),
                        ("m11", models.BigIntegerField(null=True)),
                        ("m12", models.BigIntegerField(null=True)),
                        (
                            "enterprise",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "column",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="enterprises.resourcecolumn",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "企业年度数据",
                        "verbose_name_plural": "企业年度数据",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("column", "year", "enterprise"), name="enterprises_firmyear_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormerFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "values",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(null=True), size=None
                            ),
                        ),
                        (
                            "deliveries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(null=True), size=None
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced",
                                to="enterprises.delivery",
                                verbose_name="被此批次更新",
                            ),
                        ),
                        (
                            "fact",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="former",
                                to="enterprises.fact",
                                verbose_name="数据",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数据旧值",
                        "verbose_name_plural": "数据旧值",
                        "ordering": ["-pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("fact", "delivery"), name="enterprises_formerfact_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeyEntry",
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
                                    ("proposed", "待审核"),
                                    ("standing", "在名单上"),
                                    ("declined", "未通过"),
                                    ("removed", "已移出"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("carried", models.BooleanField(default=False)),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                        ("proposed_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("decided_for", models.CharField(blank=True, max_length=300)),
                        (
                            "criterion",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.criterion",
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
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="key_entries",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "leader",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="联系领导",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "steward",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "of",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="enterprises.keylist",
                                verbose_name="名单",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "重点企业",
                        "verbose_name_plural": "重点企业",
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["proposed", "standing"])),
                                fields=("of", "enterprise"),
                                name="enterprises_keyentry_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["declined", "removed"]), _negated=True),
                                    models.Q(("decided_for", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="enterprises_keyentry_refusal_has_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("carried", True), ("proposed_by__isnull", False), _connector="OR"),
                                name="enterprises_keyentry_comes_from",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeyList",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("district", "区级"), ("town", "镇级")], max_length=10, verbose_name="级别"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                        ("size", models.PositiveSmallIntegerField(verbose_name="名额")),
                        (
                            "status",
                            models.CharField(
                                choices=[("drafting", "编制中"), ("approving", "待审批"), ("approved", "已批准")],
                                max_length=10,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("submitted_at", models.DateTimeField(null=True)),
                        ("returned_for", models.CharField(blank=True, max_length=300)),
                        ("approved_at", models.DateTimeField(null=True)),
                        (
                            "approved_by",
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
                            "submitted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "重点企业名单",
                        "verbose_name_plural": "重点企业名单",
                        "ordering": ["-year", "level"],
                        "constraints": [
                            models.UniqueConstraint(fields=("level", "year"), name="enterprises_keylist_once_a_year"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("approved_at__isnull", False), ("status", "approved")),
                                    models.Q(models.Q(("status", "approved"), _negated=True), ("approved_at", None)),
                                    _connector="OR",
                                ),
                                name="enterprises_keylist_approved_has_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("size__gte", 1)), name="enterprises_keylist_has_places"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Line",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=30, unique=True, verbose_name="编号")),
                        ("name", models.CharField(max_length=30, unique=True, verbose_name="名称")),
                        ("name_en", models.CharField(blank=True, max_length=60, verbose_name="英文名称")),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="people.department",
                                verbose_name="所在部门",
                            ),
                        ),
                        (
                            "systems",
                            models.ManyToManyField(
                                blank=True, related_name="data_lines", to="api.linesystem", verbose_name="接入系统"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "条线",
                        "verbose_name_plural": "条线",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Reckoned",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("state", models.CharField(blank=True, max_length=64)),
                        ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ],
                ),
                migrations.CreateModel(
                    name="Resource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="编号")),
                        ("name", models.CharField(max_length=40, unique=True, verbose_name="名称")),
                        ("name_en", models.CharField(blank=True, max_length=60, verbose_name="英文名称")),
                        (
                            "per",
                            models.CharField(
                                choices=[
                                    ("month", "按月"),
                                    ("quarter", "按季"),
                                    ("year", "按年"),
                                    ("day", "截至某日"),
                                    ("register", "登记册"),
                                ],
                                max_length=10,
                                verbose_name="周期",
                            ),
                        ),
                        ("item", models.CharField(blank=True, max_length=30, verbose_name="每条记录以此区分")),
                        ("item_en", models.CharField(blank=True, max_length=60, verbose_name="区分项英文名称")),
                        (
                            "sensitivity",
                            models.CharField(
                                choices=[("open", "公开"), ("line", "条线"), ("closed", "不公开")],
                                max_length=10,
                                verbose_name="敏感程度",
                            ),
                        ),
                        ("complete", models.BooleanField(default=False, verbose_name="登记完整")),
                        ("due_days", models.PositiveSmallIntegerField(verbose_name="更新期限(天)")),
                        ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                        ("revision", models.BigIntegerField(default=0)),
                        (
                            "line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resources",
                                to="enterprises.line",
                                verbose_name="主管条线",
                            ),
                        ),
                        (
                            "suppliers",
                            models.ManyToManyField(
                                blank=True, related_name="supplied", to="enterprises.line", verbose_name="其他来源条线"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数据资源",
                        "verbose_name_plural": "数据资源",
                        "ordering": ["pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("per", "register"), _negated=True),
                                    models.Q(("item", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="enterprises_resource_register_has_items",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ResourceColumn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place", models.PositiveSmallIntegerField()),
                        ("code", models.SlugField(max_length=40, verbose_name="编号")),
                        ("name", models.CharField(max_length=40, verbose_name="名称")),
                        ("name_en", models.CharField(blank=True, max_length=60, verbose_name="英文名称")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("number", "number"),
                                    ("bool", "bool"),
                                    ("date", "date"),
                                    ("text", "text"),
                                    ("choice", "choice"),
                                ],
                                max_length=10,
                                verbose_name="类型",
                            ),
                        ),
                        ("unit", models.CharField(blank=True, max_length=20, verbose_name="单位")),
                        ("scale", models.PositiveSmallIntegerField(default=0, verbose_name="保留小数")),
                        ("display", models.CharField(blank=True, max_length=20, verbose_name="显示单位")),
                        (
                            "factor",
                            models.DecimalField(
                                decimal_places=6, default=1, max_digits=16, verbose_name="显示单位折合"
                            ),
                        ),
                        ("decimals", models.PositiveSmallIntegerField(default=0, verbose_name="显示小数")),
                        (
                            "minimum",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=20, null=True, verbose_name="最小值"
                            ),
                        ),
                        ("required", models.BooleanField(default=False, verbose_name="必填")),
                        ("choices", models.TextField(blank=True, verbose_name="选项")),
                        (
                            "resource",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="columns",
                                to="enterprises.resource",
                                verbose_name="数据资源",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数据项",
                        "verbose_name_plural": "数据项",
                        "ordering": ["resource", "place"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("resource", "place"), name="enterprises_resourcecolumn_place_once"
                            ),
                            models.UniqueConstraint(
                                fields=("resource", "code"), name="enterprises_resourcecolumn_code_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("place__gte", 1)), name="enterprises_resourcecolumn_place_from_one"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StaleFirm",
                    fields=[
                        (
                            "enterprise",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="enterprises.enterprise",
                            ),
                        ),
                        ("since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ],
                ),
                migrations.CreateModel(
                    name="Tag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "dimension",
                            models.CharField(
                                choices=[
                                    ("operation", "经营"),
                                    ("innovation", "创新"),
                                    ("structure", "结构"),
                                    ("quality", "质效"),
                                    ("risk", "风险"),
                                ],
                                max_length=10,
                                verbose_name="维度",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                        ("name_en", models.CharField(blank=True, max_length=60, verbose_name="英文名称")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                        (
                            "criterion",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tag",
                                to="enterprises.criterion",
                                verbose_name="条件",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "标签",
                        "verbose_name_plural": "标签",
                        "ordering": ["position", "pk"],
                    },
                ),
                migrations.AddField(
                    model_name="enterprise",
                    name="sound",
                    field=models.TextField(blank=True, db_default="", editable=False),
                ),
                migrations.AddField(
                    model_name="enterprise",
                    name="sound_pairs",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), blank=True, db_default=[], editable=False, size=None
                    ),
                ),
                migrations.AlterField(
                    model_name="firmimportrow",
                    name="outcome",
                    field=models.CharField(
                        choices=[
                            ("new", "新增"),
                            ("changed", "变更"),
                            ("conflicting", "冲突"),
                            ("unchanged", "不变"),
                            ("rejected", "不收"),
                        ],
                        max_length=12,
                        verbose_name="结果",
                    ),
                ),
                migrations.AlterField(
                    model_name="word",
                    name="text",
                    field=models.CharField(max_length=800, unique=True),
                ),
                migrations.AddIndex(
                    model_name="enterprise",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fields=["sound_pairs"], name="enterprises_sound_pairs"
                    ),
                ),
                migrations.AddIndex(
                    model_name="enterprise",
                    index=models.Index(
                        condition=models.Q(("sound", "")), fields=["id"], name="enterprises_without_sound"
                    ),
                ),
            ],
        ),
    ]
