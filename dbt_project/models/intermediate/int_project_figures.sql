-- What is known of a project in a period, by figure: accepted (采用口径) and reported (上报口径).
-- Money is rounded to the cent of 万元 here, row by row, so that whatever is published adds up.
{%- set amounts = [
    'cum_to_last_year_wan',
    'month_investment_wan',
    'ytd_investment_wan',
    'cumulative_investment_wan',
    'funds_ytd_wan',
] %}
with

accepted as (
    select * from {{ ref('stg_accepted_investment') }}
),

reported as (
    select * from {{ ref('stg_reported_investment') }}
),

accepted_figures as (  -- a figure carried from an earlier month says nothing of the investment of this one
    select
        plan_id,
        period,
        project_id,
        'accepted' as figure,
        start_actual_date,
        resume_date,
        finish_actual_date,
        is_in_statistics,
        is_carried_forward,
        {%- for amount in amounts %}
        {%- if amount == 'month_investment_wan' %}
        case when not is_carried_forward then cast({{ amount }} as decimal(18, 2)) end as {{ amount }},
        {%- else %}
        cast({{ amount }} as decimal(18, 2)) as {{ amount }},
        {%- endif %}
        {%- endfor %}
        1 as row_count
    from accepted
),

reported_figures as (  -- as reported: a project sent in twice counts its money twice and is one project
    select
        plan_id,
        period,
        project_id,
        'reported' as figure,
        min(start_actual_date) as start_actual_date,
        max(resume_date) as resume_date,
        min(finish_actual_date) as finish_actual_date,
        max(case when is_in_statistics = 'yes' then 'yes' else is_in_statistics end) as is_in_statistics,
        false as is_carried_forward,
        {%- for amount in amounts %}
        cast(sum(cast({{ amount }} as decimal(18, 2))) as decimal(18, 2)) as {{ amount }},
        {%- endfor %}
        count(*) as row_count
    from reported
    group by plan_id, period, project_id
)

select * from accepted_figures
union all
select * from reported_figures
