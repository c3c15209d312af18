select
    connector,
    pipeline,
    stage,
    position,
    win_probability,
    is_won,
    is_lost
from ({{ union_connectors('deal_stages') }}) as delivered
where standing = 'in_force'
