-- Findings of the versions that count, each with whether it still waits for somebody.
-- An error is open until it is corrected or accepted by decision; a warning until it has an answer that stands.
with

findings as (
    select * from {{ ref('stg_findings') }}
)

select
    *,
    case
        when not is_effective or outcome <> 'failed' or decision_id is not null then false
        when severity = 'warning' then coalesce(answer_state, 'unanswered') in ('unanswered', 'refused')
        else true
    end as is_open,
    min(received_at) over (
        partition by plan_id, form, period, unit_id, rule_id, coalesce(project_id, cells), field
    ) as first_seen
from findings
