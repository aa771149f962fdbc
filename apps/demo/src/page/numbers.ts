const grouped = new Intl.NumberFormat('en-US');

/** 1234567 as `1,234,567`. */
export const count = (value: number): string => grouped.format(value);

/** Pages of 4 KiB as `3.2 MiB`. */
export function bytesOfPages(pages: number): string {
  const kib = pages * 4;
  if (kib < 1024) return `${kib} KiB`;
  const mib = kib / 1024;
  return mib < 1024 ? `${mib.toFixed(mib < 10 ? 1 : 0)} MiB` : `${(mib / 1024).toFixed(1)} GiB`;
}

/** Milliseconds of the machine as `12.3 s` or `4:05`. */
export function elapsed(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
