"""What personal data is kept for how long, and how it is forgotten: one rule for each kind (SEC-3).

A rule finds what is over before an instant and makes it forgotten, some rows at a time. Rows that the trail refers to
stay and lose what names a person (APP-19); what never was a step of anything, a draft or a code, goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enterprises.models import (
    FactImport,
    FactImportRow,
    FirmImport,
    FirmImportRow,
    JoinRequest,
    NumberProof,
)
from inspections.models import NeedImport, NeedImportRow, RecordDraft
from policies.models import PolicyImport, PolicyImportRow
from requests.models import (
    CallDraft,
    CallerLink,
    CaseImport,
    CaseImportRow,
    ComplaintLink,
    Draft,
    ResultLink,
    VisitDraft,
)

from . import checks, forgetting
from .forgetting import GONE

__all__ = ["BY_CODE", "GONE", "RULES", "Rule"]


@dataclass(frozen=True)
class Rule:
    """`over(before)` finds rows, `forget(rows)` makes them forgotten; `least` days the law or the work needs them.

    `inside` is what officials work with: the notice to people of firms names it last.
    """

    code: str
    name: Any
    what: Any
    days: int
    least: int
    over: Callable[[datetime], QuerySet[Any]]
    forget: Callable[[QuerySet[Any]], object]
    inside: bool = False


RULES: tuple[Rule, ...] = (
    Rule(
        "contacts",
        _("诉求的联系人"),
        _("办结后，联系人的姓名和电话换成横线，诉求内容不变"),
        1095,
        365,
        forgetting.contacts,
        forgetting.forget_contacts,
    ),
    Rule(
        "result-links",
        _("答复短信的号码"),
        _("办结后，收短信的号码换成横线"),
        365,
        30,
        forgetting.ended(ResultLink),
        forgetting.forget_phone,
    ),
    Rule(
        "caller-links",
        _("补正短信的号码"),
        _("办结后，收短信的号码换成横线"),
        365,
        30,
        forgetting.ended(CallerLink),
        forgetting.forget_phone,
    ),
    Rule(
        "complaint-links",
        _("保密投诉回执的号码"),
        _("办结后，收短信的号码换成横线"),
        365,
        30,
        forgetting.ended(ComplaintLink),
        forgetting.forget_phone,
    ),
    Rule(
        "refused-papers",
        _("没有通过的注册材料"),
        _("营业执照、授权书等文件删除，申请记录保留"),
        30,
        7,  # a refusal may be asked about, a working week
        forgetting.papers(JoinRequest.State.REFUSED, JoinRequest.State.WITHDRAWN),
        forgetting.deleted,
    ),
    Rule(
        "approved-papers",
        _("已通过的注册材料"),
        _("文件删除，申请记录保留"),
        730,
        90,
        forgetting.papers(JoinRequest.State.APPROVED),
        forgetting.deleted,
    ),
    Rule(
        "invitations",
        _("邀请的号码"),
        _("用过、撤回或过期后，号码和邮箱换成横线"),
        90,
        7,
        forgetting.invitations,
        forgetting.forget_addressee,
    ),
    Rule("codes", _("短信验证码"), _("连同号码删除"), 7, 1, forgetting.older(NumberProof, "at"), forgetting.deleted),
    Rule(
        "drafts",
        _("没有提交的草稿"),
        _("草稿和附件删除"),
        90,
        30,
        forgetting.older(Draft, "saved_at"),
        forgetting.deleted,
    ),
    Rule(
        "call-drafts",
        _("没有记完的回访"),
        _("草稿删除"),
        30,
        7,
        forgetting.older(CallDraft, "saved_at"),
        forgetting.deleted,
        inside=True,
    ),
    Rule(
        "visits",
        _("走访见到的人"),
        _("姓名和职务换成横线，走访记录不变"),
        1095,
        365,
        forgetting.met,
        forgetting.forget_met,
    ),
    Rule(
        "visit-drafts",
        _("没有记完的走访"),
        _("草稿和照片删除"),
        30,
        7,
        forgetting.older(VisitDraft, "saved_at"),
        forgetting.deleted,
        inside=True,
    ),
    Rule(
        "check-drafts",
        _("没有提交的检查记录"),
        _("草稿删除"),
        30,
        7,
        forgetting.older(RecordDraft, "saved_at"),
        forgetting.deleted,
        inside=True,
    ),
    Rule(
        "check-photos",
        _("没有用进检查记录的照片"),
        _("照片删除"),
        30,
        7,
        forgetting.unused_photos,
        forgetting.deleted,
        inside=True,
    ),
    *(
        Rule(
            code,
            name,
            _("文件和里面的各行删除，导入的结果和记录保留；此后不能再撤销"),
            365,
            90,
            forgetting.ended_imports(imports, rows),
            forgetting.rows_deleted(rows),
            inside=True,
        )
        for code, name, imports, rows in (
            ("firm-imports", _("企业名录导入的明细"), FirmImport, FirmImportRow),
            ("case-imports", _("历史诉求导入的明细"), CaseImport, CaseImportRow),
            ("fact-imports", _("数据导入的明细"), FactImport, FactImportRow),
            ("policy-imports", _("政策导入的明细"), PolicyImport, PolicyImportRow),
            ("need-imports", _("检查需求导入的明细"), NeedImport, NeedImportRow),
        )
    ),
    Rule(
        "claims",
        _("政策申报的联系人和账户"),
        _("办结后，联系人、开户名称、银行和账号换成横线，申报和金额不变"),
        3650,
        1825,
        forgetting.claimants,
        forgetting.forget_claimants,
    ),
    Rule(
        "service-orders",
        _("服务单的联系人"),
        _("服务结束后，联系人的姓名和电话换成横线，服务单和评价不变"),
        730,
        90,
        forgetting.customers,
        forgetting.forget_contacts,
    ),
    Rule(
        "bookings",
        _("检查预约的联系人"),
        _("检查结束后，联系人的姓名和电话换成横线，预约和答复不变"),
        730,
        90,
        forgetting.bookers,
        forgetting.forget_contacts,
    ),
    Rule(
        "code-scans",
        _("扫检查码的人"),
        _("是谁扫的清除，扫码的时间和是否企业人员保留"),
        365,
        90,
        checks.scans,
        checks.forget_scanner,
    ),
    Rule(
        "codeless",
        _("无码检查反映的内容"),
        _("答复后，来人和经过换成横线，照片删除，核查结论和答复不变"),
        1095,
        365,
        checks.codeless,
        checks.forget_codeless,
    ),
    Rule(
        "proofs",
        _("整改材料"),
        _("整改结束后，整改情况换成横线，照片和材料删除，审核意见和结果不变"),
        1825,
        730,  # 行政处罚法 article 36: what is not discovered within two years is punished no more
        checks.proofs,
        checks.forget_proof,
    ),
    Rule(
        "appeals",
        _("白名单申诉的理由"),
        _("处理后，申诉理由换成横线，处理意见不变"),
        1095,
        365,
        checks.appeals,
        checks.forget_appeal,
    ),
    Rule(
        "signers",
        _("检查记录上企业签名的人"),
        _("姓名和职务换成横线，签名和记录不变"),
        3650,
        1825,
        checks.signers,
        checks.forget_signer,
    ),
    Rule(
        "objections",
        _("公示异议的提出人"),
        _("申报办结后，姓名和电话换成横线，异议和处理意见不变"),
        730,
        180,  # reconsideration and a lawsuit may ask who said it
        forgetting.objectors,
        forgetting.forget_objectors,
    ),
    Rule(
        "accounts",
        _("离开企业的人"),
        _("不再代表任何企业的账号：姓名、号码、邮箱清除，停用"),
        730,
        180,
        forgetting.left,
        forgetting.forget_people,
    ),
    Rule(
        "officials",
        _("离任人员的号码和邮箱"),
        _("没有任职、账号已停用的：手机号、办公电话、邮箱清除，姓名随留痕保留"),
        730,
        180,
        forgetting.retired,
        forgetting.forget_numbers,
        inside=True,
    ),
    Rule(
        "messages",
        _("发给有账号人员的旧消息"),
        _("收件箱、邮件和短信的内容清除，标题和时间保留"),
        1095,
        365,
        forgetting.old_messages,
        forgetting.forget_bodies,
    ),
    Rule(
        "letters",
        _("发给无账号人员的短信和邮件"),
        _("号码、邮箱和内容清除，发送记录保留"),
        365,
        30,
        forgetting.letters,
        forgetting.forget_letters,
    ),
    Rule(
        "sign-ins",
        _("登录失败记录"),
        _("删除；网络安全法要求日志至少留存六个月"),
        200,
        184,  # 网络安全法 article 21
        forgetting.older(AccessAttempt, "attempt_time"),
        forgetting.deleted,
    ),
)
BY_CODE = {rule.code: rule for rule in RULES}
