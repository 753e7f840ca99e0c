select
    plan_id,
    period,
    decision_id,
    decided_at,
    kind,
    post,
    reason,
    subject,
    ends_at
from {{ source('lake', 'decisions') }}
