{#-
    Whether a figure reaches its target: numerator >= target * denominator, exactly, never on the rounded rate
    (0.8499996 prints as 0.850000 and misses 85 %). A count or an amount has no denominator: pass 1.
-#}
{% macro meets_target(numerator, target, denominator) -%}
    cast({{ numerator }} as decimal(38, 8)) >= cast({{ target }} as decimal(18, 6)) * cast({{ denominator }} as decimal(20, 2))
{%- endmacro %}
