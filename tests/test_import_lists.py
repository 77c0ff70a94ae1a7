"""`qcap import`: lists as people have them become a scenario's files; expected values are counted by hand."""

import csv
import datetime as dt
import re
from pathlib import Path

import openpyxl
import pytest
from cli_case import ROOT

from sim.cli import main
from sim.scenario import load

HONG_KONG = ROOT / "scenarios" / "hong_kong" / "hk_quarantine_centres_2020-04_to_2020-08.csv"
"""Daily occupancy of quarantine centres, published by the Government of the Hong Kong SAR (data.gov.hk), 24 April to 31
August 2020."""
BOOKINGS = """\
海滨宾馆 在住及预订名单
姓名|证件号码|入住日期|离店日期|酒店名称|房号|同行人数|状态
张三|440401199001011234|2021年2月1日|2021年2月15日|海滨宾馆|0801|2|在住
李四|H12345678|2021年2月3日|2021年2月17日|海滨宾馆|0802|1|在住
王五|E12345678|2021年2月3日|2021年2月5日|金叶大酒店|301|3|离店
赵六|E87654321|2021年2月4日||金叶大酒店|302|1|取消
孙七|E87654322|2021年2月8日 14:30|2021年2月22日|金叶大酒店|305|2|预订
合计||||||9|
"""
OPERA = """\
                         SEA VIEW HOTEL
Guests In House                                  06-FEB-21   Page 1
Room  Guest Name            Arr. Date  Dep. Date  Adults Chil. Conf. No.
----- --------------------- ---------- ---------- ------ ----- ---------
0801  ZHANG, SAN            28-JAN-21  11-FEB-21       2     0 123456
0802  LI, SI                01-FEB-21  15-FEB-21       1     1 123457
0803  LI, WU                01-FEB-21  15-FEB-21       1     0 123457
                         SEA VIEW HOTEL
Room  Guest Name            Arr. Date  Dep. Date  Adults Chil. Conf. No.
----- --------------------- ---------- ---------- ------ ----- ---------
0805  WANG, WU              05-FEB-21  19-FEB-21       2     0 123458
"""
ROSTER = """\
姓名,日期,岗位,班次,上班时间,下班时间
张三,2021/2/1,port_a,早班,06:00,14:00
李四,2021/2/1,port_a,早班,06:00,14:00
王五,2021/2/1,port_a,夜班,22:00,06:00
"""


def imported(folder: Path, text: str | Path, *words: str, encoding: str = "utf-8") -> Path:
    """The results folder of a list."""
    file = folder / "list.csv" if isinstance(text, str) else text
    if isinstance(text, str):
        file.write_bytes(text.encode(encoding))
    assert main(["import", str(file), "--out", str(folder / "out"), "--quiet", *words]) == 0
    return folder / "out"


def rows(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.reader(text))[1:]


