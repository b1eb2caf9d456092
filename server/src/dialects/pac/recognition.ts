// How proxy auto-configuration files are recognised, without the code that reads them.
import type { Recognition } from '../dialect.js';
import { detectPac } from './detect.js';

export const recognition: Recognition = {
  id: 'pac',
  title: 'Proxy auto-configuration (PAC)',
  hostLanguages: ['javascript'],
  lineComment: () => '//',
  // Browsers decode a downloaded PAC file by its byte order mark (Chromium, pac_file_fetcher_impl.cc).
  readsUtf16: () => true,
  detect: detectPac,
};
