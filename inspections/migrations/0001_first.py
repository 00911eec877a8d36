import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import enterprises.models.codes
import inspections.models.whitelist
from portal.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("api", "0003_scope_needs"),
        ("deadlines", "0007_inspected"),
        ("enterprises", "0008_checks_deliver"),
        ("files", "0002_shelf"),
        ("people", "0003_chiefs"),
        ("people", "__first__"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="ChecklistItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("text", models.CharField(max_length=300, verbose_name="检查内容")),
                        ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据条款")),
                        ("minor", models.BooleanField(default=False, verbose_name="适用首违不罚")),
                        ("points", models.PositiveSmallIntegerField(default=0, verbose_name="扣分")),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "subject",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="checklist",
                                to="inspections.subject",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "检查清单",
                        "verbose_name_plural": "检查清单",
                        "ordering": ["subject", "number", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("subject", "number"),
                                name="inspections_checklist_number_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Skill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=30, unique=True)),
                        ("name", models.CharField(max_length=40, verbose_name="资质")),
                    ],
                    options={
                        "verbose_name": "检查资质",
                        "verbose_name_plural": "检查资质",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Agency",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("approves_plans", models.BooleanField(default=False, verbose_name="统筹检查计划")),
                        ("active", models.BooleanField(default=True, verbose_name="在用")),
                        (
                            "department",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agency",
                                to="people.department",
                                verbose_name="单位",
                            ),
                        ),
                        ("systems", models.ManyToManyField(blank=True, related_name="agencies", to="api.linesystem")),
                    ],
                    options={
                        "verbose_name": "执法部门",
                        "verbose_name_plural": "执法部门",
                        "ordering": ["-approves_plans", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("approves_plans", True)),
                                fields=("approves_plans",),
                                name="inspections_one_agency_approves",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Booking",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("milestone", models.CharField(max_length=100, verbose_name="为了什么节点")),
                        ("text", models.TextField(blank=True, max_length=1000, verbose_name="说明")),
                        ("first", models.DateField(verbose_name="希望从")),
                        ("last", models.DateField(verbose_name="希望到")),
                        ("contact_name", models.CharField(max_length=40, verbose_name="联系人")),
                        ("contact_phone", models.CharField(max_length=40, verbose_name="联系电话")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("asked", "待答复"),
                                    ("accepted", "已接受"),
                                    ("declined", "未接受"),
                                    ("withdrawn", "已取消"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("booked_at", models.DateTimeField()),
                        ("on_behalf", models.BooleanField(default=False, verbose_name="代为预约")),
                        ("answer", models.CharField(blank=True, max_length=500, verbose_name="答复")),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_for", models.CharField(blank=True, max_length=300, verbose_name="取消原因")),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bookings",
                                to="inspections.agency",
                                verbose_name="执法部门",
                            ),
                        ),
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
                            "booked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bookings",
                                to="enterprises.enterprise",
                                verbose_name="企业",
                            ),
                        ),
                        (
                            "need",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="booking",
                                to="inspections.need",
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.subject",
                                verbose_name="检查事项",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "检查预约",
                        "verbose_name_plural": "检查预约",
                        "ordering": ["-booked_at", "-pk"],
                        "indexes": [models.Index(fields=["agency", "status"], name="inspections_booking_of_agency")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("status__in", ["asked", "accepted", "declined", "withdrawn"])),
                                name="inspections_booking_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("last__gte", models.F("first"))),
                                name="inspections_booking_window_is_a_span",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "declined"), _negated=True),
                                    models.Q(("answer", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="inspections_booking_declined_for_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "accepted"), _negated=True),
                                    ("need__isnull", False),
                                    _connector="OR",
                                ),
                                name="inspections_booking_accepted_has_a_need",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "asked")),
                                fields=("enterprise", "subject"),
                                name="inspections_booking_asked_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BookingDeadline",
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
                                    ("inspected", "受检企业"),
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
                                to="inspections.booking",
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
                                name="bookingdeadline_rung",
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                fields=["due_at"],
                                name="bookingdeadline_open",
                            ),
                            models.Index(
                                condition=models.Q(("user__isnull", False)),
                                fields=["user"],
                                name="bookingdeadline_user",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    ("lapsed_at__isnull", True),
                                ),
                                fields=["obligation", "due_at"],
                                name="bookingdeadline_lapsing",
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
                                name="bookingdeadline_one_open",
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
                                name="bookingdeadline_limit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                                ),
                                name="bookingdeadline_met_or_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extended_at__isnull", True), ("extended_to__isnull", True)),
                                    models.Q(("extended_at__isnull", False), ("extended_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="bookingdeadline_extension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("obligor_kind", "department"), _negated=True),
                                    ("department__isnull", False),
                                    _connector="OR",
                                ),
                                name="bookingdeadline_department_known",
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
                                name="bookingdeadline_climbs_while_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paused_at__isnull", True),
                                    models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="bookingdeadline_paused_while_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BookingFiring",
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
                                to="inspections.bookingdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rung_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("deadline", "cycle", "rung"), name="bookingfiring_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BookingPause",
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
                                to="inspections.bookingdeadline",
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
                                name="bookingpause_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resumed_at__isnull", True),
                                    ("resumed_at__gte", models.F("paused_at")),
                                    _connector="OR",
                                ),
                                name="bookingpause_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Check",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "result",
                            models.CharField(choices=[("clean", "未发现问题"), ("found", "发现问题")], max_length=10),
                        ),
                        ("remarks", models.TextField(blank=True, max_length=2000, verbose_name="检查情况")),
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
                            "need",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="record",
                                to="inspections.need",
                                verbose_name="检查需求",
                            ),
                        ),
                        (
                            "upload",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="checks",
                                to="inspections.upload",
                            ),
                        ),
                        (
                            "part",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="checks",
                                to="inspections.visitpart",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "检查记录",
                        "verbose_name_plural": "检查记录",
                        "ordering": ["pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("result__in", ["clean", "found"])),
                                name="inspections_check_result_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("text", models.CharField(max_length=300)),
                        (
                            "result",
                            models.CharField(
                                choices=[("ok", "符合"), ("problem", "有问题"), ("na", "不适用")], max_length=10
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=500)),
                        (
                            "record",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="inspections.check",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.checklistitem",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["number", "pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("record", "item"), name="inspections_checkitem_once"),
                            models.CheckConstraint(
                                condition=models.Q(("result__in", ["ok", "problem", "na"])),
                                name="inspections_checkitem_result_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Closure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("first", models.DateField(verbose_name="从")),
                        ("last", models.DateField(verbose_name="到")),
                        ("reason", models.CharField(blank=True, max_length=100, verbose_name="事由")),
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
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="closures",
                                to="enterprises.enterprise",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["first"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last__gte", models.F("first"))),
                                name="inspections_closure_ends_after_beginning",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodelessDeadline",
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
                                    ("inspected", "受检企业"),
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
                        (
                            "subject",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="inspections.codelessreport",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_rung_at__isnull", False)),
                                fields=["next_rung_at"],
                                name="codelessdeadline_rung",
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                fields=["due_at"],
                                name="codelessdeadline_open",
                            ),
                            models.Index(
                                condition=models.Q(("user__isnull", False)),
                                fields=["user"],
                                name="codelessdeadline_user",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    ("lapsed_at__isnull", True),
                                ),
                                fields=["obligation", "due_at"],
                                name="codelessdeadline_lapsing",
                            ),
                        ],
                        "constraints": [
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
                                name="codelessdeadline_limit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                                ),
                                name="codelessdeadline_met_or_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extended_at__isnull", True), ("extended_to__isnull", True)),
                                    models.Q(("extended_at__isnull", False), ("extended_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="codelessdeadline_extension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("obligor_kind", "department"), _negated=True),
                                    ("department__isnull", False),
                                    _connector="OR",
                                ),
                                name="codelessdeadline_department_known",
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
                                name="codelessdeadline_climbs_while_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paused_at__isnull", True),
                                    models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="codelessdeadline_paused_while_open",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    models.Q(("obligation__in", ("instruction",)), _negated=True),
                                ),
                                fields=("subject", "obligation", "department"),
                                name="codelessdeadline_one_open",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodelessFiring",
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
                                to="inspections.codelessdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rung_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("deadline", "cycle", "rung"), name="codelessfiring_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodelessPause",
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
                                to="inspections.codelessdeadline",
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
                                name="codelesspause_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resumed_at__isnull", True),
                                    ("resumed_at__gte", models.F("paused_at")),
                                    _connector="OR",
                                ),
                                name="codelesspause_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodelessReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("came_at", models.DateTimeField(verbose_name="来的时间")),
                        ("who", models.CharField(max_length=200, verbose_name="来的是谁")),
                        ("said", models.TextField(max_length=1000, verbose_name="来做什么、说了什么")),
                        (
                            "status",
                            models.CharField(choices=[("open", "核查中"), ("answered", "已答复")], max_length=10),
                        ),
                        ("reported_at", models.DateTimeField(verbose_name="反映时间")),
                        (
                            "finding",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("codeless", "确属无码检查"),
                                    ("not_shown", "有码，没有出示"),
                                    ("lawful", "不需要检查码"),
                                    ("no_check", "不是执法检查"),
                                    ("unclear", "查不清"),
                                ],
                                max_length=12,
                                verbose_name="核查结论",
                            ),
                        ),
                        ("answer", models.TextField(blank=True, max_length=1000, verbose_name="给企业的答复")),
                        ("to_agency", models.TextField(blank=True, max_length=500, verbose_name="给部门的提醒")),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "agency",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.agency",
                                verbose_name="自称哪个部门",
                            ),
                        ),
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
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="codeless_reports",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "reported_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="反映人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "无码检查反映",
                        "verbose_name_plural": "无码检查反映",
                        "ordering": ["-reported_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_at", None), ("finding", ""), ("status", "open")),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("status", "answered"),
                                        models.Q(("finding", ""), _negated=True),
                                        models.Q(("answer", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="inspections_report_answered_has_an_answer",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodelessPhoto",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "file",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="photos",
                                to="inspections.codelessreport",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Draw",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("title", models.CharField(max_length=80, verbose_name="名称")),
                        ("basis", models.CharField(max_length=500, verbose_name="依据")),
                        ("ordered_by", models.CharField(blank=True, max_length=200, verbose_name="上级部署文件")),
                        ("first", models.DateField(verbose_name="最早日期")),
                        ("last", models.DateField(verbose_name="最晚日期")),
                        ("take", models.PositiveIntegerField(verbose_name="抽取户数")),
                        ("unannounced", models.BooleanField(default=False)),
                        ("formula", models.CharField(max_length=20, verbose_name="权重公式")),
                        ("source", models.CharField(max_length=200, verbose_name="公共随机数的来源")),
                        ("population", models.PositiveIntegerField(verbose_name="名单户数")),
                        ("secret", models.CharField(max_length=64)),
                        ("commitment", models.CharField(max_length=64, verbose_name="平台随机数的摘要")),
                        ("digest", models.CharField(max_length=64, verbose_name="名单的摘要")),
                        ("text", models.CharField(blank=True, max_length=200, verbose_name="公共随机数")),
                        ("seed", models.CharField(blank=True, max_length=64, verbose_name="种子")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("frozen", "待抽取"),
                                    ("drawn", "待确认"),
                                    ("confirmed", "已生成检查需求"),
                                    ("dropped", "已作废"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("frozen_at", models.DateTimeField()),
                        ("drawn_at", models.DateTimeField(null=True)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        ("dropped_at", models.DateTimeField(null=True)),
                        ("dropped_for", models.CharField(blank=True, max_length=300, verbose_name="作废原因")),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="draws",
                                to="inspections.agency",
                                verbose_name="执法部门",
                            ),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "drawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "dropped_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "frozen_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "industry",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.industry",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.place",
                                verbose_name="范围",
                            ),
                        ),
                        (
                            "subjects",
                            models.ManyToManyField(
                                related_name="draws", to="inspections.subject", verbose_name="检查事项"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "随机抽查",
                        "verbose_name_plural": "随机抽查",
                        "ordering": ["-frozen_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("status__in", ["frozen", "drawn", "confirmed", "dropped"])),
                                name="inspections_draw_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("last__gte", models.F("first"))),
                                name="inspections_draw_window_is_a_span",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("take__gte", 1), ("take__lte", models.F("population"))),
                                name="inspections_draw_takes_some_of_its_list",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("seed", ""), ("status", "frozen")),
                                    models.Q(
                                        ("status__in", ["drawn", "confirmed"]),
                                        models.Q(("seed", ""), _negated=True),
                                        models.Q(("text", ""), _negated=True),
                                    ),
                                    ("status", "dropped"),
                                    _connector="OR",
                                ),
                                name="inspections_draw_drawn_has_a_seed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "dropped"), _negated=True),
                                    models.Q(("dropped_for", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="inspections_draw_dropped_for_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DrawExclusion",
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
                                    ("whitelist", "白名单企业"),
                                    ("cap", "已到年度检查上限"),
                                    ("multi_head", "多头检查"),
                                    ("waiting", "同一事项已有待办的检查需求"),
                                ],
                                max_length=10,
                                verbose_name="原因",
                            ),
                        ),
                        (
                            "draw",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="exclusions",
                                to="inspections.draw",
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.enterprise",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["draw", "why", "pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("draw", "enterprise"), name="inspections_exclusion_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("review", "联合审查中"),
                                    ("objected", "有异议"),
                                    ("approve", "待审批"),
                                    ("listed", "在册"),
                                    ("dropped", "未入册"),
                                    ("removed", "已移出"),
                                    ("appeal", "申诉处理中"),
                                    ("expired", "已到期"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("reasons", models.JSONField(default=list)),
                        ("term_from", models.DateField(verbose_name="有效期自")),
                        ("term_until", models.DateField(verbose_name="有效期至")),
                        ("proposed_at", models.DateTimeField()),
                        ("answer", models.CharField(blank=True, max_length=500, verbose_name="对异议的说明")),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_for", models.CharField(blank=True, max_length=500, verbose_name="原因")),
                        ("ended_basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                        ("incident", models.JSONField(default=dict)),
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
                                related_name="whitelist_entries",
                                to="enterprises.enterprise",
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
                            "renews",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="renewed_by",
                                to="inspections.entry",
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="inspections.whitelistround",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "白名单企业",
                        "verbose_name_plural": "白名单企业",
                        "ordering": ["-proposed_at", "-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status", "listed")),
                                fields=["enterprise", "term_from", "term_until"],
                                name="inspections_entry_standing",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        [
                                            "review",
                                            "objected",
                                            "approve",
                                            "listed",
                                            "dropped",
                                            "removed",
                                            "appeal",
                                            "expired",
                                        ],
                                    )
                                ),
                                name="inspections_entry_status_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ["review", "objected", "approve"])),
                                fields=("enterprise",),
                                name="inspections_entry_proposed_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("term_until__gt", models.F("term_from"))),
                                name="inspections_entry_term_ends_after_beginning",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at__isnull", False), ("status__in", ["dropped", "removed", "expired"])
                                    ),
                                    models.Q(("status__in", ["dropped", "removed", "expired"]), _negated=True),
                                    _connector="OR",
                                ),
                                name="inspections_entry_ended_has_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "listed"), _negated=True),
                                    ("approved_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="inspections_entry_listed_is_approved",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("status", "listed")),
                                expressions=[
                                    ("enterprise", "="),
                                    (
                                        inspections.models.whitelist.Term(
                                            "term_from", "term_until", models.Value("[]")
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="inspections_entry_stands_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Appeal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(max_length=1000, verbose_name="申诉理由")),
                        ("at", models.DateTimeField()),
                        ("removed_at", models.DateTimeField()),
                        ("removed_for", models.CharField(max_length=500)),
                        ("incident", models.JSONField(default=dict)),
                        ("upheld", models.BooleanField(null=True)),
                        ("answer", models.CharField(blank=True, max_length=500, verbose_name="处理意见")),
                        ("decided_at", models.DateTimeField(null=True)),
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
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                            "entry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appeals",
                                to="inspections.entry",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-at", "-pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("entry", "removed_at"), name="inspections_appeal_once_for_a_removal"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("upheld", None)),
                                    models.Q(("decided_at__isnull", False), ("upheld__isnull", False)),
                                    _connector="OR",
                                ),
                                name="inspections_appeal_decided_at",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EntryDeadline",
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
                                    ("inspected", "受检企业"),
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
                                to="inspections.entry",
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
                                name="entrydeadline_rung",
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                fields=["due_at"],
                                name="entrydeadline_open",
                            ),
                            models.Index(
                                condition=models.Q(("user__isnull", False)), fields=["user"], name="entrydeadline_user"
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    ("lapsed_at__isnull", True),
                                ),
                                fields=["obligation", "due_at"],
                                name="entrydeadline_lapsing",
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
                                name="entrydeadline_one_open",
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
                                name="entrydeadline_limit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                                ),
                                name="entrydeadline_met_or_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extended_at__isnull", True), ("extended_to__isnull", True)),
                                    models.Q(("extended_at__isnull", False), ("extended_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="entrydeadline_extension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("obligor_kind", "department"), _negated=True),
                                    ("department__isnull", False),
                                    _connector="OR",
                                ),
                                name="entrydeadline_department_known",
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
                                name="entrydeadline_climbs_while_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paused_at__isnull", True),
                                    models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="entrydeadline_paused_while_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EntryFiring",
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
                                to="inspections.entrydeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rung_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("deadline", "cycle", "rung"), name="entryfiring_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EntryPause",
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
                                to="inspections.entrydeadline",
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
                                name="entrypause_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resumed_at__isnull", True),
                                    ("resumed_at__gte", models.F("paused_at")),
                                    _connector="OR",
                                ),
                                name="entrypause_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EntryReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        (
                            "says",
                            models.CharField(
                                blank=True,
                                choices=[("agrees", "同意"), ("objects", "有异议")],
                                max_length=10,
                                verbose_name="意见",
                            ),
                        ),
                        ("grounds", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                        ("at", models.DateTimeField(null=True)),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inspections.agency"
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
                            "entry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="inspections.entry",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("entry", "agency"), name="inspections_entryreview_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("at", None), ("says", "")),
                                    models.Q(models.Q(("says", ""), _negated=True), ("at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="inspections_entryreview_said_at",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("says", "objects"), _negated=True),
                                    models.Q(("grounds", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="inspections_entryreview_objection_has_grounds",
                            ),
                        ],
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
                        ("text", models.CharField(max_length=500, verbose_name="问题")),
                        ("basis", models.CharField(blank=True, max_length=300, verbose_name="依据")),
                        (
                            "severity",
                            models.CharField(
                                choices=[("minor", "轻微"), ("general", "一般"), ("serious", "严重")], max_length=10
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("rectify", "责令限期整改"),
                                    ("warn", "首违不罚，口头告诫"),
                                    ("remedied", "当场改正，不再处理"),
                                    ("case", "另案处理"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("remedied_on_the_spot", models.BooleanField(default=False, verbose_name="当场已改正")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "整改中"),
                                    ("warned", "首违不罚"),
                                    ("remedied", "当场已改正"),
                                    ("case", "另案处理"),
                                    ("closed", "整改完成"),
                                    ("withdrawn", "已撤销"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="inspections.agency",
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspection_findings",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="inspections.checklistitem",
                            ),
                        ),
                        (
                            "record",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="inspections.check",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "检查发现的问题",
                        "verbose_name_plural": "检查发现的问题",
                        "ordering": ["pk"],
                        "indexes": [
                            models.Index(fields=["enterprise", "item", "-at"], name="inspections_finding_of_firm")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("severity__in", ["minor", "general", "serious"])),
                                name="inspections_finding_severity_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("outcome__in", ["rectify", "warn", "remedied", "case"])),
                                name="inspections_finding_outcome_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["open", "warned", "remedied", "case", "closed", "withdrawn"])
                                ),
                                name="inspections_finding_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True), name="inspections_finding_says_what"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseOutcome",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("punished", models.BooleanField(verbose_name="处理结果")),
                        ("decision", models.CharField(blank=True, max_length=60, verbose_name="决定文号")),
                        ("decided_on", models.DateField(verbose_name="决定日期")),
                        (
                            "fine",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="罚款（元）"
                            ),
                        ),
                        ("remarks", models.CharField(blank=True, max_length=300, verbose_name="说明")),
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
                            "finding",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="case",
                                to="inspections.finding",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("fine", None), ("punished", False)),
                                    models.Q(("punished", True), models.Q(("decision", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="inspections_case_penalty_has_a_decision",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("decision", ""), _negated=True),
                                fields=("decision",),
                                name="inspections_case_decision_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Inspector",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("certificate", models.CharField(max_length=30, unique=True, verbose_name="执法证号")),
                        ("valid_until", models.DateField(verbose_name="有效期至")),
                        ("active", models.BooleanField(default=True, verbose_name="在用")),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspectors",
                                to="inspections.agency",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="certificates",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="执法人员",
                            ),
                        ),
                        (
                            "skills",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="inspections.skill", verbose_name="资质"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "执法人员",
                        "verbose_name_plural": "执法人员",
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("active", True)),
                                fields=("user", "agency"),
                                name="inspections_inspector_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DrawInspector",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("handle", models.CharField(max_length=64)),
                        ("salt", models.CharField(max_length=32)),
                        (
                            "skills",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), size=None
                            ),
                        ),
                        ("lot", models.CharField(blank=True, max_length=64)),
                        ("team", models.PositiveSmallIntegerField(null=True, verbose_name="检查组")),
                        (
                            "draw",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspectors",
                                to="inspections.draw",
                            ),
                        ),
                        (
                            "inspector",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.inspector",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["draw", "team", "lot"],
                        "constraints": [
                            models.UniqueConstraint(fields=("draw", "inspector"), name="inspections_drawinspector_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JointVisit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("day", models.DateField(db_index=True, verbose_name="检查日期")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("proposed", "拟定"),
                                    ("scheduled", "待检查"),
                                    ("under_way", "检查中"),
                                    ("done", "已检查"),
                                    ("cancelled", "已取消"),
                                    ("missed", "未实施"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("locked", models.BooleanField(default=False, verbose_name="已固定")),
                        ("on_the_spot", models.BooleanField(default=False, verbose_name="现场赋码")),
                        ("unannounced", models.BooleanField(default=False, verbose_name="不事先告知")),
                        ("told_at", models.DateTimeField(null=True)),
                        ("begun_at", models.DateTimeField(null=True)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("ended_for", models.CharField(blank=True, max_length=300, verbose_name="原因")),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
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
                                related_name="joint_visits",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="inspections.plan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "综合查一次",
                        "verbose_name_plural": "综合查一次",
                        "ordering": ["-day", "-pk"],
                        "indexes": [models.Index(fields=["enterprise", "day"], name="inspections_visit_of_firm")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        ["proposed", "scheduled", "under_way", "done", "cancelled", "missed"],
                                    )
                                ),
                                name="inspections_visit_status_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("on_the_spot", False), ("status__in", ["scheduled", "under_way"])),
                                fields=("enterprise", "day"),
                                name="inspections_one_visit_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("on_the_spot", True), ("plan__isnull", False), _connector="OR"),
                                name="inspections_visit_is_planned_or_on_the_spot",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JointVisitDeadline",
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
                                    ("inspected", "受检企业"),
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
                                to="inspections.jointvisit",
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
                                name="jointvisitdeadline_rung",
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                fields=["due_at"],
                                name="jointvisitdeadline_open",
                            ),
                            models.Index(
                                condition=models.Q(("user__isnull", False)),
                                fields=["user"],
                                name="jointvisitdeadline_user",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    ("lapsed_at__isnull", True),
                                ),
                                fields=["obligation", "due_at"],
                                name="jointvisitdeadline_lapsing",
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
                                name="jointvisitdeadline_one_open",
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
                                name="jointvisitdeadline_limit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                                ),
                                name="jointvisitdeadline_met_or_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extended_at__isnull", True), ("extended_to__isnull", True)),
                                    models.Q(("extended_at__isnull", False), ("extended_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="jointvisitdeadline_extension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("obligor_kind", "department"), _negated=True),
                                    ("department__isnull", False),
                                    _connector="OR",
                                ),
                                name="jointvisitdeadline_department_known",
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
                                name="jointvisitdeadline_climbs_while_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paused_at__isnull", True),
                                    models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="jointvisitdeadline_paused_while_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JointVisitFiring",
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
                                to="inspections.jointvisitdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rung_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("deadline", "cycle", "rung"), name="jointvisitfiring_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JointVisitPause",
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
                                to="inspections.jointvisitdeadline",
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
                                name="jointvisitpause_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resumed_at__isnull", True),
                                    ("resumed_at__gte", models.F("paused_at")),
                                    _connector="OR",
                                ),
                                name="jointvisitpause_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Need",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("self_chosen", "自选检查"),
                                    ("random", "随机抽查"),
                                    ("statutory", "法定检查"),
                                    ("campaign", "专项检查"),
                                    ("clue", "投诉举报和线索核查"),
                                    ("follow_up", "复查"),
                                    ("emergency", "突发情况处置"),
                                    ("booked", "企业预约"),
                                ],
                                max_length=12,
                                verbose_name="检查类别",
                            ),
                        ),
                        ("basis", models.CharField(max_length=500, verbose_name="依据")),
                        ("ordered_by", models.CharField(blank=True, max_length=200, verbose_name="上级部署文件")),
                        ("first", models.DateField(verbose_name="最早日期")),
                        ("last", models.DateField(verbose_name="最晚日期")),
                        (
                            "parts",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "四分之一天"), (2, "半天"), (4, "一天")], default=1, verbose_name="用时"
                            ),
                        ),
                        ("unannounced", models.BooleanField(default=False, verbose_name="不事先告知")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "待安排"),
                                    ("planned", "已安排"),
                                    ("done", "已检查"),
                                    ("settled", "非现场办结"),
                                    ("dropped", "已撤回"),
                                    ("lapsed", "过期未查"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("unplaced", models.JSONField(default=dict)),
                        ("came_by", models.CharField(default="page", max_length=12)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_for", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="needs",
                                to="inspections.agency",
                                verbose_name="执法部门",
                            ),
                        ),
                        (
                            "created_by",
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
                                related_name="inspection_needs",
                                to="enterprises.enterprise",
                                verbose_name="企业",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="needs",
                                to="inspections.jointvisit",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="needs",
                                to="inspections.plan",
                            ),
                        ),
                        (
                            "skill",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="inspections.skill",
                                verbose_name="需要的资质",
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="needs",
                                to="inspections.subject",
                                verbose_name="检查事项",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "检查需求",
                        "verbose_name_plural": "检查需求",
                        "ordering": ["-created_at", "-pk"],
                        "indexes": [
                            models.Index(fields=["enterprise", "-first"], name="inspections_need_of_firm"),
                            models.Index(fields=["agency", "status"], name="inspections_need_of_agency"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["open", "planned", "done", "settled", "dropped", "lapsed"])
                                ),
                                name="inspections_need_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "self_chosen",
                                            "random",
                                            "statutory",
                                            "campaign",
                                            "clue",
                                            "follow_up",
                                            "emergency",
                                            "booked",
                                        ],
                                    )
                                ),
                                name="inspections_need_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("last__gte", models.F("first"))),
                                name="inspections_need_window_is_a_span",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("basis__regex", "\\S")), name="inspections_need_has_a_basis"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("parts__in", [1, 2, 4])), name="inspections_need_parts_pack"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "planned"), _negated=True),
                                    ("visit__isnull", False),
                                    _connector="OR",
                                ),
                                name="inspections_need_planned_has_a_visit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("status__in", ["done", "settled", "dropped", "lapsed"]),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("status__in", ["done", "settled", "dropped", "lapsed"]), _negated=True
                                        ),
                                        ("ended_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="inspections_need_ended_has_a_time",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ["open", "planned"])),
                                fields=("enterprise", "subject", "kind", "first", "last"),
                                name="inspections_need_waits_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DrawRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("handle", models.CharField(max_length=64)),
                        ("salt", models.CharField(max_length=32)),
                        ("weight", models.PositiveSmallIntegerField(verbose_name="权重")),
                        ("points", models.JSONField(default=dict)),
                        (
                            "subjects",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveBigIntegerField(), size=None
                            ),
                        ),
                        ("lot", models.CharField(blank=True, max_length=64)),
                        ("rank", models.PositiveIntegerField(null=True, verbose_name="名次")),
                        ("team", models.PositiveSmallIntegerField(null=True, verbose_name="检查组")),
                        ("skipped", models.CharField(blank=True, max_length=300)),
                        (
                            "draw",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="inspections.draw"
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.enterprise",
                            ),
                        ),
                        ("needs", models.ManyToManyField(related_name="drawn_in", to="inspections.need")),
                    ],
                    options={
                        "verbose_name": "抽查名单",
                        "verbose_name_plural": "抽查名单",
                        "ordering": ["draw", "handle"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("draw", "enterprise"), name="inspections_drawrow_firm_once"
                            ),
                            models.UniqueConstraint(fields=("draw", "handle"), name="inspections_drawrow_handle_once"),
                            models.UniqueConstraint(fields=("draw", "rank"), name="inspections_drawrow_rank_once"),
                            models.CheckConstraint(
                                condition=models.Q(("weight__gte", 1)), name="inspections_drawrow_weighs_something"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NeedImport",
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
                            "agency",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.agency",
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
                        "verbose_name": "检查需求导入",
                        "verbose_name_plural": "检查需求导入",
                        "ordering": ["-pk"],
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["checking", "applying", "undoing"])),
                                fields=["moved_at"],
                                name="inspections_import_waiting",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NeedImportRow",
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
                        ("values", models.JSONField(default=dict)),
                        ("problems", models.JSONField(default=list)),
                        ("raw", models.JSONField(default=list)),
                        ("kept", models.JSONField(default=list)),
                        ("firm", models.CharField(blank=True, max_length=200)),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="inspections.needimport",
                            ),
                        ),
                        (
                            "need",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="inspections.need",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["number"],
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["batch", "outcome", "number"], name="inspections_import_outcome")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("batch", "number"), name="inspections_import_row_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Plan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                        ("title", models.CharField(max_length=60, verbose_name="名称")),
                        ("first", models.DateField(verbose_name="从")),
                        ("last", models.DateField(verbose_name="到")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "编制中"),
                                    ("computing", "计算中"),
                                    ("proposed", "待调整送审"),
                                    ("submitted", "待审批"),
                                    ("approved", "已批准"),
                                    ("dropped", "已作废"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("gap", models.PositiveSmallIntegerField(verbose_name="最少间隔（工作日）")),
                        ("seconds", models.PositiveSmallIntegerField(default=20, verbose_name="计算时间（秒）")),
                        ("seed", models.PositiveIntegerField(default=1)),
                        ("figures", models.JSONField(default=dict)),
                        ("progress", models.JSONField(default=dict)),
                        ("run", models.UUIDField(null=True)),
                        ("beat_at", models.DateTimeField(null=True)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("created_at", models.DateTimeField()),
                        ("moved_at", models.DateTimeField()),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, max_length=300)),
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
                            "created_by",
                            models.ForeignKey(
                                null=True,
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
                        "verbose_name": "检查计划",
                        "verbose_name_plural": "检查计划",
                        "ordering": ["-created_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        ["draft", "computing", "proposed", "submitted", "approved", "dropped"],
                                    )
                                ),
                                name="inspections_plan_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("last__gte", models.F("first"))),
                                name="inspections_plan_ends_after_beginning",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "approved"), _negated=True),
                                    models.Q(
                                        ("approved_at__isnull", False),
                                        models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="inspections_plan_approved_by_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanDeadline",
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
                                    ("inspected", "受检企业"),
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
                                to="inspections.plan",
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
                                name="plandeadline_rung",
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                fields=["due_at"],
                                name="plandeadline_open",
                            ),
                            models.Index(
                                condition=models.Q(("user__isnull", False)), fields=["user"], name="plandeadline_user"
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    ("lapsed_at__isnull", True),
                                ),
                                fields=["obligation", "due_at"],
                                name="plandeadline_lapsing",
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
                                name="plandeadline_one_open",
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
                                name="plandeadline_limit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                                ),
                                name="plandeadline_met_or_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extended_at__isnull", True), ("extended_to__isnull", True)),
                                    models.Q(("extended_at__isnull", False), ("extended_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="plandeadline_extension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("obligor_kind", "department"), _negated=True),
                                    ("department__isnull", False),
                                    _connector="OR",
                                ),
                                name="plandeadline_department_known",
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
                                name="plandeadline_climbs_while_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paused_at__isnull", True),
                                    models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="plandeadline_paused_while_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanFiring",
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
                                to="inspections.plandeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rung_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("deadline", "cycle", "rung"), name="planfiring_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanPause",
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
                                to="inspections.plandeadline",
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
                                name="planpause_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resumed_at__isnull", True),
                                    ("resumed_at__gte", models.F("paused_at")),
                                    _connector="OR",
                                ),
                                name="planpause_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PointEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField()),
                        (
                            "why",
                            models.CharField(
                                choices=[
                                    ("deducted", "检查发现问题"),
                                    ("restored", "按期整改完成，恢复"),
                                    ("annulled", "责令整改撤销，恢复"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("points", models.SmallIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="points",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "finding",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="points",
                                to="inspections.finding",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "包容执法积分",
                        "verbose_name_plural": "包容执法积分",
                        "ordering": ["-at", "-pk"],
                        "indexes": [models.Index(fields=["enterprise", "year"], name="inspections_points_of_firm")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("why", "deducted")),
                                fields=("finding",),
                                name="inspections_points_taken_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("why", "deducted"), _negated=True),
                                fields=("finding",),
                                name="inspections_points_given_back_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("points__lt", 0), ("why", "deducted")),
                                    models.Q(models.Q(("why", "deducted"), _negated=True), ("points__gt", 0)),
                                    _connector="OR",
                                ),
                                name="inspections_points_signed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Proof",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(max_length=2000, verbose_name="整改情况")),
                        ("at", models.DateTimeField()),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[("accepted", "通过"), ("returned", "退回"), ("on_site", "现场复查")],
                                max_length=10,
                                verbose_name="审核结论",
                            ),
                        ),
                        ("answer", models.CharField(blank=True, max_length=500, verbose_name="审核意见")),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                            "rectification",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proofs",
                                to="inspections.rectification",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("verdict", "")),
                                    models.Q(models.Q(("verdict", ""), _negated=True), ("decided_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="inspections_proof_decided_at",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("verdict", "")),
                                fields=("rectification",),
                                name="inspections_proof_one_waits",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProofFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "file",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                            ),
                        ),
                        (
                            "proof",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="inspections.proof",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Rectification",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "待整改"),
                                    ("submitted", "待审核"),
                                    ("recheck", "待现场复查"),
                                    ("closed", "整改完成"),
                                    ("withdrawn", "已撤销"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("ordered_at", models.DateTimeField(verbose_name="责令时间")),
                        ("moved_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_for", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                        ("again", models.ManyToManyField(related_name="again_of", to="inspections.finding")),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rectifications",
                                to="inspections.agency",
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
                                related_name="rectifications",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "finding",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rectification",
                                to="inspections.finding",
                            ),
                        ),
                        (
                            "ordered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "recheck",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recheck_of",
                                to="inspections.need",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rectifications",
                                to="inspections.jointvisit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "整改",
                        "verbose_name_plural": "整改",
                        "ordering": ["-ordered_at", "-pk"],
                        "indexes": [
                            models.Index(fields=["enterprise", "-ordered_at"], name="inspections_rectify_of_firm"),
                            models.Index(fields=["agency", "status"], name="inspections_rectify_of_agency"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["open", "submitted", "recheck", "closed", "withdrawn"])
                                ),
                                name="inspections_rectification_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", False), ("status__in", ["closed", "withdrawn"])),
                                    models.Q(
                                        models.Q(("status__in", ["closed", "withdrawn"]), _negated=True),
                                        ("ended_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="inspections_rectification_ended_has_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "recheck"), _negated=True),
                                    ("recheck__isnull", False),
                                    _connector="OR",
                                ),
                                name="inspections_rectification_recheck_has_a_need",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MoreTime",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("until", models.DateField(verbose_name="延到")),
                        ("reason", models.CharField(max_length=500, verbose_name="原因")),
                        ("asked_at", models.DateTimeField()),
                        ("granted", models.BooleanField(null=True)),
                        ("answer", models.CharField(blank=True, max_length=300, verbose_name="答复")),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                            "rectification",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="more_time",
                                to="inspections.rectification",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("granted", None)),
                                    models.Q(("decided_at__isnull", False), ("granted__isnull", False)),
                                    _connector="OR",
                                ),
                                name="inspections_moretime_decided_at",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RectificationDeadline",
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
                                    ("inspected", "受检企业"),
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
                                to="inspections.rectification",
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
                                name="rectificationdeadline_rung",
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                fields=["due_at"],
                                name="rectificationdeadline_open",
                            ),
                            models.Index(
                                condition=models.Q(("user__isnull", False)),
                                fields=["user"],
                                name="rectificationdeadline_user",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    ("lapsed_at__isnull", True),
                                ),
                                fields=["obligation", "due_at"],
                                name="rectificationdeadline_lapsing",
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
                                name="rectificationdeadline_one_open",
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
                                name="rectificationdeadline_limit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                                ),
                                name="rectificationdeadline_met_or_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extended_at__isnull", True), ("extended_to__isnull", True)),
                                    models.Q(("extended_at__isnull", False), ("extended_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="rectificationdeadline_extension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("obligor_kind", "department"), _negated=True),
                                    ("department__isnull", False),
                                    _connector="OR",
                                ),
                                name="rectificationdeadline_department_known",
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
                                name="rectificationdeadline_climbs_while_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paused_at__isnull", True),
                                    models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="rectificationdeadline_paused_while_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RectificationFiring",
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
                                to="inspections.rectificationdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rung_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("deadline", "cycle", "rung"), name="rectificationfiring_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RectificationPause",
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
                                to="inspections.rectificationdeadline",
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
                                name="rectificationpause_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resumed_at__isnull", True),
                                    ("resumed_at__gte", models.F("paused_at")),
                                    _connector="OR",
                                ),
                                name="rectificationpause_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ResultOwed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since", models.DateTimeField(db_index=True)),
                        ("key", models.UUIDField(default=uuid.uuid4)),
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.jointvisit",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["since", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="RoundDeadline",
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
                                    ("inspected", "受检企业"),
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
                        (
                            "subject",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="inspections.whitelistround",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_rung_at__isnull", False)),
                                fields=["next_rung_at"],
                                name="rounddeadline_rung",
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                fields=["due_at"],
                                name="rounddeadline_open",
                            ),
                            models.Index(
                                condition=models.Q(("user__isnull", False)), fields=["user"], name="rounddeadline_user"
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    ("lapsed_at__isnull", True),
                                ),
                                fields=["obligation", "due_at"],
                                name="rounddeadline_lapsing",
                            ),
                        ],
                        "constraints": [
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
                                name="rounddeadline_limit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                                ),
                                name="rounddeadline_met_or_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extended_at__isnull", True), ("extended_to__isnull", True)),
                                    models.Q(("extended_at__isnull", False), ("extended_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="rounddeadline_extension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("obligor_kind", "department"), _negated=True),
                                    ("department__isnull", False),
                                    _connector="OR",
                                ),
                                name="rounddeadline_department_known",
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
                                name="rounddeadline_climbs_while_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paused_at__isnull", True),
                                    models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="rounddeadline_paused_while_open",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    models.Q(("obligation__in", ("instruction",)), _negated=True),
                                ),
                                fields=("subject", "obligation", "department"),
                                name="rounddeadline_one_open",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoundFiring",
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
                                to="inspections.rounddeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rung_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("deadline", "cycle", "rung"), name="roundfiring_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoundPause",
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
                                to="inspections.rounddeadline",
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
                                name="roundpause_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resumed_at__isnull", True),
                                    ("resumed_at__gte", models.F("paused_at")),
                                    _connector="OR",
                                ),
                                name="roundpause_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rules",
                    fields=[
                        ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                        (
                            "yearly_cap",
                            models.PositiveSmallIntegerField(default=4, verbose_name="每户每年检查上限（次）"),
                        ),
                        (
                            "gap",
                            models.PositiveSmallIntegerField(default=10, verbose_name="两次检查最少间隔（工作日）"),
                        ),
                        (
                            "term_months",
                            models.PositiveSmallIntegerField(default=12, verbose_name="白名单有效期（月）"),
                        ),
                        ("code_hours", models.PositiveSmallIntegerField(default=12, verbose_name="检查码有效（小时）")),
                        ("points_start", models.PositiveSmallIntegerField(default=12, verbose_name="包容执法起始分")),
                    ],
                    options={
                        "verbose_name": "检查规则",
                        "verbose_name_plural": "检查规则",
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("id", 1)), name="inspections_one_row_of_rules")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Settlement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("lines", models.JSONField(default=list)),
                        ("told", models.BooleanField(default=True)),
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
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.criterionversion",
                            ),
                        ),
                        (
                            "need",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="settlement",
                                to="inspections.need",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "非现场办结",
                        "verbose_name_plural": "非现场办结",
                        "ordering": ["-at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Subject",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=30, unique=True, verbose_name="编号")),
                        ("name", models.CharField(max_length=120, verbose_name="检查事项")),
                        ("item", models.CharField(blank=True, max_length=120, verbose_name="检查子项")),
                        ("basis", models.TextField(max_length=2000, verbose_name="检查依据")),
                        ("object", models.CharField(blank=True, max_length=300, verbose_name="检查对象")),
                        (
                            "method",
                            models.CharField(
                                choices=[("on_site", "现场检查"), ("on_paper", "书面检查"), ("by_data", "数据比对")],
                                default="on_site",
                                max_length=10,
                                verbose_name="检查方式",
                            ),
                        ),
                        ("frequency", models.CharField(blank=True, max_length=200, verbose_name="检查频次")),
                        (
                            "per_year",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="每户每年（次）"),
                        ),
                        (
                            "share",
                            models.DecimalField(
                                blank=True, decimal_places=4, max_digits=5, null=True, verbose_name="抽查比例"
                            ),
                        ),
                        (
                            "parts",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "四分之一天"), (2, "半天"), (4, "一天")], default=1, verbose_name="用时"
                            ),
                        ),
                        ("unannounced", models.BooleanField(default=False, verbose_name="不事先告知")),
                        ("source", models.CharField(blank=True, max_length=200, verbose_name="出处")),
                        ("active", models.BooleanField(default=True, verbose_name="在用")),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subjects",
                                to="inspections.agency",
                                verbose_name="执法部门",
                            ),
                        ),
                        (
                            "concerns",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.criterion",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.criterion",
                            ),
                        ),
                        (
                            "skill",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="inspections.skill",
                                verbose_name="需要的资质",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "检查事项",
                        "verbose_name_plural": "检查事项",
                        "ordering": ["agency", "code"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("parts__in", [1, 2, 4])), name="inspections_subject_parts_pack"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("share", None), models.Q(("share__gt", 0), ("share__lte", 1)), _connector="OR"
                                ),
                                name="inspections_subject_share_is_a_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("basis", ""), _negated=True), name="inspections_subject_has_a_basis"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BlockedAttempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("self_chosen", "自选检查"),
                                    ("random", "随机抽查"),
                                    ("statutory", "法定检查"),
                                    ("campaign", "专项检查"),
                                    ("clue", "投诉举报和线索核查"),
                                    ("follow_up", "复查"),
                                    ("emergency", "突发情况处置"),
                                    ("booked", "企业预约"),
                                ],
                                max_length=12,
                                verbose_name="检查类别",
                            ),
                        ),
                        ("first", models.DateField()),
                        ("last", models.DateField()),
                        (
                            "why",
                            models.CharField(
                                choices=[
                                    ("whitelist", "白名单企业"),
                                    ("cap", "已到年度检查上限"),
                                    ("multi_head", "多头检查"),
                                ],
                                max_length=10,
                                verbose_name="原因",
                            ),
                        ),
                        ("way", models.CharField(max_length=12, verbose_name="途径")),
                        ("words", models.CharField(max_length=300)),
                        ("at", models.DateTimeField(db_index=True)),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="blocked",
                                to="inspections.agency",
                                verbose_name="执法部门",
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
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.enterprise",
                                verbose_name="企业",
                            ),
                        ),
                        (
                            "subject",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.subject",
                                verbose_name="检查事项",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "被拦下的检查",
                        "verbose_name_plural": "被拦下的检查",
                        "ordering": ["-at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="名称")),
                        ("active", models.BooleanField(default=True, verbose_name="在用")),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="teams",
                                to="inspections.agency",
                            ),
                        ),
                        (
                            "members",
                            models.ManyToManyField(
                                related_name="teams", to="inspections.inspector", verbose_name="成员"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "检查组",
                        "verbose_name_plural": "检查组",
                        "ordering": ["agency", "pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("agency", "name"), name="inspections_team_named_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Away",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("first", models.DateField(verbose_name="从")),
                        ("last", models.DateField(verbose_name="到")),
                        ("reason", models.CharField(blank=True, max_length=100, verbose_name="事由")),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="away", to="inspections.team"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["first"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last__gte", models.F("first"))),
                                name="inspections_away_ends_after_beginning",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Upload",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        ("digest", models.CharField(max_length=64)),
                        ("at", models.DateTimeField()),
                        ("written_at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "part",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uploads",
                                to="inspections.visitpart",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("part",), name="inspections_upload_one_a_part")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitCode",
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
                        ("issued_at", models.DateTimeField(verbose_name="赋码时间")),
                        ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "revoked_for",
                            models.CharField(
                                blank=True,
                                choices=[("replaced", "换了新码"), ("moved", "检查改期"), ("cancelled", "检查取消")],
                                max_length=10,
                            ),
                        ),
                        (
                            "issued_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="赋码人",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="codes",
                                to="inspections.jointvisit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "检查码",
                        "verbose_name_plural": "检查码",
                        "ordering": ["-issued_at", "-pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_at", None)),
                                fields=("visit",),
                                name="inspections_code_one_valid",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                                name="inspections_code_expires_later",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("revoked_at", None), ("revoked_for", "")),
                                    models.Q(
                                        ("revoked_at__isnull", False), models.Q(("revoked_for", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="inspections_code_revoked_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodeScan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("of_firm", models.BooleanField(default=False)),
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
                            "code",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scans",
                                to="inspections.visitcode",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "扫码记录",
                        "verbose_name_plural": "扫码记录",
                        "ordering": ["-at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Arrival",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                            "visit",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="arrival",
                                to="inspections.jointvisit",
                            ),
                        ),
                        (
                            "code",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.visitcode",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="VisitPart",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("leads", models.BooleanField(default=False, verbose_name="牵头")),
                        ("recorded_at", models.DateTimeField(null=True)),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visit_parts",
                                to="inspections.agency",
                            ),
                        ),
                        ("inspectors", models.ManyToManyField(related_name="visit_parts", to="inspections.inspector")),
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
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.team",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="inspections.jointvisit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "参检部门",
                        "verbose_name_plural": "参检部门",
                        "ordering": ["-leads", "pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("visit", "agency"), name="inspections_part_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("leads", True)),
                                fields=("visit",),
                                name="inspections_part_one_leads",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Signature",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "whose",
                            models.CharField(choices=[("inspector", "检查人员"), ("firm", "企业人员")], max_length=10),
                        ),
                        ("name", models.CharField(blank=True, max_length=40, verbose_name="姓名")),
                        ("title", models.CharField(blank=True, max_length=40, verbose_name="职务")),
                        ("refused_for", models.CharField(blank=True, max_length=300, verbose_name="拒签原因")),
                        ("at", models.DateTimeField()),
                        (
                            "image",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="files.storedfile",
                            ),
                        ),
                        (
                            "part",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatures",
                                to="inspections.visitpart",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-whose", "pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("part", "whose"), name="inspections_signature_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("image__isnull", False),
                                        ("refused_for", ""),
                                        models.Q(("name", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("image", None), ("whose", "firm"), models.Q(("refused_for", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="inspections_signature_drawn_or_refused",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecordDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=0)),
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
                            "part",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="drafts",
                                to="inspections.visitpart",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("part", "user"), name="inspections_recorddraft_one_each")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Crew",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("parts", models.PositiveSmallIntegerField()),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="crews", to="inspections.team"
                            ),
                        ),
                        (
                            "part",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="crews",
                                to="inspections.visitpart",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("part", "team"), name="inspections_crew_once"),
                            models.CheckConstraint(
                                condition=models.Q(("parts__gte", 1), ("parts__lte", 4)),
                                name="inspections_crew_within_a_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckPhoto",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                            "file",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.checklistitem",
                            ),
                        ),
                        (
                            "record",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="photos",
                                to="inspections.check",
                            ),
                        ),
                        (
                            "need",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inspections.need"
                            ),
                        ),
                        (
                            "part",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="photos",
                                to="inspections.visitpart",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Amendment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("text", models.TextField(max_length=2000, verbose_name="更正内容")),
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
                            "part",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="amendments",
                                to="inspections.visitpart",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="VisitRating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "stars",
                            models.PositiveSmallIntegerField(
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                                verbose_name="总体",
                            ),
                        ),
                        ("showed_papers", models.BooleanField(verbose_name="出示了执法证")),
                        ("showed_code", models.BooleanField(verbose_name="亮了检查码")),
                        ("told_rights", models.BooleanField(verbose_name="告知了检查事项和企业的权利")),
                        ("was_civil", models.BooleanField(verbose_name="文明规范")),
                        ("asked_no_more", models.BooleanField(verbose_name="没有要求无关资料")),
                        ("comment", models.CharField(blank=True, max_length=500, verbose_name="想说的话")),
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rating",
                                to="inspections.jointvisit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "检查评价",
                        "verbose_name_plural": "检查评价",
                        "ordering": ["-at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("stars__gte", 1), ("stars__lte", 5)),
                                name="inspections_rating_one_to_five",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Warned",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                        ("day", models.DateField(verbose_name="告知日期")),
                        ("until", models.DateField()),
                        ("at", models.DateTimeField()),
                        (
                            "agency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inspections.agency"
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspection_warnings",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "finding",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="warned",
                                to="inspections.finding",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inspections.checklistitem",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "首违不罚",
                        "verbose_name_plural": "首违不罚",
                        "ordering": ["-at", "-pk"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("enterprise", "="),
                                    ("item", "="),
                                    (inspections.models.whitelist.Term("day", "until", models.Value("[]")), "&&"),
                                ],
                                name="inspections_warned_first_alone",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WhitelistRound",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=60, unique=True, verbose_name="批次")),
                        ("term_from", models.DateField(verbose_name="有效期自")),
                        ("term_until", models.DateField(verbose_name="有效期至")),
                        ("at", models.DateTimeField()),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
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
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.criterionversion",
                                verbose_name="条件",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "白名单批次",
                        "verbose_name_plural": "白名单批次",
                        "ordering": ["-at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("term_until__gt", models.F("term_from"))),
                                name="inspections_round_term_ends_after_beginning",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
