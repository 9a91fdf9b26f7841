"""Two who post the same letters at once: one effect, and the one it was accepted from is right."""

from __future__ import annotations

import threading

from agency_services import (
    ON,
    REFUSED,
    acts,
    again,
    parcels,
    push,
    refer,
    states,
)


def test_two_who_push_at_once_send_everything_once(centre, database, service):
    """Whoever comes second finds that it was sent; one effect each, one line each in the journal."""
    numbers = [refer(centre) for _ in range(6)]
    done, barrier = [], threading.Barrier(3)

    def run():
        with again(centre, database) as other:
            barrier.wait()
            done.append(push(other, service.url))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert service.effects == dict.fromkeys(numbers, 1)
    assert set(states(centre).values()) == {"sent"}
    assert acts(centre)["sent"] == 6
    assert len(done) == 3
    assert sum(one.delayed + one.refused for one in done) == 0
    assert centre.verify_journal() is None


def test_of_two_who_send_one_letter_the_one_it_was_accepted_from_is_right(centre, database, service):
    """What has arrived is never said to be refused, for then it could be taken back and have a second effect."""
    number = refer(centre)
    serving, answer = service._serving, service._serving.answer

    def answers(received):
        """While the first is being answered, another sends the same, is accepted, and the first is refused."""
        serving.answer = answer
        with again(centre, database) as other:
            other.retry("apej", on=ON, by="moussa")
        return REFUSED

    serving.answer = answers
    done = push(centre, service.url)

    assert (done.sent, done.refused, done.faults) == (1, 0, ())
    assert (states(centre), parcels(centre), service.effects) == ({number: "sent"}, {1: "left"}, {number: 1})
    assert acts(centre) == {"push": 1, "sent": 1}
