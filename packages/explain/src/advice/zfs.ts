import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import { sizeText } from '../words.js';

/** The threads and functions of ZFS on Linux. */
const ZFS = /^(?:spl_\w+|z_(?:wr|rd|null|ioctl|fr|trim)_\w+|arc_\w+|txg_\w+|dbu_evict\w*|dbuf_\w+|dmu_\w+|zio_\w+|zvol\w*|zpl_\w+|zfs_\w+)/;

/** ZFS keeps its cache outside of the page cache, and gives it back more slowly than a burst takes memory. */
export function zfsAdvice({ frames, comm, memory, pageBytes }: Pick<Facts, 'frames' | 'comm' | 'memory' | 'pageBytes'>): Advice[] {
  if (!ZFS.test(comm ?? '') && !frames.all.some((name) => ZFS.test(name))) return [];
  const quarter = memory.managedPages === null ? null : Math.round((memory.managedPages * pageBytes) / 4 / 2 ** 20) * 2 ** 20;
  const bytes = quarter === null || quarter === 0 ? 'BYTES' : String(quarter);
  return [{
    id: 'limit-arc', for: 'operator',
    text: `ZFS was at work here, and its cache (ARC) is not given back in a burst: give it a limit${quarter === null ? ', a quarter of RAM to begin with' : ` of ${sizeText(quarter)}, a quarter of RAM, to begin with`}.`,
    command: `echo ${bytes} > /sys/module/zfs/parameters/zfs_arc_max`, persist: `options zfs zfs_arc_max=${bytes} in /etc/modprobe.d/zfs.conf`,
    cost: 'more reads from disk', verify: '`grep -w size /proc/spl/kstat/zfs/arcstats` stays below it, and no new report comes',
  }];
}
