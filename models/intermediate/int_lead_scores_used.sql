select scores.*
from {{ ref('int_lead_scores') }} as scores
inner join {{ ref('int_lead_models') }} as models
    on scores.model_version = models.model_version and models.is_used
where scores.purpose = 'scoring'
