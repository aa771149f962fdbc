const MAX_LENGTH = 60;

/** A value as the message of an error shows it. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'function':
      return 'a function';
    case 'bigint':
      return `${value}n`;
    case 'number':
    case 'symbol':
      return String(value);
    default:
      return inJson(value).slice(0, MAX_LENGTH);
  }
}

function inJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'an object';
  }
}
