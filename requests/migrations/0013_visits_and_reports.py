import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("deadlines", "0006_visitor_ladder"),
        ("enterprises", "0005_facts_and_portraits"),
        ("files", "0002_shelf"),
        ("people", "0003_chiefs"),
        ("people", "__first__"),
        ("requests", "0001_squashed_0012"),
    ]

    operations = [
        Together(
            operations=[
                migrations.AlterField(
                    model_name="caseimportrow",
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
                    model_name="ticketdeadline",
                    name="obligor_kind",
                    field=models.CharField(
                        choices=[
                            ("department", "责任单位"),
                            ("centre", "服务中心"),
                            ("enterprise", "企业"),
                            ("visitor", "走访人"),
                        ],
                        max_length=12,
                        verbose_name="责任方",
                    ),
                ),
                migrations.CreateModel(
                    name="Visit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "status",
                            models.CharField(
                                choices=[("planned", "待走访"), ("done", "已走访"), ("cancelled", "已取消")],
                                max_length=10,
                            ),
                        ),
                        ("opens_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                        ("moves", models.PositiveSmallIntegerField(default=0)),
                        ("moved_for", models.CharField(blank=True, max_length=300)),
                        ("visited_at", models.DateTimeField(null=True)),
                        (
                            "way",
                            models.CharField(
                                blank=True,
                                choices=[("on_site", "上门"), ("meeting", "约谈"), ("remote", "电话或视频")],
                                max_length=10,
                            ),
                        ),
                        ("met_name", models.CharField(blank=True, max_length=40)),
                        ("met_title", models.CharField(blank=True, max_length=40)),
                        ("said", models.TextField(blank=True, max_length=4000)),
                        ("needs", models.TextField(blank=True, max_length=2000)),
                        ("note", models.TextField(blank=True, max_length=2000)),
                        ("recorded_at", models.DateTimeField(null=True)),
                        ("sent_key", models.UUIDField(null=True)),
                        (
                            "answer",
                            models.CharField(
                                blank=True, choices=[("confirmed", "情况属实"), ("commented", "有补充")], max_length=10
                            ),
                        ),
                        ("answer_text", models.CharField(blank=True, max_length=500)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("end_reason", models.CharField(blank=True, max_length=300)),
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
                            "created_by",
                            models.ForeignKey(
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
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "visitor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="requests.visitplan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-opens_at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status", "planned")), fields=["visitor"], name="visit_to_make"
                            ),
                            models.Index(fields=["enterprise", "-visited_at"], name="visit_of_firm"),
                            models.Index(
                                condition=models.Q(("status", "done")),
                                fields=["-visited_at", "-id"],
                                name="visit_latest",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("status__in", ["planned", "done", "cancelled"])),
                                name="visit_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("recorded_by__isnull", False),
                                        ("status", "done"),
                                        ("visited_at__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(("status", "done"), _negated=True),
                                        ("recorded_by", None),
                                        ("visited_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="visit_done_has_a_record",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", False), ("status", "cancelled")),
                                    models.Q(models.Q(("status", "cancelled"), _negated=True), ("ended_at", None)),
                                    _connector="OR",
                                ),
                                name="visit_cancelled_has_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("answer", ""), ("status", "done"), _connector="OR"),
                                name="visit_answered_when_done",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitAttempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                choices=[
                                    ("closed", "没有开门"),
                                    ("absent", "负责人不在"),
                                    ("refused", "企业不便接待"),
                                    ("moved", "已不在原址"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("text", models.CharField(blank=True, max_length=300)),
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
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempts",
                                to="requests.visit",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="VisitCorrection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "correction",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.correction",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrected",
                                to="requests.visit",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="VisitDeadline",
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
                                choices=[
                                    ("department", "责任单位"),
                                    ("centre", "服务中心"),
                                    ("enterprise", "企业"),
                                    ("visitor", "走访人"),
                                ],
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
                                to="requests.visit",
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
                                name="visitdeadline_rung",
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                fields=["due_at"],
                                name="visitdeadline_open",
                            ),
                            models.Index(
                                condition=models.Q(("user__isnull", False)), fields=["user"], name="visitdeadline_user"
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    ("lapsed_at__isnull", True),
                                ),
                                fields=["obligation", "due_at"],
                                name="visitdeadline_lapsing",
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
                                name="visitdeadline_one_open",
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
                                name="visitdeadline_limit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                                ),
                                name="visitdeadline_met_or_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extended_at__isnull", True), ("extended_to__isnull", True)),
                                    models.Q(("extended_at__isnull", False), ("extended_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="visitdeadline_extension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("obligor_kind", "department"), _negated=True),
                                    ("department__isnull", False),
                                    _connector="OR",
                                ),
                                name="visitdeadline_department_known",
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
                                name="visitdeadline_climbs_while_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paused_at__isnull", True),
                                    models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="visitdeadline_paused_while_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField(editable=False)),
                        ("data", models.JSONField(default=dict)),
                        ("saved_at", models.DateTimeField(auto_now=True)),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-saved_at"],
                        "constraints": [models.UniqueConstraint(fields=("key", "user"), name="visitdraft_one_each")],
                    },
                ),
                migrations.CreateModel(
                    name="VisitFiring",
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
                                to="requests.visitdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rung_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("deadline", "cycle", "rung"), name="visitfiring_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitPause",
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
                                to="requests.visitdeadline",
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
                                name="visitpause_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resumed_at__isnull", True),
                                    ("resumed_at__gte", models.F("paused_at")),
                                    _connector="OR",
                                ),
                                name="visitpause_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitPhoto",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "draft",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="photos",
                                to="requests.visitdraft",
                            ),
                        ),
                        (
                            "file",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="photos",
                                to="requests.visit",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("draft__isnull", True), ("visit__isnull", True), _connector="XOR"),
                                name="visitphoto_of_draft_or_visit",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=60)),
                        ("purpose", models.TextField(blank=True, max_length=500)),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("key_list", "重点企业名单"),
                                    ("criterion", "符合一个条件的企业"),
                                    ("chosen", "逐家选定"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                blank=True, choices=[("district", "区级"), ("town", "镇级")], max_length=10
                            ),
                        ),
                        (
                            "goes",
                            models.CharField(
                                choices=[
                                    ("steward", "服务管家"),
                                    ("leader", "联系领导"),
                                    ("grid", "网格员"),
                                    ("person", "指定的人"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("times", models.PositiveSmallIntegerField(default=1)),
                        ("since", models.DateField()),
                        ("until", models.DateField()),
                        ("made_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("end_reason", models.CharField(blank=True, max_length=300)),
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
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                    ],
                    options={
                        "ordering": ["-since", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("until__gte", models.F("since"))), name="visitplan_ends_after_start"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("times__gte", 1)), name="visitplan_visits_at_least_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at", None), models.Q(("end_reason", ""), _negated=True), _connector="OR"
                                ),
                                name="visitplan_called_off_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitTicket",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="from_visit",
                                to="requests.ticket",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="found", to="requests.visit"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="SpecialReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField()),
                        ("serial", models.PositiveIntegerField()),
                        ("problem", models.TextField(max_length=2000)),
                        ("proposal", models.TextField(max_length=2000)),
                        ("status", models.CharField(max_length=12)),
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
                            "leader",
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
                                related_name="special_reports",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("year", "serial"), name="special_report_number_once")
                        ],
                    },
                ),
            ],
        ),
    ]
