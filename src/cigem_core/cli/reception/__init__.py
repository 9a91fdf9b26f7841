"""The commands of the reception desk: the door, the files, projects, services, referrals."""

from cigem_core.cli.reception import counselling, files, planning, receiving, referring, serving

VERBS = (
    *receiving.VERBS,
    *files.VERBS,
    *counselling.VERBS,
    *planning.VERBS,
    *serving.VERBS,
    *referring.VERBS,
)
GROUPS = {**receiving.GROUPS, **files.GROUPS, **planning.GROUPS, **serving.GROUPS, **referring.GROUPS}
