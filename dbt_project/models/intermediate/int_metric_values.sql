{{ config(materialized='table') }}
-- Every metric is two measures of the same key (or one): a new ratio is a row of metrics.csv, never new SQL.
with

metrics as (
    select * from {{ ref('metrics') }}
    where numerator is not null
),

amounts as (
    select
        plan_id,
        period,
        form,
        form as project_form,
        population,
        scope_kind,
        scope,
        figure,
        measure,
        amount
    from {{ ref('int_measures') }}
    union all
    select
        plan_id,
        period,
        'reporting' as form,
        leading_form as project_form,
        population,
        scope_kind,
        scope,
        figure,
        measure,
        amount
    from {{ ref('int_reporting_measures') }}
),

by_measure as (
    select
        plan_id,
        period,
        form,
        project_form,
        population,
        scope_kind,
        scope,
        measure,
        coalesce(max(case when figure = 'accepted' then amount end), 0) as accepted_amount,
        coalesce(max(case when figure = 'reported' then amount end), 0) as reported_amount
    from amounts
    group by plan_id, period, form, project_form, population, scope_kind, scope, measure
),

coverage as (  -- a metric of the reporting tells how many projects of the leading form it stands for
    select
        plan_id,
        period,
        form,
        population,
        scope_kind,
        scope,
        max(case when measure = 'reported_project_count' then accepted_amount end) as reported_projects,
        max(case when measure = 'carried_project_count' then accepted_amount end) as carried_projects,
        max(case when measure = 'missing_project_count' then accepted_amount end) as missing_projects
    from by_measure
    group by plan_id, period, form, population, scope_kind, scope
),

divided as (
    select
        numerators.plan_id,
        numerators.period,
        numerators.project_form,
        numerators.population,
        numerators.scope_kind,
        numerators.scope,
        metrics.metric,
        metrics.unit,
        metrics.denominator is not null as is_ratio,
        numerators.accepted_amount as numerator,
        denominators.accepted_amount as denominator,
        numerators.reported_amount as reported_numerator,
        denominators.reported_amount as reported_denominator
    from metrics
    inner join by_measure as numerators
        on
            metrics.numerator = numerators.measure
            and metrics.form = numerators.form
    left join by_measure as denominators
        on
            metrics.denominator = denominators.measure
            and metrics.form = denominators.form
            and numerators.plan_id = denominators.plan_id
            and numerators.period = denominators.period
            and numerators.population = denominators.population
            and numerators.scope_kind = denominators.scope_kind
            and numerators.scope = denominators.scope
)

select
    divided.plan_id,
    divided.period,
    divided.population,
    divided.scope_kind,
    divided.scope,
    divided.metric,
    divided.unit,
    divided.is_ratio,
    divided.numerator,
    divided.denominator,
    cast(
        case
            when divided.is_ratio then {{ rate('divided.numerator', 'divided.denominator') }}
            else divided.numerator
        end as decimal(28, 6)
    ) as value,
    divided.reported_numerator,
    divided.reported_denominator,
    cast(
        case
            when divided.is_ratio then {{ rate('divided.reported_numerator', 'divided.reported_denominator') }}
            else divided.reported_numerator
        end as decimal(28, 6)
    ) as reported_value,
    coalesce(coverage.reported_projects, 0) as reported_projects,
    coalesce(coverage.carried_projects, 0) as carried_projects,
    coalesce(coverage.missing_projects, 0) as missing_projects
from divided
left join coverage
    on
        divided.plan_id = coverage.plan_id
        and divided.period = coverage.period
        and divided.project_form = coverage.form
        and divided.population = coverage.population
        and divided.scope_kind = coverage.scope_kind
        and divided.scope = coverage.scope
