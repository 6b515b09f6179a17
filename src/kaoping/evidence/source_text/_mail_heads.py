"""What a mail says besides the page that is made of it: every head, every form of its text; Outlook's properties."""

from __future__ import annotations

import email
import email.policy
import io
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message

from kaoping.evidence.source_text._passage import Passage, decoded_text, remark
from kaoping.evidence.source_text._tags import of_markup

_PLACE = "邮件头"
_MOST_PARTS = 2000
_MOST_BYTES = 50_000_000  # of one property
_WRITTEN = {"subject", "comments", "keywords"}  # by people; the others are addresses and programs' numbers
_OF_PEOPLE = {"from", "to", "cc", "bcc", "reply-to", "sender", "return-path", "delivered-to"}
_UNICODE, _BYTES = "001F", "001E"  # how a property's stream ends (MS-OXMSG, 2.1)
_HEADS = "007D"  # PidTagTransportMessageHeaders


def of_mail(data: bytes) -> Iterator[Passage]:
    """Yield the heads of a mail (RFC 5322) and of its parts, and its texts; of what does not parse, what does."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            return
        yield from _heads(part)
        if part.get_content_maintype() == "text" and not part.get_filename():
            text = _payload(part)
            if part.get_content_subtype() == "html":
                yield from of_markup(text)
            else:
                yield Passage(text)


def of_outlook(data: bytes) -> Iterator[Passage]:
    """Yield the texts among the properties of one of Outlook's mails, its heads too."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            for entry in ole.listdir():
                name = entry[-1].upper()
                if not name.startswith("__SUBSTG1.0_") or not name.endswith((_UNICODE, _BYTES)):
                    continue
                content = ole.openstream(entry).read(_MOST_BYTES)
                text = content.decode("utf-16-le", "replace") if name.endswith(_UNICODE) else decoded_text(content)
                if _HEADS in name:
                    yield from of_mail(text.encode())
                else:
                    yield Passage(text)
    except Exception:  # olefile raises what it likes; whoever makes pages of the mail says what is wrong
        return


def _heads(part: Message) -> Iterator[Passage]:
    for name, value in part.raw_items():
        text = _decoded(str(value))
        if name.lower() in _OF_PEOPLE:  # 秘密 <a@example.org> may be what somebody calls himself
            yield Passage(text, is_first=False)
        else:
            yield from remark(text, _PLACE if name.lower() in _WRITTEN else "")


def _decoded(value: str) -> str:
    """Return a head as text: encoded words (RFC 2047), or bytes in an encoding that nobody declared."""
    value = " ".join(decoded_text(value.encode("utf-8", "surrogateescape")).split())
    try:
        return str(make_header(decode_header(value)))
    except Exception:  # an encoding that there is not, broken base64
        return value


def _payload(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = (part.get_content_charset() or "").lower()
    try:
        return data.decode("gb18030" if charset in ("gb2312", "gbk") else charset)
    except (LookupError, UnicodeDecodeError):
        return decoded_text(data)
