/** What a default export must look like to be a firmware declaration. */
import * as v from 'valibot';
import { ProblemError } from '../../runtime/abi/problem.js';
import * as errors from '../errors.js';
import type { FirmwareDeclaration } from './define.js';
import { engineNames } from './engine.js';

const place = v.optional(v.string());
const bytes = v.instance(Uint8Array, 'must be bytes: a Uint8Array or a list of numbers');
const linkedAddress = v.object({
  kind: v.literal('linkedAddress'),
  of: v.picklist(['symbol', 'section', 'imageEnd']),
  name: v.string(),
  offset: v.number(),
  where: place,
});
const address = v.optional(
  v.union(
    [v.number(), linkedAddress],
    'must be a number, or made with atSymbol(), atSection() or atImageEnd()',
  ),
);
const named = { name: v.string(), where: place };

const resource = v.variant(
  'kind',
  [
    v.object({ ...named, kind: v.literal('carveout'), size: v.number(), da: address, flags: v.number() }),
    v.object({
      ...named,
      kind: v.literal('devmem'),
      da: v.number(),
      pa: v.number(),
      size: v.number(),
      flags: v.number(),
    }),
    v.object({
      ...named,
      kind: v.literal('trace'),
      size: v.number(),
      da: address,
      region: v.optional(v.string()),
    }),
    v.object({
      ...named,
      kind: v.literal('vdev'),
      id: v.number(),
      features: v.array(v.number()),
      vrings: v.array(v.object({ num: v.number(), align: v.number(), da: address })),
      config: bytes,
    }),
    v.object({
      ...named,
      kind: v.literal('rpmsgVdev'),
      num: v.number(),
      align: v.number(),
      vringDa: v.optional(v.tuple([v.number(), v.number()])),
      nameService: v.boolean(),
      eventIdx: v.boolean(),
    }),
    v.object({
      ...named,
      kind: v.literal('vendor'),
      type: v.number(),
      payload: bytes,
      links: v.array(v.object({ offset: v.number(), address: linkedAddress })),
      problem: v.optional(v.string()),
    }),
    v.object({ ...named, kind: v.literal('raw'), bytes }),
  ],
  'must be made with carveout(), devmem(), trace(), rpmsgVdev(), vdev(), vendor() or raw()',
);

const section = v.object(
  {
    name: v.string(),
    region: v.optional(v.string()),
    align: v.number(),
    data: v.optional(bytes),
    file: v.optional(v.string()),
    size: v.optional(v.number()),
    where: place,
  },
  'must be made with section()',
);

const aligned = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(0xffffffff, 'must fit 32 bits'),
  v.multipleOf(16, 'must be a multiple of 16'),
);
const area = v.pipe(
  v.strictObject({ da: aligned, len: v.pipe(aligned, v.minValue(16, 'must be at least 16')) }),
  v.check(({ da, len }) => da + len <= 0x100000000, 'must end at 0x100000000 or below'),
);

const shape = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.+-]*$/, 'must be a file name: letters, digits, . _ + -')),
  board: v.union(
    [v.string(), v.looseObject({ name: v.string(), memory: v.array(v.any()) })],
    'must be a board or its name',
  ),
  entry: v.optional(v.pipe(v.string(), v.minLength(1, 'must name a file'))),
  resources: v.array(resource),
  engine: v.optional(
    v.picklist(engineNames, `must be ${engineNames.map((name) => `"${name}"`).join(' or ')}`),
  ),
  espruino: v.optional(
    v.strictObject({
      base: v.pipe(v.string(), v.minLength(1, 'must name a file')),
      savedCode: area,
      ram: area,
    }),
  ),
  sections: v.optional(v.array(section)),
  placement: v.optional(
    v.strictObject({
      table: v.optional(v.string()),
      app: v.optional(v.string()),
      data: v.optional(v.string()),
      vectors: v.optional(v.string()),
    }),
  ),
  attach: v.optional(v.boolean()),
  minify: v.optional(v.boolean()),
  sources: v.optional(v.boolean()),
  profile: v.optional(v.picklist(['auto', 'small', 'full'], "must be 'auto', 'small' or 'full'")),
  debug: v.optional(v.picklist(['none', 'lines', 'full'], "must be 'none', 'lines' or 'full'")),
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
      const unknown = issue.expected === 'never';
      const reason = unknown
        ? 'is not a field of a firmware declaration'
        : issue.received === 'undefined'
          ? 'is missing'
          : issue.message;
      return errors.badField(v.getDotPath(issue)!, reason, resources?.[index]?.where ?? where);
    }),
  );
}
