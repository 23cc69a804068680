"""Scanning an invitation with the camera: what is handed on, what is not, and what is said."""

import subprocess
import sys

import flet as ft
import flet_camera as fc
import pytest

from hub_app.lan.pairing_code import QrCode, qr_text
from hub_app.ui import looking
from hub_app.ui.component import component
from hub_app.ui.feed import Feed
from hub_app.ui.ground import open_page
from hub_app.ui.hooks import use_feed
from hub_app.ui.looking import is_ours
from hub_app.ui.screens import join_camera
from hub_app.ui.screens.join_camera import CameraScan
from tests.support.headless import PHONE, Tab
from tests.support.seen import jpeg, seen
from tests.support.tcp_proxy import until

OURS = qr_text(QrCode("5c" * 32, bytes(16), 9765, ("192.168.1.20",)))
NEWER = "DIH2:something this version cannot read"
INVITATION, NEWER_ONE = jpeg(seen(OURS)), jpeg(seen(NEWER))
TICKET = jpeg(seen("http://192.168.1.20:8550/t/abc"))
NOTHING = jpeg(seen())
FRONT = fc.CameraDescription("front", fc.CameraLensDirection.FRONT, 0)
BACK = fc.CameraDescription("back", fc.CameraLensDirection.BACK, 90)


class CameraTab(Tab):
    """A tab on a device with cameras: `sees` is what they see, the last of it for ever.

    `fault` is what the browser says instead; while `is_slow` a picture is never taken.
    """

    def __init__(self, *sees, cameras=(FRONT,), fault="", is_slow=False, **how):
        self.feed, self.handed_on, self.is_shown = Feed(), [], True
        self.sees_next, self.cameras = list(sees), cameras
        self.fault, self.is_slow, self.unanswered, self.fails = fault, is_slow, [], False
        super().__init__(self._open, size=PHONE, **how)

    def _open(self, page):
        @component
        def Screen():
            use_feed(self.feed)
            shown = CameraScan(self._hand_on, key="scan") if self.is_shown else None
            return ft.Column([shown] if shown else [ft.Text("elsewhere")])

        open_page(page, self.feed, Screen)

    def _hand_on(self, text):
        if self.fails:
            raise OSError("planned")
        self.handed_on.append(text)

    def _answer(self, call):
        match call.name:
            case "get_available_cameras" if not self.fault:
                self._give(call, [_as_sent(camera) for camera in self.cameras])
            case "take_picture" if self.is_slow:
                self.unanswered.append(call)
            case "take_picture":
                sees = self.sees_next.pop(0) if len(self.sees_next) > 1 else self.sees_next[0]
                self._give(call, *([sees] if isinstance(sees, bytes) else [None, sees]))
            case "get_available_cameras":
                self._give(call, None, self.fault)
            case _:
                super()._answer(call)

    def _give(self, call, result, error=None):
        self.session.handle_invoke_method_results(call.control_id, call.call_id, result, error)

    def give_late(self):
        self._give(self.unanswered.pop(), INVITATION)

    @property
    def switched_on(self):
        """The names of the cameras switched on so far."""
        return [args["description"].name for name, args in self.calls if name == "initialize"]

    async def leave(self):
        self.is_shown = False
        self.feed.changed()
        await self.settle()


def _as_sent(camera):
    return {
        "name": camera.name,
        "lens_direction": camera.lens_direction.value,
        "sensor_orientation": camera.sensor_orientation,
    }


@pytest.fixture(autouse=True)
def _without_rest(monkeypatch):
    monkeypatch.setattr(looking, "_REST_SECONDS", 0)


# --- what is handed on ---------------------------------------------------------------------------


async def test_an_invitation_is_handed_on_once_and_the_camera_is_off(caplog):
    async with CameraTab(NOTHING, NOTHING, INVITATION) as tab:
        assert not tab.of_type(fc.Camera)
        assert tab.calls == []
        await tab.click("camera-on")
        await until(lambda: tab.handed_on)
        await tab.settle()
        assert tab.handed_on == [OURS]
        assert not tab.of_type(fc.Camera)
        assert tab.has("camera-on")
    assert OURS not in caplog.text


async def test_a_code_that_is_no_invitation_goes_nowhere_and_the_camera_looks_on():
    async with CameraTab(TICKET) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.sees("That is another picture."))
        assert tab.handed_on == []
        tab.sees_next = [INVITATION]
        await until(lambda: tab.handed_on)
        assert tab.handed_on == [OURS]


async def test_an_invitation_of_a_newer_version_is_handed_on_to_be_told_so():
    async with CameraTab(NEWER_ONE) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.handed_on)
        assert tab.handed_on == [NEWER]


@pytest.mark.parametrize(
    "text",
    ["", "DIH", "DIH0:abc", " DIH1:abc", "dih1:abc", "https://DIH1:abc", "DIH1:" + "A" * 400],
)
def test_nothing_else_passes_for_an_invitation(text):
    assert not is_ours(text)


async def test_a_failing_picture_is_taken_again():
    async with CameraTab("no frame yet", INVITATION) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.handed_on)
        assert [name for name, _ in tab.calls].count("take_picture") == 2


