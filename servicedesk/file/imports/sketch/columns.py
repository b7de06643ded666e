"""Look at the values of a column: how many are phones, dates, names, scores, words with a code."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from servicedesk.base.sameness import half_width
from servicedesk.file.imports.maps.rows import formula_text
from servicedesk.file.imports.sketch.codes import nothings, proposal
from servicedesk.file.imports.sketch.date_forms import Dates, read_dates
from servicedesk.file.imports.sketch.meanings import Meaning, heading_meanings
from servicedesk.file.imports.tables.arrange import Record, unique_names

_SAMPLE = 400  # texts of a column that are looked at one by one
_PHONE = re.compile(
    r"(?:\+?86[- ]?|0086[- ]?)?"
    r"(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|(?:\(?0\d{2,3}\)?[- ]?)?[2-9]\d{2,3}[- ]?\d{4}|[48]00[- ]?\d{3}[- ]?\d{4})"
    r"(?:\s*(?:转|-|ext\.?|x|#)\s*\d{1,6})?"
)
_FOREIGN_PHONE = re.compile(r"\+?\(?\d[\d\s().-]{6,18}\d")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾韦夏付傅"
    "方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申耿关兰焦俞左"
    "柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时穆农司卓古吉"
)
_TITLED = re.compile(r"[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐|师傅|阿姨|大爷|大妈|老师|经理|总|工)")
_ENGLISH_NAME = re.compile(r"[A-Z][\w'’-]*\.?(?: (?:[A-Z]|[a-z]{1,3} [A-Z])[\w'’.-]*){1,3}")
# 王芳 13800138000, perhaps with an address behind it.
_CONTACT = re.compile(r"[^\d\s,，/、:：]+([\s,，/、:：]\s*)[+\d][\d-]{6,}(?:\1(?P<address>[^\d\s,，/、:：].*))?")
_BETWEEN = re.compile(r"\s*[/／、，,;；&+＋]\s*|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


@dataclass
class Column:
    """A column of a table: its cells, its texts and how often each stands there, and cells such as 无."""

    at: int
    name: str
    cells: Sequence[str]  # trimmed
    texts: Counter[str]
    nothing: Counter[str]

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return len(self.cells)

    @cached_property
    def values(self) -> Sequence[str]:
        """Return its cells with blanks in place of 无."""
        return ["" if cell in self.nothing else cell for cell in self.cells] if self.nothing else self.cells

    @cached_property
    def meanings(self) -> tuple[Meaning, ...]:
        """Return the fields that the heading may mean, the likeliest first."""
        return heading_meanings(self.name)

    @cached_property
    def filled(self) -> int:
        """Return how many rows have a value."""
        return self.texts.total()

    @cached_property
    def sample(self) -> list[str]:
        """Return texts from all over the column, each once."""
        step = max(1, len(self.texts) // _SAMPLE)
        return list(islice(self.texts, 0, None, step))

    @cached_property
    def dates(self) -> Dates:
        """Return the dates among its texts by form; if the sample has hardly any, the rest is not read."""
        tried = read_dates(dict.fromkeys(self.sample, 1))
        likely = tried.count + tried.times.total() + tried.yearless.total() + tried.serials.total()
        return read_dates(self.texts) if likely * 4 > len(self.sample) else tried

    @property
    def is_dated(self) -> bool:
        """Return whether it is a column of dates; numbers of five digits alone are none."""
        dates = self.dates
        years = dates.forms["%Y"] + dates.forms["%Y%m%d"]
        read = dates.count + dates.yearless.total()
        return read * 2 > read + dates.unread.total() + dates.times.total() + dates.serials.total() and (
            years < dates.count or bool(self.meanings)
        )

    @property
    def is_time(self) -> bool:
        """Return whether it is a column of times of day."""
        return self.dates.times.total() * 2 > self.dates.times.total() + self.dates.unread.total() + self.dates.count

    def share(self, fits: Callable[[str], bool]) -> float:
        """Return the share of the sample, 0 to 1, for which `fits` is true."""
        return sum(map(fits, self.sample)) / len(self.sample) if self.sample else 0.0

    @cached_property
    def phones(self) -> float:
        """Return the share of texts that are phones, 0 to 1."""
        return self.share(is_phone)

    @cached_property
    def sure_phones(self) -> float:
        """Return the share of texts in the form of Chinese phones, which no other number looks like."""
        return self.share(lambda text: _PHONE.fullmatch(half_width(text).strip()) is not None)

    @cached_property
    def contact_sign(self) -> str:
        """Return the sign between name and phone, if most of its cells hold both; else ''."""
        found = Counter(match[1].strip() or " " for text in self.sample if (match := _CONTACT.fullmatch(text)))
        return found.most_common(1)[0][0] if found.total() * 5 > len(self.sample) * 3 else ""

    @property
    def has_address(self) -> bool:
        """Return whether most of the cells that hold name and phone have an address behind them."""
        found = [match["address"] is not None for text in self.sample if (match := _CONTACT.fullmatch(text))]
        return sum(found) * 2 > len(found)

    @cached_property
    def people(self) -> float:
        """Return the share of texts that look like names of persons, 0 to 1."""
        return self.share(is_person)

    @cached_property
    def scores(self) -> float:
        """Return the share of texts that mean a score, 0 to 1."""
        return self.share(lambda text: text in {"1", "2", "3", "4", "5"} or proposal("score", text) is not None)

    @cached_property
    def categories(self) -> float:
        """Return the share of texts that mean a category, 0 to 1."""
        return self.share(lambda text: proposal("category", text) is not None)

    @cached_property
    def numbers(self) -> float:
        """Return the share of texts that are numbers or amounts, 0 to 1."""
        return self.share(lambda text: re.fullmatch(r"[¥￥$€]?-?\d[\d,]*(?:\.\d+)?元?", text) is not None)

    @property
    def is_key(self) -> bool:
        """Return whether every row has a value of its own."""
        return self.rows > 0 and len(self.texts) == self.filled == self.rows

    @property
    def is_listed(self) -> bool:
        """Return whether its texts are few enough to be written down one by one."""
        return len(self.texts) <= 40


def read_columns(names: Sequence[str], records: Sequence[Record]) -> list[Column]:
    """Return the columns of a table that have a heading."""
    empty, names = nothings(), unique_names(names)
    width = len(names)
    rows = (record.cells for record in records)
    whole = [row if len(row) == width else [*row[:width], *[""] * (width - len(row))] for row in rows]
    errors: dict[int, set[str]] = {}  # such as #N/A: their rows are rejected, whatever a map says of the text
    for record in records:
        for at in record.bad:
            errors.setdefault(at, set()).update(record.cells[at : at + 1])
    columns = []
    for at, (name, raw) in enumerate(zip(names, zip(*whole, strict=True) if whole else [()] * width, strict=True)):
        cells = list(map(str.strip, raw))
        if any(cell.startswith('="') for cell in cells):
            cells = [formula_text(cell) for cell in cells]
        texts = Counter(cells)
        for text in ("", *errors.get(at, ())):
            texts.pop(text.strip(), None)
        nothing = Counter({text: texts[text] for text in texts if len(text) < 20 and half_width(text).lower() in empty})
        for text in nothing:
            del texts[text]
        columns.append(Column(at, name, cells, texts, nothing))
    return columns


def settle_orders(columns: Sequence[Column]) -> None:
    """Decide the order of day and month in dates such as 3/4/2025 by the other columns, if these have one order."""
    orders = {column.dates.order for column in columns} - {""}
    for column in columns:
        if column.dates.is_either and len(orders) == 1:
            column.dates = read_dates(column.texts, *orders)


def looks_like_record(columns: Sequence[Column]) -> bool:
    """Return whether the headings look like values of their own columns: the file begins with its first record."""
    alike = 0
    for column in columns:
        name = column.name
        alike += (
            (column.phones > 0.8 and is_phone(name))
            or (column.is_dated and read_dates({name: 1}).count > 0)
            or (column.categories > 0.8 and not column.meanings and proposal("category", name) is not None)
            or (column.people > 0.8 and not column.meanings and is_person(name))
        )
    return alike > 1


def is_phone(text: str) -> bool:
    """Return whether a text is one phone or several."""
    plain = half_width(text).strip().lstrip("'’")  # with which a spreadsheet keeps a text
    if _PHONE.fullmatch(plain) or _FOREIGN_PHONE.fullmatch(plain):
        return 6 < sum(sign.isdigit() for sign in plain) < 16
    parts = [part for part in re.split(r"[,;/、\s]+(?=\+?\(?\d{3})", plain) if part]
    return all(_PHONE.fullmatch(part.strip()) or _FOREIGN_PHONE.fullmatch(part.strip()) for part in parts) and bool(
        parts
    )


def is_person(text: str) -> bool:
    """Return whether a text looks like the name of a person, or of several."""
    parts = values_of(text)
    return all(
        (part[0] in _SURNAMES and 2 <= len(part) <= 4 and not part.isascii() and _is_han(part))
        or _TITLED.fullmatch(part) is not None
        or _ENGLISH_NAME.fullmatch(part) is not None
        for part in parts
    ) and bool(parts)


def _is_han(text: str) -> bool:
    return all("\u4e00" <= sign <= "\u9fff" or sign == "·" for sign in text)


def values_of(text: str) -> list[str]:
    """Return the values of a cell that holds several: 李强/赵敏 are two."""
    return [part for part in _BETWEEN.split(text.strip()) if part]


def separators(texts: Iterable[str]) -> Counter[str]:
    """Return the signs that stand between several values of a cell."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update({match.strip() or " " for match in _BETWEEN.findall(text.strip())})
    return found
