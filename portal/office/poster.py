"""The poster's words: where to report, and the code that makes sure it is the right office."""

from __future__ import annotations

from crypto.localized import Words
from crypto.office.anchor import Anchor


def poster_text(name: Words, anchor: Anchor, address: str | None) -> str:
    """What hangs on the wall, in both languages; `address` is the intake page's, if it is known.

    Its link carries the whole hash of root 1: a page that is opened by it compares all of it.
    """
    where = f"{address.rstrip('/')}/#c={anchor}" if address else "__________________________"
    code = anchor.code
    return (
        f"{name.zh}\n投诉举报\n\n"
        f"网址：{where}\n受理单位校验码：{code}\n\n"
        "匿名与实名同样受理。请用自己的手机和移动数据打开，不要用单位的设备或网络。\n"
        "页面会请您核对上面的校验码；校验码不符时，请不要填写。\n\n"
        f"{name.en}\nReport wrongdoing\n\n"
        f"Address: {where}\nOffice code: {code}\n\n"
        "Anonymous and named reports are treated alike. Use your own phone and mobile data,\n"
        "not a device or network of your employer. The page asks for this code; if it does not\n"
        "accept it, do not enter anything.\n"
    )
