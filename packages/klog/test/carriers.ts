/** What tools and daemons put in front of the kernel's lines. */
export const PREFIXES: Readonly<Record<string, (line: string, at: number) => string>> = {
  dmesg: (line, at) => `[${(100 + at / 1e6).toFixed(6).padStart(12)}] ${line}`,
  'caller id': (line, at) => `[${(100 + at / 1e6).toFixed(6)}][ T5733] ${line}`,
  level: (line, at) => `<4>[${(100 + at / 1e6).toFixed(6)}] ${line}`,
  'dmesg -T': (line) => `[Fri Apr 17 19:56:46 2026] ${line}`,
  'dmesg -T, German': (line) => `[Di Aug 12 03:54:03 2025] ${line}`,
  syslog: (line, at) => `Dec  5 01:07:09 host kernel: [${(100 + at / 1e6).toFixed(6)}] ${line}`,
  'syslog, no time': (line) => `Dec  5 01:07:09 host kernel: ${line}`,
  'syslog, no host': (line) => `Dec 20 14:02:50 kernel: ${line}`,
  'syslog, no tag': (line) => `Nov 20 03:24:46 host ${line}`,
  ISO: (line) => `2020-03-16T17:56:07.505717+08:00 host kernel: ${line}`,
  'RFC 5424': (line) => `<4>1 2023-01-01T00:00:00Z host kernel - - - ${line}`,
  'short-monotonic': (line, at) => `[${(100 + at / 1e6).toFixed(6)}] host kernel: ${line}`,
  kmsg: (line, at) => `4,${at},${100_000_000 + at},-;${line}`,
  logread: (line, at) => `Sun Nov 24 14:17:25 2019 kern.warn kernel: [${(100 + at / 1e6).toFixed(6)}] ${line}`,
  Samsung: (line, at) => `<4>[${(100 + at / 1e6).toFixed(6)}]  [3:        patrace:   30] ${line}`,
  Huawei: (line, at) => `<4>[${(100 + at / 1e6).toFixed(6)}s][pid:30,cpu0,patrace]${line}`,
  MediaTek: (line, at) => `<4>[${(100 + at / 1e6).toFixed(6)}]-(0)[30:patrace]${line}`,
  netconsole: (line, at) => `2016-11-08 09:25:11 192.0.2.1:6666 [${(100 + at / 1e6).toFixed(6)}] ${line}`,
  serial: (line, at) => `${String(at + 1).padStart(5, '0')} [${(100 + at / 1e6).toFixed(6)}] ${line}`,
  metalog: (line) => `Mar 14 18:55:04 [kernel] [100.000000] ${line}`,
  quoted: (line, at) => `> > > [${(100 + at / 1e6).toFixed(6)}] ${line}`,
  boxquoted: (line, at) => `> | [${(100 + at / 1e6).toFixed(6)}] ${line}`,
  indented: (line) => `\t  ${line}`,
  'grep -n': (line, at) => `${at + 1}:[${(100 + at / 1e6).toFixed(6)}] ${line}`,
  'dmesg -x': (line, at) => `kern  :warn  : [${(100 + at / 1e6).toFixed(6)}] ${line}`,
  'dmesg -x -T': (line) => `kern  :warn  : [Fri Apr 17 19:56:46 2026] ${line}`,
  'levels in words, ISO': (line) => `192.0.2.1: kern: warning: [2026-01-12T20:27:31.913975631Z]: ${line}`,
  'short-full': (line) => `Mon 2026-01-12 20:27:31 CET host kernel: ${line}`,
  'RFC 5424 with data': (line) => `<12>1 2026-01-12T20:27:31.913Z host kernel - - [meta sequenceId="12"] ${line}`,
  'a host without a name': (line) => `Jan  1 00:12:17 (none) kern.warn kernel: ${line}`,
  'facility before the host': (line) => `Jan 12 20:27:31 kern.warning host kernel: ${line}`,
  'journal, verbose': (line) => `    PRIORITY=4\n    _TRANSPORT=kernel\n    MESSAGE=${line}`,
  'logcat, time': (line) => `01-12 20:27:31.913 W/kernel  (    0): ${line}`,
  'logcat, uid': (line) => `01-12 20:27:31.913  root     0     0 W kernel  : ${line}`,
  Qualcomm: (line, at) => `<4>[${(100 + at / 1e6).toFixed(6)}] c0     30 ${line}`,
  Spreadtrum: (line, at) => `[${(100 + at / 1e6).toFixed(6)}] c1 ${line}`,
  Amlogic: (line, at) => `[${(100 + at / 1e6).toFixed(6)}@1]d ${line}`,
  'slashed date': (line) => `2026/01/12 20:27:31 ${line}`,
  'European date': (line) => `12.01.2026 20:27:31 host kernel: ${line}`,
  'a switch': (line, at) => `2026 Jan 12 20:27:31 host %KERN-4-SYSTEM_MSG: [${(100 + at / 1e6).toFixed(6)}] ${line} - kernel`,
  'two stamps': (line, at) => `[    1.234567 0.000012] [${(100 + at / 1e6).toFixed(6)}] ${line}`,
  'grep of many files': (line, at) => `/var/log/kern.log.1-${at + 1}-Jan 12 20:27:31 host kernel: [${(100 + at / 1e6).toFixed(6)}] ${line}`,
  'numbered lines': (line, at) => `${String(at + 1).padStart(6)}\t[${(100 + at / 1e6).toFixed(6)}] ${line}`,
  'initials of who is quoted': (line) => `AM> ${line}`,
  'a comment': (line, at) => `+ * [${(100 + at / 1e6).toFixed(6)}] ${line}`,
  'a patch': (line) => `+  ${line}`,
  'a patch that is quoted': (line) => `> - ${line}`,
  'a container': (line, at) => `2026-01-12T20:27:31.913975631Z stdout F [${(100 + at / 1e6).toFixed(6)}] ${line}`,
  'NBSP in the time': (line, at) => `[\u00a0${(100 + at / 1e6).toFixed(6)}] ${line}`,
};

/** What happens to a whole text on its way. */
export const TRANSPORTS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  CRLF: (text) => text.replaceAll('\n', '\r\n'),
  'literal ^M': (text) => text.replaceAll('\n', '^M\n'),
  ANSI: (text) => text.replace(/^(.{0,20}?)(\S+)$/gm, '$1\u001b[1;31m$2\u001b[0m'),
  'ANSI as rsyslog spells it': (text) => text.replace(/^(.+)$/gm, '#033[33m$1#033[0m'),
  'blank lines between': (text) => text.replaceAll('\n', '\n\n'),
  'trailing blanks': (text) => text.replaceAll('\n', ' \n'),
  'quoted-printable': (text) => text.replaceAll('=', '=3D').replace(/ $/gm, '=20').replace(/^((?:=[0-9A-F]{2}|.){70})(?=.)/gm, '$1=\n'),
  'no newline at the end': (text) => text.trimEnd(),
};

/** Breaks a line at blanks, as mailers do. */
export function wrap(line: string, width: number): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    if (at < 40) break;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...pieces, rest];
}
