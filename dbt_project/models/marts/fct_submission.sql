with

submissions as (
    select * from {{ ref('int_submissions') }}
),

received as (
    select * from {{ ref('stg_submissions') }}
),

accepted as (  -- of every form, one row per project; a project of which one procedure is carried is carried
    {%- for form, table in [
        ('monthly_dispatch', 'stg_accepted_investment'),
        ('procedures', 'stg_accepted_procedures'),
        ('procedures', 'stg_accepted_procedure_items'),
        ('pipeline', 'stg_accepted_pipeline'),
        ('funds', 'stg_accepted_funds'),
    ] %}
    select
        plan_id,
        '{{ form }}' as form,
        period,
        unit_id,
        submission_id,
        project_id,
        coalesce(is_carried_forward, false) as is_carried_forward
    from {{ ref(table) }}
    {{- "\n    union" if not loop.last }}
    {%- endfor %}
),

lists as (
    select * from {{ ref('stg_project_list') }}
),

findings as (
    select * from {{ ref('fct_finding') }}
),

taken as (  -- projects taken from each version: by the period's accepting, or by any month that used the list
    select
        plan_id,
        submission_id,
        project_id
    from accepted
    where not is_carried_forward
    union
    select
        plan_id,
        submission_id,
        project_id
    from lists
),

accepted_counts as (
    select
        received.plan_id,
        received.form,
        received.period,
        received.unit_id,
        count(distinct taken.project_id) as accepted
    from received
    inner join taken on received.plan_id = taken.plan_id and received.submission_id = taken.submission_id
    group by received.plan_id, received.form, received.period, received.unit_id
),

carried_counts as (  -- carried figures belong to the unit that owes them now
    select
        accepted.plan_id,
        accepted.form,
        accepted.period,
        coalesce(lists.unit_id, accepted.unit_id) as unit_id,
        count(distinct accepted.project_id) as carried
    from accepted
    left join lists
        on
            accepted.plan_id = lists.plan_id
            and accepted.period = lists.period
            and accepted.project_id = lists.project_id
    where accepted.is_carried_forward
    group by accepted.plan_id, accepted.form, accepted.period, coalesce(lists.unit_id, accepted.unit_id)
),

finding_counts as (
    select
        plan_id,
        form,
        period,
        unit_id,
        count(case when severity = 'error' and still_open then 1 end) as errors,
        count(case when severity = 'warning' and is_effective and outcome = 'failed' then 1 end) as warnings,
        count(case when severity = 'warning' and still_open then 1 end) as unanswered
    from findings
    group by plan_id, form, period, unit_id
)

select
    submissions.plan_id,
    submissions.form,
    submissions.period,
    submissions.unit_id,
    submissions.due_at,
    submissions.received_at,
    submissions.received_source,
    submissions.status,
    cast(submissions.versions as integer) as versions,
    cast(submissions.rows_read as integer) as rows_read,
    cast(coalesce(accepted_counts.accepted, 0) as integer) as accepted,
    cast(coalesce(carried_counts.carried, 0) as integer) as carried,
    cast(coalesce(finding_counts.errors, 0) as integer) as errors,
    cast(coalesce(finding_counts.warnings, 0) as integer) as warnings,
    cast(coalesce(finding_counts.unanswered, 0) as integer) as unanswered,
    submissions.is_due,
    submissions.is_reported,
    submissions.is_on_time,
    submissions.deadline_note_zh,
    submissions.lock_at,
    submissions.publish_at,
    cast(submissions.awaiting_versions as integer) as awaiting_versions
from submissions
left join accepted_counts
    on
        submissions.plan_id = accepted_counts.plan_id
        and submissions.form = accepted_counts.form
        and submissions.period = accepted_counts.period
        and submissions.unit_id = accepted_counts.unit_id
left join carried_counts
    on
        submissions.plan_id = carried_counts.plan_id
        and submissions.form = carried_counts.form
        and submissions.period = carried_counts.period
        and submissions.unit_id = carried_counts.unit_id
left join finding_counts
    on
        submissions.plan_id = finding_counts.plan_id
        and submissions.form = finding_counts.form
        and submissions.period = finding_counts.period
        and submissions.unit_id = finding_counts.unit_id
