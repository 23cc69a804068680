// A database that leaves nothing in the system's memory, and a process driven by lines of JSON.
//
// A line in is {"re": 1, "do": "seen"}, the answer one line with the same "re".
"use strict";

const readline = require("readline");
const leveldown = require("leveldown");

// Each write has reached the disk when it is answered.
function durable(location) {
  const store = leveldown(location);
  for (const name of ["_put", "_del", "_batch"]) {
    const write = store[name];
    store[name] = function (...given) {
      given[given.length - 2] = { ...given[given.length - 2], sync: true };
      return write.apply(this, given);
    };
  }
  return store;
}

function driven(doers) {
  const say = (said) => process.stdout.write(JSON.stringify(said) + "\n");
  const lines = readline.createInterface({ input: process.stdin });
  lines.on("line", async (line) => {
    const { re, do: asked, ...what } = JSON.parse(line);
    say({ re, is: await doers[asked](what) });
  });
  lines.on("close", () => process.exit(0));
  say({ up: process.pid });
}

const serving = (Local) => () =>
  new Promise((done) => {
    const app = require("express")();
    const mode = { mode: "minimumForPouchDB", overrideMode: { exclude: ["compression"] } };
    app.use("/", require("express-pouchdb")(Local, mode));
    const server = app.listen(0, "127.0.0.1", () => done(server.address().port));
  });

module.exports = { driven, durable, serving };
