/** A request that the runtime itself could not serve. */
export interface RuntimeRefusal {
  /** What was called, as in `shouldFailEx`; `GPUDevice` where the device does not say. */
  readonly api: string;
  readonly bytes: number;
  /** The error that the caller gets. */
  readonly error: unknown;
  /** A maximum that the caller set was in the way, not memory. */
  readonly limit: boolean;
}

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
  /** Hears of requests that were not to fail, and that the runtime could not serve; of those that return a promise it does not. */
  ranOut?(refusal: RuntimeRefusal): void;
}

/** What a page allocator asks for each request, before it is tried. */
export interface PageFaultPoint {
  /** False as long as nothing is to fail: then it need not be asked. */
  readonly armed?: boolean;
  shouldFail(gfp: number, order: number): boolean;
}
