#!/bin/sh
# Walks the road of the four agencies once, in a fresh folder, with the synthetic files of the samples.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
plugins=$here/../plugins
rm -rf demo && mkdir demo && cd demo
for agency in anpe apej fafpa ufae; do
    mkdir $agency && cp "$plugins"/cigem-$agency/samples/$agency/* $agency/
done

say() { printf '\n\n\033[1m%s\033[0m\n' "$1"; }
run() { printf '\n\033[36m$ %s\033[0m\n' "$*"; "$@"; }
# What comes after the first lines of a long answer stands in the receipt (--json) as well.
short() { printf '\n\033[36m$ %s\033[0m\n' "$*"; "$@" > .seen 2>&1; head -n "$lines" .seen; [ "$(wc -l < .seen)" -le "$lines" ] || echo "  …"; }

export COLUMNS=${COLUMNS:-110}
export CIGEM_WORKSPACE=kayes.sqlite

say "Le centre de Kayes et ses quatre structures partenaires (personnes fictives, dispositions illustratives)."
export CIGEM_APEJ_TOKEN=jeton-de-demonstration
: > adresses.txt
python "$here/partners.py" apej/jeunes.json apej/stages.json apej/projets.json > adresses.txt &
partners=$!
trap 'kill $partners 2> /dev/null' EXIT INT TERM
tries=0
until [ "$(wc -l < adresses.txt)" -eq 2 ] || [ $tries -eq 200 ]; do sleep 0.1; tries=$((tries + 1)); done
apej=$(sed -n 1p adresses.txt)
ufae=$(sed -n 2p adresses.txt)
run cigem init kayes.sqlite --on 2009-10-01 --by awa

by="--on 2009-10-01 --by awa"
say "1. L'ANPE dépose des fichiers CSV : chaque ligne est acceptée, ou mise en quarantaine avec son adresse."
lines=26
short cigem pull anpe anpe/demandeurs_200909.csv anpe/offres_200909.csv anpe/placements_200909.csv --axis employment-data $by

say "2. L'APEJ offre un service : une demande sur cinq y tourne mal, et rien ne se perd."
lines=40
short cigem pull apej "$apej" --axis employment-data $by

say "3. Le FAFPA remet le classeur de son plan de formation : l'adresse d'une anomalie est celle d'une case."
short cigem pull fafpa fafpa/plan_formation_2009.xlsx $by

say "4. L'UFAE envoie les réponses à son formulaire, dont les règles sont celles du formulaire lui-même."
short cigem pull ufae ufae/submissions.json $by

say "5. Les mêmes fichiers une seconde fois : rien ne change. Avant la signature : rien ne passe."
lines=9
short cigem pull anpe anpe/demandeurs_200909.csv --axis employment-data --on 2009-10-02 --by awa
run cigem pull ufae ufae/submissions.json --on 2009-06-01 --by awa || true

say "6. Les lignes à corriger retournent à chaque structure dans sa propre disposition, cases marquées et expliquées."
for agency in anpe apej ufae; do run cigem corrections $agency --to a_corriger_$agency.xlsx; done
run cigem corrections fafpa --to a_corriger.csv
run sed -i "s/Peut-être/Inscrit/; s/35\/01\/1980/vers 1980/" a_corriger-enrolment.csv
lines=12
short cigem pull fafpa a_corriger-enrolment.csv $by

say "7. Le centre oriente des personnes ; chaque champ ne part que si les deux conventions le permettent."
run cigem refer anpe:job_seeker:ANS-2009-00009 --to fafpa --session S002 --because "reconversion" $by
run cigem refer anpe:job_seeker:ANS-2009-00634 --to ufae --need 7212 --because "soudure" $by
run cigem refer apej young_person APEJ-000001 --to anpe --need 7212 $by
run cigem refer ufae trainee fd7bfe04-26c2-43e2-afff-c185c6186f74 --to apej --axis reception --because "projet" $by

say "8. Chaque structure les reçoit à sa manière : un fichier, un service, son propre classeur, un formulaire rempli."
run cigem push anpe --to depot/anpe $by
run cigem push apej --to "$apej" --axis reception $by
run cigem push fafpa --into fafpa/plan_formation_2009.xlsx --to depot/fafpa $by
run cigem push ufae --to "$ufae" $by
run cigem outbox list

say "9. Les réponses reviennent, et chaque orientation avance."
printf '\357\273\277N° orientation;Décision;Date;Motif du refus;Résultat\r\nOR-2009-0003;D;14/10/2009;;placé comme soudeur\r\n' \
    > anpe/reponses_20091015.csv
lines=9
short cigem pull anpe anpe/reponses_20091015.csv --on 2009-10-15 --by awa
short cigem pull apej "$apej" --axis reception --on 2009-10-15 --by awa
run cigem referrals

say "10. Ce que le centre sait maintenant, et qui se vérifie."
run cigem records
run cigem journal verify
run cigem export --to sortie --on 2009-10-15 --by awa
run cigem doctor

say "11. Les chiffres du trimestre, et le bulletin qui n'expose personne."
run cigem indicators --period 2009-Q3
run cigem publish --period 2009-Q3 --to bulletin --xlsx --on 2009-10-15 --by awa

printf '\n%s\n' "Tout est dans le dossier demo/ : recommencer par « cigem -w demo/kayes.sqlite … » (.venv/bin/cigem)."
