"""Fund raising: what a made-up county applies for and brings in for next year's projects, kind by kind.

Belongs here: amounts that come to what the plan aims at, days, document numbers.
Does not belong here: the projects themselves (prospects), the form (weekly_filling).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from ingestion import vocabulary
from samples.casting import ZERO
from samples.curves import drawn, rounded
from samples.pipeline import Fund, Prospect
from samples.prospects import last_workday
from samples.words import say, table

STEP = Decimal(10)
LARGEST_SHARE = Decimal("0.5")  # of the project's total investment
IN_CAMPAIGN = 3  # every third grant comes in the campaign's first weeks
WAITING = 3  # applied for, not granted by the end


def funds(
    random: Random, year: int, prospects: Iterable[Prospect], unit_ids: set[str], aim: Decimal, cutoffs: list[date]
) -> tuple[Fund, ...]:
    """Funds of several kinds for projects of ``unit_ids``; those that count come to ``aim`` 万元 by the year's end."""
    able = [p for p in prospects if p.unit_id in unit_ids and not p.joins_on and not p.start_actual_date]
    able.sort(key=lambda prospect: (-prospect.total_investment_wan, prospect.project_id))
    found: list[Fund] = []
    for row in table("funds"):
        counted = vocabulary.codes("fund_kinds")[row["fund_kind"]].counts_as == "counted"
        found += _of_kind(random, row, able, aim * Decimal(row["weight"]) / 100, year, cutoffs, counted)
    found += [_waiting(random, project, cutoffs) for project in random.sample(able[: len(able) // 2], WAITING)]
    return tuple({(fund.project.project_id, fund.fund_kind): fund for fund in reversed(found)}.values())[::-1]


def _of_kind(
    random: Random,
    row: dict[str, str],
    able: list[Prospect],
    aim: Decimal,
    year: int,
    cutoffs: list[date],
    counted: bool,
) -> list[Fund]:
    """The funds of one kind: ``aim`` shared out over so many of the larger projects as the kind has rows."""
    count = int(row["rows"])
    chosen = random.sample(able[: 2 * len(able) // 3], count)
    parts = [drawn(random, "0.6", "1.4") for _ in chosen]
    found = []
    for number, (project, part) in enumerate(zip(chosen, parts, strict=True)):
        most = project.total_investment_wan * LARGEST_SHARE
        granted = max(rounded(min(aim * part / sum(parts), most), STEP), STEP)
        if number % IN_CAMPAIGN == 0:
            secured = cutoffs[1] + timedelta(days=random.randint(1, 18))
        else:
            secured = date(year, random.randint(6, 11), random.randint(2, 28))
        secured = last_workday(min(secured, date(year, 12, 29)), cutoffs)
        asked = rounded(granted * drawn(random, "1.0", "1.5"), STEP)
        found.append(
            Fund(
                project=project,
                fund_kind=row["fund_kind"],
                applied_wan=max(asked, granted).quantize(ZERO),
                applied_on=secured - timedelta(days=random.randint(30, 120)),
                granted_wan=granted.quantize(ZERO),
                secured_date=secured,
                document_number=_number(random, row["word_zh"], secured) if counted else None,
            )
        )
    return found


def _number(random: Random, word: str, day: date) -> str:
    return say("approval_document", word=word, year=day.year, number=random.randint(10, 400))


def _waiting(random: Random, project: Prospect, cutoffs: list[date]) -> Fund:
    asked = rounded(project.total_investment_wan * drawn(random, "0.05", "0.20"), STEP)
    applied_on = cutoffs[random.randrange(6, len(cutoffs) - 2)] - timedelta(days=2)
    return Fund(project, "special_bond", asked.quantize(ZERO), applied_on)
