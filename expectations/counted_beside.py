"""Counted beside: how often the rows of a period speak of one project, and what other units report of it.

Belongs here: counts and smallest figures over the rows of one part.
Does not belong here: rows of other tables (laid_beside), projects that look alike (offering).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from ingestion.lake import TEXT, WAN_READ

COUNT = pa.int64()
_OF_OTHERS = (("other_unit", TEXT), ("other_month_wan", WAN_READ), ("other_ytd_wan", WAN_READ))


def counted(rows: pa.Table, subject: Sequence[str], standing: Iterable[tuple[str, str]] = ()) -> pa.Table:
    """``rows`` with two more columns: ``same_project_rows``, the rows of the version about the same ``subject``, and
    ``reporting_units``, the units whose rows that count are about the project, with those of ``standing`` (project and
    unit of rows that no new version came for)."""
    copies = Counter(about := _zipped(rows, ("submission_id", *subject)))
    units = _units(rows, standing)
    rows = rows.append_column("same_project_rows", pa.array([copies[one] for one in about], COUNT))
    reporting = [len(units.get(project_id, ())) for project_id in rows["project_id"].to_pylist()]
    return rows.append_column("reporting_units", pa.array(reporting, COUNT))


def of_other_units(rows: pa.Table) -> pa.Table:
    """``rows`` with the first name and the smallest figures among the rows of other units about the same project."""
    several = {project_id for project_id, units in _units(rows).items() if len(units) > 1}
    names = ("project_id", "unit_id", "is_effective", "month_investment_wan", "ytd_investment_wan")
    own = _zipped(rows, names[:3])
    found: list[Mapping] = [{}] * len(rows)
    places = [place for place, (project_id, _, counts) in enumerate(own) if counts and project_id in several]
    reported: dict[str, list[Mapping]] = defaultdict(list)
    for row in rows.select(names).take(pa.array(places, COUNT)).to_pylist():
        reported[row["project_id"]].append(row)
    for place in places:
        project_id, unit_id, _ = own[place]
        beside = [row for row in reported[project_id] if row["unit_id"] != unit_id]
        found[place] = {
            "other_unit": _least(beside, "unit_id"),
            "other_month_wan": _least(beside, "month_investment_wan"),
            "other_ytd_wan": _least(beside, "ytd_investment_wan"),
        }
    for name, kind in _OF_OTHERS:
        rows = rows.append_column(name, pa.array([one.get(name) for one in found], kind))
    return rows


def _units(rows: pa.Table, standing: Iterable[tuple[str, str]] = ()) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for project_id, unit_id, counts in _zipped(rows, ("project_id", "unit_id", "is_effective")):
        if counts and unit_id is not None:
            found[project_id].add(unit_id)
    for project_id, unit_id in standing:
        found[project_id].add(unit_id)
    return found


def _least(rows: Iterable[Mapping], name: str) -> object:
    return min((row[name] for row in rows if row[name] is not None), default=None)


def _zipped(rows: pa.Table, names: Sequence[str]) -> list[tuple]:
    return list(zip(*(rows[name].to_pylist() for name in names), strict=True))
