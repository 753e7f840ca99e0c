-- What people had last been told of the period before this one when this one fell due. A publication holds only the
-- figures that changed, so each figure is looked up by itself; one a publication dropped is not shown any more.
with

periods as (
    select * from {{ ref('int_periods') }}
    where previous_period is not null
),

figures as (
    select * from {{ ref('stg_published_figures') }}
),

told as (
    select
        periods.plan_id,
        periods.period,
        figures.population,
        figures.scope_kind,
        figures.scope,
        figures.metric,
        figures.value,
        figures.is_shown,
        row_number() over (
            partition by
                periods.plan_id, periods.period, figures.population, figures.scope_kind, figures.scope, figures.metric
            order by figures.published_at desc, figures.publication_id desc
        ) as place
    from periods
    inner join figures
        on
            periods.plan_id = figures.plan_id
            and periods.previous_period = figures.period
            and periods.due_at >= figures.published_at
)

select
    plan_id,
    period,
    population,
    scope_kind,
    scope,
    metric,
    value
from told
where place = 1 and is_shown
