// The documented examples of packages that nobody here wrote, as scenarios: each loads its package (after the adapters
// stand) and returns what is run. What it returns is compared between runs.
import { createReadStream, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const require = createRequire(import.meta.url);
const text = 'the quick brown fox jumps over the lazy dog. '.repeat(40);

/** What a callback is given, as a promise. */
const called = (run) => new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value))));

export const examples = {
  'fflate: gzipSync, gunzipSync': async () => {
    const { gzipSync, gunzipSync, strFromU8, strToU8 } = await import('fflate');
    return () => strFromU8(gunzipSync(gzipSync(strToU8(text), { mtime: 0 })));
  },
  'fflate: zipSync, unzipSync': async () => {
    const { strToU8, unzipSync, zipSync } = await import('fflate');
    return () => Object.keys(unzipSync(zipSync({ dir: { 'a.txt': strToU8(text) }, 'b.txt': strToU8('b') }, { mtime: new Date(2020, 1, 1) })));
  },
  'fflate: Gzip stream': async () => {
    const { Gzip, strToU8 } = await import('fflate');
    return () => {
      const chunks = [];
      const stream = new Gzip({ mtime: 0 }, (chunk) => chunks.push(...chunk));
      stream.push(strToU8(text));
      stream.push(strToU8('end'), true);
      return chunks.length;
    };
  },
  'pako: deflate, inflate': async () => {
    const { deflate, inflate } = await import('pako');
    return () => JSON.parse(inflate(deflate(JSON.stringify({ my: 'super', puper: [456, 567], awesome: 'pako' })), { toText: true }));
  },
  'pako: Deflate in chunks': async () => {
    const { Deflate, inflate } = await import('pako');
    return () => {
      const deflator = new Deflate();
      deflator.push(text, false);
      deflator.push('end', true);
      if (deflator.err) throw new Error(deflator.msg);
      return inflate(deflator.result, { toText: true }).length;
    };
  },
  'pngjs: PNG.sync': async () => {
    const { PNG } = require('pngjs');
    return () => PNG.sync.read(PNG.sync.write(new PNG({ width: 4, height: 4 }))).data.length;
  },
  'pngjs: parse(data, callback)': async () => {
    const { PNG } = require('pngjs');
    const image = PNG.sync.write(new PNG({ width: 8, height: 8 }));
    return async () => (await called((done) => new PNG({ filterType: 4 }).parse(image, done))).data.length;
  },
  'pngjs: file.pipe(new PNG()).on("parsed").pack()': async () => {
    const { PNG } = require('pngjs');
    const file = join(mkdtempSync(join(tmpdir(), 'nopage-proof-')), 'in.png');
    writeFileSync(file, PNG.sync.write(new PNG({ width: 8, height: 8 })));
    return () => new Promise((resolve, reject) => {
      const source = createReadStream(file).on('error', reject);
      source.pipe(new PNG({ filterType: 4 })).on('error', reject).on('parsed', function parsed() {
        let bytes = 0;
        this.pack().on('data', (chunk) => { bytes += chunk.length; }).on('end', () => resolve(bytes)).on('error', reject);
      });
    });
  },
  'jpeg-js: decode': async () => {
    const { decode, encode } = require('jpeg-js');
    const { data } = encode({ data: Buffer.alloc(16 * 16 * 4), width: 16, height: 16 }, 50);
    return () => decode(data, { useTArray: true }).data.length;
  },
  'raw-body: getRawBody(request)': async () => {
    const getRawBody = require('raw-body');
    return async () => String(await getRawBody(Readable.from([Buffer.from('{"a":'), Buffer.from('1}')]), { length: 7, limit: '1mb' }));
  },
  'yauzl: fromBuffer, openReadStream': async () => {
    const { fromBuffer } = require('yauzl');
    const { strToU8, zipSync } = await import('fflate');
    const zip = Buffer.from(zipSync({ 'a.txt': strToU8(text) }, { mtime: new Date(2020, 1, 1) }));
    return () => new Promise((resolve, reject) => {
      fromBuffer(zip, { lazyEntries: true }, (error, zipfile) => {
        if (error) return void reject(error);
        const found = [];
        zipfile.readEntry();
        zipfile.on('error', reject).on('end', () => resolve(found)).on('entry', (entry) => {
          zipfile.openReadStream(entry, (failed, stream) => {
            if (failed) return void reject(failed);
            let bytes = 0;
            stream.on('data', (chunk) => { bytes += chunk.length; }).on('error', reject).on('end', () => {
              found.push([entry.fileName, bytes]);
              zipfile.readEntry();
            });
          });
        });
      });
    });
  },
  'jszip: generateAsync, loadAsync': async () => {
    const JSZip = require('jszip');
    return async () => {
      const zip = new JSZip();
      zip.file('hello.txt', 'Hello World\n', { date: new Date(0) });
      zip.folder('images').file('smile.gif', Buffer.from('R0lGODdhBQAFAIACAAAAAP/eACwAAAAABQAFAAACCIwPkWerClIBADs=', 'base64'), { date: new Date(0) });
      const again = await JSZip.loadAsync(await zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' }));
      return [await again.file('hello.txt').async('string'), (await again.file('images/smile.gif').async('uint8array')).length];
    };
  },
  '@msgpack/msgpack: encode, decode': async () => {
    const { decode, encode } = await import('@msgpack/msgpack');
    return () => decode(encode({ nil: null, integer: 1, float: Math.PI, string: text, binary: Uint8Array.from([1, 2, 3]), array: [10, 20, 30], map: { foo: 'bar' } }));
  },
  '@msgpack/msgpack: decodeAsync(stream)': async () => {
    const { decodeAsync, encode } = await import('@msgpack/msgpack');
    const bytes = encode({ hello: 'world', text });
    return () => decodeAsync(Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]));
  },
  'csv-parse: parse(text, callback)': async () => {
    const { parse } = await import('csv-parse');
    return () => called((done) => parse('a:b\nc:d\n"e\n":f\n', { delimiter: ':' }, done));
  },
  'csv-parse: readable stream': async () => {
    const { parse } = await import('csv-parse');
    return async () => {
      const records = [];
      const parser = parse({ delimiter: ':' });
      parser.write('root:x:0:0:root:/root:/bin/bash\n');
      parser.write('someone:x:1022:1022::/home/someone:/bin/bash\n');
      parser.end();
      for await (const record of parser) records.push(record);
      return records;
    };
  },
  'csv-parse: sync': async () => {
    const { parse } = await import('csv-parse/sync');
    return () => parse('"key_1","key_2"\n"value 1","value 2"', { columns: true, skip_empty_lines: true });
  },
  'sql.js: new SQL.Database(), exec, export': async () => {
    const SQL = await require('sql.js')();
    return () => {
      const db = new SQL.Database();
      db.run("CREATE TABLE hello (a int, b char); INSERT INTO hello VALUES (0, 'hello'); INSERT INTO hello VALUES (1, 'world');");
      const stmt = db.prepare('SELECT * FROM hello WHERE a=:aval AND b=:bval');
      const row = stmt.getAsObject({ ':aval': 1, ':bval': 'world' });
      stmt.free();
      const copy = new SQL.Database(db.export());
      const rows = copy.exec('SELECT count(*) FROM hello')[0].values;
      copy.close();
      db.close();
      return [row, rows];
    };
  },
  'sql.js: initSqlJs()': async () => {
    const initSqlJs = require('sql.js');
    const path = require.resolve('sql.js');
    return async () => {
      // Each run loads the library afresh: it remembers its first initialisation.
      delete require.cache[path];
      const SQL = await require('sql.js')();
      return [typeof SQL.Database, initSqlJs.length];
    };
  },
  'pino: to a stream': async () => {
    const { default: pino } = await import('pino');
    return () => {
      const lines = [];
      const logger = pino({ base: null, timestamp: false }, new Writable({ write: (chunk, _encoding, done) => { lines.push(String(chunk)); done(); } }));
      logger.info('hello world');
      logger.child({ a: 'property' }).info({ nested: { text } }, 'hello child!');
      return lines;
    };
  },
  'pino: to a file, sync': async () => {
    const { default: pino } = await import('pino');
    const file = join(mkdtempSync(join(tmpdir(), 'nopage-proof-')), 'out.log');
    return () => {
      writeFileSync(file, '');
      const destination = pino.destination({ dest: file, sync: true });
      try {
        pino({ base: null, timestamp: false }, destination).info('hello world');
        destination.flushSync();
      } finally {
        destination.end();
      }
      return readFileSync(file, 'latin1');
    };
  },
  'prom-client: registry.metrics()': async () => {
    const { default: client } = await import('prom-client');
    return async () => {
      const registry = new client.Registry();
      const histogram = new client.Histogram({ name: 'seconds', help: 'h', buckets: [0.1, 5], registers: [registry] });
      histogram.observe(0.2);
      const counter = new client.Counter({ name: 'requests', help: 'h', labelNames: ['code'], registers: [registry] });
      counter.inc({ code: 200 });
      return registry.metrics();
    };
  },
  'node: pipeline through gzip': async () => {
    const { createGunzip, createGzip } = await import('node:zlib');
    return async () => {
      const chunks = [];
      await pipeline(Readable.from([text]), createGzip(), createGunzip(), new Writable({ write: (chunk, _e, done) => { chunks.push(String(chunk)); done(); } }));
      return chunks.join('').length;
    };
  },
};
