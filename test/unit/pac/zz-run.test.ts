import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { HostSet } from '../../../server/src/model/hosts.js';
import { describeCases, readPac, requestFor } from './helpers.js';
it('runs', () => {
  const hosts = HostSet.union(['*.lync.com', '*.teams.cloud.microsoft', '*.teams.microsoft.com', 'teams.cloud.microsoft', 'teams.microsoft.com'].map(HostSet.pattern));
  const out: string[] = [];
  for (const dir of (process.env.DIRS ?? 'wild,open,issues,perf,hang,sec').split(',')) {
    const base = dir.startsWith('/') ? dir : `/work/shared/cases/pac/${dir}`;
    for (const file of readdirSync(base)) {
      if (!/\.(pac|dat|js|txt)$/.test(file)) continue;
      const text = readFileSync(`${base}/${file}`, 'utf8');
      const t = performance.now();
      let lines: string[];
      try {
        const { model } = readPac(text);
        lines = model.kind === 'selection' ? describeCases(model.decide(requestFor(hosts, { among: hosts }))) : [];
      } catch (e) {
        lines = [`!!! ${(e as Error).stack?.split('\n').slice(0, 6).join(' | ')}`];
      }
      const ms = Math.round(performance.now() - t);
      out.push(`== ${dir}/${file} ${ms} ms`, ...lines.slice(0, 8).map((l) => `   ${l.slice(0, 330)}`), ...(lines.length > 8 ? [`   … ${lines.length}`] : []));
    }
  }
  writeFileSync('/tmp/pacregion/run.txt', out.join('\n'));
}, 600000);
