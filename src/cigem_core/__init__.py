"""cigem_core: one domain model, one small adapter per agency, the signed convention as the gate.

The names below are the front door; each is imported when first used, so that `import cigem_core` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cigem_core.errors import CigemError as CigemError
    from cigem_core.errors import ConventionError as ConventionError
    from cigem_core.errors import DeclarationError as DeclarationError
    from cigem_core.errors import MissingToken as MissingToken
    from cigem_core.errors import OperatorError as OperatorError
    from cigem_core.errors import RemoteError as RemoteError
    from cigem_core.errors import SourceRefused as SourceRefused
    from cigem_core.errors import UnknownName as UnknownName
    from cigem_core.errors import WorkspaceError as WorkspaceError
    from cigem_core.exchange.services import Services as Services
    from cigem_core.model.axes import Axis as Axis
    from cigem_core.model.conventions import Convention as Convention
    from cigem_core.model.employment import JobOffer as JobOffer
    from cigem_core.model.employment import JobSeeker as JobSeeker
    from cigem_core.model.employment import Placement as Placement
    from cigem_core.model.identity import Identity as Identity
    from cigem_core.model.identity import Migration as Migration
    from cigem_core.model.identity import Sex as Sex
    from cigem_core.model.receipts import Dispatch as Dispatch
    from cigem_core.model.receipts import Receipt as Receipt
    from cigem_core.model.referrals import Referral as Referral
    from cigem_core.model.referrals import ReferralAnswer as ReferralAnswer
    from cigem_core.model.refs import Ref as Ref
    from cigem_core.model.refs import ref_of as ref_of
    from cigem_core.model.training import BudgetLine as BudgetLine
    from cigem_core.model.training import Enrolment as Enrolment
    from cigem_core.model.training import Evaluation as Evaluation
    from cigem_core.model.training import Trainee as Trainee
    from cigem_core.model.training import TrainingModule as TrainingModule
    from cigem_core.model.training import TrainingPlan as TrainingPlan
    from cigem_core.model.training import TrainingSession as TrainingSession
    from cigem_core.model.values import Amount as Amount
    from cigem_core.model.values import Occupation as Occupation
    from cigem_core.model.values import PartialDate as PartialDate
    from cigem_core.model.values import Place as Place
    from cigem_core.model.youth import BusinessProject as BusinessProject
    from cigem_core.model.youth import Internship as Internship
    from cigem_core.model.youth import YoungPerson as YoungPerson
    from cigem_core.report import Fault as Fault
    from cigem_core.workspace import Workspace as Workspace

_ROOMS = {
    "CigemError": "errors",
    "ConventionError": "errors",
    "DeclarationError": "errors",
    "MissingToken": "errors",
    "OperatorError": "errors",
    "RemoteError": "errors",
    "SourceRefused": "errors",
    "UnknownName": "errors",
    "WorkspaceError": "errors",
    "Services": "exchange.services",
    "Axis": "model.axes",
    "Convention": "model.conventions",
    "JobOffer": "model.employment",
    "JobSeeker": "model.employment",
    "Placement": "model.employment",
    "Identity": "model.identity",
    "Migration": "model.identity",
    "Sex": "model.identity",
    "Dispatch": "model.receipts",
    "Receipt": "model.receipts",
    "Referral": "model.referrals",
    "ReferralAnswer": "model.referrals",
    "Ref": "model.refs",
    "ref_of": "model.refs",
    "BudgetLine": "model.training",
    "Enrolment": "model.training",
    "Evaluation": "model.training",
    "Trainee": "model.training",
    "TrainingModule": "model.training",
    "TrainingPlan": "model.training",
    "TrainingSession": "model.training",
    "Amount": "model.values",
    "Occupation": "model.values",
    "PartialDate": "model.values",
    "Place": "model.values",
    "BusinessProject": "model.youth",
    "Internship": "model.youth",
    "YoungPerson": "model.youth",
    "Fault": "report",
    "Workspace": "workspace",
}

__all__ = sorted(_ROOMS)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'cigem_core' has no attribute '{name}'")
    return getattr(import_module(f"cigem_core.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
