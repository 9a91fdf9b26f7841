"""The reception desk of a workspace: everything an officer does between the door and the answer of an agency."""

from __future__ import annotations

from cigem_core.programmes.reception.arriving import ArrivalDesk
from cigem_core.programmes.reception.caseload import CaseloadDesk
from cigem_core.programmes.reception.counselling import CounselDesk
from cigem_core.programmes.reception.orienting import ReferralDesk
from cigem_core.programmes.reception.planning import ProjectDesk
from cigem_core.programmes.reception.serving import ServiceDesk


class Reception(ArrivalDesk, CounselDesk, ProjectDesk, ServiceDesk, ReferralDesk, CaseloadDesk):
    """Arrivals, visits, assessments, projects, services, referrals, and the caseload."""
