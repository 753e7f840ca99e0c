-- Tolerated and promised procedures (容缺、承诺) whose date has passed at the cutoff.
with

procedures as (
    select * from {{ ref('fct_procedure') }}
    where is_overdue_promise
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
    procedures.procedure_name,
    procedures.project_code,
    procedures.project_name,
    procedures.owner_name,
    procedures.unit_id,
    units.unit_name,
    procedures.handling_level,
    levels.label_zh as handling_level_name,
    procedures.approving_unit_id,
    procedures.approving_unit_name,
    procedures.cutoff_date,
    procedures.promise_due_date,
    cast({{ days_between('procedures.promise_due_date', 'procedures.cutoff_date') }} as integer) as days_overdue,
    procedures.procedure_state,
    states.label_zh as procedure_state_name,
    procedures.total_investment_wan,
    procedures.coordination_text,
    procedures.explanation_text,
    procedures.is_carried_forward
from procedures
left join units on procedures.plan_id = units.plan_id and procedures.unit_id = units.unit_id
left join codes as states on procedures.procedure_state = states.code and states.list = 'procedure_states'
left join codes as levels on procedures.handling_level = levels.code and levels.list = 'handling_levels'
