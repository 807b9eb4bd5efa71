/** The files of a new project: those of templates/, with the project's own names in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Board } from '../../boards/board.js';
import type { EngineName } from '../config/engine.js';
import { newProjectVersions } from '../version.js';

/** What a new firmware can be, in the order in which help texts name them. */
export const templates = {
  /** An rpmsg endpoint that answers; needs memory for rings and buffers. */
  echo: { vdev: true },
  /** A program that writes into the trace buffer; every board can do that. */
  hello: { vdev: false },
} as const;
export type TemplateName = keyof typeof templates;

const folder = fileURLToPath(new URL('./templates/', import.meta.url));

/** Template files stand on their own: this name and board build, and are replaced. */
const TEMPLATE_NAME = /template-name/g;
const TEMPLATE_BOARD = /\bvirt-m4\b/g;
const TEMPLATE_NUM = 'num: 256';
/** QuickJS is what a configuration without a word of it means. */
const ENTRY = "  entry: './src/main.ts',\n";

export interface ProjectChoices {
  readonly name: string;
  readonly board: Board;
  readonly template: TemplateName;
  /** Buffers in each direction of the rpmsg vdev, where the template has one. */
  readonly num: number | undefined;
  readonly engine: EngineName;
}

/** Path in the project (with `/`) and text of each file, sorted by path. */
export function renderProject(choices: ProjectChoices): [path: string, text: string][] {
  return ['common', choices.template]
    .flatMap((part) =>
      filesOf(part).map((path): [string, string] => [path, readTemplate(part, path, choices)]),
    )
    .map(([path, text]): [string, string] => [targetOf(path).replace(TEMPLATE_NAME, choices.name), text])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function filesOf(part: string): string[] {
  return readdirSync(folder + part, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}${sep}${entry.name}`.slice((folder + part + sep).length))
    .map((path) => path.split(sep).join('/'));
}

/** npm never packs a .gitignore, and a second package.json would end this package: both lie under other names. */
function targetOf(path: string): string {
  return path.replace(/^_package\.json$/, 'package.json').replace(/^_gitignore$/, '.gitignore');
}

function readTemplate(part: string, path: string, { name, board, num, engine }: ProjectChoices): string {
  const text = readFileSync(`${folder}${part}/${path}`, 'utf8')
    .replace(TEMPLATE_NAME, name)
    .replace(TEMPLATE_BOARD, board.name)
    .replace(ENTRY, engine === 'quickjs' ? ENTRY : `  engine: '${engine}',\n${ENTRY}`);
  if (path === '_package.json') return withVersions(text);
  return num === undefined ? text : text.replace(TEMPLATE_NUM, `num: ${num}`);
}

function withVersions(text: string): string {
  const { devDependencies, ...rest } = JSON.parse(text);
  for (const name of Object.keys(devDependencies)) devDependencies[name] = newProjectVersions(name);
  return `${JSON.stringify({ ...rest, devDependencies }, null, 2)}\n`;
}
