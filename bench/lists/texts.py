"""What the invented hazards of the benchmark say: many different texts, of which one in sixteen names methane."""

from __future__ import annotations

import random
from dataclasses import dataclass

PLACES = (
    "主运大巷",
    "副斜井",
    "井底车场",
    "中央变电所",
    "主排水泵房",
    "3102 掘进工作面",
    "回风巷",
    "煤场出入口",
    "调度室",
    "矸石山",
)
THINGS = (
    ("甲烷传感器", "安装位置不当", "距迎头超过规定距离，悬挂高度不足，显示值 {n}.{d}% CH4"),
    ("局部通风机", "未实现双风机双电源", "备用风机电源取自同一开关，切换试验无记录"),
    ("带式输送机", "机头护栏缺失", "机头滚筒旁护栏缺 {n} m，浮煤堆积接触下托辊"),
    ("前探梁", "数量不足未接顶", "迎头前探梁只用 {n} 根，临时支护不到位"),
    ("密闭墙", "有裂隙漏风", "密闭墙右帮裂隙长 {n} cm，墙前无检查记录"),
    ("水泵", "检修超期", "{n} 号水泵超过检修周期 {d} 天，无人负责"),
    ("馈电开关", "漏电保护失效", "KBZ-{n}00 型开关漏电试验不动作"),
    ("钢丝绳", "断丝超限", "副井提升钢丝绳一个捻距内断丝 {n} 处"),
    ("避难硐室", "压风管路未接通", "压风、供水管路阀门锈死，不能打开"),
    ("探放水钻孔", "少于设计数量", "设计 {n} 个孔，现场实际施工 {d} 个，无单孔竣工图"),
    ("采煤机", "内喷雾无水", "水压不足 {d} MPa，工作面粉尘大"),
    ("锚杆", "扭矩不合格", "抽查 {n} 根锚杆，{d} 根扭矩低于设计值"),
    ("安全帽", "未系下颏带", "{n} 名作业人员未系下颏带"),
    ("人员定位卡", "与下井人数不符", "系统显示 {n} 人，检身记录 {d} 人"),
    ("电缆", "明接头", "掘进巷道照明电缆有明接头 {d} 处，未挂牌"),
    ("风门", "闭锁失效", "两道风门能同时打开，风流短路"),
)


@dataclass(frozen=True)
class Text:
    title: str
    description: str


def pool(chance: random.Random, size: int = 4000) -> list[Text]:
    """``size`` texts, the same for the same seed."""
    made = []
    for _ in range(size):
        thing, fault, more = chance.choice(THINGS)
        place = chance.choice(PLACES)
        said = more.format(n=chance.randint(1, 9), d=chance.randint(1, 9))
        made.append(Text(f"{place}{thing}{fault}", f"{place}{said}。"))
    return made
