"""pydantic v2, row by row: a model with the agency's headers as aliases; its errors name the cell."""
# mypy: disable-error-code="import-not-found, untyped-decorator", allow-subclassing-any

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Literal

from common import Found, lists_beside
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from rows import COLUMNS

from peers import _cells
from peers._rowwise import check_rows, keep_rows

NOTE = ""
FIELDS = (
    "reference", "registered_on", "family_name", "given_names", "sex", "birth", "birthplace", "nationality", "region", "district",
    "phone", "nina", "education", "occupation", "wanted_job", "experience", "languages", "returnee", "country", "returned_on",
    "reason", "status", "remarks",
)  # fmt: skip
HEADERS = dict(zip(FIELDS, COLUMNS, strict=True))
RULES = {"missing": "required", "literal_error": "enum"}


def read_by(read: Callable[[str], Any]) -> BeforeValidator:
    """A validator of pydantic's out of a function that reads a cell."""

    def validate(text: str) -> Any:
        try:
            return read(text)
        except _cells.WrongCell as wrong:
            raise PydanticCustomError(wrong.rule, "wrong cell") from None

    return BeforeValidator(validate)


def model(file: str, aliases: Callable[[str], str] | None = HEADERS.__getitem__) -> type[Any]:
    """The model, with the code lists of this run; its aliases are the agency's headers."""
    lists = lists_beside(file)
    Day = Annotated[date, read_by(_cells.day)]  # noqa: N806  a type
    Region = Annotated[str, read_by(_cells.named(lists.regions))]  # noqa: N806  a type
    Country = Annotated[str, read_by(_cells.named(lists.countries))]  # noqa: N806  a type
    Level = Annotated[str, read_by(_cells.one_of(lists.levels))]  # noqa: N806  a type
    Occupation = Annotated[str, read_by(_cells.one_of(lists.occupations))]  # noqa: N806  a type

    class Seeker(BaseModel):
        model_config = ConfigDict(extra="ignore", alias_generator=aliases)

        reference: str
        registered_on: Day
        family_name: str
        given_names: str
        sex: Literal["M", "F"] | None = None
        birth: Annotated[str, read_by(_cells.birth)] | None = None
        birthplace: str | None = None
        nationality: str | None = None
        region: Region | None = None
        district: str | None = None
        phone: Annotated[str, read_by(_cells.phone)] | None = None
        nina: str | None = None
        education: Level | None = None
        occupation: Occupation | None = None
        wanted_job: str | None = None
        experience: Annotated[Decimal, read_by(_cells.experience)] | None = None
        languages: str | None = None
        returnee: Literal["O", "N"] | None = None
        country: Country | None = None
        returned_on: Day | None = None
        reason: Literal["expulsion", "retour volontaire", "rapatriement", "transit"] | None = None
        status: Literal["1", "2", "3", "4"] | None = None
        remarks: str | None = None

        @field_validator("birth", mode="after")
        @classmethod
        def born_before(cls, birth: str | None, info: ValidationInfo) -> str | None:
            if birth and (day := info.data.get("registered_on")) and _cells.born_after(birth, day):
                raise PydanticCustomError("row", "born after the registration")
            return birth

        @field_validator("returned_on", mode="after")
        @classmethod
        def returned_before(cls, returned_on: date | None, info: ValidationInfo) -> date | None:
            if returned_on and (day := info.data.get("registered_on")) and returned_on > day:
                raise PydanticCustomError("row", "returned after the registration")
            return returned_on

    return Seeker


def structure(seeker: Any, cells: dict[str, str]) -> tuple[Any, list[tuple[str, str]]]:
    try:
        return seeker.model_validate(cells), []
    except ValidationError as wrong:
        return None, [(str(e["loc"][0]), RULES.get(e["type"], e["type"])) for e in wrong.errors(include_url=False)]


def check(file: str) -> Found:
    return check_rows(file, partial(structure, model(file)))


def keep(file: str, base: str) -> Found:
    return keep_rows(file, base, partial(structure, model(file)), lambda seeker: tuple(seeker.__dict__.values()))
