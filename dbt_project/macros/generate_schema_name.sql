{#- Schemas are called what the project calls them: marts, reports, staging. No prefix of the developer's. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name if custom_schema_name else target.schema }}
{%- endmacro %}
