-- Measures of the reporting itself, for the monthly form: by unit and overall, over the whole list.
-- Both figures are the same: what was reported is not a matter of acceptance.
with

periods as (
    select * from {{ ref('int_periods') }}
),

standing as (
    select * from {{ ref('standing_populations') }}
),

submissions as (
    select * from {{ ref('int_submissions') }}
    where form = 'monthly_dispatch'
),

findings as (
    select * from {{ ref('int_open_findings') }}
    where form = 'monthly_dispatch'
),

rows_with_errors as (
    select distinct
        plan_id,
        period,
        unit_id,
        submission_id,
        sheet,
        row
    from findings
    where is_open and severity = 'error' and row is not null
),

amounts as (
    select plan_id, period, unit_id, 'due_unit_count' as measure, case when is_due then 1 else 0 end as amount
    from submissions
    union all
    select plan_id, period, unit_id, 'reported_unit_count' as measure, case when is_reported then 1 else 0 end as amount
    from submissions
    union all
    select plan_id, period, unit_id, 'on_time_unit_count' as measure, case when is_on_time then 1 else 0 end as amount
    from submissions
    union all
    select plan_id, period, unit_id, 'error_row_count' as measure, 0 as amount
    from submissions
    union all
    select plan_id, period, unit_id, 'error_row_count' as measure, 1 as amount
    from rows_with_errors
    union all
    select plan_id, period, unit_id, 'unanswered_count' as measure, 0 as amount
    from submissions
    union all
    select plan_id, period, unit_id, 'unanswered_count' as measure, 1 as amount
    from findings
    where is_open and severity = 'warning'
),

scoped as (
    select plan_id, period, 'unit' as scope_kind, unit_id as scope, measure, amount
    from amounts
    union all
    select plan_id, period, 'overall' as scope_kind, 'overall' as scope, measure, amount
    from amounts
),

figure_names as (
    select figure from {{ ref('figures') }}
)

select
    scoped.plan_id,
    scoped.period,
    standing.population,
    scoped.scope_kind,
    scoped.scope,
    figure_names.figure,
    scoped.measure,
    cast(sum(scoped.amount) as decimal(24, 2)) as amount
from scoped
inner join periods on scoped.plan_id = periods.plan_id and scoped.period = periods.period
cross join standing
cross join figure_names
group by
    scoped.plan_id, scoped.period, standing.population, scoped.scope_kind, scoped.scope, figure_names.figure,
    scoped.measure
