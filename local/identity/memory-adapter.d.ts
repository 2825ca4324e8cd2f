declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  import type { AdapterConstructor } from 'oidc-provider';

  /** Makes an adapter with a store of its own, which ends with the process. */
  export function createMemoryAdapter(clockToleranceSeconds: number): AdapterConstructor;
}
