select
    plan_id,
    period,
    unit_id,
    unit_name,
    unit_kind,
    aliases,
    written_names,
    sort_order,
    valid_from,
    valid_to
from {{ source('lake', 'units') }}
