import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { verifyPageText } from './vite.verify-page.ts';

/** The renderer: one page for the desktop window and for the browser. Built to where the hosts serve it from. */
export default defineConfig({
  root: 'renderer',
  base: '/',
  plugins: [react(), verifyPageText],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2024',
    // every file is under the page's content security policy; a data: URL would need one more source
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
});
