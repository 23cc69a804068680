// A database of records: served to others, or filled and then emptied into one that is served.
"use strict";

const fs = require("fs");
const PouchDB = require("pouchdb");
const { driven, durable, serving } = require("./driven.js");

const [folder, kept] = process.argv.slice(2);
const options = { prefix: folder + "/", ...(kept === "durable" ? { db: durable } : {}) };
const Local = PouchDB.defaults(options);
const db = new Local("records");

const doers = {
  serve: serving(Local),

  fill: async ({ file }) => {
    await db.bulkDocs(JSON.parse(fs.readFileSync(file)));
    return (await db.info()).doc_count;
  },

  // Seconds until everything is at the other end; 0 leaves the batches at their own size.
  drain: async ({ port, batch_size }) => {
    const begun = process.hrtime.bigint();
    const size = batch_size ? { batch_size } : {};
    await db.replicate.to(`http://127.0.0.1:${port}/records`, size);
    return Number(process.hrtime.bigint() - begun) / 1e9;
  },

  count: async () => (await db.info()).doc_count,
};

driven(doers);
