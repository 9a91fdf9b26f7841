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
    from cigem_core.model.applications import Application as Application
    from cigem_core.model.applications import Choices as Choices
    from cigem_core.model.applications import ScholarshipPayment as ScholarshipPayment
    from cigem_core.model.arrivals import Aid as Aid
    from cigem_core.model.arrivals import AidNature as AidNature
    from cigem_core.model.arrivals import Arrival as Arrival
    from cigem_core.model.arrivals import Means as Means
    from cigem_core.model.arrivals import Presence as Presence
    from cigem_core.model.arrivals import Registration as Registration
    from cigem_core.model.axes import Axis as Axis
    from cigem_core.model.conventions import Convention as Convention
    from cigem_core.model.counsel import Assessment as Assessment
    from cigem_core.model.counsel import AssessmentAnswer as AssessmentAnswer
    from cigem_core.model.counsel import DeskPaper as DeskPaper
    from cigem_core.model.counsel import Handing as Handing
    from cigem_core.model.counsel import PaperKind as PaperKind
    from cigem_core.model.counsel import Visit as Visit
    from cigem_core.model.counsel import VisitReason as VisitReason
    from cigem_core.model.employment import ContractType as ContractType
    from cigem_core.model.employment import JobOffer as JobOffer
    from cigem_core.model.employment import JobSeeker as JobSeeker
    from cigem_core.model.employment import OfferStatus as OfferStatus
    from cigem_core.model.employment import Outcome as Outcome
    from cigem_core.model.employment import Placement as Placement
    from cigem_core.model.employment import SeekerStatus as SeekerStatus
    from cigem_core.model.identity import Identity as Identity
    from cigem_core.model.identity import Migration as Migration
    from cigem_core.model.identity import Residence as Residence
    from cigem_core.model.identity import ReturnReason as ReturnReason
    from cigem_core.model.identity import Sex as Sex
    from cigem_core.model.migrants import Attachment as Attachment
    from cigem_core.model.migrants import Condition as Condition
    from cigem_core.model.migrants import Guardian as Guardian
    from cigem_core.model.migrants import Migrant as Migrant
    from cigem_core.model.migrants import NextLeg as NextLeg
    from cigem_core.model.migrants import Reach as Reach
    from cigem_core.model.migrants import SafeWay as SafeWay
    from cigem_core.model.migrants import Situation as Situation
    from cigem_core.model.participation import CentresMove as CentresMove
    from cigem_core.model.participation import ParticipationAct as ParticipationAct
    from cigem_core.model.participation import ParticipationState as ParticipationState
    from cigem_core.model.participation import SessionCancellation as SessionCancellation
    from cigem_core.model.projects import Goal as Goal
    from cigem_core.model.projects import IndividualProject as IndividualProject
    from cigem_core.model.projects import ProjectResult as ProjectResult
    from cigem_core.model.projects import ProjectStep as ProjectStep
    from cigem_core.model.projects import Service as Service
    from cigem_core.model.receipts import Dispatch as Dispatch
    from cigem_core.model.receipts import Receipt as Receipt
    from cigem_core.model.referrals import Decision as Decision
    from cigem_core.model.referrals import Referral as Referral
    from cigem_core.model.referrals import ReferralAnswer as ReferralAnswer
    from cigem_core.model.referrals import ReferralState as ReferralState
    from cigem_core.model.referrals import RefusalCode as RefusalCode
    from cigem_core.model.referrals import ToldBy as ToldBy
    from cigem_core.model.refs import Ref as Ref
    from cigem_core.model.refs import ref_of as ref_of
    from cigem_core.model.scholarships import ApplicationState as ApplicationState
    from cigem_core.model.scholarships import InstalmentPaid as InstalmentPaid
    from cigem_core.model.scholarships import ReviewAssignment as ReviewAssignment
    from cigem_core.model.scholarships import RubricScore as RubricScore
    from cigem_core.model.scholarships import ScholarshipAppeal as ScholarshipAppeal
    from cigem_core.model.scholarships import ScholarshipAward as ScholarshipAward
    from cigem_core.model.scholarships import ScholarshipCall as ScholarshipCall
    from cigem_core.model.scholarships import ScholarshipDraw as ScholarshipDraw
    from cigem_core.model.scholarships import ScholarshipStep as ScholarshipStep
    from cigem_core.model.scholarships import ScholarshipWithdrawal as ScholarshipWithdrawal
    from cigem_core.model.scholarships import ScreeningDecision as ScreeningDecision
    from cigem_core.model.scholarships import StudyResult as StudyResult
    from cigem_core.model.training import BudgetLine as BudgetLine
    from cigem_core.model.training import Enrolment as Enrolment
    from cigem_core.model.training import EnrolmentStatus as EnrolmentStatus
    from cigem_core.model.training import Evaluation as Evaluation
    from cigem_core.model.training import Trainee as Trainee
    from cigem_core.model.training import TrainingModule as TrainingModule
    from cigem_core.model.training import TrainingPlan as TrainingPlan
    from cigem_core.model.training import TrainingResult as TrainingResult
    from cigem_core.model.training import TrainingSession as TrainingSession
    from cigem_core.model.training_acts import Attendance as Attendance
    from cigem_core.model.training_acts import AttendedHours as AttendedHours
    from cigem_core.model.training_acts import Certificate as Certificate
    from cigem_core.model.training_acts import Funding as Funding
    from cigem_core.model.training_acts import InsertionAnswer as InsertionAnswer
    from cigem_core.model.training_acts import LaterStanding as LaterStanding
    from cigem_core.model.training_acts import Mark as Mark
    from cigem_core.model.training_acts import SessionResult as SessionResult
    from cigem_core.model.training_acts import TrainingPayment as TrainingPayment
    from cigem_core.model.values import Amount as Amount
    from cigem_core.model.values import Country as Country
    from cigem_core.model.values import Level as Level
    from cigem_core.model.values import Occupation as Occupation
    from cigem_core.model.values import PartialDate as PartialDate
    from cigem_core.model.values import Phone as Phone
    from cigem_core.model.values import Place as Place
    from cigem_core.model.values import Sector as Sector
    from cigem_core.model.youth import BusinessProject as BusinessProject
    from cigem_core.model.youth import Internship as Internship
    from cigem_core.model.youth import InternshipOutcome as InternshipOutcome
    from cigem_core.model.youth import ProjectStatus as ProjectStatus
    from cigem_core.model.youth import Scheme as Scheme
    from cigem_core.model.youth import YoungPerson as YoungPerson
    from cigem_core.policy import permit as permit
    from cigem_core.programmes.training.roll_call import RollCallMark as RollCallMark
    from cigem_core.programmes.training.roll_call import RollCallRow as RollCallRow
    from cigem_core.report import Fault as Fault
    from cigem_core.store.store import Store as Store
    from cigem_core.workspace import Workspace as Workspace

