"""The forms of the knowledge base (APP-17)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.people.models import Department
from requests.flow.articles import WORDS
from requests.forms.base import prose
from requests.forms.subject import SubjectForm
from requests.forms.units import UnitField
from requests.models import Article, Category


class ArticleForm(SubjectForm):
    """The editor: of a new article (`subject` None or a ticket) or of the version being worked on."""

    verb, name = "edit_article", _("改条目")
    question = forms.CharField(
        label=_("问题"),
        max_length=120,
        help_text=_("像企业会问的那样写一句"),
        error_messages={"required": _("请写问题。")},
    )
    answer = prose(_("答案"), rows=8, max_length=8000, error_messages={"required": _("请写答案。")})
    basis = prose(_("依据"), rows=2, max_length=1000, required=False, help_text=_("文件名、文号、条款"))
    keywords = forms.CharField(
        label=_("关键词"), max_length=200, required=False, help_text=_("企业会用的说法，用空格分开")
    )
    category = forms.ModelChoiceField(
        label=_("类别"), queryset=Category.objects.filter(active=True), required=False, empty_label=_("不分类")
    )
    department = UnitField(
        label=_("负责部门"), queryset=Department.objects.none(), required=False, empty_label=_("服务中心")
    )
    public = forms.BooleanField(
        label=_("公开给所有人"), required=False, help_text=_("发布后在办事问答里，不登录也能看到")
    )
    public_answer = prose(_("公开的答案"), rows=5, max_length=8000, required=False, help_text=_("不写就用上面的答案"))
    question_en = forms.CharField(label=_("英文问题"), max_length=240, required=False)
    answer_en = prose(_("英文答案"), rows=4, max_length=8000, required=False)

    def shape(self) -> None:
        active = Department.objects.active().exclude(kind=Department.Kind.CENTRE)
        self.fields["department"].queryset = active
        if isinstance(self.subject, Article):
            version = self.subject.worked_on or self.subject.latest
            for field in WORDS:
                self.initial.setdefault(field, getattr(version, field))
            self.initial.setdefault("category", self.subject.category_id)
            self.initial.setdefault("department", self.subject.department_id)

    def act(self) -> str:
        return gettext("存草稿")


class NewArticleForm(ArticleForm):
    verb, name = "draft_article", _("写知识条目")


class SubmitForm(SubjectForm):
    verb, name = "submit_article", _("送审")
    sub = _("中心的同事审核后发布；写的人不能自己审。")

    def act(self) -> str:
        return gettext("送中心审核")


class PublishForm(SubjectForm):
    verb, name = "publish_article", _("审核通过，发布")
    sub = _("请看清楚：没有企业、人名、号码和地址，答案现在仍然有效。")


class ReturnForm(SubjectForm):
    verb, name = "return_article", _("退回修改")
    reason = prose(_("退回的理由"), rows=2, max_length=500, error_messages={"required": _("请写退回的理由。")})


class WithdrawForm(SubjectForm):
    verb, name = "withdraw_article", _("撤下")
    sub = _("撤下后查不到，也不再提示；内容留着，改好可以再发布。")
    reason = prose(_("撤下的理由"), rows=2, max_length=500, error_messages={"required": _("请写撤下的理由。")})


class KeepForm(SubjectForm):
    verb, name = "keep_article", _("复审，仍然有效")
    sub = _("一年后再提醒复审。")


ARTICLE_FORMS: dict[str, type[SubjectForm]] = {
    form.verb: form for form in (SubmitForm, PublishForm, ReturnForm, KeepForm, ArticleForm, WithdrawForm)
}


class VoteForm(forms.Form):
    """Whether it was of use, from the public page."""

    kind = forms.ChoiceField(choices=[("helped", _("有用")), ("useless", _("没用"))])

    def chosen(self) -> Any:
        return self.cleaned_data["kind"]
