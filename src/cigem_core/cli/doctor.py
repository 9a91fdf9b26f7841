"""What `cigem doctor` looks at: the installation, and the workspace when one is named."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any, Literal

from attrs import frozen

from cigem_core.errors import CigemError
from cigem_core.plugins import load
from cigem_core.text import Language, Text, counted, without_secrets
from cigem_core.workspace import Workspace

Name = Literal["versions", "plugin", "workspace", "database", "journal", "conventions", "quarantine", "leftover", "pending"]


@frozen
class Finding:
    """One thing looked at, and whether something must be done about it."""

    name: Name
    """What was looked at: the same in every language and version."""
    text: Text
    is_wrong: bool = False

    def as_dict(self, language: Language) -> dict[str, Any]:
        """The finding, for programs."""
        return {"name": self.name, "is_sound": not self.is_wrong, "message": self.text.in_(language)}


def examine(where: str | None) -> list[Finding]:
    """Everything looked at, in the order it is told."""
    findings = [_versions(), *_plugins()]
    if where is None:
        return [
            *findings,
            Finding("workspace", Text(fr="aucun espace de travail n'est indiqué (-w)", en="no workspace is named (-w)")),
        ]
    try:
        with Workspace(where) as centre:
            return [*findings, *_workspace(centre, where)]
    except CigemError as error:
        return [*findings, Finding("workspace", error.text, is_wrong=True)]


def _versions() -> Finding:
    parts = ", ".join(f"{name} {version(name)}" for name in ("cigem-core", "polars", "SQLAlchemy"))
    said = f"Python {platform.python_version()}, {parts}"
    return Finding("versions", Text(fr=said, en=said))


def _plugins() -> list[Finding]:
    findings = []
    for plugin in load().found:
        reason_fr, reason_en = (f" : {plugin.reason.fr}", f": {plugin.reason.en}") if plugin.reason else ("", "")
        states = {"ok": "en ordre", "refused": "refusée", "broken": "en panne"}
        text = Text(
            fr=f"extension {plugin.name} {plugin.version} {states[plugin.status]}{reason_fr}",
            en=f"plugin {plugin.name} {plugin.version} {plugin.status}{reason_en}",
        )
        findings.append(Finding("plugin", text, is_wrong=plugin.status != "ok"))
    return findings


def _workspace(centre: Workspace, where: str) -> list[Finding]:
    store, where = centre.store, without_secrets(where)
    sound = store.is_sound()
    findings = [
        Finding(
            "database",
            Text(
                fr=f"base de données {where} {'en ordre' if sound else 'endommagée : reprendre la dernière sauvegarde'}",
                en=f"database {where} {'in order' if sound else 'damaged: go back to the last backup'}",
            ),
            is_wrong=not sound,
        )
    ]
    if broken := store.verify_journal():
        findings.append(Finding("journal", broken.text, is_wrong=True))
    head = store.head()
    lines = counted(head.length, "ligne(s)", "line(s)")
    findings.append(
        Finding(
            "journal",
            Text(fr=f"journal : {lines.fr}, tête {head.digest[:12]}", en=f"journal: {lines.en}, head {head.digest[:12]}"),
        )
    )
    conventions = centre.conventions()
    listed = ", ".join(c.reference for c in conventions)
    findings.append(
        Finding(
            "conventions",
            Text(
                fr=f"conventions : {listed}" if listed else "aucune convention installée : aucun échange n'est possible",
                en=f"conventions: {listed}" if listed else "no convention installed: no exchange is possible",
            ),
            is_wrong=not conventions,
        )
    )
    waiting = len(store.entries())
    findings.append(Finding("quarantine", Text(fr=f"lignes en quarantaine : {waiting}", en=f"rows in quarantine: {waiting}")))
    for path in store.leftovers():
        findings.append(
            Finding(
                "leftover",
                Text(
                    fr=f"reste d'une écriture interrompue : {path} ; il sera ôté à la prochaine écriture",
                    en=f"left of a writing that was cut short: {path}; it is removed when the workspace is next written",
                ),
                is_wrong=True,
            )
        )
    for one in store.dangling():
        findings.append(
            Finding(
                "pending",
                Text(
                    fr=f"{one.kind} {one.key} : « {one.field} » attend une fiche qui est encore en quarantaine",
                    en=f"{one.kind} {one.key}: '{one.field}' waits for a record that is still in quarantine",
                ),
            )
        )
    return findings
