-- Every figure of fct_metric can be added up from the published contributions alone, in both figures.
{{ config(meta={'dagster': {'ref': {'name': 'fct_metric'}}}) }}
with

placed as (
    select
        contributors.plan_id,
        contributors.period,
        contributors.subject_kind,
        contributors.subject_id,
        contributors.part,
        kinds.scope_kind,
        unnest(string_split(contributors.populations, '|')) as population,
        coalesce(
            case kinds.scope_kind
                when 'overall' then 'overall'
                when 'level' then contributors.level_code
                when 'category' then contributors.category_code
                when 'nature' then contributors.nature_code
                when 'unit' then contributors.unit_id
                when 'region' then contributors.region_code
                when 'size_band' then contributors.size_band
                when 'procedure' then contributors.procedure
                when 'handling_level' then contributors.handling_level
                when 'approving_unit' then contributors.approving_unit
                when 'fund_kind' then contributors.fund_kind
            end, 'unknown'
        ) as scope
    from {{ ref('fct_contributor') }} as contributors
    cross join {{ ref('scope_kinds') }} as kinds
    where contributors.is_counted
),

sums as (
    select
        placed.plan_id,
        placed.period,
        placed.population,
        placed.scope_kind,
        placed.scope,
        measures.measure,
        sum(case when measures.figure = 'accepted' then measures.amount else 0 end) as accepted_amount,
        sum(case when measures.figure = 'reported' then measures.amount else 0 end) as reported_amount
    from placed
    inner join {{ ref('fct_measure') }} as measures
        on
            placed.plan_id = measures.plan_id
            and placed.period = measures.period
            and placed.subject_kind = measures.subject_kind
            and placed.subject_id = measures.subject_id
            and placed.part = measures.part
    group by all
)

select
    metrics.plan_id,
    metrics.period,
    metrics.population,
    metrics.scope_kind,
    metrics.scope,
    metrics.metric
from {{ ref('fct_metric') }} as metrics
inner join {{ ref('dim_metric') }} as definitions on metrics.metric = definitions.metric
left join sums as numerators
    on
        definitions.numerator = numerators.measure
        and metrics.plan_id = numerators.plan_id
        and metrics.period = numerators.period
        and metrics.population = numerators.population
        and metrics.scope_kind = numerators.scope_kind
        and metrics.scope = numerators.scope
left join sums as denominators
    on
        definitions.denominator = denominators.measure
        and metrics.plan_id = denominators.plan_id
        and metrics.period = denominators.period
        and metrics.population = denominators.population
        and metrics.scope_kind = denominators.scope_kind
        and metrics.scope = denominators.scope
where
    not (  -- a project of many procedures is one project: it is no sum over them
        metrics.metric = 'all_procedures_done_rate'
        and metrics.scope_kind in ('procedure', 'handling_level', 'approving_unit')
    )
    and (
        metrics.numerator <> coalesce(numerators.accepted_amount, 0)
        or metrics.reported_numerator <> coalesce(numerators.reported_amount, 0)
        or metrics.denominator <> coalesce(denominators.accepted_amount, 0)
        or metrics.reported_denominator <> coalesce(denominators.reported_amount, 0)
    )
