import { writeSync } from 'node:fs';
import process from 'node:process';
import { isMainThread, threadId } from 'node:worker_threads';
import { install } from './adapters/install.js';
import { adaptersByName } from './adapters/runtime-adapters.js';
import { processName } from './command/process-name.js';
import { claimPlace, type Place } from './command/record.js';
import { readSettings, type RegisterSettings } from './command/settings.js';
import { TrailTeller } from './command/trail-teller.js';
import { FaultError } from './errors.js';
import { createInjector } from './injector.js';
import { frameText } from './stack.js';
import { NthPoint } from './sweep/nth-point.js';
import { errorText, tellsOfFailure } from './sweep/tells.js';

/*
 * For `node --import @nopage/fault/register`: instruments this whole process, for good, as the environment says (see
 * `RegisterSettings`). Of the whole package only this file changes anything by being loaded.
 */
try {
  const settings = readSettings(process.env);
  if (settings) start(settings);
} catch (error) {
  if (!(error instanceof FaultError)) throw error;
  say(`@nopage/fault/register: ${error.message}`);
  process.exit(2);
}

function placeIn(folder: string): Place {
  try {
    return claimPlace(folder, processName());
  } catch (error) {
    throw new FaultError('BAD_OPTION', { attribute: 'NOPAGE_FAULT_OUT', given: folder, range: `a folder that can be written to (${String(error)})` });
  }
}

function say(text: string): void {
  writeSync(2, `${text}\n`);
}

function start({ adapters, attributes, seed, nth, then, out }: RegisterSettings): void {
  const chosen = adaptersByName(adapters);
  const place = out === null ? null : placeIn(out);
  const failAt = nth !== null && (place ? [String(place.ordinal), place.name] : ['0']).includes(nth.process) ? nth.n : 0;
  const point = new NthPoint({ failAt, then, maxRequests: 100_000_000, nofail: 0, base: process.cwd(), isAllocator: undefined });
  const injector = attributes && createInjector(attributes, { name: 'fail_runtime', seed, now: () => performance.now(), print: (text) => say(text) });
  const teller = place && new TrailTeller(point, place.write);
  let busy = false;
  let told = false;

  /** What this does itself must not be counted: writing a line allocates. */
  const aside = <T>(run: () => T, otherwise: T): T => {
    if (busy) return otherwise;
    busy = true;
    try {
      return run();
    } finally {
      busy = false;
    }
  };
  const tellFailure = (): void => {
    const { failed } = point;
    if (told || !failed) return;
    told = true;
    place?.write({ event: 'failed', n: failAt, site: failed.site, request: failed.request, stack: failed.frames.slice(0, 20).map(frameText) });
  };

  place?.write({ event: 'start', name: place.name, pid: process.pid, thread: threadId, argv: process.argv.slice(1) });
  install(chosen, {
    shouldFailEx: (bytes, api) =>
      aside(() => {
        const before = point.trail.length;
        const fails = point.shouldFailEx(bytes, api);
        teller?.tell();
        tellFailure();
        // What the point did not count is the module loader's: no chance may fail it either.
        return fails || (point.trail.length > before && (injector?.shouldFailEx(bytes, api) ?? false));
      }, false),
    refused: (error) => point.refused(error),
  });
  process.on('exit', (code) => {
    const unmet = injector?.unmatchedRegions() ?? [];
    if (place === null && failAt > point.trail.length) unmet.push(`request ${failAt} never came: there were ${point.trail.length}`);
    if (injector && injector.failNth > 0) unmet.push(`failNth: ${injector.failNth} more requests had to come`);
    for (const line of unmet) say(`@nopage/fault/register: ${line}`);
    // Nothing was made to fail: the program must not be taken for one that has survived. What a worker or a child ends
    // with is for its parent to judge, which may have met what they have not.
    if (unmet.length > 0 && code === 0 && isMainThread && process.send === undefined) process.exitCode = 2;
  });
  if (!place) return;
  process.on('uncaughtExceptionMonitor', (error) => {
    aside(() => {
      const request = point.failed?.request ?? { api: '', bytes: null, gfp: null, order: null };
      place.write({ event: 'uncaught', error: errorText(error), tells: tellsOfFailure(error, point.refusals, request) });
    }, undefined);
  });
  process.on('exit', (code) => {
    aside(() => {
      point.close();
      place.write({ event: 'end', code });
    }, undefined);
  });
}
