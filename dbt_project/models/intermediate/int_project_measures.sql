-- One row per plan, period, project of the base (新建、续建, on the list) and figure; every measure is additive.
-- What was planned comes from the list, what was done from the figure. A project without figures stays in every
-- denominator and counts nothing in the numerators.
with

periods as (
    select * from {{ ref('int_periods') }}
),

lists as (
    select * from {{ ref('stg_project_list') }}
),

figures as (
    select * from {{ ref('int_project_figures') }}
),

natures as (
    select
        code,
        counts_as
    from {{ ref('codes') }}
    where list = 'project_natures'
),

size_bands as (
    {{ half_open_bands(ref('size_bands')) }}
),

figure_names as (
    select figure from {{ ref('figures') }}
),

base as (
    select
        lists.plan_id,
        lists.period,
        lists.project_id,
        periods.cutoff_date,
        lists.planned_start_date,
        lists.planned_finish_date,
        lists.unit_id,
        lists.level_code,
        lists.category_code,
        lists.nature_code,
        lists.region_code,
        size_bands.size_band,
        natures.counts_as,
        coalesce(cast(lists.total_investment_wan as decimal(18, 2)), 0) as total_investment_wan,
        coalesce(cast(lists.annual_plan_wan as decimal(18, 2)), 0) as annual_plan_wan
    from lists
    inner join periods on lists.plan_id = periods.plan_id and lists.period = periods.period
    inner join natures on lists.nature_code = natures.code
    left join size_bands
        on
            lists.total_investment_wan >= size_bands.lower_wan
            and (lists.total_investment_wan < size_bands.next_lower_wan or size_bands.next_lower_wan is null)
    where
        lists.is_in_base
        and natures.counts_as in ('new', 'continued')
),

stated as (
    select
        base.*,
        figure_names.figure,
        figures.start_actual_date,
        figures.resume_date,
        figures.is_in_statistics,
        figures.project_id is not null as is_present,
        coalesce(figures.is_carried_forward, false) as is_carried_forward,
        coalesce(figures.ytd_investment_wan, 0) as ytd_investment_wan,
        coalesce(figures.cumulative_investment_wan, 0) as cumulative_investment_wan,
        coalesce(figures.funds_ytd_wan, 0) as funds_ytd_wan,
        coalesce(
            figures.finish_actual_date <= base.cutoff_date
            and extract(year from figures.finish_actual_date) = extract(year from base.cutoff_date),
            false
        ) as is_finished
    from base
    cross join figure_names
    left join figures
        on
            base.plan_id = figures.plan_id
            and base.period = figures.period
            and base.project_id = figures.project_id
            and figure_names.figure = figures.figure
),

judged as (
    select
        *,
        counts_as = 'new' and (
            is_finished
            or coalesce(start_actual_date <= cutoff_date, false) and ytd_investment_wan > 0
        ) as is_started_new,
        counts_as = 'new' and not is_finished
        and coalesce(start_actual_date <= cutoff_date, false) and ytd_investment_wan <= 0 as is_start_unconfirmed,
        counts_as = 'continued' and not is_finished and (
            ytd_investment_wan > 0
            or coalesce(
                resume_date <= cutoff_date
                and extract(year from resume_date) = extract(year from cutoff_date),
                false
            )
        ) as is_resumed,
        counts_as = 'new' and coalesce(
            extract(year from planned_start_date) <= extract(year from cutoff_date), true
        ) as is_planned_new_year,
        counts_as = 'new' and coalesce(planned_start_date <= cutoff_date, false) as is_planned_new_due,
        coalesce(
            planned_finish_date <= cutoff_date
            and extract(year from planned_finish_date) = extract(year from cutoff_date),
            false
        ) as is_planned_finish_due
    from stated
),

settled as (
    select
        *,
        is_started_new or is_resumed or is_finished as is_started_or_resumed,
        (is_started_new or is_resumed or is_finished) and total_investment_wan >= 500 as is_enterable,
        coalesce(is_in_statistics = 'yes', false) as is_entered
    from judged
)

select
    plan_id,
    period,
    project_id,
    figure,
    unit_id,
    level_code,
    category_code,
    nature_code,
    region_code,
    size_band,
    1 as base_project_count,
    total_investment_wan,
    case when annual_plan_wan > 0 then annual_plan_wan else 0 end as annual_plan_wan,
    ytd_investment_wan,
    case when category_code = 'industry' then ytd_investment_wan else 0 end as industry_ytd_investment_wan,
    case when annual_plan_wan > 0 then ytd_investment_wan else 0 end as planned_ytd_investment_wan,
    cumulative_investment_wan,
    funds_ytd_wan,
    case when is_started_or_resumed then 1 else 0 end as started_or_resumed_count,
    case when is_started_new then 1 else 0 end as started_new_count,
    case when is_start_unconfirmed then 1 else 0 end as unconfirmed_start_count,
    case when is_planned_new_year then 1 else 0 end as planned_new_year_count,
    case when is_planned_new_due then 1 else 0 end as planned_new_due_count,
    case when is_planned_new_due and is_started_new then 1 else 0 end as started_due_count,
    case when is_resumed then 1 else 0 end as resumed_count,
    case when counts_as = 'continued' and not is_finished then 1 else 0 end as continued_open_count,
    case when is_finished then 1 else 0 end as finished_count,
    case when is_planned_finish_due then 1 else 0 end as planned_finish_due_count,
    case when is_enterable then 1 else 0 end as enterable_count,
    case when is_enterable and is_entered then 1 else 0 end as entered_count,
    case when is_enterable and not is_entered then 1 else 0 end as not_entered_count,
    case when is_present and not is_carried_forward then 1 else 0 end as reported_project_count,
    case when is_carried_forward then 1 else 0 end as carried_project_count,
    case when is_present then 0 else 1 end as missing_project_count
from settled
