/** `rproc init` as a function. */
import { basename, resolve } from 'node:path';
import { boards, findBoard } from '../../boards/index.js';
import type { EngineName } from '../config/engine.js';
import { boardWithoutRings, nameForProject, unknownBoard, unknownTemplate } from '../errors.js';
import { renderProject, type TemplateName, templates } from './render.js';
import { largestVdev } from './ring-memory.js';
import { writeNewFiles } from './write-new.js';

export interface InitOptions {
  /** Folder of the project, made when it is not there; the current folder when left out. */
  readonly dir?: string;
  /** Name of the package and of the image; the folder's own when left out. */
  readonly name?: string;
  /** Name of a board; `virt-m4` when left out. */
  readonly board?: string;
  /** `echo` when left out. */
  readonly template?: string;
  /** What the configuration says; `quickjs` when left out. */
  readonly engine?: EngineName;
}

export interface InitResult {
  /** Absolute path. */
  readonly dir: string;
  readonly name: string;
  readonly board: string;
  readonly template: TemplateName;
  readonly engine: EngineName;
  /** Paths in `dir`, with `/`, sorted. */
  readonly files: readonly string[];
}

/** Names of packages that the project installs: npm refuses to install a package into one of the same name. */
const TAKEN = /^(rproc-sdk|typescript|uvu|node_modules)$/;

/**
 * Writes a firmware project that builds, runs and tests at once. Nothing is written when anything is wrong.
 * @throws ProblemError for an unknown board or template, a board that cannot do the template, an unusable name, and
 * files that are there already
 */
export async function init(options: InitOptions = {}): Promise<InitResult> {
  const dir = resolve(options.dir ?? '.');
  const template = templateNamed(options.template ?? 'echo');
  const boardName = options.board ?? 'virt-m4';
  const board = findBoard(boardName);
  if (!board) {
    const known = boards.map(({ name }) => name);
    throw unknownBoard(boardName, known, undefined);
  }
  const num = templates[template].vdev ? largestVdev(board) : undefined;
  if (templates[template].vdev && num === undefined) {
    const able = boards.filter((other) => largestVdev(other) !== undefined);
    throw boardWithoutRings(
      board.name,
      template,
      able.map(({ name }) => name),
    );
  }
  const name = options.name ?? basename(dir);
  // npm's rule for packages; stricter than that for images.
  if (!/^[a-z0-9][a-z0-9._-]{0,213}$/.test(name) || TAKEN.test(name)) {
    throw nameForProject(name, options.name === undefined ? dir : undefined);
  }
  const { engine = 'quickjs' } = options;
  const files = renderProject({ name, board, template, num, engine });
  await writeNewFiles(dir, files);
  return { dir, name, board: board.name, template, engine, files: files.map(([path]) => path) };
}

function templateNamed(name: string): TemplateName {
  if (Object.hasOwn(templates, name)) return name as TemplateName;
  throw unknownTemplate(name, Object.keys(templates));
}
