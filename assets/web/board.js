// Keeps the wall board, or a family's page, as the hall is now; and says so when it cannot.
// Plain enough for an old phone. The style sheet has a fuse of its own: should this script be
// missing or fall over, the page stops showing calls all the same.
(function () {
  "use strict";
  var STALE = 8000; // all in milliseconds
  var LOOK_EVERY = 1000;
  var CONNECT_EVERY = 4000;
  var RELOAD_EVERY = 5000;

  var body = document.body;
  var live = body.getAttribute("data-live");
  var line = null;
  var heard = Date.now();
  var connected = 0;
  var least = null;
  var tick = false;
  var isStopped = false;

  function byId(id) {
    return document.getElementById(id);
  }

  function put(id, html) {
    var place = byId(id);
    // What is the same is left alone: a reader is not told it twice, and nothing flickers.
    if (!place || place.hubShown === html) return;
    var before = place.hubShown === undefined ? null : texts(place);
    place.hubShown = html;
    place.innerHTML = html;
    if (before && id === "calls") pointOut(place, before);
  }

  function texts(place) {
    var said = [];
    for (var i = 0; i < place.children.length; i++) said.push(place.children[i].textContent);
    return said;
  }

  function pointOut(place, before) {
    for (var i = 0; i < place.children.length; i++) {
      var row = place.children[i];
      if (row.className && before.indexOf(row.textContent) < 0) row.className += " fresh";
    }
  }

  // A phone that slept may be handed what was sent before: it counts only if it came quickly.
  function isFresh(at) {
    var lag = Date.now() - at;
    if (least === null || lag < least) least = lag;
    return lag - least < STALE;
  }

  function alive(at) {
    if (!isFresh(at)) return;
    if (isStopped) put("said", "");
    heard = Date.now();
    tick = !tick;
    isStopped = false;
    body.className = body.className.replace(/ (tick|tock|stopped)/g, "") + (tick ? " tick" : " tock");
  }

  function stop() {
    if (isStopped) return;
    isStopped = true;
    body.className = body.className.replace(/ (tick|tock|stopped)/g, "") + " stopped";
    put("said", byId("stopped").innerHTML);
  }

  function show(event) {
    var look = JSON.parse(event.data);
    alive(look.at);
    for (var id in look.parts) put(id, look.parts[id]);
    body.setAttribute("data-kind", look.kind);
    document.title = look.title;
  }

  function end() {
    drop();
    live = null;
    body.removeAttribute("data-live");
    body.className = body.className.replace(/ (tick|tock|stopped)/g, "");
  }

  function drop() {
    if (line) line.close();
    line = null;
  }

  function connect() {
    drop();
    least = null;
    connected = Date.now();
    line = new EventSource(live);
    line.addEventListener("look", show);
    line.addEventListener("beat", function (event) { alive(Number(event.data)); });
    line.addEventListener("end", end);
  }

  function look() {
    if (!live) return;
    var now = Date.now();
    if (now - heard > STALE || now < heard - STALE) stop();
    var isShut = !line || line.readyState === 2;
    if ((isStopped || isShut) && Math.abs(now - connected) > CONNECT_EVERY) connect();
  }

  if (!live) return;
  if (!window.EventSource) {
    setTimeout(function () { location.reload(); }, RELOAD_EVERY);
    return;
  }
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) location.reload();
  });
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
  setInterval(look, LOOK_EVERY);
  connect();
})();
