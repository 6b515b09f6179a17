"""Pages that are pictures are read: what stands on a scan is seen as what stands in a text is, and what is not is said.

The engine is a stand-in that knows what stands on each page; the real one is asked in test_ocr.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

from bundles import pdf
from kaoping import api
from kaoping.core.model import EvidenceFile
from kaoping.evidence.reading import ocr_engine as engines
from kaoping.evidence.reading._scanned import PageRead, PagesSay, what_pages_say
from kaoping.evidence.store import open_store
from kaoping.evidence.survey import Reading, Survey, survey
from kaoping.evidence.words import STOCK
from kaoping.evidence.workers import Budget
from kaoping.pdf.written import WrittenLine, written_lines
from kaoping.wings.lint._linter import lint
from reading_stand_in import Papers
from tiny import handed_in
from units import only


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Papers:
    monkeypatch.setenv("KAOPING_CACHE", str(tmp_path / "store"))
    return Papers(monkeypatch, tmp_path / "known.json")


def _surveyed(materials: Path, seconds: float = 1e9) -> Survey:
    engine = engines.engine()
    assert engine is not None
    with open_store() as store:
        return survey(materials, store, reading=Reading(engine, Budget(seconds)))


def _kept(tmp_path: Path) -> bytes:
    """Return all that the store keeps, in one."""
    return b"".join(path.read_bytes() for path in sorted((tmp_path / "store").rglob("*")) if path.is_file())


def _file(surveyed: Survey, name: str) -> EvidenceFile:
    return surveyed.files[name]


@pytest.mark.slow
def test_a_marking_in_a_picture_stops_as_one_in_a_text_does_and_nothing_of_it_is_kept(
    tmp_path: Path, papers: Papers
) -> None:
    materials = tmp_path / "材料"
    papers.scan(materials / "通知.pdf", papers.page("关于培训的通知"), papers.page("机密★10年", "第二份"))
    papers.scan(materials / "照片.pdf", papers.page("合影"))
    surveyed = _surveyed(materials)
    assert [(secret.level, secret.suffix) for secret in surveyed.secret] == [("机密", ".pdf")]
    assert list(surveyed.files) == ["照片.pdf"] and _file(surveyed, "照片.pdf").unread == ()
    kept = _kept(tmp_path).decode("utf-8", "ignore").encode().decode("unicode_escape", "ignore")
    assert "合影" in kept and "关于培训的通知" not in kept and "10年" not in kept


@pytest.mark.slow
def test_a_marking_that_is_met_late_takes_away_what_was_kept_early(tmp_path: Path, papers: Papers) -> None:
    materials = tmp_path / "材料"
    first = papers.page("关于培训的通知")
    broken = papers.page("机密★10年", known=False)  # takes the engine down
    scan = papers.scan(materials / "通知.pdf", first, broken)
    surveyed = _surveyed(materials)
    assert _file(surveyed, "通知.pdf").unread == (2,) and not surveyed.secret
    assert b"\\u5173\\u4e8e\\u57f9\\u8bad" in _kept(tmp_path)  # 关于培训
    read, verdicts = papers.read, len(list((tmp_path / "store").rglob("verdict.json")))
    colour = (40 + 60, 40, 255)
    papers._known[str(list(colour))] = [["机密★10年", 0.1, 0.1, 0.9, 0.2, 1.0]]
    papers.page("另一页")
    assert [secret.level for secret in _surveyed(materials).secret] == ["机密"]
    assert papers.read == read + 1  # the first page was known
    assert b"\\u5173\\u4e8e" not in _kept(tmp_path) and verdicts == 1
    assert not list((tmp_path / "store").rglob("verdict.json")) and scan.exists()


@pytest.mark.slow
def test_reading_goes_on_where_it_stopped(tmp_path: Path, papers: Papers) -> None:
    materials = tmp_path / "材料"
    papers.scan(materials / "甲.pdf", *(papers.page(f"甲{number}") for number in range(3)))
    papers.scan(materials / "乙.pdf", papers.page("乙"))
    untouched = _surveyed(materials, 0.0)
    assert papers.read == 0 and _file(untouched, "甲.pdf").unread == (1, 2, 3)
    part = _surveyed(materials, 1e-9)  # a page each worker, and no more
    unread = len(_file(part, "甲.pdf").unread) + len(_file(part, "乙.pdf").unread)
    assert papers.read == 4 - unread and 1 <= unread <= 3
    assert _file(part, "甲.pdf").unread[-1:] == (3,)  # first pages come first
    whole = _surveyed(materials)
    assert papers.read == 4 and not _file(whole, "甲.pdf").unread and not _file(whole, "乙.pdf").unread
    _surveyed(materials)
    assert papers.read == 4


@pytest.mark.slow
def test_personal_data_and_blank_pages_are_seen(tmp_path: Path, papers: Papers) -> None:
    materials = tmp_path / "材料"
    papers.scan(materials / "签到.pdf", papers.page("赵一平 13812345678"), Image.new("RGB", (600, 800), "white"))
    file = _file(_surveyed(materials), "签到.pdf")
    assert file.personal == ("手机号 138******78（第1页）",)
    assert file.blank == (2,) and file.scans == (1, 2)


@pytest.mark.slow
def test_a_page_with_its_text_is_not_read(tmp_path: Path, papers: Papers) -> None:
    pdf(tmp_path / "材料" / "通知.pdf", ["A notice about the training"])
    file = _file(_surveyed(tmp_path / "材料"), "通知.pdf")
    assert file.scans == () and papers.read == 0


def _says(*lines: str | tuple[str, float], page: int = 1) -> PagesSay:
    written = [its if isinstance(its, tuple) else (its, 1.0) for its in lines]
    read = [
        WrittenLine(text, page, (90, 40.0 * at, 400, 40.0 * at + 20), sure, True)
        for at, (text, sure) in enumerate(written)
    ]
    return what_pages_say({page: PageRead(tuple(read))}, STOCK)


@pytest.mark.parametrize(
    "text", ["机密★10年", "机密10年", "000012 绝密★长期 特急", "密级：秘密", "本件属于机密级国家秘密"]
)
def test_what_is_read_as_a_marking_is_one(text: str) -> None:
    assert _says(text, "关于培训的通知").secret


@pytest.mark.parametrize(
    ("text", "sure"), [("机蜜★10年", 1.0), ("密★10年", 1.0), ("杌密食10年", 1.0), ("机 密 本", 0.4)]
)
def test_what_is_like_a_marking_and_was_not_read_for_sure_is_told(text: str, sure: float) -> None:
    says = _says((text, sure), "关于培训的通知")
    assert not says.secret and says.doubts == (f"第1页“{text}”",)


@pytest.mark.parametrize("text", ["商业秘密保护10年", "机密一词出自何处，见下文。", "保密工作", "秘书处", "密码10年"])
def test_what_only_speaks_of_secrets_is_no_marking(text: str) -> None:
    for page in (1, 2):
        says = _says(text, "关于培训的通知", page=page)
        assert (says.secret, says.doubts) == ("", ())


@pytest.mark.parametrize("head", ["片名|导演", "片名评分", "片名 导演"])
def test_a_list_of_films_is_known_by_its_head_though_its_gaps_were_not_read(head: str) -> None:
    says = _says(head, "机密", "周某")
    assert (says.secret, says.doubts) == ("", ())


def test_a_level_alone_at_the_head_of_a_later_page_may_head_another_paper() -> None:
    assert _says("机密", "关于培训的通知").secret == "机密"
    later = _says("机密", "关于培训的通知", page=3)
    assert (later.secret, later.doubts) == ("", ("第3页“机密”",))


def test_what_runs_down_the_page_is_read_as_a_column_whatever_stands_beside_it() -> None:
    signs = [("密级", 53, 102), ("会议纪要", 73, 120), ("：", 99, 120), ("机", 117, 143), ("密", 134, 163)]
    boxes = {"会议纪要": (83.0, 530.0)}
    lines = [
        WrittenLine(text, 1, (boxes.get(text, (30, 55))[0], top, boxes.get(text, (30, 55))[1], bottom), 1.0, True)
        for text, top, bottom in signs
    ]
    assert what_pages_say({1: PageRead(tuple(lines))}, STOCK).secret == "机密"
    apart = [line for line in lines if line.text != "机"]
    assert what_pages_say({1: PageRead(tuple(apart))}, STOCK).secret == ""


def test_a_quotation_mark_that_was_not_read_leaves_a_doubt() -> None:
    says = _says("机密★’", "字样的文件")
    assert (says.secret, says.doubts) == ("", ("第1页“机密★’”",))


def test_what_stands_beside_one_another_is_read_as_a_row() -> None:
    boxes = [("密级", 90.0), ("机密", 200.0)]
    lines = tuple(WrittenLine(text, 2, (left, 100, left + 40, 120), 1.0, True) for text, left in boxes)
    assert what_pages_say({2: PageRead(lines)}, STOCK).secret == "机密"


# -- a unit's package --------------------------------------------------------------------------------------------------


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A unit of two lines with its evidence, decided and dated: what keeps it back is what the tests put there."""
    return handed_in(tmp_path / "甲市")


