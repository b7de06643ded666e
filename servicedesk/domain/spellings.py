"""English and Chinese spellings of the appliance categories that every new file has."""

from servicedesk.base.sameness import folded_name

# Other words for the same kind only. What may be either of two (电视, 热水器) or a part of one (laptop) is left out:
# a person decides those.
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
    """Return the form by which categories are compared: `Flat-TV`, `flat_tv` and `ＦＬＡＴ　ＴＶ` are `flat tv`."""
    return " ".join(folded_name(text).replace("_", " ").replace("-", " ").split())
