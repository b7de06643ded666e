"""Spellings of categories and brands in English and Chinese that mean the same."""

from servicedesk.base.sameness import folded_name

# Only words for exactly one category. Words that may mean two (电视, 热水器) or a kind within one (laptop) are left
# out, because a person decides those.
_SPELLINGS = {
    "crt_tv": ("colour tv", "color tv", "colour television", "color television", "彩色电视", "彩色电视机", "彩电"),
    "bw_tv": ("black and white tv", "black and white television", "黑白电视"),
    "flat_tv": (
        "flat panel tv", "flat screen tv", "lcd tv", "led tv", "oled tv", "液晶电视", "液晶电视机", "液晶彩电",
        "平板电视机", "平板彩电",
    ),
    "video_recorder": ("vcr", "video cassette recorder", "磁带录像机"),
    "fridge": ("refrigerator", "电冰箱"),
    "freezer": ("deep freezer", "冰柜", "电冰柜"),
    "washer": ("washing machine", "clothes washer"),
    "ac": ("air conditioner", "air conditioning", "aircon", "空调器", "空调机"),
    "microwave": ("microwave oven",),
    "range_hood": ("cooker hood", "extractor hood", "抽油烟机", "吸油烟机", "烟机"),
    "vacuum_cleaner": ("vacuum", "真空吸尘器"),
    "fan": ("electric fan", "风扇", "电扇"),
    "dishwasher": ("dish washer", "dishwashing machine"),
    "small": ("small appliance", "small appliances", "小电器"),
    "computer": ("personal computer", "计算机"),
}  # fmt: skip
SAME = {spelling: code for code, spellings in _SPELLINGS.items() for spelling in spellings}


def spelling_key(text: str) -> str:
    """Return the form in which categories are compared: `Flat-TV`, `flat_tv` and `ＦＬＡＴ　ＴＶ` are all `flat tv`."""
    return " ".join(folded_name(text).replace("_", " ").replace("-", " ").split())


# The Chinese and the Latin names of each brand.
_BRANDS = """
海尔 Haier, 美的 Midea, 格力 Gree, 海信 Hisense, 长虹 Changhong, 创维 Skyworth, 康佳 Konka, 小米 Xiaomi, 奥克斯 Aux,
志高 Chigo, 格兰仕 Galanz, 老板 Robam, 方太 Fotile, 华帝 Vatti, 万和 Vanward, 万家乐 Macro, 苏泊尔 Supor, 九阳 Joyoung,
容声 Ronshen, 美菱 Meiling, 统帅 Leader, 卡萨帝 Casarte, 小天鹅 LittleSwan, 三星 Samsung, 索尼 Sony, 松下 Panasonic,
夏普 Sharp, 东芝 Toshiba, 日立 Hitachi, 大金 Daikin, 三菱 Mitsubishi, 西门子 Siemens, 博世 Bosch, 飞利浦 Philips,
惠而浦 Whirlpool, 伊莱克斯 Electrolux, 林内 Rinnai, 能率 Noritz, 戴森 Dyson
"""
_LATIN = dict(pair.split() for pair in _BRANDS.replace("\n", " ").strip().split(", "))


def brand_key(text: str) -> str:
    """Return the form in which brands are compared; it is the same for `haier`, `HAIER` and 海尔."""
    return folded_name(_LATIN.get(text.strip(), text)).replace(" ", "")
