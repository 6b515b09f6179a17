"""Mails (.eml, RFC 5322, and Outlook's .msg) to pages: head, text and a list of what came with them."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from pathlib import Path, PurePosixPath

from kaoping.evidence.convert._conversion import Conversion, NotShownError
from kaoping.evidence.convert._html_parsing import parsed
from kaoping.evidence.convert._outlook import NOT_THERE, message_of
from kaoping.evidence.convert._text import lines_of, write
from kaoping.pdf import typeset

_HEADS = {"From": "发件人", "To": "收件人", "Cc": "抄送", "Date": "日期"}
_MOST_PARTS = 2000
_BLANKS = re.compile(r"\s+")
_OLE = b"\xd0\xcf\x11\xe0"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # no characters of XML
_MOST_BYTES = 200_000_000
_MOST_TEXT = 300_000  # characters


def to_pdf(source: Path, target: Path) -> Conversion:
    """Write the mail at ``source`` as pages. Raises NotShownError where it can't be read."""
    message = _message(source)
    words = _all_words(message)[:_MOST_TEXT]
    heads = [(title, _head(message, name)) for name, title in _HEADS.items()]
    subject = _head(message, "Subject")
    data = {
        "subject": typeset.drawable_text(subject),
        "head": [[title, typeset.drawable_text(content)] for title, content in heads],
        "lines": lines_of(words),
        "attachments": [typeset.drawable_text(name) for name, _ in attachments(source)],
    }
    whole = "\n".join([subject, *(content for _, content in heads), words])
    return write("mail.typ", data, target, "邮件排成页", whole)


def attachments(source: Path) -> Iterator[tuple[str, bytes | None]]:
    """Yield name and content of what came with the mail; a mail in a mail is one file, with its own attachments in it.

    The content is None where it can't be taken out. Raises NotShownError where the mail can't be read.
    """
    message = _message(source)
    body = message.get_body(("plain", "html"))
    for number, part in enumerate(_parts(message), start=1):
        if part is body or _is_text_of(part):
            continue
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            inner = inner[0] if isinstance(inner, list) and inner else inner
            content = inner.as_bytes() if isinstance(inner, EmailMessage) else b""
            yield part.get_filename() or f"邮件{number}.eml", content
        elif part[NOT_THERE]:
            yield _name(part, number), None
        else:
            payload = part.get_payload(decode=True)
            yield _name(part, number), payload if isinstance(payload, bytes) else b""


def _message(source: Path) -> EmailMessage:
    if source.stat().st_size > _MOST_BYTES:
        raise NotShownError("邮件太大，没有打开。请把需要的附件另存到材料文件夹。")
    try:
        is_outlooks = source.read_bytes()[: len(_OLE)] == _OLE
        message = (
            message_of(source)
            if is_outlooks
            else email.message_from_bytes(source.read_bytes(), policy=email.policy.default)
        )
    except Exception as error:  # the parser raises what it likes on a hostile mail
        raise NotShownError("邮件读不出来。请把需要的内容另存为 PDF。") from error
    assert isinstance(message, EmailMessage)
    return message


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts that hold something, without entering a mail within the mail."""
    todo: list[EmailMessage] = [message]
    count = 0
    while todo:
        part = todo.pop(0)
        count += 1
        if count > _MOST_PARTS:
            raise NotShownError("邮件里的部分太多，没有展开。请把需要的附件另存到材料文件夹。")
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            todo = [inner for inner in payload if isinstance(inner, EmailMessage)] + todo
        else:
            yield part


def _is_text_of(part: EmailMessage) -> bool:
    """Whether the part is the mail's text in another form, and not a file."""
    is_file = part.get_filename() or part.get_content_disposition() == "attachment"
    return part.get_content_maintype() == "text" and not is_file


def _name(part: EmailMessage, number: int) -> str:
    name = part.get_filename() or ""
    if name.encode("latin-1", "ignore").decode("latin-1") == name and not name.isascii():  # raw GBK, not declared
        name = name.encode("latin-1").decode("gb18030", "replace")
    if name:
        return PurePosixPath(name.replace("\\", "/")).name or f"附件{number}"
    subtype = part.get_content_subtype()
    return f"附件{number}.{'jpg' if subtype == 'jpeg' else subtype if subtype.isalnum() else 'bin'}"


def _head(message: EmailMessage, name: str) -> str:
    try:
        head = message[name]
        sent = getattr(head, "datetime", None)
        return _moment(sent) if isinstance(sent, datetime) else str(head or "")
    except Exception:  # a head that does not parse
        return ""


def _moment(sent: datetime) -> str:
    """Return a moment as people write it, by the clock of whoever sent it; which clock that is, where it isn't ours."""
    zone = sent.strftime("%z")
    clock = f"（时区 {zone[:3]}:{zone[3:]}）" if zone not in ("", "+0800") else ""
    return f"{sent.year}年{sent.month}月{sent.day}日 {sent:%H:%M}{clock}"


def _all_words(message: EmailMessage) -> str:
    """Return the mail's text, and below it what its other form, a web page, says besides."""
    body = message.get_body(("plain", "html"))
    words = _words(body) if body is not None else ""
    page = message.get_body(("html",))
    if page is None or page is body:
        return words
    known = _BLANKS.sub("", words)
    more = [line for line in _words(page).splitlines() if _BLANKS.sub("", line) not in known]
    return "\n".join([words.rstrip(), "", "（网页格式的正文）", *more]) if more else words


def _words(body: MIMEPart) -> str:
    payload = body.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    declared = body.get_content_charset() or "utf-8"
    words = ""
    for charset in (declared, "utf-8", "gb18030"):
        try:
            words = data.decode("gb18030" if charset.lower() in ("gb2312", "gbk") else charset)
            break
        except (LookupError, UnicodeDecodeError):
            continue
    if body.get_content_subtype() != "html":
        return words
    from lxml import html

    try:
        root = parsed(f"<div>{_CONTROL.sub(' ', words)}</div>", html.fromstring)
    except ValueError as error:
        raise NotShownError("邮件的网页正文嵌套得太深，读不全。请用邮件程序打开后打印成 PDF。") from error
    for element in root.iter("script", "style"):
        element.clear()
    for element in root.iter("br", "p", "div", "tr", "li"):
        element.tail = "\n" + (element.tail or "")
    return "\n".join(line.strip() for line in root.text_content().splitlines() if line.strip())
