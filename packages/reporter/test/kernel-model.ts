/**
 * The gate and the limiter as the kernels' histories tell them, written a second time: on whole lists of calls, without
 * state that is changed, and slow. What ours says is compared with it.
 */

/** One failing request. */
export interface Call {
  readonly jiffies: number;
  readonly nowarn: boolean;
  /** `__GFP_DMA`, on a machine whose ZONE_DMA has no pages. */
  readonly dma: boolean;
}

/** Whether the report is printed, and the count of the words "callbacks suppressed" that come before; 0 for no words. */
export interface Answer {
  readonly printed: boolean;
  readonly said: number;
}

/** The kernels of the presets, and those around them. */
export interface Kernel {
  readonly limiter: 'none' | 'bucket' | 'late window' | 'window' | 'atomic';
  readonly seconds: number;
  readonly burst: number;
  readonly asksForDma: boolean;
}

export const KERNELS: Readonly<Record<string, Kernel>> = {
  'linux-2.4': { limiter: 'none', seconds: 0, burst: 0, asksForDma: false },
  'linux-2.6': { limiter: 'bucket', seconds: 5, burst: 10, asksForDma: false },
  'linux-2.6.32': { limiter: 'late window', seconds: 5, burst: 10, asksForDma: false },
  'linux-3.2': { limiter: 'late window', seconds: 5, burst: 10, asksForDma: false },
  'linux-4.19': { limiter: 'window', seconds: 5, burst: 10, asksForDma: false },
  'linux-5.4': { limiter: 'window', seconds: 10, burst: 1, asksForDma: true },
  'linux-5.8': { limiter: 'window', seconds: 10, burst: 1, asksForDma: false },
  'linux-6.12': { limiter: 'window', seconds: 10, burst: 1, asksForDma: true },
  'linux-6.18': { limiter: 'atomic', seconds: 10, burst: 1, asksForDma: true },
};

/** Each call's answer. */
export function kernelSays({ limiter, seconds, burst, asksForDma }: Kernel, hz: number, calls: readonly Call[]): Answer[] {
  if (limiter === 'none') return calls.map(() => ({ printed: true, said: 0 }));
  const asking = calls.filter(({ nowarn }) => !nowarn);
  const passes = limiter === 'bucket' ? bucket(seconds * hz, burst, asking) : windows(limiter, seconds * hz, burst, asking);
  return calls.map((call) => {
    if (call.nowarn) return { printed: false, said: 0 };
    const place = asking.indexOf(call);
    return { printed: passes[place] === true && !(asksForDma && call.dma), said: saidBefore(limiter, seconds * hz, asking, passes, place) };
  });
}

/** Tokens in jiffies: what has come in since the kernel started, less what was spent, never more than ten messages' worth. */
function bucket(interval: number, burst: number, asking: readonly Call[]): boolean[] {
  let tokens = burst * interval;
  return asking.map(({ jiffies }, i) => {
    tokens = Math.min(burst * interval, tokens + jiffies - (asking[i - 1]?.jiffies ?? 0));
    const passes = tokens >= interval;
    if (passes) tokens -= interval;
    return passes;
  });
}

/** Where each window's calls begin in the list; the first call is in the first window. */
function openings(limiter: Kernel['limiter'], interval: number, asking: readonly Call[]): number[] {
  const found: number[] = [0];
  for (let i = 1; i < asking.length; i++) {
    if ((asking[i]?.jiffies ?? 0) > startOf(limiter, asking, found) + interval) found.push(i);
  }
  return found;
}

/** When the latest window started. Up to 4.5 the call that ended one window left it to the next call to start another. */
function startOf(limiter: Kernel['limiter'], asking: readonly Call[], found: readonly number[]): number {
  const opening = found.at(-1) ?? 0;
  const at = limiter === 'late window' && found.length > 1 ? opening + 1 : opening;
  // A window that starts at jiffy 0 has not started, but in the latest kernels; so it starts with the next call.
  const started = limiter === 'atomic' ? at : asking.findIndex(({ jiffies }, i) => i >= at && jiffies !== 0);
  return asking[started]?.jiffies ?? Infinity;
}

function windows(limiter: Kernel['limiter'], interval: number, burst: number, asking: readonly Call[]): boolean[] {
  const starts = openings(limiter, interval, asking);
  return asking.map((_call, i) => i - Math.max(...starts.filter((start) => start <= i)) < burst);
}

/** Words come with the call that opens a window (in the bucket: that passes), and count what was denied since the last words. */
function saidBefore(limiter: Kernel['limiter'], interval: number, asking: readonly Call[], passes: readonly boolean[], place: number): number {
  const speaks = limiter === 'bucket' ? asking.map((_call, i) => i).filter((i) => passes[i]) : openings(limiter, interval, asking);
  if (!speaks.includes(place)) return 0;
  const before = Math.max(0, ...speaks.filter((speaker) => speaker < place));
  return passes.slice(before, place).filter((passed) => !passed).length;
}
