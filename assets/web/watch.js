// Watches over the page: says when the hub is gone, and opens afresh when it is back.
// Flet's client has no heartbeat. One that connects again compares all it shows with all it is
// sent, which on a deep page takes for ever, and then goes on showing old things. So it never
// connects again: a page opened afresh is always right, and the hub has kept what was half done.
(function () {
  "use strict";
  var LOOK_EVERY = 3000; // all in milliseconds
  var LOOK_AGAIN = 1000;
  var PATIENCE = 2500;
  var SHORT_LINE = 5000;
  var LONG_OPENING = 8000;
  var LONG_LOST = 30000;
  var MISSES = 2;
  var QUICK_FRAME = 50;
  var QUICK_FRAMES = 12;
  var FADE = 500; // as in watch.css

  var boot = null;
  var misses = 0;
  var next = 0;
  var isLeaving = false;
  var isCut = false;
  var lostSince = null;
  var opening = document.getElementById("opening-screen");
  var lost = document.getElementById("hub-lost");

  function opened() {
    var leaving = opening;
    opening = null;
    if (!leaving) return;
    leaving.classList.add("leaving");
    setTimeout(function () { leaving.remove(); }, FADE);
  }

  function openAfresh() {
    location.reload();
  }

  async function ask() {
    var abort = new AbortController();
    var timer = setTimeout(function () { abort.abort(); }, PATIENCE);
    try {
      var answer = await fetch("/api/health", { cache: "no-store", signal: abort.signal });
      return answer.ok ? (await answer.json()).boot : null;
    } catch (gone) {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  async function look() {
    clearTimeout(next);
    var answer = await ask();
    if (answer === null) {
      misses += 1;
      if (misses >= MISSES) sayLost();
    } else if (isCut || lostSince !== null || (boot !== null && answer !== boot)) {
      openAfresh();
      return;
    } else {
      misses = 0;
      boot = answer;
    }
    next = setTimeout(look, misses ? LOOK_AGAIN : LOOK_EVERY);
  }

  function sayLost() {
    if (lostSince === null) {
      lostSince = Date.now();
      lost.hidden = false;
    } else if (Date.now() - lostSince > LONG_LOST) {
      document.getElementById("lost-words").textContent =
        "It has not come back yet. Start Drop-in Hub again on this device. This page then opens by itself.";
      document.getElementById("lost-again").hidden = false;
    }
  }

  function cut(openedAt) {
    if (isLeaving || isCut) return;
    isCut = true;
    // A line that is refused again and again must not make the page flicker.
    setTimeout(look, performance.now() - openedAt < SHORT_LINE ? LOOK_EVERY : 0);
  }

  var Line = window.WebSocket;
  window.WebSocket = class extends Line {
    constructor(address, protocols) {
      super(isCut ? String(address).replace(/ws$/, "closed") : address, protocols || []);
      var self = this;
      self.addEventListener("open", function () {
        var openedAt = performance.now();
        self.addEventListener("close", function () { cut(openedAt); });
      });
    }
  };

  document.getElementById("lost-again").addEventListener("click", openAfresh);
  // Flutter's first frame is an empty one. The app gives the page its title when its first screen
  // is on the way; when frames then come quickly again, that screen is drawn.
  function openWhenQuick() {
    var quick = 0;
    var last = performance.now();
    function step(now) {
      quick = now - last < QUICK_FRAME ? quick + 1 : 0;
      last = now;
      if (quick < QUICK_FRAMES) requestAnimationFrame(step);
      else opened();
    }
    requestAnimationFrame(step);
  }
  var titled = new MutationObserver(function () {
    titled.disconnect();
    openWhenQuick();
  });
  titled.observe(document.querySelector("title"), { childList: true, characterData: true, subtree: true });
  window.addEventListener("flutter-first-frame", function () { setTimeout(opened, LONG_OPENING); }, { once: true });
  setTimeout(function () {
    if (opening) document.getElementById("opening-words").textContent = "Still opening. The first time takes longest.";
  }, LONG_OPENING);
  // WebKit brings a page back from its memory with Flutter's drawing stopped.
  window.addEventListener("pagehide", function () { isLeaving = true; });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) openAfresh();
  });
  look();
})();
