"""How the widget finds an article in the folder of the batch job: see "The folder" in docs/widget.md.

The page knows only its address. So that a phone need not load the index of a whole site, the index stands in 4,096
small files, and the address says which: some 25 entries each for a site of 100,000 articles.
"""

from urllib.parse import quote, urlsplit

_PORTS = {"http": 80, "https": 443}


def key(address: str) -> str:
    """The name of an article in the index: its address without scheme, ``www.`` and fragment, written as browsers write it.

    ``https://www.Portal.example/bài?id=3#a`` is ``portal.example/b%C3%A0i?id=3``; an address without a host
    (``/bai``: pages that were read from files) stays so.
    """
    parts = urlsplit(address.strip())
    host = (parts.hostname or "").removeprefix("www.")
    if not host.isascii():
        host = host.encode("idna").decode()
    if parts.port and parts.port != _PORTS.get(parts.scheme):
        host += f":{parts.port}"
    # The bytes that browsers leave as they are in a path and in a query; what is encoded already stays so.
    path = quote(parts.path or "/", safe="/%!$&'()*+,:;=@[]~")
    query = quote(parts.query, safe="/%!$&()*+,:;=@[]|\\^~?`{}")
    return host + path + (f"?{query}" if query else "")


def shard(key: str) -> str:
    """The file of the index that holds ``key``: ``pages/5d3.json``.

    Three hexadecimal digits of the FNV-1a hash (32 bits) of the key from its first slash on.
    """
    number = 0x811C9DC5
    for byte in key[key.index("/") :].encode():
        number = (number ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"pages/{number >> 20:03x}.json"
