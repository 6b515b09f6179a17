"""The commands that messages name (`运行 kaoping check 查看`), for each door to call them as people have them there.

A message is written once, with the command as it is typed; who reads it may have a window with numbers before him, or a
page with links. A command ends where its sentence goes on, and only a form that a door knows tells where that is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import yaml

from kaoping.core.resources import template

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


#: With what a sentence goes on behind a command, where no mark stands between.
_ON = "(?!认可(?!人)|裁定(?!人)|定下来|作出|改好|看|跟着|列出|查看|撤销|撤下|可以|互相|建立|导入它|补|重新)"
#: A command with all its words, and what a message offers beside it: `--keep X1（用修改的）或 --drop X1（不用）`.
_WHOLE = re.compile(
    rf"(?:(?:运行|用) ?)?(?<![\w.-])kaoping (?P<verb>[a-z]+)(?P<words>(?: {_ON}{_VALUE})*)"
    rf"(?:(?:（[^（）]*）)?或 --[a-z-]+(?: {_VALUE})?(?:（[^（）]*）)?)* ?"
)
_ASIDE = re.compile(r"（(?:检查时也加 )?--[a-z-]+(?:[^（）]|（[^（）]*）)*）")
_BY_A_COMMAND = re.compile(r"由 kaoping [a-z]+ (?=填写|给出|写)")
_BY_OTHERS = "请维护考评包的人"


@cache
def _places() -> Mapping[str, str]:
    """Where on the page each command is done, by its verb (and an option)."""
    places: dict[str, str] = yaml.safe_load(template("page", "commands.yaml").read_text("utf-8"))
    return places


def placed(message: str) -> str:
    """Return ``message`` with the place on the page of each command, for all that is to be typed.

    For one without a place the message names who does it: nothing that is typed is left.
    """
    places = _places()

    def place(command: re.Match[str]) -> str:
        verb = command["verb"]
        with_option = (places.get(f"{verb} {word}") for word in command["words"].split())
        return next(filter(None, with_option), "") or places.get(verb) or _BY_OTHERS

    if "kaoping" not in message and "--" not in message:
        return message
    return _ASIDE.sub("", _WHOLE.sub(place, _BY_A_COMMAND.sub("由程序", message)))
