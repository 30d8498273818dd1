"""When a picture was made, as its texts tell it: a day, step, hour, season, before, after."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
_NUMBERS = {w: float(n) for n, w in enumerate(_SMALL)} | {
    "a": 1, "an": 1, "half": 0.5, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
}  # fmt: skip
_NUMBER = r"(?:\d+(?:\.\d+)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_UNIT = r"(?:second|minute|hour|day|night|week|month|year|decade|centur(?:y|ie)|generation)"
_SEASONS = ("spring", "summer", "autumn", "winter")
_HOURS = {
    "dawn": 6, "sunrise": 6, "morning": 8, "noon": 12, "midday": 12, "afternoon": 15,
    "sunset": 19, "dusk": 19, "evening": 20, "nightfall": 21, "night": 23, "after dark": 23,
    "midnight": 24,
}  # fmt: skip

_COUNTED = re.compile(
    rf"(?:^|[.,;] |\b(?:by|on|at|in|after) )({_UNIT}|step|stage|phase) ({_NUMBER})\b", re.IGNORECASE
)
_CLOCK = re.compile(
    rf"^(?:at|by|around|just (?:before|after)) ({_NUMBER}|noon|midnight)"
    r"(?: o'?clock| (?:am|pm))?\b",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"(?:^|\b(?:at|by|after|in the|morning|the) |^the )(" + "|".join(_HOURS) + r")\b", re.IGNORECASE
)
_SEASON = re.compile(
    r"^(?:in |by |early |late )*(?:the end of )?(spring|summer|autumn|fall|winter)\b", re.IGNORECASE
)
_LABEL = re.compile(r"^(?:the \w+ )?(before|after)\b(?=[.:,]|$| the (?:re|work|change))", re.I)
_LATER = re.compile(
    rf"\b((?:{_NUMBER}|several|few|a few|many) {_UNIT}s? (?:later|on\b|after(?:wards)?\b(?! the)))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Moment:
    """A place on a scale: `day` 6, `step` 2, `hour` 19, `season` 1, `label` 0 (before) or 1.

    `words` completes "as it looks …" ("at dusk", "in summer"), "" when only a difference can.
    """

    scale: str
    value: float
    words: str = ""


def number(word: str) -> float:
    """The value of `12`, `twelve`, `a`; ValueError for others."""
    word = word.lower()
    return _NUMBERS[word] if word in _NUMBERS else float(word)


def moment(text: str) -> Moment | None:
    """The moment that a caption, alt or heading names, None when it names none."""
    found = _COUNTED.search(text[:60])
    if found:
        return Moment(found[1].lower(), number(found[2]))
    found = _LABEL.search(text)
    if found:
        return Moment("label", float(found[1].lower() == "after"))
    return _time_of_day(text) or _season(text)


def _time_of_day(text: str) -> Moment | None:
    clock = _CLOCK.search(text)
    if clock and clock[1].lower() not in ("first", "second", "third", "a", "an", "half"):
        word = clock[1].lower()
        hour = float(_HOURS[word]) if word in _HOURS else number(word)
        words = f"at {word}" if word in _HOURS and clock[0].lower().startswith(("at", "by")) else ""
        return Moment("hour", hour, words) if hour <= 24 else None
    found = _HOUR.search(text[:70])
    if found is None:
        return None
    word = found[1].lower()
    return Moment("hour", float(_HOURS[word]), word if " " in word else f"{_at(word)} {word}")


def _at(word: str) -> str:
    return "in the" if word in ("morning", "afternoon", "evening") else "at"


def _season(text: str) -> Moment | None:
    found = _SEASON.search(text)
    if found is None:
        return None
    name = "autumn" if found[1].lower() == "fall" else found[1].lower()
    return Moment("season", float(_SEASONS.index(name)), f"in {name}")


def later(text: str) -> str:
    """`three weeks later` where a text says how much time has passed, else ""."""
    found = _LATER.search(text)
    if found is None:
        return ""
    return re.sub(r" (?:on|after|afterwards)$", " later", found[1]).lower()


def between(before: Moment, after: Moment) -> str:
    """The words for the time between two moments of one scale, "" when there are none."""
    if after.words:
        return after.words
    step = after.value - before.value
    if after.scale == "hour":
        step %= 12  # a clock's face does not tell morning from evening
    if step != int(step) or not 0 < step <= 20 or before.scale == "label":
        return ""
    if before.scale in ("step", "stage", "phase"):
        return "one step later" if step == 1 else f"{_SMALL[int(step)]} steps later"
    unit = re.sub(r"ie$", "y", before.scale)
    if step > 1:
        return f"{_SMALL[int(step)]} {unit[:-1] + 'ies' if unit == 'century' else unit + 's'} later"
    return f"an {unit} later" if unit == "hour" else f"a {unit} later"
