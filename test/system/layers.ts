// Who may import whom (docs/architecture.md). Fails as well when the tool saw fewer modules than there are:
// a dependency tool without a working TypeScript reads nothing and reports no violation.
import { readdirSync } from 'node:fs';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';

type Rule = NonNullable<IConfiguration['forbidden']>[number];

const only = (name: string, pkg: string, allowed: string): Rule => ({
  name,
  severity: 'error',
  from: { pathNot: `${allowed}|^test/` },
  to: { path: `node_modules/${pkg}/` },
});

const managers = 'tenants|auth|audit|backups';

const forbidden: Rule[] = [
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'shared-knows-only-words',
    severity: 'error',
    from: { path: '^shared/' },
    to: { pathNot: '^shared/|node_modules/(zod|@orpc/contract)/' },
  },
  {
    name: 'managers-stand-apart',
    severity: 'error',
    from: { path: `^main/(${managers})/` },
    to: { path: `^main/(${managers})/`, pathNot: '^main/$1/' },
  },
  {
    name: 'managers-know-no-host',
    severity: 'error',
    from: { path: `^main/(${managers}|storage|secrets|jobs|schedule)/` },
    to: { path: '^main/(suite|rpc|hosts)/' },
  },
  {
    name: 'ground-stands-below-managers',
    severity: 'error',
    from: { path: '^main/(storage|secrets|jobs|schedule)/' },
    to: { path: `^main/(${managers})/` },
  },
  {
    name: 'rpc-knows-no-host',
    severity: 'error',
    from: { path: '^main/rpc/' },
    to: { path: '^main/hosts/' },
  },
  {
    name: 'hosts-go-through-rpc',
    severity: 'error',
    from: { path: '^main/hosts/' },
    to: { path: `^main/(${managers}|storage|secrets|jobs|schedule)/` },
  },
  {
    name: 'main-knows-no-test',
    severity: 'error',
    from: { path: '^(main|shared)/' },
    to: { path: '^test/' },
  },
  {
    name: 'renderer-knows-only-shared',
    severity: 'error',
    from: { path: '^renderer/' },
    to: { path: '^(main|preload|test)/|^node:' },
  },
  {
    // the schemas would bring zod along, which tries to compile code
    name: 'renderer-takes-types-of-the-contract',
    severity: 'error',
    from: { path: '^renderer/' },
    to: { path: '^shared/contract/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'preload-knows-only-electron',
    severity: 'error',
    from: { path: '^preload/' },
    to: { pathNot: '^preload/|node_modules/electron/' },
  },
  {
    name: 'screens-stand-apart',
    severity: 'error',
    from: { path: '^renderer/features/([^/]+)/' },
    to: { path: '^renderer/features/', pathNot: '^renderer/features/($1|setup)/' },
  },
  only('sqlite-only-in-storage', 'better-sqlite3', '^main/storage/'),
  only('keychain-only-in-secrets', '(keytar|@github/keytar)', '^main/secrets/'),
  only('electron-only-in-desktop', 'electron', '^(main/hosts/desktop|preload)/'),
];

const roots = ['main', 'preload', 'renderer', 'shared'];
const present = roots
  .flatMap((root) => readdirSync(root, { recursive: true, encoding: 'utf8' }))
  .filter((file) => /\.(ts|tsx|mjs)$/.test(file)).length;

const { output } = await cruise(
  roots,
  {
    ruleSet: { forbidden },
    validate: true,
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
  { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] },
);
const { modules, summary } = output as ICruiseResult;
const seen = modules.filter((module) => /^(main|preload|renderer|shared)\//.test(module.source)).length;

for (const violation of summary.violations) {
  console.error(`${violation.rule.name}: ${violation.from} -> ${violation.to}`);
}
if (seen < present) console.error(`the layering check saw ${seen} of ${present} modules`);
if (summary.error > 0 || seen < present) process.exitCode = 1;
