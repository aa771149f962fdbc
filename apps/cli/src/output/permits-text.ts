import type { Permits } from '@nopage/gfp';

const RESERVES: Readonly<Record<string, string>> = {
  none: 'none',
  high: 'half of min',
  harder: 'a quarter of min',
  atomic: 'five eighths of min',
  oom: 'half of min, as a victim',
  all: 'all of it',
};

const RETRY: Readonly<Record<Permits['retry'], string>> = {
  none: 'gives up at once',
  noretry: 'one round of reclaim, then gives up',
  default: 'as usual: small orders practically never fail',
  mayfail: 'tries hard, but may fail',
  nofail: 'never gives up',
};

/** What a word permits, as label and plain words, in the order in which one asks. */
export function permitsText(permits: Permits): (readonly [label: string, words: string])[] {
  const io = permits.fs ? 'I/O and file systems' : permits.io ? 'I/O, no file system' : 'neither I/O nor file systems';
  return [
    ['may wait', permits.sleep ? `yes, reclaiming through ${io}` : 'no'],
    ['reserves', RESERVES[permits.reserves] ?? permits.reserves],
    ['on failure', `${RETRY[permits.retry]}${permits.warn ? '' : ', without a warning'}`],
    ['kswapd', permits.kswapd ? 'woken' : 'left asleep'],
    ['zones', `up to ${permits.highestZone}${permits.thisNode ? ', on this node only' : ''}`],
    ['mobility', permits.migratetype],
  ];
}
