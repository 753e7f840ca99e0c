select
    plan_id,
    period,
    plan_name,
    region_code,
    year,
    centre,
    starts_on,
    ends_on,
    plan_hash,
    in_force_at,
    known_at,
    annual_plan_basis
from {{ source('lake', 'plans') }}
