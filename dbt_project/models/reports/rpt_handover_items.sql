-- What the approving units of the plan's own level are handed (交办): every open procedure with its date and what is
-- asked of them. A tolerated or promised procedure is open until its papers are there.
with

procedures as (
    select * from {{ ref('fct_procedure') }}
    where is_required and not is_done and coalesce(handling_level = 'county', true)
),

units as (
    select * from {{ ref('dim_unit') }}
),

codes as (
    select * from {{ ref('codes') }}
),

asked as (
    select
        *,
        case
            when is_overdue_promise then 'promise_overdue'
            when is_tolerated then 'keep_promise'
            when is_overdue then 'finish_overdue'
            when planned_done_date is null then 'set_date'
            else 'finish_in_time'
        end as handover_task,
        case when is_tolerated then promise_due_date else planned_done_date end as due_date
    from procedures
)

select
    asked.plan_id,
    asked.period,
    asked.project_id,
    asked.procedure,
    asked.approving_unit_id,
    asked.approving_unit_name,
    asked.procedure_name,
    asked.project_code,
    asked.project_name,
    asked.owner_name,
    asked.unit_id,
    units.unit_name,
    asked.cutoff_date,
    asked.planned_start_date,
    asked.filed_date,
    asked.planned_done_date,
    asked.promise_due_date,
    asked.due_date,
    cast({{ days_between('asked.cutoff_date', 'asked.due_date') }} as integer) as days_left,
    asked.procedure_state,
    states.label_zh as procedure_state_name,
    asked.handover_task,
    tasks.label_zh as handover_task_name,
    asked.total_investment_wan,
    asked.coordination_text,
    asked.is_overdue or asked.is_overdue_promise as is_overdue,
    asked.is_carried_forward
from asked
left join units on asked.plan_id = units.plan_id and asked.unit_id = units.unit_id
left join codes as states on asked.procedure_state = states.code and states.list = 'procedure_states'
left join codes as tasks on asked.handover_task = tasks.code and tasks.list = 'handover_tasks'
