-- The populations of each judged period: for every form those the plan names and the whole list, which always stands.
with

forms as (
    select * from {{ ref('int_period_forms') }}
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
        coalesce(form, 'monthly_dispatch') as form,
        population,
        max(population_name) as population_name,
        min(sort_order) as sort_order,
        coalesce(max(case when is_headline then 1 else 0 end), 0) = 1 as is_headline
    from populations
    group by plan_id, period, coalesce(form, 'monthly_dispatch'), population
)

select
    forms.plan_id,
    forms.period,
    forms.form,
    named.population,
    named.population_name,
    named.sort_order,
    named.is_headline
from forms
inner join named on forms.plan_id = named.plan_id and forms.period = named.period and forms.form = named.form
union all
select
    forms.plan_id,
    forms.period,
    forms.form,
    standing.population,
    standing.population_name,
    standing.sort_order,
    false as is_headline
from forms
cross join standing
left join named
    on
        forms.plan_id = named.plan_id
        and forms.period = named.period
        and forms.form = named.form
        and standing.population = named.population
where named.population is null
