with

populations as (
    select
        *,
        row_number() over (partition by plan_id, population order by period desc, form asc) as place,
        count(distinct form) over (partition by plan_id, population) as population_forms
    from {{ ref('int_populations') }}
)

select
    plan_id,
    population,
    population_name,
    case when population_forms = 1 then form end as form,
    sort_order,
    is_headline
from populations
where place = 1
