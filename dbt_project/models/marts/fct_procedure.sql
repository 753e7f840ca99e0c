-- One row per plan, week, project and procedure: as accepted and, with reported_ before it, as reported.
with

items as (
    select * from {{ ref('int_procedure_items') }}
),

accepted as (
    select * from items
    where figure = 'accepted'
),

reported as (
    select * from items
    where figure = 'reported'
),

projects as (
    select * from {{ ref('int_procedure_projects') }}
),

procedures as (
    select * from {{ ref('dim_procedure') }}
),

units as (
    select * from {{ ref('dim_unit') }}
)

select
    accepted.plan_id,
    accepted.period,
    accepted.project_id,
    accepted.procedure,
    procedures.procedure_name,
    projects.project_code,
    projects.project_name,
    projects.owner_name,
    accepted.unit_id,
    accepted.cutoff_date,
    projects.planned_start_date,
    projects.start_actual_date,
    accepted.filed_date,
    accepted.planned_done_date,
    accepted.done_date,
    accepted.promise_due_date,
    reported.filed_date as reported_filed_date,
    reported.planned_done_date as reported_planned_done_date,
    reported.done_date as reported_done_date,
    reported.promise_due_date as reported_promise_due_date,
    accepted.category_code,
    accepted.nature_code,
    accepted.region_code,
    accepted.is_needed,
    reported.is_needed as reported_is_needed,
    accepted.handling_level,
    accepted.approving_unit,
    accepted.approving_unit_id,
    coalesce(units.unit_name, accepted.approving_unit) as approving_unit_name,
    accepted.procedure_state,
    reported.procedure_state as reported_procedure_state,
    accepted.document_number,
    reported.document_number as reported_document_number,
    cast(projects.total_investment_wan as decimal(18, 2)) as total_investment_wan,
    cast(projects.annual_plan_wan as decimal(18, 2)) as annual_plan_wan,
    projects.not_needed_reason,
    projects.coordination_text,
    projects.explanation_text,
    accepted.needed_item_count = 1 as is_required,
    reported.needed_item_count = 1 as reported_is_required,
    accepted.done_item_count = 1 as is_done,
    reported.done_item_count = 1 as reported_is_done,
    accepted.tolerated_item_count = 1 as is_tolerated,
    accepted.overdue_promise_count = 1 as is_overdue_promise,
    accepted.overdue_item_count = 1 as is_overdue,
    accepted.is_carried_forward,
    accepted.carried_from,
    not accepted.is_present as is_missing,
    accepted.submission_id,
    accepted.sheet,
    accepted.row as source_row,
    accepted.decision_id,
    reported.submission_id as reported_submission_id,
    reported.sheet as reported_sheet,
    reported.row as reported_source_row,
    cast(reported.row_count as integer) as reported_row_count
from accepted
inner join reported
    on
        accepted.plan_id = reported.plan_id
        and accepted.period = reported.period
        and accepted.project_id = reported.project_id
        and accepted.procedure = reported.procedure
inner join projects
    on
        accepted.plan_id = projects.plan_id
        and accepted.period = projects.period
        and accepted.project_id = projects.project_id
left join procedures on accepted.plan_id = procedures.plan_id and accepted.procedure = procedures.procedure
left join units on accepted.plan_id = units.plan_id and accepted.approving_unit_id = units.unit_id
