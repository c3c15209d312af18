{# Conversions from which on a platform is believed on its own; till then its line is. #}
{% macro credible_conversion_count() %}{{ return(100) }}{% endmacro %}

{# Conversions that a campaign needs before it counts as much as its peers: campaigns of one
   line are taken to differ by half of their mean, and 1 ÷ 0.5² is 4. #}
{% macro prior_conversion_count() %}{{ return(4) }}{% endmacro %}
