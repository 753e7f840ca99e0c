-- One row per plan, week, project, procedure and figure: who handles it, and every measure of it, each 0 or 1.
-- Needed (应办): the form says so and the state does not say otherwise. Tolerated and promised procedures (容缺、承诺)
-- are not done; a promise is overdue from the day after its date. A procedure sent in twice is one procedure.
with

projects as (
    select * from {{ ref('int_procedure_projects') }}
),

accepted as (
    select * from {{ ref('stg_accepted_procedure_items') }}
),

reported as (
    select
        *,
        {{ place_among_rows(['procedure']) }} as place,
        count(*) over (partition by plan_id, period, project_id, procedure) as row_count
    from {{ ref('stg_reported_procedure_items') }}
),

handlers as (
    select * from {{ ref('int_procedure_handlers') }}
),

figure_names as (
    select figure from {{ ref('figures') }}
),

states as (
    select
        code,
        counts_as
    from {{ ref('codes') }}
    where list = 'procedure_states'
),

stated as (
    select
        'accepted' as figure,
        plan_id,
        period,
        project_id,
        procedure,
        unit_id,
        submission_id,
        sheet,
        row,
        is_carried_forward,
        carried_from,
        decision_id,
        is_needed,
        procedure_state,
        filed_date,
        planned_done_date,
        done_date,
        document_number,
        promise_due_date,
        1 as row_count
    from accepted
    union all
    select
        'reported' as figure,
        plan_id,
        period,
        project_id,
        procedure,
        unit_id,
        submission_id,
        sheet,
        row,
        false as is_carried_forward,
        cast(null as varchar) as carried_from,
        cast(null as integer) as decision_id,
        is_needed,
        procedure_state,
        filed_date,
        planned_done_date,
        done_date,
        document_number,
        promise_due_date,
        row_count
    from reported
    where place = 1
),

keys as (
    select distinct
        plan_id,
        period,
        project_id,
        procedure
    from stated
),

placed as (
    select
        keys.plan_id,
        keys.period,
        keys.project_id,
        keys.procedure,
        figure_names.figure,
        projects.cutoff_date,
        projects.category_code,
        projects.nature_code,
        projects.region_code,
        coalesce(projects.unit_id, stated.unit_id) as unit_id,
        handlers.handling_level,
        handlers.approving_unit,
        handlers.approving_unit_id,
        handlers.approving_scope,
        stated.is_needed,
        stated.procedure_state,
        states.counts_as,
        stated.filed_date,
        stated.planned_done_date,
        stated.done_date,
        stated.document_number,
        stated.promise_due_date,
        stated.submission_id,
        stated.sheet,
        stated.row,
        stated.carried_from,
        stated.decision_id,
        coalesce(stated.row_count, 0) as row_count,
        stated.project_id is not null as is_present,
        coalesce(stated.is_carried_forward, false) as is_carried_forward,
        coalesce(stated.is_needed = 'yes', false)
        and coalesce(states.counts_as <> 'not_needed', true) as is_required
    from keys
    inner join projects
        on
            keys.plan_id = projects.plan_id
            and keys.period = projects.period
            and keys.project_id = projects.project_id
    cross join figure_names
    left join stated
        on
            keys.plan_id = stated.plan_id
            and keys.period = stated.period
            and keys.project_id = stated.project_id
            and keys.procedure = stated.procedure
            and figure_names.figure = stated.figure
    left join handlers
        on
            keys.plan_id = handlers.plan_id
            and keys.period = handlers.period
            and keys.project_id = handlers.project_id
            and keys.procedure = handlers.procedure
    left join states on stated.procedure_state = states.code
)

select
    placed.plan_id,
    placed.period,
    placed.project_id,
    placed.procedure,
    placed.figure,
    placed.cutoff_date,
    placed.unit_id,
    placed.category_code,
    placed.nature_code,
    placed.region_code,
    placed.handling_level,
    placed.approving_unit,
    placed.approving_unit_id,
    placed.approving_scope,
    placed.is_needed,
    placed.procedure_state,
    placed.counts_as,
    placed.filed_date,
    placed.planned_done_date,
    placed.done_date,
    placed.document_number,
    placed.promise_due_date,
    placed.submission_id,
    placed.sheet,
    placed.row,
    placed.carried_from,
    placed.decision_id,
    placed.row_count,
    placed.is_present,
    placed.is_carried_forward,
    case when placed.is_required then 1 else 0 end as needed_item_count,
    case when placed.is_required and placed.counts_as = 'done' then 1 else 0 end as done_item_count,
    case when placed.is_required and placed.counts_as in ('tolerated', 'promised') then 1 else 0 end
        as tolerated_item_count,
    case
        when
            placed.is_required and placed.counts_as in ('tolerated', 'promised')
            and placed.promise_due_date < placed.cutoff_date
            then 1
        else 0
    end as overdue_promise_count,
    case
        when
            placed.is_required and coalesce(placed.counts_as <> 'done', true)
            and placed.planned_done_date < placed.cutoff_date
            then 1
        else 0
    end as overdue_item_count
from placed
