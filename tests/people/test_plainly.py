"""Bad input gets the portal's own sentences, never the framework's: whatever a field of any form can say is ours."""

import importlib
import pkgutil
import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.formsets import formset_factory
from django.utils.functional import Promise

from portal.desk.parts.fields import summary
from portal.people.models import Department

ROOMS = ("portal", "enterprises", "requests", "policies", "inspections")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def ours(sentence) -> bool:
    """Whether the sentence's id is Chinese: the framework's are English ids, whatever they are translated to."""
    source = sentence._args[0] if isinstance(sentence, Promise) else sentence
    return bool(CHINESE.search(str(source)))


def everything_below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from everything_below(one)


@pytest.fixture(scope="module")
def all_forms():
    """Every form class of the rooms; their modules are all read first."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            if "form" in found.name and "migrations" not in found.name:
                importlib.import_module(found.name)
    kinds = {kind for kind in everything_below(forms.BaseForm) if kind.__module__.partition(".")[0] in ROOMS}
    assert len(kinds) > 150
    return sorted(kinds, key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def said_by(field):
    """All that a field, its validators and, of a form made from a model, the model's own field can say."""
    yield from field.error_messages.items()
    for validator in field.validators:
        if hasattr(validator, "messages"):
            yield from validator.messages.items()
        elif hasattr(validator, "message"):
            yield type(validator).__name__, validator.message


def test_every_sentence_of_every_field_is_ours(all_forms):
    foreign = set()
    for kind in all_forms:
        for name, field in kind.base_fields.items():
            foreign |= {(kind.__name__, name, key, str(s)) for key, s in said_by(field) if not ours(s)}
        meta = getattr(kind, "_meta", None)
        if getattr(meta, "model", None):
            rows = {field.name: field for field in meta.model._meta.fields}
            for name in set(rows) & set(kind.base_fields):
                used = {key: s for key, s in said_by(rows[name]) if key != "unique_for_date"}
                foreign |= {(kind.__name__, name, key, str(s)) for key, s in used.items() if not ours(s)}
    assert foreign == set()


FILE = SimpleUploadedFile("空.txt", b"")
LONG = SimpleUploadedFile("长" * 30 + ".txt", b"x")
TYPED = [
    (forms.UUIDField(), "不是编号", "页面上的数据不完整，请刷新页面后再提交。"),
    (forms.FileField(), FILE, "这个文件是空的，请换一个。"),
    (forms.FileField(max_length=20), LONG, "文件名最多 20 个字，现在有 34 个，请改短后再选。"),
    (forms.ImageField(), SimpleUploadedFile("a.png", b"x"), "这个文件打不开，请换一张 JPG 或 PNG 图片。"),
    (forms.ChoiceField(choices=[("a", "甲")]), "b", "没有这个选项，请重新选择。"),
    (forms.MultipleChoiceField(choices=[("a", "甲")]), ["b"], "没有这个选项，请重新选择。"),
    (forms.DecimalField(max_digits=5, decimal_places=2), "1.234", "小数点后最多 2 位。"),
    (forms.DecimalField(max_digits=5, decimal_places=2), "12345", "小数点前最多 3 位。"),
    (forms.IntegerField(step_size=5), "7", "要是 5 的整数倍。"),
    (forms.CharField(), "甲\x00", "里面有看不见的字符，请删去后重新填写。"),
    (forms.SlugField(), "甲 乙", "只用英文字母、数字、横线和下划线。"),
]


@pytest.mark.parametrize(("field", "typed", "said"), TYPED, ids=lambda value: type(value).__name__)
def test_what_is_typed_wrong_gets_a_plain_sentence(field, typed, said):
    with pytest.raises(forms.ValidationError) as wrong:
        field.clean(typed)
    assert wrong.value.messages == [said]


@pytest.mark.parametrize("typed", ["x", "999999", "7d9f6d0a-6b1c-4f0e-9a39-0f4f1d1c2b3a"])
@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_a_choice_that_is_no_row_gets_the_same(db, typed, many):
    kind = forms.ModelMultipleChoiceField if many else forms.ModelChoiceField
    with pytest.raises(forms.ValidationError) as wrong:
        kind(Department.objects.all()).clean([typed] if many else typed)
    assert wrong.value.messages == ["没有这个选项，请重新选择。"]


def test_a_table_of_rows_says_what_is_wrong_with_it():
    class Row(forms.Form):
        name = forms.CharField()

    rows = formset_factory(Row, max_num=1, validate_max=True)
    assert rows({}).non_form_errors() == ["页面上的数据不完整，请刷新页面后再提交。"]
    full = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-name": "甲", "form-1-name": "乙"}
    assert rows(full).non_form_errors() == ["最多 1 行，请删去一些。"]


def test_a_hidden_field_is_not_named_in_the_summary():
    class Sent(forms.Form):
        key = forms.UUIDField(widget=forms.HiddenInput)
        name = forms.CharField(label="姓名")

    said = [sentence for _id, sentence in summary(Sent({"key": "x"}))]
    assert said == ["页面上的数据不完整，请刷新页面后再提交。", "姓名：请填写。"]
