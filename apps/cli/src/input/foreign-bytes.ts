/** Files that are not text as they are: their first bytes, and what makes text of them. */
const FOREIGN: readonly { readonly head: readonly number[]; readonly what: string; readonly tool: string }[] = [
  { head: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'packed with xz', tool: 'xz -dc' },
  { head: [0x28, 0xb5, 0x2f, 0xfd], what: 'packed with zstd', tool: 'zstd -dc' },
  { head: [0x42, 0x5a, 0x68, 0x39], what: 'packed with bzip2', tool: 'bzip2 -dc' },
  { head: [0x04, 0x22, 0x4d, 0x18], what: 'packed with lz4', tool: 'lz4 -dc' },
  { head: [0xff, 0xfe], what: 'text in UTF-16', tool: 'iconv -f UTF-16 -t UTF-8' },
  { head: [0xfe, 0xff], what: 'text in UTF-16', tool: 'iconv -f UTF-16 -t UTF-8' },
  { head: [0x4c, 0x50, 0x4b, 0x53, 0x48, 0x48, 0x52, 0x48], what: "the journal's own file", tool: 'journalctl -k -o short-monotonic --file' },
];

/** So many first bytes tell. */
export const HEAD_BYTES = 8;

/** What a file is that is not text as it is, and what to do; null for text. Nothing found in such bytes would be no answer. */
export function foreignText(head: Uint8Array, name: string): string | null {
  const found = FOREIGN.find((each) => each.head.every((byte, at) => head[at] === byte));
  return found === undefined ? null : `${name}: ${found.what}, which is not read as it is: ${found.tool} ${name === '-' ? 'FILE' : name} | nopage ...`;
}
