// One database that follows another by live sync, or is followed; driven by lines of JSON.
//
// Moments are seconds of the machine's monotonic clock, which all processes of a machine share.
"use strict";

const fs = require("fs");
const PouchDB = require("pouchdb");
const { driven, durable, serving } = require("./driven.js");

const now = () => Number(process.hrtime.bigint()) / 1e9;
const rest = (seconds) => new Promise((go_on) => setTimeout(go_on, seconds * 1000));

const [folder, synced] = process.argv.slice(2);
const options = { prefix: folder + "/", ...(synced === "synced" ? { db: durable } : {}) };
const Local = PouchDB.defaults(options);
const db = new Local("hall");
const seen = new Map(); // by id: when its document was here
let waiting = null; // for so many documents
const live = { live: true, since: 0, include_docs: true };
db.changes(live).on("change", (change) => {
  if (!seen.has(change.id)) seen.set(change.id, now());
  if (waiting !== null && seen.size >= waiting.count) waiting.done(now());
});

function document(row) {
  const [origin, n, millis, counter, session, visit, kind, version, body] = row;
  const told = { millis, counter, session, visit, kind, version, body: JSON.parse(body) };
  return { _id: `fact:${origin}:${String(n).padStart(9, "0")}`, ...told };
}

const rows = (file, from, to) => JSON.parse(fs.readFileSync(file)).slice(from, to).map(document);

const doers = {
  serve: serving(Local),

  // The moment it begins; it goes on for as long as the process lives.
  follow: ({ port, batch_size }) => {
    const at = now();
    const sync = { live: true, retry: true, ...(batch_size ? { batch_size } : {}) };
    db.sync(`http://127.0.0.1:${port}/hall`, sync);
    return at;
  },

  // One document after another, with a pause after each: [id, begun, kept].
  tap: async ({ file, from, to, pause }) => {
    const taps = [];
    for (const row of rows(file, from, to)) {
      const begun = now();
      await db.put(row);
      taps.push([row._id, begun, now()]);
      await rest(pause * (0.5 + Math.random()));
    }
    return taps;
  },

  fill: async ({ file, from, to }) => {
    await db.bulkDocs(rows(file, from, to));
    return (await db.info()).doc_count;
  },

  seen: () => [...seen],

  // The moment at which so many documents were here.
  until: ({ count }) =>
    new Promise((done) => (seen.size >= count ? done(now()) : (waiting = { count, done }))),

  cpu: () => {
    const { user, system } = process.cpuUsage();
    return [(user + system) / 1e6, now()];
  },
};

driven(doers);
