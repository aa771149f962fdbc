// Flag words in the numbering of 6.12, typed so that a mix that contradicts itself does not compile.

declare const claims: unique symbol;

/** What the type of a word knows about it. */
export interface GfpClaims {
  /** Has leave to wait (`__GFP_DIRECT_RECLAIM`). */
  readonly wait: boolean;
  /** Must not fail (`__GFP_NOFAIL`). */
  readonly nofail: boolean;
}

/** A flag word: a number at run time, with its claims in the type. */
export type GfpWord<C extends GfpClaims = GfpClaims> = number & { readonly [claims]: C };

/** A request that may wait: reclaim, compact, take its turn. What `allocWait` takes. */
export type MayWait = GfpWord<{ readonly wait: true; readonly nofail: boolean }>;
/** A request that never waits, and may therefore fail. */
export type MustNotWait = GfpWord<{ readonly wait: false; readonly nofail: false }>;
/** Every word that does not contradict itself: all but "must not fail, must not wait". */
export type GfpRequest = MayWait | MustNotWait;

type Plain = GfpWord<{ readonly wait: false; readonly nofail: false }>;
type Waiting = GfpWord<{ readonly wait: true; readonly nofail: false }>;
type Never = GfpWord<{ readonly wait: false; readonly nofail: true }>;
/** True where a word of the list surely claims `K`, false where none can, `boolean` where a type does not say. */
type Any<W extends readonly GfpWord[], K extends keyof GfpClaims> =
  W extends readonly [infer First extends GfpWord, ...infer Rest extends GfpWord[]] ? Either<First[typeof claims][K], Any<Rest, K>> : number extends W['length'] ? boolean : false;
type Either<A extends boolean, B extends boolean> = [A] extends [true] ? true : [B] extends [true] ? true : [A, B] extends [false, false] ? false : boolean;

// Source: include/linux/gfp_types.h, v6.12.
export const __GFP_DMA = 0x1 as Plain;
export const __GFP_HIGHMEM = 0x2 as Plain;
export const __GFP_DMA32 = 0x4 as Plain;
export const __GFP_MOVABLE = 0x8 as Plain;
export const __GFP_RECLAIMABLE = 0x10 as Plain;
export const __GFP_HIGH = 0x20 as Plain;
export const __GFP_IO = 0x40 as Plain;
export const __GFP_FS = 0x80 as Plain;
export const __GFP_ZERO = 0x100 as Plain;
export const __GFP_DIRECT_RECLAIM = 0x400 as Waiting;
export const __GFP_KSWAPD_RECLAIM = 0x800 as Plain;
export const __GFP_WRITE = 0x1000 as Plain;
export const __GFP_NOWARN = 0x2000 as Plain;
export const __GFP_RETRY_MAYFAIL = 0x4000 as Plain;
export const __GFP_NOFAIL = 0x8000 as Never;
export const __GFP_NORETRY = 0x10000 as Plain;
export const __GFP_MEMALLOC = 0x20000 as Plain;
export const __GFP_COMP = 0x40000 as Plain;
export const __GFP_NOMEMALLOC = 0x80000 as Plain;
export const __GFP_HARDWALL = 0x100000 as Plain;
export const __GFP_THISNODE = 0x200000 as Plain;
export const __GFP_ACCOUNT = 0x400000 as Plain;
export const __GFP_ZEROTAGS = 0x800000 as Plain;
export const __GFP_RECLAIM = 0xc00 as Waiting;

/** For callers that can't wait and whose failure would hurt: may use five eighths of the reserve below min. */
export const GFP_ATOMIC = 0x820 as Plain;
/** The ordinary request of code that may wait. */
export const GFP_KERNEL = 0xcc0 as Waiting;
export const GFP_KERNEL_ACCOUNT = 0x400cc0 as Waiting;
/** For callers that can't wait and have a way out; prints no warning. */
export const GFP_NOWAIT = 0x2800 as Plain;
/** May wait, but not start I/O. */
export const GFP_NOIO = 0xc00 as Waiting;
/** May wait and start I/O, but not enter a file system. */
export const GFP_NOFS = 0xc40 as Waiting;
export const GFP_USER = 0x100cc0 as Waiting;
export const GFP_DMA = 0x1 as Plain;
export const GFP_DMA32 = 0x4 as Plain;
export const GFP_HIGHUSER = 0x100cc2 as Waiting;
export const GFP_HIGHUSER_MOVABLE = 0x100cca as Waiting;
/** A huge page if one is at hand: no reclaim, no warning. */
export const GFP_TRANSHUGE_LIGHT = 0x1c20ca as Plain;
export const GFP_TRANSHUGE = 0x1c24ca as Waiting;

/** The words together; the claims of the result are those of any of them. */
export function or<const W extends readonly GfpWord[]>(...words: W): GfpWord<{ readonly wait: Any<W, 'wait'>; readonly nofail: Any<W, 'nofail'> }> {
  let mask = 0;
  for (const word of words) mask |= word;
  return (mask >>> 0) as GfpWord<{ readonly wait: Any<W, 'wait'>; readonly nofail: Any<W, 'nofail'> }>;
}

/** Does the word, whatever its type says, have leave to wait? */
export function mayWait(word: number): word is MayWait {
  return (word & __GFP_DIRECT_RECLAIM) !== 0;
}
