import { type ComponentType, lazy } from 'react';

type Loaded = { default: ComponentType };

const backOnline = (): Promise<void> =>
  new Promise((resolve) => window.addEventListener('online', () => resolve(), { once: true }));

/** A page whose code comes when it is first shown; if one is offline then, as soon as one is back. */
export const lazyPage = (load: () => Promise<Loaded>) =>
  lazy(async () => {
    try {
      return await load();
    } catch (error) {
      if (navigator.onLine) throw error;
      await backOnline();
      return load();
    }
  });
