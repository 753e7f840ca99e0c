-- Findings of the versions that count, each with whether it still waits for somebody.
-- An error is open until it is corrected or accepted by decision; a warning until it has an answer that stands.
select
    plan_id,
    period,
    unit_id,
    submission_id,
    version,
    sheet,
    row,
    form,
    procedure,
    finding_id,
    group_head,
    project_id,
    project_name,
    rule_id,
    theme,
    severity,
    outcome,
    field,
    cells,
    header,
    found,
    expected,
    difference,
    message_zh,
    remedy_zh,
    source_zh,
    answer,
    answer_state,
    answered_at,
    answer_submission_id,
    answer_ends,
    answer_reason_zh,
    subject,
    is_effective,
    decision_id,
    received_at,
    case
        when not is_effective or outcome <> 'failed' or decision_id is not null then false
        when severity = 'warning' then coalesce(answer_state, 'unanswered') in ('unanswered', 'refused', 'reopened')
        else true
    end as is_open,
    min(received_at) over (
        partition by plan_id, form, period, unit_id, rule_id, coalesce(project_id, cells), procedure, field
    ) as first_seen
from {{ ref('stg_findings') }}
