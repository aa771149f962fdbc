const MONTHS: Readonly<Record<string, number>> = {
  jan: 0, feb: 1, mar: 2, apr: 3, may: 4, jun: 5, jul: 6, aug: 7, sep: 8, oct: 9, nov: 10, dec: 11,
  // `dmesg -T` prints the months of the locale: German, French, Spanish and Italian differ from English in these.
  mär: 2, mrz: 2, mai: 4, okt: 9, dez: 11, fév: 1, avr: 3, jui: 5, aoû: 7, déc: 11, ene: 0, abr: 3, ago: 7, dic: 11,
  gen: 0, mag: 4, giu: 5, lug: 6, set: 8, ott: 9,
};

/** Month of a name in the languages that logs are written in, from 0; null for a word that is none. */
export function monthOf(name: string): number | null {
  return MONTHS[name.slice(0, 3).toLowerCase()] ?? null;
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
