import { closeSync, constants, openSync, readSync } from 'node:fs';
import { release } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import { bootId } from './boot-id.js';
import type { Arrival, Place, Source } from './source.js';

const DEVICE = '/dev/kmsg';
/** Looked at this often while records come, and half as often each time that none did, down to the last of these. */
const POLL_MS = 250;
const IDLE_POLL_MS = 1000;
const BATCH_BYTES = 1 << 16;
/** More than the longest record. Source: kernel/printk/internal.h, PRINTK_MESSAGE_MAX, v6.12 (8192 before 6.4). */
const RECORD_BYTES = 1 << 14;

/** The device, one record a read. */
export interface KmsgDevice {
  /** Which boot its sequence numbers belong to. */
  readonly boot: string;
  /**
   * Reads the next record and tells its length.
   *
   * @throws EAGAIN when there is none yet; EPIPE when records were overwritten before they were read, and the next
   *   read goes on with the oldest that is left. Source: Documentation/ABI/testing/dev-kmsg, v6.12.
   */
  read(into: Buffer): number;
  /** Lets time pass. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * The kernel's own log. Records that were overwritten before they could be read are counted by the gap in their numbers.
 */
export function kmsgSource(from: Place | null, open: () => KmsgDevice = openKmsg): Source {
  const device = open();
  return { name: DEVICE, file: null, kernel: release(), arrivals: (signal) => records(device, from, signal) };
}

async function* records(device: KmsgDevice, from: Place | null, signal: AbortSignal): AsyncGenerator<Arrival> {
  const known = from?.['boot'] === device.boot ? Number(from['seq']) : NaN;
  let seq: number | null = Number.isSafeInteger(known) ? known : null;
  let begins: Place | null = null;
  let lost = 0;
  let pollMs = POLL_MS;
  const record = Buffer.allocUnsafe(RECORD_BYTES);
  const batch = Buffer.allocUnsafe(BATCH_BYTES + RECORD_BYTES);
  const arrival = (length: number): Arrival => {
    const all = { bytes: batch.subarray(0, length), place: seq === null ? null : { boot: device.boot, seq }, begins, lost };
    begins = null;
    lost = 0;
    return all;
  };
  try {
    while (!signal.aborted) {
      let length = 0;
      while (length < BATCH_BYTES) {
        const bytes = next(device, record);
        if (bytes === null) break;
        const number = sequenceOf(record, bytes);
        if (number !== null) {
          if (seq !== null && number <= seq) continue;
          // Without a place from before, the log begins where it begins.
          if (seq === null) begins = { boot: device.boot, seq: number - 1 };
          const gap = seq === null ? 0 : number - seq - 1;
          // What stands on both sides of a gap comes apart.
          if (gap > 0 && length > 0) {
            yield arrival(length);
            length = 0;
          }
          lost += gap;
          seq = number;
        }
        length += writeLine(record.subarray(0, bytes), batch, length);
      }
      if (length > 0) {
        pollMs = POLL_MS;
        yield arrival(length);
      } else {
        await device.wait(pollMs, signal);
        pollMs = Math.min(pollMs * 2, IDLE_POLL_MS);
      }
    }
  } finally {
    device.close();
  }
}

/** The next record's length; null when there is none yet. */
function next(device: KmsgDevice, record: Buffer): number | null {
  for (;;) {
    try {
      const bytes = device.read(record);
      return bytes === 0 ? null : bytes;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN' || code === 'EINTR') return null;
      if (code !== 'EPIPE') throw new CliError(`${DEVICE}: ${message}`);
    }
  }
}

/** `6,339,5140900,-;text`: the second field. */
function sequenceOf(record: Buffer, bytes: number): number | null {
  const head = /^\d+,(\d+),/.exec(record.toString('latin1', 0, Math.min(bytes, 48)));
  return head === null ? null : Number(head[1]);
}

/** Copies a record's text line, its escapes undone but for control characters; what follows it is a dictionary. */
function writeLine(record: Buffer, to: Buffer, at: number): number {
  const newline = record.indexOf(10);
  const line = newline < 0 ? record : record.subarray(0, newline);
  if (!line.includes(92)) {
    line.copy(to, at);
    to[at + line.length] = 10;
    return line.length + 1;
  }
  const text = line.toString('latin1').replace(/\\x([0-9a-f]{2})/g, (escape, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code === 10 || (code >= 32 && code !== 127) ? String.fromCharCode(code) : escape;
  });
  return to.write(`${text}\n`, at, 'latin1');
}

/** @throws {CliError} When it can't be opened, with what would help. */
function openKmsg(): KmsgDevice {
  let fd: number;
  try {
    fd = openSync(DEVICE, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new CliError(`${DEVICE}: ${reason(error)}`);
  }
  return {
    boot: bootId(),
    read: (into) => {
      try {
        return readSync(fd, into, 0, into.length, null);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EPERM') throw new CliError(`${DEVICE}: ${reason(error)}`);
        throw error;
      }
    },
    wait: async (ms, signal) => {
      await pause(ms, undefined, { signal }).catch(() => undefined);
    },
    close: () => closeSync(fd),
  };
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is none here (a container?); try --source journal or --source FILE';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read the kernel log: it takes root or CAP_SYSLOG; or try --source journal';
  return message;
}
