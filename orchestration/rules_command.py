"""Rules commands: `diaodu rules list`, `show` and `backtest`: what is judged, and whom a rule would have stopped.

Belongs here: their options, which rule and which history are meant, keeping the record of a back-test.
Does not belong here: back-testing (expectations.backtest), how a rule looks on the screen (rule_tables).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion.settings import TIMEZONE, default_home
from ingestion.workspace import Workspace
from orchestration.asked_about import plan_of, rule_of
from orchestration.console import InWorkspace, open_workspace, out, say, stop, worded

if TYPE_CHECKING:  # importing the catalogue costs more than `--help` may
    from expectations.backtest import Backtest
    from expectations.rule import Rule

DRAFTS = "rules"  # the folder of a workspace for entries that are tried before they go into the catalogue
rules = typer.Typer(help="审核规则：列出、查看、回测。", no_args_is_help=True, rich_markup_mode=None)

OfRule = Annotated[str, typer.Argument(help="规则号，例如 R05B")]


@rules.command("list")
def list_rules(workspace: InWorkspace = default_home()) -> None:  # noqa: B008
    """列出全部规则：规则号、名称、级别、试运行还是在用、自何月起。"""
    from orchestration import rule_tables

    out.print(rule_tables.listing(_known(_home(workspace))))


@rules.command()
def show(rule: OfRule, workspace: InWorkspace = default_home()) -> None:  # noqa: B008
    """查看一条规则的全部内容：判断、提示、依据、例子、级别的沿革、回测记录。"""
    from expectations import backtest_records
    from expectations.catalogue import RULES
    from orchestration import rule_tables

    found = rule_of(rule, _known(_home(workspace)))
    records = [record for record in backtest_records.read(RULES) if record.rule_id == found.id]
    out.print(rule_tables.entry(found, records))


@rules.command()
def backtest(
    rule: Annotated[str | None, typer.Argument(help="规则号；不写时用 --all")] = None,
    every: Annotated[bool, typer.Option("--all", help="全部错误级规则，用随附方案的模拟数据")] = False,
    plan: Annotated[str | None, typer.Option("--plan", help="只看哪个方案；不写则全部")] = None,
    simulated: Annotated[bool, typer.Option("--simulated", help="用随附方案的模拟数据，不用工作区的历史")] = False,
    store: Annotated[
        bool, typer.Option("--store", help="把结果记入规则目录；错误级规则没有这样的记录不能启用")
    ] = False,
    workspace: InWorkspace = default_home(),  # noqa: B008
) -> None:
    """回测：在保存的全部历史（各期、各版本）上看一条规则会拦下谁，被拦的数后来有多少被单位自己改正。

    试运行的、在用的都可以；工作区 rules/ 里的草稿（写法同规则目录）也可以，同号的以草稿为准。
    """
    from expectations.catalogue import instead, written
    from orchestration import rule_tables

    if (rule is None) != every:
        raise stop(say("rules_one_or_all"))
    home = None if every or simulated else open_workspace(workspace)
    tested = [one for one in written() if one.is_ever_error] if every else [rule_of(rule, _known(_home(workspace)))]
    with instead(written()):
        found = _simulated(tested, plan) if home is None else _kept(home, tested, plan)
    if not any(one.periods for one in found.values()):
        raise stop(say("rules_no_history"))
    if every:
        out.print(rule_tables.many(tested, found), soft_wrap=True)
    else:
        out.print(rule_tables.one(tested[0], found[tested[0].id]), soft_wrap=True)
    if store:
        out.print(say("rules_stored", path=_store(tested, found, is_own=home is not None)), soft_wrap=True)


def _home(workspace: Path) -> Path:
    return workspace if workspace.is_dir() else Path()


def _known(home: Path) -> list["Rule"]:
    """The catalogue's rules, the workspace's drafts in place of those they change."""
    from expectations.catalogue import CatalogueError, written

    try:
        drafts = written(home / DRAFTS) if (home / DRAFTS).is_dir() else ()
    except CatalogueError as error:
        raise stop(str(error)) from None
    return list({one.id: one for one in (*written(), *drafts)}.values())


def _simulated(tested: Sequence["Rule"], plan: str | None) -> dict[str, "Backtest"]:
    """The back-tests over the simulated histories of the shipped plans."""
    from orchestration.rule_histories import history, plan_ids

    return _together(tested, (history(plan_id) for plan_id in plan_ids() if plan in (None, plan_id)))


def _kept(home: Workspace, tested: Sequence["Rule"], plan: str | None) -> dict[str, "Backtest"]:
    """The back-tests over what a workspace keeps of its plans."""
    from orchestration.rule_histories import kept_history

    if plan is not None:
        plan_of(home, plan)
    with worded(home):
        names = sorted(path.stem for path in home.plans.glob("*.yml"))
        now = datetime.now(TIMEZONE)
        return _together(tested, (kept_history(home, name, now) for name in names if plan in (None, name)))


def _together(tested: Sequence["Rule"], histories: Iterable) -> dict[str, "Backtest"]:
    from expectations.backtest import Backtest, over

    found = {one.id: Backtest(one.id) for one in tested}
    for opened in histories:
        with opened as past:
            for name, result in over(past.workspace, past.plan, past.known_at, tested).items():
                found[name] += result
    return found


def _store(tested: Sequence["Rule"], found: dict[str, "Backtest"], is_own: bool) -> Path:
    from expectations import backtest_records
    from expectations.catalogue import RULES

    known = {one.id for one in tested} | {record.rule_id for record in _still_known(backtest_records.read(RULES))}
    data = backtest_records.OWN if is_own else backtest_records.SIMULATED
    today = datetime.now(TIMEZONE).date()
    records = [backtest_records.record_of(one, found[one.id], data, today) for one in tested]
    return backtest_records.store(RULES, records, known)


def _still_known(records: Iterable) -> Iterator:
    from expectations.catalogue import written

    return (record for record in records if record.rule_id in {rule.id for rule in written()})
