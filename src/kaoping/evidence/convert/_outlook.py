"""Outlook's own mails (.msg, MS-OXMSG) as any other mail: their heads, their text, what came with them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

#: The head of a part that stands for an attachment which can't be taken out: a mail within the mail, a link.
NOT_THERE = "X-Not-There"
_SENDER = 0x0C1A  # PidTagSenderName
_CHINA = timezone(timedelta(hours=8))  # Outlook keeps UTC
_LINE = re.compile(r"\s*[\r\n]+\s*")


def message_of(source: Path) -> EmailMessage:
    """Return the mail at ``source``; what of it python-oxmsg can't read is not in it. Raises what that raises."""
    from oxmsg import Message

    mail = Message.load(str(source))
    message = EmailMessage()
    heads = mail.message_headers
    message["Subject"] = _line(mail.subject)
    message["From"] = _line(heads.get("From") or mail.sender or mail.properties.str_prop_value(_SENDER))
    recipients = "；".join(filter(None, (_address(recipient) for recipient in mail.recipients)))
    message["To"] = _line(heads.get("To") or recipients)
    if copies := heads.get("Cc"):
        message["Cc"] = _line(copies)
    if isinstance(mail.sent_date, datetime):
        message["Date"] = format_datetime(mail.sent_date.astimezone(_CHINA))
    if mail.body:
        message.set_content(mail.body)
    elif mail.html_body:
        message.set_content(mail.html_body, subtype="html")
    for number, attachment in enumerate(mail.attachments, 1):
        content = attachment.file_bytes if attachment.attached_by_value else None
        name = _line(attachment.file_name) or f"附件{number}"
        message.add_attachment(content or b"", maintype="application", subtype="octet-stream", filename=name)
        if content is None:
            list(message.iter_attachments())[-1][NOT_THERE] = "1"
    return message


def _address(recipient: Any) -> str:
    return f"{recipient.name} <{recipient.email_address}>" if recipient.email_address else str(recipient.name or "")


def _line(text: Any) -> str:
    """Return a head's text in one line, as a head must be."""
    return _LINE.sub(" ", str(text or "")).strip()
