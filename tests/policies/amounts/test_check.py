"""What is no formula is refused with its place, in a clerk's words (POL-3)."""

import pytest

from policies.amounts.check import checked
from policies.amounts.language import MOST_PARTS

RD = "rd_cost_last_year"


def faults(data):
    return [str(fault) for fault in checked(data)[1]]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "这里应是一个金额算法"),
        ([], "这里应是一个金额算法"),
        ({}, "这里应是一个金额算法"),
        ({"fixed": "1", "each": "1", "per": "insured"}, "这里应是一个金额算法"),
        ({"fixed": "1", "cap": "2"}, "不认识的内容：cap"),
        ({"fixed": "NaN"}, "请填写数值"),
        ({"fixed": "Infinity"}, "请填写数值"),
        ({"fixed": "1e5"}, "请填写数值"),
        ({"fixed": 1.5}, "请填写数值"),
        ({"fixed": True}, "请填写数值"),
        ({"fixed": "9" * 19}, "请填写数值"),
        ({"fixed": "９"}, "请填写数值"),
        ({"fixed": "0"}, "金额应大于 0"),
        ({"fixed": "-5"}, "金额应大于 0"),
        ({"fixed": "1000000000000"}, "金额过大"),
        ({"rate": "0", "of": RD}, "比例应大于 0，不超过 1000%"),
        ({"rate": "10.000001", "of": RD}, "比例应大于 0，不超过 1000%"),
        ({"rate": "0.1"}, "请选择计算依据"),
        ({"rate": "0.1", "of": "insured"}, "按比例计算的应是金额，这里的单位是“人”；按数量的请选“按数量”"),
        ({"rate": "0.1", "of": "high_tech"}, "“国家高新技术企业”不是数值，不能计算金额"),
        ({"rate": "0.1", "of": "nonsense"}, "没有“nonsense”这个指标"),
        ({"rate": "0.1", "of": RD, "cap": "5", "floor": "6"}, "保底金额大于封顶金额"),
        ({"rate": "0.1", "of": RD, "cap": "0"}, "封顶金额应大于 0"),
        ({"rate": "0.1", "of": {"sum": [RD, "insured"]}}, "单位不同，不能一起计算：人、元"),
        ({"rate": "0.1", "of": {"ask": "loan"}}, "没有写明“loan”要企业填什么"),
        ({"tiers": RD, "bands": [["5", "<=", "1"]]}, "最后一档不设上限，其余各档都要有上限"),
        ({"tiers": RD, "bands": [["5", "=", "1"], [None, None, "2"]]}, "每一档要写明上限是否包含在内"),
        ({"tiers": RD, "bands": [["5", "<", "1"], ["5", "<", "2"], [None, None, "3"]]}, "各档的上限要从小到大"),
        ({"tiers": RD, "bands": [[None, None, "-1"]]}, "各档的金额不能是负数，也不能都是 0"),
        ({"marginal": RD, "bands": [["5", "0.1"], ["4", "0.2"], [None, "0.3"]]}, "各档的上限要从小到大"),
        ({"marginal": RD, "bands": [["0", "0.1"], [None, "0.3"]]}, "各段的上限应大于 0"),
        ({"highest": [{"fixed": "1"}]}, "就高取一项时至少要有两项"),
        ({"sum": []}, "请至少写一项"),
        ({"sum": [{"fixed": "1"}] * (MOST_PARTS + 1)}, "请至少写一项"),
        ({"sum": [{"fixed": "1"}, {"fixed": "0"}]}, "第2项：金额应大于 0"),
        ({"when": {"holds": "high_tech"}}, "请写明符合时的金额"),
        ({"when": {"all": [{"holds": "nonsense"}]}, "then": {"fixed": "1"}}, "条件 › 第1条：没有“nonsense”这个指标"),
        ({"when": {"odd": 1}, "then": {"fixed": "1"}}, "条件：这里应是一个条件"),
        ({"when": {"holds": "high_tech"}, "then": {"fixed": "0"}}, "符合时：金额应大于 0"),
        ({"fixed": "1", "asks": {"loan": {"label": "利息", "unit": "元"}}}, "要企业填的“利息”没有用到"),
        (
            {"rate": "0.1", "of": {"ask": "i"}, "asks": {"i": {"label": "", "unit": "元"}}},
            "要企业填的一项，请写明名称和单位",
        ),
    ],
)
def test_each_fault_is_named(data, sentence):
    assert faults(data) == [sentence]


def test_a_deep_or_endless_tree_is_refused_without_recursion():
    deep = {"fixed": "1"}
    for _level in range(5000):
        deep = {"sum": [deep]}
    assert len(faults(deep)) == 1
    base = RD
    for _level in range(40):
        base = {"sum": [base]}
    assert len(faults({"rate": "0.1", "of": base})) == 1
