"""What the columns of a list mean, guessed from their heads, in English and Chinese; and which of them are personal.

A guess is shown before it is used and kept in map.toml, so that a planner mends it once. A column that tells who
somebody is, by name, document, telephone, address or a free remark, has no meaning here and can not be given one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

ROLES = (
    "date", "time", "arrived", "arrived_time", "left", "site", "port", "people", "room", "party", "label", "guests",
    "rooms", "capacity", "released", "status", "pool", "shift", "start", "end", "hours", "headcount", "quantity",
    "value",
)  # fmt: skip
"""What a column may hold."""
SEVERAL = ("people",)
"""Roles that several columns may have, which are added: adults and children."""

_PERSONAL = re.compile(
    r"姓名|名字|证件|身份证|护照|电话|手机|联系|住址|地址|生日|出生|备注|微信|邮箱|性别|国籍|籍贯"
    r"|passport|document|identity|\bid (no|card|number)|phone|mobile|\btel\b|e ?mail|address|birth|\bdob\b"
    r"|(guest|full|first|last|given|family|traveller|passenger|employee|staff|person) ?name|surname|nationality"
    r"|\bsex\b|gender|remark|\bnotes?\b|comment",
    re.IGNORECASE,
)
_ALONE = re.compile(r"name|id|guest|traveller|旅客|客人|住客|人员|员工|序号|no|#", re.IGNORECASE)
"""Heads that say too little: who or which, not how many."""
_PERSONS = re.compile(
    r"(人|人员|客人|旅客|乘客|住客|员工|者)$"
    r"|\b(guests?|passengers?|persons?|pax|travell?ers?|occupants?|visitors?|patients?|clients?|customers?|bookers?|by)$",
    re.IGNORECASE,
)
"""Ends of heads that announce people: how many or who, which the cells say."""
NUMBERS = ("people", "guests", "rooms", "capacity", "released", "headcount", "hours", "value")
"""Roles of columns of numbers."""
_DOCUMENT = re.compile(
    r"\d{17}[\dXx]|[A-Z]{1,2}\d{7,9}(\(\w\))?|[A-Z]{1,2}\d{6}\(\w\)|(\+?86)?1[3-9]\d{9}|\+\d{8,15}|[^@\s]+@[^@\s]+\.\w+"
)
"""Numbers of identity cards, passports and permits, mobile telephones, addresses of mail; without spaces and dashes."""

_WORDS: tuple[tuple[str, str], ...] = (
    ("value", r"^(value|数值|数量|值)$"),
    ("quantity", r"quantity|indicator|variable|metric|measure|指标|项目|统计项"),
    ("released", r"(解除|退房|离店|出院|转出|离所).*(人|数)|released|discharged|check ?outs|"
     r"departures"),
    ("people", r"(新增|当日|今日|新).*(入住|到达|入境|接收|隔离)|(入境|接收|转运|到达|抵达|移交|同行).*(人数|"
     r"人次)|new (arrivals|cases|guests)|arrivals|handed over$"),
    ("guests", r"(在住|在店|在隔|现有|现住|目前|留观|隔离|入住|在管).*(人|数)$|in ?house|"
     r"persons? in use|guests? present|people in (stay|quarantine)|"
     r"persons? (in|staying)|occupants"),
    ("capacity", r"capacity|(总|全部|可用).*(房|间)|房间总数|容量|total (rooms|units)|(rooms|"
     r"units) (open|total)"),
    ("", r"ready|空房|剩余|available|vacant|free|类型|type|\brate\b|价"),
    ("rooms", r"(在住|占用|已用|使用|已住).*(房|间)|入住(房间|间)数|(rooms?|units?) (in use|"
     r"taken|occupied|sold|used)|(occupied|used) (rooms|units)|"
     r"units? in use|房间数|用房|^rooms$|no of rooms"),
    ("status", r"status|状态"),
    ("label", r"flight( no| number)?$|航班号?$|车次|班轮|船次|vessel|ferry|\btrain|"
     r"voyage"),
    ("room", r"^rm\b|^room( no| number)?$|房号|房间号|^房间$"),
    ("party", r"\bconf\b|confirm|booking (no|id|ref)|^booking$|^reservation$|"
     r"(reservation|resv) (no|id)|预订|预定|订单|同行(组|编号|号)|家庭(编号|号)|"
     r"(party|group|family) (id|no|code)"),
    ("port", r"\bport\b|口岸|crossing|checkpoint|terminal|机场|码头"),
    ("site", r"hotel|\bsites?\b|cent(re|er)s?\b|隔离点|酒店|宾馆|facility|property|"
     r"\bplace|地点|场所|location|集中点|名称"),
    ("left", r"departure|\bdep\b|check ?out|\bleft\b|离店|离开|退房|解除|期满|release|"
     r"end of stay|离所"),
    ("arrived_time", r"(arrival|arr|check ?in) time|(入住|到店|抵达|到达)时刻|\beta\b"),
    ("arrived", r"arriv|\barr\b|check ?in|入住|到店|抵达|到达|入境|落地|移交|start of stay|入所|"
     r"scheduled"),
    ("hours", r"^hours|小时|时长|工时"),
    ("headcount", r"headcount|在岗|到岗|上岗|staff on|number on duty|排班人数"),
    ("start", r"\bstart|上班|开始|^from$|\bbegin"),
    ("end", r"\bend\b|下班|结束|^to$|until"),
    ("shift", r"shift|班次|班别|^班$"),
    ("pool", r"pool|team|岗位|工作组|组别|部门|班组|人员组|department|unit$"),
    ("people", r"^((旅客|客人|住客|入住) ?)?(成人|大人|儿童|小孩|婴儿)(人?数)?$|"
     r"people|persons?\b|\bpax\b|adults|\bchil|人数|人次|party size|guests?\b|count$"),
    ("date", r"\bdate\b|日期|^day$|^日$|as of$|统计日"),
    ("time", r"\btime\b|时间|时刻"),
)  # fmt: skip
"""Role and the heads that have it, the first that fits; an empty role: of no use here."""
_PATTERNS = tuple((role, re.compile(words, re.IGNORECASE)) for role, words in _WORDS)

CANCELLED = re.compile(r"cancel|no.?show|取消|未到|作废", re.IGNORECASE)
"""Of a booking's status: these people do not come."""
QUANTITIES = {
    "guests": "guests_present",
    "rooms": "rooms_taken",
    "capacity": "rooms_open",
    "people": "arrivals",
    "released": "releases",
    "headcount": "staff_on_duty",
}
"""Id in observed.csv of what a column or a line of a long table counts."""
STOCKS = ("guests_present", "rooms_taken", "rooms_open")
"""What is there at a moment; the others are counts of a day."""


