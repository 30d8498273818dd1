"""What a model says after its thoughts, which some servers leave in the answer's text.

Where a server's chat template opens the thoughts itself (QwQ, DeepSeek-R1, Qwen3-Thinking), only
their end stands in the text. The forms are those of the models' own templates: `<think>` and its
kin, `[THINK]` (Magistral), `◁think▷` (Kimi-VL), `<|begin_of_thought|>` (Sky-T1,
OpenThinker) and the channels of gpt-oss.
"""

from __future__ import annotations

import re

_NAME = r"(?:\w+:)?(?:think(?:ing)?|thoughts?|reasoning)"
_FIRST = rf"<{_NAME}>|\[THINK\]|\u25c1think\u25b7|<\|begin_of_thought\|>|<\|channel\|>analysis"
_LAST = (
    rf"</{_NAME}>|\[/THINK\]|\u25c1/think\u25b7|<\|end_of_thought\|>|"
    r"<\|channel\|>final<\|message\|>"
)
_BEGIN, _END = (re.compile(form, re.IGNORECASE) for form in (_FIRST, _LAST))
_ALL = re.compile(rf"\s*(?:{_FIRST})(.*)(?:{_LAST})\s*", re.IGNORECASE | re.DOTALL)


def after_thoughts(text: str) -> str:
    """What follows the last end of thoughts, up to thoughts without an end; "" where nothing does.

    A draft in them may look just like the answer.
    """
    return _BEGIN.split(_END.split(text)[-1])[0].strip()


def all_thought(text: str) -> str:
    """Thoughts that begin and end, where nothing else was said; else ""."""
    found = _ALL.fullmatch(text)
    return found[1].strip() if found else ""
