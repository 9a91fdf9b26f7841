"""An officer's morning in a terminal of 80 columns and 24 lines: French, and nothing wider than the screen."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mending import mend

pytestmark = pytest.mark.look
ROOT = Path(__file__).parents[2]
ANPE = ROOT / "plugins/cigem-anpe/samples/anpe"
FAFPA = ROOT / "plugins/cigem-fafpa/samples/fafpa"
ACT = "--on 2009-10-01 --by awa"
PROMPT = "%%"


@pytest.fixture
def typed(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Type a line in a terminal; what stands on the screen below it once it is done."""
    tmux = shutil.which("tmux")
    if tmux is None:
        pytest.skip("tmux is missing: apt-get install --no-install-recommends tmux")
    for file in (*ANPE.glob("*_200909.csv"), *FAFPA.glob("*.xlsx")):
        shutil.copy(file, tmp_path)
    name = f"cigem-{uuid.uuid4().hex[:8]}"
    environment = {
        **{key: text for key, text in os.environ.items() if key not in ("COLUMNS", "LINES", "TMUX", "CIGEM_LANG")},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "LANG": "C.UTF-8",
        "CIGEM_WORKSPACE": "kayes.sqlite",
    }  # fmt: skip

    def ask(*words: str) -> str:
        return subprocess.run([tmux, "-L", name, *words], capture_output=True, text=True, check=True, env=environment).stdout

    ask(
        "-f",
        os.devnull,
        "set-option",
        "-g",
        "history-limit",
        "20000",
        ";",
        "new-session",
        "-d",
        "-x",
        "80",
        "-y",
        "24",
        "-c",
        str(tmp_path),
        "bash --norc --noprofile",
    )
    ask("send-keys", "-l", f"PS1='{PROMPT} '"), ask("send-keys", "Enter")

    def line(text: str, interrupted_at: str = "") -> str:
        ask("send-keys", "-R"), ask("clear-history")
        ask("send-keys", "-l", text), ask("send-keys", "Enter")
        deadline = time.monotonic() + 120
        while interrupted_at and time.monotonic() < deadline:
            if interrupted_at in ask("capture-pane", "-p", "-J").partition(text)[2]:
                ask("send-keys", "C-c")
                break
            time.sleep(0.2)
        while time.monotonic() < deadline:
            # Joined: a line that the terminal had to fold is one line again, and too long.
            screen = ask("capture-pane", "-p", "-J", "-S", "-").rstrip()
            if text in screen and screen.endswith(PROMPT):
                return screen.partition(text)[2].removesuffix(PROMPT).strip("\n")
            time.sleep(0.2)
        pytest.fail(f"{text}: {screen}")

    yield line
    subprocess.run([tmux, "-L", name, "kill-server"], capture_output=True, check=False)


ENGLISH = re.compile(
    r"\b(?:the|is not|error|records?|pulled|agency|kind|row|open|new|unknown|usage|options?:|expected|found)\b", re.I
)
"""Words no French sentence of ours has."""
TYPED = re.compile(r"cigem [a-z-]+(?: [a-z-]+)?|^  [a-z-]+(?= |$)|\b[a-z]+:[a-z_]+:\S+|--[a-z-]+|«[^»]*»")
"""What is typed, or quoted, is no sentence."""

MORNING = (
    ("cigem -h", "Commandes"),
    (f"cigem init kayes.sqlite {ACT}", "CIGEM-ANPE-2009"),
    (f"cigem pull anpe *_200909.csv --axis emploi {ACT}", "27 anomalies à corriger"),
    (f"cigem pull fafpa plan_formation_2009.xlsx {ACT}", "12 anomalies à corriger"),
    ("cigem quarantine list", "Inscriptions!D40"),
    (f"cigem corrections anpe --to a_corriger.xlsx {ACT}", "27 lignes à corriger"),
    ("cigem find barry 1968", "Aucune fiche"),
    ("cigem find barry ssouleymane", "12/01/1968"),
    ("cigem records demandeur --limit 1", "Date ou année de naissance : 12/01/1968"),
    ("cigem records", "demandeur d'emploi"),
    (f'cigem refer --to anpe --family-name Diarra --given-names Awa --birth "vers 1985" --need 7212 {ACT}', "OR-2009-0001"),
    ("cigem referrals", "OR-2009-0001"),
    (f"cigem push anpe --to depot {ACT}", "1 en attente = 1 transmise + 0 retenue"),
    ("cigem history centre:orientation:OR-2009-0001", "Awa"),
    ("cigem receipt list", "En quarantaine"),
    ("cigem receipt show 5", "27 lignes de ces fichiers à corriger encore"),
    ("cigem journal list", "réception"),
    ("cigem conventions list", "CIGEM-UFAE-2009"),
    ("cigem adapters", "anpe"),
    ("cigem obligations --on 2009-12-31", "Aucun engagement"),
    ("cigem indicators --period 2009-Q3", "Indicateur"),
    ("cigem doctor", "Python"),
    ("cigem pull --help", "Utilisation"),
    ("cigem pull anpe rien.csv", "introuvable"),
    ("cigem records rien", "type de fiche"),
    ("cigem receipt show x", "nombre entier"),
    ("cd / && cigem quarantine list; cd -", "il n'y a pas d'espace de travail à /kayes.sqlite"),
)


