const MONTHS: Readonly<Record<string, number>> = {
  jan: 0, feb: 1, mar: 2, apr: 3, may: 4, jun: 5, jul: 6, aug: 7, sep: 8, oct: 9, nov: 10, dec: 11,
  // `dmesg -T` prints the months of the locale: German, French, Spanish, Italian, Portuguese and Russian differ from English in these.
  mär: 2, mrz: 2, mai: 4, okt: 9, dez: 11, fév: 1, avr: 3, jui: 5, aoû: 7, déc: 11, ene: 0, abr: 3, ago: 7, dic: 11,
  gen: 0, mag: 4, giu: 5, lug: 6, set: 8, ott: 9, fev: 1, out: 9,
  янв: 0, фев: 1, мар: 2, апр: 3, май: 4, мая: 4, июн: 5, июл: 6, авг: 7, сен: 8, окт: 9, ноя: 10, дек: 11,
};
/** Chinese, Japanese and Korean count them. */
const COUNTED = /^(1[0-2]|[1-9])[月월]$/;

/** Month of a name in the languages that logs are written in, from 0; null for a word that is none. */
export function monthOf(name: string): number | null {
  const counted = COUNTED.exec(name)?.[1];
  return counted === undefined ? (MONTHS[name.slice(0, 3).toLowerCase()] ?? null) : Number(counted) - 1;
}

/** Milliseconds of `.123` or `,123456` (without the sign); '' is none. */
export function fractionMs(digits: string | undefined): number {
  return digits === undefined || digits === '' ? 0 : Number(`0.${digits}`) * 1000;
}

/** Minutes east of Greenwich of `Z`, `+03:00`, `-0500`; a log that names no zone is read as UTC. */
export function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === '') return 0;
  const text = zone.trim().replace(':', '');
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3, 5));
  return text.startsWith('-') ? -minutes : minutes;
}
