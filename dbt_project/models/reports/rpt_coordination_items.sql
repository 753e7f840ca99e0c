-- What is passed up to the prefecture and the province (提请上级): every open procedure that is handled above the plan's
-- own level, with what the project asks to be coordinated.
with

procedures as (
    select * from {{ ref('fct_procedure') }}
    where is_required and not is_done and handling_level <> 'county'
),

units as (
    select * from {{ ref('dim_unit') }}
),

codes as (
    select * from {{ ref('codes') }}
)

select
    procedures.plan_id,
    procedures.period,
    procedures.project_id,
    procedures.procedure,
    procedures.handling_level,
    levels.label_zh as handling_level_name,
    procedures.approving_unit_id,
    procedures.approving_unit_name,
    procedures.procedure_name,
    procedures.project_code,
    procedures.project_name,
    procedures.owner_name,
    procedures.unit_id,
    units.unit_name,
    procedures.cutoff_date,
    procedures.planned_start_date,
    procedures.filed_date,
    procedures.planned_done_date,
    procedures.promise_due_date,
    cast({{ days_between('procedures.cutoff_date', 'procedures.planned_done_date') }} as integer) as days_left,
    procedures.procedure_state,
    states.label_zh as procedure_state_name,
    procedures.total_investment_wan,
    procedures.annual_plan_wan,
    procedures.coordination_text,
    procedures.is_overdue,
    procedures.is_overdue_promise,
    procedures.is_carried_forward
from procedures
left join units on procedures.plan_id = units.plan_id and procedures.unit_id = units.unit_id
left join codes as states on procedures.procedure_state = states.code and states.list = 'procedure_states'
left join codes as levels on procedures.handling_level = levels.code and levels.list = 'handling_levels'
