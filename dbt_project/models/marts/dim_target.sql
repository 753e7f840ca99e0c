-- Targets of every form, also those whose metrics are not computed yet, as the latest period knew them.
with

targets as (
    select
        *,
        row_number() over (partition by plan_id, target_id order by period desc) as place
    from {{ ref('stg_targets') }}
),

words as (
    select
        code,
        label_zh
    from {{ ref('codes') }}
    where list = 'target_words'
)

select
    targets.plan_id,
    targets.target_id,
    targets.metric,
    targets.population,
    coalesce(targets.scope_kind, 'overall') as scope_kind,
    case when coalesce(targets.scope_kind, 'overall') = 'overall' then 'overall' else targets.scope end as scope,
    targets.judged_period,
    targets.target_date,
    targets.comparison,
    targets.word,
    words.label_zh as word_name,
    targets.stretch_word,
    targets.threshold,
    targets.stretch,
    cast(targets.about_within as decimal(12, 6)) as about_within,
    targets.source_zh
from targets
left join words on targets.word = words.code
where targets.place = 1
