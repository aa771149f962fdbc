interface Platform {
  readonly TextDecoder?: new (label: string) => { decode(bytes: Uint8Array): string };
}

const platform = globalThis as unknown as Platform;
const decoder = platform.TextDecoder === undefined ? null : new platform.TextDecoder('utf-8');
const CHUNK = 4096;

/** Text of UTF-8 bytes; damaged bytes become U+FFFD (or, without a decoder in the runtime, Latin-1). Never throws. */
export function textOf(bytes: Uint8Array): string {
  if (decoder !== null) return decoder.decode(bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

/** UTF-8 bytes of text, without an encoder of the runtime; lone surrogates become U+FFFD. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) {
      bytes[at++] = code;
    } else if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6);
      bytes[at++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[at++] = 0x80 | (code & 0x3f);
    } else {
      bytes[at++] = 0xf0 | (code >> 18);
      bytes[at++] = 0x80 | ((code >> 12) & 0x3f);
      bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[at++] = 0x80 | (code & 0x3f);
    }
  }
  return bytes.subarray(0, at);
}
