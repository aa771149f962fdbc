/** A small generator of its own (xorshift32), so that a failing run can be had again from its number. */
export function random(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const SPLICES = [
  'page allocation failure: order:', 'Mem-Info:\n', ' Node 0 DMA free:', '1*4kB ', 'managed:', 'lowmem_reserve[]: ', 'CPU: 0 PID: 1 Comm: ', 'Killed process 5 (x) total-vm:1kB', 'last message repeated 5 times\n',
  'warn_alloc: 99999999999999 callbacks suppressed\n', '<IRQ>', '<TASK>', ' from ', '[<', '[    1.000000] ', '[T1] ', ' kernel: ', 'kern  :warn  : ', 'c0 ', 'MESSAGE=', '{"MESSAGE":"', '#012', '\u001b[1m',
  '\n', '=\n', '\r\n', '\0', '\u00a0', '(', ')', '> > ', ': ', '0x', '-', '\\', '"', '99999999999999999999', '__proto__:1kB', 'constructor:1kB',
];

/** Some bytes changed, cut out, put in, doubled, put in many times over, or lines put in another order. */
export function mutate(bytes: Uint8Array, next: (below: number) => number): Uint8Array {
  let text = Buffer.from(bytes);
  const insert = (at: number, piece: Uint8Array): Buffer<ArrayBuffer> => Buffer.concat([text.subarray(0, at), piece, text.subarray(at)]);
  for (let change = 0; change <= next(12); change++) {
    const at = next(text.length + 1);
    const splice = Buffer.from(SPLICES[next(SPLICES.length)] ?? '');
    switch (next(7)) {
      case 0:
        if (at < text.length) text[at] = next(256);
        break;
      case 1:
        text = Buffer.concat([text.subarray(0, at), text.subarray(Math.min(text.length, at + next(200)))]);
        break;
      case 2:
        text = insert(at, splice);
        break;
      case 3: {
        const from = next(text.length + 1);
        text = insert(at, text.subarray(from, from + next(2000)));
        break;
      }
      case 4:
        text = insert(at, Buffer.concat(Array.from({ length: next(200) }, () => splice)));
        break;
      case 5:
        text = shuffled(text, next);
        break;
      default:
        text = text.subarray(0, at);
    }
  }
  return text;
}

function shuffled(text: Uint8Array, next: (below: number) => number): Buffer<ArrayBuffer> {
  const lines = Buffer.from(text).toString('latin1').split('\n');
  for (let swap = 0; swap < 20; swap++) {
    const a = next(lines.length), b = next(lines.length);
    [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
  }
  return Buffer.from(lines.join('\n'), 'latin1');
}
