"""Publications: which figures people were told and when; a fact of its own, which no rebuild could work out.

Belongs here: recording the figures of a publication, those that changed alone, and reading back what was known of them.
Does not belong here: making a release (dispatch.publishing), which publication a later period compares itself with
(dbt_project/models/intermediate/int_previous_published.sql).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from ingestion.register import Register, as_read, insert, stored

Key = tuple[str, str, str, str]  # population, scope_kind, scope, metric
KEY = ("population", "scope_kind", "scope", "metric")
AMOUNTS = ("numerator", "denominator", "value")


@dataclass(frozen=True)
class Figure:
    """One figure as it was shown; ``is_shown`` is False from when a publication no longer had it."""

    population: str
    scope_kind: str
    scope: str
    metric: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    is_shown: bool = True

    @property
    def key(self) -> Key:
        return (self.population, self.scope_kind, self.scope, self.metric)


class Publications(Register):
    """The part of the register that remembers what people were told."""

    def record(
        self, plan_id: str, period: str, release: str, figures: Iterable[Figure], published_at: datetime
    ) -> int | None:
        """Remember the figures of a plan and period that differ from what was told last; None when none does."""
        now = {figure.key: figure for figure in figures}
        with self._writing() as connection:
            told = self._told(connection, plan_id, period)
            gone = [Figure(*key, is_shown=False) for key in told if key not in now]
            changed = [figure for key, figure in now.items() if told.get(key) != figure] + gone
            if not changed:
                return None
            head = {"plan_id": plan_id, "period": period, "release": release, "published_at": published_at}
            number = insert(connection, "publications", head)
            names = ("publication_id", *KEY, "is_shown", *AMOUNTS)
            connection.executemany(
                f"insert into published_figures ({', '.join(names)}) values ({', '.join('?' * len(names))})",
                [[number, *figure.key, figure.is_shown, *_texts(figure)] for figure in changed],
            )
            return number

    def figures(self, plan_id: str, period: str, before: datetime) -> list[dict]:
        """Every figure recorded for a plan and period by publications before an instant, oldest first.

        Strictly before: what a build publishes comes after its instant of knowledge, so it never reads itself.
        """
        sql = """
            select publication_id, release, published_at, population, scope_kind, scope, metric, is_shown,
                numerator, denominator, value
            from publications inner join published_figures using (publication_id)
            where plan_id = ?1 and period = ?2 and published_at < ?3
            order by publication_id, figure_id
        """
        with self._reading() as connection:
            rows = connection.execute(sql, [plan_id, period, stored(before)])
            return [amounts(as_read(row, "published_at")) for row in rows]

    def _told(self, connection, plan_id: str, period: str) -> dict[Key, Figure]:
        """The figures as they stand after the latest publication."""
        sql = """
            select population, scope_kind, scope, metric, numerator, denominator, value, is_shown
            from publications inner join published_figures using (publication_id)
            where plan_id = ?1 and period = ?2 order by publication_id, figure_id
        """
        rows = (Figure(**amounts(dict(row))) for row in connection.execute(sql, [plan_id, period]))
        latest = {figure.key: figure for figure in rows}
        return {key: figure for key, figure in latest.items() if figure.is_shown}


def _texts(figure: Figure) -> list[str | None]:
    """Decimals as text, as they were shown: SQLite has no exact numbers with places."""
    amounts = asdict(figure)
    return [None if amounts[name] is None else f"{amounts[name]:f}" for name in AMOUNTS]


def amounts(row: Mapping) -> dict:
    """A stored row with its decimals as they were shown."""
    exact = {name: None if row[name] is None else Decimal(row[name]) for name in AMOUNTS}
    return {**row, **exact, "is_shown": bool(row["is_shown"])}
