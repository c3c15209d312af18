select
    connector,
    pipeline,
    stage,
    position,
    is_won,
    is_lost
from ({{ union_connectors('deal_stages') }}) as delivered
where standing = 'in_force'
