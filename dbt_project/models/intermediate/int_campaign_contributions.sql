-- What the campaign's forms put into each measure, by figure; what is nothing is left out. A project contributes once
-- per procedure, once with all its procedures together, once to the pipeline and once per kind of fund. All of it rests
-- on reports.
{%- set subjects = {
    'procedure': {
        'rows': 'items',
        'part': 'procedure',
        'measures': [
            'needed_item_count',
            'done_item_count',
            'tolerated_item_count',
            'overdue_promise_count',
            'overdue_item_count',
        ],
    },
    'procedures': {
        'rows': 'projects',
        'part': "''",
        'measures': ['procedure_project_count', 'all_done_project_count'],
    },
    'pipeline': {
        'rows': 'pipeline',
        'part': "''",
        'measures': [
            'pipeline_project_count',
            'pipeline_total_wan',
            'pipeline_plan_wan',
            'industry_total_wan',
            'industry_plan_wan',
        ],
    },
    'fund': {
        'rows': 'funds',
        'part': 'fund_kind',
        'measures': ['fund_secured_wan'],
    },
} %}
with

items as (
    select * from {{ ref('int_procedure_items') }}
),

projects as (
    select
        plan_id,
        period,
        project_id,
        figure,
        max(needed_item_count) as procedure_project_count,
        max(needed_item_count) - max(needed_item_count - done_item_count) as all_done_project_count
    from items
    group by plan_id, period, project_id, figure
),

pipeline as (
    select * from {{ ref('int_pipeline_measures') }}
),

funds as (
    select * from {{ ref('int_fund_measures') }}
),

by_measure as (
    {%- for subject, of in subjects.items() %}
    {%- set last_subject = loop.last %}
    {%- for measure in of.measures %}
    select
        plan_id,
        period,
        '{{ subject }}' as subject_kind,
        project_id as subject_id,
        {{ of.part }} as part,
        '{{ measure }}' as measure,
        figure,
        cast({{ measure }} as decimal(24, 2)) as amount
    from {{ of.rows }}
    {{- "\n    union all" if not (last_subject and loop.last) }}
    {%- endfor %}
    {%- endfor %}
)

select
    plan_id,
    period,
    subject_kind,
    subject_id,
    part,
    measure,
    figure,
    'report' as rests_on,
    amount
from by_measure
where amount <> 0
