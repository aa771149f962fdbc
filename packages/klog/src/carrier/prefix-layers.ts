// What may stand before a line's own text, layer by layer; most look where the stripper has come to (`y`).

const TIME = String.raw`(\d\d):(\d\d):(\d\d)`;
const FRACTION = String.raw`(?:[.,](\d+))?`;
const ZONE = String.raw`(Z|[+-]\d\d:?\d\d)?`;
const FACILITIES = String.raw`(?:kern|user|daemon|syslog|local\d)`;
/** But klogd may itself be who asked for memory. */
const TAGS = String.raw`(?:kernel(?:\[\d+\])?|vmunix|klogd?(?:\[\d+\])?(?!: (?:page|vmalloc))):`;

/** `> > `, `>>| ` */
export const QUOTE: RegExp = /(?:[ \t]*>)+(?:[ \t]?\|(?=[ \t]|$))?/y;
/** `AM> `: old mailers put the author's initials before the sign of a quote. */
export const INITIALS: RegExp = /[A-Z]{1,4}>(?=[ \t>]|$)/y;
/** `: `: some put a colon before what they quote. */
export const COLON: RegExp = /:[ \t](?=\S)/y;
/** `+ `, `- `: the side of a diff. */
export const DIFF: RegExp = /[+-](?=[ \t]|$|[[<])/y;
/** The same with the text right behind it: known by the line before it, as a word or a number may begin so, too. */
export const DIFF_AGAIN: RegExp = /[+-](?![+-])/y;
/** `* `: a comment in a program, an item of a list. */
export const STAR: RegExp = /\*[ \t](?=[ \t]*\S)/y;
/** `| [`: a box drawn around a log. */
export const BOX: RegExp = /\|[ \t](?=\[|<)/y;
/** `<4>` */
export const LEVEL: RegExp = /<\d{1,3}>/y;
/** The `1 ` after the priority of syslog's newer form. */
export const RFC5424: RegExp = /1 (?=\d{4}-\d\d-\d\dT)/y;
/** `[   12.345678]`, `[12.345s]`, `[12.345678@0]`, `[1-12.3456]`, `[12.345 <    0.001>]` */
export const SECONDS: RegExp = /\[[ \t]*(?:(\d{1,3})-)?(\d+\.\d+)(?:s|@\d+|[ \t]*<[ \t]*\d+\.\d+[ \t]*>)?\](?::(?=[ \t])|[d-](?=[ \t]))?/y;
/** `[    T5555]`, `[   C1]` */
export const CALLER: RegExp = /\[[ \t]*([TC]\d+)\]/y;
/** `[] `, where a stamp was taken out. */
export const NOTHING: RegExp = /\[\][ \t]/y;
/** `[Tue Mar  2 04:11:09 2021]`: `dmesg -T`, in the words of any locale. */
export const HUMAN: RegExp = new RegExp(String.raw`\[(?:\p{L}{1,4})\.? +(\p{L}{3,5}|\d{1,2}[月월])\.? +(\d{1,2}) ${TIME} (\d{4})\]`, 'uy');
/** `[<    0.000012>]`, `[Mar 2 04:11]`, `[  +0.000012]`: `dmesg -d`, `-e`, `-H`. */
export const RELATIVE: RegExp = /\[(?:[ \t]*<[ \t]*\d+\.\d+[ \t]*>|[A-Z][a-z]{2} ?\d{1,2} \d\d:\d\d|[ \t]*\+[ \t]*\d+\.\d+|[A-Z][a-z]{2} \d{1,2})\]/y;
/** `[2021-03-02 04:11:09]`, and without the year, as some vendors of phones have it behind the kernel's own stamp. */
export const BRACKET_ISO: RegExp = new RegExp(String.raw`\[(?:(\d{4})-)?(\d\d)-(\d\d)[T ]${TIME}${FRACTION}${ZONE}\]:?`, 'y');
/** `2021-03-02T04:11:09.123456+01:00` */
export const ISO: RegExp = new RegExp(String.raw`(\d{4})[-/](\d\d)[-/](\d\d)[T ]${TIME}${FRACTION}${ZONE}:?(?=[ \t]|$)`, 'y');
/** `Mar  2 04:11:09`, `Tue Mar  2 04:11:09 2021` */
export const SYSLOG: RegExp = new RegExp(String.raw`(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +)?([A-Z][a-z]{2}) +(\d{1,2}) (?:(\d{4}) )?${TIME}${FRACTION}(?: (\d{4})(?=[ \t]))?:?(?=[ \t]|$)`, 'y');
/** `03-02 04:11:09.123` */
export const LOGCAT: RegExp = new RegExp(String.raw`(\d\d)-(\d\d) ${TIME}\.(\d{3,6})(?=[ \t])`, 'y');
/** `  root  123  123 W Binder  : text`, behind that. */
export const LOGCAT_TAG: RegExp = /[ \t]+(?:[a-z]\w{0,31}[ \t]+)?\d+[ \t]+\d+ [VDIWEF] (.{0,60}?)[ \t]{0,20}: (.*)$/y;
/** `W/kernel  (  123): ` */
export const LOGCAT_KERNEL: RegExp = /[VDIWEF]\/kernel[ \t]*\([ \t]*\d+\):[ \t]?/y;
/** `W/Binder  (  123): `, `W Binder: ` */
export const LOGCAT_BRIEF: RegExp = /[VDIWEF][/ ]([^()]{1,40}?)[ \t]*(?:\([ \t]*\d+\))?[ \t]*: (?=\S)/y;
/** `4,1234,12345678,-,caller=T5;`: a record of /dev/kmsg. */
export const KMSG: RegExp = /\d{1,3},\d+,(\d+),[-c+](?:,([^;]{0,200}))?;/y;
/** `1614658269.123456` */
export const UNIX: RegExp = /(1\d{9}\.\d+)(?=[ \t])/y;
/** `04:11:09.123 [` */
export const CLOCK: RegExp = /\d\d:\d\d:\d\d(?:[.,]\d+)?(?=[ \t]+\[)/y;
/** `00012 `, the number that a capture gives its lines. */
export const COUNTER: RegExp = /0\d{3,9}[ \t]+(?=[[<A-Za-z]|[\w.]{1,15}: )/y;
/** `192.168.0.7:514`, who sent it. */
export const ADDRESS: RegExp = /\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?=[ \t])/y;
/** `12:`, `12-`: a line's number by `grep -n`. */
export const GREP: RegExp = /\d{1,9}[:-](?=\[[ \t]*\d|<\d|[A-Z][a-z]{2} +\d)/y;
/** `kern.warn` */
export const FACILITY: RegExp = new RegExp(String.raw`${FACILITIES}\.[a-z]+(?=[ \t])`, 'y');
/** ` [kern.warn]` behind the text, as some daemons' templates have it. */
export const FACILITY_BEHIND: RegExp = new RegExp(String.raw`[ \t]+\[${FACILITIES}\.[a-z]{3,7}\][ \t]*$`);
/** `kern  :warn  :`, `kern:    info:`: `dmesg -x`, and systems that spell and align it in their own way. */
export const FACILITY_LEVEL: RegExp = new RegExp(String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}: )?(?:${FACILITIES}|auth|authpriv)[ \t]*:[ \t]{0,8}(?:emerg|alert|crit|err|error|warn|warning|notice|info|debug)[ \t]*:(?=[ \t])`, 'y');
/** `kernel:`, `kernel[0]:`, `vmunix:` */
export const TAG: RegExp = new RegExp(String.raw`${TAGS}(?:[ \t]+:)?(?=[ \t]|$)|\[kernel\]|\(kernel\)|kernel - - (?:- |\[[^\]]{0,200}\] ?)?`, 'y');
/** A field of `journalctl -o export` and `-o verbose`. */
export const MESSAGE: RegExp = /MESSAGE=/y;
/** `c1   812 `: a CPU, and perhaps a pid, as some vendors of phones have it; the number may also be the line's own. */
export const CORE: RegExp = /c(\d{1,3})(?:[ \t]+(\d+)(?![ \t]+(?:(?:free |reserved |slab )?pages\b|total pagecache)))?[ \t]+(?=\S)/y;
/** The kernel's own stamp, wherever it stands. */
export const STAMP: RegExp = /\[(?:[ \t]*\d{1,8}\.\d{3,6}(?:@\d+)?|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\]/;
/** Its tag, wherever it stands. */
export const TAGGED: RegExp = new RegExp(String.raw`(?:^|[ \t"])${TAGS}(?=[ \t])`);
/** One of these, or what a daemon says of the line before. */
export const KERNELS: RegExp = new RegExp(`${STAMP.source}|${TAGGED.source}|repeat|buffered|identical`);
/** A date at the beginning of a line. */
export const DATED: RegExp = new RegExp(`^(?:${ISO.source}|${SYSLOG.source})`);
/** `[1:    kswapd0:  123]` */
export const SAMSUNG: RegExp = /\[[ \t]*(\d+):[ \t]*(.{1,16}?):[ \t]*(\d+)\]/y;
/** `[pid:123,cpu1,kswapd0]` */
export const HUAWEI: RegExp = /\[pid:(\d+),cpu(\d+),(.{0,16}?)\](?!\])/y;
/** `-(1)[123:kswapd0]` */
export const MEDIATEK: RegExp = /-?\((\d+)\)\[(\d+):(.{1,16}?)\](?!\])/y;
/** `db1` */
export const HOST: RegExp = /\S+/y;
/** `db1 kernel:` */
export const HOST_BEFORE_TAG: RegExp = /[\w.-]+(?=[ \t]+kernel:)/y;
