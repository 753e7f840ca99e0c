"""Plan forms: the forms of one plan, with the columns for its own procedures.

Belongs here: which forms a plan's files are read as.
Does not belong here: what a form looks like (forms), who owes it by when (obligations).
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from ingestion.forms import Form, load_forms, spread
from ingestion.plans import Plan


def forms_of_plan(plan: Plan) -> Mapping[str, Form]:
    """The plan's forms by name; that of procedures has one group of columns per procedure of the plan.

    A plan that says the same about forms and procedures gets the very same objects: what a header is matched to is
    remembered by them.
    """
    procedures = tuple((procedure.id, (procedure.name, *procedure.aliases)) for procedure in plan.procedures)
    return _forms(tuple(plan.forms), procedures, plan.year + 1)


@cache
def _forms(
    names: tuple[str, ...], procedures: tuple[tuple[str, tuple[str, ...]], ...], next_year: int
) -> Mapping[str, Form]:
    return MappingProxyType({name: spread(load_forms()[name], procedures, next_year) for name in names})
