"""The sentences that the scripts of the form say, translated."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# What is wrong about the signatures: said on the telephone while both sides are there, and by the server (INS-6)
UNSIGNED = {
    "inspector_unsigned": gettext_lazy("检查人员还没有签名。"),
    "firm_unsigned": gettext_lazy("请企业人员签名；不签的，写拒签原因。"),
    "signed_and_refused": gettext_lazy("签了名就不写拒签原因，请留一样。"),
    "firm_unnamed": gettext_lazy("请写签名的企业人员姓名。"),
}


def words() -> dict[str, str]:
    return {
        "here": _("已存在本机 %(time)s"),
        "saved": _("已存在本机和服务器 %(time)s"),
        "unsent": _("已存在本机，尚未上传 %(n)s 件"),
        "twice": _("这份记录已在另一个页面打开，请只在一处填写。"),
        "no_store": _("这台设备存不下草稿，请不要关闭这一页"),
        "photo": _("照片"),
        "photo_off": _("去掉这张照片"),
        "photo_most": _("一个事项最多 %(n)s 张照片"),
        "photo_bad": _("这张照片打不开，请重拍"),
        "photo_waits": _("未上传"),
        "points": _("%(done)s/%(all)s 项"),
        "all_done": _("已填完"),
        "clean": _("未发现问题"),
        "found": _("%(n)s 个问题"),
        "missing": _("还没有填：%(what)s"),
        "days": _("%(n)s 个工作日内整改"),
        "sign_again": _("内容有改动，请重新签名"),
        "sending": _("正在上传"),
        "sending_photos": _("正在上传照片 %(n)s/%(all)s"),
        "waiting": _("没有连上网络。记录已存在本机，连上后自动上传，也可以回到这一页按“现在上传”。"),
        "signed_out": _("已退出登录。记录已存在本机，登录后回到这一页上传。"),
        "failed": _("服务器没有收下，记录仍在本机，过一会儿再上传。"),
        "done": _("记录已上传"),
        "discard": _("删除本机上的这份记录和照片？不能恢复。"),
        "go_on": _("接着填"),
        "upload": _("现在上传"),
        "remove": _("删除本机内容"),
        "see": _("看已提交的记录"),
        "draft": _("没填完"),
        "ready": _("已填完，等待上传"),
    } | {name: str(sentence) for name, sentence in UNSIGNED.items()}
