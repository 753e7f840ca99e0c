with

plans as (
    select
        *,
        row_number() over (partition by plan_id order by period desc) as place
    from {{ ref('stg_plans') }}
)

select
    plan_id,
    plan_name,
    region_code as jurisdiction_code,
    year as plan_year,
    centre as centre_unit_id,
    starts_on as starts_on_date,
    ends_on as ends_on_date,
    annual_plan_basis,
    plan_hash,
    in_force_at
from plans
where place = 1
