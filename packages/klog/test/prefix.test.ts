import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrefixStripper } from '../src/index.js';
import { PREFIXES } from './carriers.js';

const UTC = (iso: string): number => Date.parse(iso);

describe('PrefixStripper', () => {
  it.each<[string, string, string, number | null]>([
    ['dmesg', '[69774.700393] Mem-info:', 'Mem-info:', 69774700.393],
    ['dmesg with a colon', '[71553.093702]: dump_stack_lvl+0x60/0x7c', 'dump_stack_lvl+0x60/0x7c', 71553093.702],
    ['dmesg -d', '[    1.500000 <    0.000010>] x', 'x', 1500],
    ['caller id', '[ 1325.412416][ T5733] x', 'x', 1325412.416],
    ['caller id of a CPU', '[  173.001453][    C1] x', 'x', 173001.453],
    ['level', '<4>[  261.500000] x', 'x', 261500],
    ['dmesg -T', '[Fri Apr 17 19:56:46 2026] x', 'x', UTC('2026-04-17T19:56:46Z')],
    ['dmesg -T behind a number of a document', '#1 [Fri Apr 17 19:56:46 2026] x', 'x', UTC('2026-04-17T19:56:46Z')],
    ['dmesg -T in German', '[Di Aug 12 03:54:03 2025] x', 'x', UTC('2025-08-12T03:54:03Z')],
    ['dmesg -T in Chinese', '[二 9月  3 05:57:48 2024] x', 'x', UTC('2024-09-03T05:57:48Z')],
    ['dmesg -T in Japanese', '[火  9月  3 05:57:48 2024] x', 'x', UTC('2024-09-03T05:57:48Z')],
    ['dmesg -T in Korean', '[화 12월  3 05:57:48 2024] x', 'x', UTC('2024-12-03T05:57:48Z')],
    ['dmesg -T in Russian', '[Вт сен  3 05:57:48 2024] x', 'x', UTC('2024-09-03T05:57:48Z')],
    ['dmesg --time-format=iso', '2025-08-12T03:54:03,123456+02:00 x y', 'x y', UTC('2025-08-12T01:54:03.123Z') + 0.456],
    ['syslog', 'Dec  5 01:07:09 host kernel: [40976.598404] x', 'x', 40976598.404],
    ['syslog without a time of its own', 'Dec  5 01:07:09 host kernel: x', 'x', null],
    ['syslog of a daemon that leaves the host empty', 'Dec 27 09:19:05 2013 kernel: : [277622.359064] x', 'x', UTC('2013-12-27T09:19:05Z')],
    ['syslog without a host', 'Dec 20 14:02:50 kernel: swapper: page allocation failure. order:3', 'swapper: page allocation failure. order:3', null],
    ['syslog without a tag', 'Nov 20 03:24:46 host sshd: page allocation failure. order:0', 'sshd: page allocation failure. order:0', null],
    ['syslog without a tag, zone line', 'Nov 20 03:24:46 host Normal: 10*4kB', 'Normal: 10*4kB', null],
    ['syslog without host and tag', 'Nov 20 03:24:46 Node 0 DMA free:1kB', 'Node 0 DMA free:1kB', null],
    ['ISO syslog', '2020-03-16T17:56:07.505717+08:00 host kernel: x', 'x', UTC('2020-03-16T09:56:07.505Z') + 0.717],
    ['journal, short-monotonic', '[   12.500000] host kernel: x', 'x', 12500],
    ['journal, short-unix', '1700000000.500000 host kernel: x', 'x', 1700000000500],
    ['RFC 5424', '<4>1 2023-01-01T00:00:00Z host kernel - - - x', 'x', UTC('2023-01-01T00:00:00Z')],
    ['/dev/kmsg', '4,19685342,241227987454,-,caller=T12845;x', 'x', 241227987.454],
    ['logcat', '07-13 08:41:51.341 <4>[  10.000000] x', 'x', 10000],
    ['logcat that cut the name', '07-13 08:41:51.341     0     0 W Binder  : 31542_2: page allocation failure: order:4', 'Binder:31542_2: page allocation failure: order:4', null],
    ['Huawei', '<4>[309805.658142s][pid:1361,cpu5,sManagerService]x', 'x', 309805658.142],
    ['Samsung', '<4>[ 6207.637280]  [3:  Binder:9343_3:22875] x', 'x', 6207637.28],
    ['a vendor of phones that puts the time of day behind the stamp', '[   21.500000] [11-06 08:15:40.120] x', 'x', 21500],
    ['MediaTek', '<4>[  261.841815]-(0)[2880:sync svc 43]x', 'x', 261841.815],
    ['netconsole', '2016-11-08 09:25:11 192.0.2.1:6666 [   10.000000] x', 'x', UTC('2016-11-08T09:25:11Z')],
    ['nodes of a cluster, with levels set flush', '192.0.2.7: kern:    info: [2022-03-04T05:06:07.000000001Z]: x', 'x', Date.UTC(2022, 2, 4, 5, 6, 7)],
    ['a vendor of televisions that puts the CPU before the stamp', '[2-3219.1870] x', 'x', 3_219_187],
    ['serial with a counter', '00177 [   10.000000] x', 'x', 10000],
    ['serial with a clock', '10:11:12.123 [   10.000000] x', 'x', 10000],
    ['OpenWrt logread', 'Sun Nov 24 14:17:25 2019 kern.warn kernel: [  10.000000] x', 'x', UTC('2019-11-24T14:17:25Z')],
    ['metalog', 'Mar 14 18:55:04 [kernel] [563482.243167] x', 'x', 563482243.167],
    ['facility behind the text', 'Oct 19 07:10:02 host kernel: [23565.684118] x [kern.warning]', 'x', 23565684.118],
    ['metalog, short', '[Mar 06] [kernel] x', 'x', null],
    ['quoted', '> > > [ 1204.287099] x', 'x', 1204287.099],
    ['quoted with a colon', ': [ 1204.287099] Mem-Info:', 'Mem-Info:', 1204287.099],
    ['quoted with a colon, no stamp', ': Node 0 DMA free:1kB', 'Node 0 DMA free:1kB', null],
    ['in a comment of a program', ' *     [ 1204.287099] Mem-Info:', 'Mem-Info:', 1204287.099],
    ['in a comment, no stamp', ' * Node 0 DMA free:1kB', 'Node 0 DMA free:1kB', null],
    ['boxquoted', '> | [2024412.799768]  <IRQ> [<ffffffff8020c852>] f+0x1/0x2', '<IRQ> [<ffffffff8020c852>] f+0x1/0x2', 2024412799.768],
    ['indented', '\t[ 5157.469012] x', 'x', 5157469.012],
    ['grep -n', '812:[ 5157.469012] x', 'x', 5157469.012],
    ['none', 'swapper: page allocation failure. order:1, mode:0x20', 'swapper: page allocation failure. order:1, mode:0x20', null],
  ])('%s', (_name, line, text, at) => {
    const stripped = new PrefixStripper().strip(line);
    expect(stripped.text).toBe(text);
    if (at === null) expect(stripped.at).toBeNull();
    else expect(stripped.at).toBeCloseTo(at, 3);
  });

  it.each(['lowmem_reserve[]: 0 0 880 3055', '39043 pages shared', '[<c1004f7f>] show_trace+0x12/0x14', '[    225]     0   225     3425', '1*4kB (U) 2*8kB (UM)', 'lowpool[2]: page allocation failure: order:0', 'kworker/u17:0: page allocation failure: order:0'])('leaves the kernel\'s own text alone: %s', (line) => {
    expect(new PrefixStripper().strip(line)).toMatchObject({ text: line, at: null, bare: true });
  });

  it('takes the year of classic syslog from whoever knows it', () => {
    expect(new PrefixStripper({ year: 2009 }).strip('Dec  5 01:07:09 host kernel: x').at).toBe(UTC('2009-12-05T01:07:09Z'));
  });

  it('keeps who was printing', () => {
    expect(new PrefixStripper().strip('[ 1.000000][ T5733] x').context).toBe('T5733');
    expect(new PrefixStripper().strip('[1.0s][pid:1361,cpu5,a]x')).toMatchObject({ context: 'T1361', cpu: 5, pid: 1361 });
  });

  it('knows the side of a diff by the line before, also where that begins like the one before it', () => {
    const stripper = new PrefixStripper();
    expect(['+[   1.000000] a', '+[   1.000000] b', '+c', 'd', '+e'].map((line) => stripper.strip(line).text)).toEqual(['a', 'b', 'c', 'd', '+e']);
  });

  it('says of a line what it says of that line alone, whatever lines came before', () => {
    const text = fc.constantFrom('Mem-Info:', 'x: page allocation failure: order:1, mode:0x20', ' [<c1004f7f>] show_trace+0x12/0x14', '[   2.500000] x', 'c1   812 x', 'kernel: x', 'D x [  10.000000] y: z', '', ' "x"');
    const line = fc.tuple(fc.constantFrom(...Object.values(PREFIXES)), text, fc.nat({ max: 1 })).map(([prefix, words, at]) => prefix(words, at));
    fc.assert(fc.property(fc.array(line, { minLength: 2, maxLength: 12 }), (lines) => {
      const used = new PrefixStripper();
      expect(lines.map((each) => used.strip(each))).toEqual(lines.map((each) => new PrefixStripper().strip(each)));
    }), { seed: 20_080_316, numRuns: 2000 });
  });
});
