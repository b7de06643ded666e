"""Random names of people, streets and models, and customers' words for faults, all invented."""

from collections.abc import Iterable
from random import Random
from typing import TypeVar

T = TypeVar("T")

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢"
GIVEN_FEMALE = (
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "燕", "玲", "秀英", "桂英", "秀兰", "玉兰", "桂兰", "秀珍",
    "玉梅", "红梅", "雪梅", "婷婷", "晓燕", "海燕", "春梅", "丽华", "淑华", "美玲", "慧", "倩", "洁", "琳", "雪",
    "颖", "欣怡", "雨桐", "思雨", "佳琪", "晓雯", "文静", "丽娟", "小红",
)  # fmt: skip
GIVEN_MALE = (
    "伟", "强", "磊", "军", "勇", "杰", "涛", "超", "明", "刚", "平", "辉", "鹏", "斌", "波", "建国", "建华",
    "志强", "志明", "国强", "海波", "文斌", "永强", "小军", "卫东", "建军", "德明", "光明", "少华", "俊杰", "浩然",
    "宇航", "子轩", "嘉豪", "家明", "一鸣", "天宇", "志远", "立新", "小龙",
)  # fmt: skip
AREAS = ("城东", "城西", "城南", "江滨", "新区")
STREETS = (
    "人民路", "解放路", "建设路", "和平路", "文化路", "青年路", "光明路", "新华街", "朝阳街", "胜利街", "滨江路",
    "花园路", "车站路", "学府路", "工业路", "西湖巷", "槐树巷", "茶亭街",
)  # fmt: skip
ESTATES = (
    "阳光花园", "江景苑", "桂花新村", "翠竹苑", "金桥小区", "幸福里", "丽水湾", "松涛苑", "望江楼", "银杏家园",
    "春晓苑", "",
)  # fmt: skip
# Project customers: the outlet's large contracts.
PROJECTS = (
    "江滨宾馆", "城东小学", "南坪诊所", "新区幼儿园", "茶亭饭店", "学府路书店", "桂花社区食堂", "建设路健身房",
)  # fmt: skip
RELATIONS = ("配偶", "母亲", "父亲", "儿子", "女儿")
TECHNICIANS = (
    "陈建国", "林志强", "黄海波", "吴永强", "郑小军", "周立新", "何文斌", "曾国强", "杜光明", "方志远",
    "姚德明", "沈天宇",
)  # fmt: skip
CLERKS = ("叶敏", "苏晓燕")

# Invented brands; the letters of the models are the appliance codes of the national standards.
BRANDS = ("白鹭", "星辰", "云杉", "北岭", "江南")
MODELS = {
    "fridge": ("BCD-{}W", (186, 216, 258, 320, 452)),
    "freezer": ("BC/BD-{}", (100, 145, 203)),
    "washer": ("XQG{}-B12", (70, 80, 100)),
    "ac": ("KFR-{}GW", (26, 35, 50, 72)),
    "flat_tv": ("LED{}K", (43, 50, 55, 65)),
    "crt_tv": ("C{}V", (21, 25, 29)),
    "electric_water_heater": ("DSZF-{}L", (40, 60, 80)),
    "gas_water_heater": ("JSQ{}-D", (20, 24, 26)),
    "range_hood": ("CXW-{}", (200, 218, 260)),
    "microwave": ("WD{}G", (700, 800)),
    "dishwasher": ("WQP{}-8", (6, 8, 12)),
    "small": ("XJ-{}", (11, 25, 40)),
    "computer": ("PC-{}", (14, 15, 24)),
}

