"""What editors use: check, --lexicon, normalise --explain. The real program, as a subprocess."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*args: str, cwd: Path, status: int = 0, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "docreader", *args],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        input=stdin,
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done


TEXT = "Ông Bàn Văn Sú, cán bộ XQKV huyện, cho biết.\n\nXQKV và CLBX họp cùng UBND xã."


def test_check_lists_the_doubts_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "trang").mkdir()
    (tmp_path / "trang" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "trang" / "ghi.log").write_text("QQQQ", encoding="utf-8")
    table = run("check", "trang", cwd=tmp_path).stdout
    assert "XQKV" in table and "quy ca vê" in table and "QQQQ" not in table
    forms = [json.loads(line) for line in run("check", "trang", "--json", cwd=tmp_path).stdout.splitlines()]
    first = forms[0]
    assert (first["written"], first["count"]) == ("XQKV", 2)
    assert "a.txt" in first["places"][0]


def test_what_check_writes_is_a_lexicon(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    listed = run("check", "a.txt", "--tsv", cwd=tmp_path).stdout
    row = next(line for line in listed.splitlines() if line.startswith("XQKV\t"))
    (tmp_path / "site.tsv").write_text(listed.replace(row, "XQKV\txưởng quân khu"), encoding="utf-8")
    said = run("normalise", "XQKV họp", "--lexicon", "site.tsv", cwd=tmp_path).stdout
    assert said == "xưởng quân khu họp\n"
    assert "XQKV" not in run("check", "a.txt", "--lexicon", "site.tsv", cwd=tmp_path).stdout


def test_own_lexicon_goes_before_ours_and_has_contexts(tmp_path: Path) -> None:
    (tmp_path / "site.tsv").write_text(
        "written\tspoken\tleft\nUBND\tu bờ nờ dờ\ttrụ sở\nUBND\tủy ban\n", encoding="utf-8"
    )
    said = run("normalise", "--lexicon", "site.tsv", cwd=tmp_path, stdin="trụ sở UBND\nChủ tịch UBND\n").stdout
    assert said == "trụ sở u bờ nờ dờ\nChủ tịch ủy ban\n"


def test_a_wrong_lexicon_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "site.tsv").write_text("written\tspoken\nUBND\tủy ban\nHĐND\n", encoding="utf-8")
    done = run("normalise", "x", "--lexicon", "site.tsv", cwd=tmp_path, status=1)
    assert "site.tsv:3:" in done.stderr and done.stderr.count("\n") == 1
    (tmp_path / "digits.tsv").write_text("A1\ta 1\n", encoding="utf-8")
    assert "digits.tsv:1:" in run("normalise", "x", "--lexicon", "digits.tsv", cwd=tmp_path, status=1).stderr
    done = run("normalise", "x", "--lexicon", "none.tsv", cwd=tmp_path, status=1)
    assert "none.tsv" in done.stderr and done.stderr.count("\n") == 1


def test_one_bad_source_does_not_stop_the_check(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    done = run("check", "none.html", "a.txt", cwd=tmp_path, status=1)
    assert "none.html" in done.stderr and "XQKV" in done.stdout


def test_explain_shows_span_rule_and_reading(tmp_path: Path) -> None:
    rows = run("normalise", "HĐND họp ngày 5/6", "--explain", cwd=tmp_path).stdout.splitlines()
    assert rows == ["1\t0-4\tHĐND\tlexicon\thội đồng nhân dân", "1\t14-17\t5/6\tdate\tnăm tháng sáu"]


def test_a_lexicon_of_the_central_highlands(tmp_path: Path) -> None:
    """The example that is shipped works as it is."""
    example = Path(__file__).parent.parent / "examples" / "lexicons" / "tay-nguyen.tsv"
    said = run("normalise", "huyện Krông Pa", "--lexicon", str(example), cwd=tmp_path).stdout
    assert said == "huyện Cờ rông Pa\n"


def test_extract_explains_itself(tmp_path: Path) -> None:
    page = ROOT / "tests/pages/liferay-tiep-dan.html"
    rows = [row.split("\t") for row in run("extract", str(page), "--explain", cwd=tmp_path).stdout.splitlines()]
    assert rows[0] == ["layout", "Liferay"] and rows[-1][0] == "article"
    told = [
        json.loads(row) for row in run("extract", str(page), "--explain", "--json", cwd=tmp_path).stdout.splitlines()
    ]
    assert [[t["rule"], t["what"]] for t in told] == rows
    (tmp_path / "a.txt").write_text("Hôm nay.", encoding="utf-8")
    assert run("extract", "a.txt", "--explain", cwd=tmp_path).stdout == "document\ttext\n"


def test_explain_as_json(tmp_path: Path) -> None:
    rows = run("normalise", "HĐND họp ngày 5/6", "--explain", "--json", cwd=tmp_path).stdout.splitlines()
    first = json.loads(rows[0])
    assert first["written"] == "HĐND" and (first["start"], first["end"]) == (0, 4)
    assert first["spoken"] == "hội đồng nhân dân" and first["line"] == 1
    assert "--explain" in run("normalise", "HĐND", "--json", cwd=tmp_path, status=2).stderr


def test_a_folder_with_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "trống").mkdir()
    done = run("check", "trống", cwd=tmp_path, status=1)
    assert "nothing to read below trống" in done.stderr
    (tmp_path / "a.txt").write_text("Ông Bàn Văn Sú, cán bộ XQKV huyện, cho biết.", encoding="utf-8")
    rest = run("check", "trống", "a.txt", cwd=tmp_path, status=1)
    assert "XQKV" in rest.stdout and "nothing to read below trống" in rest.stderr
