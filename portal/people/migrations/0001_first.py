import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import portal.people.spans


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="TaskGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[("standing", "专项小组"), ("task_force", "专班")],
                        default="task_force",
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="任务")),
                ("active", models.BooleanField(default=True, verbose_name="在用")),
            ],
            options={
                "verbose_name": "工作组",
                "verbose_name_plural": "工作组",
                "ordering": ["kind", "name"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "这个用户名已有人用。"},
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator("[^0-9+() （）－-]", "用户名不能全是数字。"),
                            django.core.validators.RegexValidator("^\\S+$", "用户名里不要有空格。"),
                        ],
                        verbose_name="用户名",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("position", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                (
                    "mobile",
                    models.CharField(
                        blank=True,
                        error_messages={"unique": "这个手机号已登记在另一个账号上。"},
                        max_length=20,
                        null=True,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^\\+?[0-9]{6,19}$", "手机号只写数字。")],
                        verbose_name="手机号",
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True, help_text="企业能看到这个号码", max_length=40, verbose_name="办公电话"
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="邮箱")),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hans", "中文"), ("en", "English")],
                        default="zh-hans",
                        max_length=10,
                        verbose_name="界面语言",
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        choices=[("auto", "跟随系统"), ("light", "浅色"), ("dark", "深色")],
                        default="auto",
                        max_length=10,
                        verbose_name="界面颜色",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                ("must_change_password", models.BooleanField(default=False, verbose_name="下次登录须改密码")),
                (
                    "joined_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(),
                        editable=False,
                        verbose_name="建立时间",
                    ),
                ),
            ],
            options={
                "verbose_name": "用户",
                "verbose_name_plural": "用户",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("username"),
                        name="user_name_once_in_any_case",
                        violation_error_message="这个用户名已有人用（不分大小写）。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("username__regex", "[^0-9+() （）－-]")), name="user_name_is_no_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mobile__isnull", True), ("mobile__regex", "^\\+?[0-9]{6,19}$"), _connector="OR"
                        ),
                        name="user_mobile_is_digits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="名称")),
                ("short_name", models.CharField(max_length=20, verbose_name="简称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("centre", "企业服务中心"),
                            ("town_office", "镇办局"),
                            ("town_company", "镇属公司"),
                            ("economic_city", "经济城"),
                            ("village", "村（社区）"),
                            ("county", "市级部门"),
                            ("third_party", "第三方机构"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="电话")),
                ("active", models.BooleanField(default=True, verbose_name="在用")),
                (
                    "leader_in_charge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="departments_in_charge",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="分管镇领导",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="people.department",
                        verbose_name="上级部门",
                    ),
                ),
            ],
            options={
                "verbose_name": "部门",
                "verbose_name_plural": "部门",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="从")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="到")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("enterprise_member", "企业用户"),
                            ("intake_clerk", "接诉员"),
                            ("triager", "研判员"),
                            ("handler", "承办人"),
                            ("deputy_head", "分管负责人"),
                            ("department_head", "部门主要负责人"),
                            ("revisitor", "回访员"),
                            ("steward", "服务管家"),
                            ("project_assistant", "助企员"),
                            ("grid_member", "网格员"),
                            ("supervisor", "督查员"),
                            ("congress_observer", "人大督查员"),
                            ("leader", "镇领导"),
                            ("data_officer", "条线数据员"),
                            ("policy_officer", "政策专员"),
                            ("inspector", "执法人员"),
                            ("evaluator", "第三方评价员"),
                            ("auditor", "审计员"),
                            ("administrator", "系统管理员"),
                        ],
                        max_length=30,
                        verbose_name="角色",
                    ),
                ),
                ("is_liaison", models.BooleanField(default=False, verbose_name="联络人")),
                ("on_duty", models.BooleanField(default=False, verbose_name="值班")),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="people.department",
                        verbose_name="部门",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="用户",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "ordering": ["since", "pk"],
            },
        ),
        migrations.CreateModel(
            name="TaskGroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="从")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="到")),
                ("is_head", models.BooleanField(default=False, verbose_name="组长")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="people.taskgroup",
                        verbose_name="工作组",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="成员",
                    ),
                ),
            ],
            options={
                "verbose_name": "工作组成员",
                "verbose_name_plural": "工作组成员",
                "ordering": ["-is_head", "since", "pk"],
            },
        ),
        migrations.AddField(
            model_name="taskgroup",
            name="members",
            field=models.ManyToManyField(
                related_name="task_groups", through="people.TaskGroupMember", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="从")),
                ("until", models.DateTimeField(verbose_name="到")),
                ("reason", models.CharField(blank=True, max_length=100, verbose_name="事由")),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_held",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代理人",
                    ),
                ),
                (
                    "principal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_given",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="委托人",
                    ),
                ),
            ],
            options={
                "verbose_name": "AB角",
                "verbose_name_plural": "AB角",
                "ordering": ["since", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("principal", models.F("deputy")), _negated=True),
                        name="delegation_to_somebody_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="delegation_until_after_since"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("principal", "="),
                            (
                                portal.people.spans.Span(
                                    "since", "until", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="delegation_one_deputy_at_a_time",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent__isnull", True), models.Q(("parent", models.F("pk")), _negated=True), _connector="OR"
                ),
                name="department_not_below_itself",
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(fields=["role", "department"], name="membership_role_department"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                name="membership_until_after_since",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "enterprise_member",
                            "intake_clerk",
                            "triager",
                            "handler",
                            "deputy_head",
                            "department_head",
                            "revisitor",
                            "steward",
                            "project_assistant",
                            "grid_member",
                            "supervisor",
                            "congress_observer",
                            "leader",
                            "data_officer",
                            "policy_officer",
                            "inspector",
                            "evaluator",
                            "auditor",
                            "administrator",
                        ],
                    )
                ),
                name="membership_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("department__isnull", False),
                    models.Q(
                        models.Q(
                            (
                                "role__in",
                                [
                                    "data_officer",
                                    "department_head",
                                    "deputy_head",
                                    "handler",
                                    "inspector",
                                    "policy_officer",
                                ],
                            ),
                            _negated=True,
                        ),
                        ("is_liaison", False),
                    ),
                    _connector="OR",
                ),
                name="membership_names_department",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("user", "="),
                    ("role", "="),
                    (django.db.models.functions.comparison.Coalesce("department", 0), "="),
                    (
                        portal.people.spans.Span(
                            "since", "until", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="membership_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskgroupmember",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                name="group_member_until_after_since",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskgroupmember",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("group", "="),
                    ("user", "="),
                    (
                        portal.people.spans.Span(
                            "since", "until", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="group_member_once_at_a_time",
            ),
        ),
    ]
