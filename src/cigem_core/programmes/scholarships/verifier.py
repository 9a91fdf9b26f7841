"""Vérifier un tirage de bourses, sans le logiciel qui l'a fait / Check a draw of scholarships without the program that made it.

    python verify.py [FOLDER] [--commitment DIGEST] [--package DIGEST]

Python 3.11 et sa bibliothèque standard suffisent. Ce programme recompte tout : qui est recevable, les points, l'ordre et le
sort, qui a quel siège, qui attend, et les empreintes. --commitment est l'empreinte de la liste publiée avant la graine,
--package celle du paquet publiée avec le résultat.
"""

# mypy: ignore-errors

import argparse
import hashlib
import json
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

FILES = ("call.toml", "inputs.json", "result.json")


def check(folder, commitment=None, package=None):
    """What does not agree, in sentences; nothing where everything does."""
    folder = Path(folder)
    try:
        content = {name: (folder / name).read_bytes() for name in FILES}
        manifest = json.loads((folder / "manifest.json").read_bytes())
        call = tomllib.loads(content["call.toml"].decode())
        inputs, result = json.loads(content["inputs.json"]), json.loads(content["result.json"])
        wrong = _digests(content, manifest, package)
        wrong += screening(call, inputs, result) + draw(call, inputs, result, manifest, commitment)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError) as error:
        return [f"illisible / unreadable: {type(error).__name__}: {error}"]
    return wrong


def _digests(content, manifest, package):
    """The files are those of the manifest, and the manifest is the one published."""
    right = {name: _sha(content[name]) for name in FILES}
    whole = _sha("".join(f"{name} {right[name]}\n" for name in FILES).encode())
    wrong = [] if manifest["files"] == right else ["manifest.json : autres empreintes / other digests"]
    wrong += [] if manifest["package"] == whole else ["manifest.json : autre empreinte du paquet / other digest of the package"]
    return wrong + ([] if package in (None, whole) else ["le paquet n'est pas celui publié / not the package published"])


def _sha(data):
    return hashlib.sha256(data).hexdigest()


def screening(call, inputs, result):
    """Who is eligible, who is to be decided and who is not, with the points."""
    lists = {"eligible": [], "to_review": [], "ineligible": []}
    for one in sorted(inputs["applications"], key=lambda one: one["application"]):
        where, line = _screened(call, one)
        lists[where].append({"application": one["application"], **line})
    return [f"{name} : la liste diffère / the list differs" for name in lists if result["screen"][name] != lists[name]]


def _screened(call, one):
    """The list an application belongs to, and its line there. The first reason that applies decides."""
    refusal = {"reason": None, "articles": [], "pieces": [], "counts": None}
    if one["deposited"] != "in time":
        return "ineligible", refusal | {"reason": one["deposited"]}
    if one["counts"] is not None:
        return "ineligible", refusal | {"reason": "double", "counts": one["counts"]}
    if one["missing"]:
        return "ineligible", refusal | {"reason": "incomplete", "pieces": one["missing"]}
    articles = [rule["article"] for rule in call.get("rule", [])]
    failed = list(dict.fromkeys(a for a, met in zip(articles, one["rules"], strict=True) if met is False))
    open_ = list(dict.fromkeys(a for a, met in zip(articles, one["rules"], strict=True) if met is None))
    if failed or (open_ and one["decided"] is False):
        return "ineligible", refusal | {"reason": "ineligible", "articles": failed or open_}
    if open_ and one["decided"] is None:
        return "to_review", {"undetermined": open_}
    return "eligible", {"score": _score(call, one)}


def _score(call, one):
    parts = [*call.get("score", []), *([call["review"]] if "review" in call else [])]
    return sum(given for given, _ in zip(one["points"], parts, strict=True))


