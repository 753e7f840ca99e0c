with

findings as (
    select * from {{ ref('fct_finding') }}
    where is_effective and outcome = 'failed'
),

units as (
    select * from {{ ref('dim_unit') }}
)

select
    findings.plan_id,
    findings.period,
    findings.form,
    findings.unit_id,
    findings.rule_id,
    max(units.unit_name) as unit_name,
    max(findings.theme) as theme,
    max(findings.severity) as severity,
    cast(count(*) as integer) as finding_count,
    cast(count(case when findings.still_open then 1 end) as integer) as open_count,
    cast(count(case when findings.answer_state = 'accepted' then 1 end) as integer) as accepted_by_decision_count,
    cast(count(distinct findings.project_id) as integer) as project_count
from findings
left join units on findings.plan_id = units.plan_id and findings.unit_id = units.unit_id
group by findings.plan_id, findings.period, findings.form, findings.unit_id, findings.rule_id
