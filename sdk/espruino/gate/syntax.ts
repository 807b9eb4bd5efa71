/** Syntax that lowering cannot carry over, in the author's TypeScript. */
import ts from 'typescript';

/** What is wrong with a node, and what to write instead; undefined where nothing is. */
export function syntaxProblem(node: ts.Node): { what: string; instead: string } | undefined {
  switch (node.kind) {
    case ts.SyntaxKind.LabeledStatement:
      return {
        what: `Espruino does not parse labels (${(node as ts.LabeledStatement).label.text})`,
        instead: 'put the loops into a function and return from it, or keep a flag',
      };
    case ts.SyntaxKind.PrivateIdentifier:
      return {
        what: `private names (${(node as ts.PrivateIdentifier).text}) need a WeakMap, which Espruino lacks`,
        instead: 'use the modifier private',
      };
    case ts.SyntaxKind.BigIntLiteral:
      return { what: 'Espruino has no BigInt', instead: 'keep 64-bit values as two 32-bit halves' };
    case ts.SyntaxKind.Decorator:
      return { what: 'decorators are not lowered for Espruino', instead: 'call the function by hand' };
    case ts.SyntaxKind.MetaProperty:
      return (node as ts.MetaProperty).keywordToken === ts.SyntaxKind.ImportKeyword
        ? { what: 'import.meta means nothing on a core', instead: 'leave it out' }
        : undefined;
    case ts.SyntaxKind.WithStatement:
      return { what: 'Espruino does not parse with', instead: 'name the object in front of each field' };
    case ts.SyntaxKind.RegularExpressionLiteral:
      return expressionProblem((node as ts.RegularExpressionLiteral).text);
    case ts.SyntaxKind.ForOfStatement:
      return (node as ts.ForOfStatement).awaitModifier
        ? {
            what: 'for await needs asynchronous iterators, which Espruino lacks',
            instead: 'await each promise in a plain loop',
          }
        : undefined;
    case ts.SyntaxKind.Identifier:
      return /^[\x20-\x7e]*$/.test((node as ts.Identifier).text)
        ? undefined
        : {
            what: `Espruino parses names of ASCII letters only (${(node as ts.Identifier).text})`,
            instead: 'rename it',
          };
    case ts.SyntaxKind.VariableDeclarationList:
      // `await using` has the bits of both; `const` that of its own only.
      return (node.flags & ts.NodeFlags.Using) !== 0
        ? { what: 'using is not lowered for Espruino', instead: 'call the method that ends it in finally' }
        : undefined;
    case ts.SyntaxKind.AccessorKeyword:
      return {
        what: 'accessor needs a WeakMap, which Espruino lacks',
        instead: 'write a field, or a getter and a setter over a private one',
      };
    case ts.SyntaxKind.NewExpression:
      return patternProblem(node as ts.NewExpression);
    case ts.SyntaxKind.CallExpression:
      return patternProblem(node as ts.CallExpression) ?? callProblem(node as ts.CallExpression);
    default:
      return functionProblem(node);
  }
}

function functionProblem(node: ts.Node): { what: string; instead: string } | undefined {
  if (!ts.isFunctionLike(node)) return undefined;
  const isAsync =
    ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  if (isAsync && 'asteriskToken' in node && node.asteriskToken)
    return {
      what: 'asynchronous generators need asynchronous iterators, which Espruino lacks',
      instead: 'call a function for each value, or return a promise of an array',
    };
  if (ts.isFunctionDeclaration(node) && ts.isCaseOrDefaultClause(node.parent))
    return {
      what: 'a function declared in a case is not there for the other cases on Espruino',
      instead: 'declare it in front of the switch',
    };
  return undefined;
}

/** Regular expressions: what was measured to be missing, by its beginning in the pattern. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\(\?[=!]/, 'lookahead'],
  [/\(\?<[=!]/, 'lookbehind'],
  [/\(\?<[^=!]/, 'named groups'],
  [/\\[pP]\{/, 'Unicode properties'],
  [/\\u\{|[^ -~]/, 'characters beyond ASCII'],
];

function expressionProblem(text: string): { what: string; instead: string } | undefined {
  const end = text.lastIndexOf('/');
  const pattern = text.slice(1, end).replace(/\\\\/g, '');
  const found = PATTERNS.find(([beginning]) => beginning.test(pattern));
  const instead = 'match the parts one after the other';
  if (found) return { what: `regular expressions of Espruino have no ${found[1]}: ${text}`, instead };
  const flag = /[^gim]/.exec(text.slice(end + 1));
  return flag
    ? {
        what: `regular expressions of Espruino have no flag ${flag[0]}: ${text}`,
        instead: 'leave the flag out',
      }
    : undefined;
}

/** `new RegExp` with constants. */
function patternProblem({
  expression,
  arguments: given = [] as unknown as ts.NodeArray<ts.Expression>,
}: ts.NewExpression | ts.CallExpression): { what: string; instead: string } | undefined {
  const [pattern, flags] = given;
  if (!ts.isIdentifier(expression) || expression.text !== 'RegExp' || !pattern) return undefined;
  const text = ts.isStringLiteralLike(pattern) ? pattern.text : '';
  return expressionProblem(`/${text}/${flags && ts.isStringLiteralLike(flags) ? flags.text : ''}`);
}

/** Calls whose arguments Espruino does not look at. */
function callProblem({
  expression,
  arguments: given,
}: ts.CallExpression): { what: string; instead: string } | undefined {
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  const owner = ts.isIdentifier(expression.expression) ? expression.expression.text : '';
  const name = expression.name.text;
  const isGiven = (argument: ts.Expression | undefined): boolean =>
    argument !== undefined &&
    argument.kind !== ts.SyntaxKind.NullKeyword &&
    !(ts.isIdentifier(argument) && argument.text === 'undefined');
  if (owner === 'JSON' && name === 'stringify' && isGiven(given[1]))
    return {
      what: 'JSON.stringify of Espruino ignores its second argument',
      instead: 'make the object that is to be written',
    };
  if (owner === 'JSON' && name === 'parse' && isGiven(given[1]))
    return {
      what: 'JSON.parse of Espruino ignores its second argument',
      instead: 'change the object that was read',
    };
  if (name === 'split' && isGiven(given[1]))
    return {
      what: 'split of Espruino ignores its second argument',
      instead: 'use split(separator).slice(0, limit)',
    };
  if (owner === 'Object' && name === 'create' && isGiven(given[1]))
    return {
      what: 'Object.create of Espruino ignores its second argument',
      instead: 'assign the properties',
    };
  const code =
    owner === 'String' && name === 'fromCharCode'
      ? given.find((one) => ts.isNumericLiteral(one) && Number(one.text) > 0xff)
      : undefined;
  if (code)
    return {
      what: `strings of Espruino hold bytes: there is no character ${code.getText()}`,
      instead: 'write the bytes of the character as UTF-8',
    };
  return undefined;
}
