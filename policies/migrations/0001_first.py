import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from portal.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("deadlines", "0006_visitor_ladder"),
        ("enterprises", "0007_declarations"),
        ("files", "0002_shelf"),
        ("people", "0003_chiefs"),
        ("people", "__first__"),
        ("requests", "0013_visits_and_reports"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Claim",
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
                            "status",
                            models.CharField(
                                choices=[
                                    ("listed", "待企业确认"),
                                    ("waiting", "候补"),
                                    ("submitted", "待受理"),
                                    ("supplement", "待补正"),
                                    ("review", "联合审查中"),
                                    ("approve", "待审批"),
                                    ("publish", "待公示"),
                                    ("publicity", "公示中"),
                                    ("objection", "异议处理中"),
                                    ("payment", "待兑付"),
                                    ("paid", "已兑付"),
                                    ("rejected", "未通过"),
                                    ("withdrawn", "已撤回"),
                                    ("lapsed", "已失效"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("place", models.PositiveIntegerField(null=True)),
                        ("waits_since", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("filed_at", models.DateTimeField(null=True)),
                        ("contact_name", models.CharField(blank=True, max_length=40, verbose_name="联系人")),
                        ("contact_phone", models.CharField(blank=True, max_length=40, verbose_name="联系电话")),
                        ("account_name", models.CharField(blank=True, max_length=120, verbose_name="开户名称")),
                        ("bank", models.CharField(blank=True, max_length=80, verbose_name="开户银行")),
                        ("account", models.CharField(blank=True, max_length=40, verbose_name="银行账号")),
                        ("answers", models.JSONField(default=dict)),
                        ("statement", models.TextField(blank=True, max_length=2000, verbose_name="申报说明")),
                        ("seen", models.JSONField(default=list)),
                        ("deviations", models.JSONField(default=list)),
                        ("checked_at", models.DateTimeField(null=True)),
                        (
                            "asked_amount",
                            models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name="申报金额"),
                        ),
                        ("working", models.JSONField(default=list)),
                        (
                            "amount",
                            models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name="核定金额"),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("stars", models.PositiveSmallIntegerField(null=True, verbose_name="评分")),
                        ("comment", models.CharField(blank=True, max_length=300, verbose_name="评价")),
                        ("rated_at", models.DateTimeField(null=True)),
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
                                related_name="claims",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "filed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "publicity",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claims",
                                to="policies.publicity",
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claims",
                                to="policies.round",
                                verbose_name="批次",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "申报",
                        "verbose_name_plural": "申报",
                        "ordering": ["-created_at", "-pk"],
                        "indexes": [
                            models.Index(fields=["enterprise", "-created_at"], name="policies_claim_of_firm"),
                            models.Index(fields=["round", "status"], name="policies_claim_of_round"),
                            models.Index(
                                condition=models.Q(("status__in", ["waiting", "publicity"])),
                                fields=["status"],
                                name="policies_claim_waits_for_time",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("place", None),
                                    models.Q(
                                        ("place__gte", 1),
                                        models.Q(("status__in", ["rejected", "withdrawn", "lapsed"]), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="policies_claim_place_is_given_back",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("status__in", ["paid", "rejected", "withdrawn", "lapsed"]),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("status__in", ["paid", "rejected", "withdrawn", "lapsed"]), _negated=True
                                        ),
                                        ("ended_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="policies_claim_ended_has_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("stars", None),
                                    models.Q(("stars__range", (1, 5)), ("status__in", ["paid", "rejected"])),
                                    _connector="OR",
                                ),
                                name="policies_claim_rated_at_the_end",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        [
                                            "listed",
                                            "waiting",
                                            "submitted",
                                            "supplement",
                                            "review",
                                            "approve",
                                            "publish",
                                            "publicity",
                                            "objection",
                                            "payment",
                                            "paid",
                                            "rejected",
                                            "withdrawn",
                                            "lapsed",
                                        ],
                                    )
                                ),
                                name="policies_claim_status_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ["rejected", "withdrawn", "lapsed"]), _negated=True),
                                fields=("round", "enterprise"),
                                name="policies_claim_once_in_a_round",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("place__isnull", False)),
                                fields=("round", "place"),
                                name="policies_claim_place_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("status__in", ["publish", "publicity", "objection", "payment", "paid"]),
                                        _negated=True,
                                    ),
                                    models.Q(("amount__isnull", False), ("decided_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="policies_claim_approved_has_an_amount",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimDeadline",
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
                                to="policies.claim",
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
                                name="claimdeadline_rung",
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                fields=["due_at"],
                                name="claimdeadline_open",
                            ),
                            models.Index(
                                condition=models.Q(("user__isnull", False)), fields=["user"], name="claimdeadline_user"
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    ("lapsed_at__isnull", True),
                                ),
                                fields=["obligation", "due_at"],
                                name="claimdeadline_lapsing",
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
                                name="claimdeadline_one_open",
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
                                name="claimdeadline_limit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                                ),
                                name="claimdeadline_met_or_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extended_at__isnull", True), ("extended_to__isnull", True)),
                                    models.Q(("extended_at__isnull", False), ("extended_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="claimdeadline_extension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("obligor_kind", "department"), _negated=True),
                                    ("department__isnull", False),
                                    _connector="OR",
                                ),
                                name="claimdeadline_department_known",
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
                                name="claimdeadline_climbs_while_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paused_at__isnull", True),
                                    models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="claimdeadline_paused_while_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("material", models.CharField(blank=True, max_length=80)),
                        ("at", models.DateTimeField()),
                        (
                            "claim",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="files", to="policies.claim"
                            ),
                        ),
                        (
                            "file",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimFiring",
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
                                to="policies.claimdeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rung_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("deadline", "cycle", "rung"), name="claimfiring_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimPause",
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
                                to="policies.claimdeadline",
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
                                name="claimpause_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resumed_at__isnull", True),
                                    ("resumed_at__gte", models.F("paused_at")),
                                    _connector="OR",
                                ),
                                name="claimpause_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimReview",
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
                                choices=[("agrees", "同意"), ("less", "同意但核减"), ("opposes", "不同意")],
                                max_length=10,
                                verbose_name="意见",
                            ),
                        ),
                        ("opinion", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                        (
                            "amount",
                            models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name="建议金额"),
                        ),
                        ("at", models.DateTimeField(null=True)),
                        ("superseded_at", models.DateTimeField(null=True)),
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
                            "claim",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="policies.claim"
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.department"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at", None)),
                                fields=("claim", "department"),
                                name="policies_review_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("at", None), ("says", "")),
                                    models.Q(models.Q(("says", ""), _negated=True), ("at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="policies_review_said_at",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimSupplement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("items", models.CharField(max_length=500, verbose_name="要补的内容")),
                        ("asked_at", models.DateTimeField()),
                        ("answer", models.CharField(blank=True, max_length=1000, verbose_name="补充说明")),
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "claim",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supplement",
                                to="policies.claim",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Clause",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="条款号")),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "criterion",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clause",
                                to="enterprises.criterion",
                                verbose_name="条件",
                            ),
                        ),
                        (
                            "current",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="policies.clauseversion",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clauses",
                                to="policies.policy",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "条款",
                        "verbose_name_plural": "条款",
                        "ordering": ["policy", "number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("policy", "number"), name="policies_clause_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClauseVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("title", models.CharField(max_length=80, verbose_name="条款名称")),
                        ("title_en", models.CharField(blank=True, max_length=160, verbose_name="英文名称")),
                        (
                            "support",
                            models.CharField(
                                choices=[
                                    ("funds", "资金补助"),
                                    ("award", "奖励"),
                                    ("tax", "税费减免"),
                                    ("finance", "融资支持"),
                                    ("talent", "人才用工"),
                                    ("land", "用地用能"),
                                    ("premises", "场地租金"),
                                    ("honour", "资质荣誉"),
                                    ("service", "公共服务"),
                                ],
                                max_length=10,
                                verbose_name="支持方式",
                            ),
                        ),
                        ("conditions", models.TextField(max_length=4000, verbose_name="条件原文")),
                        ("tree", models.JSONField(blank=True, null=True, verbose_name="条件")),
                        ("benefit", models.TextField(max_length=2000, verbose_name="支持内容")),
                        ("formula", models.JSONField(blank=True, null=True, verbose_name="金额")),
                        ("universal", models.BooleanField(default=True, verbose_name="普惠")),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("by_data", "数据核校"),
                                    ("by_review", "审查遴选"),
                                    ("claim_free", "免申即享"),
                                    ("elsewhere", "向上级平台申报"),
                                    ("enjoyed", "自行享受"),
                                ],
                                max_length=10,
                                verbose_name="兑现方式",
                            ),
                        ),
                        ("materials", models.JSONField(blank=True, default=list, verbose_name="申报材料")),
                        ("procedure", models.TextField(blank=True, max_length=2000, verbose_name="办理流程")),
                        ("window", models.CharField(blank=True, max_length=120, verbose_name="申报时间")),
                        ("publicity_days", models.PositiveSmallIntegerField(default=5, verbose_name="公示工作日")),
                        ("claim_url", models.URLField(blank=True, max_length=300, verbose_name="上级申报网址")),
                        (
                            "clause",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="policies.clause",
                            ),
                        ),
                        (
                            "responsible",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.department",
                                verbose_name="受理单位",
                            ),
                        ),
                        (
                            "reviewers",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="people.department", verbose_name="联审单位"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clauses",
                                to="policies.policyversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "条款版本",
                        "verbose_name_plural": "条款版本",
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "clause"), name="policies_clauseversion_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Exclusion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="名称")),
                        ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                        (
                            "rule",
                            models.CharField(
                                choices=[("highest", "就高不重复"), ("cap", "合计封顶")],
                                max_length=10,
                                verbose_name="规则",
                            ),
                        ),
                        (
                            "cap",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="合计上限(元)"
                            ),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "clauses",
                            models.ManyToManyField(
                                related_name="exclusions", to="policies.clause", verbose_name="条款"
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.department"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "互斥规则",
                        "verbose_name_plural": "互斥规则",
                        "ordering": ["name", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cap__isnull", False), ("rule", "cap")),
                                    models.Q(("cap__isnull", True), ("rule", "highest")),
                                    _connector="OR",
                                ),
                                name="policies_exclusion_cap_names_a_sum",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Muted",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "support",
                            models.CharField(
                                choices=[
                                    ("funds", "资金补助"),
                                    ("award", "奖励"),
                                    ("tax", "税费减免"),
                                    ("finance", "融资支持"),
                                    ("talent", "人才用工"),
                                    ("land", "用地用能"),
                                    ("premises", "场地租金"),
                                    ("honour", "资质荣誉"),
                                    ("service", "公共服务"),
                                ],
                                max_length=10,
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
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "support"), name="policies_muted_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Objection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(max_length=1000, verbose_name="异议")),
                        ("name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("phone", models.CharField(max_length=40, verbose_name="联系电话")),
                        ("at", models.DateTimeField()),
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
                            "claim",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objections",
                                to="policies.claim",
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
                    ],
                    options={
                        "ordering": ["at", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("upheld", None)),
                                    models.Q(("decided_at__isnull", False), ("upheld__isnull", False)),
                                    _connector="OR",
                                ),
                                name="policies_objection_decided_at",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Payment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="金额")),
                        ("paid_on", models.DateField(verbose_name="兑付日期")),
                        ("voucher", models.CharField(max_length=40, unique=True, verbose_name="凭证号")),
                        ("at", models.DateTimeField()),
                        ("received_at", models.DateTimeField(null=True)),
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
                            "claim",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="payment", to="policies.claim"
                            ),
                        ),
                        (
                            "received_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "兑付",
                        "verbose_name_plural": "兑付",
                        "ordering": ["-paid_on", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="policies_payment_is_money"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Policy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="编号")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="废止时间")),
                        ("ended_for", models.CharField(blank=True, max_length=300, verbose_name="废止原因")),
                        ("expiry_told_at", models.DateTimeField(blank=True, null=True)),
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
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="policies",
                                to="people.department",
                                verbose_name="责任单位",
                            ),
                        ),
                        (
                            "follows",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followed_by",
                                to="policies.policy",
                                verbose_name="承接政策",
                            ),
                        ),
                        (
                            "current",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="policies.policyversion",
                                verbose_name="现行版本",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "政策",
                        "verbose_name_plural": "政策",
                        "ordering": ["-created_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at", None), models.Q(("ended_for", ""), _negated=True), _connector="OR"
                                ),
                                name="policies_policy_ended_for_a_reason",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("question", models.CharField(max_length=300, verbose_name="问题")),
                        ("answer", models.TextField(max_length=2000, verbose_name="解答")),
                        (
                            "status",
                            models.CharField(
                                choices=[("draft", "草稿"), ("published", "已公开"), ("withdrawn", "已撤下")],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("written_at", models.DateTimeField()),
                        ("published_at", models.DateTimeField(null=True)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        (
                            "clause",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="policies.clause",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="policies.policy",
                            ),
                        ),
                        (
                            "published_by",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="requests.ticket",
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
                        "verbose_name": "政策问答",
                        "verbose_name_plural": "政策问答",
                        "ordering": ["-published_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "published"), _negated=True),
                                    models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="policies_answer_published_by_somebody",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyImport",
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
                            "department",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.department",
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
                        "verbose_name": "政策导入",
                        "verbose_name_plural": "政策导入",
                        "ordering": ["-pk"],
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["checking", "applying", "undoing"])),
                                fields=["moved_at"],
                                name="policies_import_waiting",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyImportRow",
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
                        ("head", models.PositiveIntegerField(default=0)),
                        ("title", models.CharField(blank=True, max_length=120)),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="policies.policyimport",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="policies.policy",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["number"],
                        "abstract": False,
                        "indexes": [
                            models.Index(fields=["batch", "outcome", "number"], name="policies_import_outcome")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("batch", "number"), name="policies_import_row_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyQuestion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("set_aside_at", models.DateTimeField(null=True)),
                        (
                            "clause",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="policies.clause",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="questions",
                                to="policies.policy",
                            ),
                        ),
                        (
                            "set_aside_by",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="policy_question",
                                to="requests.ticket",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="版本")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "草稿"),
                                    ("review", "待审核"),
                                    ("scheduled", "待生效"),
                                    ("in_force", "现行"),
                                    ("superseded", "已被替代"),
                                    ("dropped", "已放弃"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="政策名称")),
                        ("title_en", models.CharField(blank=True, max_length=200, verbose_name="英文名称")),
                        ("document_number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                        ("issuer", models.CharField(max_length=120, verbose_name="发文机关")),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("national", "国家级"),
                                    ("provincial", "省级"),
                                    ("municipal", "设区市级"),
                                    ("county", "县市级"),
                                    ("town", "镇级"),
                                ],
                                max_length=10,
                                verbose_name="级别",
                            ),
                        ),
                        ("issued_on", models.DateField(blank=True, null=True, verbose_name="发文日期")),
                        ("valid_from", models.DateField(verbose_name="有效期自")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                        ("object", models.TextField(max_length=1000, verbose_name="支持对象")),
                        ("area", models.CharField(blank=True, max_length=120, verbose_name="适用区域")),
                        (
                            "industries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=6),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="适用行业",
                            ),
                        ),
                        ("basis", models.TextField(blank=True, max_length=1000, verbose_name="制定依据")),
                        ("summary", models.CharField(max_length=200, verbose_name="一句话说明")),
                        ("summary_en", models.CharField(blank=True, max_length=400, verbose_name="英文说明")),
                        ("interpretation", models.TextField(blank=True, max_length=8000, verbose_name="政策解读")),
                        (
                            "keywords",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="关键词",
                            ),
                        ),
                        ("contact_name", models.CharField(blank=True, max_length=40, verbose_name="联系人")),
                        ("contact_phone", models.CharField(blank=True, max_length=40, verbose_name="联系电话")),
                        ("office", models.CharField(blank=True, max_length=120, verbose_name="办理地点")),
                        ("source_url", models.URLField(blank=True, max_length=300, verbose_name="原文链接")),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="修改说明")),
                        ("effective_on", models.DateField(verbose_name="本版生效日期")),
                        ("written_at", models.DateTimeField()),
                        ("submitted_at", models.DateTimeField(null=True)),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("returned_for", models.CharField(blank=True, max_length=300)),
                        ("took_effect_at", models.DateTimeField(null=True)),
                        ("superseded_at", models.DateTimeField(null=True)),
                        ("revision", models.PositiveIntegerField(default=0)),
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
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="policies.policy",
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
                        (
                            "written_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "政策版本",
                        "verbose_name_plural": "政策版本",
                        "ordering": ["-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("policy", "number"), name="policies_version_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ("draft", "review", "scheduled"))),
                                fields=("policy",),
                                name="policies_version_one_worked_on",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "in_force")),
                                fields=("policy",),
                                name="policies_version_one_in_force",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "status__in",
                                        ["draft", "review", "scheduled", "in_force", "superseded", "dropped"],
                                    )
                                ),
                                name="policies_version_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                                ),
                                name="policies_version_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("approved_by", None),
                                    ("written_by", None),
                                    models.Q(("approved_by", models.F("written_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="policies_version_four_eyes",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=80, verbose_name="名称")),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="policies.policyversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                        "constraints": [models.UniqueConstraint(fields=("version", "file"), name="policies_file_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Provider",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True)),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="机构名称")),
                        (
                            "kinds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("startup", "创业培育"),
                                        ("innovation", "创新赋能"),
                                        ("digital", "数字化转型"),
                                        ("talent", "育才引才"),
                                        ("management", "管理咨询"),
                                        ("finance", "投融资"),
                                        ("market", "市场开拓"),
                                        ("rights", "权益保护"),
                                    ],
                                    max_length=12,
                                ),
                                size=None,
                                verbose_name="服务类别",
                            ),
                        ),
                        ("offers", models.TextField(max_length=1000, verbose_name="服务内容")),
                        ("price", models.CharField(blank=True, max_length=120, verbose_name="收费")),
                        ("contact_name", models.CharField(max_length=40, verbose_name="联系人")),
                        ("contact_phone", models.CharField(max_length=40, verbose_name="联系电话")),
                        ("added_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_for", models.CharField(blank=True, max_length=300)),
                        (
                            "added_by",
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.department",
                                verbose_name="平台单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "服务机构",
                        "verbose_name_plural": "服务机构",
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kinds", []), _negated=True), name="policies_provider_has_a_kind"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at", None), models.Q(("ended_for", ""), _negated=True), _connector="OR"
                                ),
                                name="policies_provider_off_for_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Publicity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                        ("begins_at", models.DateTimeField(verbose_name="公示开始")),
                        ("ends_at", models.DateTimeField(verbose_name="公示截止")),
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
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="publicities",
                                to="policies.round",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "公示",
                        "verbose_name_plural": "公示",
                        "ordering": ["-begins_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("begins_at"))),
                                name="policies_publicity_ends_after_beginning",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Pushed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("read_at", models.DateTimeField(null=True, verbose_name="阅读时间")),
                        (
                            "clause",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pushes",
                                to="policies.clauseversion",
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
                        (
                            "read_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "政策推送",
                        "verbose_name_plural": "政策推送",
                        "ordering": ["-at", "-pk"],
                        "indexes": [models.Index(fields=["enterprise", "-at"], name="policies_pushed_of_firm")],
                        "constraints": [
                            models.UniqueConstraint(fields=("clause", "enterprise"), name="policies_pushed_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Round",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=60, verbose_name="批次")),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("by_data", "数据核校"),
                                    ("by_review", "审查遴选"),
                                    ("claim_free", "免申即享"),
                                    ("elsewhere", "向上级平台申报"),
                                    ("enjoyed", "自行享受"),
                                ],
                                max_length=10,
                                verbose_name="兑现方式",
                            ),
                        ),
                        ("opens_at", models.DateTimeField(verbose_name="开始时间")),
                        ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="截止时间")),
                        (
                            "order",
                            models.CharField(
                                choices=[("first_come", "先报先得"), ("by_merit", "择优")],
                                default="by_merit",
                                max_length=10,
                                verbose_name="名额分配",
                            ),
                        ),
                        ("quota", models.PositiveIntegerField(blank=True, null=True, verbose_name="名额")),
                        (
                            "budget",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="预算(元)"
                            ),
                        ),
                        ("committed", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("opened_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_for", models.CharField(blank=True, max_length=300)),
                        (
                            "clause",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rounds",
                                to="policies.clauseversion",
                                verbose_name="条款",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.department",
                                verbose_name="受理单位",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "申报批次",
                        "verbose_name_plural": "申报批次",
                        "ordering": ["-opens_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closes_at", None), ("closes_at__gt", models.F("opens_at")), _connector="OR"
                                ),
                                name="policies_round_closes_after_opening",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quota", None), ("quota__gte", 1), _connector="OR"),
                                name="policies_round_has_places",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("committed__gte", 0),
                                    models.Q(("budget", None), ("committed__lte", models.F("budget")), _connector="OR"),
                                ),
                                name="policies_round_within_budget",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("way__in", ["by_data", "by_review", "claim_free"])),
                                name="policies_round_way_is_claimed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at", None), models.Q(("ended_for", ""), _negated=True), _connector="OR"
                                ),
                                name="policies_round_closed_early_for_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reminded",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="enterprises.enterprise",
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="policies.round"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("round", "enterprise"), name="policies_reminded_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceDeadline",
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
                                to="policies.serviceorder",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_rung_at__isnull", False)),
                                fields=["next_rung_at"],
                                name="servicedeadline_rung",
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                fields=["due_at"],
                                name="servicedeadline_open",
                            ),
                            models.Index(
                                condition=models.Q(("user__isnull", False)),
                                fields=["user"],
                                name="servicedeadline_user",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    ("lapsed_at__isnull", True),
                                ),
                                fields=["obligation", "due_at"],
                                name="servicedeadline_lapsing",
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
                                name="servicedeadline_limit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"
                                ),
                                name="servicedeadline_met_or_cancelled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("extended_at__isnull", True), ("extended_to__isnull", True)),
                                    models.Q(("extended_at__isnull", False), ("extended_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="servicedeadline_extension",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("obligor_kind", "department"), _negated=True),
                                    ("department__isnull", False),
                                    _connector="OR",
                                ),
                                name="servicedeadline_department_known",
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
                                name="servicedeadline_climbs_while_running",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paused_at__isnull", True),
                                    models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="servicedeadline_paused_while_open",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("cancelled_at__isnull", True),
                                    ("met_at__isnull", True),
                                    models.Q(("obligation__in", ("instruction",)), _negated=True),
                                ),
                                fields=("subject", "obligation", "department"),
                                name="servicedeadline_one_open",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceFiring",
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
                                to="policies.servicedeadline",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rung_at"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(fields=("deadline", "cycle", "rung"), name="servicefiring_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceOrder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("startup", "创业培育"),
                                    ("innovation", "创新赋能"),
                                    ("digital", "数字化转型"),
                                    ("talent", "育才引才"),
                                    ("management", "管理咨询"),
                                    ("finance", "投融资"),
                                    ("market", "市场开拓"),
                                    ("rights", "权益保护"),
                                ],
                                max_length=12,
                                verbose_name="服务类别",
                            ),
                        ),
                        ("need", models.TextField(max_length=1000, verbose_name="需求")),
                        ("contact_name", models.CharField(default="", max_length=40, verbose_name="联系人")),
                        ("contact_phone", models.CharField(default="", max_length=40, verbose_name="联系电话")),
                        ("sent", models.BooleanField(default=False, verbose_name="中心送单")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("ordered", "待接单"),
                                    ("taken", "服务中"),
                                    ("done", "已完成"),
                                    ("declined", "未接单"),
                                    ("cancelled", "已取消"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("ordered_at", models.DateTimeField()),
                        ("taken_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("result", models.TextField(blank=True, max_length=1000, verbose_name="服务结果")),
                        ("ended_for", models.CharField(blank=True, max_length=300)),
                        ("stars", models.PositiveSmallIntegerField(null=True, verbose_name="评分")),
                        ("comment", models.CharField(blank=True, max_length=300, verbose_name="评价")),
                        ("rated_at", models.DateTimeField(null=True)),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="service_orders",
                                to="enterprises.enterprise",
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
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="policies.provider",
                            ),
                        ),
                        (
                            "rated_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "服务单",
                        "verbose_name_plural": "服务单",
                        "ordering": ["-ordered_at", "-pk"],
                        "indexes": [models.Index(fields=["enterprise", "-ordered_at"], name="policies_order_of_firm")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["ordered", "taken", "done", "declined", "cancelled"])
                                ),
                                name="policies_serviceorder_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("stars", None),
                                    models.Q(("stars__range", (1, 5)), ("status", "done")),
                                    _connector="OR",
                                ),
                                name="policies_serviceorder_rated_when_done",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("status__in", ["ordered", "taken"])),
                                    models.Q(
                                        models.Q(("status__in", ["ordered", "taken"]), _negated=True),
                                        ("ended_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="policies_serviceorder_ended_has_a_time",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ["ordered", "taken"])),
                                fields=("enterprise", "provider", "kind"),
                                name="policies_serviceorder_one_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServicePause",
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
                                to="policies.servicedeadline",
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
                                name="servicepause_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resumed_at__isnull", True),
                                    ("resumed_at__gte", models.F("paused_at")),
                                    _connector="OR",
                                ),
                                name="servicepause_in_order",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
