import type { Begun } from '../headline/headline-joiner.js';
import type { KernelLine } from '../kernel-line.js';
import { memInfoLine } from '../mem-info/mem-info-line.js';

const NAME_ALONE = /^(.{1,15}):$/;
const NODE_ALONE = /^Node \d+$/;
// Another CPU's lines may stand between a piece and what it belongs to: so many.
const BEHIND_NAME = 2;
const BEHIND_NODE = 6;

/** Beginnings of lines that old kernels printed as pieces of their own, so that a log daemon could make lines of them. */
export class LonePieces {
  /** The last process name, and whether another one stands so near that it may be either's. */
  #name: { readonly text: string; readonly line: KernelLine; readonly contested: boolean } | null = null;
  /** The number of a node, until the zone comes that it is the node of. */
  #node: { readonly text: string; readonly place: number } | null = null;

  /** Keeps a process name that is the whole line. */
  note(text: string, line: KernelLine): void {
    if (!text.endsWith(':') || !NAME_ALONE.test(text)) return;
    this.#name = { text: text.slice(0, -1), line, contested: this.#name !== null && line.place - this.#name.line.place <= BEHIND_NAME };
  }

  /** The headline of a stall or a failure with the process name that 4.9 and 4.10 print apart. */
  named({ headline, first }: Begun, { place }: KernelLine): Pick<Begun, 'headline' | 'first'> {
    const nameless = headline.comm === null && headline.detail['form'] === undefined && (headline.kind === 'allocation-stall' || headline.kind === 'page-allocation-failure');
    const name = this.#name;
    // Two names in a row are those of two CPUs: which is whose, their stack parts tell.
    if (!nameless || name === null || name.contested || place - name.line.place > BEHIND_NAME) return { headline, first };
    return { headline: { ...headline, comm: name.text }, first: name.line };
  }

  /** The line of a zone or a node with the number that stands apart: up to 4.9, and where a mailer broke it; every other line as it is. */
  placed(text: string, { place }: KernelLine): string {
    if (text.startsWith('Node ') && NODE_ALONE.test(text)) this.#node = { text, place };
    const node = this.#node;
    if (node === null || node.place === place) return text;
    if (place - node.place > BEHIND_NODE) this.#node = null;
    const part = (memInfoLine(text) ?? memInfoLine(`${node.text} ${text}`))?.part;
    if (part !== 'zone' && part !== 'buddy' && part !== 'node') return text;
    this.#node = null;
    return text.startsWith('Node ') ? text : `${node.text} ${text}`;
  }
}