def draw(call, inputs, result, manifest, commitment):
    """The list committed to, the order, the seats and who waits."""
    drawn, wrong = result["draw"], []
    seed, reference = manifest["seed"], call["reference"]
    eligible = [one for one in inputs["applications"] if _screened(call, one)[0] == "eligible"]
    here = {one["application"] for one in eligible}
    was = {one["application"]: one["listed"] for one in inputs["applications"] if one["listed"] is not None}  # by appeals
    listed = _sha("".join(f"{n}\n" for n in sorted(here - was.keys() | {n for n in was if was[n]})).encode())
    wrong += [] if manifest["commitment"] == listed else ["engagement : autre liste / commitment: another list"]
    wrong += [] if commitment in (None, listed) else ["la liste n'est pas celle annoncée / not the list announced"]
    same = (drawn["seed"], drawn["call"], manifest["call"]) == (seed, reference, reference)
    wrong += [] if same else ["autre graine ou autre appel / another seed or call"]
    taking_part = [one for one in eligible if not one["withdrawn"]]

    def key(one):
        then = [(value is None, -Decimal(value or 0)) for value in one["then"]]
        return -_score(call, one), then, _sha(f"{seed}|{reference}|{one['application']}".encode())

    order = sorted(taking_part, key=key)
    held, reserved = _seats(call, order)
    by_number = {one["application"]: one for one in order}
    placed, waiting = [n for n in by_number if n in held], [n for n in by_number if n not in held]
    told = {line["application"]: line for line in drawn["placed"]}
    if [line["application"] for line in drawn["placed"]] != placed:
        wrong.append("placés : autre liste / placed: another list")
    for number in set(placed) & set(told):
        one, line, seat = by_number[number], told[number], held[number]
        right = {"seat": seat, "rank_of_choice": one["choices"].index(seat) + 1, "score": _score(call, one)}
        types = one["reserves"] if number in reserved else ["open"]
        if line != {"application": number, "seat_type": line["seat_type"], **right} or line["seat_type"] not in types:
            wrong.append(f"{number} : autre siège, choix, points ou réserve / other seat, choice, points or reserve")
    lines = [{"application": n, "rank": at, "score": _score(call, by_number[n])} for at, n in enumerate(waiting, 1)]
    wrong += [] if drawn["waiting"] == lines else ["attente : autre liste / waiting: another list"]
    return wrong + ([] if drawn["seats"] == _counted(call, drawn["placed"]) else ["sièges : autre compte / seats: another count"])


def _counted(call, placed):
    """How many places of each seat and reserve are taken; more than there are is no right count."""
    lines = []
    for seat in call["seat"]:
        types = [line["seat_type"] for line in placed if line["seat"] == seat["code"]]
        reserves = [
            {"name": one["name"], "places": one["places"][seat["code"]], "taken": types.count(one["name"])}
            for one in call.get("reserve", [])
            if one["places"].get(seat["code"])
        ]
        if len(types) > seat["places"] or any(one["taken"] > one["places"] for one in reserves):
            raise ValueError(f"{seat['code']}: more people than places")
        lines.append({"seat": seat["code"], "places": seat["places"], "taken": len(types), "reserves": reserves})
    return lines


def _seats(call, order):
    """Deferred acceptance: all who have no seat propose to their next choice, until nobody does."""
    rank = {one["application"]: at for at, one in enumerate(order)}
    people = {one["application"]: one for one in order}
    least = {seat["code"]: seat.get("at_least", 0) for seat in call["seat"]}
    points = {n: _score(call, one) for n, one in people.items()}
    open_to = {n: [s for s in one["choices"] if s in one["accepted"] and points[n] >= least[s]] for n, one in people.items()}
    at, held, on_reserve, proposing = dict.fromkeys(people, 0), {}, {}, list(people)
    while proposing:
        new = {}
        for number in proposing:
            chosen = open_to[number]
            if at[number] < len(chosen):
                new.setdefault(chosen[at[number]], []).append(number)
                at[number] += 1
        proposing = []
        for seat, numbers in new.items():
            here = sorted([n for n, s in held.items() if s == seat] + numbers, key=rank.get)
            kept, reserved = _choice(call, seat, [people[n] for n in here])
            on_reserve[seat] = reserved
            for number in here:
                held.pop(number, None)
                if number in kept:
                    held[number] = seat
                else:
                    proposing.append(number)
    return held, {n for numbers in on_reserve.values() for n in numbers}


def _choice(call, seat, here):
    """Whom a seat keeps: those who can sit together on reserved places, in order; then the best of the others."""
    places = next(one["places"] for one in call["seat"] if one["code"] == seat)
    there = {one["name"]: one["places"].get(seat, 0) for one in call.get("reserve", [])}
    sitting = {name: [] for name in there}

    def sits(one, tried):
        for name in one["reserves"]:
            if name in there and name not in tried:
                tried.add(name)
                if len(sitting[name]) < there[name]:
                    sitting[name].append(one)
                    return True
                for other in list(sitting[name]):
                    if sits(other, tried):
                        sitting[name][sitting[name].index(other)] = one
                        return True
        return False

    reserved = []
    for one in here:
        if len(reserved) < places and sits(one, set()):
            reserved.append(one["application"])
    others = [one["application"] for one in here if one["application"] not in reserved]
    return {*reserved, *others[: places - len(reserved)]}, set(reserved)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", nargs="?", default=Path(__file__).parent)
    for name in ("--commitment", "--package"):
        asked.add_argument(name)
    given = asked.parse_args()
    found = check(given.folder, given.commitment, given.package)
    sys.stdout.write("\n".join(found or ["tout concorde / everything agrees"]) + "\n")
    sys.exit(1 if found else 0)
