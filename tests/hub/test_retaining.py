"""A hub after its sessions' facts went: what it stands on, and which promises it still knows."""

from datetime import date, timedelta

from hub_app.core import events as e
from tests.support.hall import MINUTE, Hall, done, hall

DAY_MINUTES = 24 * 60


def ten_days_later(day: date) -> date:
    """A rule of its own: nothing here depends on which it is."""
    return day + timedelta(days=10)


def _with_promises(there: Hall) -> tuple[str, str]:
    """A session with two call-backs, one acknowledged; gives the session and the open one."""
    desk = there.desk("housing")
    referrals = list[str]()
    for _ in range(2):
        (visit,) = there.arrivals("housing")
        there.serve(desk, visit)
        due = there.hub.today().isoformat()
        done(
            there.hub.refer(visit.id, e.Referred("", desk, "dwp", due, "energy_bill", "call_back"))
        )
        referrals.append(there.hub.promised()[-1].referred.referral)
        done(there.hub.leave(visit.id))
    referrals = [one.referred.referral for one in there.hub.promised()]
    done(there.hub.acknowledge(referrals[0]))
    session = there.hub.session.id
    done(there.hub.close_session())
    done(there.hub.sign_off())
    return session, referrals[1]


def test_an_open_promise_outlives_its_session_until_somebody_has_it():
    there = hall()
    session, still_open = _with_promises(there)
    before = [one for one in there.hub.promised() if one.referred.referral == still_open]
    there.minutes_pass(11 * DAY_MINUTES)
    assert there.hub.overdue(ten_days_later) == (session,)
    assert there.hub.destroy(session) is None
    (kept,) = there.hub.promised()
    assert (kept.ticket, kept.day, kept.referred.to) == (
        before[0].ticket,
        before[0].day,
        before[0].referred.to,
    )
    there = there.restarted()
    assert [one.referred.referral for one in there.hub.promised()] == [still_open]
    done(there.hub.open_session())
    later = there.hub.session.id
    done(there.hub.acknowledge(still_open))
    assert there.hub.promised()[0].is_acknowledged
    done(there.hub.undo_acknowledge(still_open))
    done(there.hub.acknowledge(still_open))
    there.minutes_pass(15 * DAY_MINUTES)
    assert there.hub.destroy(later) is None
    assert there.hub.promised() == ()


def test_a_hub_whose_last_session_went_stands_on_none_and_opens_the_next():
    there = hall()
    session, _ = _with_promises(there)
    there.minutes_pass(11 * DAY_MINUTES)
    heard = list[str]()
    there.hub.listen(lambda: heard.append(there.hub.session.id))
    assert there.hub.destroy(session) is None
    assert heard == [""]
    assert there.hub.session.opened_at is None
    assert not there.hub.is_blank
    assert there.hub.overdue(ten_days_later) == ()
    assert there.restarted().hub.session.id == ""
    done(there.hub.open_session())
    assert done(there.hub.arrive()).ticket == "A1"


def test_a_session_that_stands_is_untouched_when_an_older_one_goes():
    there = hall()
    session, _ = _with_promises(there)
    there.minutes_pass(11 * DAY_MINUTES)
    done(there.hub.open_session())
    there.arrivals("housing", "energy")
    stands = there.hub.session
    assert there.hub.destroy(session) is None
    assert there.hub.session == stands
    assert there.restarted().hub.session == stands


def test_time_goes_on_after_what_was_latest_is_destroyed():
    there = hall()
    session, _ = _with_promises(there)
    at = there.log.latest_millis
    there.minutes_pass(11 * DAY_MINUTES)
    assert there.hub.destroy(session) is None
    there = there.restarted()
    there.clock.set(at - 60 * MINUTE)  # the clock is put back
    done(there.hub.open_session())
    assert there.hub.session.opened_at is not None
