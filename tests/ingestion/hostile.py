"""Hostile files: one of each kind that a department, a program or somebody with a purpose may lay into the inbox.

Belongs here: what each kind is called and how it is made, byte by byte.
Does not belong here: what must become of it (test_hostile_workbooks.py, docs/hostile-workbooks.zh-CN.md).
"""

import os
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from hostile_parts import (
    LINES,
    UNIT,
    below,
    form,
    in_sheet,
    old_form,
    ole,
    row,
    understated,
    with_old_password,
    with_parts,
    zipped,
)
from workbooks import Formula, monthly, write

NAME = f"2022年11月{UNIT}月调度表"
AGILE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><encryption'
    ' xmlns="http://schemas.microsoft.com/office/2006/encryption"'
    ' xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
    '<keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES"'
    ' cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{salt}"/>'
    '<dataIntegrity encryptedHmacKey="{salt}" encryptedHmacValue="{salt}"/>'
    '<keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
    '<p:encryptedKey spinCount="100000" saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES"'
    ' cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{salt}" encryptedVerifierHashInput="{salt}"'
    ' encryptedVerifierHashValue="{salt}" encryptedKeyValue="{salt}"/></keyEncryptor></keyEncryptors></encryption>'
)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + bytes(3000) + bytes.fromhex("ffd9")
HTML = "<html><table><tr><td>项目名称</td></tr><tr><td>高标准农田建设</td></tr></table></html>".encode()
LAUGHS = (
    b'<!DOCTYPE worksheet [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(9))
    + b"]>"
)
SECRET = b'<!DOCTYPE worksheet [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


@dataclass(frozen=True)
class Kind:
    """One kind of hostile file. ``make`` writes it at the path it is given and may add limits to the environment."""

    name: str
    made_zh: str
    file: str
    make: Callable[[Path], object]
    limits: tuple[tuple[str, str], ...] = ()


