import { usageError } from '../cli-error.js';

export interface ListenAddress {
  /** A name or an address, without brackets. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';
const ADDRESS = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):)?(\d{1,5})$/;

/**
 * `HOST:PORT`, `[IPv6]:PORT`, or `PORT` on the loopback address. Nothing is left to chance: an address that everyone
 * can reach has to be named.
 *
 * @returns null for `off`.
 * @throws {CliError} Usage (exit 2) for anything else.
 */
export function parseListenAddress(text: string): ListenAddress | null {
  if (text === 'off') return null;
  const found = ADDRESS.exec(text);
  const port = Number(found?.[3]);
  if (found === null || port > 65535) throw usageError(`--listen takes HOST:PORT, PORT or off, not '${text}'; for every address of this machine: 0.0.0.0:9847`);
  return { host: found[1] ?? found[2] ?? LOOPBACK, port };
}

/** Can nobody but this machine reach it? */
export const isLoopback = ({ host }: Pick<ListenAddress, 'host'>): boolean => host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
