import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    manifest: true,
    // Nothing in the page itself: its security policy lets no script stand there.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  // `npm start` beside `npm run web:dev`.
  server: { port: 5173, proxy: { '/api': 'http://127.0.0.1:3000', '/config.json': 'http://127.0.0.1:3000' } },
});
