import { MmError, PageAllocator, profileOfRelease, type AllocatorTrace, type Profile } from '@nopage/mm';
import { RecordingError } from './errors.js';
import type { RecordedState } from './state-parser.js';

/** What a recording says of the kernel that made it. */
export interface KernelFacts {
  readonly release: string;
  readonly profile: Profile;
  readonly maxOrder: number;
  readonly pageblockOrder: number;
  /** Are there per-CPU lists? */
  readonly cachesPages: boolean;
  /** The order above 3 that per-CPU lists keep; null for none. */
  readonly hugeOrder: number | null;
  /** Does each operation say what happened inside it? */
  readonly hasEvents: boolean;
  /** vm.watermark_boost_factor. */
  readonly boostFactor: number;
  /** Could every movable page be moved, and is therefore told from others? A kernel's states say which ones could. */
  readonly movesPages: boolean;
}

/** Lists of orders 0 to 3, three types each; more of them are for huge pages. */
export const LOW_LISTS = 12;

/**
 * Reads the facts of a recording.
 *
 * @param line - Where they stand, for what is wrong with them; 0 where that is not known.
 * @throws {RecordingError} `UNKNOWN_PROFILE` when no profile reproduces the release, `CORRUPT` for facts that can't be.
 */
export function kernelFacts(facts: ReadonlyMap<string, string>, sysctls: ReadonlyMap<string, string>, line = 0): KernelFacts {
  const release = facts.get('release') ?? '';
  const profile = profileOfRelease(release);
  if (profile === null) throw new RecordingError('UNKNOWN_PROFILE', line, `no profile reproduces the kernel ${JSON.stringify(release)}`);
  const number = (map: ReadonlyMap<string, string>, name: string, fallback: number, most: number): number => {
    const value = map.has(name) ? Number(map.get(name)) : fallback;
    if (!Number.isInteger(value) || value < 0 || value > most) throw new RecordingError('CORRUPT', line, `${name}=${map.get(name) ?? ''} can't be`);
    return value;
  };
  const maxOrder = number(facts, 'max_page_order', 10, 15);
  const pageblockOrder = number(facts, 'pageblock_order', 9, maxOrder);
  const lists = number(facts, 'nr_pcp_lists', LOW_LISTS, 64);
  return {
    release, profile, maxOrder, pageblockOrder,
    cachesPages: lists > 0,
    hasEvents: facts.get('events') !== '0',
    hugeOrder: lists > LOW_LISTS && pageblockOrder > 3 ? pageblockOrder : null,
    boostFactor: number(sysctls, 'watermark_boost_factor', 15_000, 2 ** 31 - 1),
    movesPages: facts.get('movable') === '1',
  };
}

/**
 * An allocator that stands exactly as a recorded state.
 *
 * @throws {RecordingError} `BAD_STATE` when the state contradicts itself.
 */
export function restore(state: RecordedState, facts: KernelFacts, trace?: AllocatorTrace): PageAllocator {
  const { profile, maxOrder, pageblockOrder, cachesPages, hugeOrder, boostFactor, movesPages } = facts;
  // What was moved in the recording is no operation; here nothing is.
  const movePages = movesPages ? (): boolean => false : undefined;
  try {
    return PageAllocator.fromState(state, { profile, maxOrder, pageblockOrder, watermarkBoostFactor: boostFactor, pcp: cachesPages ? { hugeOrder } : false, trace, movePages });
  } catch (cause) {
    if (cause instanceof MmError) throw new RecordingError('BAD_STATE', state.line, `state ${state.label}: ${cause.message}`, { cause });
    throw cause;
  }
}
