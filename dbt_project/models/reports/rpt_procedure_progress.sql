-- Progress of the procedures by procedure, handling level and reporting unit, with every total: 'all' stands for a
-- dimension that is not divided, so each figure of the table is counted and no rate is ever averaged.
{%- set counts = [
    'needed',
    'done',
    'tolerated',
    'promised',
    'in_progress',
    'not_started',
    'overdue',
    'overdue_promises',
    'reported_needed',
    'reported_done',
] %}
with

procedures as (
    select * from {{ ref('fct_procedure') }}
    where is_required
),

reported as (
    select * from {{ ref('fct_procedure') }}
    where reported_is_required
),

names as (
    select * from {{ ref('dim_procedure') }}
),

units as (
    select * from {{ ref('dim_unit') }}
),

levels as (
    select
        code,
        label_zh,
        sort_order
    from {{ ref('codes') }}
    where list = 'handling_levels'
),

periods as (
    select * from {{ ref('dim_period') }}
    where leading_form = 'procedures'
),

targets as (
    select
        *,
        row_number() over (
            partition by plan_id, period
            order by case when word = 'strive' then 1 else 0 end, target_id
        ) as place
    from {{ ref('fct_target_verdict') }}
    where metric = 'procedure_completion_rate' and scope_kind = 'overall' and is_own_period
),

choices as (
    select true as is_divided
    union all
    select false as is_divided
),

counted as (
    select
        plan_id,
        period,
        project_id,
        procedure,
        coalesce(handling_level, 'unknown') as handling_level,
        unit_id,
        1 as needed,
        case when is_done then 1 else 0 end as done,
        case when procedure_state = 'tolerated' then 1 else 0 end as tolerated,
        case when procedure_state = 'promised' then 1 else 0 end as promised,
        case when procedure_state = 'in_progress' then 1 else 0 end as in_progress,
        case when coalesce(procedure_state, 'not_started') = 'not_started' then 1 else 0 end as not_started,
        case when is_overdue then 1 else 0 end as overdue,
        case when is_overdue_promise then 1 else 0 end as overdue_promises,
        0 as reported_needed,
        0 as reported_done
    from procedures
    union all
    select
        plan_id,
        period,
        cast(null as varchar) as project_id,
        procedure,
        coalesce(handling_level, 'unknown') as handling_level,
        unit_id,
        0 as needed,
        0 as done,
        0 as tolerated,
        0 as promised,
        0 as in_progress,
        0 as not_started,
        0 as overdue,
        0 as overdue_promises,
        1 as reported_needed,
        case when reported_is_done then 1 else 0 end as reported_done
    from reported
),

grouped as (
    select
        counted.plan_id,
        counted.period,
        case when by_procedure.is_divided then counted.procedure else 'all' end as procedure,
        case when by_level.is_divided then counted.handling_level else 'all' end as handling_level,
        case when by_unit.is_divided then counted.unit_id else 'all' end as unit_id,
        {%- for count in counts %}
        sum(counted.{{ count }}) as {{ count }},
        {%- endfor %}
        count(distinct counted.project_id) as project_count
    from counted
    cross join choices as by_procedure
    cross join choices as by_level
    cross join choices as by_unit
    group by
        counted.plan_id,
        counted.period,
        case when by_procedure.is_divided then counted.procedure else 'all' end,
        case when by_level.is_divided then counted.handling_level else 'all' end,
        case when by_unit.is_divided then counted.unit_id else 'all' end
)

select
    grouped.plan_id,
    grouped.period,
    grouped.procedure,
    grouped.handling_level,
    grouped.unit_id,
    names.procedure_name,
    levels.label_zh as handling_level_name,
    units.unit_name,
    periods.cutoff_date,
    cast(grouped.project_count as integer) as project_count,
    cast(grouped.needed as integer) as needed_count,
    cast(grouped.done as integer) as done_count,
    cast(grouped.tolerated as integer) as tolerated_count,
    cast(grouped.promised as integer) as promised_count,
    cast(grouped.in_progress as integer) as in_progress_count,
    cast(grouped.not_started as integer) as not_started_count,
    cast(grouped.needed - grouped.done as integer) as open_count,
    cast(grouped.overdue as integer) as overdue_count,
    cast(grouped.overdue_promises as integer) as overdue_promise_count,
    {{ rate('grouped.done', 'grouped.needed') }} as completion_rate,
    {{ rate('grouped.tolerated + grouped.promised', 'grouped.needed') }} as tolerance_rate,
    cast(grouped.reported_needed as integer) as reported_needed_count,
    cast(grouped.reported_done as integer) as reported_done_count,
    {{ rate('grouped.reported_done', 'grouped.reported_needed') }} as reported_completion_rate,
    targets.target,
    targets.stretch,
    {{ rate('grouped.done - targets.target * grouped.needed', 'grouped.needed') }} as target_gap,
    cast(case when grouped.procedure = 'all' then 0 else coalesce(names.sort_order, 99) end as integer)
        as procedure_order,
    cast(case when grouped.handling_level = 'all' then 0 else coalesce(levels.sort_order, 99) end as integer)
        as level_order,
    cast(case when grouped.unit_id = 'all' then -1 else coalesce(units.sort_order, 999) end as integer) as unit_order
from grouped
inner join periods on grouped.plan_id = periods.plan_id and grouped.period = periods.period
left join names on grouped.plan_id = names.plan_id and grouped.procedure = names.procedure
left join units on grouped.plan_id = units.plan_id and grouped.unit_id = units.unit_id
left join levels on grouped.handling_level = levels.code
left join targets on grouped.plan_id = targets.plan_id and grouped.period = targets.period and targets.place = 1