# --- which camera, and until when ----------------------------------------------------------------


async def test_the_camera_on_the_back_comes_first_and_the_other_is_a_tap_away():
    async with CameraTab(NOTHING, cameras=(FRONT, BACK)) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.has("camera-turn"))
        assert tab.sees("Point the camera at the picture on the other tablet.")
        await tab.click("camera-turn")
        await until(lambda: len(tab.switched_on) == 2)
        await tab.click("camera-turn")
        await until(lambda: len(tab.switched_on) == 3)
        assert tab.switched_on == ["back", "front", "back"]
        assert all(not a["enable_audio"] for name, a in tab.calls if name == "initialize")


async def test_one_camera_cannot_be_changed_for_another():
    async with CameraTab(NOTHING) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.sees("Point the camera at"))
        assert not tab.has("camera-turn")


async def test_somebody_switches_it_off_and_on_again():
    async with CameraTab(NOTHING) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.sees("Point the camera at"))
        await tab.click("camera-off")
        assert not tab.of_type(fc.Camera)
        tab.sees_next = [INVITATION]
        await tab.settle()
        assert tab.handed_on == []
        await tab.click("camera-on")
        await until(lambda: tab.handed_on)


async def test_a_camera_nobody_holds_anything_before_is_switched_off(monkeypatch):
    monkeypatch.setattr(looking, "LOOKS", 3)
    async with CameraTab(NOTHING) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.sees("The camera was switched off"))
        assert not tab.of_type(fc.Camera)
        assert [name for name, _ in tab.calls].count("take_picture") == 3


async def test_a_picture_that_comes_after_its_screen_has_gone_is_neither_read_nor_in_the_way():
    async with CameraTab(is_slow=True) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.unanswered)
        await tab.leave()
        tab.give_late()  # Flet raises, and the page loses its line, if it does not know the camera
        await tab.settle()
        assert tab.sees("elsewhere")
        assert tab.handed_on == []


async def test_a_picture_that_comes_after_the_camera_was_switched_off_is_not_read():
    async with CameraTab(is_slow=True) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.unanswered)
        await tab.click("camera-off")
        tab.give_late()
        await tab.settle()
        assert tab.handed_on == []
        assert tab.has("camera-on")


async def test_a_page_whose_line_drops_comes_back_with_the_camera_off():
    async with CameraTab(is_slow=True) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.unanswered)
        await tab.disconnect()
        await tab.connect()
        assert tab.has("camera-on")
        assert not tab.of_type(fc.Camera)


# --- where there is none -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("CameraException(cameraNotFound, No camera found)", "No camera was found here."),
        ("CameraException(CameraAccessDenied, not granted.)", "does not let this page use"),
        ("Null check operator used on a null value", "The camera can’t be used now."),
    ],
)
async def test_what_the_browser_cannot_do_is_one_sentence_and_can_be_tried_again(fault, said):
    async with CameraTab(INVITATION, fault=fault) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.sees(said))
        assert tab.sees("Type the code")
        tab.fault = ""
        await tab.click("camera-on")
        await until(lambda: tab.handed_on)
        await tab.settle()
        assert not tab.sees(said)


async def test_a_device_without_a_camera_says_so():
    async with CameraTab(cameras=()) as tab:
        await tab.click("camera-on")
        await until(lambda: tab.sees("No camera was found here."))
        assert not tab.of_type(fc.Camera)


async def test_a_camera_that_goes_on_failing_is_given_up():
    async with CameraTab("broken") as tab:
        await tab.click("camera-on")
        await until(lambda: tab.sees("The camera can’t be used now."))
        assert [name for name, _ in tab.calls].count("take_picture") == 3


async def test_a_fault_in_what_the_text_is_for_is_told():
    async with CameraTab(INVITATION, may_fail=True) as tab:
        tab.fails = True
        await tab.click("camera-on")
        await until(lambda: tab.sees("That did not work."))
        await tab.settle()
        assert not tab.of_type(fc.Camera)


async def test_without_the_extra_nothing_is_offered(monkeypatch):
    monkeypatch.setattr(join_camera, "_NEEDED", ("no_such_module",))
    join_camera._is_installed.cache_clear()
    try:
        async with CameraTab() as tab:
            assert not tab.has("camera-on")
            assert not join_camera.is_offered(tab.page)
    finally:
        join_camera._is_installed.cache_clear()


async def test_a_program_window_without_a_browser_is_offered_nothing():
    async with CameraTab() as tab:
        assert join_camera.is_offered(tab.page)
        tab.session.apply_page_patch({"web": False})
        assert not join_camera.is_offered(tab.page)


def test_the_screens_do_without_the_libraries_of_the_extra():
    without = "import sys; sys.modules.update(flet_camera=None, zxingcpp=None, PIL=None); "
    asks = (
        "from hub_app.ui.screens.join import is_offered; from types import SimpleNamespace as N; "
    )
    told = "print(is_offered(N(web=True)))"
    said = subprocess.check_output([sys.executable, "-c", without + asks + told], timeout=60)
    assert said.split() == [b"False"]