def refused(folder: Path, text: str, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is said of a list that is refused; nothing is written."""
    (folder / "list.csv").write_text(text, encoding="utf-8")
    assert main(["import", str(folder / "list.csv"), "--out", str(folder / "out"), *words]) == 2
    assert not (folder / "out").exists()
    return capsys.readouterr().err


def test_a_list_of_bookings_becomes_arrivals_guests_and_bookings(tmp_path: Path) -> None:
    """Counted in the list above: on 6 February 2 + 1 people are there, 3 have left, 1 cancelled, 2 are to come."""
    out = imported(tmp_path, BOOKINGS, "--from", "2021-02-06", encoding="gb18030")
    assert rows(out / "initial.csv") == [
        ["海滨宾馆", "2", "1", "2021-02-01 00:00"],
        ["海滨宾馆", "1", "1", "2021-02-03 00:00"],
    ]
    assert rows(out / "bookings.csv") == [["2021-02-08 14:30", "2", "金叶大酒店"]]
    assert [row[1] for row in rows(out / "arrivals.csv")] == ["2", "0", "4", "0", "0", "0", "0", "2"]
    observed = {tuple(row[:3]): row[3] for row in rows(out / "observed.csv")}
    assert observed["2021-02-03 24:00", "金叶大酒店", "guests_present"] == "3"
    assert observed["2021-02-05", "金叶大酒店", "releases"] == "3"
    assert observed["2021-02-05 24:00", "海滨宾馆", "guests_present"] == "3"
    assert max(date for date, _place, _quantity in observed) == "2021-02-05 24:00"


@pytest.mark.parametrize("text", [BOOKINGS, OPERA, ROSTER], ids=["bookings", "opera", "roster"])
def test_names_and_documents_are_never_written(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not in a file and not on the screen, whatever the list."""
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    assert main(["import", str(tmp_path / "list.csv"), "--out", str(tmp_path / "out"), "--place", "p"]) == 0
    said = capsys.readouterr()
    told = said.out + said.err + "".join(file.read_text("utf-8") for file in (tmp_path / "out").iterdir())
    secrets = ["张三", "李四", "王五", "孙七", "440401199001011234", "H12345678", "E87654322", "ZHANG", "LI,"]
    assert [secret for secret in secrets if secret in told] == []


UNUSUAL = {
    "documents": """\
序号,旅客,联系方式,护照号,通行证,入住,离店,酒店,房间,家庭住址,微信,紧急联络人,健康码,备注,人数
1,SECRET,13800138000,E12345678,C98765432,2021-02-01,2021-02-15,海滨宾馆,801,SECRET 1号,SECRET_88,SECRET,SECRET,SECRET,2
2,SECRET,13900139000,E87654321,C12345678,2021-02-03,2021-02-17,海滨宾馆,802,SECRET 2号,SECRET_wx,SECRET,SECRET,SECRET,1
""",
    "people by other words": """\
日期,入境人员,酒店客人,预订人,预订,到店,离店时间,隔离点,房间号,旅客（成人）,手机/微信
1,SECRET,SECRET,SECRET,138-0013-8000,2021-02-01,2021-02-15,海滨宾馆,801,2,13800138000
2,SECRET,SECRET,SECRET,139 0013 9000,2021-02-03,2021-02-17,海滨宾馆,802,1,13900139000
""",
    "English": """\
#,Pax,Mobile,Travel Doc,Passport #,ID/HKID,E-mail,DOB,Check-In,Check Out,Hotel,Rm,No. of persons,Contact,Plate
1,SECRET J,+85291234567,K1234567,P7654321,A123456(7),s@SECRET.x,1980,2021-02-01,2021-02-15,海滨宾馆,801,2,SECRET,SECRET
2,SECRET K,+85297654321,K7654321,P1234567,B765432(1),t@SECRET.x,1975,2021-02-03,2021-02-17,海滨宾馆,802,1,SECRET,SECRET
""",
    "English by other words": """\
Hotel Guest,Booked by,Booking,Guests,Arr. Date,Dep. Date,Property,Room No,HKID,Adults
SECRET J,SECRET,+852 9123 4567,SECRET J,01-FEB-21,15-FEB-21,海滨宾馆,801,A123456(7),2
SECRET K,SECRET,+852 9765 4321,SECRET K,03-FEB-21,17-FEB-21,海滨宾馆,802,B765432(1),1
""",
}
"""Lists of 2 and 1 people whose personal columns have heads that one may take for something else."""
NUMBERS = re.compile(r"138.?0013|139.?0013|[A-Z]\d{6,8}|\+852|1980|1975")


@pytest.mark.parametrize("case", UNUSUAL)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_personal_columns_are_dropped_whatever_their_heads(
    case: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither preview nor screen nor file holds one cell of them, this week and next with the map kept; those who are
    there are 2 and 1.
    """
    (tmp_path / "list.csv").write_text(UNUSUAL[case], encoding="utf-8")
    words = ["import", str(tmp_path / "list.csv"), "--from", "2021-02-06", "--lang", language]
    told = ""
    this, following = tmp_path / "this", tmp_path / "next"
    for more in (["--preview"], ["--out", str(this)], ["--map", str(this / "map.toml"), "--out", str(following)]):
        assert main([*words, *more]) == 0
        said = capsys.readouterr()
        told += said.out + said.err
    told += "".join(file.read_text("utf-8-sig") for folder in (this, following) for file in folder.iterdir())
    assert "SECRET" not in told
    assert not NUMBERS.search(told)
    assert [row[1:] for row in rows(tmp_path / "next" / "initial.csv")] == [
        ["2", "1", "2021-02-01 00:00"], ["1", "1", "2021-02-03 00:00"],
    ]  # fmt: skip


def test_a_map_can_not_take_guests_for_a_hotel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A place that is written into files must not be the column of those who stay there."""
    (tmp_path / "map.toml").write_text(
        '[[lists]]\nkind = "bookings"\ncolumns = { arrived = "Arr. Date", site = "Hotel Guest" }\n', encoding="utf-8"
    )
    text = UNUSUAL["English by other words"]
    assert "lists.1.columns.site" in refused(tmp_path, text, capsys, "--map", str(tmp_path / "map.toml"))


def test_a_list_in_a_workbook_is_read_like_one_of_text(tmp_path: Path) -> None:
    """identity: the bookings above as a sheet, with dates as dates, numbers as numbers, a sheet of explanations beside
    it that is told and left out.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名单"
    for line in BOOKINGS.splitlines():
        sheet.append([_as_typed(cell) for cell in line.split("|")])
    book.create_sheet("说明").append(["本表由前台填写，每日更新"])
    book.save(tmp_path / "list.xlsx")
    wanted = imported(tmp_path, BOOKINGS, "--from", "2021-02-06")
    kept = {file.name: file.read_bytes() for file in wanted.glob("*.csv")}
    out = imported(tmp_path, tmp_path / "list.xlsx", "--from", "2021-02-06", "--force")
    assert {file.name: file.read_bytes() for file in out.glob("*.csv")} == kept
    assert "说明" in (out / "manifest.json").read_text("utf-8")


def _as_typed(cell: str) -> object:
    """A cell as a spreadsheet keeps what somebody typed."""
    found = re.fullmatch(r"(\d+)年(\d+)月(\d+)日(?: (\d+):(\d+))?", cell)
    if found:
        year, month, day, hour, minute = (int(part or 0) for part in found.groups())
        return dt.datetime(year, month, day, hour, minute)
    return float(cell) if cell.isdigit() and len(cell) == 1 else cell or None


def test_each_sheet_of_a_workbook_is_a_list_and_named_in_faults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: 5 and 7 people in two hotels, a sheet each; what is no number is told with its sheet."""
    book = openpyxl.Workbook()
    for title, hotel, people in (("海滨", "甲", 5), ("金叶", "乙", 7)):
        sheet = book.create_sheet(title)
        sheet.append(["日期", "宾馆", "在住人数"])
        sheet.append([dt.date(2021, 2, 1), hotel, people])
        sheet.append([dt.date(2021, 2, 2), hotel, people])
    book.save(tmp_path / "two.xlsx")
    out = imported(tmp_path, tmp_path / "two.xlsx")
    assert [row[1:] for row in rows(out / "observed.csv")[:2]] == [
        ["乙", "guests_present", "7"], ["甲", "guests_present", "5"],
    ]  # fmt: skip
    book["金叶"]["C3"] = "很多"
    book.save(tmp_path / "two.xlsx")
    assert main(["import", str(tmp_path / "two.xlsx"), "--out", str(tmp_path / "none")]) == 2
    assert 'two.xlsx (金叶): row 3, 在住人数 = "很多"' in capsys.readouterr().err


def test_a_map_can_not_name_a_personal_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A label taken from the names is refused, so that no mistake of a map writes them."""
    (tmp_path / "map.toml").write_text(
        '[[lists]]\nkind = "bookings"\ncolumns = { arrived = "入住日期", label = "姓名" }\n', encoding="utf-8"
    )
    said = refused(tmp_path, BOOKINGS, capsys, "--map", str(tmp_path / "map.toml"))
    assert "lists.1.columns.label" in said
    assert "never read" in said


def test_a_report_of_fixed_width_is_read(tmp_path: Path) -> None:
    """Two pages; 2 + 2 + 1 + 2 people in rooms 801, 802 and 803 (one booking), 805; commas of names part nothing."""
    out = imported(tmp_path, OPERA, "--place", "sea_view", "--from", "2021-02-06")
    assert rows(out / "initial.csv") == [
        ["sea_view", "2", "1", "2021-01-28 00:00"],
        ["sea_view", "3", "2", "2021-02-01 00:00"],
        ["sea_view", "2", "1", "2021-02-05 00:00"],
    ]


def test_hong_kong_is_read_as_it_was_published(tmp_path: Path) -> None:
    """On 24 April 8 + 5 + 46 + 0 people; on 11 July two counts, at 9:00 and later, which both stay."""
    out = imported(tmp_path, HONG_KONG)
    observed = rows(out / "observed.csv")
    assert len(observed) == 3 * 459
    first = [row for row in observed if row[0] == "2020-04-24 09:00" and row[2] == "guests_present"]
    assert sum(int(row[3]) for row in first) == 59
    assert len({row[0] for row in observed if row[0].startswith("2020-07-11")}) == 2


def test_this_weeks_list_is_read_by_last_weeks_map(tmp_path: Path) -> None:
    """A mended map is taken for every list that has its columns: rooms for what the guess took for guests."""
    out = imported(tmp_path, "日期,宾馆,在住人数\n2021-02-01,甲,5\n")
    text = (out / "map.toml").read_text("utf-8").replace('guests = "在住人数"', 'rooms = "在住人数"')
    (tmp_path / "map.toml").write_text(text.replace('time_of_day = "24:00"', 'time_of_day = "09:00"'), "utf-8")
    again = imported(tmp_path, "日期,宾馆,在住人数\n2021-02-08,甲,7\n", "--map", str(tmp_path / "map.toml"), "--force")
    assert rows(again / "observed.csv") == [["2021-02-08 09:00", "甲", "rooms_taken", "7"]]


def test_rosters_are_counted(tmp_path: Path) -> None:
    """A row a person: two in the early shift, one at night; days across people: one early, one late, a day off."""
    out = imported(tmp_path, ROSTER, encoding="gb18030")
    assert rows(out / "roster.csv") == [
        ["port_a", "2021-02-01", "06:00", "8.0", "2"],
        ["port_a", "2021-02-01", "22:00", "8.0", "1"],
    ]
    grid = "日期,早班 06:00-14:00,夜班 22:00-06:00\n2月1日,张三、李四,1\n"
    out = imported(tmp_path, grid, "--place", "p", "--dates", "2021-month-day", "--force")
    assert rows(out / "roster.csv") == [
        ["p", "2021-02-01", "06:00", "8.0", "2"],
        ["p", "2021-02-01", "22:00", "8.0", "1"],
    ]
    (tmp_path / "map.toml").write_text(
        '[[lists]]\nkind = "roster_grid"\nplace = "p"\nshifts = { "早" = "06:00-14:00", "夜" = "22:00-06:00" }\n',
        "utf-8",
    )
    people = "姓名,2021-02-01,2021-02-02\n张三,早,休\n李四,夜,早\n"
    out = imported(tmp_path, people, "--map", str(tmp_path / "map.toml"), "--force")
    assert [row[1:] for row in rows(out / "roster.csv")] == [
        ["2021-02-01", "06:00", "8.0", "1"],
        ["2021-02-01", "22:00", "8.0", "1"],
        ["2021-02-02", "06:00", "8.0", "1"],
    ]


def test_ports_side_by_side_below_merged_heads(tmp_path: Path) -> None:
    """Two header rows, a nameless index, 12 and 5 people; of which children are not counted again."""
    text = (
        ",,甲口岸,,乙口岸,\n,日期,入境人数,其中儿童,入境人数,其中儿童\n0,2021-02-01,12,1,5,0\n1,2021-02-02,14,2,7,0\n"
    )
    out = imported(tmp_path, text)
    assert sorted(tuple(row[1:]) for row in rows(out / "observed.csv")[:2]) == [
        ("乙口岸", "arrivals", "5"), ("甲口岸", "arrivals", "12"),
    ]  # fmt: skip


AS_KEPT = {
    "a date for the rows of a day": (
        "日期,酒店,在住人数\n2021年2月1日,甲,5\n,乙,7\n2021年2月2日,甲,6\n,乙,8\n",
        [("2021-02-01 24:00", "乙", "7"), ("2021-02-01 24:00", "甲", "5"), ("2021-02-02 24:00", "乙", "8"),
         ("2021-02-02 24:00", "甲", "6")],
    ),
    "weekdays, full-width digits, nothing": (
        "日期,酒店,在住人数\n2021年2月1日（星期一）,甲,５\n2021年2月2日 周二,甲,无\n星期三 2021-02-03,甲,6间\n",
        [("2021-02-01 24:00", "甲", "5"), ("2021-02-03 24:00", "甲", "6")],
    ),
    "morning and afternoon": (
        "日期,时间,酒店,在住人数\n2021.2.1,上午9:00,甲,5\n2021.2.2,下午3:30,甲,6\n",
        [("2021-02-01 09:00", "甲", "5"), ("2021-02-02 15:30", "甲", "6")],
    ),
    "a date and time in one cell": (
        "日期,酒店,在住人数\n2021/2/1 上午9:00,甲,5\n2021/2/2 下午12:15,甲,6\n",
        [("2021-02-01 09:00", "甲", "5"), ("2021-02-02 12:15", "甲", "6")],
    ),
    "English weekdays": (
        "Date;Hotel;Guests in house\nMon 01-Feb-21;A;5\nTuesday, 02-Feb-21;A;6\n",
        [("2021-02-01 24:00", "A", "5"), ("2021-02-02 24:00", "A", "6")],
    ),
    "the month first, by name": (
        "Date\tHotel\tGuests in house\nFeb 1 2021\tA\t5\nFebruary 2nd, 2021\tA\t6\n",
        [("2021-02-01 24:00", "A", "5"), ("2021-02-02 24:00", "A", "6")],
    ),
    "heads merged downwards, hotels side by side": (
        "某区在住情况日报,,,,,\n,,,,,\n序号,日期,海滨,,金叶,\n,,在住人数,占用房间,在住人数,占用房间\n"
        "1,44197,120,87.0,100,84间\n,,,,,\n2,44198, 121 ,88.0,\"1,000\",84\n合计,,241,175,1100,168\n",
        [("2021-01-01 24:00", "海滨", "120"), ("2021-01-01 24:00", "海滨", "87"), ("2021-01-01 24:00", "金叶", "100"),
         ("2021-01-01 24:00", "金叶", "84"), ("2021-01-02 24:00", "海滨", "121"), ("2021-01-02 24:00", "海滨", "88"),
         ("2021-01-02 24:00", "金叶", "1000"), ("2021-01-02 24:00", "金叶", "84")],
    ),
}  # fmt: skip
"""Lists as offices keep them; date, place and number of each value, counted by hand."""


@pytest.mark.parametrize("case", AS_KEPT)
def test_a_list_is_read_as_an_office_keeps_it(case: str, tmp_path: Path) -> None:
    """And read alike by the map that was kept."""
    text, values = AS_KEPT[case]
    out = imported(tmp_path, text, encoding="gb18030")
    assert sorted((date, place, value) for date, place, _q, value in rows(out / "observed.csv")) == sorted(values)
    kept = (out / "observed.csv").read_bytes()
    (tmp_path / "map.toml").write_bytes((out / "map.toml").read_bytes())
    out = imported(tmp_path, text, "--map", str(tmp_path / "map.toml"), "--force")
    assert (out / "observed.csv").read_bytes() == kept


def test_a_date_that_is_missing_is_not_made_up(tmp_path: Path) -> None:
    """Hotel 乙 has no date once, and once 甲 has none: what follows a date is not the same each time, so that rows
    without one are left out and told.
    """
    text = "日期,酒店,在住人数\n2021-02-01,甲,5\n,乙,7\n2021-02-02,甲,6\n2021-02-03,乙,8\n"
    out = imported(tmp_path, text)
    assert [row[3] for row in rows(out / "observed.csv")] == ["5", "6", "8"]
    assert "1 rows without" in (out / "manifest.json").read_text("utf-8")


def test_the_hour_of_a_list_of_arrivals_makes_a_timetable(tmp_path: Path) -> None:
    """Day first, hours with AM and PM in a column of their own, bars, a subtotal: two flights of 12 and 5."""
    text = (
        "入境日期|时间|口岸|人数|航班\n28/03/2020|6:00 AM|甲|12人|CX123\n29/03/2020|11:30 PM|甲|5|CX456\n小计|||17|\n"
    )
    out = imported(tmp_path, text, encoding="gb18030")
    (file,) = out.glob("timetable*.csv")
    assert [row[:2] for row in rows(file)] == [["2020-03-28 06:00", "12"], ["2020-03-29 23:30", "5"]]


def test_a_long_table_keeps_the_rows_that_are_asked_for(tmp_path: Path) -> None:
    """One state of two; an unknown quantity is left out and told."""
    (tmp_path / "map.toml").write_text(
        '[[lists]]\nkind = "long"\ndates = "day/month/year"\nwhere = { state = "X" }\n'
        'columns = { date = "date", site = "place", quantity = "indicator", value = "value" }\n',
        "utf-8",
    )
    text = "date,state,place,indicator,value\n05/02/2021,X,A,guests in house,12\n05/02/2021,Y,A,guests in house,9\n"
    out = imported(tmp_path, text + "05/02/2021,X,A,cats,3\n", "--map", str(tmp_path / "map.toml"))
    assert rows(out / "observed.csv") == [["2021-02-05 24:00", "A", "guests_present", "12"]]
    assert "cats" in (out / "manifest.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("date,people\n05/02/2021,3\n06/02/2021,4\n", [], "--dates day/month/year, or --dates month/day/year"),
        ("date,people\n2021-02-05,many\n2021-02-06,few\n", [], '(2 cells, in rows 2 to 3)'),
        ("date,people\nsoon,3\n2021-02-06,4\n", [], 'row 2, date = "soon": must be a date of this form'),
        ("a,b\n1,2\n", [], "what these columns are can not be guessed: a, b"),
        ("姓名,2021-02-01\n张三,早\n", ["--place", "p"], '"早" = "06:00-14:00"'),
        ("酒店,2月1日,2月2日\n甲,5,6\n", ["--dates", "2021-month-day"], "a column for each day; turn it over"),
        ("日期,酒店,在住人数\n2021/2/1,甲,约50\n2021/2/2,甲,约60\n", [], '"约50": must be a whole number (2 cells'),
        ("date,people\n", [], "has a header and no rows"),
        ("date,people\n2021-02-05,3\n", ["--dates", "backwards"], "--dates backwards: must be"),
        ("date,people\n2021-02-05,3\n", ["--from", "soon"], "--from soon: must be a date"),
    ],
)  # fmt: skip
def test_what_may_be_mistaken_is_refused_with_the_way_out(
    text: str, words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One fault a kind, exit 2, nothing written."""
    assert said in refused(tmp_path, text, capsys, *words)


def test_faults_of_a_map_are_told_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown kind, an unknown role and hours that are none: three lines."""
    (tmp_path / "map.toml").write_text(
        '[[lists]]\nkind = "bookngs"\ncolumns = { arived = "x" }\nshifts = { "早" = "6" }\n', "utf-8"
    )
    said = refused(tmp_path, "date,people\n2021-02-05,3\n", capsys, "--map", str(tmp_path / "map.toml"))
    assert len(said.strip().splitlines()) == 3


def test_a_preview_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten of twelve rows are shown, with the role of each column."""
    text = "date,people\n" + "".join(f"2021-02-{day:02},{day}\n" for day in range(1, 13))
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    assert main(["import", str(tmp_path / "list.csv"), "--preview", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert "people = people" in shown
    assert "2021-02-10" in shown
    assert "2021-02-11" not in shown
    assert not (tmp_path / "out").exists()


def test_a_scenario_takes_what_was_imported(tmp_path: Path) -> None:
    """Today's guests, by the names of their hotels, and a roster: the scenario reads both as they are written."""
    out = imported(tmp_path, BOOKINGS, "--from", "2021-02-06", encoding="gb18030")
    (tmp_path / "scenario.toml").write_text(
        f"""schema = 1
title = "Imported"
first_day = 2021-02-06
last_day = 2021-02-07
initial = "{(out / "initial.csv").as_posix()}"
[arrivals]
groups = {{ kind = "constant" }}
party_size_weights = [0.5, 0.5]
[ports.p]
regimes.a = {{ kind = "rate", from_day = 2021-02-06, people_per_day = 5.0 }}
hours.all = {{ opens = "00:00", closes = "24:00" }}
[sites.haibin]
number = 1
name = "海滨宾馆"
rooms = 20
opens = 2021-02-01
ride_minutes = {{ p = 20.0 }}
[stay]
days = 14.0
""",
        encoding="utf-8",
    )
    assert sum(row.guests or 0 for row in load(tmp_path / "scenario.toml").initial) == 3
