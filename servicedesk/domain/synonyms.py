"""Synonyms of codes in English and Chinese: 修好了 and repaired mean fixed, 满意 means a score of 4.

A word with two codes, such as 等配件, is refused and the user chooses. This module is loaded only for a word that is
neither a code nor a label.
"""

from collections.abc import Iterable

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import coded, joined, say
from servicedesk.domain.spellings import spelling_key

_SAID = {
    # How the work ends.
    "fixed": (
        "repaired, mended, solved, works again, fixed it, 修复, 修好, 修理好, 弄好, 搞定, 解决, 好了, 维修好, "
        "正常, 修复完成"
    ),
    "no_fault_found": "no fault, nothing wrong, nff, 没问题, 没毛病, 正常, 无故障, 未见异常, 没有故障, 查无故障",
    "user_caused": "misuse, user error, 操作不当, 使用不当, 人为, 人为损坏",
    "not_repairable": (
        "not fixed, beyond repair, cannot be fixed, unrepairable, 修不好, 没修好, 未修好, 不能修, 无法维修, "
        "没法修, 修不了"
    ),
    "exchanged": "replaced, swapped, exchange, 换新, 换机, 换新机, 换整机, 更换整机",
    "referred": "passed on, forwarded, 转介, 转其他单位, 转厂家, 转出, 返厂, 转给厂家",
    "resolved_remotely": "by phone, fixed by phone, remotely, 电话解决, 电话指导, 电话里解决, 远程服务, 远程指导",
    "done": "finished, complete, completed, 完工, 做完, 装好, 安装好, 保养好, 保养完",
    "open": "待派工, 未派工, 待派, 新单",
    # Why a ticket is cancelled.
    "duplicate": "double, twice, 重单, 重复单, 重复报修, 报重",
    "entry_error": "typo, mistake, wrong entry, 录错, 写错, 登记错, 输错, 误登记, 开错",
    "customer_changed_mind": (
        "changed mind, no longer wanted, not wanted, 改主意, 改变主意, 用户改主意, 不修, 用户不修, 不要修, "
        "用户不要修, 不需要, 用户取消, 不想修"
    ),
    "customer_went_elsewhere": "went elsewhere, someone else, 找别人, 找别人修, 找他人, 用户找别人, 别人修, 别家修",
    "works_again": "fixed itself, runs again, 自行恢复, 自己好, 又好, 自己恢复, 好了",
    "out_of_area": "too far, outside area, 超出范围, 太远, 不在范围, 超区",
    "no_contact": "not reached, cannot reach, 联系不到, 找不到人, 打不通",
    # What a repair waits for.
    "manufacturer_part": (
        "part from the manufacturer, 等厂家配件, 待厂家配件, 厂家缺件, 等厂家, 厂家件, 等配件, 待件, 等件, 缺件"
    ),
    "outlet_part": "our part, 等网点配件, 待网点配件, 网点缺件, 自己配件, 等配件, 待件, 等件, 缺件",
    "repairer": "等师傅, 等工程师, 等维修工, 师傅没空, 等人手",
    # The two sides: who asks, who cancels, for whom a repair waits.
    "customer": "client, user, the customer, 用户, 顾客, 客人, 机主, 用户要求, 等用户, 用户没空, 用户原因, 用户取消",
    "outlet": "we, us, the outlet, 我们, 网点要求, 网点取消",
    # What kind of work a ticket is.
    "repair": "fix, mend, breakdown, 修理, 报修, 修, 检修, 上门维修",
    "install": "installation, setup, 装机, 新装, 安装调试, 装",
    "maintenance": "service visit, checkup, 维护, 清洗",
    "guidance": "advice, question, 咨询, 指导, 怎么用",
    "design": "plan, kitchen design, 上门设计, 设计, 量尺",
    "upgrade": "update, firmware, 升级, 刷机, 加装",
    "delivery": "deliver, bring, 送货, 送货上门, 配送",
    # Why an appliance is no longer in use.
    "scrapped": "scrap, thrown away, junked, 扔掉, 废弃, 坏掉",
    "sold": "卖掉, 卖, 转卖, 转让",
    "given_away": "gift, gave away, 赠送, 送掉, 给别人",
    "lost": "丢, 不见",
    # Who installed it, and where it is used.
    "brand": "maker, 品牌, 厂家",
    "self": "myself, 自己, 本人",
    "home": "at home, 家用, 家里",
    "business": "at work, 商用, 店里用",
    # How a call ended, and how an answer came in.
    "reached": "answered, talked, 已联系上, 接通, 打通, 接, 已联系",
    "no_answer": "nobody answered, no reply, 没人接, 无人接听, 未接, 没接, 无人接, 打不通",
    "wrong_number": "number wrong, 号码错误, 号码不对, 错号, 空号, 打错, 接电话的是别人",
    "refused": "would not talk, 拒绝回答, hung up, 拒接, 不愿谈, 不愿回答, 不愿意, 挂断",
    "technician": "engineer, 师傅, 工程师, 维修工",
    "paper": "form, card, 纸质, 书面, 回访单",
    # How a call came in.
    "hotline": "phone, call, telephone, 电话, 热线, 来电, 打电话",
    "wechat": "weixin, 微信支付, 微信付款, 微信收款, 公众号, 小程序, 企业微信",
    "shop": "counter, store, walk in, 到店, 上门店, 柜台",
    "online": "web, website, internet, 网站, 官网, 网络, 线上",
    "email": "mail, e mail, 邮件, 邮箱",
    "sms": "text, text message, 信息",
    "manufacturer": "厂派, 总部, 厂家派单",
    # Why the work is free.
    "guarantee": "warranty, in warranty, under warranty, 保内, 保修, 保修期内, 质保, 包修",
    "contract": "service contract, 合同, 协议, 服务合同",
    "goodwill": "courtesy, favour, 优惠, 照顾, 赠送",
    "recovery": "compensation, apology, 补救, 投诉补救, 赔付",
    # How people pay.
    "cash": "现金支付, 收现金, 现钱, 付现, 现钞",
    "alipay": "zhifubao, 支付宝支付, 支付宝付款, 支付宝收款",
    "card": "刷卡, 刷卡支付, 银行卡, bank card",
    "transfer": "转账, 汇款, bank transfer",
    # What a complaint is about, and how serious it is.
    "lateness": "late, too late, came late, 迟到, 来晚, 来得晚, 来得太晚, 超时",
    "no_show": "did not come, missed appointment, 没来, 没上门, 不来",
    "quality": "bad repair, broke again, 质量, 修不好, 没修好, 又坏, 修得不好",
    "price": "cost, money, expensive, too expensive, 价格, 费用, 收费, 收费贵, 太贵, 乱收费",
    "conduct": "rude, attitude, manner, manners, 态度, 态度差, 态度不好, 凶",
    "damage": "broken, scratched, 弄坏, 损坏物品, 划伤",
    "parts": "part, spare part, 备件, 零件",
    "high": "serious, urgent, 严重, 紧急, 急",
    "normal": "medium, 普通, 中",
    "low": "minor, 轻微, 不急",
    # What is wrong with an appliance.
    "not_cooling": "not cold, warm, no cold air, 不冷, 不凉, 不制冷气",
    "weak_cooling": "not cold enough, 制冷不好, 不够冷, 制冷效果差, 不太冷",
    "no_heat": "not heating, no hot water, 不热, 不制热, 没热水",
    "leak": "leaking, leaks, 漏",
    "no_power": "dead, does not start, 没电, 不启动, 开不了机, 不开机, 通不了电",
    "noise": "loud, noisy, 异响, 噪声, 响声大, 声音大",
    "smell": "smells, 异味, 有味, 臭",
    "vibration": "shakes, 抖动, 震动, 振动",
    "drain": "does not drain, 不排水, 排不出水",
    "door": "door stuck, 门打不开, 门关不上, 门坏",
    "no_ignition": "does not ignite, 不打火, 点不着",
    "no_picture": "no image, black screen, 没图像, 黑屏, 不显示",
    # The messages to a customer.
    "appointment": "预约短信, 预约上门",
    "on_the_way": "coming, 出发, 在路上, 路上",
    "survey": "rating, 满意度, 评分, 回访短信",
    "ready": "fetch, pick up, 取件, 可以取, 取机",
    # Tiers.
    "vip": "gold, 高端, 贵宾, 高端用户, 会员",
    "full_set": "set, 全套, 成套用户, 套系",
    "project": "business, company, 工程用户, 单位, 企业, 公司",
    "ordinary": "regular, standard, 普通用户, 一般, 散户",
    # Scores of satisfaction.
    "5": (
        "very satisfied, excellent, five, 5 stars, five stars, 非常满意, 很满意, 十分满意, 特别满意, 五分, 5分, "
        "五星, 5星, 五, 优, 优秀, 很好, 非常好"
    ),
    "4": "satisfied, good, four, 4 stars, four stars, 满意, 比较满意, 四分, 4分, 四星, 4星, 四, 良, 良好, 好, 挺好",
    "3": (
        "neither, neutral, average, fair, three, 3 stars, three stars, 一般, 一般般, 还行, 还可以, 基本满意, "
        "三分, 3分, 三星, 3星, 三, 中"
    ),
    "2": (
        "dissatisfied, unsatisfied, not satisfied, poor, bad, two, 2 stars, two stars, 不满意, 不太满意, 二分, "
        "两分, 2分, 二星, 2星, 二, 差, 不好"
    ),
    "1": (
        "very dissatisfied, terrible, one, 1 star, one star, 非常不满意, 很不满意, 特别不满意, 一分, 1分, 一星, "
        "1星, 一, 很差, 非常差"
    ),
    # What a questionnaire asks about.
    "speed": "fast, quickness, 速度, 快慢, 及时, 上门速度",
    # The steps of a visit, and the examples that have a name.
    "five_ones": "五个一, 五个一服务",
    "three_frees": "三免, 三免服务",
    "dust_free": "无尘安装, 无尘",
    "service_card": "服务证, 出示服务证",
    "shoe_covers": "鞋套, 穿鞋套",
    "floor_cloth": "垫布, 铺垫布, 雨布, 铺雨布",
    "cleaning_cloth": "抹布, 用抹布擦净",
    "small_gift": "小礼品, 送小礼品",
    "no_travel_charge": "免上门费",
    "no_check_charge": "免检测费",
    "no_hotline_charge": "免热线费",
    "cover_furniture": "遮盖家具",
    "dust_hood_on_drill": "防尘罩, 钻孔用防尘罩",
    "vacuum_cleaned": "吸尘, 吸净灰尘",
    "manner": "politeness, friendliness, 态度, 服务态度, 礼貌",
    "cleanliness": "tidiness, clean, 清洁, 整洁, 卫生, 干净",
    "explanation": "advice, explaining, 讲解, 说明, 解释",
}


