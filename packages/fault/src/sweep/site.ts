import { isOwnFrame, pathOf, type CallSite } from '../stack.js';

/** Which frames belong to an allocator, so that the site is the first one that does not. */
export type IsAllocator = (frame: CallSite) => boolean;

/** This file, or the one that it was bundled into. */
const HERE = pathOf(import.meta.url);
const FAMILY = /[\\/](?:@nopage|packages)[\\/](?:buddy|mm|arena|machine)[\\/](?:src|dist)[\\/]/;

/** Frames of the runtime, of this package and of the family's allocators. */
function isAllocatorFrame(frame: CallSite): boolean {
  const { file } = frame;
  return file === '' || file === '<anonymous>' || file === 'native' || file.startsWith('node:') || isOwn(frame) || FAMILY.test(file);
}

function isOwn(frame: CallSite): boolean {
  return isOwnFrame(frame) || pathOf(frame.file) === HERE;
}

/** Where a request came from: its site, and the file that the site lies in. */
export interface Origin {
  readonly site: string;
  readonly file: string;
  readonly frames: readonly CallSite[];
}

/**
 * @param frames - Innermost first.
 * @param base - Folder that file names are shown relative to; '' shows them whole.
 */
export function originOf(frames: readonly CallSite[], base: string, isAllocator: IsAllocator = isAllocatorFrame): Origin {
  let first = frames.findIndex((frame) => !isAllocator(frame));
  if (first < 0) first = frames.findIndex(({ file }) => file.startsWith('node:'));
  const from = first < 0 ? frames : frames.slice(first);
  // What runs the scenario is of no interest to who reads its stack.
  const runner = from.findIndex(isOwn);
  const outside = runner > 0 ? from.slice(0, runner) : from;
  const [at] = outside;
  return { site: at ? siteText(at, base) : '(runtime)', file: at?.file ?? '', frames: outside };
}

/**
 * Does the request come from the runtime's module loader alone? What it takes to load a program differs from run to run
 * with its caches, and is no request of the program.
 */
export function isLoaders({ file, frames }: Origin): boolean {
  return (file === '' || file.startsWith('node:')) && frames.some((frame) => /^node:internal\/(?:modules|main|bootstrap|process\/esm_loader|deps\/cjs-module-lexer)/.test(frame.file));
}

function siteText({ name, file, line }: CallSite, base: string): string {
  const place = `${relativePath(file, base)}:${line}`;
  return name === '' ? place : `${name} (${place})`;
}

/** A file as shown: without `file://`, relative to `base` where it lies below it; of a package from `node_modules/` on. */
function relativePath(file: string, base: string): string {
  const path = pathOf(file);
  const installed = path.lastIndexOf('/node_modules/');
  if (installed >= 0) return path.slice(installed + 1);
  return base !== '' && path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
}
