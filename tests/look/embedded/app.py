"""A small application on FastAPI: files come in, receipts go out, people are found.

A workspace belongs to the thread that opened it: each request opens one where it is answered, and hands it to no dependency.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Body, FastAPI, Request
from fastapi.responses import JSONResponse

from cigem_core import CigemError, ConventionError, JobSeeker, Workspace
from cigem_core.sdk import Source

WHERE = "centre.sqlite"
app = FastAPI()


@app.exception_handler(CigemError)
def refused(_: Request, error: CigemError) -> JSONResponse:
    """What stands in the way, for whoever can mend it."""
    status = 403 if isinstance(error, ConventionError) else 422
    return JSONResponse({"code": error.code, "message": error.text.fr}, status)


@app.post("/{agency}/{name}")
def take(agency: str, name: str, content: Annotated[bytes, Body(media_type="text/csv")], on: date) -> dict[str, Any]:
    """A file in, its receipt out."""
    with Workspace(WHERE) as centre:
        receipt = centre.pull(agency, Source(name=name, content=content), axis="employment-data", on=on, by="web")
    return receipt.as_dict("fr")


@app.get("/seekers")
def seekers(limit: int = 10) -> list[dict[str, str | None]]:
    """Who is registered, by number and day of birth."""
    with Workspace(WHERE) as centre:
        found = [one for one, _ in zip(centre.records(JobSeeker, agency="anpe"), range(limit), strict=False)]
    return [
        {"number": one.reference, "born": str(one.identity.birth) if one.identity and one.identity.birth else None}
        for one in found
    ]


@app.get("/find")
def find(text: str) -> list[str]:
    """Records that answer a name, a telephone or a number."""
    with Workspace(WHERE) as centre:
        return [str(one.ref) for one in centre.seek(text)]
