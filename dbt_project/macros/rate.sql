{#-
    numerator / denominator as DECIMAL(12,6), rounded half up (away from zero), in whole numbers only.
    NULL when the denominator is 0 or NULL, or when the ratio does not fit the type (a typing error of six digits
    must not stop the month; numerator and denominator stand beside it).

    DuckDB divides decimals as DOUBLE, so 2 % of tie-prone ratios would differ at the sixth place. Both sides are
    brought to 10^-8 and compared as HUGEINT: twice the numerator plus half a step, floor-divided by twice the
    denominator. Arguments: expressions of up to 22 whole and 8 decimal digits.
-#}
{% macro rate(numerator, denominator) -%}
    {{ return(adapter.dispatch('rate')(numerator, denominator)) }}
{%- endmacro %}

{% macro duckdb__rate(numerator, denominator) -%}
    {%- set top = "abs(" ~ duckdb__hundred_millionths(numerator) ~ ")" -%}
    {%- set bottom = "abs(" ~ duckdb__hundred_millionths(denominator) ~ ")" -%}
    {%- set millionths = "((2 * 1000000 * " ~ top ~ " + " ~ bottom ~ ") // nullif(2 * " ~ bottom ~ ", 0))" -%}
    cast(
        try_cast({{ millionths }} as decimal(12, 0)) * cast(0.000001 as decimal(6, 6))
        * (case when (({{ numerator }}) < 0) = (({{ denominator }}) < 0) then 1 else -1 end)
        as decimal(12, 6)
    )
{%- endmacro %}

{#- A decimal as a whole number of 10^-8. -#}
{% macro duckdb__hundred_millionths(amount) -%}
    cast(cast({{ amount }} as decimal(30, 8)) * cast(100000000 as decimal(9, 0)) as hugeint)
{%- endmacro %}