def plain(head: str) -> str:
    """A head without signs and brackets, for looking it up."""
    return re.sub(r"[\s_\-./:：()（）\[\]#、]+", " ", head).strip()


def role_of(head: str) -> str:
    """What a column with this head holds; empty: nothing that is of use, or something personal."""
    words = plain(head)
    if is_personal(head) or _ALONE.fullmatch(words):
        return ""
    role = next((role for role, pattern in _PATTERNS if pattern.search(words)), "")
    return "" if tells_who(role, head) else role


def quantity_of(words: str) -> str:
    """Id of a quantity that a long table names; empty: none that is known."""
    if words in QUANTITIES.values():
        return words
    return QUANTITIES.get(role_of(words), "")


def is_personal(head: str) -> bool:
    """Whether a head announces what identifies somebody."""
    return _PERSONAL.search(plain(head)) is not None


def tells_who(role: str, head: str) -> bool:
    """Whether a column with this role would hold people themselves: a hotel's guest, who booked, and no number."""
    return role not in NUMBERS and _PERSONS.search(plain(head)) is not None


def holds_documents(cells: Iterable[str]) -> bool:
    """Whether any cell of a column holds the number of a document or telephone, whatever the head says."""
    return any(_DOCUMENT.fullmatch(re.sub(r"[\s-]", "", cell)) is not None for cell in cells)
