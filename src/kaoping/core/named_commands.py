"""The commands that messages name (`运行 kaoping check 查看`), for each door to call them as people have them there.

A message is written once, with the command as it is typed; who reads it may have a window with numbers before him, or a
page with links. A command ends where its sentence goes on, and only a form that a door knows tells where that is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: The words in which a message asks for a command, and the command's first two.
_BEGIN = re.compile(r"(?P<ask>(?:运行|用) )?(?<![\w.-])(?P<words>kaoping [a-z]+)")
_VALUE = r"(?:\"[^\"]*\"|[^\s，。；、：（）]+)"
#: An option that stands further on in the same clause makes it another command than the form is.
_NO_MORE = r"(?![^，。；、：（）\n]* --)(?![\w-])"


@dataclass(frozen=True, slots=True)
class NamedCommand:
    """A command in a message: ``ask`` is what asks for it (“运行 ”, or nothing), ``form`` the door's; "" for no such.

    Without a form ``words`` are but the first two; what is typed behind them goes on in the message.
    """

    ask: str
    words: str
    form: str


def pieces(message: str, forms: Sequence[str]) -> list[str | NamedCommand]:
    """Split ``message`` into what stands between commands, and the commands.

    ``forms`` are those that the door has a name for, as they are typed (`kaoping import 文件 --as 种类`): a word that
    is not of ASCII stands for any.
    """
    split: list[str | NamedCommand] = []
    at = 0
    for begin in _BEGIN.finditer(message):
        form, end = _form_at(message, begin, forms)
        split += [
            message[at : begin.start()],
            NamedCommand(begin["ask"] or "", message[begin.start("words") : end], form),
        ]
        at = end
    return [*split, message[at:]]


def _form_at(message: str, begin: re.Match[str], forms: Sequence[str]) -> tuple[str, int]:
    for form in forms:
        if its := _pattern(form).match(message, begin.start("words")):
            return form, its.end()
    return "", begin.end()


def _pattern(form: str) -> re.Pattern[str]:
    first, verb, *others = form.split()
    words = "".join(f" {word if word.isascii() else _VALUE}" for word in others)
    return re.compile(rf"{first} {verb}(?: 单位文件夹)?{words}{_NO_MORE}")
