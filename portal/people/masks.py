"""Personal data as lists and exports show it (SEC-3): enough to recognise, not enough to use."""

import re


def mask_phone(number: str | None) -> str:
    """`138 **** 0021`, `0512-**** 2210`; what is too short to be a number is hidden whole."""
    digits = re.sub(r"\D", "", number or "")
    digits = re.sub(r"^(00)?86(?=1\d{10}$)", "", digits)
    if not digits:
        return ""
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]} **** {digits[-4:]}"
    if len(digits) in (11, 12) and digits.startswith("0"):
        return f"{digits[:-8]}-**** {digits[-4:]}"
    return f"**** {digits[-4:]}" if len(digits) >= 8 else "****"


def mask_name(name: str | None) -> str:
    """`周*`, `欧阳*` stays `欧**`: the surname's first character; in Latin letters the first letter of each word."""
    name = (name or "").strip()
    if not name:
        return ""
    if name.isascii():
        return " ".join(f"{word[0]}***" for word in name.split())
    return name[0] + "*" * max(len(name) - 1, 1)


def mask_email(address: str | None) -> str:
    """`w***@example.com`: who can be recognised by whoever knows it."""
    name, _at, host = (address or "").strip().rpartition("@")
    return f"{name[:1]}***@{host}" if host else ""


def grouped(number: str | None) -> str:
    """A number in groups that can be read aloud: `138 0000 0021`, `0512-0000 2210`; others as they are."""
    plain = (number or "").strip()
    digits = re.sub(r"[\s-]", "", plain)
    if not digits.isdigit():
        return plain
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if len(digits) == 12 and digits.startswith("0"):
        return f"{digits[:4]}-{digits[4:8]} {digits[8:]}"
    if len(digits) == 11 and digits.startswith("0"):
        return f"{digits[:3]}-{digits[3:7]} {digits[7:]}"
    return plain


def mask_account(number: str | None) -> str:
    """`**** 1234`: the last four of a bank account, which whoever owns it recognises."""
    digits = re.sub(r"\D", "", number or "")
    if not digits:
        return ""
    return f"**** {digits[-4:]}" if len(digits) >= 8 else "****"
