-- Every measure summed by population, scope and figure: one row per measure. This is where a measure is added: one more
-- name in the list of its form; a form is one more entry. What cannot be summed (a project of many procedures is one
-- project) is an expression over the rows of a scope; `shown` says which rows make a scope worth a line of its own.
{%- set forms = {
    'monthly_dispatch': {
        'rows': 'int_project_measures',
        'scopes': {
            'overall': "'overall'",
            'level': 'level_code',
            'category': 'category_code',
            'nature': 'nature_code',
            'unit': 'unit_id',
            'region': 'region_code',
            'size_band': 'size_band',
        },
        'sums': [
            'base_project_count',
            'total_investment_wan',
            'annual_plan_wan',
            'ytd_investment_wan',
            'industry_ytd_investment_wan',
            'planned_ytd_investment_wan',
            'cumulative_investment_wan',
            'funds_ytd_wan',
            'started_or_resumed_count',
            'started_new_count',
            'unconfirmed_start_count',
            'planned_new_year_count',
            'planned_new_due_count',
            'started_due_count',
            'resumed_count',
            'continued_open_count',
            'finished_count',
            'planned_finish_due_count',
            'enterable_count',
            'entered_count',
            'not_entered_count',
            'reported_project_count',
            'carried_project_count',
            'missing_project_count',
        ],
        'expressions': {},
    },
    'procedures': {
        'rows': 'int_procedure_items',
        'scopes': {
            'overall': "'overall'",
            'category': 'category_code',
            'nature': 'nature_code',
            'unit': 'unit_id',
            'region': 'region_code',
            'procedure': 'procedure',
            'handling_level': 'handling_level',
            'approving_unit': 'approving_scope',
        },
        'sums': [
            'needed_item_count',
            'done_item_count',
            'tolerated_item_count',
            'overdue_promise_count',
            'overdue_item_count',
        ],
        'expressions': {
            'procedure_project_count': 'count(distinct case when needed_item_count = 1 then project_id end)',
            'all_done_project_count': 'count(distinct case when needed_item_count = 1 then project_id end) '
                ~ '- count(distinct case when needed_item_count > done_item_count then project_id end)',
            'reported_project_count': 'count(distinct case when is_present then project_id end) '
                ~ '- count(distinct case when is_carried_forward then project_id end)',
            'carried_project_count': 'count(distinct case when is_carried_forward then project_id end)',
            'missing_project_count': 'count(distinct project_id) '
                ~ '- count(distinct case when is_present then project_id end)',
        },
        'shown': 'needed_item_count = 1 or not is_present',
    },
    'pipeline': {
        'rows': 'int_pipeline_measures',
        'scopes': {
            'overall': "'overall'",
            'category': 'category_code',
            'nature': 'nature_code',
            'unit': 'unit_id',
            'region': 'region_code',
            'size_band': 'size_band',
        },
        'sums': [
            'pipeline_project_count',
            'pipeline_total_wan',
            'pipeline_plan_wan',
            'industry_total_wan',
            'industry_plan_wan',
            'reported_project_count',
            'carried_project_count',
            'missing_project_count',
        ],
        'expressions': {},
    },
    'funds': {
        'rows': 'int_fund_measures',
        'scopes': {
            'overall': "'overall'",
            'unit': 'unit_id',
            'fund_kind': 'fund_kind',
        },
        'sums': ['fund_secured_wan'],
        'expressions': {
            'reported_project_count': 'count(distinct case when is_present then project_id end) '
                ~ '- count(distinct case when is_carried_forward then project_id end)',
            'carried_project_count': 'count(distinct case when is_carried_forward then project_id end)',
            'missing_project_count': 'count(distinct project_id) '
                ~ '- count(distinct case when is_present then project_id end)',
        },
    },
} %}
with

populations as (
    select * from {{ ref('int_populations') }}
),

members as (
    select * from {{ ref('int_population_members') }}
),

figure_names as (
    select figure from {{ ref('figures') }}
),

{% for form, of in forms.items() -%}
{%- set measures = of.sums + (of.expressions | list) -%}
{{ form }}_scopes as (
    {%- for kind in of.scopes %}
    select '{{ kind }}' as scope_kind
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
),

{{ form }}_names as (
    {%- for measure in measures %}
    select '{{ measure }}' as measure
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
),

{{ form }}_rows as (
    select
        members.population,
        scopes.scope_kind,
        case scopes.scope_kind
            {%- for kind, column in of.scopes.items() %}
            when '{{ kind }}' then {{ column if kind == 'overall' else 'stated.' ~ column }}
            {%- endfor %}
        end as scope,
        stated.*
    from {{ ref(of.rows) }} as stated
    inner join members
        on
            stated.plan_id = members.plan_id
            and stated.period = members.period
            and stated.project_id = members.project_id
            and members.form = '{{ form }}'
    cross join {{ form }}_scopes as scopes
),

{{ form }}_sums as (
    select
        plan_id,
        period,
        population,
        scope_kind,
        figure,
        {%- for measure in of.sums %}
        sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        {%- for measure, expression in of.expressions.items() %}
        {{ expression }} as {{ measure }},
        {%- endfor %}
        coalesce(scope, 'unknown') as scope
    from {{ form }}_rows
    group by plan_id, period, population, scope_kind, coalesce(scope, 'unknown'), figure
    {%- if of.shown %}
    having scope_kind = 'overall' or max(case when {{ of.shown }} then 1 else 0 end) = 1
    {%- endif %}
),

{{ form }}_amounts as (
    select
        sums.plan_id,
        sums.period,
        '{{ form }}' as form,
        sums.population,
        sums.scope_kind,
        sums.scope,
        sums.figure,
        names.measure,
        case names.measure
            {%- for measure in measures %}
            when '{{ measure }}' then cast(sums.{{ measure }} as decimal(24, 2))
            {%- endfor %}
        end as amount
    from {{ form }}_sums as sums
    cross join {{ form }}_names as names
),

{{ form }}_nothing as (  -- a population without a project still has its row: 0 of 0
    select
        populations.plan_id,
        populations.period,
        '{{ form }}' as form,
        populations.population,
        'overall' as scope_kind,
        'overall' as scope,
        figure_names.figure,
        names.measure,
        cast(0 as decimal(24, 2)) as amount
    from populations
    cross join figure_names
    cross join {{ form }}_names as names
    where populations.form = '{{ form }}'
),

{% endfor -%}
all_amounts as (
    {%- for form in forms %}
    select * from {{ form }}_amounts
    union all
    select * from {{ form }}_nothing
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
)

select
    plan_id,
    period,
    form,
    population,
    scope_kind,
    scope,
    figure,
    measure,
    cast(sum(amount) as decimal(24, 2)) as amount
from all_amounts
group by plan_id, period, form, population, scope_kind, scope, figure, measure
