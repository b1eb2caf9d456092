// Lists what a folder of configuration files does to Teams, and the fixes that Lintel can prove: node report.mjs FOLDER
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, explain, fix, loadCatalog } from 'lintel';

const folder = process.argv[2] ?? '.';
const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
const files = entries
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
  .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));

const options = { require: ['teams+optimize'] };
const catalog = await loadCatalog({ files });
console.log(`${catalog.select(options.require).length} requirements of ${catalog.requirements.length}`);

const { files: checked } = await check(files, options);
for (const { path, verdicts } of checked)
  for (const { title, status, missing, reason, decidedBy } of verdicts) {
    if (status === 'met' || status === 'not-applicable') continue;
    const [statement] = decidedBy;
    const place = statement ? `${statement.path}:${statement.range.start.line + 1}` : path;
    console.log(`${place}: ${title}: ${status}, ${missing ?? reason}`);
  }

const pac = checked.find(({ dialect }) => dialect === 'pac');
if (pac) {
  const { verdict, decidedBy } = await explain(files, { path: pac.path, url: 'https://teams.microsoft.com/' });
  console.log(`${pac.path}: https://teams.microsoft.com/ is ${verdict}: ${decidedBy?.text}`);
}

const { files: fixed, requirements } = await fix(files, options);
for (const { path, edits } of fixed) console.log(`${path}: ${edits.length} proved edit`);
console.log(`met after that: ${requirements.join(', ') || 'nothing more'}`);
