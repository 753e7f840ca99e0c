-- Where each contributor counts (scopes, populations), what the list says of it and which reported row it rests on.
-- A form joins in with a model of its own; a scope of its own is one more column, NULL for the others.
with

projects as (
    select * from {{ ref('int_project_contributors') }}
),

units as (
    select * from {{ ref('int_reporting_contributors') }}
),

campaign as (
    select * from {{ ref('int_campaign_contributors') }}
),

contributors as (
    select * from projects
    union all by name
    select * from units
    union all by name
    select * from campaign
)

select
    plan_id,
    period,
    subject_kind,
    subject_id,
    part,
    coalesce(subject_name, subject_id) as subject_name,
    is_counted,
    coalesce(unit_id, 'unknown') as unit_id,
    level_code,
    category_code,
    nature_code,
    region_code,
    size_band,
    procedure,
    handling_level,
    approving_unit,
    fund_kind,
    coalesce(populations, '') as populations,
    list_version,
    change_kind,
    change_document,
    total_investment_wan,
    annual_plan_wan,
    planned_start_date,
    planned_finish_date,
    coalesce(is_carried_forward, false) as is_carried_forward,
    carried_from,
    decision_id,
    submission_id,
    version,
    sheet,
    source_row,
    reported_submission_id,
    reported_sheet,
    reported_source_row
from contributors