AFTERNOON = (
    (f"cigem init kayes.sqlite {ACT}", "CIGEM-ANPE-2009"),
    ("cigem pull demandeurs_200909.csv anpe", "la structure vient d'abord"),
    ("cigem anpe pull demandeurs_200909.csv", "la commande vient d'abord : cigem pull anpe demandeurs_200909.csv"),
    ("cigem pul anpe demandeurs_200909.csv", "'pull'"),
    ("cigem help", "cigem COMMANDE --help"),
    ("cigem --by awa records", "« --by » vient après le nom de la commande"),
    ("cigem pull anpe", "donner un fichier, un dossier ou une adresse"),
    (f"cigem -q pull anpe *_200909.csv --axis emploi {ACT}", ""),
    ("cigem corrections anpe", "--to FICHIER (Un classeur .xlsx, ou un fichier .csv)"),
    ("cigem corrections anpe --to absent/a.xlsx", "vérifier le dossier"),
    (f"cigem refer anpe:demandeur:NIO-2009-00576 --to anpe {ACT}", "attend en quarantaine"),
    (f"cigem refer anpe:demandeur:ABE-2009-00119 --to anpe --need 7212 {ACT}", "OR-2009-0001"),
    (f"cigem refer anpe:demandeur:ABE-2009-00119 --to anpe --need 7212 {ACT}", "déjà orienté"),
    ("cigem receive --family-name Keita --on 1/10/2009 --by awa", "MG-2009-0001"),
    (f"cigem referrals prepare MG-2009-0001 --to anpe --need 7212 {ACT}", "OR-2009-0002"),
    (f"cigem referrals prepare MG-2009-0009 --to anpe {ACT}", "le plus proche est"),
    ("cigem referrals letter OR-2009-0002", "--out"),
    (f"cigem push anpe --to depot {ACT}", "2 en attente = 2 transmises"),
    (f"cigem referrals answer OR-2009-0001 accepter --said-by Sy --told-by téléphone {ACT}", "acceptée"),
    (f"cigem referrals withdraw OR-2009-0001 --because erreur {ACT}", "possible : refuser"),
    ("cigem referrals --outstanding --migrant MG-2009-0001 --on 2009-10-02", "OR-2009-0002"),
    ("cigem records demandeur --columns Nom,Prénom --limit 1", "Prénom(s) : Ssouleymane"),
    ('cigem records demandeur --to liste.xlsx --columns "Nom,Téléphones" --limit 9', "9 fiches : liste.xlsx"),
    ('cigem records demandeur --to liste.xlsx --columns "Nom,Téléphones"', "existe déjà"),
    ("cigem backup", "--to FICHIER (Un fichier qui n'existe pas encore)"),
    (f"cigem backup --to copie.sqlite {ACT}", "Copie entière"),
    (f"cigem backup --to copie.sqlite {ACT}", "existe déjà"),
    ("cigem restore copie.sqlite", "--to"),
    (f"cigem restore copie.sqlite --to repris.sqlite {ACT}", "Espace de travail repris"),
    ("cigem publish --period 2009-T3 --to sortie --dry-run", "Serait publié · 2009-Q3"),
    ("cigem publish --period 2009-T3 --to sortie", "sortie/bulletin.fr.html"),
    ("cigem publish --period 2009-T3 --to sortie", "n'est pas vide"),
)


def test_an_afternoon_of_slips_and_what_follows(typed: Callable[..., str]):
    """What is typed wrongly is answered by what to type; what is asked for with Ctrl-C ends there, and is not kept."""
    walk(typed, AFTERNOON)

    assert "Interrompu : ce qui n'était pas fini n'est pas gardé" in typed("cigem refer --to anpe --ask", "Nom :")
    assert "OR-2009-0003" not in typed("cigem referrals")


def test_a_morning_at_80_columns(typed: Callable[..., str], tmp_path: Path):
    """What an officer does on most days."""
    walk(typed, MORNING)

    mend(tmp_path / "a_corriger.xlsx")
    typed(f"cigem pull anpe a_corriger.xlsx --axis emploi {ACT} -q")
    number = typed("cigem receipt list").splitlines()[-1].split()[0]
    assert "27 lignes d'avant closes par ces fichiers" in typed(f"cigem receipt show {number}")


def walk(typed: Callable[..., str], lines: tuple[tuple[str, str], ...]) -> None:
    """Each line answers, in French, and no line of an answer is folded by the terminal."""
    wrong = []
    for line, expected in lines:
        answer = typed(line)
        plain = re.sub(r"\s+", " ", answer)
        if re.sub(r"\s+", " ", expected) not in plain:
            wrong.append(f"{line}: no {expected!r} in:\n{answer}")
        # A path is one word, however long.
        wrong += [f"{line}: {len(one)} columns: {one}" for one in answer.splitlines() if len(one) > 80 and " " in one.strip()]
        said = [TYPED.sub("", one) for one in answer.splitlines()]
        wrong += [f"{line}: {found[0]!r} in: {one}" for one in said if (found := ENGLISH.search(one))]
    assert not wrong, "\n".join(wrong)