_ROOMS = {
    "errors": (
        "CigemError ConventionError DeclarationError MissingToken OperatorError RemoteError SourceRefused UnknownName "
        "WorkspaceError"
    ),
    "exchange.services": "Services",
    "model.applications": "Application Choices ScholarshipPayment",
    "model.arrivals": "Aid AidNature Arrival Means Presence Registration",
    "model.axes": "Axis",
    "model.conventions": "Convention",
    "model.counsel": "Assessment AssessmentAnswer DeskPaper Handing PaperKind Visit VisitReason",
    "model.employment": "ContractType JobOffer JobSeeker OfferStatus Outcome Placement SeekerStatus",
    "model.identity": "Identity Migration Residence ReturnReason Sex",
    "model.migrants": "Attachment Condition Guardian Migrant NextLeg Reach SafeWay Situation",
    "model.participation": "CentresMove ParticipationAct ParticipationState SessionCancellation",
    "model.projects": "Goal IndividualProject ProjectResult ProjectStep Service",
    "model.receipts": "Dispatch Receipt",
    "model.referrals": "Decision Referral ReferralAnswer ReferralState RefusalCode ToldBy",
    "model.refs": "Ref ref_of",
    "model.scholarships": (
        "ApplicationState InstalmentPaid ReviewAssignment RubricScore ScholarshipAppeal ScholarshipAward "
        "ScholarshipCall ScholarshipDraw ScholarshipStep ScholarshipWithdrawal ScreeningDecision StudyResult"
    ),
    "model.training": (
        "BudgetLine Enrolment EnrolmentStatus Evaluation Trainee TrainingModule TrainingPlan TrainingResult TrainingSession"
    ),
    "model.training_acts": (
        "Attendance AttendedHours Certificate Funding InsertionAnswer LaterStanding Mark SessionResult TrainingPayment"
    ),
    "model.values": "Amount Country Level Occupation PartialDate Phone Place Sector",
    "model.youth": "BusinessProject Internship InternshipOutcome ProjectStatus Scheme YoungPerson",
    "policy": "permit",
    "programmes.training.roll_call": "RollCallMark RollCallRow",
    "report": "Fault",
    "store.store": "Store",
    "workspace": "Workspace",
}
"""Rooms, and what visitors find in each."""

_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names.split()}

__all__ = sorted(_ROOM_OF)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'cigem_core' has no attribute '{name}'")
    return getattr(import_module(f"cigem_core.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
