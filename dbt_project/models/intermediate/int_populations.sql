-- The populations of each judged period: those the plan names and the whole list, which always stands.
with

periods as (
    select * from {{ ref('int_periods') }}
),

populations as (
    select * from {{ ref('stg_populations') }}
),

standing as (
    select * from {{ ref('standing_populations') }}
),

named as (
    select
        plan_id,
        period,
        population,
        max(population_name) as population_name,
        min(sort_order) as sort_order,
        coalesce(max(case when is_headline then 1 else 0 end), 0) = 1 as is_headline
    from populations
    group by plan_id, period, population
)

select
    periods.plan_id,
    periods.period,
    named.population,
    named.population_name,
    named.sort_order,
    named.is_headline
from periods
inner join named on periods.plan_id = named.plan_id and periods.period = named.period
union all
select
    periods.plan_id,
    periods.period,
    standing.population,
    standing.population_name,
    standing.sort_order,
    false as is_headline
from periods
cross join standing
left join named
    on
        periods.plan_id = named.plan_id
        and periods.period = named.period
        and standing.population = named.population
where named.population is null
