-- Measures of the reporting itself, for the form that leads the period: by unit and overall, over the whole list.
-- Both figures are the same: what was reported is not a matter of acceptance.
{%- set measures = [
    'due_unit_count',
    'reported_unit_count',
    'on_time_unit_count',
    'error_row_count',
    'unanswered_count',
] %}
with

periods as (
    select * from {{ ref('int_periods') }}
),

standing as (
    select * from {{ ref('standing_populations') }}
),

submissions as (
    select submissions.*
    from {{ ref('int_submissions') }} as submissions
    inner join periods
        on
            submissions.plan_id = periods.plan_id
            and submissions.period = periods.period
            and submissions.form = periods.leading_form
),

findings as (
    select findings.*
    from {{ ref('fct_finding') }} as findings
    inner join periods
        on
            findings.plan_id = periods.plan_id
            and findings.period = periods.period
            and findings.form = periods.leading_form
),

rows_with_errors as (
    select distinct
        plan_id,
        period,
        unit_id,
        submission_id,
        sheet,
        source_row
    from findings
    where still_open and severity = 'error' and source_row is not null
),

unit_amounts as (
    select
        plan_id,
        period,
        unit_id,
        case when is_due then 1 else 0 end as due_unit_count,
        case when is_reported then 1 else 0 end as reported_unit_count,
        case when is_on_time then 1 else 0 end as on_time_unit_count,
        0 as error_row_count,
        0 as unanswered_count
    from submissions
    union all
    select
        plan_id,
        period,
        unit_id,
        0 as due_unit_count,
        0 as reported_unit_count,
        0 as on_time_unit_count,
        1 as error_row_count,
        0 as unanswered_count
    from rows_with_errors
    union all
    select
        plan_id,
        period,
        unit_id,
        0 as due_unit_count,
        0 as reported_unit_count,
        0 as on_time_unit_count,
        0 as error_row_count,
        1 as unanswered_count
    from findings
    where still_open and severity = 'warning'
),

names as (
    {%- for measure in measures %}
    select '{{ measure }}' as measure
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
),

scope_kinds as (
    select scope_kind from {{ ref('scope_kinds') }}
    where scope_kind in ('overall', 'unit')
),

scoped as (
    select
        unit_amounts.plan_id,
        unit_amounts.period,
        scope_kinds.scope_kind,
        case scope_kinds.scope_kind when 'unit' then unit_amounts.unit_id else 'overall' end as scope,
        names.measure,
        case names.measure
            {%- for measure in measures %}
            when '{{ measure }}' then unit_amounts.{{ measure }}
            {%- endfor %}
        end as amount
    from unit_amounts
    cross join scope_kinds
    cross join names
),

figure_names as (
    select figure from {{ ref('figures') }}
)

select
    scoped.plan_id,
    scoped.period,
    periods.leading_form,
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
    scoped.plan_id, scoped.period, periods.leading_form, standing.population, scoped.scope_kind, scoped.scope,
    figure_names.figure, scoped.measure
