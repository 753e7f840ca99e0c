-- A code in the facts is an entry of its list; the values themselves are written only in codes.csv.
{{ config(meta={'dagster': {'ref': {'name': 'fct_investment'}}}) }}
with

used as (
    select
        'project_levels' as list,
        level_code as code
    from {{ ref('fct_investment') }}
    union
    select
        'project_categories' as list,
        category_code as code
    from {{ ref('fct_investment') }}
    union
    select
        'project_natures' as list,
        nature_code as code
    from {{ ref('fct_investment') }}
    union
    select
        'project_statuses' as list,
        status_code as code
    from {{ ref('fct_investment') }}
    union
    select
        'list_changes' as list,
        change_kind as code
    from {{ ref('dim_project') }}
    union
    select
        'project_categories' as list,
        category_code as code
    from {{ ref('fct_procedure') }}
    union
    select
        'project_natures' as list,
        nature_code as code
    from {{ ref('fct_procedure') }}
    union
    select
        'procedure_states' as list,
        procedure_state as code
    from {{ ref('fct_procedure') }}
    union
    select
        'handling_levels' as list,
        handling_level as code
    from {{ ref('fct_procedure') }}
    union
    select
        'yes_no' as list,
        is_needed as code
    from {{ ref('fct_procedure') }}
    union
    select
        'pipeline_stages' as list,
        pipeline_stage as code
    from {{ ref('fct_pipeline') }}
    union
    select
        'project_categories' as list,
        category_code as code
    from {{ ref('fct_pipeline') }}
    union
    select
        'answer_states' as list,
        answer_state as code
    from {{ ref('fct_finding') }}
)

select
    used.list,
    used.code
from used
left join {{ ref('codes') }} as codes on used.list = codes.list and used.code = codes.code
where used.code is not null and codes.code is null
