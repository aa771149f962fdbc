import { eraOf, parse, parseRelease, permits as permitsOf, type Era, type FailureEvent, type Permits, type Release } from '@nopage/gfp';
import { callPathOf, contextOf, framesOf, type CallPath, type Context, type Frames } from './caller/call-path.js';
import type { Frequency, SignatureMatch } from './explanation.js';
import { ageOf } from './kernel/age.js';
import { likelyReading } from './kernel/likely-reading.js';
import type { Age } from './kernel/version.js';
import { signaturesOf } from './signatures/signatures-of.js';
import { frequencyOf, type Sightings } from './summary/frequency.js';
import { machineMemoryOf, type MachineMemory } from './zones/machine-memory.js';
import { withinReach } from './zones/zone-classes.js';
import { zoneMathOf, type ZoneMath } from './zones/zone-math.js';

/** What the rules reason about: everything that follows from the event alone, worked out once. */
export interface Facts {
  readonly release: Release | null;
  /** Between which releases the kernel lies: by its release, or by the layout of the report; null when neither tells. */
  readonly age: Age | null;
  readonly order: number | null;
  readonly pageBytes: number;
  readonly permits: Permits | null;
  /** May the caller sleep? Null when the mask could not be read. */
  readonly canSleep: boolean | null;
  /** Who was running. */
  readonly comm: string | null;
  /** Is this flag in the mask, alone or inside a compound name? False when the mask could not be read. */
  has(name: string): boolean;
  readonly frames: Frames;
  readonly context: Context;
  readonly path: CallPath | null;
  /** The module of the innermost frame that names one; null when none does. */
  readonly module: string | null;
  /** One per zone of the event, same order. */
  readonly zones: readonly ZoneMath[];
  /** Zones that the request could have used, in the report's order. */
  readonly eligible: readonly ZoneMath[];
  /** Those of them that would serve it by the numbers printed. */
  readonly granting: readonly ZoneMath[];
  readonly memory: MachineMemory;
  readonly signatures: readonly SignatureMatch[];
  readonly frequency: Frequency;
  /** Did an allocator of this program refuse, and not a kernel? Its zones are exact, and no sysctl helps. */
  readonly live: boolean;
  /** Is this the small kernel that saves a crash dump? */
  readonly crashKernel: boolean;
  /** Is it a build for debugging with KASAN, which holds memory itself? */
  readonly kasan: boolean;
}

/** What is known beside the event itself. */
export interface Beside {
  /** Release to assume when the event has none. */
  readonly kernel?: string | null;
  /** How often this kind of failure was seen. */
  readonly sightings?: Sightings;
}

interface Mask {
  readonly names: ReadonlySet<string>;
  readonly word: number | null;
  readonly era: Era | null;
}

function maskOf({ mode }: FailureEvent, kernel: string | null, release: Release | null): Mask {
  const likely = kernel === null ? likelyReading(mode) : null;
  const era = release === null ? (likely?.era ?? null) : eraOf(release);
  const names = new Set(mode?.names ?? likely?.names ?? []);
  const word = mode?.mask ?? (era !== null && names.size > 0 ? parse([...names].join('|'), era).mask : null);
  return { names, word, era };
}

/** Everything the rules need to know of an event. */
export function factsOf(given: FailureEvent, beside: Beside = {}): Facts {
  const kernel = given.kernel ?? beside.kernel ?? null;
  const release = kernel === null ? null : parseRelease(kernel);
  const { names, word, era } = maskOf(given, kernel, release);
  const asked = given.permits ?? (word !== null && era !== null ? permitsOf(word, era) : null);
  const permits = asked === null ? null : withinReach(asked, given);
  const event: FailureEvent = permits === given.permits ? given : { ...given, permits };
  const has = (name: string): boolean => names.has(name) || (word !== null && era !== null && (word & (era.bits[name] ?? 0)) !== 0);
  const frames = framesOf(event);
  const path = callPathOf(event, frames);
  const zones = zoneMathOf(event, release);
  // A kernel's release starts with its number; ours are named after the profile. Bytes without pages are asked of a runtime.
  const live = event.source === null && (/^linux-\d/.test(kernel ?? '') || (event.kind === 'page-allocation-failure' && event.order === null && event.bytes !== null) || event.reason === 'injected');
  const { order, comm, detail } = event;
  const canSleep = permits?.sleep ?? null;
  const age = ageOf(event, release);
  const eligible = zones.filter((zone) => zone.eligible);
  const granting = eligible.filter((zone) => zone.verdict.allowed === true);
  const signatures = live ? [] : signaturesOf(event, { order, age, permits, canSleep, has, frames, path, eligible });
  const handled = signatures.some(({ harmless }) => harmless) && signatures.every(({ nature }) => nature === 'noise');
  return {
    release, age, order, permits, canSleep, comm, has, frames, path, zones, eligible, granting, signatures, live,
    pageBytes: event.pageBytes ?? 4096,
    module: typeof detail['module'] === 'string' ? detail['module'] : null,
    context: contextOf(event, frames, path),
    memory: machineMemoryOf(event),
    frequency: frequencyOf(event, handled ? 'absorbed' : (path?.harm ?? null), beside.sightings),
    kasan: frames.all.some((name) => /^_*(?:asan|kasan)_/.test(name)),
    crashKernel: frames.all.some((name) => name.includes('kdump')) || detail['crashKernel'] === true,
  };
}
