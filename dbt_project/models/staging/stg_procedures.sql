select
    plan_id,
    period,
    procedure,
    procedure_name,
    procedure_kind,
    handling_level,
    approving_unit_id,
    valid_years,
    statutory_days,
    sort_order
from {{ source('lake', 'procedures') }}
