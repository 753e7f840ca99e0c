-- A decision is written with every period that knew it; it is one decision.
with

decisions as (
    select
        *,
        row_number() over (partition by plan_id, decision_id order by period desc) as place
    from {{ ref('stg_decisions') }}
)

select
    plan_id,
    decision_id,
    decided_at,
    ends_at,
    kind,
    post,
    reason,
    subject
from decisions
where place = 1