def synonym_key(text: str) -> str:
    """Return the form in which words are compared; it is the same for 已修好, 修好了 and 修好, and for 客户, 用户."""
    key = spelling_key(text)
    if key.isascii():
        return key
    key = key.replace(" ", "").replace("客户", "用户").strip("。.!！")
    bare = key.removeprefix("已经").removeprefix("已").removesuffix("了")
    return bare or key


SYNONYMS: dict[str, list[str]] = {}
for _code, _words in _SAID.items():
    for _word in _words.split(", "):
        SYNONYMS.setdefault(synonym_key(_word), []).append(_code)


def words_for(code: str) -> list[str]:
    """Return the synonyms of a code in English and Chinese."""
    return _SAID[code].split(", ") if code in _SAID else []


def codes_meant(text: str, codes: Iterable[str]) -> list[str]:
    """Return the codes of which the text is a synonym: [] for none, several if it is ambiguous."""
    meant = SYNONYMS.get(synonym_key(text), [])
    return [code for code in codes if code in meant]


def code_meant(text: str, codes: Iterable[str]) -> str:
    """Return the code of which the text is a synonym, otherwise the text; raise UsageError if it is ambiguous."""
    meant = codes_meant(text, codes)
    if len(meant) > 1:
        raise UsageError(
            say("'{text}' may be more than one code", text=text),
            hint=say("write {codes}", codes=joined(" or ", map(coded, meant))),
        )
    return meant[0] if meant else text
