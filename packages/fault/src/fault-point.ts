/** What the runtime's own allocations ask before they are tried; an injector is one, and so is a sweep. */
export interface RuntimeFaultPoint {
  /**
   * @param bytes - Size of the request, 0 when it is not known before the attempt.
   * @param api - What was called: `ArrayBuffer`, `Buffer.alloc`, `WebAssembly.Memory.grow`.
   * @returns Whether this request is to fail.
   */
  shouldFailEx(bytes: number, api?: string): boolean;
  /** Hears of the error that the refused caller gets, so that it can be told from any other. */
  refused?(error: unknown): void;
}

/** What a page allocator asks for each request, before it is tried. */
export interface PageFaultPoint {
  /** False as long as nothing is to fail: then it need not be asked. */
  readonly armed?: boolean;
  shouldFail(gfp: number, order: number): boolean;
}
