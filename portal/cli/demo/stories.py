"""What is reported in the demo; nothing of it ever happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.policy.reader import shipped_policy
from portal.languages import DEFAULT

WHISTLEBLOWING, RETALIATION = "company-whistleblowing", "company-retaliation"


@dataclass(frozen=True)
class DemoStory:
    """One made-up case: the report, and what became of it."""

    entity: str
    category: str
    language: str
    account: str
    answers: tuple[tuple[str, str], ...] = ()
    attachment: tuple[str, str] | None = None
    excluded: tuple[str, ...] = ()
    reply: str | None = None
    answer: str | None = None
    add: str | None = None
    urgent: bool = False
    policy: str = WHISTLEBLOWING


_SAMPLE: tuple[DemoStory, ...] = (
    DemoStory(
        "group", "procurement", "zh",
        "采购部门今年三次把办公设备订单拆成小额，绕过招标，三次都给了同一家供应商。报价单的格式和错别字完全一样。",
        (("when", "今年三月到九月"), ("where", "总部采购部")),
        ("报价单对照.txt", "第一次：报价 49,800 元\n第二次：报价 49,900 元\n第三次：报价 49,700 元\n"),
        reply="您好，材料已收到，正在核实。请问您是否知道三次订单的大致日期？",
        answer="大约是三月中旬、六月初和九月底。",
    ),
    DemoStory(
        "group", "safety", "zh",
        "二号车间的安全联锁被人短接，夜班一直这样开机。上周差点夹到手。",
        (("ongoing", "yes"),),
        urgent=True,
        reply="已安排停机检查。请不要自己去动设备。",
    ),
    DemoStory(
        "group", "bribery", "zh",
        "我看到调查人员甲和被查的供应商一起吃饭，账单由供应商付。请不要让他看到这份举报。",
        excluded=("investigator-a",),
        reply="本件由其他人员办理，已注明回避。",
    ),
    DemoStory(
        "group", "position", "zh",
        "我作证之后，连续三周被排到夜班，绩效也从良好改成了待改进。",
        (("stated", "说是“工作需要”，别的人没有动。"),),
        reply="请保留排班表和绩效通知。我们会请同事一起核对。",
        add="investigator-c",
        policy=RETALIATION,
    ),
    DemoStory("group", "other", "zh", "食堂承包方用过期的食用油，外包装日期被刮掉了。", (("where", "东区食堂"),)),
    DemoStory(
        "ireland", "accounting", "en",
        "Travel claims are being paid twice: once by card and again as cash expenses, approved by the same person.",
        (("when", "Since last spring"),),
        ("claims.csv", "date,card,cash\n2026-04-02,310.00,310.00\n2026-05-11,287.50,287.50\n"),
        reply="Thank you. We are comparing the card statements with the cash claims.",
        answer="There are two more in August, I saw the receipts.",
    ),
    DemoStory("ireland", "privacy", "en", "Customer records were copied to a private laptop before the site move."),
    DemoStory(
        "group", "other", "en",
        "The export paperwork for two shipments names the wrong country of origin. Both were signed on the same day.",
        reply="Received. Which shipments do you mean? An invoice number is enough.",
    ),
)  # fmt: skip

_MORE: tuple[DemoStory, ...] = (
    DemoStory(
        "group", "pay", "zh", "九月的加班费少算了两天，考勤机上有记录，班组长说“下月再补”，一直没有补。",
        policy="employee-complaint-resolution-sla",
    ),
    DemoStory(
        "ireland", "breach", "en",
        "Waste solvent is poured into the yard drain at night instead of being collected. It has gone on since March.",
        policy="eu-wb-internal",
    ),
    DemoStory(
        "airline", "service", "zh", "航班取消后没有安排住宿，在柜台等了六个小时，只给了一瓶水。要求报销住宿费。",
        policy="airline-complaint",
    ),
    DemoStory(
        "airline", "complaint", "zh", "年度评优名单没有公示，评分表上我的签名不是我签的。",
        policy="employee-complaint-review-publish",
    ),
    DemoStory(
        "appliances", "production", "zh", "新买的电热水壶第三次使用时底座冒烟，已停用，照片和发票都在。",
        policy="product-quality-complaint",
    ),
    DemoStory(
        "appliances", "complaint", "zh", "约好的维修师傅两次没有来，电话里说“系统显示已完成”。",
        policy="customer-callback-workorder",
    ),
)  # fmt: skip
_OF_ANY_POLICY = "演示案件：内容是虚构的，可以从这里开始办理。"


def stories_of(policies: Mapping[str, str]) -> list[DemoStory]:
    """What is reported under the sample's policy and these (policy to entity): at least one case each."""
    stories = [one for one in _SAMPLE + _MORE if one.policy == WHISTLEBLOWING or one.policy in policies]
    missing = [name for name in policies if name not in {one.policy for one in stories}]
    return stories + [_plain(name, policies[name]) for name in missing]


def _plain(policy: str, entity: str) -> DemoStory:
    category = shipped_policy(policy).categories[0].id
    return DemoStory(entity, category, DEFAULT, _OF_ANY_POLICY, policy=policy)
