import type { Advice } from '../explanation.js';
import type { Facts } from '../facts.js';
import { isBefore, isSince } from '../kernel/version.js';
import { sizeText } from '../words.js';

/** Above this share of low memory a raised reserve costs more than it gives; small machines may go further, up to 2 MiB. */
const MOST_SHARE = 0.05;
const SMALL_KB = 2048;
const MOST_KB = 1_048_576;

/**
 * A value for vm.min_free_kbytes: four times what it is and at least 1 % of low memory, at most 5 % of it (an eighth
 * of it up to 2 MiB) and 1 GiB, in round numbers. Null when that is not clearly more than what it is.
 */
export function betterMinFreeKb(currentKb: number, lowmemKb: number): number | null {
  const most = Math.min(Math.max(lowmemKb * MOST_SHARE, Math.min(SMALL_KB, lowmemKb / 8)), MOST_KB);
  const wanted = Math.min(Math.max(currentKb * 4, lowmemKb / 100), most);
  const step = wanted >= 65_536 ? 16_384 : wanted >= 8192 ? 1024 : 256;
  const round = Math.round(wanted / step) * step;
  return round >= currentKb * 1.25 ? round : null;
}

/** The reserve in kB that the report's zones add up to, and a better one. */
export function minFree({ memory, pageBytes, permits, zones }: Facts): { currentKb: number; lowmemKb: number; betterKb: number | null } | null {
  // Since 6.1 zones above the request's are left out, and with them their part of the sum.
  const low = permits?.highestZone === 'DMA' || permits?.highestZone === 'DMA32';
  if (low && !zones.some(({ state }) => state.name === 'Normal')) return null;
  if (memory.minFreePages === null || memory.lowmemPages === null || memory.lowmemPages === 0 || memory.minFreePages < 0) return null;
  const currentKb = (memory.minFreePages * pageBytes) / 1024;
  const lowmemKb = (memory.lowmemPages * pageBytes) / 1024;
  return { currentKb, lowmemKb, betterKb: betterMinFreeKb(currentKb, lowmemKb) };
}

/** What is saved of memory needs room beside itself while it is written or read, and no reserve is as large. */
// Documentation/admin-guide/pm/sleep-states.rst, /sys/power/image_size, v6.12
function smallerImage(): Advice[] {
  return [{
    id: 'smaller-image', for: 'operator', text: 'Have a smaller image of memory saved: it needs room beside itself while it is written or read.',
    command: 'echo 0 > /sys/power/image_size', persist: "echo 'w /sys/power/image_size - - - - 0' > /etc/tmpfiles.d/image-size.conf",
    cost: 'page cache is dropped before the machine is suspended, and read again after', verify: 'the machine suspends to disk and comes back as it was',
  }];
}

/** Raise vm.min_free_kbytes: with numbers when the report has them, nothing when it is high enough already. */
export function raiseMinFree(facts: Facts): Advice[] {
  // kernel/sysctl.c: vm.min_free_kbytes came with 2.6.
  if (isBefore(facts.age, '2.5.0')) return [];
  if (facts.path?.role === 'hibernation') return smallerImage();
  const found = minFree(facts);
  const zone = facts.zones.findLast(({ state }) => state.name === 'Normal' || state.name === 'DMA32')?.state.name ?? 'Normal';
  const verify = `the same load brings no new report; \`grep -A4 "zone *${zone}" /proc/zoneinfo\` shows the new min`;
  if (found === null) {
    return [{
      id: 'raise-min-free-kbytes', for: 'operator',
      text: 'Raise vm.min_free_kbytes to two to four times what it is (at most 5 % of RAM): more is then set aside for callers that can not wait.',
      command: 'sysctl vm.min_free_kbytes', persist: 'a line `vm.min_free_kbytes = N` in /etc/sysctl.d/60-min-free.conf',
      cost: 'that much less memory for programs and page cache', verify,
    }];
  }
  const { betterKb, lowmemKb } = found;
  const currentKb = Math.round(found.currentKb);
  if (betterKb === null) return [];
  const fraction = isBefore(facts.age, '2.6.12') ? 'part' : '5/8';
  return [{
    id: 'raise-min-free-kbytes', for: 'operator',
    text: `Raise vm.min_free_kbytes from ${currentKb} to ${betterKb}: the part only callers that can not wait may use (${fraction} of it) grows from ${sizeText((currentKb * 1024 * 5) / 8)} to ${sizeText((betterKb * 1024 * 5) / 8)}.`,
    command: `sysctl -w vm.min_free_kbytes=${betterKb}`,
    persist: `echo 'vm.min_free_kbytes = ${betterKb}' > /etc/sysctl.d/60-min-free.conf`,
    cost: `${sizeText((betterKb - currentKb) * 1024)} of ${sizeText(lowmemKb * 1024)} that programs and page cache can no longer use`,
    verify,
  }];
}

/** Wake kswapd earlier; the knob exists since 4.6. */
export function raiseScaleFactor(facts: Facts): Advice[] {
  if (!isSince(facts.age, '4.6')) return [];
  return [{
    id: 'raise-watermark-scale-factor', for: 'operator',
    text: 'Set vm.watermark_scale_factor to 100 (10 by default): kswapd starts earlier and stays ahead of bursts.',
    command: 'sysctl -w vm.watermark_scale_factor=100', persist: "echo 'vm.watermark_scale_factor = 100' > /etc/sysctl.d/60-watermark.conf",
    cost: 'about 1 % of memory is kept free instead of cached, and kswapd works more',
    verify: 'low and high in /proc/zoneinfo are farther from min, and the report does not come back',
  }];
}

/** The boost raised min: show how to find out whether it matters. */
export function dropBoost(): Advice[] {
  return [{
    id: 'lower-watermark-boost-factor', for: 'operator',
    text: 'Min is boosted for a moment to fight fragmentation, and without the boost this request would have passed. To test: vm.watermark_boost_factor=0.',
    command: 'sysctl -w vm.watermark_boost_factor=0', persist: "echo 'vm.watermark_boost_factor = 0' > /etc/sysctl.d/60-watermark.conf",
    cost: 'memory may fragment faster', verify: 'boost: stays 0 kB in later reports, and small requests no longer fail',
  }];
}
