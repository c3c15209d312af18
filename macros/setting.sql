{#
    The one reader of settings: a dbt var, else the environment variable behind it, else
    the default here. Settings are scalars; docs/settings.md gives unit and reason of each.
#}
{% macro setting(name) %}
    {%- set defaults = {
        'raw_location': 'seeds/demo',
        'history_path': 'build/history',
        'connectors': 'standard',
        'raw_database': '',
        'trust_sync_times': 'false',
        'google_ads_click_table': 'click_view',
        'facebook_ads_purchase_action': '',
        'facebook_ads_lead_action': '',
        'hubspot_primary_contact_type': '',
        'segment_form_table': 'form_submitted',
        'reporting_currency': 'USD',
        'as_of': '',
        'click_window_days': '90',
        'deal_form_fill_window_days': '180',
        'fx_max_age_days': '7',
        'development_min_cohorts': '3',
        'development_tail': 'fitted',
        'export_log_path': 'export_log',
        'export_at': '',
        'export_needs_consent': 'true',
    } -%}
    {#- The schema that the raw tables of a connector lie in is called as it is. -#}
    {%- set default = defaults[name] if name in defaults else name | replace('_schema', '') -%}
    {%- set value = var(name, env_var('C2C_' ~ name | upper, default)) | string | trim -%}
    {%- set forms = {
        'reporting_currency': ['^[A-Z]{3}$', 'three capitals such as USD'],
        'export_at': ['^([1-9][0-9]{3}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})?$',
            'a time such as 2026-04-01 06:00:00'],
        'export_needs_consent': ['^(true|false)$', 'true or false'],
        'trust_sync_times': ['^(true|false)$', 'true or false'],
        'as_of': ['^([1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?)?)?$',
            'a day of the calendar such as 2026-04-01, or a time of it'],
        'click_window_days': ['^[0-9]{1,4}$', 'a whole number of days'],
        'deal_form_fill_window_days': ['^[0-9]{1,4}$', 'a whole number of days'],
        'fx_max_age_days': ['^[0-9]{1,3}$', 'a whole number of days'],
        'development_min_cohorts': ['^[1-9][0-9]?$', 'a whole number of cohorts'],
        'raw_database': ["^[^'\";]*$", 'the path of a DuckDB file, or the name of a database'],
        'google_ads_click_table': ['^[A-Za-z0-9_]+$', 'the name of a table'],
        'segment_form_table': ['^[A-Za-z0-9_]+$', 'the name of a table'],
        'facebook_ads_purchase_action': ['^[A-Za-z0-9_.]*$', 'a type of action'],
        'facebook_ads_lead_action': ['^[A-Za-z0-9_.]*$', 'a type of action'],
        'hubspot_primary_contact_type': ['^[0-9]*$', 'the number of an association type'],
        'development_tail': ['^(fitted|[1-9]([.][0-9]{1,6})?)$', 'fitted, or a factor such as 1.05'],
    } -%}
    {%- if name.endswith('_schema') -%}
        {%- do forms.update({name: [
            '^[A-Za-z0-9_-]+( *, *[A-Za-z0-9_-]+)*$', 'names of schemas or folders, comma-separated',
        ]}) -%}
    {%- endif -%}
    {%- if name in forms and (
        not modules.re.match(forms[name][0], value)
        or (name == 'as_of' and value and not is_calendar_date(value[:10]))
    ) -%}
        {{ exceptions.raise_compiler_error(
            "Setting " ~ name ~ " (C2C_" ~ name | upper ~ ") is '" ~ value
            ~ "' but must be " ~ forms[name][1] ~ ": see docs/settings.md"
        ) }}
    {%- endif -%}
    {{- return(value) -}}
{% endmacro %}

{# Whether a text of the form YYYY-MM-DD, month and day in range, is a day of the calendar. #}
{% macro is_calendar_date(text) %}
    {%- set year, month, day = text[:4] | int, text[5:7] | int, text[8:10] | int -%}
    {%- if month == 12 -%}{{- return(true) -}}{%- endif -%}
    {%- set next_month = modules.datetime.date(year, month + 1, 1) -%}
    {{- return(day <= (next_month - modules.datetime.timedelta(days=1)).day) -}}
{% endmacro %}
