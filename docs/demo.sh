#!/bin/sh
# Walks the road once, in a fresh folder, with the synthetic files of the sample.
set -eu

samples=$(cd "$(dirname "$0")/../plugins/cigem-anpe/samples/anpe" && pwd)
rm -rf demo && mkdir demo && cp "$samples"/*.csv demo/ && cd demo

say() { printf '\n\033[1m%s\033[0m\n' "$1"; }
run() { printf '\n\033[36m$ %s\033[0m\n' "$*"; "$@"; }

say "Les fichiers de l'ANPE (personnes fictives, disposition illustrative) arrivent au centre de Kayes."
run ls

export CIGEM_WORKSPACE=kayes.sqlite
run cigem init kayes.sqlite --on 2009-10-01 --by awa

say "1. Le dépôt de septembre : chaque ligne est acceptée, ou mise en quarantaine avec son adresse."
run cigem pull anpe demandeurs_200909.csv offres_200909.csv placements_200909.csv --axis employment-data --on 2009-10-01 --by awa

say "2. Le même dépôt une seconde fois : rien ne change."
run cigem pull anpe demandeurs_200909.csv offres_200909.csv placements_200909.csv --axis employment-data --on 2009-10-02 --by awa | head -n 10

say "3. Le dépôt d'octobre : les nouveautés et les modifications seulement."
run cigem pull anpe demandeurs_200910.csv --axis employment-data --on 2009-11-02 --by awa

say "4. Avant la signature, pas d'échange."
run cigem pull anpe demandeurs_200909.csv --on 2009-06-01 --by awa || true

say "5. Les lignes à corriger retournent à l'ANPE dans sa propre disposition, cases marquées et expliquées."
run cigem corrections anpe --to a_corriger.xlsx

say "6. Ce que le centre sait maintenant."
run cigem records
run cigem records job_seeker --limit 1
run cigem journal verify
run cigem doctor

printf '\n%s\n' "Tout est dans le dossier demo/ : recommencer par « cigem -w demo/kayes.sqlite … » (.venv/bin/cigem)."
