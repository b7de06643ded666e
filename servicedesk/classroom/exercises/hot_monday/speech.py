"""What the callers of E2 say, in both languages."""

from servicedesk.base.messages import category_name, say
from servicedesk.base.table import span
from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.exercises.hot_monday.scene import OFFSET, Call, Monday, draw_monday
from servicedesk.demo.simulation.names import LABELS
from servicedesk.language.words import Words


def _trouble(category: str, at: int) -> str:
    return {
        "ac": (say("does not heat"), say("drips into the room")),
        "fridge": (say("does not cool any more"), say("leaks onto the floor")),
        "washer": (say("does not drain"), say("does not spin")),
        "flat_tv": (say("has sound but no picture"), say("cannot be switched on")),
        "range_hood": (say("hardly draws"), say("roars")),
        "gas_water_heater": (say("gives no hot water"), say("goes out again and again")),
    }[category][at]


def word_call(monday: Monday, call: Call) -> list[str]:
    """Return the sentences that the caller says."""
    fault, person = monday.faults[call.fault], call.person
    home = monday.homes[fault.home]
    values = {
        "name": person.name, "phone": person.phone, "address": home.address, "brand": fault.brand,
        "machine": category_name(fault.category), "trouble": _trouble(fault.category, fault.trouble),
    }  # fmt: skip
    if call.is_again and person == home.first:
        return [say("{name} again, {phone}. I called about the {machine}, and nobody is here yet!", **values)]
    if call.is_again:
        return [say("{name} here, {phone}, {address}. Our {machine} {trouble}. Can somebody come?", **values)]
    said = say("This is {name}, {phone}. Our {machine} {trouble}.", **values)
    if home.is_new:
        said = say(
            "My name is {name}, {phone}, {address}. I have never called you. Our {brand} {machine} {trouble}.", **values
        )
    elif fault.is_second:
        said = say("{name} once more, {phone}. Now our {machine} {trouble} as well, what a day.", **values)
    if fault.window:
        begin, end = (moment.isoformat() for moment in fault.window)
        return [said, say("I can only be at home {window}.", window=span(begin, end))]
    return [said, say("Any time will do, but tell me one.")] if fault.is_to_propose else [said]


def list_calls(variant: Variant) -> list[dict[str, str]]:
    """Return the script of the calls: the time (`at`), and the caller's words in English (`text`) and Chinese (`zh`).

    The script has both languages because the file keeps it as JSON, which nothing translates later.
    """
    monday, chinese = draw_monday(variant), Words("zh")
    chinese.categories = lambda: LABELS
    script = []
    for call in monday.calls:
        said = word_call(monday, call)
        script.append({"at": f"{call.at.isoformat()}{OFFSET}", "text": " ".join(said),
                       "zh": "".join(map(chinese.translation, said))})  # fmt: skip
    return script
