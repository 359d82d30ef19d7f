import importlib
import pkgutil
import re

import docreader.spoken
from docreader.spoken import patterns


def test_every_pattern_compiles() -> None:
    """They are compiled at their first use, so a mistake in one would show itself to a reader only."""
    checked = 0
    for module in pkgutil.iter_modules(docreader.spoken.__path__, "docreader.spoken."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, patterns._Lazy):
                re.compile(value.pattern, value._flags)
                checked += 1
    assert checked > 200


def test_a_lazy_pattern_is_one() -> None:
    pattern = patterns.lazy(r"(\d+) a", re.IGNORECASE)
    assert pattern.sub("b", "1 A 2 a") == "b b"
    assert pattern.groups == 1
