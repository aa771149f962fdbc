import { usageError } from '../cli-error.js';
import { isLoopback, type ListenAddress } from './listen-address.js';

const NAME = /^(?:[\w.-]+|\[[0-9a-fA-F:.]+\])$/;
const HOST_HEADER = /^([\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/;

/**
 * Decides by a request's `Host` whether to answer it. A page elsewhere can have its own name resolved to the loopback
 * address (DNS rebinding) and would then read, in a visitor's browser, what is for this machine only; but it can't change
 * the name that the browser says. So a server on the loopback address answers to loopback names, the one it listens on
 * and those in `allowed`. One on any other address answers to every name, unless names are allowed.
 *
 * A request without `Host` comes from no browser, and is answered.
 *
 * @throws {CliError} Usage (exit 2) for an allowed name that is none.
 */
export function answeredNames(address: ListenAddress, allowed: readonly string[] = []): (host: string | undefined) => boolean {
  const wrong = allowed.find((name) => !NAME.test(name));
  if (wrong !== undefined) throw usageError(`--allow-host takes a name or an address without a port, not '${wrong}'`);
  const known = new Set([...allowed, address.host].map(plain));
  const anyName = allowed.length === 0 && !isLoopback(address);
  return (host) => {
    if (host === undefined || anyName) return true;
    const name = plain(HOST_HEADER.exec(host)?.[1] ?? '');
    return known.has(name) || isLoopback({ host: name });
  };
}

/** As names are compared: without brackets, case and the root's dot. */
const plain = (name: string): string => name.replace(/^\[|\]$|\.$/g, '').toLowerCase();
