select
    plan_id,
    period,
    form,
    unit_id,
    due_at,
    cutoff_date,
    is_due,
    deadline_note_zh,
    lock_at,
    publish_at
from {{ source('lake', 'obligations') }}