def _bytes(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def _cut(path: Path) -> None:
    data = form(path).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _encrypted(path: Path) -> None:
    info = b"\4\0\4\0\x40\0\0\0" + AGILE.format(salt="a" * 22 + "==").encode().ljust(4096)
    path.write_bytes(ole({"EncryptedPackage": random.Random(1).randbytes(9000), "EncryptionInfo": info}))


def _protected(path: Path) -> None:
    lock = b'</sheetData><sheetProtection password="CC1A" sheet="1" objects="1" scenarios="1"/>'
    in_sheet(form(path), b"</sheetData>", lock)
    book = b'<workbookProtection workbookPassword="CC1A" lockStructure="1"/><bookViews>'
    with_parts(path, lambda name, data: data.replace(b"<bookViews>", book) if name == "xl/workbook.xml" else data)


def _macro(path: Path) -> None:
    macro = ole({"VBA": b'Sub Auto_Open(): Kill "*.*": End Sub', "PROJECT": b"ID"})
    kinds = (b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml")
    form(path)
    with_parts(path, lambda name, data: data.replace(*kinds), {"xl/vbaProject.bin": macro})


def _links(path: Path) -> None:
    form(path, row(total_investment_wan=Formula("=[1]Sheet1!A1", 12000)))
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    with_parts(path, lambda name, data: data, {"xl/externalLinks/externalLink1.xml": link})


def _ghost_rows(path: Path) -> None:
    rows = b"".join(b'<row r="%d" ht="15" customFormat="1" s="0"><c r="A%d" s="0"/></row>' % (n, n) for n in GHOSTS)
    below(form(path), rows)


GHOSTS = range(100, 1_048_577)


def _stray_cell(path: Path) -> None:
    below(form(path), b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')


def _hidden_last_year(path: Path) -> None:
    last_year = [[line[0].replace("2022年11月", "2021年11月"), *line[1:]] for line in monthly().lines]
    hidden = monthly(row(ytd_investment_wan=99999), name="去年", lines=last_year, is_hidden=True)
    shown = monthly(row(), lines=[["霍州市2022年省市重点项目月调度表（2022年11月）"], [f"填报单位：{UNIT}"]])
    write(path, shown, hidden)
    in_sheet(path, b'<row r="6" ', b'<row r="6" hidden="1" ')


def _pictures(path: Path) -> None:
    form(path, row(problem_text=Formula('=_xlfn.DISPIMG("ID_1",1)', '=DISPIMG("ID_1",1)')))


def _entity(doctype: bytes, name: bytes) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        form(path)
        prefix = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        text = b'<c r="C60" t="inlineStr"><is><t>&%s;</t></is></c>' % name

        def change(part: str, data: bytes) -> bytes:
            if part != "xl/worksheets/sheet1.xml":
                return data
            body = data.split(b"?>", 1)[1].replace(b"</sheetData>", b'<row r="60">%s</row></sheetData>' % text)
            return prefix + doctype + body

        with_parts(path, change)

    return make


def _lying_bomb(path: Path) -> None:
    form(path)
    with_parts(path, lambda name, data: data.replace(b"</sst>", b" " * 200_000_000 + b"</sst>"))
    understated(path, "xl/sharedStrings.xml", 5000)


def _high_ratio(path: Path) -> None:
    in_sheet(form(path), b"</sheetData>", b"</sheetData>" + b" " * 60_000_000)


def _nested(path: Path) -> None:
    inner = zipped({"a.bin": zlib.compress(bytes(50_000_000)), "b.bin": bytes(5_000_000)})
    form(path)
    with_parts(path, lambda name, data: data, {"xl/media/inner.zip": zipped({"c.zip": inner})})


def _many_entries(path: Path) -> None:
    form(path)
    with_parts(path, lambda name, data: data, {f"xl/media/{n}.png": b"" for n in range(5000)})


def _many_columns(path: Path) -> None:
    letters = [xlsxwriter.utility.xl_col_to_name(number) for number in range(40, 10_000)]
    cells = "".join(f'<c r="{letter}6" t="inlineStr"><is><t>x</t></is></c>' for letter in letters)
    in_sheet(form(path), b"</row></sheetData>", f"{cells}</row></sheetData>".encode())


def _wrong_types(path: Path) -> None:
    form(path)
    with_parts(path, lambda name, data: b"<Types/>" if name == "[Content_Types].xml" else data)


def _lost_strings(path: Path) -> None:
    below(form(path), b'<row r="60"><c r="C60" t="s"><v>99999999</v></c></row>')


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "说明.txt").write_text("空", encoding="utf-8")


def _link_outside(path: Path) -> None:
    outside = path.parents[3] / "outside.xlsx"
    form(outside)
    path.symlink_to(outside)


def _folder_link_outside(path: Path) -> None:
    outside = path.parents[3] / "outside"
    outside.mkdir()
    form(outside / path.name)
    path.with_suffix("").symlink_to(outside)


def _twice(path: Path) -> None:
    other = path.parent.parent / "2022-11-28 0900"
    other.mkdir(exist_ok=True)
    form(other / path.name, row(ytd_investment_wan=4000))
    form(path)


def _tagged(path: Path) -> None:
    tags = {"kind": "blank", "form": "monthly_dispatch", "plan": "huozhou-2022", "unit": "nongye"}
    write(path, monthly(row(), lines=[["月调度表"], LINES[1]]), tags=tags | {"period": "../../../outside"})


def _blank(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Sheet1")
    book.close()


def _gbk(path: Path) -> None:
    name = os.fsencode(path.parent) + b"/" + path.name.encode("gb18030")
    form(path)
    os.rename(path, name)


KINDS = [
    Kind("加密的 .xlsx", "OLE 容器里的 EncryptionInfo 与 EncryptedPackage", f"{NAME}.xlsx", _encrypted),
    Kind("加密的 .xls", "BIFF8 的 FILEPASS 记录", f"{NAME}.xls", with_old_password),
    Kind("只复制了一半", "去掉后半个文件", f"{NAME}.xlsx", _cut),
    Kind("改了后缀的图片", "JPEG 改名 .xlsx", f"{NAME}.xlsx", _bytes(JPEG)),
    Kind("改了后缀的 PDF", "PDF 改名 .xlsx", f"{NAME}.xlsx", _bytes(b"%PDF-1.7\n" + bytes(2000))),
    Kind("改了后缀的文档", "docx 改名 .xlsx", f"{NAME}.xlsx", _bytes(zipped({"word/document.xml": b"<w/>"}))),
    Kind("改了后缀的网页", "HTML 表格改名 .xls", f"{NAME}.xls", _bytes(HTML)),
    Kind(".xls 其实是 xlsx", "xlsx 改名 .xls", f"{NAME}.xls", form),
    Kind(".xlsx 其实是 xls", "BIFF8 改名 .xlsx", f"{NAME}.xlsx", old_form),
    Kind("空文件", "0 字节", f"{NAME}.xlsx", _bytes(b"")),
    Kind("空工作表", "一张什么都没有的表", f"{NAME}.xlsx", _blank),
    Kind("受保护的表和结构", "工作表保护、结构保护，不设打开密码", f"{NAME}.xlsx", _protected),
    Kind("带宏", "xlsm，有 vbaProject.bin", f"{NAME}.xlsm", _macro),
    Kind("压缩炸弹：高倍率", "表后六千万个空格", f"{NAME}.xlsx", _high_ratio),
    Kind("压缩炸弹：谎报大小", "目录写 5 KB，解压 200 MB", f"{NAME}.xlsx", _lying_bomb,
         (("DIAODU_LIMIT_MEMORY_BYTES", "150000000"),)),
    Kind("压缩炸弹：层层嵌套", "zip 里的 zip 里的 zip", f"{NAME}.xlsx", _nested),
    Kind("压缩炸弹：条目太多", "五千个空条目", f"{NAME}.xlsx", _many_entries),
    Kind("一百万行空格式行", "格式一直刷到第 1048576 行", f"{NAME}.xlsx", _ghost_rows),
    Kind("最后一行有个数", "第 1048576 行有一个数", f"{NAME}.xlsx", _stray_cell),
    Kind("尺寸写小了", "dimension 只写 A1", f"{NAME}.xlsx",
         lambda path: in_sheet(form(path), b"<dimension [^>]*>", b'<dimension ref="A1"/>')),
    Kind("尺寸写大了", "dimension 写到 XFD1048576", f"{NAME}.xlsx",
         lambda path: in_sheet(form(path), b"<dimension [^>]*>", b'<dimension ref="A1:XFD1048576"/>')),
    Kind("错误单元格", "#REF! 和 #DIV/0!", f"{NAME}.xlsx", lambda path: form(path, row(
        total_investment_wan=Formula("=1/0", "#DIV/0!"), annual_plan_wan=Formula("=#REF!", "#REF!")))),
    Kind("公式没有结果", "只有公式，没有保存的值", f"{NAME}.xlsx",
         lambda path: form(path, row(ytd_investment_wan=Formula("=1+1", "")))),
    Kind("隐藏的去年表", "隐藏工作表、隐藏行", f"{NAME}.xlsx", _hidden_last_year),
    Kind("旧版 .xls", "BIFF8", f"{NAME}.xls", old_form),
    Kind("WPS 的 .et", "BIFF8 存成 .et", f"{NAME}.et", old_form),
    Kind(".et 里是别的", "文本改名 .et", f"{NAME}.et", _bytes("项目名称,金额\n".encode("gb18030"))),
    Kind("外部链接", "公式指向别的工作簿", f"{NAME}.xlsx", _links),
    Kind("外部实体（XXE）", "DOCTYPE 引用本机文件", f"{NAME}.xlsx", _entity(SECRET, b"secret")),
    Kind("实体膨胀", "十亿个 ha", f"{NAME}.xlsx", _entity(LAUGHS, b"j")),
    Kind("一格 32767 个字", "单元格上限", f"{NAME}.xlsx", lambda path: form(path, row(problem_text="长" * 32_767))),
    Kind("一万列", "项目行一直写到第一万列", f"{NAME}.xlsx", _many_columns),
    Kind("单元格图片", "DISPIMG 公式", f"{NAME}.xlsx", _pictures),
    Kind("内容类型写错", "[Content_Types].xml 是空的", f"{NAME}.xlsx", _wrong_types),
    Kind("字符串序号越界", "指向第 99999999 个字符串", f"{NAME}.xlsx", _lost_strings),
    Kind("文件名以等号开头", "=cmd|…", f"=cmd|' C calc'!A0 {NAME}.xlsx", form),
    Kind("文件名像上级目录", "..\\..\\ 开头", f"..\\..\\windows\\{NAME}.xlsx", form),
    Kind("文件名有控制字符", "换行、ESC、反向书写符", f"{NAME}\n\x1b[2J\u202excod.xlsx", form),
    Kind("文件名不是 UTF-8", "GBK 编码的文件名", f"{NAME}.xlsx", _gbk),
    Kind("文件名很长", "255 字节", f"{NAME}".ljust(len(NAME) + 250 - len(NAME.encode()), "x") + ".xlsx", form),
    Kind("文件名是设备名", "CON.xlsx", "CON.xlsx", form),
    Kind("标记里写着上级目录", "隐藏的 _diaodu 表：期次是 ../../../outside", f"{NAME}.xlsx", _tagged),
    Kind("收件登记读不出来", "收件登记.xlsx 只有一半", "../收件登记.xlsx", _cut),
    Kind("两个同名文件", "两个时间文件夹里各一个", f"{NAME}.xlsx", _twice),
    Kind("指向外面的链接", "符号链接到工作区外的文件", f"{NAME}.xlsx", _link_outside),
    Kind("指向外面的文件夹链接", "符号链接到工作区外的文件夹", f"{NAME}.xlsx", _folder_link_outside),
    Kind("名叫 .xlsx 的文件夹", "文件夹，里面一个文本", f"{NAME}.xlsx", _folder),
    Kind("没有读取权限", "打开时系统拒绝", f"{NAME}.xlsx", form),
]  # fmt: skip
