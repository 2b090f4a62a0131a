from __future__ import annotations

import collections
import random
import threading
import typing as t

from erlen.serving.permits import Permits, Turn


def free(permits: Permits) -> int:
    """Take all that are there, and say how many."""
    number = 0
    while (turn := permits.ask()) is None:
        number += 1
    permits.forsake(turn)
    return number


def wait_in_line(permits: Permits) -> Turn:
    turn = permits.ask()
    assert turn is not None
    return turn


def test_there_are_as_many_as_were_made() -> None:
    assert free(Permits(3)) == 3


def test_who_comes_first_is_served_first() -> None:
    permits = Permits(1)
    permits.take()
    first, second = wait_in_line(permits), wait_in_line(permits)
    for came in ([True, False], [True, True]):
        permits.give_back()
        assert [first.has_come, second.has_come] == came


def test_who_has_just_given_back_does_not_overtake() -> None:
    permits = Permits(1)
    permits.take()
    first = wait_in_line(permits)
    permits.give_back()
    again = wait_in_line(permits)
    assert first.has_come
    assert not again.has_come


def test_a_turn_that_has_come_ends_the_wait() -> None:
    permits = Permits(1)
    permits.take()
    waiting = threading.Thread(target=permits.take)
    waiting.start()
    permits.give_back()
    waiting.join()
    permits.give_back()
    assert free(permits) == 1


def test_a_place_in_line_that_is_given_up_ends_the_wait() -> None:
    permits = Permits(1)
    permits.take()
    first, second = wait_in_line(permits), wait_in_line(permits)
    permits.leave(first)
    first.wait()
    assert not first.has_come
    permits.give_back()
    assert second.has_come


def test_leaving_too_late_leaves_the_permit_to_its_holder() -> None:
    permits = Permits(1)
    permits.take()
    turn = wait_in_line(permits)
    permits.give_back()
    permits.leave(turn)
    assert turn.has_come
    assert free(permits) == 0
    permits.forsake(turn)
    assert free(permits) == 1


class Late(collections.deque[None]):
    """Has something just after it was looked at in vain."""

    looked = False

    def pop(self) -> None:  # type: ignore[override]
        if not self.looked:
            self.looked = True
            self.append(None)
            raise IndexError
        super().pop()


def test_a_permit_that_comes_free_while_somebody_lines_up_is_that_ones() -> None:
    permits = Permits(0)
    permits._free = Late()
    assert wait_in_line(permits).has_come


def test_none_is_lost_or_made_when_many_come_and_go() -> None:
    permits, held, most = Permits(3), [0], [0]

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(300):
            turn = permits.ask()
            if turn is not None and chance.random() < 0.5:
                leaving = threading.Timer(chance.random() / 1000, permits.leave, [turn])
                leaving.start()
                turn.wait()
                leaving.join()
                if chance.random() < 0.5 or not turn.has_come:
                    permits.forsake(turn)
                    continue
            elif turn is not None:
                turn.wait()
            held.append(1)
            most[0] = max(most[0], sum(held))
            held.remove(1)
            permits.give_back()

    threads: t.Any = [threading.Thread(target=work, args=(seed,)) for seed in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert 1 <= most[0] <= 3
    assert free(permits) == 3