_COOLING = (
    ("not_cooling", 35, "不制冷"),
    ("weak_cooling", 28, "制冷效果差"),
    ("noise", 20, "噪音大"),
    ("leak", 17, "漏水"),
)
_SCREEN = (
    ("no_picture", 40, "有声音没图像"),
    ("no_power", 25, "开不了机"),
    ("network", 20, "连不上网络"),
    ("sound", 15, "没有声音"),
)
_HEATER = (("no_heat", 45, "不出热水"), ("leak", 30, "漏水"), ("no_power", 15, "没反应"), ("noise", 10, "响声大"))
_OTHER = (("no_power", 60, "不通电"), ("noise", 25, "有异响"), ("button", 15, "按键失灵"))
# Fault code, weight, the customer's words.
FAULTS = {
    "ac": (
        ("not_cooling", 40, "不制冷"), ("water_leak", 20, "室内机滴水"), ("noise", 12, "外机噪音大"),
        ("no_power", 12, "不启动"), ("refrigerant_leak", 10, "冷媒漏了"), ("remote_control", 6, "遥控器没反应"),
    ),
    "fridge": _COOLING,
    "freezer": _COOLING,
    "washer": (
        ("drain", 32, "不排水"), ("motor", 25, "不转"), ("control", 18, "程序乱跳"), ("door", 15, "门打不开"),
        ("other", 10, "有异味"),
    ),
    "flat_tv": _SCREEN,
    "crt_tv": _SCREEN,
    "electric_water_heater": _HEATER,
    "gas_water_heater": _HEATER,
    "range_hood": (("weak", 45, "吸力小"), ("noise", 30, "噪音大"), ("light", 25, "灯不亮")),
}  # fmt: skip
LABELS = {
    "fridge": "冰箱", "freezer": "冷柜", "washer": "洗衣机", "ac": "空调", "flat_tv": "电视", "crt_tv": "彩电",
    "electric_water_heater": "电热水器", "gas_water_heater": "燃气热水器", "range_hood": "油烟机",
    "microwave": "微波炉", "dishwasher": "洗碗机", "small": "小家电", "computer": "电脑",
}  # fmt: skip
QUESTIONS = (
    "怎样设置定时", "滤网怎么清洗", "保修期多久", "童锁怎么解除", "冬天怎么保养", "显示的代码是什么意思",
    "想预约清洗", "能不能加装支架",
)  # fmt: skip
REMARKS = (
    "家里有狗，进门前先打电话", "下午三点以后才在家", "老人听力不好，请大声说话", "没有电梯，六楼", "请穿鞋套",
    "周末才方便", "门铃坏了，到楼下打电话", "白天孩子睡觉，不要按门铃", "要开发票", "喜欢请陈师傅上门",
)  # fmt: skip
YEARLY = ("结婚纪念日", "老人生日", "孩子生日", "店庆")
UNHAPPY = ("来得太晚", "修了又坏", "要等配件", "收费贵", "态度一般")


def draw_name(rng: Random, weighted: Iterable[tuple[T, float]]) -> T:
    """Return one of the names at random, by weight."""
    values, weights = zip(*weighted, strict=True)
    found: T = rng.choices(values, weights)[0]
    return found


def person(rng: Random, surname: str, *, is_female: bool) -> str:
    """Return a full name."""
    return surname + rng.choice(GIVEN_FEMALE if is_female else GIVEN_MALE)


def address(rng: Random, area: str) -> str:
    """Return street, number, estate, building and flat in that area."""
    estate = rng.choice(ESTATES)
    flat = (
        f"{rng.randint(1, 18)}栋{rng.randint(1, 18)}0{rng.randint(1, 4)}室"
        if estate
        else f"{rng.randint(1, 6)}0{rng.randint(1, 4)}室"
    )
    return f"{area}{rng.choice(STREETS)}{rng.randint(1, 320)}号{estate}{flat}"


def mobile(rng: Random) -> str:
    """Return eleven digits that begin with 160, a prefix of no operator, so that nobody is called by mistake."""
    return f"160{rng.randrange(10**8):08d}"


def landline(rng: Random) -> str:
    """Return a number whose local part begins with 0, as no real one does."""
    return f"0599-0{rng.randrange(10**6):06d}"


def model(rng: Random, category: str) -> str:
    """Return a model of that category."""
    pattern, sizes = MODELS[category]
    return pattern.format(rng.choice(sizes))


def complaint(rng: Random, category: str, fault: str | None = None) -> tuple[str, str]:
    """Return a fault code and the customer's words for it; the given fault if the category has it."""
    faults = FAULTS.get(category, _OTHER)
    known = [entry for entry in faults if entry[0] == fault]
    code, _, words = known[0] if known else rng.choices(faults, [weight for _, weight, _ in faults])[0]
    return code, f"{LABELS[category]}{words}"
