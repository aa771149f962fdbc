// Node's own types leave WebAssembly to the DOM library, which would bring a browser's globals into these tests.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    grow(this: Memory, pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
    readonly kind?: undefined;
  }
  class Instance {
    constructor(module: Module);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function instantiate(source: Uint8Array): Promise<{ instance: Instance; module: Module }>;
  function instantiate(source: Module): Promise<Instance>;
}