def lay_notice(unit: Path, text: str) -> None:
    (unit / "notice.yaml").write_text(f"documents: [covering-letter]\n{text}", encoding="utf-8")


def _drawn(document: pypdfium2.PdfDocument, page: int) -> Image.Image:
    """Return a page as it is seen, the foot with its stamp left out."""
    picture: Image.Image = document[page - 1].render(scale=1).to_pil().crop((0, 0, 600, 700))
    return picture


def _held(unit: Path) -> set[str]:
    """Return what keeps a 报送稿 back."""
    try:
        api.build(unit, final=True, out=unit.parent / "out")
    except api.HeldBackError as error:
        return {finding.code for finding in error.findings}
    return set()


@pytest.mark.slow
def test_what_nothing_reads_is_told_and_keeps_nothing_back(
    tmp_path: Path, unit: Path, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers.scan(unit / "材料" / "纪要.pdf", papers.page("会议纪要"), papers.page("第二页"))
    monkeypatch.setenv("KAOPING_OCR", "0")
    finding = only(api.check(unit), "evidence.unseen")
    assert "1 个文件共 2 页" in finding.problem and finding.severity == "note"
    assert _held(unit) == set() and papers.read == 0
    with pytest.raises(api.KaopingError) as refused:
        api.read_scans(unit)
    only(refused.value.findings, "evidence.no_reader")


@pytest.mark.slow
def test_unread_pages_are_counted_and_keep_a_final_back_until_they_are_read_or_accepted(
    unit: Path, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers.scan(unit / "材料" / "纪要.pdf", papers.page("会议纪要"), papers.page("第二页", known=False))
    assert "1 个文件共 1 页" in only(api.check(unit), "evidence.unread").problem
    assert "final.unread" in _held(unit)
    scans = api.read_scans(unit)
    assert (scans.pages, scans.unread, scans.reader) == (2, 1, "替身 1.0")
    api.accept(unit, "没有识别", "纪要.pdf", reason="印章盖住了字，已由人看过", who="办公室主任")
    assert _held(unit) == set()


@pytest.mark.slow
def test_what_may_be_a_marking_stops_every_package_until_somebody_has_looked(unit: Path, papers: Papers) -> None:
    papers.scan(unit / "材料" / "纪要.pdf", papers.page("机蜜★10年", "会议纪要"))
    doubt = only(api.check(unit), "final.maybe_secret")
    assert doubt.severity == "error" and "第1页“机蜜★10年”" in doubt.problem
    for final in (False, True):
        with pytest.raises(api.KaopingError) as refused:
            api.build(unit, final=final, out=unit.parent / "out")
        assert only(refused.value.findings, "final.maybe_secret").problem == doubt.problem
    api.accept(unit, "疑似密级", "纪要.pdf", reason="是店名“机蜜”的宣传页", who="保密员")
    assert _held(unit) == set()


@pytest.mark.slow
def test_the_bundle_can_be_searched_and_its_pages_are_seen_as_before(unit: Path, papers: Papers) -> None:
    scan = papers.scan(unit / "材料" / "纪要.pdf", papers.page("会议纪要", "参加人员：林晓岚"), papers.page("第二页"))
    built = api.build(unit, out=unit.parent / "out")
    (piece,) = [its for its in built.assessment.plan.pieces if its.evidence.path == "纪要.pdf"]
    volume = next((built.package / "data").glob("*汇编*.pdf"))
    lines = [line for line in written_lines(volume) if line.text == "参加人员：林晓岚"]
    (sheet,) = {line.page for line in lines}
    assert [round(edge, -1) for edge in lines[0].box] == [60, 80, 540, 120]  # where it stands on the scan
    before, after = (pypdfium2.PdfDocument(path) for path in (scan, volume))
    pictures = [_drawn(doc, page) for doc, page in ((before, 1), (after, sheet))]
    assert ImageChops.difference(*pictures).getbbox() is None
    before.close(), after.close()
    manifest = json.loads((built.package / "kaoping.json").read_text("utf-8"))
    assert manifest["readers"] == ["替身 1.0"] and piece.evidence.bare is not None
    first = volume.read_bytes()
    api.build(unit, out=unit.parent / "again", cache=False)
    assert next((unit.parent / "again" / "data").glob("*汇编*.pdf")).read_bytes() == first
    lay_notice(unit, "bundle: {searchable: 否}\n")
    without = api.build(unit, out=unit.parent / "without").package
    assert "readers" not in json.loads((without / "kaoping.json").read_text("utf-8"))
    assert not [line for line in written_lines(next((without / "data").glob("*汇编*.pdf"))) if "参加人员" in line.text]


@pytest.mark.slow
def test_what_is_masked_or_left_out_is_neither_found_nor_told(unit: Path, papers: Papers) -> None:
    papers.scan(
        unit / "材料" / "纪要.pdf",
        papers.page("赵一平 13812345678"),
        papers.page("公开的话"),
        papers.page("13912345678"),
    )
    assert "final.personal" in _held(unit)
    api.leave_out_pages(unit, "纪要.pdf", "1")
    assert "final.personal" in _held(unit)
    api.leave_out_pages(unit, "纪要.pdf", "3")
    assert _held(unit) == set()
    bundle = next((unit.parent / "out" / "data").glob("*汇编*.pdf"))
    words = [line.text for line in written_lines(bundle)]
    assert "公开的话" in words and not any("12345678" in text for text in words)
    assert papers.read == 3  # what was read of a page that stays is known


@pytest.mark.slow
def test_pages_that_stand_on_their_head_are_told_and_set_upright_where_the_notice_says_so(
    unit: Path, papers: Papers
) -> None:
    on_head = papers.page("会议纪要正文在这里").rotate(180)
    papers.scan(unit / "材料" / "纪要.pdf", on_head, Image.new("RGB", (600, 800), "white"))
    findings = api.check(unit)
    assert "--turn 180 --pages 1" in only(findings, "evidence.askew").mend
    assert "第2页" in only(findings, "evidence.blank_page").problem
    lay_notice(unit, "bundle: {upright: 是}\n")
    assert not [finding for finding in api.check(unit) if finding.code == "evidence.askew"]
    built = api.build(unit, out=unit.parent / "out")
    volume = next((built.package / "data").glob("*汇编*.pdf"))
    assert [line.text for line in written_lines(volume) if "在这里" in line.text] == ["会议纪要正文在这里"]


@pytest.mark.slow
def test_the_bundle_is_looked_through_for_what_stands_on_its_scans(unit: Path, papers: Papers) -> None:
    """What no text says, the words under the scan do; without them the page is one that nobody can search."""
    scan = papers.page("举报登记", "举报人：张三丰", "电话：13812345678")
    papers.scan(unit / "材料" / "纪要.pdf", scan)
    built = api.build(unit, out=unit.parent / "out")
    volume = next((built.package / "data").glob("*汇编*.pdf"))
    problems = [finding.problem for finding in lint(volume) if finding.code == "lint.personal"]
    assert [its[-6:] for its in problems] == ["举报人姓名。", "页有手机号。"]
    lay_notice(unit, "bundle: {searchable: 否}\n")
    built = api.build(unit, out=unit.parent / "out2")
    codes = {finding.code for finding in lint(next((built.package / "data").glob("*汇编*.pdf")))}
    assert "lint.no_text" in codes and "lint.personal" not in codes


@pytest.mark.parametrize(
    ("flags", "kind"), [("fma avx avx2", "AVX2"), ("sse4_2 avx", "AVX"), ("avx avx2 avx512f", "AVX512F"), ("sse2", "")]
)
def test_what_is_read_is_told_from_what_another_kind_of_machine_reads(
    flags: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines.sys, "platform", "linux")
    monkeypatch.setattr(engines.platform, "system", lambda: "Linux")
    monkeypatch.setattr(engines.platform, "machine", lambda: "x86_64")
    (tmp_path / "cpuinfo").write_text(f"flags\t\t: fpu {flags} rdrand\n")
    monkeypatch.setattr(engines, "Path", lambda _: tmp_path / "cpuinfo")
    assert engines.machine() == f"Linux x86_64 {kind}".strip()
    (tmp_path / "cpuinfo").unlink()
    assert engines.machine() == "Linux x86_64"
