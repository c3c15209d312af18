{#
    The one reader of settings: a dbt var, else the environment variable behind it, else
    the default here. Settings are scalars; docs/settings.md gives unit and reason of each.
#}
{% macro setting(name) %}
    {%- set defaults = {
        'raw_location': 'seeds/demo',
        'connectors': 'standard',
        'reporting_currency': 'USD',
        'as_of': '',
        'click_window_days': '90',
        'deal_form_fill_window_days': '180',
        'fx_max_age_days': '7',
    } -%}
    {%- set value = var(name, env_var('C2C_' ~ name | upper, defaults[name])) | string | trim -%}
    {%- set forms = {
        'reporting_currency': '^[A-Z]{3}$',
        'as_of': '^([0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?)?$',
        'click_window_days': '^[0-9]{1,4}$',
        'deal_form_fill_window_days': '^[0-9]{1,4}$',
        'fx_max_age_days': '^[0-9]{1,3}$',
    } -%}
    {%- if name in forms and not modules.re.match(forms[name], value) -%}
        {{ exceptions.raise_compiler_error(
            "Setting " ~ name ~ " (C2C_" ~ name | upper ~ ") is '" ~ value
            ~ "', which does not have the form " ~ forms[name]
        ) }}
    {%- endif -%}
    {{- return(value) -}}
{% endmacro %}
