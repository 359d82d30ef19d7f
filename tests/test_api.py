"""The library, as the READMEs promise it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import docreader
from docreader.cli import cli
from tests.conftest import ARTICLE, ROOT, Run

READMES = ("README.md", "README.vi.md")


def test_every_public_name_is_there() -> None:
    for name in docreader.__all__:
        assert getattr(docreader, name).__name__ == name
    with pytest.raises(AttributeError):
        _ = docreader.nonsense  # type: ignore[attr-defined,unused-ignore]


def test_import_is_light(environment: dict[str, str]) -> None:
    code = "import sys, docreader; sys.exit(any(m.startswith('docreader.') for m in sys.modules))"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_read_an_article_a_script_and_a_file(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(ARTICLE, encoding="utf-8")
    article = docreader.extract(ARTICLE)
    script = docreader.script(article)
    recordings = [docreader.read(article), docreader.read(script), docreader.read(page), docreader.read(str(page))]
    assert len({tuple((m.spoken, m.kind, m.block) for m in r.marks) for r in recordings}) == 1
    assert all(r.duration == pytest.approx(recordings[0].duration, rel=0.01) for r in recordings)
    assert recordings[0].marks[0].written == article.title
    with pytest.raises(docreader.VoiceError):
        docreader.read(article, voice="nobody")
    with pytest.raises(docreader.SourceError):
        docreader.read(tmp_path / "none.html")


@pytest.mark.parametrize("readme", READMES)
def test_python_of_the_readme_runs(readme: str, work: Path, environment: dict[str, str]) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / readme).read_text(encoding="utf-8"), re.M | re.S)
    assert blocks
    for block in blocks:
        subprocess.run([sys.executable, "-c", block], cwd=work, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert list(work.glob("*.mp3"))


@pytest.mark.parametrize("readme", READMES)
def test_commands_of_the_readme_exist(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    told = set(re.findall(r"^### docreader (\w+)", text, re.M))
    used = set(
        re.findall(r"^(?:.*\| )?docreader ([a-z]+)", "\n".join(re.findall(r"```sh\n(.*?)```", text, re.S)), re.M)
    )
    assert told >= used
    assert told == set(cli.commands)
    targets = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(re.findall(r"`+(?:sh\n)?(make .*?)`", text, re.S))))
    assert {"read", "test"} <= targets
    assert all(re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M) for target in targets)


@pytest.mark.parametrize("readme", READMES)
def test_options_of_the_readme_exist(readme: str, docreader: Run) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    names = [
        (name, *below)
        for name, c in cli.commands.items()
        for below in ((), *((n,) for n in getattr(c, "commands", ())))
    ]
    known = b"".join(docreader(*name, "--help").stdout for name in names).decode()
    for option in set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*[a-z0-9]", text)):
        assert f"{option} " in known or f"{option}\n" in known, option


def test_shell_lines_of_the_readme_run(work: Path, environment: dict[str, str]) -> None:
    """Each line that works without a package registry, pasted in order."""
    (work / "tests").symlink_to(ROOT / "tests")
    (work / "chao.txt").write_text("Xin chào.", encoding="utf-8")
    program = f'"{sys.executable}" -m docreader'
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S):
        for line in block.splitlines():
            if "docreader " in line:
                command = re.sub(r"(^|\| )docreader ", rf"\1{program} ", line)
                subprocess.run(command, shell=True, cwd=work, env=environment, check=True, capture_output=True)
    assert (work / "chao.mp3").exists() and len(list((work / "mp3").iterdir())) == 2


def test_a_recording_carries_its_article(tmp_path: Path) -> None:
    """``read(x).save(path)`` writes the tags without being told of the article."""
    page = tmp_path / "bai.md"
    page.write_text("# Hội nghị\n\nHôm nay HĐND tỉnh họp kỳ thứ 5.\n", encoding="utf-8")
    docreader.read(str(page)).save(tmp_path / "bai.mp3")
    assert "Hội nghị" in Path(tmp_path / "bai.mp3").read_bytes()[:400].decode("utf-8", "replace")
