"""Lists of firms as files, and imports brought to each state by the verbs and the worker's step."""

from django.core.files.uploadedfile import SimpleUploadedFile

from enterprises.demo import valid_uscc
from enterprises.imports import flow, work
from enterprises.models import FirmImport

HEADINGS = "统一社会信用代码,企业名称,注册资本（万元）,成立日期,所属网格"


def line(number, name="", capital="", established="", place=""):
    return f"{valid_uscc(number)},{name or f'太仓乌有{number}号有限公司'},{capital},{established},{place}"


def listed(*lines, headings=HEADINGS, name="名单.csv"):
    return SimpleUploadedFile(name, "\n".join([headings, *lines]).encode("gb18030"))


def uploaded(user, *lines, **given):
    return flow.upload(listed(*lines, **given), by=user)


def done(batch):
    """The import after the worker has done what waits."""
    work.carry_on()
    return FirmImport.objects.get(pk=batch.pk)


def checked(user, *lines, fallback=None, **given):
    batch = uploaded(user, *lines, **given)
    return done(flow.choose_columns(batch, batch.columns, by=user, fallback=fallback))


def applied(user, *lines, **given):
    return done(flow.apply(checked(user, *lines, **given), by=user))


def undone(batch, user):
    return done(flow.undo(batch, by=user))


def outcomes(batch):
    return {row.number: row.outcome for row in batch.rows.all()}


def problems(batch):
    """Row number → {column: code}."""
    rows = batch.rows.filter(outcome="rejected")
    return {row.number: {found["column"]: found["code"] for found in row.problems} for row in rows}
