"""What a birthday card says, in Chinese and in English (M3, M23, M25)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from servicedesk.base.messages import say
from servicedesk.base.width import wrapped
from servicedesk.desk.maintenance.visit_sheet import WIDTH


@dataclass(frozen=True, slots=True)
class Machine:
    """What a card or a sheet says of one machine and its birthday. `approx`: only the month is known (M3)."""

    category: str
    label_zh: str | None
    brand: str | None
    age: int
    due_on: str
    approx: bool
    safe_life_years: int | None

    @property
    def is_beyond_safe_life(self) -> bool:
        """Return whether the years of safe use are over on that birthday (M23)."""
        return self.safe_life_years is not None and self.age >= self.safe_life_years

    def is_on(self, day: str) -> bool:
        """Return whether that day is the birthday, or is in its month if only the month is known."""
        known = 7 if self.approx else 10
        return self.due_on[:known] == day[:known]


def card(names: Sequence[str], machines: Sequence[Machine], language: str, *, on: str) -> str:
    """Return the text of the birthday card as printed on that day (M25). Several appliances make a list.

    An appliance beyond its safe life gets advice instead of praise (M23).
    """
    if language == "en":  # a terminal breaks lines inside words, which only Chinese allows
        return "\n".join(row for line in _card_en(names, machines, on).split("\n") for row in wrapped(line, WIDTH))
    return _card_zh(names, machines, on)


_CHECK_ZH = "我们的星级服务工程师会对您的家电进行通检及保养。"
_CHECK_EN = "Our star service engineer will check and care for your appliances."


def _card_zh(names: Sequence[str], machines: Sequence[Machine], on: str) -> str:
    greeting, thanks = f"尊敬的{'、'.join(names)}，", _thanks_zh(machines)
    if len(machines) == 1:
        one = machines[0]
        birthday = date.fromisoformat(one.due_on)
        if one.is_on(on):
            when = "本月" if one.approx else "今天"
        else:
            when = f"{birthday.month}月" if one.approx else f"{birthday.month}月{birthday.day}日"
        whole = f"{greeting}{when}是您的{_name_zh(one)}{one.age}周岁生日"
        return f"{whole}，{thanks}" if not one.is_beyond_safe_life else f"{whole}。{_advice_zh('它', one)}。{thanks}"
    rows = []
    for machine in machines:
        year, month, day = (int(part) for part in machine.due_on.split("-"))
        when = f"{year}年{month}月" + ("" if machine.approx else f"{day}日")
        advice = f"（{_advice_zh('', machine)}）" if machine.is_beyond_safe_life else ""
        rows.append(f"  {when}：{_name_zh(machine)}{machine.age}周岁生日{advice}")
    return "\n".join([f"{greeting}您的家电过生日了：", *rows, thanks])


def _thanks_zh(machines: Sequence[Machine]) -> str:
    praised = [machine for machine in machines if not machine.is_beyond_safe_life]
    thanks = f"感谢您成为{'、'.join(_brands(praised)) or '我们'}的用户，并" if praised else ""
    return f"{thanks}请接受我们对您全家人的祝福，同时，{_CHECK_ZH}"


def _advice_zh(subject: str, machine: Machine) -> str:
    return f"{subject}已达到{machine.safe_life_years}年的安全使用年限，为了您全家人的安全，建议检查并考虑更换"


def _name_zh(machine: Machine) -> str:
    return f"{machine.brand or ''}{machine.label_zh or machine.category}"


def _card_en(names: Sequence[str], machines: Sequence[Machine], on: str) -> str:
    greeting, thanks = f"Dear {' and '.join(names)},", _thanks_en(machines)
    if len(machines) == 1:
        one = machines[0]
        day = date.fromisoformat(one.due_on)
        if one.is_on(on):
            when = "this month brings" if one.approx else "today is"
        else:
            when = f"{day:%B} brings" if one.approx else f"{day.day} {day:%B} is"
        advice = f" {_advice_en('It', one)}." if one.is_beyond_safe_life else ""
        return f"{greeting} {when} the {ordinal(one.age)} birthday of your {name_en(one)}.{advice} {thanks}"
    rows = []
    for machine in machines:
        day = date.fromisoformat(machine.due_on)
        when = f"{day:%B %Y}" if machine.approx else f"{day.day} {day:%B %Y}"
        advice = f" ({_advice_en('it', machine)})" if machine.is_beyond_safe_life else ""
        rows.append(f"  {when}: {name_en(machine)}, {ordinal(machine.age)} birthday{advice}")
    return "\n".join([f"{greeting} your appliances have their birthdays:", *rows, thanks])


def _thanks_en(machines: Sequence[Machine]) -> str:
    praised = [machine for machine in machines if not machine.is_beyond_safe_life]
    brands = " and ".join(_brands(praised))
    thanks = f"Thank you for choosing {brands or 'us'}; our" if praised else "Our"
    return f"{thanks} best wishes to your whole family. {_CHECK_EN}"


ADVICE = "it has reached its safe life of {years} years: have it checked, and consider a new one"


def _advice_en(subject: str, machine: Machine) -> str:
    return subject + ADVICE.removeprefix("it").format(years=machine.safe_life_years)


def advice(machine: Machine) -> str:
    """Return the advice for the technician's sheet if the appliance is beyond its safe life, otherwise ''."""
    return say(ADVICE, years=machine.safe_life_years) if machine.is_beyond_safe_life else ""


def _brands(machines: Sequence[Machine]) -> list[str]:
    return list(dict.fromkeys(machine.brand for machine in machines if machine.brand))


def name_en(machine: Machine) -> str:
    """Return brand and category, as in "Haier flat TV"."""
    kind = " ".join("TV" if word == "tv" else word for word in machine.category.split("_"))
    return f"{machine.brand} {kind}" if machine.brand else kind


def ordinal(count: int) -> str:
    """Return 1st, 2nd, 3rd, 4th, 11th, 21st."""
    suffix = "th" if count % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{suffix}"
