"""Patterns that are compiled when they are first used: most lines need few of the three hundred, and a command should start at once."""

import re
from typing import TYPE_CHECKING, Any


class _Lazy:
    """Stands for a compiled pattern; what is asked of it once is kept, so that only the first use is slower."""

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for method in ("match", "search", "fullmatch", "sub", "split", "findall", "finditer", "pattern"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


if TYPE_CHECKING:

    def lazy(source: str, flags: int = 0) -> re.Pattern[str]: ...

else:
    lazy = _Lazy
