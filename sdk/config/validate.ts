/** What types cannot reject: checks of a firmware's declaration, each message with the place of the declaration. */
import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { type Board, RegionUse } from '../../boards/board.js';
import { type Problem, ProblemError } from '../../runtime/abi/problem.js';
import { RSC_NAME_SIZE } from '../../runtime/abi/resource-table.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import { vringSize } from '../../runtime/abi/vring.js';
import * as errors from '../errors.js';
import type { FirmwareDeclaration } from './define.js';
import type { Resource, RpmsgVdevResource, TraceResource } from './resources.js';

const place = v.optional(v.string());

const shape = v.object({
  name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.+-]*$/, 'must be a file name: letters, digits, . _ + -')),
  board: v.union(
    [v.string(), v.looseObject({ name: v.string(), memory: v.array(v.any()) })],
    'must be a board or its name',
  ),
  entry: v.pipe(v.string(), v.minLength(1, 'must name a file')),
  resources: v.array(
    v.variant(
      'kind',
      [
        v.object({ kind: v.literal('trace'), name: v.string(), size: v.number(), where: place }),
        v.object({
          kind: v.literal('rpmsgVdev'),
          name: v.string(),
          num: v.number(),
          align: v.number(),
          vringDa: v.optional(v.tuple([v.number(), v.number()])),
          nameService: v.boolean(),
          where: place,
        }),
      ],
      'must be made with trace() or rpmsgVdev()',
    ),
  ),
  minify: v.optional(v.boolean()),
  sources: v.optional(v.boolean()),
  where: place,
});

/** The default export as a declaration, or a ProblemError that names each wrong field. */
export function checkShape(declared: unknown, file: string): FirmwareDeclaration {
  const result = v.safeParse(shape, declared);
  if (result.success) return declared as FirmwareDeclaration;
  const given = (typeof declared === 'object' && declared) || {};
  if (!Object.keys(shape.entries).some((key) => key in given)) throw errors.notDeclared(file);
  const { where = file, resources } = given as Partial<FirmwareDeclaration>;
  throw new ProblemError(
    ...result.issues.map((issue) => {
      const index = issue.path?.[0].key === 'resources' ? Number(issue.path[1]?.key) : Number.NaN;
      const reason = issue.received === 'undefined' ? 'is missing' : issue.message;
      return errors.badField(v.getDotPath(issue)!, reason, resources?.[index]?.where ?? where);
    }),
  );
}

/** Throws a ProblemError with everything that is wrong. */
export function checkFirmware(
  firmware: { entry: string; board: Board; resources: readonly Resource[] },
  where: string,
): void {
  const problems: Problem[] = [];
  if (!existsSync(firmware.entry)) problems.push(errors.entryMissing(firmware.entry, where));
  problems.push(...duplicateNames(firmware.resources));
  for (const resource of firmware.resources) {
    problems.push(...badName(resource));
    if (resource.kind === 'trace') problems.push(...badTrace(resource));
  }
  const vdevs = firmware.resources.filter((resource) => resource.kind === 'rpmsgVdev');
  for (const [index, vdev] of vdevs.entries()) problems.push(...badVdev(vdev, index, firmware.board));
  if (problems.length > 0) throw new ProblemError(...problems);
}

function duplicateNames(resources: readonly Resource[]): Problem[] {
  const first = new Map<string, Resource>();
  const problems: Problem[] = [];
  for (const resource of resources) {
    const other = first.get(resource.name);
    if (other) problems.push(errors.duplicateName(resource.name, resource.where, other.where));
    else first.set(resource.name, resource);
  }
  return problems;
}

function badName({ name, where }: Resource): Problem[] {
  const size = utf8Encode(name).length;
  if (size >= RSC_NAME_SIZE) return [errors.nameTooLong(name, size, where)];
  if (name === '' || name.includes('%') || name.includes('\0')) return [errors.nameUnusable(name, where)];
  return [];
}

function badTrace({ name, size, where }: TraceResource): Problem[] {
  const usable = Number.isInteger(size) && size >= 16 && size % 4 === 0 && size <= 0x7fffffff;
  return usable ? [] : [errors.traceSize(name, size, where)];
}

function badVdev(vdev: RpmsgVdevResource, index: number, board: Board): Problem[] {
  const { name, num, align, where } = vdev;
  if (!isPowerOfTwo(num) || num > 32768) return [errors.vringNum(name, num, where)];
  if (!isPowerOfTwo(align) || align < 4 || align > 4096) return [errors.vringAlign(name, align, where)];
  const problems: Problem[] = [];
  const needed = Math.ceil(vringSize(num, align) / 4096) * 4096;
  for (const ring of [0, 1] as const) {
    const da = vdev.vringDa?.[ring];
    const usable = da === undefined || isRingAddress(da);
    if (!usable) problems.push(errors.vringDa(name, ring, da, where));
    const region = board.memory.find((one) => one.name === `vdev${index}vring${ring}`);
    if (region && needed > region.len) {
      problems.push(errors.vringTooLarge(name, ring, needed, region.len, board.name, where));
    } else if (
      region &&
      usable &&
      da !== undefined &&
      (da < region.da || da + needed > region.da + region.len)
    ) {
      problems.push(errors.vringOutside(name, ring, da, region.da, region.len, where));
    }
  }
  const pool = board.memory.find(({ use }) => use === RegionUse.pool);
  const named = board.memory.some((one) => one.name === `vdev${index}buffer`);
  if (!named && !pool) problems.push(errors.noBufferMemory(name, index, board.name, where));
  return problems;
}

function isRingAddress(da: number): boolean {
  return Number.isInteger(da) && da > 0 && da < 2 ** 32 - 1 && da % 16 === 0;
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && (value & (value - 1)) === 0;
}
