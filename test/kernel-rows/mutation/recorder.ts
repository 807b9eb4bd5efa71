/** Stands in for uvu while rows are proved: test files register here, and the worker runs what it was asked for. */

type Hook = (context: object) => unknown;

export interface RecordedTest {
  readonly title: string;
  /** Runs the test with its suite's hooks. */
  run(): Promise<void>;
}

/** The tests of the file that is being imported. */
export const recorded: RecordedTest[] = [];

export function suite(_name = '', context: object = {}) {
  const hooks = {
    before: [] as Hook[],
    beforeEach: [] as Hook[],
    afterEach: [] as Hook[],
    after: [] as Hook[],
  };
  const own: RecordedTest[] = [];

  /** Hooks of the whole suite run around each test: it is the only one that runs, or the first that fails. */
  async function run(body: Hook): Promise<void> {
    for (const hook of [...hooks.before, ...hooks.beforeEach]) await hook(context);
    try {
      await body(context);
    } finally {
      for (const hook of [...hooks.afterEach, ...hooks.after]) await hook(context);
    }
  }

  const into = (list: Hook[]) => (hook: Hook) => {
    list.push(hook);
  };
  const register = (title: string, body: Hook): void => {
    own.push({ title, run: () => run(body) });
  };
  return Object.assign(register, {
    before: Object.assign(into(hooks.before), { each: into(hooks.beforeEach) }),
    after: Object.assign(into(hooks.after), { each: into(hooks.afterEach) }),
    only: register,
    skip: () => {},
    run: () => {
      recorded.push(...own.splice(0));
    },
  });
}

export const test = suite();
